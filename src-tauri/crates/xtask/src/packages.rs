//! The system's packages: which are needed, which are missing, how to get them.

use crate::run::{Failure, Outcome, ask, on_path, program, run, step};
use std::collections::BTreeSet;
use std::process::Command;

/// Needed to compile anything here: the archive's cryptography is built from C.
const COMPILE: [&str; 4] = ["build-essential", "pkg-config", "perl", "make"];

/// Needed besides to compile the window, on Debian and its relatives, and to
/// hear it: the window sends its samples to the sound card through GStreamer's
/// base and good plug-ins. What decodes a recording is in the program itself.
const WINDOW: [&str; 3] = [
    "libwebkit2gtk-4.1-dev",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
];

/// Needed to run every test: the window's driver, a screen in memory, a Chinese
/// face, what makes a place without network, the tools that measure a PDF, a word
/// processor with a Latin face as wide as an office's, and what makes a disk refuse.
const TEST: [&str; 8] = [
    "webkit2gtk-driver",
    "xvfb",
    "fonts-noto-cjk",
    "iproute2",
    "poppler-utils",
    "libreoffice-writer",
    "fonts-liberation",
    "strace",
];

/// Installs what building the command-line program needs.
pub(crate) fn for_the_command_line() -> Outcome {
    install(&COMPILE)
}

/// Installs what building and looking at the program needs.
pub(crate) fn for_the_program() -> Outcome {
    let mut wanted = for_the_window();
    // A desktop that already shows Chinese keeps the faces it has.
    let shows_chinese = ask("fc-list", &[":lang=zh-cn"]).is_some_and(|faces| !faces.is_empty());
    if !shows_chinese {
        wanted.push("fonts-noto-cjk");
    }
    install(&wanted)
}

/// Installs what building and testing the program needs.
pub(crate) fn for_the_tests() -> Outcome {
    let mut wanted = for_the_window();
    wanted.extend(TEST);
    install(&wanted)
}

/// Installs what the long trials of the archive need.
pub(crate) fn for_the_trials() -> Outcome {
    let mut wanted = COMPILE.to_vec();
    wanted.push("strace");
    install(&wanted)
}

fn for_the_window() -> Vec<&'static str> {
    let mut wanted = COMPILE.to_vec();
    wanted.extend(WINDOW);
    // Whoever has Node from elsewhere keeps it.
    if !on_path("node") {
        wanted.push("nodejs");
    }
    if !on_path("npm") {
        wanted.push("npm");
    }
    wanted
}

fn install(wanted: &[&str]) -> Outcome {
    if !on_path("apt-get") || !on_path("dpkg-query") {
        println!(
            "   本机不使用 apt。请自行确认已安装下列软件的对应版本。\n   This system has no apt. Please make sure that it has the counterparts of:\n   {}",
            wanted.join(" ")
        );
        return Ok(());
    }
    let query = query_arguments(wanted);
    // dpkg-query fails when one name is unknown to it, yet prints the others.
    let listing = program("dpkg-query", &query)
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let missing = missing_from(wanted, &listing);
    if missing.is_empty() {
        return Ok(());
    }
    step("Install system packages · 安装系统软件包", || {
        println!("   {}", missing.join(" "));
        let first = apt(&["install", "-y", "--no-install-recommends"], &missing);
        if first.is_ok() {
            return Ok(());
        }
        // Stale lists, or a run that died half way: fetch the lists and do it once more.
        println!("   再试一次 / trying once more");
        run_as_root("dpkg", &["--configure", "-a"], &[])?;
        apt(&["update"], &[])?;
        apt(&["install", "-y", "--no-install-recommends"], &missing)
    })
}

fn query_arguments<'a>(wanted: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec!["-W", "-f", "${db:Status-Status} ${Package}\n"];
    arguments.extend(wanted);
    arguments
}

/// Which of the wanted packages dpkg's listing does not show as installed.
fn missing_from<'a>(wanted: &[&'a str], listing: &str) -> Vec<&'a str> {
    let installed: BTreeSet<&str> = listing
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        .collect();
    wanted
        .iter()
        .copied()
        .filter(|name| !installed.contains(name))
        .collect()
}

fn apt(verb: &[&str], names: &[&str]) -> Outcome {
    let mut arguments = vec!["-o", "DPkg::Lock::Timeout=300", "-q"];
    arguments.extend(verb);
    run_as_root("apt-get", &arguments, names)
}

/// Runs a program as root: directly when we are root, else through sudo.
fn run_as_root(name: &str, arguments: &[&str], more: &[&str]) -> Outcome {
    let root = ask("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    let mut command: Command = if root {
        program(name, arguments)
    } else if on_path("sudo") {
        let mut command = program("sudo", &["DEBIAN_FRONTEND=noninteractive", name]);
        command.args(arguments);
        command
    } else {
        return Err(Failure(format!(
            "需要管理员权限安装软件包，本机没有 sudo。请以管理员身份运行 / please run as root: {name} {} {}",
            arguments.join(" "),
            more.join(" ")
        )));
    };
    command.args(more).env("DEBIAN_FRONTEND", "noninteractive");
    run(command)
}

#[cfg(test)]
mod tests {
    use super::missing_from;

    #[test]
    fn only_what_dpkg_calls_installed_is_not_missing() {
        let listing = "installed perl\nconfig-files xvfb\nnot-installed make\n";
        assert_eq!(
            missing_from(&["perl", "xvfb", "make", "nodejs"], listing),
            ["xvfb", "make", "nodejs"]
        );
    }

    #[test]
    fn nothing_is_missing_when_all_are_installed() {
        assert!(missing_from(&["perl"], "installed perl\ninstalled make\n").is_empty());
    }
}
