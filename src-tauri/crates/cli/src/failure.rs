//! Why a command was not carried out, and the exit code that says so.

use crate::answer::print;
use office::ErrorView;
use std::io::Write;
use std::process::ExitCode;

/// Refused, or damage was found.
const REFUSED: u8 = 1;
/// The command line was wrong.
const USAGE: u8 = 2;
/// The archive could not be opened.
const NOT_OPENED: u8 = 3;

/// A command that was not carried out.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: u8,
    error: ErrorView,
}

impl Failure {
    /// A wrong command line. `command` is the command whose help is offered,
    /// empty for the list of all.
    pub(crate) fn usage(message: impl Into<String>, command: &str) -> Self {
        let help = if command.is_empty() {
            "请用“ducha-cli --help”查看用法；没有做任何改动。".to_owned()
        } else {
            format!("请用“ducha-cli {command} --help”查看用法；没有做任何改动。")
        };
        Self {
            exit: USAGE,
            error: ErrorView::new("YF-01", message, help),
        }
    }

    /// An archive that could not be opened.
    pub(crate) fn not_opened(error: ErrorView) -> Self {
        Self {
            exit: NOT_OPENED,
            error,
        }
    }

    /// Prints the message, with `--json` as an object as well; gives the exit code.
    pub(crate) fn tell(&self, json: bool) -> ExitCode {
        // When even the standard error is gone, the exit code still tells.
        let _ = writeln!(std::io::stderr(), "{}", self.error);
        if json {
            // The same has been said in words, and the exit code stays.
            let _ = print(&format!("{}\n", serde_json::json!({ "error": self.error })));
        }
        ExitCode::from(self.exit)
    }
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Self {
        Self {
            exit: REFUSED,
            error,
        }
    }
}
