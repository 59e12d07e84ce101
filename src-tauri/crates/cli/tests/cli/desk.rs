//! A folder to work in, and the program started in it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The built program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_ducha-cli");
/// Records of clearly fictional people: those of the sample archive.
pub(crate) const RECORDS: &str = include_str!("../../../office/sample/sample.json");
/// The tour among them.
pub(crate) const TOUR: &str = "01a156d2-8680-798c-9d81-4a260b647437";

/// A folder with two passphrase files: `own` for archives, `told` for bundles.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        // Line ends and the mark of some editors are no part of a passphrase.
        desk.write("own", "\u{FEFF}本人的口令不外传\r\n第二行不算\n");
        desk.write("told", "当面告知的另一句口令");
        desk.write("wrong", "这不是那个口令\n");
        desk.write("records.json", RECORDS);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("it was written")
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Starts the program with the words of `line`, split at spaces.
    pub(crate) fn run(&self, line: &str) -> Output {
        start(Path::new(PROGRAM), self.folder.path(), line)
            .output()
            .expect("the program starts")
    }

    /// Runs a command that must succeed silently; gives what it says to people.
    pub(crate) fn words(&self, line: &str) -> String {
        let output = self.run(line);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{line}: {error}");
        assert_eq!(error, "", "{line}");
        text(&output.stdout)
    }

    /// Runs a command that must succeed; gives its one JSON object.
    pub(crate) fn json(&self, line: &str) -> Value {
        let answer = self.words(&format!("{line} --json"));
        let value: Value = serde_json::from_str(&answer).expect("exactly one JSON value");
        assert!(value.is_object(), "{line}: {answer}");
        value
    }

    /// Runs a command that must fail with `code`, in both forms; gives its message.
    pub(crate) fn refused(&self, code: i32, line: &str) -> String {
        let output = self.run(line);
        let message = told(&output, code, line);
        assert_eq!(text(&output.stdout), "", "{line}");

        let output = self.run(&format!("{line} --json"));
        assert_eq!(told(&output, code, line), message, "{line}");
        let value: Value = serde_json::from_slice(&output.stdout).expect("exactly one JSON value");
        for part in ["code", "message", "guidance"] {
            let part = value["error"][part].as_str().expect("a text");
            assert!(message.contains(part), "{line}: {part} / {message}");
        }
        message
    }

    /// An archive with the records of the sample in it.
    pub(crate) fn filled(&self, name: &str) {
        self.empty(name);
        self.words(&format!(
            "import-json {name} records.json --passphrase-file own"
        ));
    }

    /// A new archive.
    pub(crate) fn empty(&self, name: &str) {
        self.words(&format!(
            "new {name} --name 甲某 --organ 中共示例市委组织部 --code 示组 \
             --passphrase-file own --test-cost"
        ));
    }

    /// Everything that is in an archive: its records in words and its ledger's length.
    pub(crate) fn state(&self, archive: &str) -> (Vec<u8>, Value) {
        self.words(&format!(
            "export-json {archive} --passphrase-file own --out state.json"
        ));
        let verified = self.json(&format!("verify {archive} --passphrase-file own"));
        (self.read("state.json"), verified)
    }

    /// Files in the backups of an archive.
    pub(crate) fn backups(&self, archive: &str) -> usize {
        std::fs::read_dir(self.path(archive).join("backups"))
            .expect("every archive has the folder")
            .count()
    }
}

/// The program, with nothing to read and no terminal to ask on.
pub(crate) fn start(program: &Path, folder: &Path, line: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(line.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// Checks how a refusal ended and how it was said; gives the message.
pub(crate) fn told(output: &Output, code: i32, line: &str) -> String {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{line}: {message}");
    assert_eq!(message.lines().count(), 1, "{line}: {message}");
    assert!(message.contains('。'), "{line}: {message}");
    for word in foreign_words(&message) {
        assert!(
            line.contains(&word) || is_name(&word),
            "“{word}” is not Chinese: {message}"
        );
    }
    message
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

/// Runs of Latin letters, with the figures and marks that make a name of them.
/// What stands alone in quotation marks is somebody's name for something.
fn foreign_words(message: &str) -> Vec<String> {
    let quoted = |word: &str| message.contains(&format!("“{word}”"));
    message
        .split(|c: char| !(c.is_ascii_alphanumeric() || "-_.+/".contains(c)))
        .filter(|word| word.chars().filter(char::is_ascii_alphabetic).count() > 1)
        .filter(|word| !quoted(word))
        .map(str::to_owned)
        .collect()
}

/// Names that a Chinese sentence rightly holds: our own program, its words on the
/// command line and in its files, the code to be read out, a character's code, formats.
fn is_name(word: &str) -> bool {
    let is_code = word.len() == 5
        && word[..2].chars().all(|c| c.is_ascii_uppercase())
        && word[2..].starts_with('-');
    let is_record = word.len() == 36 && word.bytes().filter(|&b| b == b'-').count() == 4;
    let formats = ["JSON", "PDF", "UTF-8", "UTF-16", "MB", "UUID"];
    let files = ["vault.db", ".ducha", ".dcx", "ducha-cli", "salvage"];
    let choices = ["records", "document", "all", "tour", "matter", "person"];
    let keys = [
        "add",
        "check",
        "reinstate",
        "revoke",
        "colleague",
        "superior",
        "face",
        "phone",
        "mismatch",
    ];
    let deeds = ["show", "import", "issue", "withdraw", "save"];
    is_code
        || is_record
        || word.starts_with("--")
        || word.starts_with("U+")
        || formats.contains(&word)
        || files.contains(&word)
        || choices.contains(&word)
        || keys.contains(&word)
        || deeds.contains(&word)
        || gongwen::schema().contains(&format!("\"{word}\":"))
}
