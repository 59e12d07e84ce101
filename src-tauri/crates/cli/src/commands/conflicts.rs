//! `conflicts`: everything that waits for a decision, with both sides.

use super::{ARCHIVE, Command, JSON, PASSPHRASE};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::{ConflictSide, Moment};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "conflicts",
    summary: "列出待选定的冲突：两台电脑都改过的地方、重复的发文字号、可能是同一人的登记",
    places: &[ARCHIVE],
    options: &[PASSPHRASE, JSON],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let office = desk::open(arguments)?;
    let list = office.conflicts()?;
    let records = list
        .records
        .iter()
        .map(|row| office.conflict(&row.id))
        .collect::<Result<Vec<_>, _>>()?;
    let mut told = format!(
        "两处都改过的记录{}条，重复的发文字号{}个，可能是同一人的{}对。\n",
        records.len(),
        list.numbers.len(),
        list.twins.len()
    );
    for record in &records {
        let _ = writeln!(told, "{}　{}　{}", record.label, record.title, record.id);
        for field in &record.fields {
            let _ = writeln!(told, "　　{}（{}）", field.label, field.field);
            for side in &field.sides {
                let _ = writeln!(told, "　　　　{}", side_words(side));
            }
        }
    }
    for number in &list.numbers {
        let _ = writeln!(told, "{}", number.number);
        for paper in &number.papers {
            let _ = writeln!(
                told,
                "　　{:?}　{}　{}　{}",
                paper.state, paper.title, paper.person, paper.by
            );
        }
    }
    for pair in &list.twins {
        let ids: Vec<&str> = pair.entries.iter().map(|entry| entry.id.as_str()).collect();
        let name = pair.entries.first().map_or("", |entry| entry.name.as_str());
        let _ = writeln!(told, "{name}　{}　{}", ids.join("　"), pair.why);
    }
    Ok(Answer::new(
        json!({ "records": records, "numbers": list.numbers, "twins": list.twins }),
        told,
    ))
}

/// A side in a line: its entry, who wrote it, and what it says.
fn side_words(side: &ConflictSide) -> String {
    let by = side.by.first().map_or_else(String::new, |by| {
        format!("{}（{}）{}", by.who, by.device, by.at.replace('T', " "))
    });
    let value: String = side
        .pieces
        .iter()
        .map(|piece| piece.text.as_str())
        .collect();
    let value = if value.is_empty() {
        "（空）"
    } else {
        &value
    };
    format!("{}　{by}　{}", side.entry, value.replace('\n', " "))
}
