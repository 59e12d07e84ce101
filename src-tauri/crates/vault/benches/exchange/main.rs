//! One laptop writes a long history and exports all of it, another takes it in, and Automerge
//! merges the same edits: `cargo bench -p vault --bench exchange`.
//!
//! Every step is a process of its own, so that the most memory it has had can be told (on Linux).
//! The import of both sides ends on the disk. It prints tables; nothing is judged. With
//! `DUCHA_SOAK` set (as `cargo xtask soak` does) a history of 400,000 changes is taken in too.

mod history;
mod steps;

use std::path::{Path, PathBuf};
use std::process::Command;

use steps::{Figures, STEPS};

/// Changes in the history that is compared with Automerge.
const COMPARED: usize = 100_000;
/// Automerge, in a workspace of its own: nothing else of this project needs it.
const AUTOMERGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/benches/exchange/automerge/Cargo.toml"
);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--test") {
        // `cargo test --benches` would only want to know that it compiles.
        return;
    }
    if let [step, place, changes] = &arguments[..]
        && let Some((_, run)) = STEPS.iter().find(|(name, _)| name == step)
    {
        let changes = changes.parse().expect("a number");
        run(Path::new(place), changes).print();
        return;
    }
    let mut sizes = vec![10_000, COMPARED];
    if std::env::var_os("DUCHA_SOAK").is_some() {
        sizes.push(4 * COMPARED);
    }
    for changes in sizes {
        let place = tempfile::tempdir().expect("a temporary folder");
        println!("{changes} changes");
        for (step, _) in STEPS {
            let mut command = Command::new(std::env::current_exe().expect("this program"));
            command.arg(step).arg(place.path()).arg(changes.to_string());
            show(step, command, changes);
        }
        if changes == COMPARED {
            for step in ["save", "load and merge", "merge again"] {
                let mut command = Command::new(env!("CARGO"));
                command
                    .args(["run", "--quiet", "--release", "--locked", "--manifest-path"])
                    .arg(AUTOMERGE)
                    .arg("--target-dir")
                    .arg(target().join("automerge"))
                    .args(["--", step])
                    .arg(place.path());
                show(&format!("Automerge: {step}"), command, changes);
            }
        }
    }
}

/// Runs a step and prints its line of the table.
fn show(step: &str, mut command: Command, changes: usize) {
    let output = command.output().expect("a process");
    let words = String::from_utf8_lossy(&output.stdout);
    match Figures::parse(&words) {
        Some(figures) => println!("  {step:<28} {}", figures.words(changes)),
        None => println!(
            "  {step:<28} 没有结果：{}",
            String::from_utf8_lossy(&output.stderr).trim()
        ),
    }
}

/// Cargo's target folder.
fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target"),
        PathBuf::from,
    )
}
