//! 纪要 (item 30): the red mark as high as in a 文件, 编号, the line of organ and day above the red
//! rule, and below the text who attended.

use super::context::{self, Context, body_style};
use super::document::{assemble, rule_below};
use super::flow::{Kind, Piece};
use super::head::{self, Head};
use super::mark::Place;
use super::{Colour, Line, Page, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Attendance, Document, Seal};
use crate::standard::{
    BLANK_ABOVE_ATTENDANCE, BLANK_ABOVE_NUMBER, BLANK_BELOW_TITLE, BOTTOM, INDENT, LEFT,
    MINUTES_MARK_TOP, PITCH, TOP, WIDTH,
};
use crate::text::cells::{Cell, width};
use crate::text::fill::Measure;

/// The pages of minutes.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    let signed = document.signature.as_ref();
    if signed.is_some_and(|signed| signed.seal == Seal::SignerStamp) {
        return Err(Error::Content(
            "纪要不加盖签发人签名章，请把印章方式改为不盖印章。".to_owned(),
        ));
    }
    if !document.signers.is_empty() {
        return Err(Error::Content(
            "纪要不标注签发人，请去掉这一项或者改用文件格式。".to_owned(),
        ));
    }
    let head = head(context, document)?;
    assemble(context, document, head)
}

/// What stands above the text.
fn head(context: Context, document: &Document) -> Result<Head, Error> {
    let place = Place {
        ink_top: MINUTES_MARK_TOP,
        middle: LEFT + WIDTH / 2.0,
    };
    let elements = head::elements(context, document, TOP)?;
    head::around_mark(context, document, elements, place, BOTTOM, below_mark)
}

/// 编号 to the title, below a mark whose ink ends at `ink_bottom`.
fn below_mark(context: Context, document: &Document, ink_bottom: f64) -> Result<Head, Error> {
    let middle = LEFT + WIDTH / 2.0;
    let mut lines = Vec::new();
    let mut top = context.below(ink_bottom + context.gap(), BLANK_ABOVE_NUMBER);
    // The line that the rule stands below; without any, room for 编号 is kept.
    let mut last = top;
    let number = document.number.as_deref().unwrap_or("").trim();
    if !number.is_empty() {
        let number = context.body(number, "编号")?;
        lines.push(line::centred(&number, middle, top));
        top = context.below(top, 1.0);
    }
    if let Some(issued) = issued(context, document, top)? {
        lines.extend(issued);
        last = top;
    }
    let (rule, title_top) = rule_below(context, last);
    let (title, next) = head::title(context, &document.title, middle, title_top, "标题")?;
    lines.extend(title);
    Ok(Head {
        lines,
        rules: vec![rule],
        first_top: context.below(next, BLANK_BELOW_TITLE),
    })
}

/// Organ left and day right on the line above the rule, one character blank on both sides; minutes
/// bear no seal, so that both are named here and not below the text.
fn issued(context: Context, document: &Document, top: f64) -> Result<Option<Vec<Line>>, Error> {
    let Some(signed) = &document.signature else {
        return Ok(None);
    };
    let organs = context.body(signed.organs.join("\u{3000}").trim(), "印发机关")?;
    let date = signed.date.map(|date| date.to_string()).unwrap_or_default();
    let date = context.body(&date, "成文日期")?;
    if width(&organs) + width(&date) + 3.0 * PITCH > WIDTH {
        return Err(Error::Content(
            "印发机关的名称太长，与成文日期排不在一行，请改用规范化简称。".to_owned(),
        ));
    }
    let mut lines = vec![
        line::plain(&organs, LEFT + PITCH, top, 0.0, Colour::Black),
        line::flush_right(&date, LEFT + WIDTH - PITCH, top),
    ];
    lines.retain(|line| !line.runs.is_empty());
    Ok((!lines.is_empty()).then_some(lines))
}

/// 出席, 请假, 列席: the caption in 黑体 indented by two characters, names in 仿宋, turnover below the
/// first character after the colon.
pub(crate) fn attendance(context: Context, who: &Attendance) -> Result<Vec<Piece>, Error> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (caption, names) in [
        ("出席", &who.present),
        ("请假", &who.absent),
        ("列席", &who.observing),
    ] {
        let names = listed(names);
        if names.is_empty() {
            continue;
        }
        let place = format!("{caption}人员");
        let label = context.set(&format!("{caption}："), body_style(Role::Hei), &place)?;
        let left = INDENT * PITCH;
        let hanging = left + width(&label);
        let names = context.body(&names, &place)?;
        let label = line::plain(&label, left, 0.0, 0.0, Colour::Black);
        let mut listed = Vec::new();
        for names in whole_names(&names, WIDTH - hanging) {
            let measure = Measure::ragged(WIDTH - hanging);
            listed.extend(context::pieces(
                context,
                names,
                hanging,
                measure,
                Kind::Other,
            ));
        }
        if let Some(first) = listed.first_mut() {
            first.lines.insert(0, label);
        }
        pieces.extend(listed);
    }
    if let Some(first) = pieces.first_mut() {
        first.before = BLANK_ABOVE_ATTENDANCE * context.line_pitch;
    }
    Ok(pieces)
}

/// Names one after the other, parted by the smallest mark that none of them holds.
fn listed(names: &[String]) -> String {
    let names: Vec<&str> = names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .collect();
    let held = |mark: char| names.iter().any(|name| name.contains(mark));
    let mark = match (held('、'), held('，')) {
        (false, false) => "、",
        (true, false) => "，",
        _ => "；",
    };
    names.join(mark)
}

/// Cuts a list of names into lines between names: a name is never parted.
fn whole_names(cells: &[Cell], room: f64) -> Vec<&[Cell]> {
    let mut lines = Vec::new();
    let (mut start, mut fits) = (0, 0);
    let ends = |cell: &Cell| matches!(cell.ch, '、' | '，' | '；');
    for name in cells.split_inclusive(ends) {
        let end = fits + name.len();
        // The white of the mark at the line's end may stand outside.
        let white = name.last().map_or(0.0, |mark| mark.spare_right);
        if fits > start && width(&cells[start..end]) - white > room {
            lines.push(&cells[start..fits]);
            start = fits;
        }
        fits = end;
    }
    lines.push(&cells[start..]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_by_a_mark_they_do_not_hold() {
        let list =
            |names: &[&str]| listed(&names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["甲某", " ", "乙某 "]), "甲某、乙某");
        assert_eq!(
            list(&["办公室甲某、乙某", "干部科丙某"]),
            "办公室甲某、乙某，干部科丙某"
        );
        assert_eq!(
            list(&["办公室甲某、乙某，干部科丙某", "丁某"]),
            "办公室甲某、乙某，干部科丙某；丁某"
        );
    }
}
