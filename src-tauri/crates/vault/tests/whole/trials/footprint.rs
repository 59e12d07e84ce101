//! How much memory a large file costs on its way in and out: no more than a
//! small one. Measured by the system, in a process of its own.

use std::io::Read;

use vault::{INTAKE_PIECE, Vault};

use super::child::{self, say};
use super::intake::{lay_out, open, take_in_pieces};
use super::long;

/// The child below, as the trial calls it.
const CHILD: &str = "trials::footprint::child_that_carries_a_large_file";
/// Pieces of the file: 48 MB.
const PIECES: u8 = 6;
/// Most memory that carrying it may cost, in KB: the database's cache of 16 MB,
/// a piece, and as much again for whatever the system's allocator keeps.
const MOST: u64 = 48 * 1024;

/// The most memory this process has ever had, in KB; nothing where the system
/// does not say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Not a test of its own: the child of the trial.
#[test]
#[ignore = "runs as a child of the trial"]
fn child_that_carries_a_large_file() {
    let Some(place) = child::place() else { return };
    let folder = place.join("示例.ducha");
    let mut vault = open(&folder).expect("opens");
    let before = peak();
    let mut pieces = (1..=PIECES).map(|number| vec![number; INTAKE_PIECE]);
    take_in_pieces(&mut vault, 1, &mut pieces, &|| ()).expect("taken in");
    let taken_in = peak();
    give_out(&vault);
    let given_out = peak();
    let tell = |peak: Option<u64>| say(&format!("\npeak {}", peak.unwrap_or_default()));
    [before, taken_in, given_out].into_iter().for_each(tell);
    if long() {
        // What is sealed is written once more when it is closed and opened.
        drop(vault);
        give_out(&open(&folder).expect("opens"));
        tell(peak());
    } else {
        // Closing what is sealed takes as long again: a power cut does not.
        std::process::exit(0);
    }
}

/// Reads the file back in every way there is.
fn give_out(vault: &Vault) {
    let file = vault.attachments().expect("listed").remove(0);
    let size = u64::from(PIECES) * INTAKE_PIECE as u64;
    let copied = vault.read_attachment(&file.sha256, &mut std::io::sink());
    assert_eq!(copied.expect("whole"), size);
    let mut reader = vault.open_attachment(&file.sha256).expect("there");
    let read = std::io::copy(&mut reader.by_ref(), &mut std::io::sink());
    assert_eq!(read.expect("whole"), size);
    let last = vault.attachment_stretch(&file.sha256, size - 9, 100);
    assert_eq!(last.expect("there"), [PIECES; 9]);
}

fn carrying_costs_little(is_sealed: bool) {
    let desk = lay_out(is_sealed);
    let output = child::command(CHILD, desk.path(), None, &[])
        .output()
        .expect("run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let peaks: Vec<u64> = said
        .lines()
        .filter_map(|line| line.strip_prefix("peak ")?.parse().ok())
        .collect();
    assert_eq!(peaks.len(), if long() { 4 } else { 3 }, "{said}");
    println!("sealed: {is_sealed}, peaks in KB: {peaks:?}");
    if peaks[0] == 0 {
        println!("skipped: the system does not say how much memory a process has");
        return;
    }
    assert!(peaks[peaks.len() - 1] - peaks[0] < MOST, "{peaks:?}");
}

#[test]
fn a_large_file_costs_no_more_memory_than_a_small_one() {
    carrying_costs_little(false);
}

#[test]
fn a_large_file_of_a_sealed_matter_costs_no_more_memory_than_a_small_one() {
    carrying_costs_little(true);
}
