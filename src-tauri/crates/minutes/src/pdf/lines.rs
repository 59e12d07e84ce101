//! From glyphs to lines.

use super::glyph::Glyph;
use crate::clean::is_wide;

/// Two baselines nearer than this, in font sizes, are one line.
const SAME_LINE: f64 = 0.5;
/// The same character drawn again this near, in font sizes, is a fake bold.
const OVERPRINT: f64 = 0.25;
/// A gap that separates columns of a table, in font sizes.
const COLUMN_GAP: f64 = 1.6;
/// A gap as wide as a character between Han characters, in font sizes.
const WIDE_GAP: f64 = 0.8;
/// A gap that separates words in Latin letters, in font sizes.
const WORD_GAP: f64 = 0.2;

/// One line of text on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Pieces separated by wide gaps; at least one, none empty.
    pub(super) cells: Vec<String>,
    /// Left end, in points from the left edge of the page.
    pub(super) left: f64,
    /// Right end.
    pub(super) right: f64,
    /// Baseline, in points from the top edge.
    pub(super) y: f64,
    /// Font size of most of the line, in points.
    pub(super) size: f64,
}

impl Line {
    /// The pieces with a blank between them.
    pub(super) fn text(&self) -> String {
        self.cells.join(" ")
    }

    pub(super) fn first(&self) -> Option<char> {
        self.cells.first()?.chars().next()
    }

    pub(super) fn last(&self) -> Option<char> {
        self.cells.last()?.chars().next_back()
    }

    pub(super) fn length(&self) -> usize {
        self.cells.iter().map(|cell| cell.chars().count()).sum()
    }
}

/// The lines of a page from top to bottom.
pub(super) fn from_glyphs(mut glyphs: Vec<Glyph>) -> Vec<Line> {
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    let mut base = (0.0, 0.0);
    for glyph in glyphs {
        match rows.last_mut() {
            Some(row) if glyph.y - base.0 <= SAME_LINE * glyph.size.min(base.1) => row.push(glyph),
            _ => {
                base = (glyph.y, glyph.size);
                rows.push(vec![glyph]);
            }
        }
    }
    rows.into_iter().filter_map(line).collect()
}

fn line(mut row: Vec<Glyph>) -> Option<Line> {
    row.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut cells: Vec<String> = Vec::new();
    let mut previous: Option<(Glyph, char)> = None;
    let mut blank_between = false;
    let mut sizes = Vec::with_capacity(row.len());
    let mut left = None;
    for glyph in row {
        if glyph.is_blank() {
            blank_between = true;
            continue;
        }
        let text = if glyph.is_unknown() {
            "\u{fffd}"
        } else {
            glyph.text.trim()
        };
        let Some(first) = text.chars().next() else {
            continue;
        };
        if let Some((before, last)) = &previous {
            if before.text == glyph.text && (glyph.x - before.x).abs() < OVERPRINT * glyph.size {
                continue;
            }
            let gap = (glyph.x - before.end) / glyph.size.max(before.size);
            if gap >= COLUMN_GAP {
                cells.push(String::new());
            } else if let Some(blank) = blank(gap, blank_between, *last, first)
                && let Some(cell) = cells.last_mut()
            {
                cell.push(blank);
            }
        }
        if cells.is_empty() {
            cells.push(String::new());
        }
        if let Some(cell) = cells.last_mut() {
            cell.push_str(text);
        }
        left = left.or(Some(glyph.x));
        sizes.push(glyph.size);
        blank_between = false;
        let last = text.chars().next_back().unwrap_or(first);
        previous = Some((glyph, last));
    }
    if cells.len() > 1 && cells.iter().all(|cell| cell.chars().count() == 1) {
        // A title set in spaced letters, not a table of single characters.
        cells = vec![cells.join("\u{3000}")];
    }
    let (end, _) = previous?;
    sizes.sort_by(f64::total_cmp);
    Some(Line {
        cells,
        left: left?,
        right: end.end,
        y: end.y,
        size: sizes[sizes.len() / 2],
    })
}

/// What stands in a gap between two characters.
fn blank(gap: f64, drawn: bool, last: char, first: char) -> Option<char> {
    let wide = is_wide(last) && is_wide(first);
    if wide {
        if gap >= WIDE_GAP {
            return Some('\u{3000}');
        }
        return drawn.then_some(' ');
    }
    let words = !is_wide(last) && !is_wide(first);
    let enough = if words { WORD_GAP } else { WIDE_GAP };
    (drawn || gap >= enough).then_some(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters one after another from `x`, each `size` wide.
    fn run(text: &str, x: f64, y: f64, size: f64) -> Vec<Glyph> {
        text.chars()
            .enumerate()
            .map(|(index, c)| Glyph {
                text: c.to_string(),
                x: x + index as f64 * size,
                end: x + (index + 1) as f64 * size,
                y,
                size,
            })
            .collect()
    }

    #[test]
    fn glyphs_in_any_order_become_lines_from_top_to_bottom() {
        let glyphs = [
            run("下", 72.0, 140.0, 16.0),
            run("右", 88.0, 100.5, 16.0),
            run("左", 72.0, 100.0, 16.0),
        ]
        .concat();
        let lines = from_glyphs(glyphs);
        let texts: Vec<String> = lines.iter().map(Line::text).collect();
        assert_eq!(texts, ["左右", "下"]);
        assert_eq!(
            (lines[0].left, lines[0].right, lines[0].size),
            (72.0, 104.0, 16.0)
        );
        assert!(from_glyphs(Vec::new()).is_empty());
    }

    #[test]
    fn gaps_read_as_the_eye_reads_them() {
        let wide_name = [run("甲", 0.0, 0.0, 10.0), run("某", 20.0, 0.0, 10.0)].concat();
        assert_eq!(from_glyphs(wide_name)[0].cells, ["甲\u{3000}某"]);
        let justified = [run("甲", 0.0, 0.0, 10.0), run("某", 13.0, 0.0, 10.0)].concat();
        assert_eq!(from_glyphs(justified)[0].cells, ["甲某"]);
        let columns = [run("姓名", 0.0, 0.0, 10.0), run("票", 60.0, 0.0, 10.0)].concat();
        assert_eq!(from_glyphs(columns)[0].cells, ["姓名", "票"]);
        let spaced = [run("会", 0.0, 0.0, 10.0), run("议", 30.0, 0.0, 10.0)].concat();
        assert_eq!(from_glyphs(spaced)[0].cells, ["会\u{3000}议"]);
        let words = [run("a b", 0.0, 0.0, 10.0), run("c", 33.0, 0.0, 10.0)].concat();
        assert_eq!(from_glyphs(words)[0].cells, ["a b c"]);
    }

    #[test]
    fn fake_bold_is_read_once_and_unknown_signs_are_shown() {
        let twice = [run("党组", 0.0, 0.0, 10.0), run("党组", 0.4, 0.0, 10.0)].concat();
        assert_eq!(from_glyphs(twice)[0].text(), "党组");
        let mut unknown = run("党？组", 0.0, 0.0, 10.0);
        unknown[1].text.clear();
        assert_eq!(from_glyphs(unknown)[0].text(), "党\u{fffd}组");
        let repeated = run("谢谢", 0.0, 0.0, 10.0);
        assert_eq!(from_glyphs(repeated)[0].text(), "谢谢");
    }
}
