//! `report`: the numbers of an archive by unit, supervisor or kind, as a table
//! and as CSV.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use chrono::NaiveDate;
use office::{Moment, ReportBy, ReportQuery, write_file};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "report",
    summary: "统计谈话、线索、文书的数量和期限办理情况，可写成CSV表格",
    places: &[ARCHIVE],
    options: &[
        one("by", "分法", "单位（默认）、督查员或种类"),
        one("from", "日期", "只计这一天起的，例如2026-01-01"),
        one("until", "日期", "只计到这一天的"),
        one("csv", "文件", "另写成CSV文件，供电子表格打开"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let by = match arguments.text("by")? {
        None | Some("单位") => ReportBy::单位,
        Some("督查员") => ReportBy::督查员,
        Some("种类") => ReportBy::种类,
        Some(other) => {
            return Err(arguments.wrong(format!("不能按“{other}”统计，请写单位、督查员或种类。")));
        }
    };
    let day = |option| -> Result<Option<NaiveDate>, Failure> {
        let Some(text) = arguments.text(option)? else {
            return Ok(None);
        };
        let wrong = |_| arguments.wrong(format!("“{text}”不是日期，请写成2026-01-01的样子。"));
        text.parse().map(Some).map_err(wrong)
    };
    let query = ReportQuery {
        by,
        from: day("from")?,
        until: day("until")?,
    };
    let report = desk::open(arguments)?.report(&query, now)?;
    let mut words = String::new();
    for row in report.table() {
        let _ = writeln!(words, "{}", row.join("\t"));
    }
    if let Some(path) = arguments.path("csv") {
        write_file(path, report.csv().as_bytes())?;
        let _ = writeln!(words, "已写出{}。", path.display());
    }
    Ok(Answer::new(json!(report), words))
}
