//! `reviews`: the records whose review date has come, and the decision to keep
//! one longer.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one, optional};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use chrono::NaiveDate;
use office::Moment;
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "reviews",
    summary: "列出到了复核日期的记录；写记录编号则决定继续保存",
    places: &[ARCHIVE, optional("记录编号")],
    options: &[
        one("until", "日期", "继续保存时：下次复核日期，例如2028-11-23"),
        one("reason", "理由", "继续保存时：为什么仍需保存"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    if let Some(id) = arguments.place_if_given(1) {
        let until = arguments.needed_text("until")?;
        let until: NaiveDate = until
            .parse()
            .map_err(|_| arguments.wrong(format!("“{until}”不是日期，请写成2028-11-23的样子。")))?;
        let reason = arguments.needed_text("reason")?;
        let saved =
            desk::open(arguments)?.keep_longer(&id.to_string_lossy(), until, reason, now)?;
        return Ok(Answer::new(
            json!({ "id": saved.id, "review_on": until }),
            format!("已登记继续保存，下次复核日期{until}。\n"),
        ));
    }
    let rows = desk::open(arguments)?.reviews_due(now)?;
    let mut told = format!("到复核日期的记录{}条。\n", rows.len());
    for row in &rows {
        let _ = writeln!(
            told,
            "{}　{} {}　复核日期{}（{}）　最后改动{}",
            row.id, row.label, row.title, row.review_on, row.source, row.changed
        );
    }
    Ok(Answer::new(json!({ "reviews": rows }), told))
}
