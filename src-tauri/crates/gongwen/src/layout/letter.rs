//! 信函 (items 24 to 29).

use super::context::Context;
use super::flow::Room;
use super::head::{self, below, red_rule};
use super::{Line, Page, Rule, body, foot, frame, line, respace};
use crate::error::Error;
use crate::model::Document;
use crate::standard::{
    BLANK_ABOVE_TITLE, BLANK_BELOW_TITLE, BOTTOM, GAP, LEFT, LETTER_MARK_TOP,
    LETTER_RULE_ABOVE_BOTTOM, LETTER_RULE_BELOW_MARK, LETTER_RULE_HEIGHT, LETTER_RULE_THICK,
    LETTER_RULE_THIN, LETTER_RULE_WHITE, LETTER_RULE_WIDTH, LINE_PITCH, PAGE_HEIGHT, PAGE_WIDTH,
    TOP, WIDTH,
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
    head::leaves_room(first_top + LINE_PITCH, lower_rule - GAP)?;
    let room = Room {
        first_top,
        first_bottom: lower_rule - GAP,
        top: TOP,
        bottom: BOTTOM,
    };
    let (pieces, flow) = respace::accompanied(
        |tighten| body::pieces(Context { tighten, ..context }, document),
        room,
    )?;
    let options = document.options;
    let mut pages = flow.draw(&pieces, |page| frame::left(options, page));
    let numbered = foot::letter(context, document)?.place(&mut pages, flow.end, options);
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
    // Mark and rules are centred on the page, the text in the type area.
    let (mark, ink_bottom) =
        head::mark(context, &document.mark, LETTER_MARK_TOP, PAGE_WIDTH / 2.0)?;
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
    let elements = head::elements(context, document, first)?;
    let rows = elements.len();
    lines.extend(elements);
    if let Some(number) = &document.number {
        let cells = context.body(number.trim(), "发文字号")?;
        lines.push(line::flush_right(&cells, LEFT + WIDTH, first));
    }
    // A draft without its number keeps the line free for it.
    let last = below(first, rows.max(1) as f64 - 1.0);
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
