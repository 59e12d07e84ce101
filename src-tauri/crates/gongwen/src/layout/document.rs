//! 文件 (items 5 to 12 and 21 to 23).

use super::context::{Context, body_style};
use super::flow::Room;
use super::head::{self, Head};
use super::mark::Place;
use super::{Colour, Page, Rule, body, foot, frame, line, respace};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Document;
use crate::standard::{
    BLANK_ABOVE_NUMBER, BLANK_ABOVE_TITLE, BLANK_BELOW_TITLE, BOTTOM, DOCUMENT_MARK_TOP,
    DOCUMENT_RULE, DOCUMENT_RULE_BELOW_NUMBER, LEFT, PITCH, TOP, WIDTH,
};
use crate::text::cells::{Cell, width};

/// The pages of a document.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    assemble(context, document, head(context, document)?)
}

/// Head, text from 主送 to the annexes, 版记 with rules, page numbers: what 文件, 命令 and 纪要 have in
/// common.
pub(crate) fn assemble(
    context: Context,
    document: &Document,
    head: Head,
) -> Result<Vec<Page>, Error> {
    head::leaves_room(head.first_top + context.line_pitch, BOTTOM)?;
    let room = Room {
        first_top: head.first_top,
        first_bottom: BOTTOM,
        top: TOP,
        bottom: BOTTOM,
    };
    let (pieces, flow) = respace::accompanied(
        |tighten| body::pieces(Context { tighten, ..context }, document),
        room,
    )?;
    let options = document.options;
    let mut pages = flow.draw(&pieces, |page| frame::left(options, page));
    let numbered = foot::ruled(context, document)?.place(context, &mut pages, flow.end, options);
    if let Some(first) = pages.first_mut() {
        first.rules.extend(head.rules);
        first.lines.splice(0..0, head.lines);
    }
    for (number, page) in pages.iter_mut().enumerate().take(numbered) {
        page.lines
            .push(frame::page_number(context, options, number)?);
    }
    if options.draft_watermark {
        frame::watermark(context, &mut pages)?;
    }
    Ok(pages)
}

/// What stands above 主送, and where 主送 begins.
fn head(context: Context, document: &Document) -> Result<Head, Error> {
    let place = Place {
        ink_top: DOCUMENT_MARK_TOP,
        middle: LEFT + WIDTH / 2.0,
    };
    let elements = head::elements(context, document, TOP)?;
    head::around_mark(context, document, elements, place, BOTTOM, below_mark)
}

/// 发文字号 to the title, below a mark whose ink ends at `ink_bottom`.
fn below_mark(context: Context, document: &Document, ink_bottom: f64) -> Result<Head, Error> {
    let mut lines = Vec::new();
    let number_top = context.below(ink_bottom + context.gap(), BLANK_ABOVE_NUMBER);
    let number = document.number.as_deref().unwrap_or("").trim();
    let number = context.body(number, "发文字号")?;
    let signers = signers(context, &document.signers)?;
    let last = context.below(number_top, signers.len().saturating_sub(1) as f64);
    if signers.is_empty() {
        lines.push(line::centred(&number, LEFT + WIDTH / 2.0, last));
    } else {
        // 发文字号 stands on the line of the last name.
        let widest = signers.iter().map(|cells| width(cells)).fold(0.0, f64::max);
        if widest + width(&number) + 3.0 * PITCH > WIDTH {
            return Err(Error::Content(
                "发文字号和签发人排不在一行，请核对发文字号和签发人姓名。".to_owned(),
            ));
        }
        lines.push(line::plain(&number, LEFT + PITCH, last, 0.0, Colour::Black));
        let left = LEFT + WIDTH - PITCH - widest;
        for (row, cells) in signers.iter().enumerate() {
            lines.push(line::plain(
                cells,
                left,
                context.below(number_top, row as f64),
                0.0,
                Colour::Black,
            ));
        }
    }
    lines.retain(|line| !line.runs.is_empty());
    let (rule, title_top) = rule_below(context, last);
    let (title, next) = head::title(
        context,
        &document.title,
        LEFT + WIDTH / 2.0,
        title_top,
        "标题",
    )?;
    lines.extend(title);
    Ok(Head {
        lines,
        rules: vec![rule],
        first_top: context.below(next, BLANK_BELOW_TITLE),
    })
}

/// The red rule below the line that begins at `top`, and where the title begins (items 9 and 10).
pub(crate) fn rule_below(context: Context, top: f64) -> (Rule, f64) {
    let rule = Rule {
        x: LEFT,
        y: top + PITCH + DOCUMENT_RULE_BELOW_NUMBER,
        width: WIDTH,
        height: DOCUMENT_RULE,
        colour: Colour::Red,
    };
    (
        rule,
        context.below(rule.y + rule.height + context.gap(), BLANK_ABOVE_TITLE),
    )
}

/// 签发人 in lines of two names, the names of a turnover below the first name (item 8).
fn signers(context: Context, signers: &[String]) -> Result<Vec<Vec<Cell>>, Error> {
    let names: Vec<&str> = signers
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .collect();
    let label = context.body("签发人：", "签发人")?;
    let blank = context.body("\u{3000}\u{3000}\u{3000}\u{3000}", "签发人")?;
    let mut lines: Vec<Vec<Cell>> = Vec::new();
    for (row, pair) in names.chunks(2).enumerate() {
        let mut cells = if row == 0 {
            label.clone()
        } else {
            blank.clone()
        };
        let text = pair.join("\u{3000}");
        cells.extend(context.set(&text, body_style(Role::Kai), "签发人")?);
        lines.push(cells);
    }
    Ok(lines)
}
