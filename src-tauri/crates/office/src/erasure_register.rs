//! 依规删除登记: what was erased, when, why, on what basis and by whom; in the
//! window, on paper, and in the place of a record that is no more.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::journal::printable;
use crate::moment::{Moment, full_date, local_of};
use crate::open::Open;
use crate::papers_desk::ExportedPaper;
use ledger::EntityId;
use serde::Serialize;
use specta::Type;
use std::path::Path;
use vault::ErasureInfo;

/// Title of the printed register.
const TITLE: &str = "依规删除登记表";
/// Local setting: the latest erasure when the backups before it were given up.
const GIVEN_UP: &str = "erasures.given-up";

/// One line of the register of erasures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ErasureLine {
    /// Entry, in hexadecimal digits.
    pub entry: String,
    /// Local time by the clock of the device, to the second.
    pub at: String,
    /// Who carried it out.
    pub who: String,
    /// On which device.
    pub device: String,
    /// Kind of what went, in words.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Legal basis.
    pub basis: String,
    /// Who approved it.
    pub approved_by: String,
    /// Records that went.
    pub records: u32,
}

impl Office {
    /// The register of erasures, the latest to come in first.
    pub fn erasures(&self) -> Result<Vec<ErasureLine>> {
        let open = self.archive()?;
        let all = open.vault.erasures()?;
        all.iter().map(|info| open.erasure_line(info)).collect()
    }

    /// Backups on this machine that may still hold what was erased: those older
    /// than the latest erasure known here, until they were given up.
    pub fn backups_before_erasures(&self) -> Result<u32> {
        let open = self.archive()?;
        let all = open.vault.erasures()?;
        let Some(latest) = all.iter().map(|info| info.millis).max() else {
            return Ok(0);
        };
        if open.vault.local(GIVEN_UP)? == Some(latest.into()) {
            return Ok(0);
        }
        let backups = open.vault.backups()?;
        Ok(backups.iter().filter(|it| it.millis <= latest).count() as u32)
    }

    /// Makes a backup without what was erased and removes all earlier ones of
    /// this machine. Returns how many went.
    pub fn give_up_older_backups(&mut self, now: Moment) -> Result<u32> {
        let open = self.archive_mut()?;
        let gone = open.vault.give_up_older_backups(now.millis)? as u32;
        // The name of a backup says the second it was made in, no more: one made
        // right after an erasure looks older than it.
        if let Some(latest) = open.vault.erasures()?.iter().map(|info| info.millis).max() {
            open.vault.put_local(GIVEN_UP, &latest.into())?;
        }
        Ok(gone)
    }

    /// Prints the register of erasures, the earliest first.
    ///
    /// # Errors
    /// `CZ-01` when nothing was erased, or more than anybody would print.
    pub fn print_erasures(&self, path: &Path, now: Moment) -> Result<ExportedPaper> {
        let mut lines = self.erasures()?;
        printable(lines.len() as u64)?;
        lines.sort_by(|a, b| (&a.at, &a.entry).cmp(&(&b.at, &b.entry)));
        let cells = lines.into_iter().map(|line| {
            vec![
                line.at.replace('T', " "),
                line.who,
                line.device,
                format!("{}等{}条", line.subject, line.records),
                line.reason,
                line.basis,
                line.approved_by,
            ]
        });
        let columns = [
            "时间",
            "经办人",
            "设备",
            "删去内容",
            "事由",
            "依据",
            "批准人",
        ];
        self.print_sheet(TITLE, "全部", &columns, cells.collect(), path, now)
    }
}

impl Open {
    /// What to say of a record that is not there: that it was erased, with day,
    /// basis and who, or that it is not found.
    pub(crate) fn absent(&self, id: &EntityId, label: &str) -> ErrorView {
        match self
            .vault
            .erasure_of(id)
            .map_err(Into::into)
            .and_then(|it| it.map(|info| self.erased_words(&info)).transpose())
        {
            Ok(Some(words)) => already_erased(label, &words),
            Ok(None) => ErrorView::missing(label),
            Err(error) => error,
        }
    }

    /// 已依规删除 with day, basis and who, to follow a subject.
    pub(crate) fn erased_words(&self, info: &ErasureInfo) -> Result<String> {
        let line = self.erasure_line(info)?;
        Ok(format!(
            "已于{}依规删除（依据：{}；事由：{}；批准人：{}；经办人：{}）",
            full_date(local_of(info.millis).date()),
            unpointed(&line.basis),
            unpointed(&line.reason),
            unpointed(&line.approved_by),
            line.who
        ))
    }

    fn erasure_line(&self, info: &ErasureInfo) -> Result<ErasureLine> {
        let text = |name: &str| {
            let found = info.fields.iter().find(|(field, _)| field == name);
            found
                .and_then(|(_, value)| value.as_text())
                .unwrap_or("（未写明）")
                .to_owned()
        };
        Ok(ErasureLine {
            entry: info.entry.to_string(),
            at: local_of(info.millis)
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string(),
            who: self.author_words(&info.author)?,
            device: self.device_words(&info.device)?,
            subject: text("subject"),
            reason: text("reason"),
            basis: text("basis"),
            approved_by: text("approved_by"),
            records: info.records.len() as u32,
        })
    }
}

/// A remark within a sentence goes without the stop it ends with.
fn unpointed(text: &str) -> &str {
    text.trim_end_matches(['。', '；', '，'])
}

/// The record is no more.
pub(crate) fn already_erased(label: &str, words: &str) -> ErrorView {
    ErrorView::new(
        "SC-01",
        format!("这条{label}{words}。"),
        "内容不能恢复，登记在“操作记录与回收”的“保存与删除”里；其他内容没有改动。",
    )
}
