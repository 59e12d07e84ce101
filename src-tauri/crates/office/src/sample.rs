//! 示例档案: clearly fictional people to learn on.
//!
//! The records come from a file; the papers are drafted, issued and served by
//! the same use cases a user would call, so that their dates fit the day on
//! which the sample is made and their frozen PDFs are real.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::prefs::ArchiveInfo;
use crate::session::ARCHIVE_ENDING;
use casework::records::{AttachmentRef, MinutesDocument, Paper, PaperKind, Paragraph, Supervisor};
use chrono::{Days, Months, NaiveDate};
use serde::Deserialize;
use std::path::Path;

/// Name of the sample archive.
pub const SAMPLE_NAME: &str = "示例档案";
/// Its passphrase, shown wherever it is asked for: nothing in it is secret.
pub const SAMPLE_PASSPHRASE: &str = "示例口令一二三四";

const RECORDS: &str = include_str!("../sample/sample.json");
const PAPERS: &str = include_str!("../sample/papers.json");

/// A paper the sample drafts and issues.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SamplePaper {
    kind: PaperKind,
    person: String,
    findings: Vec<String>,
    approved_by: String,
    /// Days before today on which it was issued.
    issued_days_ago: u64,
    /// Days before today on which it was served, if it was.
    served_days_ago: Option<u64>,
}

impl Office {
    /// Opens the sample archive in the default folder, made when it is not there yet.
    pub fn open_sample(&mut self, now: Moment) -> Result<ArchiveInfo> {
        let folder = self
            .places
            .default_parent
            .join(format!("{SAMPLE_NAME}.{ARCHIVE_ENDING}"));
        if folder.is_dir() {
            self.unlock(&folder, SAMPLE_PASSPHRASE, now)?;
        } else {
            std::fs::create_dir_all(&self.places.default_parent).map_err(|error| {
                crate::error::file_error("建立文件夹", &self.places.default_parent, &error)
            })?;
            self.create_sample(&folder, SAMPLE_PASSPHRASE, now)?;
        }
        Ok(ArchiveInfo::of(&folder))
    }

    /// Makes the sample archive in `folder` and leaves it open.
    pub fn create_sample(&mut self, folder: &Path, passphrase: &str, now: Moment) -> Result<()> {
        self.create_in(folder, passphrase, now)?;
        let filled = self.fill_sample(now);
        if filled.is_err() {
            // Half a sample would teach the wrong things; it holds nobody's work.
            self.lock();
            let _ = std::fs::remove_dir_all(folder);
        }
        filled
    }

    fn fill_sample(&mut self, now: Moment) -> Result<()> {
        let open = self.archive_mut()?;
        open.import_readable(RECORDS, "建立示例档案", now)?;
        keep_appointment_valid(open, now)?;
        for document in open.all::<MinutesDocument>()? {
            keep_original(open, &document.id, now)?;
        }
        let papers: Vec<SamplePaper> =
            serde_json::from_str(PAPERS).map_err(|_| ErrorView::unreadable("示例文书"))?;
        for sample in papers {
            self.issue_sample(&sample, now)?;
        }
        // Nobody has done anything yet that could be undone.
        self.archive_mut()?.begin_trail()
    }

    fn issue_sample(&mut self, sample: &SamplePaper, now: Moment) -> Result<()> {
        let day = |ago: u64| now.today() - Days::new(ago);
        let issued = day(sample.issued_days_ago);
        let id = self
            .draft_paper(sample.kind, &sample.person, &sample.findings, None, now)?
            .id;
        let open = self.archive()?;
        let draft = open.get::<Paper>(&id)?.record;
        let paper = Paper {
            approved_by: sample.approved_by.clone(),
            approved_on: Some(issued - Days::new(1)),
            ..draft
        };
        self.save_paper(&id, &paper, now)?;
        let number = self.suggest_number(sample.kind, issued)?;
        self.issue_paper(&id, number, issued, now)?;
        if let Some(ago) = sample.served_days_ago {
            self.serve_paper(&id, day(ago), now)?;
        }
        Ok(())
    }
}

/// The sample's appointment covers the weeks before and the year after the day it is made.
fn keep_appointment_valid(open: &mut crate::open::Open, now: Moment) -> Result<()> {
    let today = now.today();
    let back = |months: u32| {
        today
            .checked_sub_months(Months::new(months))
            .unwrap_or(NaiveDate::MIN)
    };
    if let Some(stored) = open.supervisor()? {
        let mut record: Supervisor = stored.record;
        record.appointment.from = Some(back(12));
        record.appointment.until = today.checked_add_months(Months::new(8));
        open.save_supervisor(&record, now)?;
    }
    Ok(())
}

/// Keeps the sample minutes' text as their original, as an import would.
fn keep_original(open: &mut crate::open::Open, id: &str, now: Moment) -> Result<()> {
    let document = open.get::<MinutesDocument>(id)?.record;
    let text: String = open
        .children::<Paragraph>(id)?
        .into_iter()
        .map(|paragraph| paragraph.record.text + "\n")
        .collect();
    let file_name = format!("{}.txt", document.title);
    let kept = open
        .vault
        .put_attachment(&mut text.as_bytes(), &file_name)?;
    let original = AttachmentRef {
        sha256: kept.sha256,
        size: kept.size,
        file_name,
    };
    let record = MinutesDocument {
        original,
        format: "txt".to_owned(),
        encoding: Some("UTF-8".to_owned()),
        ..document
    };
    open.save("建立示例档案", Some(id), &record, now)?;
    Ok(())
}
