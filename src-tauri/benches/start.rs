//! From the start of the program to its first page on the screen, and the
//! memory it takes then: `cargo bench -p ducha --bench start` (Linux, needs Xvfb).

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts measured.
const STARTS: u32 = 5;
/// The colour of the first page's main button, as the screen's memory holds it
/// (blue, green, red): nothing shows it before the page is drawn.
const BUTTON: [u8; 3] = [0x44, 0x4b, 0x1d];
/// After so long a start counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let display = format!(":{}", 200 + std::process::id() % 500);
    let screen = Command::new("Xvfb")
        .args([&display, "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
        .arg("-fbdir")
        .arg(folder.path())
        .stderr(Stdio::null())
        .spawn();
    let Ok(screen) = screen else {
        println!("没有测量：本机没有 Xvfb。");
        return;
    };
    let _screen = Ended(screen);
    let memory = folder.path().join("Xvfb_screen0");
    wait_until("the screen", || memory.exists());
    for _ in 0..STARTS {
        let home = tempfile::tempdir().expect("a temporary folder");
        let begun = Instant::now();
        let program = Command::new(env!("CARGO_BIN_EXE_ducha"))
            .env("DISPLAY", &display)
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_DATA_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let program = Ended(program);
        wait_until("the first page", || shows_the_button(&memory));
        let taken = begun.elapsed().as_millis();
        std::thread::sleep(Duration::from_secs(2));
        println!(
            "start {taken} ms, memory {} MB",
            share(program.0.id()) / 1024
        );
        drop(program);
        wait_until("an empty screen", || !shows_the_button(&memory));
    }
}

/// A program that ends with its owner.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the button's colour stands somewhere on the screen.
fn shows_the_button(memory: &Path) -> bool {
    let pixels = std::fs::read(memory).unwrap_or_default();
    pixels.chunks_exact(4).any(|pixel| pixel[..3] == BUTTON)
}

/// Proportional share of memory of a process and all it started, in KiB.
fn share(process: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"));
    let own = rollup
        .unwrap_or_default()
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
        .unwrap_or(0);
    own + children(process).into_iter().map(share).sum::<u64>()
}

/// Processes started by `process`, through any of its threads.
fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    let mut found = Vec::new();
    for task in tasks.into_iter().flatten().flatten() {
        let list = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(
            list.split_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    found
}
