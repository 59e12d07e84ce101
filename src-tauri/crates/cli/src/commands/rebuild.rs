//! `rebuild`: makes everything shown anew from the entries.

use super::{ARCHIVE, Command, JSON, PASSPHRASE};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use crate::progress::Line;
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "rebuild",
    summary: "按账本重建显示内容：校验发现显示内容与账本不一致时用，账本本身不改动",
    places: &[ARCHIVE],
    options: &[PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let mut office = desk::open(arguments)?;
    let mut line = Line::new();
    let words = office.rebuild_archive(&mut |progress| line.show(progress))?;
    drop(line);
    Ok(Answer::new(json!({ "words": words }), words.clone()))
}
