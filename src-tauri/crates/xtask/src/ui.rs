//! The window's pages: npm and Vite.

use crate::run::{Failure, Outcome, ask, program, run, step, top};
use std::process::Command;

/// The oldest Node that Vite runs with.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Installs the locked npm packages (when the lock changed) and builds `ui/dist`,
/// which is embedded in the program: it must exist before the desktop compiles.
pub(crate) fn build() -> Outcome {
    check_node()?;
    install()?;
    step("Check and build the pages · 检查并构建界面", || {
        run(npm(&["run", "--silent", "build"]))
    })
}

/// A run of npm in `ui/`.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = program("npm", arguments);
    command.current_dir(top().join("ui"));
    command
}

fn check_node() -> Outcome {
    let answer = ask("node", &["--version"]).unwrap_or_default();
    match version(&answer) {
        Some(found) if found >= OLDEST_NODE => Ok(()),
        _ => Err(Failure(format!(
            "界面需要 Node.js {}.{} 以上版本（本机：{}），请先安装后再运行。\n  The pages need Node.js {}.{} or newer (found: {}); please install it and run this again.",
            OLDEST_NODE.0,
            OLDEST_NODE.1,
            or_none(&answer, "未安装"),
            OLDEST_NODE.0,
            OLDEST_NODE.1,
            or_none(&answer, "none"),
        ))),
    }
}

fn or_none<'a>(answer: &'a str, none: &'a str) -> &'a str {
    match answer.trim() {
        "" => none,
        found => found,
    }
}

/// `v20.19.4` → (20, 19).
fn version(answer: &str) -> Option<(u32, u32)> {
    let mut numbers = answer.trim().strip_prefix('v')?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers.next()?.parse().ok()?;
    Some((major, minor))
}

/// `npm ci`, unless the packages of this very lock file are already there.
fn install() -> Outcome {
    let ui = top().join("ui");
    let lock = std::fs::read(ui.join("package-lock.json"))
        .map_err(|error| Failure(format!("ui/package-lock.json: {error}")))?;
    // A copy of the lock the packages were installed from, left among them.
    let stamp = ui.join("node_modules/.installed-from.json");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(
        "Install the locked npm packages · 安装界面依赖",
        || {
            run(npm(&["ci", "--no-audit", "--no-fund"]))?;
            std::fs::write(&stamp, &lock)
                .map_err(|error| Failure(format!("{}: {error}", stamp.display())))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_NODE, version};

    #[test]
    fn node_versions_are_compared_by_number() {
        assert_eq!(version("v20.19.4\n"), Some((20, 19)));
        assert!(version("v9.99.0").is_some_and(|found| found < OLDEST_NODE));
        assert!(version("v20.2.0").is_some_and(|found| found < OLDEST_NODE));
        assert!(version("v22.0.0").is_some_and(|found| found >= OLDEST_NODE));
        assert_eq!(version("command not found"), None);
        assert_eq!(version(""), None);
    }
}
