//! Random inputs for everything that reads what comes from outside.

use crate::packages;
use crate::run::{Failure, Outcome, ask, cargo, program, run, step, top};

/// The crate with the targets, from the top.
const FOLDER: &str = "src-tauri/crates/exchange/fuzz";
/// Longest input, in bytes. Longer ones find nothing more and make each try slow.
const LONGEST: u32 = 65_536;
/// Most memory a try may take, in MB: a stated length must not be believed.
const MEMORY: u32 = 1_024;

/// Runs every target for so many minutes. A finding is left in `artifacts` and
/// ends the run.
pub(crate) fn fuzz(minutes: &str) -> Outcome {
    let seconds = match minutes.parse::<u32>() {
        Ok(minutes) if (1..=100_000).contains(&minutes) => minutes * 60,
        _ => {
            return Err(Failure(format!(
                "“{minutes}”不是分钟数 / is not a number of minutes"
            )));
        }
    };
    packages::for_the_command_line()?;
    get_the_fuzzer()?;
    let corpus = top().join(FOLDER).join("corpus");
    step("Begin from good inputs · 准备初始输入", || {
        // This crate alone: the window's libraries have nothing to do with it.
        let mut command = cargo(&[
            "test",
            "--package",
            "exchange",
            "--lib",
            "the_first_inputs_of_the_fuzzer",
        ]);
        command
            .args(["--", "--ignored"])
            .env("DUCHA_SEEDS", &corpus);
        run(command)
    })?;
    for target in targets()? {
        step(&format!("Fuzz {target} · 随机输入"), || {
            let mut command = program("cargo", &["+nightly", "fuzz", "run", "--fuzz-dir", FOLDER]);
            command.args([&target, "--"]).args([
                format!("-max_total_time={seconds}"),
                format!("-max_len={LONGEST}"),
                format!("-rss_limit_mb={MEMORY}"),
                "-print_final_stats=1".to_owned(),
            ]);
            run(command)
        })?;
    }
    Ok(())
}

/// Installs the compiler and the tool that fuzzing needs.
fn get_the_fuzzer() -> Outcome {
    if ask("cargo", &["+nightly", "fuzz", "--version"]).is_some() {
        return Ok(());
    }
    step("Install the fuzzer · 安装随机测试工具", || {
        let toolchain = ["toolchain", "install", "nightly", "--profile", "minimal"];
        run(program("rustup", &toolchain))?;
        run(cargo(&["install", "cargo-fuzz", "--locked"]))
    })
}

/// The names of the targets: the files in `fuzz_targets`.
fn targets() -> Outcome<Vec<String>> {
    let folder = top().join(FOLDER).join("fuzz_targets");
    let entries = std::fs::read_dir(&folder)
        .map_err(|error| Failure(format!("{}: {error}", folder.display())))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}
