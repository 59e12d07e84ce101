//! Running other programs, one named step at a time.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why a task stopped, as one sentence for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

/// The outcome of a task or of one of its steps.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// The repository's top folder.
pub(crate) fn top() -> PathBuf {
    // Known when xtask is compiled: src-tauri/crates/xtask lies three below the top.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| top().join("target"), PathBuf::from)
}

/// A program to be run in the repository's top folder.
///
/// What `cargo run` told this program about itself is not passed on: build
/// scripts that watch those variables would run again for no reason.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(top());
    for (key, _) in std::env::vars_os() {
        let of_this_package = key.to_str().is_some_and(|key| {
            key.starts_with("CARGO_PKG_")
                || key.starts_with("CARGO_MANIFEST_")
                || matches!(key, "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "OUT_DIR")
        });
        if of_this_package {
            command.env_remove(key);
        }
    }
    command
}

/// The cargo that started this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    program(&cargo, arguments)
}

/// Prints a headline, does the work, prints how long it took.
pub(crate) fn step<T>(headline: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("\n== {headline}");
    let begun = Instant::now();
    let outcome = work();
    let mark = if outcome.is_ok() { "✓" } else { "✗" };
    println!("{mark} {headline} ({:.1} s)", begun.elapsed().as_secs_f64());
    outcome
}

/// Runs a program with its output on the terminal; anything but success is a failure.
pub(crate) fn run(mut command: Command) -> Outcome {
    let words = words_of(&command);
    println!("   {words}");
    let status = command
        .status()
        .map_err(|error| Failure(format!("{words}: {error}")))?;
    judge(&words, status)
}

/// Runs a program and shows each line of its standard output as it comes,
/// after giving it to `reader`.
pub(crate) fn run_reading(mut command: Command, mut reader: impl FnMut(&str)) -> Outcome {
    let words = words_of(&command);
    println!("   {words}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Failure(format!("{words}: {error}")))?;
    if let Some(output) = child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        // Bytes, not text: a test may print what is no UTF-8.
        while output
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            reader(String::from_utf8_lossy(&line).trim_end());
            let mut terminal = std::io::stdout().lock();
            // A closed terminal is no reason to stop the work.
            let _ = terminal.write_all(&line).and_then(|()| terminal.flush());
            line.clear();
        }
    }
    let status = child
        .wait()
        .map_err(|error| Failure(format!("{words}: {error}")))?;
    judge(&words, status)
}

/// The standard output of a program, or `None` when it cannot be run or fails.
pub(crate) fn ask(name: &str, arguments: &[&str]) -> Option<String> {
    let output = program(name, arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where files lie that are nothing but memory, and the room there that tests want, in KiB.
const MEMORY: &str = "/dev/shm";
const ROOM: u64 = 4 << 20;

/// The same command with its temporary files in memory, when there is room. Tests force
/// their writes to the disk some hundred thousand times and wait for it; what they try is
/// the end of a process and the refusal of a call, which are the same there. As it is when
/// somebody has said where such files go.
pub(crate) fn in_memory(mut command: Command) -> Command {
    if std::env::var_os("TMPDIR").is_none() && free(MEMORY).is_some_and(|free| free >= ROOM) {
        command.env("TMPDIR", MEMORY);
    }
    command
}

/// The room in a folder's file system, in KiB.
fn free(folder: &str) -> Option<u64> {
    let said = ask("df", &["--output=avail", "-k", folder])?;
    said.lines().last()?.trim().parse().ok()
}

/// Whether a program of that name can be found on the PATH.
pub(crate) fn on_path(name: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn words_of(command: &Command) -> String {
    let name = Path::new(command.get_program());
    let mut words = vec![
        name.file_name()
            .unwrap_or(command.get_program())
            .to_string_lossy()
            .into_owned(),
    ];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn judge(words: &str, status: std::process::ExitStatus) -> Outcome {
    if status.success() {
        return Ok(());
    }
    Err(Failure(match status.code() {
        Some(code) => format!("{words}: exit code {code}"),
        None => format!("{words}: ended by a signal"),
    }))
}
