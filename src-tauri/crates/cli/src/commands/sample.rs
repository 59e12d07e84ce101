//! `sample`: makes the archive of clearly fictional people to learn on.

use super::{ARCHIVE, CHEAP_KEY, Command, JSON, PASSPHRASE};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use crate::passphrase::{self, OF_ARCHIVE};
use office::{Moment, SAMPLE_PASSPHRASE};
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "sample",
    summary: "建立示例档案库（人员、单位均为虚构），不另设口令时用公开的示例口令",
    places: &[ARCHIVE],
    options: &[PASSPHRASE, JSON, CHEAP_KEY],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let folder = arguments.place(0);
    let mut office = desk::closed(arguments);
    let shown = if arguments.has(OF_ARCHIVE) {
        let passphrase = passphrase::for_new_archive(arguments)?;
        office.create_sample(folder, &passphrase, now)?;
        None
    } else {
        office.create_sample(folder, SAMPLE_PASSPHRASE, now)?;
        Some(SAMPLE_PASSPHRASE)
    };
    let entries = office.status(now)?.entries;
    Ok(Answer::new(
        json!({
            "archive": folder.to_string_lossy(),
            "passphrase": shown,
            "entries": entries,
        }),
        format!(
            "已建立示例档案库：{}\n口令：{}\n共{entries}条账本记录，内容均为虚构。",
            folder.display(),
            shown.unwrap_or("见所给的口令文件"),
        ),
    ))
}
