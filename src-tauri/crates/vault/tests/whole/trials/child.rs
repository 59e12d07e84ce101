//! The child of a trial: an ignored test of this program, run as a process of
//! its own, which says what it has been told is safe.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::dice::Dice;

/// Says to the child where to work.
const PLACE: &str = "DUCHA_TEST_CHILD_FOLDER";
/// Says to the child which work: a seed, or nothing for each kind of work once.
const SEED: &str = "DUCHA_TEST_CHILD_SEED";

/// Where this child is to work; nothing when nobody told it to.
pub(super) fn place() -> Option<PathBuf> {
    env::var_os(PLACE).map(PathBuf::from)
}

/// The seed of its work, if it was given one.
pub(super) fn seed() -> Option<u64> {
    env::var(SEED).ok().and_then(|seed| seed.parse().ok())
}

/// One write call, so that a line is out or not. Once more when it is refused: the
/// trials refuse a call by its number, and now and then that is this one.
pub(super) fn say(line: &str) {
    let line = format!("{line}\n");
    let tell = || std::io::stdout().write_all(line.as_bytes());
    tell().or_else(|_| tell()).expect("told");
}

/// Says that the work is done, and ends. Nobody else may speak after that: the
/// harness would say how the test went, and now and then that is the very call
/// that is refused.
pub(super) fn done() -> ! {
    say("done");
    std::process::exit(0)
}

/// This program, told to be the child called `name` that works in `place`,
/// after `through`, which is what runs it.
pub(super) fn command(name: &str, place: &Path, seed: Option<u64>, through: &[&str]) -> Command {
    let program = env::current_exe().expect("this program");
    let mut command = match through {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    };
    command
        .args(["--ignored", "--exact", name])
        .args(["--nocapture", "--test-threads=1"])
        .env(PLACE, place)
        .stdin(Stdio::null());
    if let Some(seed) = seed {
        command.env(SEED, seed.to_string());
    }
    command
}

/// Lets the child called `name` work and kills it: after it has said a random
/// number of lines, fewer than `lines`, and a random moment more, shorter than
/// `moment`. Gives every line it said to `hear`.
pub(super) fn kill(
    (name, place, seed): (&str, &Path, u64),
    (lines, moment): (u64, Duration),
    hear: &mut dyn FnMut(&str),
) {
    let mut dice = Dice::of(seed);
    let mut child = command(name, place, Some(seed), &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a child");
    let mut said = BufReader::new(child.stdout.take().expect("piped")).lines();
    for _ in 0..dice.below(lines) {
        let line = said.next().expect("the child goes on").expect("readable");
        hear(&line);
    }
    let moment = dice.below(moment.as_micros() as u64);
    thread::sleep(Duration::from_micros(moment));
    child.kill().expect("killed");
    let output = child.wait_with_output().expect("gone");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!error.contains("panicked"), "seed {seed}: {error}");
    // What it said before it died counts as well.
    for line in said.map_while(Result::ok) {
        hear(&line);
    }
}
