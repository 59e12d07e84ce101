//! `export`: a bundle for colleagues or for the superior office.

use super::{ARCHIVE, BUNDLE_PASSPHRASE, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::{Arguments, Opt, Takes};
use crate::failure::Failure;
use crate::{desk, passphrase};
use office::{Mask, Moment, Scope, ScopeKind, Since};
use serde_json::json;
use std::fmt::Write as _;

pub(crate) const COMMAND: Command = Command {
    name: "export",
    summary: "导出加密的交换包，写完后读回核对",
    places: &[ARCHIVE],
    options: &[
        one("out", "文件", "写到哪个交换包文件（扩展名为.dcx）"),
        Opt {
            name: "recipient",
            takes: Takes::Many,
            value: "收件码",
            help: "收件人的收件码，可写多个",
        },
        Opt {
            name: "peer",
            takes: Takes::Many,
            value: "姓名",
            help: "收件人在往来对象中的姓名或机关名称，可写多个",
        },
        one(
            passphrase::OF_BUNDLE,
            "口令文件",
            "没有收件码时，用口令加密，取文件第一行",
        ),
        one(
            "scope",
            "范围",
            "all全部记录（默认）；tour:编号 一次巡察；matter:编号 一件事项（问题线索）；person:编号 一个人的材料",
        ),
        one(
            "since",
            "回执文件",
            "只发对方这份回执之后的内容；范围只能是全部记录",
        ),
        Opt {
            name: "mask",
            takes: Takes::Many,
            value: "内容",
            help: "遮盖哪些内容，可写多个：第三人姓名、出生年月、职务分管、联系方式、情况来源、备注。正文和附件里的文字不遮盖",
        },
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let out = arguments.needed_path("out")?;
    let scope = scope(arguments)?;
    let masks = masks(arguments)?;
    let mut recipients = arguments.texts("recipient")?;
    let named = arguments.texts("peer")?;
    let passphrase = passphrase::of_bundle(arguments)?;
    if (recipients.is_empty() && named.is_empty()) == passphrase.is_none() {
        return Err(arguments.wrong(format!(
            "收件人（--recipient或--peer）和口令（--{}）必须写一种，也只能写一种。",
            BUNDLE_PASSPHRASE.name
        )));
    }
    let since = arguments.path("since");
    if since.is_some() && scope.kind != ScopeKind::全部 {
        return Err(arguments.wrong("“--since”只能用于全部记录，不能同别的范围一起用。"));
    }
    if since.is_some() && !masks.is_empty() {
        return Err(
            arguments.wrong("“--since”和“--mask”不能一起用：回执之后的内容须完整，对方才接得上。")
        );
    }
    let mut office = desk::open(arguments)?;
    for name in &named {
        recipients.push(office.recipient_named(name)?);
    }
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    let written = match since {
        Some(receipt) => {
            office.export_since(Since::Receipt(receipt), &recipients, passphrase, out, now)?
        }
        None => office.export_masked(&scope, &masks, &recipients, passphrase, out, now)?,
    };
    let mut words = format!(
        "已写出{}：{}条记录，其中{}条带内容，附件{}个，共{}字节。",
        written.path, written.entries, written.records, written.attachments, written.bytes
    );
    if written.masked > 0 {
        let _ = write!(words, "\n有{}条的部分内容已遮盖。", written.masked);
    }
    for mask in &written.masks {
        let _ = write!(words, "\n已遮盖：{mask}");
    }
    if written.straddling > 0 {
        let _ = write!(
            words,
            "\n有{}条由早期版本写成，不能只遮盖一部分，整条没有带上内容。",
            written.straddling
        );
    }
    Ok(Answer::new(json!(written), words))
}

/// What is to be masked, by its Chinese names.
fn masks(arguments: &Arguments) -> Result<Vec<Mask>, Failure> {
    let chosen = arguments.texts("mask")?;
    chosen
        .iter()
        .map(|name| {
            Mask::ALL
                .into_iter()
                .find(|mask| mask.name() == *name)
                .ok_or_else(|| {
                    let all = Mask::ALL.map(Mask::name).join("、");
                    arguments.wrong(format!("不能遮盖“{name}”，可选：{all}。"))
                })
        })
        .collect()
}

/// `all`, `tour:ID`, `matter:ID` or `person:ID`.
fn scope(arguments: &Arguments) -> Result<Scope, Failure> {
    let text = arguments.text("scope")?.unwrap_or("all");
    let (kind, id) = match text.split_once(':') {
        None if text == "all" => return Ok(Scope::everything()),
        Some(("tour", id)) if !id.is_empty() => (ScopeKind::巡察, id),
        Some(("matter", id)) if !id.is_empty() => (ScopeKind::事项, id),
        Some(("person", id)) if !id.is_empty() => (ScopeKind::人员, id),
        _ => {
            return Err(arguments.wrong(format!(
                "不认识的范围“{text}”，应为all、tour:编号、matter:编号或person:编号。"
            )));
        }
    };
    Ok(Scope {
        kind,
        id: Some(id.to_owned()),
    })
}
