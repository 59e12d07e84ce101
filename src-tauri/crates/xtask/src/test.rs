//! Every check and test, cheapest news first.

use crate::run::{Outcome, ask, cargo, in_memory, program, run, run_reading, step, target};
use crate::tally::Tally;
use crate::{packages, ui};
use std::process::Command;

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

/// The window tests alone, with pictures in the dark too.
pub(crate) fn screenshots(tally: &mut Tally) -> Outcome {
    packages::for_the_tests()?;
    ui::build()?;
    build_programs()?;
    look_at_the_window(tally, &[("DUCHA_DARK", "1")])?;
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
        let command = with_features("test", &["--no-fail-fast"]);
        run_reading(in_memory(command), |line| tally.read(line))
    })
}

/// The programs themselves, which tests start: cargo builds a program for the
/// tests of its own package only. Together with the tests, because what they alone
/// need turns on features of libraries that the programs use as well: built apart,
/// a third of those libraries would be compiled twice.
fn build_programs() -> Outcome {
    step("Build the programs · 构建程序", || {
        run(with_features("build", &["--bins", "--tests"]))
    })
}

fn window_tests(tally: &mut Tally) -> Outcome {
    look_at_the_window(tally, &[])
}

fn look_at_the_window(tally: &mut Tally, settings: &[(&str, &str)]) -> Outcome {
    step("Test the real window · 窗口测试", || {
        let mut command = with_features("test", &["--test", "window"]);
        command.args(["--", "--test-threads=1", "--nocapture"]);
        command.envs(settings.iter().copied());
        run_reading(without_network(in_memory(command)), |line| {
            tally.read(line);
        })
    })
}

/// The same command where there is no network but the machine's own loopback,
/// so that a program that wants more shows itself. Where the system lends no
/// such place, the command as it is, and that is said.
fn without_network(command: Command) -> Command {
    const LOOPBACK_ONLY: &str = "ip link set lo up && exec \"$@\"";
    let trial = ["-rn", "sh", "-c", LOOPBACK_ONLY, "sh", "true"];
    if ask("unshare", &trial).is_none() {
        println!("   (no network namespace to be had here; the tests keep the network)");
        return command;
    }
    let mut apart = program("unshare", &trial[..trial.len() - 1]);
    apart.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        apart.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => apart.env(name, value),
            None => apart.env_remove(name),
        };
    }
    apart
}

fn with_features(verb: &str, more: &[&str]) -> Command {
    let mut command = cargo(&[verb]);
    command.args(FEATURES).args(more);
    command
}
