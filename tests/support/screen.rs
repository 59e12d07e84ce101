//! A screen in memory.

use super::process::{Group, find_program};
use super::waiting::{PATIENCE, until};
use std::path::Path;

/// An X server without a display, on a number that was free.
pub(crate) struct Screen {
    /// Kept for its end: the server ends with it.
    _server: Group,
    number: u32,
}

impl Screen {
    /// Starts a screen of 1280 × 800, a small laptop's. The server itself picks
    /// the first free number and tells it through its standard output.
    pub(crate) fn start(logs: &Path) -> Self {
        let server = Group::start(
            &find_program("Xvfb", "xvfb"),
            &[
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
            ],
            &logs.join("screen.log"),
            |_| {},
        );
        let number = until(PATIENCE, || {
            server
                .said()
                .lines()
                .find_map(|line| line.trim().parse().ok())
        });
        let Some(number) = number else {
            panic!("Xvfb did not start; it said:\n{}", server.said());
        };
        Self {
            _server: server,
            number,
        }
    }

    /// The value of `DISPLAY` for programs that are to be shown here.
    pub(crate) fn name(&self) -> String {
        format!(":{}", self.number)
    }
}
