//! From 主送 to the annexes: every part of the model as paragraphs and tables of its own style.

use super::flow::Flow;
use super::head::title_of;
use super::metrics::{advance, twips};
use super::paragraph::{Indent, Paragraph, row};
use super::places::{Placed, Places};
use super::runs::{Breaking, WRITING_LINE, captioned};
use super::styles::{INDENT, Style};
use super::table::Known;
use crate::error::Error;
use crate::fonts::Role;
use crate::layout::context::{Context, body_style};
use crate::layout::flow::{Kind, Piece};
use crate::layout::line::moved;
use crate::layout::{Colour, Line, annex, blocks, head, line, minutes, signature};
use crate::model::{Annex, Block, Document, Format};
use crate::standard::{SIZE_3, WIDTH};

/// The body on its way from the model to the flow.
pub(super) struct Body<'a> {
    pub(super) context: Context<'a>,
    pub(super) places: Places<'a>,
    pub(super) flow: Flow,
}

impl Body<'_> {
    /// Everything of a letter, a document, an order, minutes or a form but the note of a form.
    pub(super) fn whole(&mut self, document: &Document) -> Result<(), Error> {
        self.addressee(document.to.as_deref())?;
        self.blocks(&document.body, "正文")?;
        self.attachments(&document.attachments)?;
        if let Some(who) = &document.attendance {
            self.attendance(who)?;
        }
        if let Some(signed) = &document.signature
            && document.format != Format::Minutes
        {
            let kept = document
                .note
                .as_deref()
                .is_some_and(|note| !note.trim().is_empty());
            for mut piece in signature::signature(self.context, signed)? {
                piece.keep = kept && document.format != Format::Form;
                for placed in self.place(vec![piece]) {
                    self.flow.block(
                        &placed,
                        |_, last| if last { Style::Date } else { Style::Organ },
                    );
                }
            }
        }
        Ok(())
    }

    /// 附注 in the size of the text.
    pub(super) fn note(&mut self, note: &str) -> Result<(), Error> {
        let pieces = signature::note(self.context, note)?;
        self.text(Style::Note, pieces, None);
        Ok(())
    }

    pub(super) fn place(&mut self, pieces: Vec<Piece>) -> Vec<Placed> {
        self.places.place(pieces, self.flow.end)
    }

    /// One paragraph.
    pub(super) fn text(&mut self, style: Style, pieces: Vec<Piece>, indent: Option<Indent>) {
        let placed = self.place(pieces);
        self.flow.text(style, &placed, indent, Breaking::Spacing);
    }

    /// The blocks of a body. `part` says in Chinese whose body it is, for errors.
    pub(super) fn blocks(&mut self, all: &[Block], part: &str) -> Result<(), Error> {
        for block in all {
            let mut pieces = blocks::pieces(self.context, std::slice::from_ref(block), part)?;
            match block {
                Block::Paragraph(text) => self.paragraphs(Style::Body, None, text, &mut pieces)?,
                Block::Heading {
                    level,
                    text,
                    run_in,
                } => {
                    let text = text.replace(['\n', '\r'], "");
                    let run_in = run_in.as_deref().unwrap_or("");
                    let mut said = run_in.splitn(2, ['\n', '\r']);
                    let first = said.next().unwrap_or("").trim();
                    let style = match level {
                        _ if !first.is_empty() => Style::Body,
                        1 => Style::Heading1,
                        2 => Style::Heading2,
                        3 => Style::Heading3,
                        _ => Style::Heading4,
                    };
                    let whole = format!("{}{first}", text.trim());
                    self.paragraphs(style, None, &whole, &mut pieces)?;
                    self.paragraphs(Style::Body, None, said.next().unwrap_or(""), &mut pieces)?;
                }
                Block::Turns(turns) => {
                    for (label, text) in turns {
                        self.turn(label, text, &mut pieces)?;
                    }
                }
                Block::Table(table) => {
                    let texts = table.rows.iter().flatten().chain(&table.columns);
                    let known = Known::new(texts.map(String::as_str));
                    let heads = usize::from(!table.columns.is_empty());
                    self.table(std::mem::take(&mut pieces), &known, heads);
                }
                Block::Grid(grid) => {
                    let texts = grid.rows.iter().flatten();
                    let known = Known::new(texts.flat_map(|cell| [&*cell.text, &*cell.foot]));
                    let pieces = std::mem::take(&mut pieces);
                    let heads = usize::from(pieces.iter().any(|piece| piece.repeat.is_some()));
                    self.table(pieces, &known, heads);
                }
                Block::Fields(fields) => {
                    self.fields(fields, std::mem::take(&mut pieces));
                }
            }
        }
        Ok(())
    }

    /// A table of names and values.
    pub(super) fn fields(&mut self, fields: &[(String, String)], pieces: Vec<Piece>) {
        let known = Known::new(fields.iter().flat_map(|(name, value)| [&**name, &**value]));
        self.table(pieces, &known, 0);
    }

    fn table(&mut self, pieces: Vec<Piece>, known: &Known, heads: usize) {
        let placed = self.place(pieces);
        self.flow.table(&placed, known, heads);
    }

    /// The paragraphs of a text; their lines are the first of the pieces.
    fn paragraphs(
        &mut self,
        style: Style,
        indent: Option<Indent>,
        text: &str,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), Error> {
        for text in text.split(['\n', '\r']).map(str::trim) {
            if text.is_empty() {
                continue;
            }
            let count = self.context.body(text, "正文")?.len();
            let lines = first_lines(pieces, count);
            self.text(style, lines, indent);
        }
        Ok(())
    }

    /// One turn of a talk: what was said stands right of its label.
    fn turn(&mut self, label: &str, text: &str, pieces: &mut Vec<Piece>) -> Result<(), Error> {
        let label = format!("{}：", label.trim());
        let most = WIDTH / 3.0 * 72.0 / 25.4 * 20.0;
        let hanging = twips_of(&label, Role::Hei).min(most as i32);
        let mut said = text
            .split(['\n', '\r'])
            .map(str::trim)
            .filter(|text| !text.is_empty());
        let first = format!("{label}{}", said.next().unwrap_or(""));
        let indent = |first| {
            Some(Indent {
                left: hanging,
                right: 0,
                first,
            })
        };
        self.paragraphs(Style::Turn, indent(-hanging), &first, pieces)?;
        for text in said {
            self.paragraphs(Style::Turn, indent(0), text, pieces)?;
        }
        Ok(())
    }

    /// 附件说明: turnover below the name's first character.
    fn attachments(&mut self, names: &[String]) -> Result<(), Error> {
        let mut pieces = signature::attachments(self.context, names)?;
        let label = twips_of("附件：", Role::FangSong);
        for (number, name) in names.iter().enumerate() {
            let numeral = if names.len() > 1 {
                format!("{}.", number + 1)
            } else {
                String::new()
            };
            let name = name.trim().trim_end_matches(['。', '；', '，', '、']);
            let item = format!("{numeral}{name}");
            let lead = if number == 0 { "附件：" } else { "" };
            let count = self
                .context
                .body(&format!("{lead}{item}"), "附件说明")?
                .len();
            let lines = first_lines(&mut pieces, count);
            let hanging = twips_of(&numeral, Role::FangSong);
            let indent = Indent {
                left: INDENT + label + hanging,
                right: 0,
                first: -(hanging + if number == 0 { label } else { 0 }),
            };
            self.text(Style::Attachments, lines, Some(indent));
        }
        Ok(())
    }

    /// 出席, 请假, 列席: names are never parted, so that lines end where the layout ends them.
    fn attendance(&mut self, who: &crate::model::Attendance) -> Result<(), Error> {
        let pieces = minutes::attendance(self.context, who)?;
        let mut listed: Vec<Vec<Piece>> = Vec::new();
        for piece in pieces {
            let begins = piece.lines.len() > 1;
            match listed.last_mut() {
                Some(last) if !begins => last.push(piece),
                _ => listed.push(vec![piece]),
            }
        }
        let label = twips_of("出席：", Role::Hei);
        for pieces in listed {
            let indent = Indent {
                left: INDENT + label,
                right: 0,
                first: -label,
            };
            let placed = self.place(pieces);
            self.flow.text(
                Style::Attendance,
                &placed,
                Some(indent),
                Breaking::Everywhere,
            );
        }
        Ok(())
    }

    fn addressee(&mut self, to: Option<&str>) -> Result<(), Error> {
        if let Some(to) = to {
            let pieces = head::addressee(self.context, to)?;
            self.text(Style::Addressee, pieces, None);
        }
        Ok(())
    }

    /// 附件 bound with the text, each on a new page.
    pub(super) fn annexes(&mut self, annexes: &[Annex]) -> Result<(), Error> {
        let mut pieces = annex::pieces(self.context, annexes)?.into_iter().peekable();
        let mut number = 0;
        while let Some(top) = pieces.next() {
            for placed in self.place(vec![top]) {
                self.annex_head(&placed);
            }
            while pieces.next_if(|piece| !piece.new_page).is_some() {}
            if let Some(annex) = annexes.get(number) {
                self.addressee(annex.to.as_deref())?;
                self.blocks(&annex.body, "附件")?;
            }
            number += 1;
        }
        Ok(())
    }

    fn annex_head(&mut self, placed: &Placed) {
        let lines: Vec<Line> = placed
            .piece
            .lines
            .iter()
            .map(|line| moved(line.clone(), 0.0, placed.y))
            .collect();
        let Some((label, title)) = lines.split_first() else {
            return;
        };
        self.flow.begin_page(placed);
        let mut above = row(Style::AnnexLabel, std::slice::from_ref(label), 0.0, WIDTH);
        above.page_break = true;
        above.keep_next = true;
        self.flow.put_at(above, label, 1);
        if let Some(first) = title.first() {
            let below = title_of(Style::AnnexTitle, title);
            self.flow.put_at(below, first, title.len());
        }
    }

    /// Lines to write corrections on: the caption, and `count` lines drawn to the right edge.
    pub(super) fn corrections(&mut self, count: usize) -> Result<(), Error> {
        if count == 0 {
            return Ok(());
        }
        let label = "更正说明：";
        let cells = self.context.set(label, body_style(Role::Hei), label)?;
        let pitch = self.context.line_pitch;
        let caption = line::plain(&cells, 0.0, 0.0, 0.0, Colour::Black);
        let piece = Piece::line(Kind::Other, caption.clone(), pitch, pitch);
        let look = Style::Element.look();
        for placed in self.place(vec![piece]) {
            self.flow.begin_page(&placed);
            for number in 0..count {
                let mut line = Paragraph::new(Style::Element, String::new());
                if number == 0 {
                    line.content = captioned(&look, label, Role::Hei);
                }
                line.content.push_str(WRITING_LINE);
                line.tabs = vec![(twips(WIDTH), "right")];
                line.align = Some("left");
                line.keep_next = number + 1 < count;
                let below = moved(caption.clone(), 0.0, placed.y + number as f64 * pitch);
                self.flow.put_at(line, &below, 1);
            }
        }
        Ok(())
    }
}

/// Takes the pieces that hold the first `count` characters.
fn first_lines(pieces: &mut Vec<Piece>, count: usize) -> Vec<Piece> {
    let mut held = 0;
    let end = pieces
        .iter()
        .position(|piece| {
            held += piece
                .lines
                .iter()
                .flat_map(|line| &line.runs)
                .map(|run| run.glyphs.len())
                .sum::<usize>();
            held >= count
        })
        .map_or(pieces.len(), |at| at + 1);
    pieces.drain(..end).collect()
}

/// Width of a text of the body's size in an office's faces, twips.
fn twips_of(text: &str, role: Role) -> i32 {
    let spacing = f64::from(super::metrics::BODY_SPACING);
    text.chars()
        .map(|ch| advance(ch, role) * SIZE_3 * 20.0 + spacing)
        .sum::<f64>()
        .round() as i32
}
