//! `restore`: a new archive from a backup.

use super::{Command, JSON, needed};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "restore",
    summary: "从备份恢复成新的档案库：备份文件，或档案库中“backups”下的文件夹",
    places: &[needed("备份"), needed("新档案库文件夹")],
    options: &[JSON],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let mut office = desk::closed(arguments);
    let archive = office.restore_in(arguments.place(0), arguments.place(1))?;
    let words = format!(
        "已恢复到新的档案库：{}\n用备份当时的口令打开。备份之后的内容不在其中，请导入同事和上级机关手中的交换包补齐。",
        archive.folder
    );
    Ok(Answer::new(json!({ "archive": archive.folder }), words))
}
