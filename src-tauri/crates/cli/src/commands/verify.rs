//! `verify`: checks an archive through and lists every damage.

use super::{ARCHIVE, Command, JSON, PASSPHRASE};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "verify",
    summary: "校验档案库：数据页、记录顺序、签名、附件，并与重建结果比对",
    places: &[ARCHIVE],
    options: &[PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let office = desk::open(arguments)?;
    let found = office.verify_archive()?;
    let mut words = found.words.clone();
    for damage in &found.damages {
        words.push('\n');
        words.push_str(damage);
    }
    Ok(Answer::new(json!(found), words).sound_if(found.ok))
}
