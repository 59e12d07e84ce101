//! `backup`: a verified copy of an archive as one file.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "backup",
    summary: "备份档案库：写成一个文件并读回核对，档案库文件夹里也留一份",
    places: &[ARCHIVE],
    options: &[
        one("out", "备份文件", "备份写到哪里，例如U盘上的文件"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let path = arguments.needed_path("out")?;
    let mut office = desk::open(arguments)?;
    let written = office.back_up_to(path, now)?;
    let words = format!(
        "已备份并核对：{}（{}字节）。备份是加密的，用同一口令或恢复码打开。",
        written.path, written.bytes
    );
    Ok(Answer::new(json!(written), words))
}
