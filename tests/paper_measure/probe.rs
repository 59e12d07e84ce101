//! What poppler says about a PDF file: words with their boxes, and pictures of the pages.

use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A PDF file in a folder of its own.
pub(crate) struct Paper {
    folder: TempDir,
    pub(crate) words: Vec<Word>,
}

/// A run of characters without white between them: in Chinese text usually a whole line. mm from
/// the page's top left corner.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// From 1.
    pub(crate) page: usize,
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
    pub(crate) text: String,
}

impl Word {
    pub(crate) fn middle(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}

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

impl Paper {
    pub(crate) fn new(pdf: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the paper");
        std::fs::write(folder.path().join("paper.pdf"), pdf).expect("room for the paper");
        let mut paper = Self {
            folder,
            words: Vec::new(),
        };
        let file = paper.file();
        let boxes = text_of(&run("pdftotext", &["-bbox", &file, "-"]));
        paper.words = words(&boxes);
        paper
    }

    fn file(&self) -> String {
        let path: PathBuf = self.folder.path().join("paper.pdf");
        path.to_str().expect("a plain path").to_owned()
    }

    /// Number of pages.
    pub(crate) fn pages(&self) -> usize {
        self.words.iter().map(|word| word.page).max().unwrap_or(0)
    }

    /// What `pdfinfo` says.
    pub(crate) fn info(&self) -> String {
        text_of(&run("pdfinfo", &[&self.file()]))
    }

    /// What `pdffonts` says.
    pub(crate) fn fonts(&self) -> String {
        text_of(&run("pdffonts", &[&self.file()]))
    }

    /// Words of a page above the page number, in reading order.
    pub(crate) fn text(&self, page: usize) -> impl Iterator<Item = &Word> {
        self.words
            .iter()
            .filter(move |word| word.page == page && word.bottom < 266.0)
    }

    /// The first word that holds a text.
    #[track_caller]
    pub(crate) fn find(&self, text: &str) -> &Word {
        self.words
            .iter()
            .find(|word| word.text.contains(text))
            .unwrap_or_else(|| panic!("“{text}” is on no page"))
    }

    /// A page as a picture of 300 dots an inch.
    pub(crate) fn picture(&self, page: usize) -> Picture {
        let number = page.to_string();
        let file = self.file();
        let bytes = run(
            "pdftoppm",
            &["-r", "300", "-f", &number, "-l", &number, &file],
        );
        Picture::read(&bytes)
    }
}

/// Words of poppler's box listing.
fn words(boxes: &str) -> Vec<Word> {
    let mut page = 0;
    let mut words = Vec::new();
    for line in boxes.lines().map(str::trim) {
        if line.starts_with("<page ") {
            page += 1;
        }
        let Some(rest) = line.strip_prefix("<word ") else {
            continue;
        };
        let number = |name: &str| -> f64 {
            let from = rest.find(name).expect("a box") + name.len() + 2;
            let length = rest[from..].find('"').expect("a closed value");
            mm(rest[from..from + length].parse().expect("a number"))
        };
        let text =
            &rest[rest.find('>').expect("a tag") + 1..rest.rfind("</word>").expect("its end")];
        words.push(Word {
            page,
            left: number("xMin"),
            top: number("yMin"),
            right: number("xMax"),
            bottom: number("yMax"),
            text: text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&"),
        });
    }
    words
}

/// A page's dots.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    dots: Vec<u8>,
}

/// Rows of red dots without a white row between them. mm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Band {
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    pub(crate) left: f64,
    pub(crate) right: f64,
}

impl Band {
    pub(crate) fn middle(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// Width of one dot, mm.
const DOT: f64 = 25.4 / 300.0;

impl Picture {
    /// Reads a portable pixmap (P6).
    fn read(bytes: &[u8]) -> Self {
        let mut at = 0;
        let mut field = || {
            while bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            let from = at;
            while !bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            std::str::from_utf8(&bytes[from..at]).expect("a plain head")
        };
        assert_eq!(field(), "P6");
        let width = field().parse().expect("a width");
        let height = field().parse().expect("a height");
        assert_eq!(field(), "255");
        let dots = bytes[at + 1..].to_vec();
        assert_eq!(dots.len(), width * height * 3);
        Self {
            width,
            height,
            dots,
        }
    }

    pub(crate) fn dot(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * 3;
        [self.dots[at], self.dots[at + 1], self.dots[at + 2]]
    }

    /// Bands of red ink from top to bottom.
    pub(crate) fn red(&self) -> Vec<Band> {
        let red = |[r, g, b]: [u8; 3]| r > 128 && g < 128 && b < 128;
        let mut bands: Vec<Band> = Vec::new();
        let mut open = false;
        for y in 0..self.height {
            let mut columns = (0..self.width).filter(|&x| red(self.dot(x, y)));
            let Some(first) = columns.next() else {
                open = false;
                continue;
            };
            let last = columns.next_back().unwrap_or(first);
            let (left, right) = (first as f64 * DOT, (last + 1) as f64 * DOT);
            let (top, bottom) = (y as f64 * DOT, (y + 1) as f64 * DOT);
            match bands.last_mut() {
                Some(band) if open => {
                    band.bottom = bottom;
                    band.left = band.left.min(left);
                    band.right = band.right.max(right);
                }
                _ => bands.push(Band {
                    top,
                    bottom,
                    left,
                    right,
                }),
            }
            open = true;
        }
        bands
    }

    /// Is any dot of a box (mm) darker than paper?
    pub(crate) fn has_ink(&self, left: f64, top: f64, right: f64, bottom: f64) -> bool {
        let dots = |mm: f64| (mm / DOT).round().max(0.0) as usize;
        let columns = dots(left)..dots(right).min(self.width);
        (dots(top)..dots(bottom).min(self.height)).any(|y| {
            columns
                .clone()
                .any(|x| self.dot(x, y).iter().any(|v| *v < 200))
        })
    }

    /// Upper and lower edges of the runs of rows that are dark across a strip (mm).
    pub(crate) fn black_rows(
        &self,
        left: f64,
        right: f64,
        top: f64,
        bottom: f64,
    ) -> Vec<(f64, f64)> {
        let dots = |mm: f64| (mm / DOT).round() as usize;
        let mut rows: Vec<(f64, f64)> = Vec::new();
        let mut open = false;
        for y in dots(top)..dots(bottom) {
            let dark = (dots(left)..dots(right)).all(|x| self.dot(x, y)[0] < 160);
            let edges = (y as f64 * DOT, (y + 1) as f64 * DOT);
            match rows.last_mut() {
                Some(row) if dark && open => row.1 = edges.1,
                _ if dark => rows.push(edges),
                _ => {}
            }
            open = dark;
        }
        rows
    }
}
