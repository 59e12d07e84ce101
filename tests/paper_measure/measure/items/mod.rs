//! The items of the checklist: what each one wants of a paper, and which ones a paper uses.

mod foot;
mod head;
mod letter;
mod mark;
mod other;
mod page;
mod register;
mod seal;
mod signature;
mod tail;
mod text;

use super::facts::{Facts, Paragraph};
use super::paper::{Line, Paper, Word};
use super::sheet::Sheet;
use super::stream::{Span, Stream};
use super::{CHARACTER, LINE, TITLE, WIDTH};

/// The items by number and subject.
pub const ITEMS: [(u8, &str); 32] = [
    (1, "page and margins"),
    (2, "22 lines of 28 characters"),
    (3, "line ends"),
    (4, "digits and Latin letters"),
    (5, "份号, 密级, 紧急程度"),
    (6, "发文机关标志 of a 文件"),
    (7, "发文字号"),
    (8, "签发人"),
    (9, "red rule"),
    (10, "标题"),
    (11, "主送机关"),
    (12, "正文 and its headings"),
    (13, "附件说明"),
    (14, "signature with a seal"),
    (15, "signature without a seal"),
    (16, "signature with a stamp"),
    (17, "dates"),
    (18, "附注"),
    (19, "no signature alone"),
    (20, "附件"),
    (21, "rules of the 版记"),
    (22, "抄送 and 印发"),
    (23, "页码"),
    (24, "发文机关标志 of a letter"),
    (25, "double rules"),
    (26, "number and elements of a letter"),
    (27, "标题 of a letter"),
    (28, "foot of a letter's first page"),
    (29, "版记 of a letter"),
    (30, "命令 and 纪要"),
    (31, "横排表格"),
    (32, "colour"),
];

/// Parts of items that no PDF file shows, and why.
pub const NOT_ON_PAPER: [(u8, &str, &str); 7] = [
    (
        5,
        "密级和保密期限",
        "no stored paper may bear one: a secrecy mark is only set on a machine declared classified",
    ),
    (
        6,
        "the mark is not larger than the higher organ's",
        "the higher organ's paper is needed beside it; its size is a † figure of the typesetter",
    ),
    (
        14,
        "the seal is straight and lies over name and date",
        "it is pressed by hand; its room is measured",
    ),
    (
        16,
        "the stamp is straight",
        "it is pressed by hand; its room is measured",
    ),
    (
        19,
        "the text was re-spaced only when needed",
        "a page does not show how it would stand otherwise; the pitch is measured",
    ),
    (
        24,
        "full name or standard short name of the organ",
        "the register of names is needed; that 文件 is absent is measured",
    ),
    (
        32,
        "printed red is Y80 M80",
        "the file is in RGB for screen and office printers; that its red is pure is measured",
    ),
];

/// A paragraph of the text where it stands.
struct Placed<'a> {
    paragraph: Paragraph,
    span: Span<'a>,
}

/// One paper while it is measured.
struct Subject<'a> {
    paper: &'a Paper,
    facts: &'a Facts,
    stream: Stream<'a>,
    sheet: Sheet,
    title: Option<Span<'a>>,
    to: Option<Span<'a>>,
    /// Paragraphs of the body.
    body: Vec<Placed<'a>>,
    /// Paragraphs of the annexes.
    annexed: Vec<Placed<'a>>,
    /// Where the parts after the body begin in the stream.
    end: usize,
}

/// Measures every item that a paper uses.
pub fn measure(paper: &Paper, facts: &Facts) -> Sheet {
    let mut subject = Subject {
        paper,
        facts,
        stream: Stream::new(paper, &facts.signers()),
        sheet: Sheet::default(),
        title: None,
        to: None,
        body: Vec::new(),
        annexed: Vec::new(),
        end: 0,
    };
    subject.place();
    subject.pages();
    subject.head();
    subject.text();
    subject.tail();
    subject.signed();
    subject.foot();
    subject.register();
    subject.sheet
}

impl<'a> Subject<'a> {
    /// Finds title, 主送 and the paragraphs, each after the one before.
    fn place(&mut self) {
        if self.facts.format() == "register" {
            return;
        }
        let facts = self.facts;
        let mut at = 0;
        let title = facts.text("title");
        if !title.is_empty() {
            self.title = self.title_span(&title, 0);
            match &self.title {
                Some(span) => at = span.place.end,
                None => self.sheet.lost(10, "标题"),
            }
        }
        let to = facts.text("to");
        if !to.is_empty() {
            self.to = self.stream.find_line(&format!("{to}："), at);
            match &self.to {
                Some(span) => at = span.place.end,
                None => self.sheet.lost(11, "主送机关"),
            }
        }
        self.body = self.placed(facts.body(), &mut at);
        self.end = at;
        for (number, (title, paragraphs)) in facts.annexes().into_iter().enumerate() {
            match self.title_span(&title, at) {
                Some(span) => at = span.place.end,
                None => self.sheet.lost(20, &format!("标题 of 附件 {}", number + 1)),
            }
            let placed = self.placed(paragraphs, &mut at);
            self.annexed.extend(placed);
        }
    }

    fn placed(&mut self, paragraphs: Vec<Paragraph>, at: &mut usize) -> Vec<Placed<'a>> {
        let mut placed = Vec::new();
        for paragraph in paragraphs {
            match self.stream.find_line(&paragraph.text, *at) {
                Some(span) => {
                    *at = span.place.end;
                    placed.push(Placed { paragraph, span });
                }
                None => self.sheet.lost(12, &short(&paragraph.text)),
            }
        }
        placed
    }

    /// A title: its characters are those of 2号.
    fn title_span(&self, text: &str, from: usize) -> Option<Span<'a>> {
        let large = |line: &&Line| (line.bottom() - line.top() - TITLE).abs() < 0.1;
        let mut from = from;
        loop {
            let span = self.stream.find_line(text, from)?;
            if span.lines.iter().all(large) {
                return Some(span);
            }
            from = span.place.start + 1;
        }
    }

    /// Left edge of the type area of a page.
    fn left(&self, page: usize) -> f64 {
        if self.facts.duplex() && page.is_multiple_of(2) {
            26.0
        } else {
            28.0
        }
    }

    /// Right edge of the type area of a page.
    fn right(&self, page: usize) -> f64 {
        self.left(page) + WIDTH
    }

    /// Top of one line to top of the next.
    fn line(&self) -> f64 {
        self.facts.line()
    }

    /// Kind of face of the text that begins at a word.
    fn face(&self, word: &Word) -> &'static str {
        let family = self
            .paper
            .runs
            .iter()
            .filter(|run| run.page == word.page)
            .find(|run| (run.top - word.top).abs() < 0.8 && (run.left - word.left).abs() < 0.8)
            .map_or("", |run| run.family.as_str());
        [
            ("Kai", "楷体"),
            ("Fang", "仿宋"),
            ("Sans", "黑体"),
            ("Hei", "黑体"),
            ("Serif", "小标宋"),
            ("Song", "宋体"),
        ]
        .iter()
        .find(|(part, _)| family.contains(part))
        .map_or("unknown", |(_, kind)| *kind)
    }

    /// Lines of running text: those of the body's and the annexes' paragraphs.
    fn paragraphs(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.body.iter().chain(&self.annexed)
    }

    /// All dates and numbers of a page's text, as one text.
    fn holds_nowhere(&self, forbidden: &[&str]) -> Vec<String> {
        let all = self.stream.all();
        forbidden
            .iter()
            .filter(|text| all.contains(**text))
            .map(|text| (*text).to_owned())
            .collect()
    }
}

/// The words of a line that together are a text, as one word.
fn within(line: &Line, text: &str) -> Option<Word> {
    for (i, first) in line.words.iter().enumerate() {
        let mut read = String::new();
        for last in &line.words[i..] {
            read.extend(last.text.chars().filter(|ch| !ch.is_whitespace()));
            if read == text {
                return Some(Word {
                    right: last.right,
                    text: read,
                    ..first.clone()
                });
            }
            if !text.starts_with(&read) {
                break;
            }
        }
    }
    None
}

/// How far the box of a text's last character may hang over the type area: the mark at a line's end
/// is squeezed to its inked half, while its box keeps its width. That no ink hangs over is
/// measured on a picture.
fn ends_hanging(text: &str) -> f64 {
    if text.ends_with([
        '，', '。', '、', '；', '：', '？', '！', '”', '’', '）', '》', '〉', '】', '〕',
    ]) {
        CHARACTER / 2.0
    } else {
        0.0
    }
}

/// The beginning of a long text.
fn short(text: &str) -> String {
    text.chars().take(10).collect()
}

const _: () = assert!(LINE > CHARACTER);
