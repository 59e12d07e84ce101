//! 查阅登记: who opened, exported or printed whose file. Off unless the user of
//! the archive switches it on; switching it is itself a line.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::journal::{JournalQuery, one_page, period, period_words, printable};
use crate::moment::{Moment, local_of};
use crate::names::OpenTarget;
use crate::open::{Open, entity, label_of};
use crate::papers_desk::ExportedPaper;
use ledger::EntityId;
use serde::Serialize;
use specta::Type;
use std::cell::RefCell;
use std::path::Path;
use uuid::Uuid;
use vault::{Reading, ReadingFilter};

/// Local setting: readings are written down.
const SWITCHED_ON: &str = "read-log.on";
/// A file looked at again within this time, nothing else in between, is still
/// the same look: the page reads it anew after every change.
const SAME_LOOK: u64 = 30 * 60 * 1000;

/// What can be done with a file.
pub(crate) const OPENED: &str = "查阅";
pub(crate) const EXPORTED: &str = "导出";
const BEGUN: &str = "开始登记";
const ENDED: &str = "停止登记";

/// Whose file is being looked at, and when that was written down.
#[derive(Debug, Default)]
pub(crate) struct Looking(RefCell<Option<(String, u64)>>);

/// One line of the register of readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ReadingLine {
    /// Number, from 1.
    pub no: u32,
    /// Local time, to the second.
    pub at: String,
    /// Who.
    pub who: String,
    /// What was done.
    pub deed: String,
    /// Kind of the record, in words.
    pub label: String,
    /// What it was called then.
    pub object: String,
    /// Where it can be seen.
    pub open: Option<OpenTarget>,
}

/// A page of the register of readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ReadingPage {
    /// Readings are written down at present.
    pub on: bool,
    /// Lines that pass the filter.
    pub total: u32,
    /// The lines, the latest first.
    pub lines: Vec<ReadingLine>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}

impl Office {
    /// Whether readings are written down.
    pub fn read_log_is_on(&self) -> Result<bool> {
        self.archive()?.read_log_is_on()
    }

    /// Switches the register of readings on or off, and says so in it.
    pub fn set_read_log(&mut self, on: bool, now: Moment) -> Result<()> {
        let open = self.archive_mut()?;
        if open.read_log_is_on()? == on {
            return Ok(());
        }
        let deed = if on { BEGUN } else { ENDED };
        open.vault
            .note_reading(open.author()?, deed, None, now.millis)?;
        open.vault
            .put_local(SWITCHED_ON, &serde_json::Value::from(on))?;
        open.looking = Looking::default();
        Ok(())
    }

    /// A page of the register of readings, the latest first. Of the query, the
    /// device does not count: the register is this machine's own.
    pub fn readings(
        &self,
        query: &JournalQuery,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ReadingPage> {
        let open = self.archive()?;
        let filter = filter_of(query)?;
        let below = after
            .map(|text| text.parse().map_err(|_| ErrorView::missing("页")))
            .transpose()?;
        let (rows, next) = one_page(
            limit,
            |wanted| open.vault.readings(&filter, below, wanted),
            |last| last.no.to_string(),
        )?;
        Ok(ReadingPage {
            on: open.read_log_is_on()?,
            total: open.vault.readings_count(&filter)? as u32,
            next,
            lines: rows
                .into_iter()
                .map(|line| open.reading_line(line))
                .collect::<Result<_>>()?,
        })
    }

    /// Prints the readings that pass the filter as a register, the earliest first.
    ///
    /// # Errors
    /// `CZ-01` when there are more lines than anybody would print, or none.
    pub fn print_readings(
        &self,
        query: &JournalQuery,
        path: &Path,
        now: Moment,
    ) -> Result<ExportedPaper> {
        let open = self.archive()?;
        let filter = filter_of(query)?;
        let count = open.vault.readings_count(&filter)?;
        printable(count)?;
        let mut rows = open.vault.readings(&filter, None, count as usize)?;
        rows.reverse();
        let mut cells = Vec::with_capacity(rows.len());
        for row in rows {
            let line = open.reading_line(row)?;
            cells.push(vec![
                line.at.replace('T', " "),
                line.who,
                line.deed,
                line.label,
                line.object,
            ]);
        }
        let columns = ["时间", "查阅人", "方式", "类别", "对象"];
        let scope = period_words(query.from, query.until);
        self.print_sheet("查阅登记表", &scope, &columns, cells, path, now)
    }
}

impl Open {
    pub(crate) fn read_log_is_on(&self) -> Result<bool> {
        let kept = self.vault.local(SWITCHED_ON)?;
        Ok(kept.and_then(|on| on.as_bool()).unwrap_or(false))
    }

    /// Writes down that a file is opened, unless it is the one being looked at.
    pub(crate) fn note_opened(&self, id: &str, now: Moment) -> Result<()> {
        if !self.read_log_is_on()? {
            return Ok(());
        }
        let is_same = self
            .looking
            .0
            .borrow()
            .as_ref()
            .is_some_and(|(last, at)| last == id && now.millis.saturating_sub(*at) < SAME_LOOK);
        if !is_same {
            self.note_deed(OPENED, id, now)?;
            *self.looking.0.borrow_mut() = Some((id.to_owned(), now.millis));
        }
        Ok(())
    }

    /// Writes down that something was done with a file.
    pub(crate) fn note_deed(&self, deed: &str, id: &str, now: Moment) -> Result<()> {
        if !self.read_log_is_on()? {
            return Ok(());
        }
        let id = entity(id)?;
        let kind = self
            .vault
            .record(&id)?
            .map_or_else(String::new, |it| it.kind);
        let title = self.called(&id)?;
        self.vault
            .note_reading(self.author()?, deed, Some((id, &kind, &title)), now.millis)?;
        Ok(())
    }

    /// Writes down that something that is not one record was taken out of the
    /// archive: all of it, a register.
    pub(crate) fn note_taken_out(&self, what: &str, now: Moment) -> Result<()> {
        if self.read_log_is_on()? {
            let about = Some((EntityId(Uuid::nil()), "", what));
            self.vault
                .note_reading(self.author()?, EXPORTED, about, now.millis)?;
        }
        Ok(())
    }

    fn reading_line(&self, line: Reading) -> Result<ReadingLine> {
        let none = line.record.0.is_nil();
        Ok(ReadingLine {
            no: line.no as u32,
            at: local_of(line.millis)
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string(),
            who: if line.deed == Reading::LOST {
                String::new()
            } else {
                self.author_words(&line.author)?
            },
            deed: line.deed,
            label: if none {
                String::new()
            } else {
                label_of(&line.kind).to_owned()
            },
            object: line.title,
            open: if none {
                None
            } else {
                self.place_of(&line.kind, &line.record.to_string())?
                    .map(|(_, target)| target)
            },
        })
    }
}

fn filter_of(query: &JournalQuery) -> Result<ReadingFilter> {
    let (from_millis, until_millis) = period(query.from, query.until);
    Ok(ReadingFilter {
        from_millis,
        until_millis,
        author: query.who.as_deref().map(entity).transpose()?,
        deed: query.action.clone(),
        kind: query.kind.clone(),
        text: query.text.clone(),
    })
}
