//! From a paper and its records to the document that is typeset.

use casework::records::{PaperItem, PaperKind, PaperState, Turn};
use chrono::{Datelike, NaiveDate};
use gongwen::model::{Annex, Block, Date, Document, Format, Options, Record, Seal, Signature};

use crate::context::{PaperContext, values};
use crate::numeral::chinese;
use crate::template::is_letter;
use crate::text::{Values, fill};
use crate::{Error, Line, Template};

/// The document of `context.paper` in the wording of `template`.
///
/// What is not filled in yet leaves a visible gap, so that a draft can be
/// looked at while it is written. A letter in draft bears the word 草稿; the
/// record of a talk never does, because it is printed to be signed before it is
/// issued.
///
/// # Errors
/// When template and paper are of different kinds, or the record of a talk has
/// no talk.
pub fn compose(
    kind: PaperKind,
    context: &PaperContext<'_>,
    template: &Template,
) -> Result<Document, Error> {
    if template.kind != kind {
        return Err(Error::Kind {
            paper: kind,
            template: template.kind,
        });
    }
    let mut values = values(context);
    let title = match context.paper.title.trim() {
        "" => fill(&template.title, &values),
        title => title.to_owned(),
    };
    values.insert("标题", title.clone());
    let mut document = if is_letter(kind) {
        letter(context, template, &values, title)
    } else {
        record(context, template, &values, title)?
    };
    document.options = Options {
        draft_watermark: is_letter(kind) && context.paper.state == PaperState::草稿,
        ..Options::default()
    };
    Ok(document)
}

fn letter(
    context: &PaperContext<'_>,
    template: &Template,
    values: &Values,
    title: String,
) -> Document {
    let paper = context.paper;
    let organ = context.organ.full_name.trim().to_owned();
    let mut body = own_or(&paper.opening, &template.opening, values);
    body.extend(items(&paper.items, template));
    body.extend(own_or(&paper.closing, &template.closing, values));
    let note = filled(&template.note, values).join("，");
    Document {
        mark: organ.clone(),
        number: paper.number.as_ref().map(ToString::to_string),
        to: Some(fill(&template.to, values)),
        body,
        attachments: listed(&paper.attachments),
        signature: Some(Signature {
            organs: vec![organ],
            date: paper.date.and_then(date),
            seal: Seal::Space,
            ..Signature::default()
        }),
        note: (!note.is_empty()).then_some(note),
        cc: listed(&paper.cc),
        annexes: annexes(&paper.attachments, template, values),
        ..Document::new(Format::Letter, title)
    }
}

fn record(
    context: &PaperContext<'_>,
    template: &Template,
    values: &Values,
    title: String,
) -> Result<Document, Error> {
    if context.interview.is_none() {
        return Err(Error::NoInterview);
    }
    let paper = context.paper;
    let mut body = own_or(&paper.opening, &template.opening, values);
    let turns = turns(context.turns);
    if !turns.is_empty() {
        body.push(Block::Turns(turns));
    }
    body.extend(own_or(&paper.closing, &template.closing, values));
    Ok(Document {
        body,
        record: Some(Record {
            fields: template
                .fields
                .iter()
                .map(|(name, value)| (name.clone(), fill(value, values)))
                .collect(),
            signers: template.signers.clone(),
            statements: filled(&template.statements, values),
            correction_lines: template.correction_lines,
        }),
        ..Document::new(Format::Record, title)
    })
}

/// The paper's own paragraphs where it has some, otherwise the template's.
fn own_or(own: &str, lines: &[Line], values: &Values) -> Vec<Block> {
    if own.trim().is_empty() {
        return filled(lines, values)
            .into_iter()
            .map(Block::paragraph)
            .collect();
    }
    paragraphs(own)
}

fn paragraphs(text: &str) -> Vec<Block> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(Block::paragraph)
        .collect()
}

fn filled(lines: &[Line], values: &Values) -> Vec<String> {
    lines
        .iter()
        .filter_map(|line| line.filled(values))
        .collect()
}

/// Items under numbered headings; one that stands alone bears no number.
fn items(items: &[PaperItem], template: &Template) -> Vec<Block> {
    let wording = match items {
        [_] => &template.single_item_heading,
        _ => &template.item_heading,
    };
    let mut blocks = Vec::new();
    for (number, item) in (1..).zip(items) {
        if !item.heading.trim().is_empty() {
            let values = Values::from([
                ("序号", chinese(number)),
                ("事项", item.heading.trim().to_owned()),
            ]);
            blocks.push(Block::heading(1, fill(wording, &values)));
        }
        blocks.extend(paragraphs(&item.text));
    }
    blocks
}

/// The annexes whose titles stand among the attachments, in the attachments' order.
fn annexes(attachments: &[String], template: &Template, values: &Values) -> Vec<Annex> {
    attachments
        .iter()
        .filter_map(|name| {
            template
                .annexes
                .iter()
                .find(|annex| annex.title == name.trim())
        })
        .map(|annex| {
            let to = fill(&annex.to, values);
            let mut body: Vec<_> = filled(&annex.body, values)
                .into_iter()
                .map(Block::paragraph)
                .collect();
            if !annex.fields.is_empty() {
                body.push(Block::Fields(annex.fields.clone()));
            }
            Annex {
                title: annex.title.clone(),
                to: (!to.is_empty()).then_some(to),
                body,
            }
        })
        .collect()
}

fn turns(turns: &[Turn]) -> Vec<(String, String)> {
    turns
        .iter()
        .filter(|turn| !turn.text.trim().is_empty())
        .map(|turn| (format!("{:?}", turn.role), turn.text.trim().to_owned()))
        .collect()
}

fn listed(names: &[String]) -> Vec<String> {
    names
        .iter()
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// A day as the typesetter has it; none outside the years 1000 to 9999.
pub(crate) fn date(day: NaiveDate) -> Option<Date> {
    Date::new(
        u16::try_from(day.year()).ok()?,
        u8::try_from(day.month()).ok()?,
        u8::try_from(day.day()).ok()?,
    )
}
