//! What a command hands back, as words for people and as JSON for scripts.

use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;

/// The result of a command that could be carried out.
pub(crate) struct Answer {
    /// For scripts: one object.
    pub(crate) json: Value,
    /// For people: whole lines.
    pub(crate) words: String,
    /// 0, or 1 when what was looked at is damaged or would be refused.
    pub(crate) exit: u8,
    /// What people should know beside the result, a line each; in the JSON it is part of the object.
    notes: Vec<String>,
}

impl Answer {
    /// A result in both forms.
    pub(crate) fn new(json: Value, words: impl Into<String>) -> Self {
        let mut words = words.into();
        if !words.ends_with('\n') {
            words.push('\n');
        }
        Self {
            json,
            words,
            exit: 0,
            notes: Vec::new(),
        }
    }

    /// Text that is the same for people and scripts, such as a help page.
    pub(crate) fn words(words: impl Into<String>) -> Self {
        let words = words.into();
        Self::new(serde_json::json!({ "text": words }), words)
    }

    /// The same, ended with 1 when something is wrong with what was looked at.
    pub(crate) fn sound_if(mut self, sound: bool) -> Self {
        self.exit = u8::from(!sound);
        self
    }

    /// The same, with remarks for people on the standard error.
    pub(crate) fn with_notes(mut self, notes: Vec<String>) -> Self {
        self.notes = notes;
        self
    }

    /// Prints the result; gives the exit code.
    pub(crate) fn tell(self, json: bool) -> ExitCode {
        if json {
            print(&format!("{}\n", self.json));
        } else {
            print(&self.words);
            for note in self.notes {
                // As with the standard output: nobody may be reading.
                let _ = writeln!(std::io::stderr(), "{note}");
            }
        }
        ExitCode::from(self.exit)
    }
}

/// Prints to the standard output. A reader that went away (`… | head`) is no error of ours.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
