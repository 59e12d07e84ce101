//! 信函 (items 24 to 29).

use super::context::Context;
use super::flow::Room;
use super::head::{self, Head, red_rule};
use super::mark::Place;
use super::{Page, body, foot, frame, line, respace};
use crate::error::Error;
use crate::model::Document;
use crate::standard::{
    BLANK_ABOVE_TITLE, BLANK_BELOW_TITLE, BOTTOM, GAP, LEFT, LETTER_MARK_TOP,
    LETTER_RULE_ABOVE_BOTTOM, LETTER_RULE_BELOW_MARK, LETTER_RULE_HEIGHT, LETTER_RULE_THICK,
    LETTER_RULE_THIN, LETTER_RULE_WHITE, LETTER_RULE_WIDTH, PAGE_HEIGHT, PAGE_WIDTH, TOP, WIDTH,
};

/// Upper edge of the lower double rule (items 25 and 28).
const LOWER_RULE: f64 = PAGE_HEIGHT - LETTER_RULE_ABOVE_BOTTOM - LETTER_RULE_HEIGHT;

/// The pages of a letter.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    if document.printed_by.is_some() {
        return Err(Error::Content(
            "信函格式的版记不印印发机关和印发日期，请去掉这一项或者改用文件格式。".to_owned(),
        ));
    }
    let head = head(context, document)?;
    head::leaves_room(head.first_top + context.line_pitch, LOWER_RULE - GAP)?;
    let room = Room {
        first_top: head.first_top,
        first_bottom: LOWER_RULE - GAP,
        top: TOP,
        bottom: BOTTOM,
    };
    let (pieces, flow) = respace::accompanied(
        |tighten| body::pieces(Context { tighten, ..context }, document),
        room,
    )?;
    let options = document.options;
    let mut pages = flow.draw(&pieces, |page| frame::left(options, page));
    let numbered = foot::letter(context, document)?.place(context, &mut pages, flow.end, options);
    for (number, page) in pages.iter_mut().enumerate() {
        if number == 0 {
            page.rules.extend(head.rules.iter().copied());
            page.lines.splice(0..0, head.lines.iter().cloned());
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
fn head(context: Context, document: &Document) -> Result<Head, Error> {
    // Mark and rules are centred on the page, the text in the type area.
    let place = Place {
        ink_top: LETTER_MARK_TOP,
        middle: PAGE_WIDTH / 2.0,
    };
    head::around_mark(
        context,
        document,
        Vec::new(),
        place,
        LOWER_RULE - GAP,
        below_mark,
    )
}

/// The double rules, and 份号 to the title, below a mark whose ink ends at `ink_bottom`.
fn below_mark(context: Context, document: &Document, ink_bottom: f64) -> Result<Head, Error> {
    let upper = ink_bottom + LETTER_RULE_BELOW_MARK;
    let lower = LOWER_RULE;
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
    let elements = head::elements(context, document, first)?;
    let rows = elements.len();
    let mut lines = elements;
    if let Some(number) = &document.number {
        let cells = context.body(number.trim(), "发文字号")?;
        lines.push(line::flush_right(&cells, LEFT + WIDTH, first));
    }
    // A draft without its number keeps the line free for it.
    let last = context.below(first, rows.max(1) as f64 - 1.0);
    let title_top = context.below(last, BLANK_ABOVE_TITLE + 1.0);
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
        rules,
        first_top: context.below(next, BLANK_BELOW_TITLE),
    })
}
