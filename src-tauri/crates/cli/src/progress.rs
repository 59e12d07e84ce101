//! How far a long task is, on a terminal. Into a file or a pipe nothing is
//! written: messages there are for scripts.

use office::Progress;
use std::io::{IsTerminal, Write, stderr};

/// One line on the terminal that is written over.
pub(crate) struct Line {
    shown: Option<(String, u64)>,
    is_terminal: bool,
}

impl Line {
    /// Nothing shown yet.
    pub(crate) fn new() -> Self {
        Self {
            shown: None,
            is_terminal: stderr().is_terminal(),
        }
    }

    /// Shows it when it has changed by a hundredth. The task always goes on:
    /// Ctrl C ends the program, and whatever was not finished is undone.
    pub(crate) fn show(&mut self, progress: Progress) -> bool {
        if self.is_terminal {
            let percent = progress.done * 100 / progress.total.max(1);
            let now = (progress.stage, percent);
            if self.shown.as_ref() != Some(&now) {
                let _ = write!(stderr(), "\r\x1b[K{} {}%", now.0, now.1);
                self.shown = Some(now);
            }
        }
        true
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
