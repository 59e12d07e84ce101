//! `log`: who did what and when, the latest first.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use chrono::NaiveDate;
use office::{JournalQuery, Moment};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "log",
    summary: "列出操作记录：谁在什么时候做了什么",
    places: &[ARCHIVE],
    options: &[
        one("since", "日期", "从这一天起，例如2026-11-23"),
        one("until", "日期", "到这一天为止"),
        one("kind", "类别", "只列这一类记录，例如 person"),
        one("action", "操作", "只列这一种操作，例如 登记人员"),
        one("text", "文字", "只列含有这些文字的"),
        one("limit", "条数", "最多列出几条，默认50条"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

/// Lines listed unless more are asked for.
const SHOWN: usize = 50;
/// More than anybody reads; keeps a slip of the hand from filling the memory.
const MOST: usize = 100_000;

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let day = |option: &str| -> Result<Option<NaiveDate>, Failure> {
        let Some(text) = arguments.text(option)? else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| arguments.wrong(format!("“{text}”不是日期，请写成2026-11-23的样子。")))
    };
    let words = |option: &str| Ok::<_, Failure>(arguments.text(option)?.map(str::to_owned));
    let limit = match arguments.text("limit")? {
        None => SHOWN,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| arguments.wrong(format!("条数应当是1至{MOST}的整数。")))?,
    };
    let query = JournalQuery {
        from: day("since")?,
        until: day("until")?,
        kind: words("kind")?,
        action: words("action")?,
        text: words("text")?.unwrap_or_default(),
        ..JournalQuery::default()
    };
    let page = desk::open(arguments)?.journal(&query, None, limit)?;
    let mut told = format!("共{}条，列出{}条。\n", page.total, page.lines.len());
    for line in &page.lines {
        let _ = writeln!(
            told,
            "{}　{}　{}　{}　{} {}　{}",
            line.at.replace('T', " "),
            line.who,
            line.device,
            line.action,
            line.label,
            line.object,
            line.gist
        );
    }
    Ok(Answer::new(
        json!({ "total": page.total, "lines": page.lines }),
        told,
    ))
}
