//! The text of a part, in reading order.
//!
//! One pass over the XML with an explicit stack; nesting costs heap, never the
//! call stack, and is bounded by [`Limits::xml_depth`].

use super::numbering::Numbering;
use super::styles::Styles;
use super::symbols::symbol;
use super::xml::{Element, Event, Xml};
use crate::{CELL_SEPARATOR, Error, Limits, ParagraphKind, clean};

/// A table cell with more paragraphs than this holds running text that was put
/// into a frame; its paragraphs are kept apart.
const PARAGRAPHS_IN_A_CELL: usize = 2;

/// A finished paragraph or table row.
pub(super) struct Block {
    pub(super) kind: ParagraphKind,
    pub(super) text: String,
}

/// What the person should be told about.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) tracked_changes: bool,
    pub(super) hidden_text: bool,
    pub(super) pictures: bool,
}

pub(super) struct Body<'a> {
    limits: &'a Limits,
    styles: Styles,
    numbering: Numbering,
    blocks: Vec<Block>,
    open: Vec<Open>,
    holders: Vec<Holder>,
    /// Text of paragraphs whose end mark was deleted: it joins the next one.
    carried: String,
    findings: Findings,
}

/// An element that was entered, as far as its end or its children need to know.
#[derive(PartialEq)]
enum Open {
    Paragraph,
    ParagraphProperties,
    Run {
        hidden: bool,
    },
    RunProperties,
    RowProperties,
    Text,
    Row,
    Cell,
    /// Alternative content, with whether one alternative was taken.
    Alternatives {
        taken: bool,
    },
    Other,
}

/// Something that collects blocks until it ends.
enum Holder {
    Paragraph(Growing),
    Row {
        cells: Vec<Vec<Block>>,
        deleted: bool,
    },
    Cell(Vec<Block>),
}

/// A paragraph being read.
#[derive(Default)]
struct Growing {
    text: String,
    style: Option<String>,
    heading: Option<bool>,
    list: Option<u32>,
    level: Option<u32>,
    /// Its end mark was deleted by a tracked change.
    joins_next: bool,
    /// Text boxes anchored in it, which follow it.
    boxes: Vec<Block>,
}

impl<'a> Body<'a> {
    pub(super) fn new(limits: &'a Limits, styles: Styles, numbering: Numbering) -> Self {
        Self {
            limits,
            styles,
            numbering,
            blocks: Vec::new(),
            open: Vec::new(),
            holders: Vec::new(),
            carried: String::new(),
            findings: Findings::default(),
        }
    }

    /// Reads one part to its end.
    pub(super) fn read(&mut self, part: &str) -> Result<(), Error> {
        let mut xml = Xml::new(part, self.limits);
        while let Some(event) = xml.next()? {
            match event {
                Event::Start(element) => match self.start(&element) {
                    Some(open) => self.open.push(open),
                    None => xml.skip()?,
                },
                Event::End => {
                    if let Some(open) = self.open.pop() {
                        self.end(&open);
                    }
                }
                Event::Text(text) => {
                    if self.open.last() == Some(&Open::Text) {
                        self.write(&text);
                    }
                }
            }
            if self.blocks.len() > self.limits.paragraphs {
                return Err(Error::TooMuchText {
                    paragraphs: self.limits.paragraphs,
                });
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> (Vec<Block>, Findings) {
        let carried = std::mem::take(&mut self.carried);
        self.emit(Block {
            kind: ParagraphKind::Text,
            text: carried,
        });
        (self.blocks, self.findings)
    }

    /// What to remember of an element; `None` to pass over it with all it holds.
    fn start(&mut self, element: &Element<'_>) -> Option<Open> {
        let open = match element.name.as_str() {
            "p" => {
                self.holders.push(Holder::Paragraph(Growing::default()));
                Open::Paragraph
            }
            "tr" => {
                self.holders.push(Holder::Row {
                    cells: Vec::new(),
                    deleted: false,
                });
                Open::Row
            }
            "tc" => {
                self.holders.push(Holder::Cell(Vec::new()));
                Open::Cell
            }
            "r" => Open::Run { hidden: false },
            "t" => Open::Text,
            "pPr" => Open::ParagraphProperties,
            "rPr" => Open::RunProperties,
            "trPr" => Open::RowProperties,
            "AlternateContent" => Open::Alternatives { taken: false },
            "Choice" | "Fallback" => {
                // The same text box twice, for new and for old programs.
                if let Some(Open::Alternatives { taken }) = self.open.last_mut()
                    && std::mem::replace(taken, true)
                {
                    return None;
                }
                Open::Other
            }
            "del" | "moveFrom" => {
                self.deletion();
                return None;
            }
            "ins" | "moveTo" => {
                self.findings.tracked_changes = true;
                Open::Other
            }
            "footnote" | "endnote" if element.attribute("type").is_some() => return None,
            "delText" | "instrText" | "delInstrText" | "rt" | "sectPr" | "fldData" | "binData"
            | "pPrChange" | "rPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange"
            | "sectPrChange" | "numberingChange" => return None,
            name => {
                self.small(name, element);
                Open::Other
            }
        };
        Some(open)
    }

    /// Elements that carry one fact or one character.
    fn small(&mut self, name: &str, element: &Element<'_>) {
        let in_run = matches!(self.open.last(), Some(Open::Run { .. }));
        match name {
            "tab" | "ptab" if in_run => self.write("\t"),
            "br" | "cr" if in_run => self.write("\n"),
            "noBreakHyphen" if in_run => self.write("-"),
            "sym" if in_run => {
                let font = element.attribute("font").unwrap_or_default();
                let code = element.attribute("char");
                if let Some(code) = code.and_then(|code| u32::from_str_radix(&code, 16).ok()) {
                    self.write(symbol(&font, code).encode_utf8(&mut [0; 4]));
                }
            }
            "vanish" if element.is_on() => {
                // Only inside a run; on a paragraph mark it hides no text.
                if let [.., Open::Run { hidden }, Open::RunProperties] = self.open.as_mut_slice() {
                    *hidden = true;
                }
            }
            "blip" | "imagedata" => self.findings.pictures = true,
            "pStyle" | "numId" | "ilvl" | "outlineLvl" if self.in_paragraph_properties() => {
                let Some(Holder::Paragraph(paragraph)) = self.holders.last_mut() else {
                    return;
                };
                match name {
                    "pStyle" => paragraph.style = element.value(),
                    "numId" => paragraph.list = element.number(),
                    "ilvl" => paragraph.level = element.number(),
                    _ => paragraph.heading = element.number().map(|level| level < 9),
                }
            }
            _ => {}
        }
    }

    fn in_paragraph_properties(&self) -> bool {
        self.open
            .iter()
            .rev()
            .take(3)
            .any(|open| *open == Open::ParagraphProperties)
    }

    /// A tracked deletion: of a stretch of text (which is passed over), of a
    /// paragraph's end mark, or of a table row.
    fn deletion(&mut self) {
        self.findings.tracked_changes = true;
        match (self.open.as_slice(), self.holders.last_mut()) {
            (
                [.., Open::ParagraphProperties, Open::RunProperties],
                Some(Holder::Paragraph(paragraph)),
            ) => paragraph.joins_next = true,
            ([.., Open::RowProperties], Some(Holder::Row { deleted, .. })) => *deleted = true,
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        let hidden = self
            .open
            .iter()
            .rev()
            .take(2)
            .any(|open| *open == Open::Run { hidden: true });
        let paragraph = self
            .holders
            .iter_mut()
            .rev()
            .find_map(|holder| match holder {
                Holder::Paragraph(paragraph) => Some(paragraph),
                _ => None,
            });
        if let Some(paragraph) = paragraph {
            paragraph.text.push_str(text);
            self.findings.hidden_text |= hidden && !text.trim().is_empty();
        }
    }

    fn end(&mut self, open: &Open) {
        let is_holder = matches!(open, Open::Paragraph | Open::Row | Open::Cell);
        if !is_holder {
            return;
        }
        match self.holders.pop() {
            Some(Holder::Paragraph(paragraph)) => self.end_paragraph(paragraph),
            Some(Holder::Cell(blocks)) => {
                if let Some(Holder::Row { cells, .. }) = self.holders.last_mut() {
                    cells.push(blocks);
                }
            }
            Some(Holder::Row { cells, deleted }) if !deleted => self.end_row(cells),
            _ => {}
        }
    }

    fn end_paragraph(&mut self, paragraph: Growing) {
        let style = paragraph.style.as_deref().unwrap_or_default();
        let heading = paragraph
            .heading
            .unwrap_or_else(|| self.styles.is_heading(style));
        let (style_list, style_level) = self.styles.list(style).unzip();
        // List 0 takes a paragraph out of the list of its style (17.9.18).
        let list = paragraph.list.or(style_list).filter(|list| *list != 0);
        let level = paragraph.level.or(style_level).unwrap_or(0);
        let mut text = std::mem::take(&mut self.carried);
        let own = clean::paragraph(&paragraph.text);
        if let Some(list) = list
            && !(paragraph.joins_next && own.is_empty())
        {
            let label = self.numbering.next(list, level);
            if !own.is_empty() && text.is_empty() {
                text.push_str(&label);
                if label
                    .chars()
                    .next_back()
                    .is_some_and(|last| !clean::is_wide(last))
                {
                    text.push(' ');
                }
            }
        }
        text.push_str(&own);
        if paragraph.joins_next {
            self.carried = text;
        } else {
            self.emit(Block {
                kind: if heading {
                    ParagraphKind::Heading
                } else {
                    ParagraphKind::Text
                },
                text,
            });
        }
        for block in paragraph.boxes {
            self.emit(block);
        }
    }

    /// A row becomes one paragraph, unless a cell holds running text.
    fn end_row(&mut self, cells: Vec<Vec<Block>>) {
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        if filled <= 1 {
            for block in cells.into_iter().flatten() {
                self.emit(block);
            }
            return;
        }
        let mut row = Vec::with_capacity(cells.len());
        let mut following = Vec::new();
        for cell in cells {
            let mut blocks = cell.into_iter();
            if blocks.len() > PARAGRAPHS_IN_A_CELL {
                row.push(blocks.next().map(|block| block.text).unwrap_or_default());
                following.extend(blocks);
            } else {
                let texts: Vec<String> = blocks.map(|block| block.text).collect();
                row.push(texts.join(" "));
            }
        }
        self.emit(Block {
            kind: ParagraphKind::TableRow,
            text: row.join(CELL_SEPARATOR),
        });
        for block in following {
            self.emit(block);
        }
    }

    /// Hands a block to whatever is around it.
    fn emit(&mut self, block: Block) {
        if block.text.trim().is_empty() {
            return;
        }
        for holder in self.holders.iter_mut().rev() {
            match holder {
                Holder::Paragraph(paragraph) => return paragraph.boxes.push(block),
                Holder::Cell(blocks) => return blocks.push(block),
                Holder::Row { .. } => {}
            }
        }
        self.blocks.push(block);
    }
}

#[cfg(test)]
mod tests;
