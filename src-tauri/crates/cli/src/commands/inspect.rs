//! `inspect`: what a bundle is and holds, without taking anything in.

use super::{BUNDLE_PASSPHRASE, Command, JSON, PASSPHRASE, needed, optional};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::{desk, passphrase};
use office::{BundleLock, BundleView, Moment};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "inspect",
    summary: "查看交换包：谁发的、什么范围、是否完好；不导入",
    places: &[needed("交换包文件"), optional("档案库文件夹")],
    options: &[BUNDLE_PASSPHRASE, PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let path = arguments.place(0);
    let passphrase = passphrase::of_bundle(arguments)?;
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    let found = match arguments.place_if_given(1) {
        Some(folder) => desk::open_at(arguments, folder)?.inspect_bundle(path, passphrase)?,
        None => office::inspect_bundle(path, passphrase)?,
    };
    let words = words(&found);
    Ok(Answer::new(json!(found), words))
}

fn words(found: &BundleView) -> String {
    let lock = match found.lock {
        BundleLock::口令 => "以口令加密".to_owned(),
        BundleLock::收件码 => format!("按收件码加密，共{}个收件人", found.recipients),
    };
    let mut words = format!("{}：{}字节，{lock}。\n", found.path, found.bytes);
    let Some(inside) = &found.contents else {
        words.push_str(match found.lock {
            BundleLock::口令 => "给出交换包的口令后可以查看内容。\n",
            BundleLock::收件码 => "给出收件人的档案库后可以查看内容。\n",
        });
        return words;
    };
    let _ = writeln!(
        words,
        "发送人：{}（设备指纹{}）\n范围：{}\n生成时间：{}\n\
         {}台设备的{}条记录，其中{}条带内容；附件{}个，共{}字节。\n内容完好，签名正确。",
        inside.sender,
        inside.fingerprint,
        inside.scope,
        inside.made_at,
        inside.devices,
        inside.entries,
        inside.records,
        inside.attachments,
        inside.attachment_bytes,
    );
    words
}
