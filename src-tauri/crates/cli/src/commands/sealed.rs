//! `sealed`: lists the sealed matters. None can be opened here: what is opened
//! closes with the archive, and a command closes it when it ends.

use super::{ARCHIVE, Command, JSON, PASSPHRASE};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "sealed",
    summary: "列出密封事项的编号、名称和密封日期",
    places: &[ARCHIVE],
    options: &[PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let matters = desk::open(arguments)?.sealed_matters()?;
    let mut told = format!("共{}件密封事项。\n", matters.len());
    for matter in &matters {
        let _ = writeln!(
            told,
            "{}　{}　{}密封",
            matter.id, matter.label, matter.sealed_on
        );
    }
    Ok(Answer::new(json!({ "sealed": matters }), told))
}
