//! Every check and test, cheapest news first.

use crate::run::{Outcome, cargo, run, run_reading, step, target};
use crate::tally::Tally;
use crate::{packages, ui};

/// One set of features for every build, so that nothing is compiled twice: the
/// window tests need a program that lets itself be driven.
const FEATURES: [&str; 3] = ["--workspace", "--features", "ducha/automation"];

/// What `.ci/run` runs.
pub(crate) fn everything(tally: &mut Tally) -> Outcome {
    packages::for_the_tests()?;
    quick_checks(tally)?;
    window_tests(tally)
}

/// Everything but the window tests; nothing is installed.
pub(crate) fn fast(tally: &mut Tally) -> Outcome {
    quick_checks(tally)
}

/// The window tests alone.
pub(crate) fn screenshots(tally: &mut Tally) -> Outcome {
    packages::for_the_tests()?;
    ui::build()?;
    build_programs()?;
    window_tests(tally)?;
    println!("   {}", target().join("screenshots").display());
    Ok(())
}

fn quick_checks(tally: &mut Tally) -> Outcome {
    ui::build()?;
    step("Test the pages · 界面单元测试", || {
        run_reading(ui::npm(&["test", "--silent"]), |line| tally.read(line))
    })?;
    step("Check the formatting · 检查格式", || {
        run(cargo(&["fmt", "--all", "--check"]))
    })?;
    step("Lint · 静态检查", || {
        let mut every_target = with_features("clippy", &["--all-targets"]);
        every_target.args(["--", "-D", "warnings"]);
        run(every_target)?;
        // `--all-targets` leaves out a target that is not run by default.
        let mut window = with_features("clippy", &["--test", "window"]);
        window.args(["--", "-D", "warnings"]);
        run(window)
    })?;
    build_programs()?;
    step("Test the crates · 各模块测试", || {
        run_reading(with_features("test", &["--no-fail-fast"]), |line| {
            tally.read(line);
        })
    })
}

/// The programs themselves, which tests start: cargo builds a program for the
/// tests of its own package only.
fn build_programs() -> Outcome {
    step("Build the programs · 构建程序", || {
        run(with_features("build", &["--bins"]))
    })
}

fn window_tests(tally: &mut Tally) -> Outcome {
    step("Test the real window · 窗口测试", || {
        let mut command = with_features("test", &["--test", "window"]);
        command.args(["--", "--test-threads=1", "--nocapture"]);
        run_reading(command, |line| tally.read(line))
    })
}

fn with_features(verb: &str, more: &[&str]) -> std::process::Command {
    let mut command = cargo(&[verb]);
    command.args(FEATURES).args(more);
    command
}
