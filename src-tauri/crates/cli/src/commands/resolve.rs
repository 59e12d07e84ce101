//! `resolve`: decides one field of one record, by a side or by a text of one's own.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, many, needed, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::{Choice, Moment};
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "resolve",
    summary: "选定一条记录中一项的写法；没有选的写法留在历史里",
    places: &[ARCHIVE, needed("记录编号"), needed("字段")],
    options: &[
        one("choose", "条目", "选定这一条目的写法，条目见命令conflicts"),
        one("text-file", "文件", "另写：以这个文件的全文为准"),
        many(
            "seen",
            "条目",
            "只在冲突仍是列出时的那些条目时才选定：命令conflicts所列seen的每一个，可写多个；不写则按现在的情况选定",
        ),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let (id, field) = (arguments.place_text(1)?, arguments.place_text(2)?);
    let choice = match (arguments.text("choose")?, arguments.path("text-file")) {
        (Some(entry), None) => Choice::选定(entry.to_owned()),
        (None, Some(path)) => {
            let text = desk::read_text(path)?;
            Choice::另写(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        _ => {
            return Err(arguments.wrong("请在选项“--choose”和“--text-file”中写一个。"));
        }
    };
    let mut office = desk::open(arguments)?;
    let seen = match arguments.texts("seen")? {
        given if !given.is_empty() => given,
        _ => {
            let view = office.conflict(id)?;
            let standing = view.fields.into_iter().find(|it| it.field == field);
            standing.map(|it| it.seen).unwrap_or_default()
        }
    };
    office.settle_conflict(id, field, &seen, &choice, now)?;
    let left = office.conflict(id)?.fields.len();
    Ok(Answer::new(
        json!({ "id": id, "field": field, "left": left }),
        format!("已选定。这条记录还有{left}项待选定。\n"),
    ))
}
