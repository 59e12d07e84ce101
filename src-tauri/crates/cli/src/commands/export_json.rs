//! `export-json`: every record in a readable file.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::Moment;
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "export-json",
    summary: "把全部记录写成可读的JSON文件（不加密，请妥善保管）",
    places: &[ARCHIVE],
    options: &[one("out", "文件", "写到哪个JSON文件"), PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let out = arguments.needed_path("out")?;
    let text = desk::open(arguments)?.export_json(now)?;
    office::write_file(out, text.as_bytes())?;
    Ok(Answer::new(
        json!({ "path": out.to_string_lossy(), "bytes": text.len() }),
        format!(
            "已写出{}。文件没有加密，用完请妥善保管或销毁。",
            out.display()
        ),
    ))
}
