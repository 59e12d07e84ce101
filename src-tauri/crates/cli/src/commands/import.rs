//! `import`: takes a bundle in, or with `--preview` only says what it would change.

use super::{ARCHIVE, BUNDLE_PASSPHRASE, Command, JSON, PASSPHRASE, flag, needed, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::{desk, passphrase};
use office::{BundleLock, BundlePreview, Moment, ReceiptView, RecordLine};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "import",
    summary: "导入交换包：先校验、先备份，要么全部导入，要么一点不动；带回的回执也由此读入",
    places: &[ARCHIVE, needed("交换包或回执文件")],
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
        let seen = office.preview_bundle(path, passphrase, now)?;
        // What an import would refuse is refused here as well.
        return Ok(preview(&seen).sound_if(seen.missing.is_empty()));
    }
    let despite = arguments.text("despite")?;
    let done = office.import_bundle_despite(path, passphrase, despite, now)?;
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

fn receipt(read: &ReceiptView) -> Answer {
    let mut words = format!("{}\n", read.words);
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
    for line in seen.bars.iter().chain(&seen.missing).chain(&seen.warnings) {
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
