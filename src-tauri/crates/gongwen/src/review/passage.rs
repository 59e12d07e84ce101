//! The texts of a document, each with its place and kind.

use super::{Remark, Span};
use crate::model::{Block, Document, Format};
use std::ops::Range;

/// Length of an excerpt, characters.
const EXCERPT: usize = 20;

/// What a text is in its document, as far as rules ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A paragraph, or the text that follows a heading on its line.
    Prose,
    /// A heading with its number.
    Heading,
    /// Words of a talk, kept as they were spoken.
    Spoken,
    /// A cell or value that may be left for a pen.
    Cell,
    /// A name, a title or another short text.
    Short,
}

/// One text of a document.
#[derive(Debug)]
pub(super) struct Passage {
    /// Its place in Chinese.
    pub(super) place: String,
    /// Its JSON pointer.
    pub(super) field: String,
    /// The text.
    pub(super) text: String,
    /// The same by characters; every position in a remark counts these.
    pub(super) chars: Vec<char>,
    pub(super) kind: Kind,
    /// May parts of it be left blank for a pen? So in forms, records and annexes.
    pub(super) fillable: bool,
}

impl Passage {
    pub(super) fn new(place: &str, field: &str, text: &str, kind: Kind) -> Self {
        Self {
            place: place.to_owned(),
            field: field.to_owned(),
            text: text.to_owned(),
            chars: text.chars().collect(),
            kind,
            fillable: false,
        }
    }

    /// A remark about some of its characters.
    pub(super) fn remark(&self, range: Range<usize>, message: impl Into<String>) -> Remark {
        let end = range.end.min(self.chars.len());
        let start = range.start.min(end);
        Remark {
            place: self.place.clone(),
            message: message.into(),
            span: Some(Span {
                field: self.field.clone(),
                start,
                end,
                excerpt: self.chars[start..end].iter().take(EXCERPT).collect(),
            }),
        }
    }

    /// A remark about all of it.
    pub(super) fn whole(&self, message: impl Into<String>) -> Remark {
        self.remark(0..self.chars.len(), message)
    }

    /// A remark about its last character other than white space.
    pub(super) fn last(&self, message: impl Into<String>) -> Remark {
        let end = self.text.trim_end().chars().count();
        self.remark(end.saturating_sub(1)..end, message)
    }

    /// Where a word begins, each time it occurs.
    pub(super) fn find<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let mut counted = (0, 0);
        self.text.match_indices(word).map(move |(at, _)| {
            counted.1 += self.text[counted.0..at].chars().count();
            counted.0 = at;
            counted.1
        })
    }

    /// Does `word` stand at this position?
    pub(super) fn stands(&self, at: usize, word: &str) -> bool {
        let length = word.chars().count();
        self.chars
            .get(at..at + length)
            .is_some_and(|found| found.iter().copied().eq(word.chars()))
    }

    /// The character before a position.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        at.checked_sub(1).and_then(|at| self.chars.get(at)).copied()
    }

    /// The characters of a range as text.
    pub(super) fn slice(&self, range: Range<usize>) -> String {
        let end = range.end.min(self.chars.len());
        self.chars[range.start.min(end)..end].iter().collect()
    }

    /// A few characters around a position, to find it by.
    pub(super) fn around(&self, at: usize) -> String {
        self.slice(at.saturating_sub(4)..at + 4).replace('\n', "")
    }

    /// The stretch between two marks that end a sentence, in which a position lies.
    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        let ends = |ch: &char| matches!(ch, '。' | '！' | '？' | '；' | '\n');
        let start = self.chars[..at]
            .iter()
            .rposition(ends)
            .map_or(0, |mark| mark + 1);
        let end = self.chars[at..].iter().position(ends);
        start..end.map_or(self.chars.len(), |mark| at + mark)
    }
}

/// Is it a Chinese character?
pub(super) fn is_han(ch: char) -> bool {
    matches!(u32::from(ch), 0x3007 | 0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF)
}

/// Every text of a document, in its order.
pub(super) fn all(document: &Document) -> Vec<Passage> {
    let mut texts = Texts {
        fillable: matches!(document.format, Format::Form | Format::Record),
        found: Vec::new(),
    };
    texts.add("发文机关标志", "/mark", &document.mark, Kind::Short);
    texts.add("标题", "/title", &document.title, Kind::Short);
    let to = document.to.as_deref().unwrap_or("");
    texts.add("主送机关", "/to", to, Kind::Short);
    if let Some(record) = &document.record {
        texts.pairs("表头", "/record/fields", &record.fields);
        for (i, statement) in record.statements.iter().enumerate() {
            let place = format!("确认语句第{}句", i + 1);
            let field = format!("/record/statements/{i}");
            texts.add(&place, &field, statement, Kind::Cell);
        }
    }
    texts.body("正文", "/body", &document.body);
    if let Some(people) = &document.attendance {
        texts.list("出席人员", "/attendance/present", &people.present);
        texts.list("请假人员", "/attendance/absent", &people.absent);
        texts.list("列席人员", "/attendance/observing", &people.observing);
    }
    for (i, name) in document.attachments.iter().enumerate() {
        let place = format!("附件说明第{}项", i + 1);
        texts.add(&place, &format!("/attachments/{i}"), name, Kind::Short);
    }
    if let Some(signed) = &document.signature {
        texts.list("发文机关署名", "/signature/organs", &signed.organs);
    }
    let note = document.note.as_deref().unwrap_or("");
    texts.add("附注", "/note", note, Kind::Short);
    texts.list("抄送机关", "/cc", &document.cc);
    if let Some(printed) = &document.printed_by {
        texts.add("印发机关", "/printed_by/organ", &printed.organ, Kind::Short);
    }
    texts.fillable = true;
    for (i, annex) in document.annexes.iter().enumerate() {
        let part = format!("附件{}", i + 1);
        let field = format!("/annexes/{i}");
        let title = format!("{part}的标题");
        texts.add(&title, &format!("{field}/title"), &annex.title, Kind::Short);
        let to = annex.to.as_deref().unwrap_or("");
        let place = format!("{part}的称谓");
        texts.add(&place, &format!("{field}/to"), to, Kind::Short);
        texts.body(&part, &format!("{field}/body"), &annex.body);
    }
    texts.found
}

/// Gathers texts.
struct Texts {
    fillable: bool,
    found: Vec<Passage>,
}

impl Texts {
    fn add(&mut self, place: &str, field: &str, text: &str, kind: Kind) {
        if !text.is_empty() {
            self.found.push(Passage {
                fillable: self.fillable || kind == Kind::Cell,
                ..Passage::new(place, field, text, kind)
            });
        }
    }

    fn list(&mut self, place: &str, field: &str, texts: &[String]) {
        for (i, text) in texts.iter().enumerate() {
            self.add(place, &format!("{field}/{i}"), text, Kind::Short);
        }
    }

    /// Names and values; only the values are texts of the writer.
    fn pairs(&mut self, place: &str, field: &str, pairs: &[(String, String)]) {
        for (i, (name, value)) in pairs.iter().enumerate() {
            let place = format!("{place}的“{name}”栏");
            self.add(&place, &format!("{field}/{i}/1"), value, Kind::Cell);
        }
    }

    fn body(&mut self, part: &str, field: &str, blocks: &[Block]) {
        for (i, block) in blocks.iter().enumerate() {
            let place = format!("{part}第{}段", i + 1);
            self.block(&place, &format!("{field}/{i}"), block);
        }
    }

    fn block(&mut self, place: &str, field: &str, block: &Block) {
        match block {
            Block::Paragraph(text) => self.add(place, &format!("{field}/p"), text, Kind::Prose),
            Block::Heading {
                level,
                text,
                run_in,
            } => {
                let level = (*level).clamp(1, 4);
                self.add(place, &format!("{field}/h{level}"), text, Kind::Heading);
                let run_in = run_in.as_deref().unwrap_or("");
                self.add(place, &format!("{field}/run_in"), run_in, Kind::Prose);
            }
            Block::Table(table) => {
                for (i, caption) in table.columns.iter().enumerate() {
                    let field = format!("{field}/table/columns/{i}");
                    self.add(&format!("{place}的表头"), &field, caption, Kind::Cell);
                }
                for (row, cells) in table.rows.iter().enumerate() {
                    let place = format!("{place}的表格第{}行", row + 1);
                    for (i, cell) in cells.iter().enumerate() {
                        let field = format!("{field}/table/rows/{row}/{i}");
                        self.add(&place, &field, cell, Kind::Cell);
                    }
                }
            }
            Block::Grid(grid) => {
                for (row, cells) in grid.rows.iter().enumerate() {
                    let place = format!("{place}的表格第{}行", row + 1);
                    for (i, cell) in cells.iter().enumerate() {
                        let field = format!("{field}/grid/rows/{row}/{i}");
                        self.add(&place, &format!("{field}/text"), &cell.text, Kind::Cell);
                        self.add(&place, &format!("{field}/foot"), &cell.foot, Kind::Cell);
                    }
                }
            }
            Block::Fields(fields) => self.pairs(place, &format!("{field}/fields"), fields),
            Block::Turns(turns) => {
                for (i, (_, text)) in turns.iter().enumerate() {
                    let place = format!("{place}第{}句", i + 1);
                    self.add(&place, &format!("{field}/turns/{i}/1"), text, Kind::Spoken);
                }
            }
        }
    }
}
