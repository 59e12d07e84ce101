//! Deadlines and checks as the pages show them.

use crate::Office;
use crate::interviews::TurnView;
use crate::names::{CheckView, PersonCard};
use casework::checks::{Check, closing_interview};
use casework::deadline::{DueLevel, open_deadline};
use casework::records::{Closing, Interview, Paper, Person, Turn};
use chrono::NaiveDate;
use serde::Serialize;
use specta::Type;

/// A deadline in words and as a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DueView {
    /// The day.
    pub date: String,
    /// 还有3个工作日, 今天到期, 逾期2个工作日.
    pub words: String,
    /// 12月4日到期.
    pub date_words: String,
    /// How urgent.
    pub level: DueLevel,
    /// The holiday calendar of every year concerned is known.
    pub calendar_known: bool,
    /// Counted from the day of issue, because the day of service is not recorded.
    pub provisional: bool,
}

impl Office {
    /// The deadline a paper is waiting for, if any.
    pub(crate) fn due(&self, paper: &Paper, today: NaiveDate) -> Option<DueView> {
        let deadline = open_deadline(paper, &self.rules, &self.calendar)?;
        let view = deadline.view(today, &self.calendar);
        // The words carry the date in brackets; the pages set it on a line of its own.
        let (words, date_words) = match view.words.split_once('（') {
            Some((words, date)) => (words.to_owned(), date.trim_end_matches('）').to_owned()),
            None => (
                view.words.clone(),
                format!("{}到期", crate::moment::month_day(deadline.date)),
            ),
        };
        Some(DueView {
            date: deadline.date.to_string(),
            words,
            date_words,
            level: view.level,
            calendar_known: deadline.calendar_known,
            provisional: deadline.provisional,
        })
    }

    /// Checks with the names of their sources.
    pub(crate) fn check_views(&self, checks: Vec<Check>) -> Vec<CheckView> {
        checks
            .into_iter()
            .map(|check| CheckView {
                level: check.level,
                source: check
                    .rule
                    .and_then(|rule| self.rules.rule(&rule))
                    .map_or_else(String::new, casework::rules::Rule::citation),
                code: check.code,
                message: check.message,
            })
            .collect()
    }

    /// What stands against closing a talk in this way.
    pub(crate) fn closing_checks(
        &self,
        interview: &Interview,
        closing: &Closing,
        person: &PersonCard,
        turns: &[TurnView],
    ) -> Vec<CheckView> {
        let record = Interview {
            closing: closing.clone(),
            ..interview.clone()
        };
        let person = Person {
            name: person.name.clone(),
            sex: person.sex,
            ..Person::default()
        };
        let turns: Vec<Turn> = turns.iter().map(|turn| turn.record.clone()).collect();
        self.check_views(closing_interview(
            &record,
            &turns,
            Some(&person),
            &self.rules,
        ))
    }
}
