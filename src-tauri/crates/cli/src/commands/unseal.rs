//! `unseal`: takes the seal off a matter for good.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, SECOND_PASSPHRASE, needed};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use crate::passphrase;
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "unseal",
    summary: "解除一件事项的密封，以后和其他事项一样显示和导出",
    places: &[ARCHIVE, needed("密封事项编号")],
    options: &[SECOND_PASSPHRASE, PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let id = arguments.place_text(1)?.to_owned();
    let mut office = desk::open(arguments)?;
    let second = passphrase::of_sealed(arguments)?;
    let words = office.unseal_matter(&id, &second, now)?;
    Ok(Answer::new(json!({ "words": words }), format!("{words}\n")))
}
