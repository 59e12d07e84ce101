//! The letter by us and by Typst's wheel, each as a whole process, in turns on the same machine:
//! `cargo bench -p ducha-cli --bench typst`. The wheel comes from PyPI into an environment under
//! cargo's target folder; without Python or a network nothing is compared.

mod source;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of each, after one that is not counted.
const RUNS: usize = 15;

const LETTER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../tests/fixtures/papers/letter_three_pages.json"
);
const FONTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fonts");

/// What Typst's process does: the program is Python with the wheel, as one would use it.
const SCRIPT: &str = "import sys, typst\n\
    typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]], \
    ignore_system_fonts=True)\n";

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let python = match environment() {
        Ok(python) => python,
        Err(reason) => {
            println!("没有与 Typst 比较：{reason}。");
            return;
        }
    };
    let json = std::fs::read_to_string(LETTER).expect("the letter");
    let letter = gongwen::parse(&json).expect("a stored document");
    let source = folder.path().join("letter.typ");
    std::fs::write(&source, source::of(&letter)).expect("a source");
    let script = folder.path().join("set.py");
    std::fs::write(&script, SCRIPT).expect("a script");
    let (ours, theirs) = (
        folder.path().join("ours.pdf"),
        folder.path().join("theirs.pdf"),
    );
    let we = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ducha-cli"));
        command.args(["render", LETTER, "--out"]).arg(&ours);
        command
    };
    let they = || {
        let mut command = Command::new(&python);
        command.arg(&script).arg(&source).arg(&theirs).arg(FONTS);
        command
    };
    // The first run reads the faces from the disk.
    for command in [we(), they()] {
        if let Err(reason) = taken(command) {
            println!("没有与 Typst 比较：{reason}。");
            return;
        }
    }
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        times.0.push(taken(we()).expect("our letter"));
        times.1.push(taken(they()).expect("Typst's letter"));
    }
    let (ours_took, theirs_took) = (median(times.0), median(times.1));
    println!(
        "ducha-cli {:.1} ms, {} kB; typst {:.1} ms, {} kB; {:.1} times as fast",
        ours_took.as_secs_f64() * 1000.0,
        kilobytes(&ours),
        theirs_took.as_secs_f64() * 1000.0,
        kilobytes(&theirs),
        theirs_took.as_secs_f64() / ours_took.as_secs_f64()
    );
    // To be looked at: both are the same letter.
    if let Some(kept) = std::env::var_os("KEEP_PAPERS").map(PathBuf::from) {
        for file in [&source, &ours, &theirs] {
            let name = file.file_name().expect("a name");
            std::fs::copy(file, kept.join(name)).expect("a copy");
        }
    }
}

/// The Python of an environment with the wheel, made when there is none yet.
fn environment() -> Result<PathBuf, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target"),
        PathBuf::from,
    );
    let folder = target.join("typst-venv");
    let python = folder.join("bin/python");
    let has_wheel = |python: &Path| {
        let mut command = Command::new(python);
        command.args(["-c", "import typst"]);
        quietly(command)
    };
    if !has_wheel(&python) {
        let mut make = Command::new("python3");
        make.args(["-m", "venv"]).arg(&folder);
        if !quietly(make) {
            return Err("本机没有可用的 Python 3（含 venv）".to_owned());
        }
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "typst"]);
        if !quietly(install) || !has_wheel(&python) {
            return Err("不能从 PyPI 安装 typst".to_owned());
        }
    }
    Ok(python)
}

fn quietly(mut command: Command) -> bool {
    let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// How long a process took from start to end.
fn taken(mut command: Command) -> Result<Duration, String> {
    let begun = Instant::now();
    let output = command.output().map_err(|error| error.to_string())?;
    let taken = begun.elapsed();
    if output.status.success() {
        Ok(taken)
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn kilobytes(file: &Path) -> u64 {
    file.metadata().map_or(0, |file| file.len() / 1000)
}
