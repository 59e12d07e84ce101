//! `schema`: the JSON Schema of the readable records, or of the input of `render`.

use super::{Command, needed};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::failure::Failure;
use office::Moment;

pub(crate) const COMMAND: Command = Command {
    name: "schema",
    summary: "打印格式说明（JSON Schema）：records 可读记录；document 公文稿",
    places: &[needed("records或document")],
    options: &[super::JSON],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let json = match arguments.place_text(0)? {
        "records" => office::json::schema(),
        "document" => serde_json::from_str(&gongwen::schema())
            .expect("the shipped schema is checked by the tests of its crate"),
        other => {
            return Err(
                arguments.wrong(format!("没有“{other}”的格式说明，应为records或document。"))
            );
        }
    };
    let words = format!("{json:#}");
    Ok(Answer::new(json, words))
}
