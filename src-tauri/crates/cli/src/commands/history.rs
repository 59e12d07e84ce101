//! `history`: everything ever done to one record, the latest first.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, flag, needed};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::{Moment, TextPiece};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "history",
    summary: "列出一条记录的历史：每一步谁改了什么",
    places: &[ARCHIVE, needed("记录编号")],
    options: &[
        flag("parts", "连同所属的内容（谈话内容、摘录等）"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let id = arguments.place_text(1)?;
    let view = desk::open(arguments)?.history(id, arguments.has("parts"), usize::MAX)?;
    let mut told = format!("{} {}：共{}步。\n", view.label, view.title, view.total);
    if let Some(erased) = &view.erased {
        let _ = writeln!(told, "{erased}");
    }
    for step in &view.steps {
        let _ = writeln!(
            told,
            "{}　{}　{}　{}　{:?}　{}",
            step.at.replace('T', " "),
            step.who,
            step.device,
            step.action,
            step.deed,
            step.part.as_deref().unwrap_or_default()
        );
        for change in &step.changes {
            let (before, after) = (text(&change.before), text(&change.after));
            let _ = writeln!(told, "　　{}：{before} → {after}", change.label);
        }
    }
    Ok(Answer::new(json!({ "history": view }), told))
}

fn text(pieces: &[TextPiece]) -> String {
    if pieces.is_empty() {
        return "（空）".to_owned();
    }
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}
