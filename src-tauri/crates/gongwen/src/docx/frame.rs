//! What stands around the text: headers, footers, the section they belong to.

use super::metrics::{BODY_LINE, box_top, millimetres, twips};
use super::paragraph::{Indent, Paragraph, by_height};
use super::runs::plain;
use super::shapes::{Numbers, Reading, field, rules, text_box, watermark};
use super::styles::Style;
use super::xml;
use crate::layout::{Line, Page, Rule};
use crate::standard::{
    BOTTOM, LEFT, PAGE_HEIGHT, PAGE_NUMBER_BELOW, PAGE_WIDTH, SIZE_4, WIDTH, mm,
};
use std::fmt::Write;

/// Which pages a header or footer stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pages {
    Odd,
    Even,
    First,
}

/// A header or footer.
pub(super) struct Margin {
    pub(super) header: bool,
    pub(super) pages: Pages,
    /// Paragraphs.
    pub(super) content: String,
}

/// A section: size, margins, and what stands in them.
pub(super) struct Section {
    pub(super) landscape: bool,
    /// Top, right, bottom, left, mm.
    pub(super) margins: (f64, f64, f64, f64),
    /// From the page's upper edge to the header, mm.
    pub(super) header: f64,
    /// From the footer to the page's lower edge, mm.
    pub(super) footer: f64,
    pub(super) parts: Vec<Margin>,
}

/// Top of the page number's line box, mm.
fn number_top() -> f64 {
    BOTTOM + PAGE_NUMBER_BELOW - super::metrics::rise(SIZE_4, Style::PageNumber.look().line)
}

/// From the page number's line box to the page's lower edge, mm.
pub(super) fn number_bottom() -> f64 {
    PAGE_HEIGHT - number_top() - millimetres(Style::PageNumber.look().line)
}

/// 页码: `— 2 —`, at the right of odd pages, at the left of even ones.
fn page_number(even: bool) -> Paragraph {
    let look = Style::PageNumber.look();
    let content = format!(
        "{}{}{}",
        plain(&look, "— "),
        field(Style::PageNumber, "PAGE", "1"),
        plain(&look, " —")
    );
    let blank = twips(mm(SIZE_4));
    let mut number = Paragraph::new(Style::PageNumber, content);
    number.align = Some(if even { "left" } else { "right" });
    number.indent = Some(Indent {
        left: if even { blank } else { 0 },
        right: if even { 0 } else { blank },
        first: 0,
    });
    number
}

/// `第1页　共3页`.
fn counted() -> Paragraph {
    let look = Style::PageNumber.look();
    let mut content = plain(&look, "第");
    content.push_str(&field(Style::PageNumber, "PAGE", "1"));
    content.push_str(&plain(&look, "页\u{3000}共"));
    content.push_str(&field(Style::PageNumber, "NUMPAGES", "1"));
    content.push_str(&plain(&look, "页"));
    let mut number = Paragraph::new(Style::PageNumber, content);
    number.align = Some("center");
    number
}

/// A footer on all pages but a first one of its own.
fn footers(parts: &mut Vec<Margin>, odd: &str, even: &str) {
    for (pages, content) in [(Pages::Odd, odd), (Pages::Even, even)] {
        parts.push(Margin {
            header: false,
            pages,
            content: content.to_owned(),
        });
    }
}

/// Page numbers in the footers of odd and even pages, below white down from `limit`.
pub(super) fn numbered(parts: &mut Vec<Margin>, limit: f64) {
    let white = twips(number_top() - limit);
    let white = Paragraph::blank(white).xml();
    footers(
        parts,
        &format!("{white}{}", page_number(false).xml()),
        &format!("{white}{}", page_number(true).xml()),
    );
}

/// The first page of a letter: mark and double rules in its header. The text begins at `start`.
pub(super) fn letter(
    parts: &mut Vec<Margin>,
    first: &Page,
    marks: &[&Line],
    start: f64,
    numbers: &mut Numbers,
) -> f64 {
    let drawn = rules(&red(first), numbers);
    let mut content = String::new();
    let mut edges = None;
    for (number, mark) in marks.iter().enumerate() {
        let drawn = if number == 0 { drawn.as_str() } else { "" };
        let mut line = super::head::mark(&super::head::inside(mark), WIDTH);
        line.content.push_str(drawn);
        let (top, bottom) = edges.unwrap_or_else(|| {
            let top = box_top(mark, line.height());
            (top, top)
        });
        edges = Some((top, bottom + millimetres(line.height())));
        content.push_str(&line.xml());
    }
    let (top, bottom) = edges.unwrap_or((start, start));
    content.push_str(&Paragraph::blank(twips(start - bottom)).xml());
    parts.push(Margin {
        header: true,
        pages: Pages::First,
        content,
    });
    parts.push(Margin {
        header: false,
        pages: Pages::First,
        content: Paragraph::blank(20).xml(),
    });
    top
}

/// The red rules of a page.
pub(super) fn red(page: &Page) -> Vec<Rule> {
    page.rules
        .iter()
        .filter(|rule| rule.colour == crate::layout::Colour::Red)
        .copied()
        .collect()
}

/// The signature line and the page count of a record. `captions` and `lines` are those of the
/// first page; the text ends at `limit`.
pub(super) fn record(parts: &mut Vec<Margin>, captions: &[Line], lines: &[Rule], limit: f64) {
    let mut content = String::new();
    let mut cursor = limit;
    for group in by_height(captions) {
        let look = Style::Signatures.look();
        let mut row = Paragraph::new(Style::Signatures, String::new());
        for (number, caption) in group.iter().enumerate() {
            if number > 0 {
                row.tabs.push((twips(caption.left - LEFT), "left"));
                row.content.push_str("<w:r><w:tab/></w:r>");
            }
            row.content.push_str(&plain(&look, &caption.text()));
            let end = lines
                .iter()
                .filter(|rule| rule.x > caption.left && (rule.y - caption.top).abs() < 8.0)
                .map(|rule| rule.x + rule.width)
                .fold(f64::MAX, f64::min);
            if end < PAGE_WIDTH {
                row.tabs.push((twips(end - LEFT), "left"));
                row.content.push_str(super::runs::WRITING_LINE);
            }
        }
        let top = box_top(&group[0], row.height());
        // White in the first line of a footer is kept by nobody: it is a line of its own.
        content.push_str(&Paragraph::blank(twips(top - cursor)).xml());
        cursor = top + millimetres(row.height());
        content.push_str(&row.xml());
    }
    content.push_str(&Paragraph::blank(twips(number_top() - cursor)).xml());
    content.push_str(&counted().xml());
    footers(parts, &content, &content);
}

/// The page count of a form of several pages.
pub(super) fn counted_pages(parts: &mut Vec<Margin>) {
    let content = counted().xml();
    footers(parts, &content, &content);
}

/// The page number of a landscape page: where it is on upright pages, read with the sheet turned.
pub(super) fn turned(parts: &mut Vec<Margin>, numbers: &mut Numbers) {
    for (pages, even) in [(Pages::Odd, false), (Pages::Even, true)] {
        let number = page_number(even);
        let height = millimetres(number.height());
        let place = (PAGE_HEIGHT - number_top() - height, LEFT, height, WIDTH);
        let mut anchor = Paragraph::blank(20);
        anchor.content = text_box("页码", &number.xml(), place, &Reading::Turned, numbers);
        parts.push(Margin {
            header: true,
            pages,
            content: anchor.xml(),
        });
    }
}

/// Adds the word 草稿 to the headers of all pages.
pub(super) fn draft(parts: &mut Vec<Margin>, numbers: &mut Numbers) {
    let first = parts.iter().any(|part| part.pages == Pages::First);
    let mut wanted = vec![Pages::Odd, Pages::Even];
    if first {
        wanted.push(Pages::First);
    }
    for pages in wanted {
        let drawn = watermark(numbers);
        let there = parts
            .iter_mut()
            .find(|part| part.header && part.pages == pages);
        if let Some(part) = there {
            // Before the first run of the header's first paragraph.
            let at = part.content.find("</w:pPr>").map_or(0, |at| at + 8);
            part.content.insert_str(at, &drawn);
        } else {
            let mut anchor = Paragraph::blank(20);
            anchor.content = drawn;
            parts.push(Margin {
                header: true,
                pages,
                content: anchor.xml(),
            });
        }
    }
}

impl Section {
    /// The section's properties; `relation` gives the number of a part's relation.
    pub(super) fn properties(&self, relation: impl Fn(usize) -> usize) -> String {
        let mut references = String::new();
        for (number, part) in self.parts.iter().enumerate() {
            let pages = match part.pages {
                Pages::Odd => "default",
                Pages::Even => "even",
                Pages::First => "first",
            };
            references.push_str(&reference(part.header, pages, relation(number)));
        }
        if self.parts.iter().any(|part| part.pages == Pages::First) {
            self.sized(&references, "<w:titlePg/>")
        } else {
            self.sized(&references, "")
        }
    }

    /// A section like this one whose pages bear no number: their footer is the part with the
    /// relation `blank`. `even`: it begins on an even page, if need be after a blank one.
    pub(super) fn unnumbered(&self, blank: usize, even: bool) -> String {
        let mut footers = reference(false, "default", blank) + &reference(false, "even", blank);
        if even {
            footers.push_str("<w:type w:val=\"evenPage\"/>");
        }
        self.sized(&footers, "")
    }

    fn sized(&self, references: &str, title_page: &str) -> String {
        let mut out = format!("<w:sectPr>{references}");
        let (width, height) = (twips(PAGE_WIDTH), twips(PAGE_HEIGHT));
        let _ = if self.landscape {
            write!(
                out,
                "<w:pgSz w:w=\"{height}\" w:h=\"{width}\" w:orient=\"landscape\"/>"
            )
        } else {
            write!(out, "<w:pgSz w:w=\"{width}\" w:h=\"{height}\"/>")
        };
        let (top, right, bottom, left) = self.margins;
        let _ = write!(
            out,
            "<w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"{}\" w:footer=\"{}\" w:gutter=\"0\"/>",
            twips(top),
            twips(right),
            twips(bottom),
            twips(left),
            twips(self.header),
            twips(self.footer)
        );
        let _ = write!(
            out,
            "{title_page}<w:docGrid w:linePitch=\"{BODY_LINE}\"/></w:sectPr>"
        );
        out
    }
}

fn reference(header: bool, pages: &str, relation: usize) -> String {
    let kind = if header { "header" } else { "footer" };
    format!("<w:{kind}Reference w:type=\"{pages}\" r:id=\"rId{relation}\"/>")
}

impl Margin {
    /// The part that holds it.
    pub(super) fn part(&self) -> String {
        let root = if self.header { "hdr" } else { "ftr" };
        format!(
            "{}<w:{root} {}>{}</w:{root}>",
            xml::DECLARATION,
            xml::NAMESPACES,
            self.content
        )
    }
}
