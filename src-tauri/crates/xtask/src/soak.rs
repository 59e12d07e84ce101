//! The long versions of what `cargo xtask test` does in short.

use crate::packages;
use crate::run::{Outcome, ask, cargo, run, run_reading, step};
use crate::tally::Tally;

/// Tells tests and benchmarks that their long version is wanted.
const LONG: (&str, &str) = ("DUCHA_SOAK", "1");

/// Where temporary files lie that are nothing but memory, and the room there that
/// the trials want, in KiB.
const MEMORY: &str = "/dev/shm";
const ROOM: u64 = 4 << 20;

/// Where the trials work: in memory, when there is room. They force their writes to
/// the disk some hundred thousand times and wait for it; what they try is the end of
/// a process and the refusal of a call, which are the same there. Nothing when
/// somebody has said where.
fn in_memory() -> Option<&'static str> {
    if std::env::var_os("TMPDIR").is_some() {
        return None;
    }
    let said = ask("df", &["--output=avail", "-k", MEMORY])?;
    let free: u64 = said.lines().last()?.trim().parse().ok()?;
    (free >= ROOM).then_some(MEMORY)
}

/// Kills, refused writes, damages and random work by the hundred and thousand,
/// then the figures of an archive of a million entries and of a bundle of 400,000
/// changes. Optimised, because the checks between are most of it; it takes about
/// an hour.
pub(crate) fn soak(tally: &mut Tally) -> Outcome {
    packages::for_the_trials()?;
    step("Soak the archive · 档案库长时间试验", || {
        let mut command = cargo(&["test", "--release", "--workspace", "--test", "whole"]);
        command
            .args(["--", "--nocapture", "trials::"])
            .env(LONG.0, LONG.1);
        if let Some(place) = in_memory() {
            command.env("TMPDIR", place);
        }
        run_reading(command, |line| tally.read(line))
    })?;
    step(
        "Measure at a million entries · 百万条目性能测量",
        || {
            let mut command = cargo(&["bench", "--workspace"]);
            command.args(["--bench", "scale", "--bench", "exchange"]);
            command.env(LONG.0, LONG.1);
            run(command)
        },
    )
}
