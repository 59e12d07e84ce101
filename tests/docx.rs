//! The DOCX files of the stored documents, opened in LibreOffice and held against the PDF files:
//! the same text, as many pages, and in a letter the same characters on every page.
//!
//! LibreOffice stands for the word processors. One thing it does not read in a DOCX file: that no
//! blank is put between a Chinese character and a digit, which Word and WPS honour. What must
//! break like the PDF is therefore set once more with that one setting handed to it in a form it
//! reads. As it opens the file itself, only lines with many numbers break elsewhere.

use gongwen::Typesetter;
use gongwen::model::{Block, Document, Format};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Faces that an office has, and what stands in for them here.
const FACES: [(&str, &str); 6] = [
    ("仿宋_GB2312", "FandolFang"),
    ("楷体_GB2312", "FandolKai"),
    ("宋体", "FandolSong"),
    ("黑体", "Noto Sans SC"),
    ("方正小标宋简体", "Noto Serif SC"),
    ("Times New Roman", "Liberation Serif"),
];

/// A stored document and its text, page by page, from three sources.
struct Paper {
    name: String,
    format: Format,
    /// Does it hold a table?
    tables: bool,
    /// The PDF file.
    printed: Vec<String>,
    /// The DOCX file in LibreOffice, as it opens it.
    opened: Vec<String>,
    /// The same without blanks between Chinese characters and digits, as Word and WPS set it.
    honoured: Vec<String>,
}

#[test]
fn word_processors_show_what_is_printed() {
    let desk = Desk::new();
    let papers = desk.papers();
    assert!(papers.len() >= 15);
    let mut wrong = String::new();
    for paper in &papers {
        compare(paper, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn compare(paper: &Paper, wrong: &mut String) {
    let Paper {
        name,
        format,
        tables,
        printed,
        opened,
        honoured,
    } = paper;
    for (kind, found) in [("opened", opened), ("honoured", honoured)] {
        // The turned page number of a register comes apart on its way through the other form.
        if *format == Format::Register && kind == "honoured" {
            continue;
        }
        // Rows of a register may come out a little higher: one page more is allowed.
        let more = usize::from(*format == Format::Register);
        if !(printed.len()..=printed.len() + more).contains(&found.len()) {
            let _ = writeln!(
                wrong,
                "{name}, {kind}: {} pages, printed {}",
                found.len(),
                printed.len()
            );
        }
        // On a page that a register has more, its head stands once more.
        if *format == Format::Register && printed.len() != found.len() {
            continue;
        }
        // In a table a cell of several lines is read in another order when its row is higher or
        // lower: there every character counts, but not its place.
        let (wanted, got) = (printed.concat(), found.concat());
        let exact = *format == Format::Letter && kind == "honoured";
        let (wanted, got) = if exact {
            (wanted, got)
        } else {
            (without_commas(&wanted), without_commas(&got))
        };
        let same = if *tables {
            sorted(&wanted) == sorted(&got)
        } else {
            wanted == got
        };
        if !same {
            let _ = writeln!(wrong, "{name}, {kind}: another text\n{wanted}\n{got}");
        }
    }
    // Letters break their pages where the PDF does. In the other formats rows of tables, and lines
    // whose marks a word processor squeezes, may go over to the next page.
    if *format != Format::Letter {
        return;
    }
    for (number, (wanted, got)) in printed.iter().zip(honoured).enumerate() {
        let same = if *tables {
            sorted(wanted) == sorted(got)
        } else {
            wanted == got
        };
        if !same {
            let _ = writeln!(
                wrong,
                "{name}: page {} holds\n{got}\nand not\n{wanted}",
                number + 1
            );
        }
    }
}

/// 签发人 beside 发文字号, 文件 beside joint marks, and tables: what stands side by side has no order
/// of its own.
fn has_tables(document: &Document) -> bool {
    let table =
        |block: &Block| matches!(block, Block::Table(_) | Block::Grid(_) | Block::Fields(_));
    let plain = matches!(
        document.format,
        Format::Letter | Format::Order | Format::Minutes
    );
    let annexed = document.annexes.iter().flat_map(|annex| &annex.body);
    !plain || !document.joint_marks.is_empty() || document.body.iter().chain(annexed).any(table)
}

/// LibreOffice leaves a 、 undrawn that it squeezes out at the end of a line.
fn without_commas(text: &str) -> String {
    text.replace('、', "")
}

fn sorted(text: &str) -> Vec<char> {
    let mut characters: Vec<char> = text.chars().collect();
    characters.sort_unstable();
    characters
}

/// A folder with a word processor of its own: profile, faces, files.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let installed = Command::new("soffice").arg("--version").output().is_ok();
        assert!(
            installed,
            "本测试需要 LibreOffice，请运行 cargo xtask test（会自动安装），或者 apt-get install \
             --no-install-recommends libreoffice-writer fonts-liberation / LibreOffice is missing"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Self { folder };
        for name in ["home", "docx", "fodt", "opened", "honoured", "printed"] {
            fs::create_dir(desk.path(name)).expect("a folder");
        }
        fs::write(desk.path("fonts.conf"), desk.faces()).expect("the faces' list");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Only the shipped faces and one Latin face, under the names an office knows.
    fn faces(&self) -> String {
        let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/fonts");
        let fonts = fonts.canonicalize().expect("the shipped faces");
        let mut out = format!(
            "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>\
             <dir>{}</dir><dir>/usr/share/fonts/truetype/liberation</dir><cachedir>{}</cachedir>",
            fonts.display(),
            self.path("cache").display()
        );
        for (name, face) in FACES {
            let _ = write!(
                out,
                "<match target=\"pattern\"><test name=\"family\"><string>{name}</string></test>\
                 <edit name=\"family\" mode=\"assign\" binding=\"strong\"><string>{face}</string></edit></match>"
            );
        }
        out.push_str("</fontconfig>");
        out
    }

    /// Converts all files of a folder in one run.
    fn convert(&self, from: &str, to: &str, kind: &str) {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path(from))
            .expect("the folder")
            .map(|entry| entry.expect("a file").path())
            .collect();
        files.sort();
        let output = Command::new("soffice")
            .arg(format!(
                "-env:UserInstallation=file://{}",
                self.path("profile").display()
            ))
            .args(["--headless", "--convert-to", kind, "--outdir"])
            .arg(self.path(to))
            .args(&files)
            .env("HOME", self.path("home"))
            .env("FONTCONFIG_FILE", self.path("fonts.conf"))
            .output()
            .expect("LibreOffice runs");
        let made = fs::read_dir(self.path(to)).expect("the folder").count();
        assert_eq!(
            made,
            files.len(),
            "LibreOffice：{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn papers(&self) -> Vec<Paper> {
        let typesetter = Typesetter::with_shipped_fonts().expect("a checkout has the faces");
        let documents = stored();
        for (name, document) in &documents {
            let pdf = typesetter.pdf(document).expect("it can be typeset");
            let docx = typesetter.docx(document).expect("it can be written");
            fs::write(self.path("printed").join(name).with_extension("pdf"), pdf).expect("a file");
            fs::write(self.path("docx").join(name).with_extension("docx"), docx).expect("a file");
        }
        self.convert("docx", "opened", "pdf");
        self.convert("docx", "fodt", "fodt");
        for (name, _) in &documents {
            let file = self.path("fodt").join(name).with_extension("fodt");
            let text = fs::read_to_string(&file).expect("a flat file");
            let usual = "style:text-autospace=\"ideograph-alpha\"";
            assert!(
                text.contains(usual),
                "LibreOffice now reads the setting: drop this step"
            );
            let honoured = text.replace(usual, "style:text-autospace=\"none\"");
            fs::write(&file, honoured).expect("a file");
        }
        self.convert("fodt", "honoured", "pdf");
        documents
            .iter()
            .map(|(name, document)| {
                let pages = |folder: &str| {
                    let file = self.path(folder).join(name).with_extension("pdf");
                    pages(&file, document)
                };
                Paper {
                    name: name.clone(),
                    format: document.format,
                    tables: has_tables(document),
                    printed: pages("printed"),
                    opened: pages("opened"),
                    honoured: pages("honoured"),
                }
            })
            .collect()
    }
}

fn stored() -> Vec<(String, Document)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/papers");
    let mut documents: Vec<_> = fs::read_dir(folder)
        .expect("the stored documents")
        .map(|entry| {
            let path = entry.expect("a file").path();
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let json = fs::read_to_string(&path).expect("a document");
            (name, gongwen::parse(&json).expect("a valid document"))
        })
        .collect();
    documents.sort_by(|a, b| a.0.cmp(&b.0));
    documents
}

/// The text of a PDF file's pages without blanks and page numbers. The watermark is text in our
/// PDF and a drawing in a word processor's.
fn pages(file: &Path, document: &Document) -> Vec<String> {
    // Pages of forms and records are counted in words that stand on both sides; in a table's
    // reading order they are not always beside each other.
    let counted = matches!(document.format, Format::Form | Format::Record);
    let output = Command::new("pdftotext")
        .arg(file)
        .arg("-")
        .output()
        .expect("poppler-utils is installed");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.trim_end_matches('\u{c}')
        .split('\u{c}')
        .enumerate()
        .map(|(number, page)| {
            let mut inked: String = page.chars().filter(|ch| !ch.is_whitespace()).collect();
            if document.options.draft_watermark {
                inked.retain(|ch| !matches!(ch, '草' | '稿'));
            }
            if counted {
                inked
            } else {
                without_number(&inked, number + 1)
            }
        })
        .collect()
}

/// Without `— 2 —` or `第2页　共3页`.
fn without_number(text: &str, number: usize) -> String {
    if let Some((before, after)) = text.split_once(&format!("第{number}页共"))
        && let Some((_, after)) = after.split_once('页')
    {
        return format!("{before}{after}");
    }
    text.replacen(&format!("—{number}—"), "", 1)
}
