//! 版记 at the foot of the last page (items 21, 22 and 29).

use super::context::Context;
use super::{Colour, Line, Page, Rule, frame, line};
use crate::error::Error;
use crate::fonts::Role;
use crate::model::{Document, Options};
use crate::standard::{BOTTOM, FOOT_RULE, FOOT_RULE_MIDDLE, SIZE_4, WIDTH, mm};
use crate::text::cells::{Cell, Style, width};
use crate::text::fill::{Filled, Measure, fill};

/// From the top of one line of 4号 to the next: 7/8 of a character between them.
const PITCH: f64 = mm(SIZE_4) * 1.875;
/// White between a rule and the characters beside it.
const PAD: f64 = (PITCH - mm(SIZE_4)) / 2.0;

fn style() -> Style {
    Style::natural(Role::FangSong, SIZE_4)
}

/// The 版记, from the left of the type area and the page's top.
#[derive(Default)]
pub(crate) struct Foot {
    pub(crate) lines: Vec<Line>,
    pub(crate) rules: Vec<Rule>,
    /// Its upper edge; the page's lower edge when there is none.
    top: Option<f64>,
    /// Must it stand on an even page?
    even: bool,
}

/// 抄送: its label and its lines.
struct Copies {
    label: Vec<Cell>,
    cells: Vec<Cell>,
    filled: Vec<Filled>,
    left: f64,
}

fn copies(context: Context, organs: &[String]) -> Result<Option<Copies>, Error> {
    let organs: Vec<&str> = organs
        .iter()
        .map(|organ| organ.trim().trim_end_matches(['。', '，', '；', '、']))
        .filter(|organ| !organ.is_empty())
        .collect();
    if organs.is_empty() {
        return Ok(None);
    }
    let label = context.set("抄送：", style(), "抄送机关")?;
    let cells = context.set(&format!("{}。", organs.join("，")), style(), "抄送机关")?;
    let left = mm(SIZE_4) + width(&label);
    let measure = Measure {
        justify: true,
        ..Measure::ragged(WIDTH - mm(SIZE_4) - left)
    };
    let filled = fill(&cells, measure);
    Ok(Some(Copies {
        label,
        cells,
        filled,
        left,
    }))
}

impl Copies {
    /// The lines, the last one's characters ending at `bottom`.
    fn lines(&self, bottom: f64) -> Vec<Line> {
        let top = bottom - mm(SIZE_4) - (self.filled.len() - 1) as f64 * PITCH;
        let mut lines = vec![line::plain(
            &self.label,
            mm(SIZE_4),
            top,
            0.0,
            Colour::Black,
        )];
        lines.extend(self.filled.iter().enumerate().map(|(i, filled)| {
            let top = top + i as f64 * PITCH;
            line::filled(&self.cells, filled, self.left, top, Colour::Black)
        }));
        lines
    }
}

/// 版记 of a letter: 抄送 at the bottom of the type area, without rules.
pub(crate) fn letter(context: Context, document: &Document) -> Result<Foot, Error> {
    let mut foot = Foot::default();
    if let Some(copies) = copies(context, &document.cc)? {
        foot.lines = copies.lines(BOTTOM);
        foot.top = foot.lines.first().map(|line| line.top);
    }
    Ok(foot)
}

/// 版记 of a 文件: 抄送 and 印发 between rules, the last of which ends the type area. 版记 stands on the
/// last side of the paper, which is an even page when both sides are printed.
pub(crate) fn ruled(context: Context, document: &Document) -> Result<Foot, Error> {
    let mut foot = Foot {
        even: document.options.duplex,
        ..Foot::default()
    };
    let mut y = BOTTOM;
    let rule = |y: f64, height: f64| Rule {
        x: 0.0,
        y: y - height,
        width: WIDTH,
        height,
        colour: Colour::Black,
    };
    if let Some(printed) = &document.printed_by {
        foot.rules.push(rule(y, FOOT_RULE));
        y -= FOOT_RULE;
        let organ = context.set(printed.organ.trim(), style(), "印发机关")?;
        let date = context.set(&format!("{}印发", printed.date), style(), "印发日期")?;
        if width(&organ) + width(&date) > WIDTH - 3.0 * mm(SIZE_4) {
            return Err(Error::Content(
                "印发机关的名称太长，与印发日期排不在一行，请改用规范化简称。".to_owned(),
            ));
        }
        let top = y - PAD - mm(SIZE_4);
        foot.lines
            .push(line::plain(&organ, mm(SIZE_4), top, 0.0, Colour::Black));
        foot.lines
            .push(line::flush_right(&date, WIDTH - mm(SIZE_4), top));
        y -= PITCH;
    }
    if let Some(copies) = copies(context, &document.cc)? {
        let thickness = if foot.rules.is_empty() {
            FOOT_RULE
        } else {
            FOOT_RULE_MIDDLE
        };
        foot.rules.push(rule(y, thickness));
        y -= thickness;
        let lines = copies.lines(y - PAD);
        y -= copies.filled.len() as f64 * PITCH;
        foot.lines.splice(0..0, lines);
    }
    if !foot.rules.is_empty() {
        foot.rules.push(rule(y, FOOT_RULE));
        foot.top = Some(y - FOOT_RULE);
    }
    Ok(foot)
}

impl Foot {
    /// Puts the 版记 on the last page, whose text ends at `end`, or on a page of its own when there
    /// is no room. Returns how many pages hold text: neither a page with the 版记 alone nor blank
    /// pages before it bear a number (item 23).
    pub(crate) fn place(
        self,
        context: Context,
        pages: &mut Vec<Page>,
        end: f64,
        options: Options,
    ) -> usize {
        let numbered = pages.len();
        let Some(top) = self.top else {
            return numbered;
        };
        if end + context.gap() > top {
            pages.push(Page::default());
        }
        if self.even && !pages.len().is_multiple_of(2) {
            pages.push(Page::default());
        }
        let last = pages.len() - 1;
        let left = frame::left(options, last);
        let page = &mut pages[last];
        let lines = self.lines.into_iter();
        page.lines
            .extend(lines.map(|line| line::moved(line, left, 0.0)));
        let rules = self.rules.into_iter();
        page.rules.extend(rules.map(|rule| Rule {
            x: rule.x + left,
            ..rule
        }));
        numbered
    }
}
