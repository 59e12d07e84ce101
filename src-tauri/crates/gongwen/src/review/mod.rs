//! The drafting check (审核): what a careful clerk would remark before a paper goes to the signer.
//! Remarks are advice; a paper with remarks can still be printed.

mod dates;
mod marks;
mod parts;

use crate::model::{Block, Date, Document};
use crate::text::normal;

/// One remark: where it is, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// The part of the document, for example `正文第3段`.
    pub place: String,
    /// What is wrong and what to do, a Chinese sentence.
    pub message: String,
}

impl Remark {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }
}

/// Looks a document over, on the day `today`. Remarks about parts come first, then those about
/// texts in the order of the document.
pub fn review(document: &Document, today: Date) -> Vec<Remark> {
    let mut remarks = parts::remarks(document, today);
    for (place, text) in texts(document) {
        let changes = normal::changes(&text).into_iter();
        remarks.extend(changes.map(|change| Remark::new(place.as_str(), change)));
        remarks.extend(marks::remarks(&place, &text));
        remarks.extend(dates::remarks(&place, &text));
    }
    remarks
}

/// Every text of a document with its place.
fn texts(document: &Document) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut add = |place: &str, text: &str| texts.push((place.to_owned(), text.to_owned()));
    add("发文机关标志", &document.mark);
    add("标题", &document.title);
    add("主送机关", document.to.as_deref().unwrap_or(""));
    if let Some(record) = &document.record {
        for (name, value) in &record.fields {
            add(&format!("表头的“{name}”栏"), value);
        }
        for (number, statement) in record.statements.iter().enumerate() {
            // A statement may have blanks to be filled in by hand.
            let filled = statement.replace('_', "");
            add(&format!("确认语句第{}句", number + 1), &filled);
        }
    }
    body("正文", &document.body, &mut add);
    for (number, name) in document.attachments.iter().enumerate() {
        add(&format!("附件说明第{}项", number + 1), name);
    }
    if let Some(signed) = &document.signature {
        for organ in &signed.organs {
            add("发文机关署名", organ);
        }
    }
    add("附注", document.note.as_deref().unwrap_or(""));
    for organ in &document.cc {
        add("抄送机关", organ);
    }
    for (number, annex) in document.annexes.iter().enumerate() {
        let part = format!("附件{}", number + 1);
        add(&format!("{part}的标题"), &annex.title);
        body(&part, &annex.body, &mut add);
    }
    texts
}

/// The texts of a body.
fn body(part: &str, blocks: &[Block], add: &mut impl FnMut(&str, &str)) {
    for (number, block) in blocks.iter().enumerate() {
        let place = format!("{part}第{}段", number + 1);
        match block {
            Block::Paragraph(text) => add(&place, text),
            Block::Heading { text, run_in, .. } => {
                let run_in = run_in.as_deref().unwrap_or("");
                add(&place, &format!("{text}{run_in}"));
            }
            Block::Table(table) => {
                for (row, cells) in table.rows.iter().enumerate() {
                    for cell in cells {
                        add(&format!("{place}的表格第{}行", row + 1), cell);
                    }
                }
            }
            Block::Grid(grid) => {
                for (row, cells) in grid.rows.iter().enumerate() {
                    for cell in cells {
                        add(&format!("{place}的表格第{}行", row + 1), &cell.text);
                    }
                }
            }
            Block::Fields(fields) => {
                for (name, value) in fields {
                    add(&format!("{place}的“{name}”栏"), value);
                }
            }
            Block::Turns(turns) => {
                for (turn, (_, text)) in turns.iter().enumerate() {
                    add(&format!("{place}第{}句", turn + 1), text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
