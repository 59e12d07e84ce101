//! `paper`: a stored paper as PDF; an issued one gives the very bytes that were issued.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, needed, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::{ErrorView, Moment};
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "paper",
    summary: "取出一份文书的PDF文件；已签发的即签发时的原件",
    places: &[ARCHIVE, needed("文书编号或发文字号")],
    options: &[one("out", "文件", "写到哪个PDF文件"), PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let wanted = arguments.place_text(1)?;
    let out = arguments.needed_path("out")?;
    let office = desk::open(arguments)?;
    let papers = office.papers(now)?;
    let paper = papers
        .iter()
        .find(|paper| paper.id == wanted || paper.number == wanted)
        .ok_or_else(|| {
            ErrorView::new(
                "GN-02",
                format!("没有找到文书“{wanted}”。"),
                "请核对编号或发文字号；没有写出文件。",
            )
        })?;
    let written = office.export_paper(&paper.id, out, now)?;
    Ok(Answer::new(
        json!({
            "id": paper.id,
            "number": paper.number,
            "title": paper.title,
            "state": paper.state,
            "path": written.path,
            "pages": written.pages,
            "bytes": written.bytes,
        }),
        format!("已写出{}（{}页）。", written.path, written.pages),
    ))
}
