//! The long versions of what `cargo xtask test` does in short.

use crate::packages;
use crate::run::{Outcome, cargo, in_memory, run, run_reading, step};
use crate::tally::Tally;

/// Tells tests and benchmarks that their long version is wanted.
const LONG: (&str, &str) = ("DUCHA_SOAK", "1");

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
        run_reading(in_memory(command), |line| tally.read(line))
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
