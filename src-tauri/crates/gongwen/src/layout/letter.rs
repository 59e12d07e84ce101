//! 信函 (items 24 to 29).

use super::context::{Context, body_style};
use super::flow::{Kind, Piece, Room};
use super::head::{self, below, red_rule};
use super::{Colour, Line, Page, Rule, annex, blocks, frame, line, respace, signature};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::Document;
use crate::standard::{
    BLANK_ABOVE_TITLE, BLANK_BELOW_TITLE, BOTTOM, GAP, LEFT, LETTER_MARK_TOP,
    LETTER_RULE_ABOVE_BOTTOM, LETTER_RULE_BELOW_MARK, LETTER_RULE_HEIGHT, LETTER_RULE_THICK,
    LETTER_RULE_THIN, LETTER_RULE_WHITE, LETTER_RULE_WIDTH, LINE_PITCH, PAGE_HEIGHT, TOP, WIDTH,
};

/// The pages of a letter.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    if document.printed_by.is_some() {
        return Err(Error::Content(
            "信函格式的版记不印印发机关和印发日期，请去掉这一项或者改用文件格式。".to_owned(),
        ));
    }
    let (head_lines, head_rules, first_top) = head(context, document)?;
    let lower_rule = PAGE_HEIGHT - LETTER_RULE_ABOVE_BOTTOM - LETTER_RULE_HEIGHT;
    let room = Room {
        first_top,
        first_bottom: lower_rule - GAP,
        top: TOP,
        bottom: BOTTOM,
    };
    let (pieces, flow) = respace::accompanied(
        |tighten| body(Context { tighten, ..context }, document),
        room,
    )?;
    let options = document.options;
    let mut pages = flow.draw(&pieces, |page| frame::left(options, page));
    let numbered = pages.len();
    let copies = frame::copies(context, &document.cc)?;
    if let Some(first) = copies.first()
        && flow.end + GAP > first.top
    {
        // No room under the text: the 版记 takes a page of its own, which bears no number.
        pages.push(Page::default());
    }
    let last = pages.len() - 1;
    let left = frame::left(options, last);
    pages[last]
        .lines
        .extend(copies.into_iter().map(|copy| line::moved(copy, left, 0.0)));
    for (number, page) in pages.iter_mut().enumerate() {
        if number == 0 {
            page.rules.extend(head_rules.iter().copied());
            page.lines.splice(0..0, head_lines.iter().cloned());
        } else if number < numbered {
            page.lines
                .push(frame::page_number(context, options, number)?);
        }
    }
    if options.draft_watermark {
        frame::watermark(context, &mut pages)?;
    }
    Ok(pages)
}

/// What stands above 主送, and where 主送 begins.
fn head(context: Context, document: &Document) -> Result<(Vec<Line>, Vec<Rule>, f64), Error> {
    let (mark, ink_bottom) = head::mark(context, &document.mark, LETTER_MARK_TOP)?;
    let mut lines = vec![mark];
    let upper = ink_bottom + LETTER_RULE_BELOW_MARK;
    let lower = PAGE_HEIGHT - LETTER_RULE_ABOVE_BOTTOM - LETTER_RULE_HEIGHT;
    let rules = vec![
        red_rule(upper, LETTER_RULE_WIDTH, LETTER_RULE_THICK),
        red_rule(
            upper + LETTER_RULE_THICK + LETTER_RULE_WHITE,
            LETTER_RULE_WIDTH,
            LETTER_RULE_THIN,
        ),
        red_rule(lower, LETTER_RULE_WIDTH, LETTER_RULE_THIN),
        red_rule(
            lower + LETTER_RULE_THIN + LETTER_RULE_WHITE,
            LETTER_RULE_WIDTH,
            LETTER_RULE_THICK,
        ),
    ];
    let first = upper + LETTER_RULE_HEIGHT + GAP;
    let mut row = 0usize;
    for (text, role, place) in [
        (&document.copy_number, Role::FangSong, "份号"),
        (&document.secrecy, Role::Hei, "密级和保密期限"),
        (&document.urgency, Role::Hei, "紧急程度"),
    ] {
        let Some(text) = text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        else {
            continue;
        };
        let cells = context.set(text, body_style(role), place)?;
        lines.push(line::plain(
            &cells,
            LEFT,
            below(first, row as f64),
            0.0,
            Colour::Black,
        ));
        row += 1;
    }
    if let Some(number) = &document.number {
        let cells = context.body(number.trim(), "发文字号")?;
        lines.push(line::flush_right(&cells, LEFT + WIDTH, first));
    }
    // A draft without its number keeps the line free for it.
    let last = below(first, row.max(1) as f64 - 1.0);
    let title_top = below(last, BLANK_ABOVE_TITLE + 1.0);
    let (title, next) = head::title(
        context,
        &document.title,
        LEFT + WIDTH / 2.0,
        title_top,
        "标题",
    )?;
    lines.extend(title);
    Ok((lines, rules, below(next, BLANK_BELOW_TITLE)))
}

/// 主送 to the annexes.
fn body(context: Context, document: &Document) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    if let Some(to) = &document.to {
        pieces.extend(head::addressee(context, to)?);
    }
    pieces.extend(blocks::pieces(context, &document.body, "正文")?);
    pieces.extend(signature::attachments(context, &document.attachments)?);
    if let Some(signed) = &document.signature {
        pieces.extend(signature::signature(context, signed)?);
    }
    if let Some(note) = &document.note {
        let note = signature::note(context, note)?;
        if let Some(last) = pieces.last_mut() {
            last.keep = last.kind == Kind::Signature && !note.is_empty();
        }
        pieces.extend(note);
    }
    pieces.extend(annex::pieces(context, &document.annexes)?);
    if pieces.is_empty() {
        pieces.push(Piece::new(Kind::Other, 0.0, LINE_PITCH));
    }
    Ok(pieces)
}
