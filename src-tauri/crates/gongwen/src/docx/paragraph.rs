//! One paragraph of a part.

use super::runs::{Breaking, Set, Turnover, runs};
use super::styles::Style;
use crate::layout::Line;
use std::fmt::Write;

/// Indents, twips. A negative `first` hangs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Indent {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) first: i32,
}

/// A place of its own on the page, through which other text runs; twips from the page's edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A paragraph: its style, and what differs from the style.
#[derive(Debug, Clone)]
pub(super) struct Paragraph {
    pub(super) style: Style,
    /// White above, twips.
    pub(super) before: i32,
    /// White below, twips.
    pub(super) after: i32,
    pub(super) page_break: bool,
    pub(super) keep_next: bool,
    pub(super) keep_lines: bool,
    /// Exact height of a line, twips, where it is not the style's.
    pub(super) line: Option<i32>,
    /// Alignment where it is not the style's.
    pub(super) align: Option<&'static str>,
    pub(super) indent: Option<Indent>,
    /// Its place, when it stands outside the flow.
    pub(super) frame: Option<Frame>,
    /// Tab stops: place in twips, and kind.
    pub(super) tabs: Vec<(i32, &'static str)>,
    /// Runs.
    pub(super) content: String,
}

impl Paragraph {
    pub(super) fn new(style: Style, content: String) -> Self {
        Self {
            style,
            before: 0,
            after: 0,
            page_break: false,
            keep_next: false,
            keep_lines: false,
            line: None,
            align: None,
            indent: None,
            frame: None,
            tabs: Vec::new(),
            content,
        }
    }

    /// A paragraph that holds white and nothing else.
    pub(super) fn blank(height: i32) -> Self {
        let mut blank = Self::new(Style::Element, String::new());
        blank.line = Some(height.max(20));
        blank
    }

    /// Exact height of its lines, twips.
    pub(super) fn height(&self) -> i32 {
        self.line.unwrap_or_else(|| self.style.look().line)
    }

    /// The paragraph as an element.
    pub(super) fn xml(&self) -> String {
        self.xml_with("")
    }

    /// The paragraph as an element, with a section's properties in it.
    pub(super) fn xml_with(&self, section: &str) -> String {
        let mut out = format!("<w:p><w:pPr><w:pStyle w:val=\"{}\"/>", self.style.look().id);
        for (wanted, element) in [
            (self.keep_next, "<w:keepNext/>"),
            (self.keep_lines, "<w:keepLines/>"),
            (self.page_break, "<w:pageBreakBefore/>"),
        ] {
            if wanted {
                out.push_str(element);
            }
        }
        if let Some(frame) = self.frame {
            let Frame {
                x,
                y,
                width,
                height,
            } = frame;
            let _ = write!(
                out,
                "<w:framePr w:w=\"{width}\" w:h=\"{height}\" w:hRule=\"exact\" w:wrap=\"through\" \
                 w:vAnchor=\"page\" w:hAnchor=\"page\" w:x=\"{x}\" w:y=\"{y}\"/>"
            );
        }
        if !self.tabs.is_empty() {
            out.push_str("<w:tabs>");
            for (place, kind) in &self.tabs {
                let _ = write!(out, "<w:tab w:val=\"{kind}\" w:pos=\"{place}\"/>");
            }
            out.push_str("</w:tabs>");
        }
        self.spacing(&mut out);
        if let Some(Indent { left, right, first }) = self.indent {
            let _ = write!(out, "<w:ind w:left=\"{left}\" w:right=\"{right}\"");
            let _ = if first < 0 {
                write!(out, " w:hanging=\"{}\"/>", -first)
            } else {
                write!(out, " w:firstLine=\"{first}\"/>")
            };
        }
        if let Some(align) = self.align {
            let _ = write!(out, "<w:jc w:val=\"{align}\"/>");
        }
        out.push_str(section);
        let _ = write!(out, "</w:pPr>{}</w:p>", self.content);
        out
    }

    fn spacing(&self, out: &mut String) {
        if self.before == 0 && self.after == 0 && self.line.is_none() {
            return;
        }
        out.push_str("<w:spacing");
        if self.before != 0 {
            let _ = write!(out, " w:before=\"{}\"", self.before);
        }
        if self.after != 0 {
            let _ = write!(out, " w:after=\"{}\"", self.after);
        }
        if let Some(line) = self.line {
            let _ = write!(out, " w:line=\"{line}\" w:lineRule=\"exact\"");
        }
        out.push_str("/>");
    }
}

/// Lines that stand side by side as one paragraph: each at its own place in a measure as wide as
/// `room` (mm) that begins at `left`.
pub(super) fn row(style: Style, lines: &[Line], left: f64, room: f64) -> Paragraph {
    let look = style.look();
    let text = |line: &Line| {
        let set = Set {
            line,
            turnover: Turnover::None,
        };
        runs(&look, &[set], (1e4, 1e4), Breaking::Spacing)
    };
    let mut paragraph = Paragraph::new(style, String::new());
    let first_indent = |place: f64| {
        Some(Indent {
            left: super::metrics::twips(place),
            ..Indent::default()
        })
    };
    if let [line] = lines {
        let (from, to) = (line.left - left, line.right() - left);
        paragraph.content = text(line);
        if (f64::midpoint(from, to) - room / 2.0).abs() < 0.3 {
            paragraph.align = Some("center");
        } else if f64::midpoint(from, to) > room / 2.0 {
            paragraph.align = Some("right");
            paragraph.indent = Some(Indent {
                right: super::metrics::twips(room - to),
                ..Indent::default()
            });
        } else {
            paragraph.align = Some("left");
            paragraph.indent = first_indent(from);
        }
        return paragraph;
    }
    paragraph.align = Some("left");
    for (number, line) in lines.iter().enumerate() {
        let (from, to) = (line.left - left, line.right() - left);
        if number == 0 {
            paragraph.indent = first_indent(from);
        } else {
            let centred = (f64::midpoint(from, to) - room / 2.0).abs() < 0.3;
            let stop = if centred {
                (f64::midpoint(from, to), "center")
            } else if to > room * 0.6 {
                (to, "right")
            } else {
                (from, "left")
            };
            paragraph.tabs.push((super::metrics::twips(stop.0), stop.1));
            paragraph.content.push_str("<w:r><w:tab/></w:r>");
        }
        paragraph.content.push_str(&text(line));
    }
    paragraph
}

/// Lines grouped by the height at which they stand.
pub(super) fn by_height(lines: &[Line]) -> Vec<Vec<Line>> {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(|l| (l.top - line.top).abs() < 0.05) => {
                row.push(line.clone());
            }
            _ => rows.push(vec![line.clone()]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    rows
}
