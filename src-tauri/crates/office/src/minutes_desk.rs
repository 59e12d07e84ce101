//! 会议记录: importing, reading and quoting minutes.

use crate::Office;
use crate::citing::masked_words;
use crate::error::{ErrorView, Result, file_error};
use crate::moment::Moment;
use crate::names::excerpt;
use crate::open::{Open, Saved, Stored};
use casework::records::{
    AttachmentRef, Citation, MinutesDocument, Paragraph, ParagraphKind, Passage, Tour, Unit,
};
use serde::Serialize;
use specta::Type;
use std::cmp::Reverse;
use std::path::Path;
use std::time::Duration;
use vault::MASKED_WORDS;

/// How long a file may take to be read before it is given up.
const READING_TIME: Duration = Duration::from_mins(1);

/// A set of minutes in the list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct MinutesRow {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Date of the meeting.
    pub date: Option<String>,
    /// Unit.
    pub unit_name: String,
    /// docx, pdf or txt.
    pub format: String,
    /// Paragraphs.
    pub paragraphs: u32,
    /// Passages taken.
    pub passages: u32,
    /// Read to the end.
    pub read: bool,
}

/// A paragraph on the reading page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ParagraphView {
    /// Identifier.
    pub id: String,
    /// Page in the original.
    pub page: Option<u32>,
    /// Kind.
    pub kind: ParagraphKind,
    /// Text.
    pub text: String,
}

/// A passage with its place in words.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PassageView {
    /// Identifier.
    pub id: String,
    /// The passage.
    pub record: Passage,
    /// Title of the minutes.
    pub document_title: String,
    /// Place in words: 第3页第12段.
    pub place: String,
    /// Citations of this passage.
    pub cited: u32,
}

/// A set of minutes open for reading.
#[derive(Debug, Clone, Serialize, Type)]
pub struct MinutesView {
    /// The document.
    pub document: Stored<MinutesDocument>,
    /// Unit.
    pub unit_name: String,
    /// Paragraphs in order.
    pub paragraphs: Vec<ParagraphView>,
    /// Passages.
    pub passages: Vec<PassageView>,
}

/// Where a word was found inside a document.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ParagraphHit {
    /// Paragraph.
    pub paragraph: String,
    /// Ranges in characters.
    pub ranges: Vec<(u32, u32)>,
}

impl Office {
    /// All minutes, the latest meeting first.
    pub fn minutes_list(&self) -> Result<Vec<MinutesRow>> {
        let open = self.archive()?;
        let mut documents = open.all::<MinutesDocument>()?;
        documents.sort_by_key(|document| Reverse(document.record.meeting_date));
        documents
            .iter()
            .map(|document| open.minutes_row(document))
            .collect()
    }

    /// Reads a file in a process of its own and keeps its text and the original.
    pub fn import_minutes(
        &mut self,
        path: &Path,
        tour: Option<&str>,
        unit: Option<&str>,
        now: Moment,
    ) -> Result<Saved> {
        let limits = minutes::Limits::default();
        let archive = self.archive()?;
        if let Some(tour) = tour {
            archive.get::<Tour>(tour)?;
        }
        if let Some(unit) = unit {
            archive.get::<Unit>(unit)?;
        }
        let metadata = std::fs::metadata(path).map_err(|error| file_error("读取", path, &error))?;
        if !metadata.is_file() {
            // A folder, or a device that would be read without end.
            return Err(file_error(
                "读取",
                path,
                &std::io::ErrorKind::IsADirectory.into(),
            ));
        }
        let size = metadata.len();
        if size > limits.input_bytes {
            return Err(ErrorView::new(
                "HY-02",
                format!(
                    "文件有{}MB，超过了能导入的大小（{}MB）。",
                    size >> 20,
                    limits.input_bytes >> 20
                ),
                "请把会议记录单独另存为较小的文件再导入，档案库没有改动。",
            ));
        }
        let bytes = std::fs::read(path).map_err(|error| file_error("读取", path, &error))?;
        let file_name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let imported =
            minutes::worker::parse_in_child(&self.places.reader, &file_name, &bytes, READING_TIME)?;
        self.archive_mut()?
            .keep_minutes(&file_name, &bytes, imported, tour, unit, now)
    }

    /// One set of minutes with its paragraphs and passages.
    pub fn minutes_document(&self, id: &str) -> Result<MinutesView> {
        let open = self.archive()?;
        let document = open.get::<MinutesDocument>(id)?;
        let paragraphs = open
            .children::<Paragraph>(id)?
            .into_iter()
            .map(|stored| ParagraphView {
                id: stored.id,
                page: stored.record.page,
                kind: stored.record.kind,
                text: stored.record.text,
            })
            .collect();
        Ok(MinutesView {
            unit_name: open.unit_name(document.record.unit.as_deref())?,
            paragraphs,
            passages: open.passage_views(&document)?,
            document,
        })
    }

    /// Changes the head of a set of minutes. The original stays as imported.
    pub fn save_minutes(
        &mut self,
        id: &str,
        document: &MinutesDocument,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        let stored = open.get::<MinutesDocument>(id)?.record;
        if document.title.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写会议记录的标题。",
                "请填写标题后再保存，其他内容还在。",
            ));
        }
        let record = MinutesDocument {
            original: stored.original,
            format: stored.format,
            encoding: stored.encoding,
            imported_at: stored.imported_at,
            warnings: stored.warnings,
            ..document.clone()
        };
        open.save("登记会议记录", Some(id), &record, now)
    }

    /// Finds a word inside one document.
    pub fn find_in_minutes(&self, id: &str, query: &str) -> Result<Vec<ParagraphHit>> {
        let open = self.archive()?;
        let stored = open.children::<Paragraph>(id)?;
        let paragraphs: Vec<minutes::Paragraph> = stored
            .iter()
            .zip(0..)
            .map(|(paragraph, order)| minutes::Paragraph {
                order,
                page: None,
                kind: minutes::ParagraphKind::Text,
                text: paragraph.record.text.clone(),
            })
            .collect();
        let mut hits: Vec<ParagraphHit> = Vec::new();
        for span in minutes::find::find(&paragraphs, query) {
            let paragraph = &stored[span.paragraph as usize].id;
            match hits.last_mut() {
                Some(last) if last.paragraph == *paragraph => {
                    last.ranges.push((span.start, span.end));
                }
                _ => hits.push(ParagraphHit {
                    paragraph: paragraph.clone(),
                    ranges: vec![(span.start, span.end)],
                }),
            }
        }
        Ok(hits)
    }

    /// Keeps a highlighted passage; the words are taken from the text itself.
    pub fn add_passage(&mut self, passage: &Passage, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        open.get::<MinutesDocument>(&passage.document)?;
        let (quote, page) = open.quote(passage)?;
        let record = Passage {
            quote,
            page,
            ..passage.clone()
        };
        open.save("摘录会议记录", None, &record, now)
    }

    /// Takes a passage back unless it is cited.
    pub fn remove_passage(&mut self, id: &str, now: Moment) -> Result<Saved> {
        self.archive()?.get::<Passage>(id)?;
        self.retract(id, now)
    }
}

impl Open {
    /// Stores an imported document: original, head and paragraphs. One action.
    pub(crate) fn keep_minutes(
        &mut self,
        file_name: &str,
        bytes: &[u8],
        imported: minutes::Imported,
        tour: Option<&str>,
        unit: Option<&str>,
        now: Moment,
    ) -> Result<Saved> {
        let kept = self.vault.put_attachment(&mut &bytes[..], file_name)?;
        let title = imported.title_guess.unwrap_or_else(|| {
            Path::new(file_name)
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        });
        let document = MinutesDocument {
            title,
            unit: unit.map(str::to_owned),
            tour: tour.map(str::to_owned),
            meeting_date: imported.date_guess,
            expected: None,
            present: None,
            format: imported.format.extension().to_owned(),
            encoding: imported.encoding,
            original: AttachmentRef {
                sha256: kept.sha256,
                size: kept.size,
                file_name: file_name.to_owned(),
            },
            warnings: imported.warnings,
            imported_at: Some(now.to_second()),
            read: false,
        };
        let id = self.vault.new_id(now.millis)?;
        let mut edits = self.edits(id, &document)?;
        let keys = ledger::order::sequence(None, imported.paragraphs.len(), &self.vault.device())
            .map_err(|_| ErrorView::unreadable("会议记录"))?;
        for (paragraph, order) in imported.paragraphs.into_iter().zip(keys) {
            let record = Paragraph {
                document: id.to_string(),
                order,
                page: paragraph.page,
                kind: match paragraph.kind {
                    minutes::ParagraphKind::Text => ParagraphKind::正文,
                    minutes::ParagraphKind::Heading => ParagraphKind::标题,
                    minutes::ParagraphKind::TableRow => ParagraphKind::表格,
                },
                text: paragraph.text,
            };
            edits.extend(self.edits(self.vault.new_id(now.millis)?, &record)?);
        }
        self.write("导入会议记录", edits, now)?;
        Ok(Saved {
            id: id.to_string(),
            saved_at: now.clock(),
        })
    }

    pub(crate) fn minutes_row(&self, document: &Stored<MinutesDocument>) -> Result<MinutesRow> {
        let record = &document.record;
        Ok(MinutesRow {
            id: document.id.clone(),
            title: record.title.clone(),
            date: record.meeting_date.map(|date| date.to_string()),
            unit_name: self.unit_name(record.unit.as_deref())?,
            format: record.format.clone(),
            paragraphs: self.children::<Paragraph>(&document.id)?.len() as u32,
            passages: self.children::<Passage>(&document.id)?.len() as u32,
            read: record.read,
        })
    }

    pub(crate) fn passage_views(
        &self,
        document: &Stored<MinutesDocument>,
    ) -> Result<Vec<PassageView>> {
        let paragraphs = self.children::<Paragraph>(&document.id)?;
        self.children::<Passage>(&document.id)?
            .into_iter()
            .map(|passage| {
                let number = paragraphs
                    .iter()
                    .position(|paragraph| paragraph.id == passage.record.from_paragraph)
                    .map(|at| at + 1);
                Ok(PassageView {
                    place: place_words(passage.record.page, number),
                    document_title: document.record.title.clone(),
                    cited: self.referring::<Citation>(&passage.id, "target")?.len() as u32,
                    id: passage.id,
                    record: passage.record,
                })
            })
            .collect()
    }

    /// The words between a passage's ends, and the page it begins on.
    fn quote(&self, passage: &Passage) -> Result<(String, Option<u32>)> {
        let lost = || {
            ErrorView::form(
                "没有选中文字，或选中的位置不在这份会议记录里。",
                "请重新选中要摘录的文字。",
            )
        };
        let paragraphs = self.children::<Paragraph>(&passage.document)?;
        let at = |id: &str| paragraphs.iter().position(|paragraph| paragraph.id == id);
        let from = at(&passage.from_paragraph).ok_or_else(lost)?;
        let to = at(&passage.to_paragraph).ok_or_else(lost)?;
        if from > to {
            return Err(lost());
        }
        let mut quote = Vec::new();
        for (index, paragraph) in paragraphs.iter().enumerate().take(to + 1).skip(from) {
            if paragraph.record.text == MASKED_WORDS {
                return Err(masked_words());
            }
            let length = paragraph.record.text.chars().count();
            let start = if index == from {
                passage.from_char as usize
            } else {
                0
            };
            let end = if index == to {
                passage.to_char as usize
            } else {
                length
            };
            if start > end || end > length {
                return Err(lost());
            }
            quote.push(
                paragraph
                    .record
                    .text
                    .chars()
                    .skip(start)
                    .take(end - start)
                    .collect::<String>(),
            );
        }
        let quote = quote.join("\n");
        if quote.trim().is_empty() {
            return Err(lost());
        }
        Ok((quote, paragraphs[from].record.page))
    }
}

/// 第3页第12段, as far as known.
pub(crate) fn place_words(page: Option<u32>, paragraph: Option<usize>) -> String {
    match (page, paragraph) {
        (Some(page), Some(paragraph)) => format!("第{page}页第{paragraph}段"),
        (Some(page), None) => format!("第{page}页"),
        (None, Some(paragraph)) => format!("第{paragraph}段"),
        (None, None) => String::new(),
    }
}

/// The title of minutes, shortened for use inside a sentence.
pub(crate) fn short_title(title: &str) -> String {
    excerpt(title, 24)
}
