//! `new`: makes an archive and records whose it is.

use super::{ARCHIVE, CHEAP_KEY, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::{desk, passphrase};
use casework::records::{Organ, Supervisor};
use office::{ErrorView, Moment};
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "new",
    summary: "建立档案库，登记督查员和发文机关",
    places: &[ARCHIVE],
    options: &[
        one("name", "姓名", "督查员姓名"),
        one("organ", "机关全称", "发文机关全称"),
        one("code", "机关代字", "发文字号中的机关代字"),
        PASSPHRASE,
        JSON,
        CHEAP_KEY,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    // Everything is known before anything is made.
    let filled = |option: &str| {
        let text = arguments.needed_text(option)?.trim();
        if text.is_empty() {
            return Err(arguments.wrong(format!("选项“--{option}”后面是空的。")));
        }
        Ok(text.to_owned())
    };
    let supervisor = Supervisor {
        name: filled("name")?,
        ..Supervisor::default()
    };
    let organ = Organ {
        full_name: filled("organ")?,
        code: filled("code")?,
        ..Organ::default()
    };
    let passphrase = passphrase::for_new_archive(arguments)?;
    let judged = office::judge_passphrase(&passphrase);
    if !judged.accepted {
        let refused = ErrorView::new("GN-03", judged.words, "请换一个口令再试；没有建立档案库。");
        return Err(refused.into());
    }
    let mut office = desk::closed(arguments);
    let made = office.create_in(arguments.place(0), &passphrase, now)?;
    let set_up = office
        .save_supervisor(&supervisor, now)
        .and_then(|_| office.save_organ(&organ, now))
        .and_then(|_| office.public_keys());
    if set_up.is_err() {
        // Nobody was told its recovery code, and it holds nobody's work.
        office.lock();
        let _ = std::fs::remove_dir_all(arguments.place(0));
    }
    let (public_key, fingerprint) = set_up?;
    Ok(Answer::new(
        json!({
            "archive": made.archive.folder,
            "device": fingerprint,
            "public_key": public_key,
            "recovery_code": made.recovery_code,
        }),
        format!(
            "已建立档案库：{}\n设备指纹：{fingerprint}\n收件码：{public_key}\n恢复码：{}\n\
             恢复码只显示这一次，请抄写或打印后与电脑分开保管。",
            made.archive.folder, made.recovery_code
        ),
    ))
}
