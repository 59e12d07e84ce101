//! `import-json`: reads readable records in, all of them or none.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, needed};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "import-json",
    summary: "读入可读的JSON记录；有一条不对就全部不收，并指出在哪里",
    places: &[ARCHIVE, needed("JSON文件")],
    options: &[PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let text = desk::read_text(arguments.place(1))?;
    let records = desk::open(arguments)?.import_json(&text, now)?;
    Ok(Answer::new(
        json!({ "records": records }),
        format!("已读入{records}条记录。"),
    ))
}
