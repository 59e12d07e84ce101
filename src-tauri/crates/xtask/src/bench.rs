//! The benchmarks.

use crate::run::{Failure, Outcome, cargo, run, step, top};
use crate::ui;
use std::path::Path;

/// Runs every file under a `benches` folder of the workspace.
///
/// They are named one by one because `cargo bench` would also build every
/// library's unit tests for release, which takes minutes and measures nothing.
pub(crate) fn bench() -> Outcome {
    ui::build()?;
    let mut folders = vec![top().join("src-tauri/benches"), top().join("tests/benches")];
    if let Ok(crates) = std::fs::read_dir(top().join("src-tauri/crates")) {
        folders.extend(crates.flatten().map(|entry| entry.path().join("benches")));
    }
    let mut names: Vec<String> = folders.iter().flat_map(|folder| targets(folder)).collect();
    names.sort();
    if names.is_empty() {
        return Err(Failure("没有性能测量 / there are no benchmarks".to_owned()));
    }
    step("Measure · 性能测量", || {
        let mut command = cargo(&["bench", "--workspace"]);
        for name in &names {
            command.args(["--bench", name]);
        }
        run(command)
    })
}

/// The bench targets of one folder, by cargo's convention: each file, and each
/// folder with a `main.rs`.
fn targets(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension().is_some_and(|end| end == "rs") || path.join("main.rs").is_file()
        })
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}
