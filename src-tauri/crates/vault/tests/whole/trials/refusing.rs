//! A disk that refuses: every single call by which the archive's files are
//! written is made to fail, once, and from then on.
//!
//! The calls are refused by `strace`, which stands between the program and the
//! system: no part of the program knows, and every way of writing is reached,
//! SQLite's as well as our own. Where it is not there or not allowed to, and
//! besides, files are kept from growing beyond a limit (`ulimit -f`), which
//! needs no leave on any Unix.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use super::dice::{Dice, fresh_seed};
use super::working_day::{self, Reported, judge, lay_out};
use super::{child, long};
use crate::desk::{Desk, NOW, id, put};
use crate::museum::borrow_as;

/// The calls that change what is on the disk.
const CALLS: &str =
    "pwrite64,write,fsync,fdatasync,ftruncate,rename,mkdir,copy_file_range,sendfile,unlink,rmdir";

/// Work that is done while something is refused.
pub(super) struct Scene {
    /// The child that does it.
    pub(super) child: &'static str,
    /// A fresh desk with what it works on.
    pub(super) lay_out: fn() -> Desk,
    pub(super) judge: Judge,
}

/// Holds the archive against what the child said, and goes on working with it.
/// Gives the numbers of the errors the child was told. The last says what was
/// refused, and whether only once.
type Judge = fn(&Desk, &[String], (&str, bool)) -> Vec<String>;

impl Scene {
    /// Runs the child through `through`, and gives what it said.
    pub(super) fn run(&self, desk: &Desk, through: &[&str], when: &str) -> Vec<String> {
        let output = child::command(self.child, desk.path(), None, through)
            .output()
            .expect("run");
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success() && out.lines().any(|line| line == "done"),
            "{when}: {}\n{out}\n{err}",
            output.status
        );
        out.lines().map(str::to_owned).collect()
    }

    /// Which calls the child makes on its archive: name and number among those
    /// of that name. Nothing when nobody may stand between.
    fn calls(&self) -> Option<Vec<(String, u32)>> {
        let traced = Command::new("strace")
            .args(["-o", "/dev/null", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !traced {
            return None;
        }
        let desk = (self.lay_out)();
        let listing = desk.path().join("calls");
        let listing_text = listing.to_str().expect("text");
        let trace = format!("trace={CALLS}");
        let mut through = vec!["strace", "-f", "-y", "-qq", "-o", listing_text];
        through.extend(["-e", &trace, "-e", "signal=none"]);
        let said = self.run(&desk, &through, "nothing refused");
        let refused = (self.judge)(&desk, &said, ("nothing refused", true));
        assert!(refused.is_empty(), "{refused:?}");
        // The archive's own name is Chinese, which strace prints as numbers.
        let place = desk.path().to_string_lossy().into_owned();
        let mut counted: BTreeMap<(String, String), u32> = BTreeMap::new();
        let mut calls = Vec::new();
        for line in fs::read_to_string(listing).expect("a listing").lines() {
            let Some((process, call)) = line.split_once(' ') else {
                continue;
            };
            let Some((name, rest)) = call.trim_start().split_once('(') else {
                continue;
            };
            let number = counted
                .entry((process.to_owned(), name.to_owned()))
                .or_default();
            *number += 1;
            // The path may be cut short in an argument, never in a descriptor.
            if rest.contains(&place) {
                calls.push((name.to_owned(), *number));
            }
        }
        Some(calls)
    }

    /// Refuses every call, or `some` of them and the rare ones; those of a fresh
    /// seed among them are called `what`.
    pub(super) fn refuse(&self, what: &str, some: u64) {
        let Some(calls) = self.calls() else {
            println!("skipped: strace is not here or may not trace; the next trial needs no leave");
            return;
        };
        assert!(calls.len() > 200, "{}", calls.len());
        let mut order: Vec<usize> = (0..calls.len()).collect();
        if !long() {
            let mut fresh = Dice::of(fresh_seed(what));
            let mut known = Dice::of(7);
            order = (0..some)
                .map(|turn| {
                    let is_known = turn * 10 < some * 7;
                    let dice = if is_known { &mut known } else { &mut fresh };
                    dice.below(calls.len() as u64) as usize
                })
                .collect();
            let rare = |name: &str| calls.iter().position(|(call, _)| call == name);
            order.extend(
                ["rename", "fsync", "ftruncate"]
                    .into_iter()
                    .filter_map(rare),
            );
        }
        let (mut refused, mut runs) = (0, 0);
        let mut codes: BTreeMap<String, u32> = BTreeMap::new();
        for at in order {
            let (name, number) = &calls[at];
            // Once, and every further call of that name too. `write` is also how
            // the child speaks, so that it can only be refused once.
            for (error, more) in [("EIO", ""), ("ENOSPC", "+")] {
                let too_much = more == "+" && name == "write";
                if too_much || (!long() && name != "write" && at.is_multiple_of(2) == (more == "+"))
                {
                    continue;
                }
                let when = format!("{error} at {name} {number}{more}");
                let told = self.refuse_one(name, &format!("error={error}:when={number}{more}"));
                let (desk, said) = told;
                runs += 1;
                let told = (self.judge)(&desk, &said, (&when, more.is_empty()));
                refused += u32::from(!told.is_empty());
                for code in told {
                    *codes.entry(code).or_default() += 1;
                }
            }
        }
        println!(
            "{what}: {} calls write; {runs} runs, in {refused} of them something was refused: \
             {codes:?}",
            calls.len()
        );
        assert!(refused * 5 > runs, "{refused} of {runs}");
    }

    fn refuse_one(&self, name: &str, how: &str) -> (Desk, Vec<String>) {
        let desk = (self.lay_out)();
        let (trace, inject) = (format!("trace={CALLS}"), format!("inject={name}:{how}"));
        let mut through = vec!["strace", "-f", "-qq", "-o", "/dev/null"];
        through.extend(["-e", &trace, "-e", &inject, "-e", "signal=none"]);
        let said = self.run(&desk, &through, &inject);
        (desk, said)
    }
}

/// Every kind of work, on an archive of format 1 as a power cut left it, so that
/// opening has a log to take over and a format to change.
const WORKING_DAY: Scene = Scene {
    child: working_day::CHILD,
    lay_out: || {
        let desk = Desk::new();
        borrow_as(&desk, "killed-v1", "示例");
        lay_out(&desk);
        desk
    },
    judge: |desk, said, (when, _)| {
        let mut reported = Reported::default();
        for line in said {
            reported.hear(line);
        }
        let mut vault = judge(&desk.folder("示例"), &mut reported, when);
        put(&mut vault, id(9), "person", &[("name", "甲某")]);
        vault
            .backup(NOW * 2)
            .unwrap_or_else(|error| panic!("{when}: {error}"));
        reported.refused
    },
};

#[test]
fn whichever_call_is_refused_nothing_reported_is_lost_and_nothing_is_half() {
    WORKING_DAY.refuse("refusing", 10);
}

#[test]
fn files_that_may_not_grow_lose_nothing_and_leave_nothing_half() {
    if !cfg!(unix) {
        println!("skipped: there is no limit to a file's size here");
        return;
    }
    // In blocks of 512 bytes: from less than there is, to more than is needed.
    let limits: Vec<u64> = if long() {
        (200..6_000).step_by(32).collect()
    } else {
        let mut fresh = Dice::of(fresh_seed("growing"));
        vec![220, 300, 400, 520, 200 + fresh.below(5_000)]
    };
    let mut refused = 0;
    for limit in &limits {
        let when = format!("no file beyond {limit} blocks");
        let desk = (WORKING_DAY.lay_out)();
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
        let said = WORKING_DAY.run(&desk, &["sh", "-c", &script, "sh"], &when);
        let told = (WORKING_DAY.judge)(&desk, &said, (&when, false));
        refused += usize::from(!told.is_empty());
    }
    println!(
        "{} limits, under {refused} of them something was refused",
        limits.len()
    );
    assert!(refused * 2 > limits.len());
}
