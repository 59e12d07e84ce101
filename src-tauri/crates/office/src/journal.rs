//! 操作记录: who did what and when, over the whole ledger, and the same as a
//! printed register. It is the ledger itself, so it cannot be switched off.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, full_date, local_of};
use crate::names::{Named, OpenTarget};
use crate::open::{Open, entity, label_of};
use crate::papers_desk::ExportedPaper;
use crate::session::write_file;
use chrono::{Local, NaiveDate, NaiveTime, TimeZone};
use ledger::DeviceId;
use papers::Sheet;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::path::Path;
use vault::{Absence, JournalCursor, JournalFilter, JournalRow};

/// Lines that are printed at most: about three hundred pages.
const MOST_PRINTED: usize = 2_000;

/// What a list of what was done is narrowed to; everything when empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct JournalQuery {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
    /// Supervisor, by identifier.
    pub who: Option<String>,
    /// Device, in hexadecimal digits.
    pub device: Option<String>,
    /// Name of the action.
    pub action: Option<String>,
    /// Kind of record.
    pub kind: Option<String>,
    /// Words.
    pub text: String,
}

/// One line of the register of actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct JournalLine {
    /// Entry, in hexadecimal digits.
    pub entry: String,
    /// Local time by the clock of the device, to the second.
    pub at: String,
    /// Who.
    pub who: String,
    /// On which device.
    pub device: String,
    /// What the action was called.
    pub action: String,
    /// Kind of the record, in words.
    pub label: String,
    /// What the record is called.
    pub object: String,
    /// What changed, in a line.
    pub gist: String,
    /// Where the record can be seen.
    pub open: Option<OpenTarget>,
}

/// A page of the register of actions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct JournalPage {
    /// Lines that pass the filter.
    pub total: u32,
    /// The lines, the latest first.
    pub lines: Vec<JournalLine>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
}

/// What the register of actions can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct JournalChoices {
    /// Supervisors.
    pub people: Vec<Named>,
    /// Devices.
    pub devices: Vec<Named>,
    /// Names of actions.
    pub actions: Vec<String>,
    /// Kinds of records; the identifier is the kind.
    pub kinds: Vec<Named>,
}

/// One page of a list: as many rows as `limit` of those that `read` gives, and,
/// when there are more, what `last` makes of the last one, where the next page
/// goes on.
pub(crate) fn one_page<Row>(
    limit: usize,
    read: impl FnOnce(usize) -> std::result::Result<Vec<Row>, vault::Error>,
    last: impl FnOnce(&Row) -> String,
) -> Result<(Vec<Row>, Option<String>)> {
    // One more than asked for tells whether there are more.
    let mut rows = read(limit + 1)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(last);
    Ok((rows, next))
}

impl Office {
    /// A page of what was done, the latest first; `after` is the `next` of the
    /// page before.
    pub fn journal(
        &self,
        query: &JournalQuery,
        after: Option<&str>,
        limit: usize,
    ) -> Result<JournalPage> {
        let open = self.archive()?;
        let filter = filter_of(query)?;
        let after = after.map(cursor_of).transpose()?;
        let (rows, next) = one_page(
            limit,
            |wanted| open.vault.journal(&filter, after, wanted),
            |last| format!("{}:{}", last.cursor.millis, last.cursor.no),
        )?;
        Ok(JournalPage {
            total: u32::try_from(open.vault.journal_count(&filter)?).unwrap_or(u32::MAX),
            next,
            lines: rows
                .iter()
                .map(|row| open.journal_line(row))
                .collect::<Result<_>>()?,
        })
    }

    /// What the register of actions can be narrowed by.
    pub fn journal_choices(&self) -> Result<JournalChoices> {
        let open = self.archive()?;
        let choices = open.vault.journal_choices()?;
        let named = |id: String, name: String| Named {
            id,
            name,
            detail: String::new(),
        };
        Ok(JournalChoices {
            people: choices
                .authors
                .iter()
                .map(|author| Ok(named(author.to_string(), open.author_words(author)?)))
                .collect::<Result<_>>()?,
            devices: choices
                .devices
                .iter()
                .map(|device| Ok(named(hex::encode(device.0), open.device_words(device)?)))
                .collect::<Result<_>>()?,
            actions: choices.actions,
            kinds: choices
                .kinds
                .iter()
                .map(|kind| named(kind.clone(), label_of(kind).to_owned()))
                .collect(),
        })
    }

    /// Prints the lines that pass the filter as a register, the earliest first.
    ///
    /// # Errors
    /// `CZ-01` when there are more lines than anybody would print, or none.
    pub fn print_journal(
        &self,
        query: &JournalQuery,
        path: &Path,
        now: Moment,
    ) -> Result<ExportedPaper> {
        let open = self.archive()?;
        let filter = filter_of(query)?;
        printable(open.vault.journal_count(&filter)?)?;
        let mut rows = open.vault.journal(&filter, None, MOST_PRINTED)?;
        rows.reverse();
        let mut cells = Vec::with_capacity(rows.len());
        for row in &rows {
            let line = open.journal_line(row)?;
            cells.push(vec![
                line.at.replace('T', " "),
                line.who,
                line.device,
                line.action,
                format!("{} {}", line.label, line.object).trim().to_owned(),
                line.gist,
            ]);
        }
        let columns = ["时间", "操作人", "设备", "操作", "对象", "内容摘要"];
        let mut scope = vec![period_words(query.from, query.until)];
        if let Some(who) = &query.who {
            scope.push(open.author_words(&entity(who)?)?);
        }
        scope.extend(query.action.clone());
        scope.extend(query.kind.as_deref().map(|kind| label_of(kind).to_owned()));
        if !query.text.trim().is_empty() {
            scope.push(format!("含“{}”", query.text.trim()));
        }
        self.print_sheet(
            "操作记录登记表",
            &scope.join("、"),
            &columns,
            cells,
            path,
            now,
        )
    }

    /// Sets a register and writes it to a PDF file.
    pub(crate) fn print_sheet(
        &self,
        title: &str,
        scope: &str,
        columns: &[&str],
        rows: Vec<Vec<String>>,
        path: &Path,
        now: Moment,
    ) -> Result<ExportedPaper> {
        let open = self.archive()?;
        let organ = open.organ()?.map(|stored| stored.record.full_name);
        let document = papers::sheet(Sheet {
            title,
            keeper: organ.as_deref().unwrap_or(&open.name),
            scope,
            printed: now.today(),
            columns,
            rows,
        });
        let typesetter = self.typesetter()?;
        let pages = typesetter.layout(&document)?.pages.len() as u32;
        let pdf = typesetter.pdf(&document)?;
        // Written down first: nothing leaves the archive without its line.
        open.note_taken_out(title, now)?;
        write_file(path, &pdf)?;
        Ok(ExportedPaper {
            path: path.to_string_lossy().into_owned(),
            pages,
            bytes: pdf.len() as u64,
        })
    }
}

impl Open {
    fn journal_line(&self, row: &JournalRow) -> Result<JournalLine> {
        let changes = self.vault.changes_of(&row.entry)?;
        let (action, gist) = match &changes {
            Some(changes) => (
                if row.action.is_empty() {
                    "（未写明）".to_owned()
                } else {
                    row.action.clone()
                },
                self.gist(&row.entry, changes, row.note.as_deref())?,
            ),
            None if self.vault.absence(&row.entry)? == Some(Absence::Sealed) => (
                "（已密封）".to_owned(),
                "属于密封事项，打开后才能看到内容。".to_owned(),
            ),
            None if self.vault.absence(&row.entry)? == Some(Absence::Erased) => (
                "（已依规删除）".to_owned(),
                "这一条的内容已依规删除，只留编号和签名。".to_owned(),
            ),
            None => (
                "（内容未随附）".to_owned(),
                "这一条只收到了登记，没有收到内容。".to_owned(),
            ),
        };
        let (mut label, mut object, mut open) = (String::new(), String::new(), None);
        if let Some(record) = &row.record {
            label_of(&row.kind).clone_into(&mut label);
            object = self.called(record)?;
            if row.records > 1 {
                object = format!("{object}等{}条", row.records);
            }
            open = self
                .place_of(&row.kind, &record.to_string())?
                .map(|(_, target)| target);
        }
        Ok(JournalLine {
            entry: row.entry.to_string(),
            at: local_of(row.cursor.millis)
                .format("%Y-%m-%dT%H:%M:%S")
                .to_string(),
            who: self.author_words(&row.author)?,
            device: self.device_words(&row.device)?,
            action,
            label,
            object,
            gist,
            open,
        })
    }
}

fn filter_of(query: &JournalQuery) -> Result<JournalFilter> {
    let device = match &query.device {
        Some(text) => {
            let bytes = hex::decode(text).ok().and_then(|it| it.try_into().ok());
            Some(DeviceId(bytes.ok_or_else(|| ErrorView::missing("设备"))?))
        }
        None => None,
    };
    let (from_millis, until_millis) = period(query.from, query.until);
    Ok(JournalFilter {
        from_millis,
        until_millis,
        author: query.who.as_deref().map(entity).transpose()?,
        device,
        action: query.action.clone(),
        kind: query.kind.clone(),
        text: query.text.clone(),
    })
}

fn cursor_of(text: &str) -> Result<JournalCursor> {
    text.split_once(':')
        .and_then(|(millis, no)| {
            Some(JournalCursor {
                millis: millis.parse().ok()?,
                no: no.parse().ok()?,
            })
        })
        .ok_or_else(|| ErrorView::missing("页"))
}

/// Two local days, the last one included, as stamps.
pub(crate) fn period(
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
) -> (Option<u64>, Option<u64>) {
    let begins = |day: NaiveDate| {
        Local
            .from_local_datetime(&day.and_time(NaiveTime::MIN))
            .earliest()
            .map_or(0, |at| at.timestamp_millis().max(0).cast_unsigned())
    };
    (
        from.map(begins),
        until.and_then(|day| day.succ_opt()).map(begins),
    )
}

/// Two days in words, for the head of a register.
pub(crate) fn period_words(from: Option<NaiveDate>, until: Option<NaiveDate>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("{}至{}", full_date(from), full_date(until)),
        (Some(from), None) => format!("{}起", full_date(from)),
        (None, Some(until)) => format!("至{}", full_date(until)),
        (None, None) => "全部".to_owned(),
    }
}

/// Refuses to print nothing, or more than anybody would.
pub(crate) fn printable(lines: u64) -> Result<()> {
    let most = MOST_PRINTED as u64;
    if lines == 0 {
        return Err(ErrorView::new(
            "CZ-01",
            "按现在的条件没有可以打印的记录。",
            "请放宽时间或其他条件后再试。",
        ));
    }
    if lines > most {
        return Err(ErrorView::new(
            "CZ-01",
            format!("按现在的条件有{lines}条，一次最多打印{most}条。"),
            "请缩短时间或加上其他条件，分几次打印；没有写出文件。",
        ));
    }
    Ok(())
}
