//! `keys`: this archive's public keys, as text, as a card file, as a QR
//! picture, and as digits to be read aloud.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "keys",
    summary: "显示本档案库的收件码、指纹和口述数字，可另存为密钥名片或二维码图片",
    places: &[ARCHIVE],
    options: &[
        one("card", "文件", "把密钥名片写成文件（扩展名为.dck）"),
        one(
            "qr",
            "文件",
            "把密钥名片写成二维码图片（.png可再读入，或.svg）",
        ),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let office = desk::open(arguments)?;
    let keys = office.own_keys(now)?;
    let mut words = format!(
        "收件码：{}\n设备指纹：{}\n核对码：{}\n口述数字：\n",
        keys.public_key, keys.fingerprint, keys.code
    );
    for line in keys.spoken.chunks(5) {
        let _ = writeln!(words, "  {}", line.join(" "));
    }
    for (option, what) in [("card", "密钥名片"), ("qr", "二维码图片")] {
        if let Some(path) = arguments.path(option) {
            office.save_key_card(path, now)?;
            let _ = writeln!(words, "{what}：{}", path.display());
        }
    }
    let written = |option| arguments.path(option).map(|path| path.to_string_lossy());
    Ok(Answer::new(
        json!({
            "public_key": keys.public_key,
            "device": keys.fingerprint,
            "code": keys.code,
            "spoken": keys.spoken,
            "card": written("card"),
            "qr": written("qr"),
        }),
        words,
    ))
}
