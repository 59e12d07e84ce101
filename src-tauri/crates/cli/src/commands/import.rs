//! `import`: takes a bundle in, or with `--preview` only says what it would
//! change. Several bundles, or a folder of them, come in one after the other with
//! a report for every sender.

use super::{ARCHIVE, BUNDLE_PASSPHRASE, Command, JSON, PASSPHRASE, flag, one, some};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::progress::Line;
use crate::{desk, passphrase};
use office::{
    Bringing, BundleLock, BundlePreview, ManyReport, Moment, Progress, ReceiptView, RecordLine,
};
use serde_json::json;
use std::fmt::Write;
use std::path::{Path, PathBuf};

pub(crate) const COMMAND: Command = Command {
    name: "import",
    summary: "导入交换包：先校验、先备份，要么全部导入，要么一点不动；可写多个文件或文件夹，带回的回执也由此读入",
    places: &[ARCHIVE, some("交换包或回执文件")],
    options: &[
        flag("preview", "只看会有哪些变化，不导入"),
        one(
            "despite",
            "理由",
            "发送方的密钥已吊销或核对不符，仍决定导入的理由，会记入操作记录",
        ),
        BUNDLE_PASSPHRASE,
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let path = arguments.place(1);
    let mut passphrase = passphrase::of_bundle(arguments)?;
    if path.is_dir() || arguments.places_from(1).nth(1).is_some() {
        return many(
            arguments,
            passphrase.as_ref().map(|text| text.as_str()),
            now,
        );
    }
    let mut office = desk::open(arguments)?;
    if path.extension().is_some_and(|ending| ending == "txt") {
        return Ok(receipt(&office.read_receipt(path)?));
    }
    let needs_one = office::inspect_bundle(path, None)?.lock == BundleLock::口令;
    if needs_one && passphrase.is_none() {
        passphrase = Some(passphrase::asked_for_bundle(arguments)?);
    }
    let passphrase = passphrase.as_ref().map(|text| text.as_str());
    if arguments.has("preview") {
        let mut line = Line::new();
        let seen = office.look_at(path, passphrase, now, &mut |at| line.show(at))?;
        drop(line);
        // What an import would refuse is refused here as well.
        return Ok(preview(&seen).sound_if(seen.missing.is_empty()));
    }
    let despite = arguments.text("despite")?;
    let bringing = Bringing {
        path,
        passphrase,
        despite,
        seen: None,
    };
    let mut line = Line::new();
    let done = office.bring_in(&bringing, now, &mut |at| line.show(at))?;
    drop(line);
    let mut words = format!("{}\n导入前的备份：{}\n", done.words, done.backup);
    if let Some(receipt) = &done.receipt_path {
        let _ = writeln!(words, "回执：{receipt}");
    }
    for line in &done.warnings {
        let _ = writeln!(words, "注意：{line}");
    }
    Ok(Answer::new(
        json!({
            "new": done.new,
            "changed": done.changed,
            "conflicts": done.conflicts,
            "known": done.known,
            "missing": [],
            "receipt": done.receipt_path,
            "backup": done.backup,
            "warnings": done.warnings,
        }),
        words,
    ))
}

/// Brings several bundles in.
fn many(arguments: &Arguments, passphrase: Option<&str>, now: Moment) -> Result<Answer, Failure> {
    for option in ["preview", "despite"] {
        if arguments.has(option) {
            return Err(arguments.wrong(format!("“--{option}”只能用于一个交换包。")));
        }
    }
    let paths = bundles(arguments)?;
    let mut office = desk::open(arguments)?;
    let mut line = Line::new();
    let total = paths.len() as u64;
    let mut done = 0;
    let report = office.import_many(&paths, passphrase, now, &mut |_| {
        done += 1;
        // What waits for another bundle is begun twice.
        line.show(Progress {
            stage: "导入交换包".to_owned(),
            done: done.min(total),
            total,
        })
    })?;
    drop(line);
    let taken = report.bundles.iter().all(|bundle| bundle.taken);
    Ok(Answer::new(json!(report), told(&report)).sound_if(taken))
}

/// The files named, and those in folders named, in the order of their names.
fn bundles(arguments: &Arguments) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for place in arguments.places_from(1) {
        if !place.is_dir() {
            paths.push(place.to_path_buf());
            continue;
        }
        let unreadable = |_| {
            arguments.wrong(format!(
                "文件夹“{}”打不开，请检查是否有权限。",
                place.display()
            ))
        };
        let mut inside = Vec::new();
        for item in std::fs::read_dir(place).map_err(unreadable)? {
            let path = item.map_err(unreadable)?.path();
            if is_bundle(&path) {
                inside.push(path);
            }
        }
        inside.sort();
        paths.extend(inside);
    }
    if paths.is_empty() {
        return Err(arguments.wrong("文件夹里没有交换包（.dcx）。"));
    }
    Ok(paths)
}

fn is_bundle(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("dcx"))
}

fn told(report: &ManyReport) -> String {
    let mut words = String::new();
    for bundle in &report.bundles {
        let _ = writeln!(
            words,
            "{}：{}{}",
            bundle.path, bundle.words, bundle.guidance
        );
        for line in &bundle.warnings {
            let _ = writeln!(words, "　注意：{line}");
        }
        if let Some(receipt) = &bundle.receipt {
            let _ = writeln!(words, "　回执：{receipt}");
        }
    }
    words.push_str("\n按发送方：\n");
    for sum in &report.senders {
        let sender = match sum.sender.as_str() {
            "" => "（看不出是谁）",
            sender => sender,
        };
        let _ = writeln!(
            words,
            "{sender}　导入{}个，没有导入{}个；新增{}条，更新{}条，有分歧{}条",
            sum.taken, sum.refused, sum.new, sum.changed, sum.conflicts
        );
    }
    if let Some(backup) = &report.backup {
        let _ = writeln!(words, "\n导入前的备份：{backup}");
    }
    words
}

fn receipt(read: &ReceiptView) -> Answer {
    let mut words = format!("{}\n签名人：{}\n", read.words, read.receiver);
    if let Some(given) = &read.given {
        let _ = writeln!(words, "交换包：{given}");
    }
    let _ = writeln!(words, "对方已有：{}\n{}", read.reach, read.since);
    for line in &read.warnings {
        let _ = writeln!(words, "注意：{line}");
    }
    Answer::new(json!(read), words)
}

fn preview(seen: &BundlePreview) -> Answer {
    let mut words = format!(
        "“{}”于{}导出的交换包，范围：{}。\n新增{}条，更新{}条，有分歧{}条，已有{}条。\n",
        seen.sender,
        seen.made_at,
        seen.scope,
        seen.new.len(),
        seen.changed.len(),
        seen.conflicts.len(),
        seen.known,
    );
    let missing = seen.missing.iter().map(|part| &part.words);
    let ask = (!seen.ask.is_empty()).then_some(&seen.ask);
    let told = seen.bars.iter().chain(missing).chain(ask);
    for line in told.chain(&seen.warnings) {
        let _ = writeln!(words, "注意：{line}");
    }
    for (what, lines) in [
        ("新增", &seen.new),
        ("更新", &seen.changed),
        ("分歧", &seen.conflicts),
    ] {
        for RecordLine { kind_label, title } in lines {
            let _ = writeln!(words, "{what}　{kind_label}　{title}");
        }
    }
    Answer::new(
        json!({
            "new": seen.new.len(),
            "changed": seen.changed.len(),
            "conflicts": seen.conflicts.len(),
            "known": seen.known,
            "missing": seen.missing,
            "ask": seen.ask,
            "receipt": null,
            "sender": seen.sender,
            "bars": seen.bars,
            "scope": seen.scope,
            "made_at": seen.made_at,
            "bytes": seen.bytes,
            "warnings": seen.warnings,
            "records": {
                "new": seen.new,
                "changed": seen.changed,
                "conflicts": seen.conflicts,
            },
        }),
        words,
    )
}
