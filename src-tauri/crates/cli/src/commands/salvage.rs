//! `salvage`: makes a new archive from what can still be read of a damaged one.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one, verify};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::progress::Line;
use crate::{desk, passphrase};
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "salvage",
    summary: "从打不开的档案库中抢救还能读出的内容，写成新的档案库；原档案库不改动",
    places: &[ARCHIVE],
    options: &[
        one("out", "新文件夹", "新的档案库，不能已经存在"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let target = arguments.needed_path("out")?;
    let passphrase = passphrase::of_archive(arguments)?;
    let office = desk::closed(arguments);
    let mut line = Line::new();
    let saved = office.salvage(arguments.place(0), &passphrase, target, &mut |progress| {
        line.show(progress)
    })?;
    drop(line);
    let mut words = format!("{}\n新档案库：{}", saved.words, saved.archive);
    for line in &saved.missing {
        words.push('\n');
        words.push_str(line);
    }
    words.push_str(&verify::touched(&saved.touched));
    Ok(Answer::new(json!(saved), words).sound_if(saved.whole))
}
