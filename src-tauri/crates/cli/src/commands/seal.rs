//! `seal`: seals a finding with all that belongs to it under a second passphrase.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, SECOND_PASSPHRASE, flag, needed, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use crate::passphrase;
use office::Moment;
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "seal",
    summary: "把一条问题线索连同所属内容用第二口令密封",
    places: &[ARCHIVE, needed("线索编号")],
    options: &[
        flag("preview", "只列出将密封什么，不密封"),
        one(
            "label",
            "名称",
            "列表里显示的名称，任何打开档案库的人都看得到",
        ),
        flag("keep-backups", "不清除本机密封前的备份"),
        SECOND_PASSPHRASE,
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let finding = arguments.place_text(1)?.to_owned();
    let mut office = desk::open(arguments)?;
    let preview = office.preview_sealing(&finding)?;
    if arguments.has("preview") {
        let mut told = format!("将密封{}。\n", preview.words);
        if !preview.along.is_empty() {
            let _ = writeln!(
                told,
                "共用文书、一并密封的线索：{}。",
                preview.along.join("、")
            );
        }
        let _ = writeln!(told, "本机现有备份{}个。", preview.backups);
        return Ok(Answer::new(json!({ "preview": preview }), told));
    }
    let label = arguments.text("label")?.unwrap_or_default().to_owned();
    let second = passphrase::for_new_seal(arguments)?;
    let clear = !arguments.has("keep-backups");
    let sealed = office.seal_matter(&finding, &label, &second, clear, now)?;
    let told = format!(
        "{}\n密封事项编号：{}\n恢复码（只显示这一次）：{}\n",
        sealed.words, sealed.id, sealed.recovery_code
    );
    Ok(Answer::new(
        json!({ "preview": preview, "sealed": sealed }),
        told,
    ))
}
