//! What poppler says about a PDF file: words with their boxes, faces, pictures of the pages.

use super::picture::{Area, Picture};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A PDF file as poppler reads it.
#[derive(Debug)]
pub struct Paper {
    file: PathBuf,
    /// Width and height of each page.
    pub sizes: Vec<(f64, f64)>,
    /// All words but a watermark's, as poppler orders them.
    pub words: Vec<Word>,
    /// Words that stand side by side, from the first page's top to the last one's foot.
    pub lines: Vec<Line>,
    /// Pieces of text of one face and colour.
    pub runs: Vec<Run>,
}

/// A run of characters without white between them: in Chinese text usually a whole line.
#[derive(Debug, Clone)]
pub struct Word {
    /// From 1.
    pub page: usize,
    /// Left edge, mm.
    pub left: f64,
    /// Upper edge of the characters' boxes, mm.
    pub top: f64,
    /// Right edge, mm.
    pub right: f64,
    /// Lower edge, mm.
    pub bottom: f64,
    /// Its characters.
    pub text: String,
}

impl Word {
    /// The middle between left and right, mm.
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}

/// Words of the same height side by side.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its words from left to right; never empty.
    pub words: Vec<Word>,
}

impl Line {
    /// From 1.
    pub fn page(&self) -> usize {
        self.words[0].page
    }

    /// Upper edge, mm.
    pub fn top(&self) -> f64 {
        self.words[0].top
    }

    /// Lower edge, mm.
    pub fn bottom(&self) -> f64 {
        self.words[0].bottom
    }

    /// Left edge of the first word, mm.
    pub fn left(&self) -> f64 {
        self.words[0].left
    }

    /// Right edge of the last word, mm.
    pub fn right(&self) -> f64 {
        self.words[self.words.len() - 1].right
    }

    /// Its characters without the white between words.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }
}

/// A piece of text in one face and colour. Its place is exact to a third of a millimetre only.
#[derive(Debug, Clone)]
pub struct Run {
    /// From 1.
    pub page: usize,
    /// Left edge, mm.
    pub left: f64,
    /// Upper edge, mm.
    pub top: f64,
    /// Name of the font.
    pub family: String,
    /// As `#rrggbb`.
    pub colour: String,
    /// Its characters without white.
    pub text: String,
}

/// Runs a program of poppler and returns what it writes.
///
/// # Panics
/// When it is not installed, fails, or complains.
fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .expect("poppler-utils is installed");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// Poppler 22 writes characters beyond U+FFFF of the document's title as broken UTF-8; those of the
/// pages are right, and a test sees to it that none of them is lost here.
fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn mm(points: f64) -> f64 {
    points * 25.4 / 72.0
}

/// Millimetres of one of `pdftohtml`'s dots.
const HTML_DOT: f64 = 25.4 / 108.0;

impl Paper {
    /// Puts a file before poppler.
    ///
    /// # Panics
    /// When poppler cannot read it.
    pub fn open(file: &Path) -> Self {
        let path = file.to_str().expect("a plain path");
        let (sizes, words) = words(&text_of(&run("pdftotext", &["-bbox", path, "-"])));
        let runs = runs(&text_of(&run(
            "pdftohtml",
            &["-xml", "-i", "-stdout", path],
        )));
        Self {
            file: file.to_owned(),
            sizes,
            lines: lines(&words),
            words,
            runs,
        }
    }

    fn path(&self) -> &str {
        self.file.to_str().unwrap_or_default()
    }

    /// Number of pages.
    pub fn pages(&self) -> usize {
        self.sizes.len()
    }

    /// What `pdfinfo` says.
    pub fn info(&self) -> String {
        text_of(&run("pdfinfo", &[self.path()]))
    }

    /// What `pdffonts` says.
    pub fn fonts(&self) -> String {
        text_of(&run("pdffonts", &[self.path()]))
    }

    /// Lines of a page above the page number.
    pub fn text(&self, page: usize) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(move |line| line.page() == page && line.bottom() < 266.0)
    }

    /// The line of the page number, if the page has one.
    pub fn number(&self, page: usize) -> Option<&Line> {
        self.lines
            .iter()
            .find(|line| line.page() == page && line.top() > 266.0)
    }

    /// The first word that holds a text.
    ///
    /// # Panics
    /// When none does.
    #[track_caller]
    pub fn find(&self, text: &str) -> &Word {
        self.words
            .iter()
            .find(|word| word.text.contains(text))
            .unwrap_or_else(|| panic!("“{text}” is on no page"))
    }

    /// A part of a page in colour, with so many dots an inch.
    pub fn coloured(&self, page: usize, area: Area, dots: u32) -> Picture {
        self.picture(page, area, dots, &[])
    }

    /// A part of a page in grey, with so many dots an inch: a third of the work.
    pub fn grey(&self, page: usize, area: Area, dots: u32) -> Picture {
        self.picture(page, area, dots, &["-gray"])
    }

    fn picture(&self, page: usize, area: Area, dots: u32, options: &[&str]) -> Picture {
        let dot = 25.4 / f64::from(dots);
        let place = |mm: f64| (mm / dot).round().max(0.0) as usize;
        let (left, top) = (place(area.left), place(area.top));
        let numbers = [
            ("-r", dots as usize),
            ("-f", page),
            ("-l", page),
            ("-x", left),
            ("-y", top),
            ("-W", place(area.right) - left),
            ("-H", place(area.bottom) - top),
        ]
        .map(|(option, number)| [option.to_owned(), number.to_string()]);
        let mut arguments: Vec<&str> = numbers.iter().flatten().map(String::as_str).collect();
        arguments.extend(options);
        arguments.push(self.path());
        Picture::read(&run("pdftoppm", &arguments), dot, (left, top)).0
    }

    /// All pages in grey, drawn in one go.
    pub fn all_grey(&self, dots: u32) -> Vec<Picture> {
        let bytes = run("pdftoppm", &["-r", &dots.to_string(), "-gray", self.path()]);
        let mut rest = bytes.as_slice();
        let mut pictures = Vec::new();
        while !rest.is_empty() {
            let (picture, after) = Picture::read(rest, 25.4 / f64::from(dots), (0, 0));
            pictures.push(picture);
            rest = after;
        }
        pictures
    }
}

/// The value of an attribute of a tag.
fn value<'a>(tag: &'a str, name: &str) -> &'a str {
    let Some(from) = tag.find(&format!("{name}=\"")) else {
        return "";
    };
    let rest = &tag[from + name.len() + 2..];
    rest.split('"').next().unwrap_or("")
}

fn number(tag: &str, name: &str) -> f64 {
    value(tag, name).parse().expect("a number")
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Pages and words of poppler's box listing.
fn words(boxes: &str) -> (Vec<(f64, f64)>, Vec<Word>) {
    let mut sizes = Vec::new();
    let mut words = Vec::new();
    for line in boxes.lines().map(str::trim) {
        if let Some(tag) = line.strip_prefix("<page ") {
            sizes.push((mm(number(tag, "width")), mm(number(tag, "height"))));
        }
        let Some(rest) = line.strip_prefix("<word ") else {
            continue;
        };
        let (tag, text) = rest.split_once('>').expect("a tag");
        let text = text.strip_suffix("</word>").expect("its end");
        let word = Word {
            page: sizes.len(),
            left: mm(number(tag, "xMin")),
            top: mm(number(tag, "yMin")),
            right: mm(number(tag, "xMax")),
            bottom: mm(number(tag, "yMax")),
            text: unescaped(text),
        };
        // The watermark's characters are higher than any of a paper.
        let watermark = word.bottom - word.top > 30.0 && "草稿".contains(&word.text);
        if !watermark {
            words.push(word);
        }
    }
    (sizes, words)
}

/// Words put together to lines.
fn lines(words: &[Word]) -> Vec<Line> {
    let mut words = words.to_vec();
    words.sort_by(|a, b| a.page.cmp(&b.page).then(a.top.total_cmp(&b.top)));
    let mut lines: Vec<Line> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.page() == word.page && word.top - line.top() < 0.6 => {
                line.words.push(word);
            }
            _ => lines.push(Line { words: vec![word] }),
        }
    }
    for line in &mut lines {
        line.words.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    lines
}

/// Pieces of text of poppler's listing of faces.
fn runs(listing: &str) -> Vec<Run> {
    let mut page = 0;
    let mut faces: HashMap<String, (String, String)> = HashMap::new();
    let mut runs = Vec::new();
    for line in listing.lines().map(str::trim) {
        if line.starts_with("<page ") {
            page += 1;
        } else if line.starts_with("<fontspec ") {
            let face = (
                value(line, "family").to_owned(),
                value(line, "color").to_owned(),
            );
            faces.insert(value(line, "id").to_owned(), face);
        } else if line.starts_with("<text ") {
            let (tag, rest) = line.split_once('>').expect("a tag");
            let text = rest.trim_end_matches("</text>");
            let text = ["<b>", "</b>", "<i>", "</i>"]
                .iter()
                .fold(text.to_owned(), |text, tag| text.replace(tag, ""));
            let (family, colour) = faces.get(value(tag, "font")).cloned().unwrap_or_default();
            runs.push(Run {
                page,
                left: number(tag, "left") * HTML_DOT,
                top: number(tag, "top") * HTML_DOT,
                family,
                colour,
                text: unescaped(&text).split_whitespace().collect(),
            });
        }
    }
    runs
}
