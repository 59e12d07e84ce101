//! `ducha-cli`: 督查手记 without a window, for the office's computer person,
//! for scripts and for tests. It reads the command line, calls the same use
//! cases as the window, and says in Chinese what came of it.
//!
//! Results go to the standard output, with `--json` as exactly one JSON object;
//! messages go to the standard error. Exit codes: 0 done, 1 refused or damage
//! found, 2 wrong usage, 3 the archive cannot be opened, 4 carried out, and the
//! result could not be written.

mod answer;
mod arguments;
mod commands;
mod desk;
mod failure;
mod passphrase;
mod progress;
mod usage;

use answer::Answer;
use arguments::Arguments;
use failure::Failure;
use office::Moment;
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    // This same executable reads minutes in a process of its own.
    minutes::worker::run_if_asked();
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let json = words.iter().any(|word| word == "--json");
    match run(&words) {
        Ok(answer) => answer.tell(json),
        Err(failure) => failure.tell(json),
    }
}

/// Finds the command and carries it out.
fn run(words: &[OsString]) -> Result<Answer, Failure> {
    let Some((name, rest)) = words.split_first() else {
        return Err(Failure::usage("没有写明要做什么。", ""));
    };
    match name.to_str() {
        Some("--help" | "-h" | "help") => return Ok(Answer::words(usage::all())),
        Some("--version" | "-V") => {
            return Ok(Answer::words(format!(
                "督查手记 {}\n",
                env!("CARGO_PKG_VERSION")
            )));
        }
        _ => {}
    }
    let command = commands::ALL
        .iter()
        .find(|command| name == command.name)
        .ok_or_else(|| Failure::usage(format!("没有“{}”这个命令。", name.to_string_lossy()), ""))?;
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        return Ok(Answer::words(usage::of(command)));
    }
    let arguments = Arguments::read(command, rest)?;
    (command.run)(&arguments, Moment::now())
}
