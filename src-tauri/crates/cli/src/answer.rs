//! What a command hands back, as words for people and as JSON for scripts.

use office::ErrorView;
use serde_json::Value;
use std::io::{self, Write};
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
        let told = if json {
            print(&format!("{}\n", self.json))
        } else {
            let told = print(&self.words);
            for note in self.notes {
                // Nobody may be reading these.
                let _ = writeln!(std::io::stderr(), "{note}");
            }
            told
        };
        match told {
            Ok(()) => ExitCode::from(self.exit),
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{}", untold(&error));
                // What was found to be wrong outweighs that it could not be told.
                ExitCode::from(if self.exit == 0 { UNTOLD } else { self.exit })
            }
        }
    }
}

/// Carried out, and the result could not be written.
const UNTOLD: u8 = 4;

/// Prints to the standard output. A reader that went away (`… | head`) has read
/// what it wanted, and is no error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// That the command was carried out and its result is nowhere.
fn untold(error: &io::Error) -> ErrorView {
    let why = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "磁盘空间不足",
        _ => "写入没有成功",
    };
    ErrorView::new(
        "YF-02",
        format!("命令已经执行，但结果没有写到标准输出：{why}。"),
        "请腾出空间或换一个位置接收结果；会改动档案库的命令不要直接再做，请先查看档案库里的情况。",
    )
}
