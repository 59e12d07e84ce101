//! `search`: people by name, pinyin or initials, and everything by its words.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, needed, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "search",
    summary: "检索姓名（可用拼音或首字母）和全部文字",
    places: &[ARCHIVE, needed("检索词")],
    options: &[
        one("limit", "条数", "最多列出几条，默认20条"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

/// Hits listed unless more are asked for.
const SHOWN: usize = 20;
/// More than anybody reads; keeps a slip of the hand from filling the memory.
const MOST: usize = 10_000;

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let query = arguments.place_text(1)?;
    if query.trim().is_empty() {
        return Err(arguments.wrong("检索词是空的。"));
    }
    let limit = match arguments.text("limit")? {
        None => SHOWN,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| arguments.wrong(format!("条数应当是1至{MOST}的整数。")))?,
    };
    let hits = desk::open(arguments)?.search(query, limit)?;
    let mut words = format!("找到{}条。\n", hits.len());
    for hit in &hits {
        let _ = writeln!(
            words,
            "{}　{}　{}　{}",
            hit.label, hit.title, hit.excerpt, hit.id
        );
    }
    Ok(Answer::new(json!({ "hits": hits }), words))
}
