//! `verify`: checks an archive through, lists every damage and what can still be read.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, flag};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use crate::progress::Line;
use office::{Moment, RecordLine, Signatures};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "verify",
    summary: "校验档案库：数据页、记录顺序、签名、附件，并与重建结果比对",
    places: &[ARCHIVE],
    options: &[
        flag(
            "all",
            "逐条核验每一个签名（不写则核验每条链末尾的签名，它为前面各条作证）",
        ),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let office = desk::open(arguments)?;
    let signatures = if arguments.has("all") {
        Signatures::Every
    } else {
        Signatures::Vouching
    };
    let mut line = Line::new();
    let found = office.check_archive(signatures, &mut |progress| line.show(progress))?;
    drop(line);
    let mut words = format!("{}{}", found.words, found.advice);
    for line in found.damages.iter().chain(&found.readable) {
        words.push('\n');
        words.push_str(line);
    }
    words.push_str(&touched(&found.touched));
    Ok(Answer::new(json!(found), words).sound_if(found.ok))
}

/// The records that a damage touches, a line each.
pub(super) fn touched(records: &[RecordLine]) -> String {
    let mut words = String::new();
    for RecordLine { kind_label, title } in records {
        let _ = write!(words, "\n受影响　{kind_label}　{title}");
    }
    words
}
