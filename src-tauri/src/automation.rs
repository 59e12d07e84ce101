//! Keeps other programs from driving the window.
//!
//! The web view can be driven from outside (WebDriver, remote inspector) when
//! certain environment variables are set, in release builds too. A case desk
//! must not be readable by whoever can set a variable, so the shipped program
//! starts itself afresh without them. Only the build for the window tests
//! (feature `automation`) lets them through.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Every variable that opens the web view to another program: Tauri's own
/// switch, and the two with which WebKitGTK starts its remote inspector.
const SWITCHES: [&str; 3] = [
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
];

/// Names a file that holds up what takes its time, as long as it is there.
const HOLD: &str = "DUCHA_TEST_HOLD";

/// Waits while a test of the window holds up what takes its time, so that it can
/// look at it and stop it: on small archives it is over before anybody could.
/// Nothing can hold the shipped program up.
pub(crate) fn wait_while_held(goes_on: impl Fn() -> bool) {
    if !cfg!(feature = "automation") {
        return;
    }
    let Some(file) = std::env::var_os(HOLD) else {
        return;
    };
    while Path::new(&file).exists() && goes_on() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Makes sure that this process runs without any switch of remote control.
///
/// Call it first in `main`, before any thread and before the web view exists.
/// Comes back only when there is nothing to refuse. Otherwise the program is
/// started again with a clean environment: on Unix in this very process,
/// elsewhere as a child whose exit code becomes ours. When the restart fails
/// the program ends, for it would be open to others.
pub(crate) fn refuse_remote_control() {
    if cfg!(feature = "automation") || !switched_on(|name| std::env::var_os(name)) {
        return;
    }
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let failure = match std::env::current_exe() {
        Ok(program) => restart(clean_command(&program, &arguments)),
        Err(failure) => failure,
    };
    eprintln!(
        "督查手记没有启动：运行环境中设有远程操控开关（{}），清除后重新启动未成功（系统错误 {}）。请在终端中取消这些环境变量后再打开。档案未被打开，没有任何改动。",
        SWITCHES.join("、"),
        failure.raw_os_error().unwrap_or_default()
    );
    std::process::exit(1);
}

/// Whether any switch is set, whatever its value: only one value turns
/// automation on today, and the next version of the web view may think otherwise.
fn switched_on(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    SWITCHES.iter().any(|name| variable(name).is_some())
}

/// The same program with the same arguments, without the switches.
fn clean_command<A: AsRef<OsStr>>(program: &Path, arguments: &[A]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    for name in SWITCHES {
        command.env_remove(name);
    }
    command
}

/// Replaces this process; comes back only with the reason why it could not.
#[cfg(unix)]
fn restart(mut command: Command) -> std::io::Error {
    use std::os::unix::process::CommandExt;
    command.exec()
}

/// Runs the clean program and passes its exit code on, where a process cannot
/// be replaced; comes back only with the reason why it could not.
#[cfg(not(unix))]
fn restart(mut command: Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(failure) => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_environment_is_left_alone() {
        assert!(!switched_on(|_| None));
    }

    #[test]
    fn each_switch_is_noticed_whatever_its_value() {
        for name in SWITCHES {
            for value in ["true", "1", ""] {
                assert!(
                    switched_on(|asked| (asked == name).then(|| OsString::from(value))),
                    "{name}={value}"
                );
            }
        }
    }

    #[test]
    fn the_restarted_program_keeps_its_arguments_and_loses_the_switches() {
        let command = clean_command(Path::new("/opt/ducha/ducha"), &["--sample", "示例 档案"]);
        assert_eq!(command.get_program(), "/opt/ducha/ducha");
        assert_eq!(
            command.get_args().collect::<Vec<_>>(),
            ["--sample", "示例 档案"]
        );
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name.to_owned())
            .collect();
        assert_eq!(removed.len(), SWITCHES.len());
        for name in SWITCHES {
            assert!(removed.contains(&OsString::from(name)), "{name}");
        }
    }
}
