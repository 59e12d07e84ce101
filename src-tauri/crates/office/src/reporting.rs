//! 督查情况统计: how many talks, findings and papers there are, and how their
//! deadlines were kept, by unit, by supervisor or by kind. It counts and names
//! nobody who is concerned.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, local_of};
use crate::open::{Open, Stored, entity};
use casework::deadline::{DeadlineOutcome, outcome};
use casework::records::{Finding, Interview, InterviewState, Paper, Person};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// By what the lines are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ReportBy {
    /// The unit of the person concerned.
    单位,
    /// The supervisor who first wrote the record.
    督查员,
    /// The kind of talk, finding or paper.
    种类,
}

/// What is asked for. A talk counts on the day it began, a finding on the day it
/// was first written, a paper on its own date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportQuery {
    /// By what the lines are told apart.
    pub by: ReportBy,
    /// First day that counts.
    pub from: Option<NaiveDate>,
    /// Last day that counts.
    pub until: Option<NaiveDate>,
}

/// The numbers of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ReportNumbers {
    /// Talks that were held to their end.
    pub talks: u32,
    /// Findings.
    pub findings: u32,
    /// Papers issued.
    pub papers: u32,
    /// Deadlines met in time.
    pub kept: u32,
    /// Deadlines met late.
    pub late: u32,
    /// Deadlines still running.
    pub running: u32,
    /// Deadlines past and not met.
    pub overdue: u32,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportRow {
    /// The unit, the supervisor or the kind.
    pub name: String,
    /// Its numbers.
    #[serde(flatten)]
    pub numbers: ReportNumbers,
}

/// The whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// By what the lines are told apart.
    pub by: ReportBy,
    /// The lines, by name.
    pub rows: Vec<ReportRow>,
    /// All of them together.
    pub total: ReportNumbers,
}

/// What stands above the columns.
const HEADS: [&str; 8] = [
    "分类",
    "谈话（次）",
    "线索（条）",
    "文书（件）",
    "按期办理",
    "逾期办理",
    "期限内",
    "逾期未办",
];
const TOTAL: &str = "合计";

impl ReportNumbers {
    fn add(&mut self, other: &Self) {
        self.talks += other.talks;
        self.findings += other.findings;
        self.papers += other.papers;
        self.kept += other.kept;
        self.late += other.late;
        self.running += other.running;
        self.overdue += other.overdue;
    }

    fn cells(&self) -> [u32; 7] {
        [
            self.talks,
            self.findings,
            self.papers,
            self.kept,
            self.late,
            self.running,
            self.overdue,
        ]
    }
}

impl Report {
    /// The table as rows of cells, its head first and the sums last.
    pub fn table(&self) -> Vec<Vec<String>> {
        let line = |name: &str, numbers: &ReportNumbers| {
            let numbers = numbers.cells().map(|number| number.to_string());
            std::iter::once(name.to_owned()).chain(numbers).collect()
        };
        std::iter::once(HEADS.map(str::to_owned).to_vec())
            .chain(self.rows.iter().map(|row| line(&row.name, &row.numbers)))
            .chain([line(TOTAL, &self.total)])
            .collect()
    }

    /// The table as CSV (RFC 4180) for a spreadsheet: with the mark by which it
    /// knows UTF-8.
    pub fn csv(&self) -> String {
        let mut out = String::from('\u{FEFF}');
        for row in self.table() {
            let cells: Vec<String> = row.iter().map(|cell| quoted(&harmless(cell))).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
        out
    }
}

/// A cell in quotes where it needs them.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// A cell that no spreadsheet takes for a formula: names come from elsewhere.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

impl Office {
    /// The numbers of the archive.
    ///
    /// # Errors
    /// `GN-03` when the last day is before the first.
    pub fn report(&self, query: &ReportQuery, now: Moment) -> Result<Report> {
        if let (Some(from), Some(until)) = (query.from, query.until)
            && until < from
        {
            return Err(ErrorView::form(
                "统计的截止日期早于起始日期。",
                "请改正日期后再统计。",
            ));
        }
        let open = self.archive()?;
        let mut counted = Counted {
            open,
            query,
            rows: BTreeMap::new(),
        };
        for talk in open.all::<Interview>()? {
            let day = talk.record.started_at.map(|at| at.date());
            if talk.record.state != InterviewState::进行中 {
                let kind = kind("谈话", &talk.record.purpose);
                counted.count(&talk, &talk.record.person, &kind, day, |it| it.talks += 1)?;
            }
        }
        for finding in open.all::<Finding>()? {
            let day = open.first_day(&finding.id)?;
            let kind = kind("线索", &finding.record.aspect);
            counted.count(&finding, &finding.record.person, &kind, day, |it| {
                it.findings += 1;
            })?;
        }
        for paper in open.all::<Paper>()? {
            if paper.record.issued.is_none() {
                continue;
            }
            let became = outcome(&paper.record, now.today(), &self.rules, &self.calendar);
            let kind = kind("文书", &paper.record.kind);
            counted.count(
                &paper,
                &paper.record.person,
                &kind,
                paper.record.date,
                |it| {
                    it.papers += 1;
                    match became {
                        Some(DeadlineOutcome::按期) => it.kept += 1,
                        Some(DeadlineOutcome::逾期完成) => it.late += 1,
                        Some(DeadlineOutcome::期限内) => it.running += 1,
                        Some(DeadlineOutcome::逾期未办) => it.overdue += 1,
                        None => {}
                    }
                },
            )?;
        }
        let mut total = ReportNumbers::default();
        let rows = counted.rows.into_iter().map(|(name, numbers)| {
            total.add(&numbers);
            ReportRow { name, numbers }
        });
        Ok(Report {
            by: query.by,
            rows: rows.collect(),
            total,
        })
    }
}

/// A kind with what it is a kind of.
fn kind(of: &str, variant: &impl Debug) -> String {
    format!("{of}：{variant:?}")
}

struct Counted<'a> {
    open: &'a Open,
    query: &'a ReportQuery,
    rows: BTreeMap<String, ReportNumbers>,
}

impl Counted<'_> {
    fn count<T>(
        &mut self,
        stored: &Stored<T>,
        person: &str,
        kind: &str,
        day: Option<NaiveDate>,
        add: impl FnOnce(&mut ReportNumbers),
    ) -> Result<()> {
        let ReportQuery { by, from, until } = *self.query;
        let is_asked_for = match day {
            Some(day) => from.is_none_or(|from| day >= from) && until.is_none_or(|to| day <= to),
            // Without a day it is in no period, but in the whole.
            None => from.is_none() && until.is_none(),
        };
        if !is_asked_for {
            return Ok(());
        }
        let name = match by {
            ReportBy::种类 => kind.to_owned(),
            ReportBy::单位 => self.open.unit_named(person)?,
            ReportBy::督查员 => self.open.first_writer(&stored.id)?,
        };
        add(self.rows.entry(name).or_default());
        Ok(())
    }
}

impl Open {
    fn unit_named(&self, person: &str) -> Result<String> {
        let unit = self.find::<Person>(person)?.and_then(|it| it.record.unit);
        let name = self.unit_name(unit.as_deref())?;
        Ok(if name.is_empty() {
            "（未写明单位）".to_owned()
        } else {
            name
        })
    }

    fn first_writer(&self, id: &str) -> Result<String> {
        match self.vault.first_author(&entity(id)?)? {
            Some(author) => self.author_words(&author),
            None => Ok("（未收到登记的督查员）".to_owned()),
        }
    }

    fn first_day(&self, id: &str) -> Result<Option<NaiveDate>> {
        let record = self.vault.record(&entity(id)?)?;
        Ok(record.map(|record| local_of(record.created_millis).date()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_gets_commas_quotes_and_no_formula() {
        let row = |name: &str| ReportRow {
            name: name.to_owned(),
            numbers: ReportNumbers {
                talks: 3,
                overdue: 1,
                ..ReportNumbers::default()
            },
        };
        let report = Report {
            by: ReportBy::单位,
            rows: vec![row("示例局,二处"), row("=1+1"), row("某\"县\"")],
            total: ReportNumbers::default(),
        };
        assert_eq!(
            report.csv().strip_prefix('\u{FEFF}').expect("the mark"),
            "分类,谈话（次）,线索（条）,文书（件）,按期办理,逾期办理,期限内,逾期未办\r\n\
             \"示例局,二处\",3,0,0,0,0,0,1\r\n\
             '=1+1,3,0,0,0,0,0,1\r\n\
             \"某\"\"县\"\"\",3,0,0,0,0,0,1\r\n\
             合计,0,0,0,0,0,0,0\r\n"
        );
    }
}
