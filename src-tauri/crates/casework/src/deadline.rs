//! Deadlines (期限): when a reply or a follow-up is due, in words and as a date.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::calendar::{WorkCalendar, chinese_date};
use crate::records::{Paper, PaperKind, PaperState};
use crate::rules::{RulePack, id};

/// From this many working days on, a deadline is near.
const SOON: i32 = 3;

/// What falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum DeadlineKind {
    /// The reply to an inquiry, in working days.
    函询回复,
    /// The follow-up after an admonition, in calendar months.
    诫勉回访,
}

/// How pressing a deadline is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
#[serde(rename_all = "lowercase")]
pub enum DueLevel {
    /// Time enough.
    Plain,
    /// Three working days or fewer, today included.
    Soon,
    /// Past.
    Overdue,
}

/// A day by which something has to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Deadline {
    /// What falls due.
    pub kind: DeadlineKind,
    /// Last day.
    pub date: NaiveDate,
    /// Day it was counted from.
    pub counted_from: NaiveDate,
    /// Counted from the date of the paper, because service is not recorded yet.
    pub provisional: bool,
    /// False when a year touched has no holiday notice.
    pub calendar_known: bool,
    /// Rule that sets the period.
    pub rule: String,
}

/// A deadline as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DueView {
    /// What falls due.
    pub kind: DeadlineKind,
    /// Last day.
    pub date: NaiveDate,
    /// How pressing it is.
    pub level: DueLevel,
    /// In words: `还有3个工作日（12月4日到期）`, `今天到期`, `逾期2个工作日`.
    pub words: String,
    /// What the reader should know about the counting, sentence by sentence.
    pub notes: Vec<String>,
    /// Rule that sets the period.
    pub rule: String,
}

/// When the reply to an inquiry is due: the paper's working days from service,
/// or provisionally from the paper's date. None for other papers and drafts.
pub fn inquiry_deadline(
    paper: &Paper,
    pack: &RulePack,
    calendar: &WorkCalendar,
) -> Option<Deadline> {
    if paper.kind != PaperKind::函询通知书 || paper.state == PaperState::草稿 {
        return None;
    }
    let (from, provisional) = counted_from(paper)?;
    let days = match paper.reply_days {
        0 => pack.reply_days(),
        days => days,
    };
    let due = calendar.add_working_days(from, days);
    Some(Deadline {
        kind: DeadlineKind::函询回复,
        date: due.date,
        counted_from: from,
        provisional,
        calendar_known: due.calendar_known,
        rule: id::REPLY_DAYS.to_owned(),
    })
}

/// When the follow-up after an admonition is due: calendar months, the end of
/// a shorter month taking the place of a day it lacks. The record of an
/// admonition talk counts from the day of the talk, when the person was there.
pub fn follow_up_deadline(paper: &Paper, pack: &RulePack) -> Option<Deadline> {
    if paper.state == PaperState::草稿 {
        return None;
    }
    let (from, provisional) = match paper.kind {
        PaperKind::诫勉书 => counted_from(paper)?,
        PaperKind::诫勉谈话记录 => (paper.date?, false),
        _ => return None,
    };
    Some(Deadline {
        kind: DeadlineKind::诫勉回访,
        date: add_months(from, pack.follow_months()),
        counted_from: from,
        provisional,
        calendar_known: true,
        rule: id::ADMONISH_FOLLOW.to_owned(),
    })
}

/// Last day on which an admonition has effect (影响期), counted like the follow-up.
pub fn effect_until(paper: &Paper, pack: &RulePack) -> Option<NaiveDate> {
    follow_up_deadline(paper, pack)
        .map(|deadline| add_months(deadline.counted_from, pack.effect_months()))
}

/// The deadline that `paper` has, or had: kept or not.
pub fn deadline(paper: &Paper, pack: &RulePack, calendar: &WorkCalendar) -> Option<Deadline> {
    inquiry_deadline(paper, pack, calendar).or_else(|| follow_up_deadline(paper, pack))
}

/// The deadline of `paper` that is still open: none once it was answered or closed.
pub fn open_deadline(paper: &Paper, pack: &RulePack, calendar: &WorkCalendar) -> Option<Deadline> {
    if is_met(paper) {
        return None;
    }
    deadline(paper, pack, calendar)
}

/// Whether what the deadline asks for was done: the reply came in, or the paper was closed.
fn is_met(paper: &Paper) -> bool {
    paper.state == PaperState::已办结
        || paper.closed_on.is_some()
        || paper.kind == PaperKind::函询通知书
            && (paper.state == PaperState::已回复 || paper.replied_on.is_some())
}

/// What became of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub enum DeadlineOutcome {
    /// Met on its last day or before.
    按期,
    /// Met, but later.
    逾期完成,
    /// Not met yet, and there is still time.
    期限内,
    /// Not met, and past.
    逾期未办,
}

/// What became of the deadline of `paper` by `today`. None for papers without one, and for one
/// that was met on a day nobody wrote down.
pub fn outcome(
    paper: &Paper,
    today: NaiveDate,
    pack: &RulePack,
    calendar: &WorkCalendar,
) -> Option<DeadlineOutcome> {
    let last = deadline(paper, pack, calendar)?.date;
    if !is_met(paper) {
        return Some(if today > last {
            DeadlineOutcome::逾期未办
        } else {
            DeadlineOutcome::期限内
        });
    }
    let met = match paper.kind {
        PaperKind::函询通知书 => paper.replied_on.or(paper.closed_on)?,
        _ => paper.closed_on?,
    };
    Some(if met > last {
        DeadlineOutcome::逾期完成
    } else {
        DeadlineOutcome::按期
    })
}

fn counted_from(paper: &Paper) -> Option<(NaiveDate, bool)> {
    match (paper.served_on, paper.date) {
        (Some(served), _) => Some((served, false)),
        (None, Some(issued)) => Some((issued, true)),
        (None, None) => None,
    }
}

fn add_months(from: NaiveDate, months: u32) -> NaiveDate {
    from.checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

impl Deadline {
    /// The deadline as it stands on `today`.
    pub fn view(&self, today: NaiveDate, calendar: &WorkCalendar) -> DueView {
        let working = calendar.working_days_between(today, self.date);
        let level = if today > self.date {
            DueLevel::Overdue
        } else if working <= SOON {
            DueLevel::Soon
        } else {
            DueLevel::Plain
        };
        DueView {
            kind: self.kind,
            date: self.date,
            level,
            words: self.words(today, working),
            notes: self.notes(),
            rule: self.rule.clone(),
        }
    }

    fn words(&self, today: NaiveDate, working: i32) -> String {
        if today == self.date {
            return "今天到期".to_owned();
        }
        let (amount, unit) = match self.kind {
            DeadlineKind::函询回复 => (working, "个工作日"),
            DeadlineKind::诫勉回访 => ((self.date - today).num_days() as i32, "天"),
        };
        let on = if self.date.year() == today.year() {
            format!("{}月{}日", self.date.month(), self.date.day())
        } else {
            chinese_date(self.date)
        };
        match amount {
            1.. => format!("还有{amount}{unit}（{on}到期）"),
            ..0 => format!("逾期{}{unit}", -amount),
            // Past, or to come, with no working day in between.
            0 if today > self.date => format!("已逾期（{on}到期）"),
            0 => format!("即将到期（{on}到期）"),
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.provisional {
            notes.push("尚未登记送达日期，暂从发文日期起算；登记送达后将重新计算。".to_owned());
        }
        if !self.calendar_known {
            notes.push(
                "期限涉及的年份没有节假日安排，暂按周一至周五为工作日推算；导入节假日安排后将重新计算。"
                    .to_owned(),
            );
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date in a test")
    }

    fn inquiry(date: &str, served: Option<&str>) -> Paper {
        Paper {
            kind: PaperKind::函询通知书,
            state: PaperState::已签发,
            date: Some(day(date)),
            served_on: served.map(day),
            reply_days: 15,
            ..Paper::default()
        }
    }

    fn words(deadline: &Deadline, today: &str) -> String {
        deadline.view(day(today), &WorkCalendar::shipped()).words
    }

    #[test]
    fn words_of_an_inquiry() {
        let (pack, calendar) = (RulePack::shipped(), WorkCalendar::shipped());
        let deadline =
            inquiry_deadline(&inquiry("2026-11-12", Some("2026-11-13")), &pack, &calendar)
                .expect("an issued inquiry has one");
        assert_eq!(deadline.date, day("2026-12-04"));
        for (today, wanted, level) in [
            (
                "2026-11-23",
                "还有9个工作日（12月4日到期）",
                DueLevel::Plain,
            ),
            ("2026-12-01", "还有3个工作日（12月4日到期）", DueLevel::Soon),
            ("2026-12-04", "今天到期", DueLevel::Soon),
            ("2026-12-05", "已逾期（12月4日到期）", DueLevel::Overdue),
            ("2026-12-08", "逾期2个工作日", DueLevel::Overdue),
        ] {
            let view = deadline.view(day(today), &calendar);
            assert_eq!(
                (view.words.as_str(), view.level),
                (wanted, level),
                "{today}"
            );
            assert!(view.notes.is_empty());
        }
    }

    #[test]
    fn not_yet_served_is_provisional_and_said() {
        let (pack, calendar) = (RulePack::shipped(), WorkCalendar::shipped());
        let deadline = inquiry_deadline(&inquiry("2026-12-21", None), &pack, &calendar)
            .expect("an issued inquiry has one");
        assert!(deadline.provisional && !deadline.calendar_known);
        let view = deadline.view(day("2026-12-22"), &calendar);
        assert_eq!(view.words, "还有14个工作日（2027年1月11日到期）");
        assert_eq!(view.notes.len(), 2);
    }

    #[test]
    fn drafts_and_answered_papers_have_no_open_deadline() {
        let (pack, calendar) = (RulePack::shipped(), WorkCalendar::shipped());
        let mut paper = inquiry("2026-11-12", None);
        assert!(open_deadline(&paper, &pack, &calendar).is_some());
        paper.replied_on = Some(day("2026-11-20"));
        assert!(open_deadline(&paper, &pack, &calendar).is_none());
        paper.replied_on = None;
        paper.state = PaperState::草稿;
        assert!(open_deadline(&paper, &pack, &calendar).is_none());
    }

    #[test]
    fn what_became_of_a_deadline() {
        let (pack, calendar) = (RulePack::shipped(), WorkCalendar::shipped());
        let on = |paper: &Paper, today| outcome(paper, day(today), &pack, &calendar);
        // Due on 12月4日.
        let mut paper = inquiry("2026-11-12", Some("2026-11-13"));
        assert_eq!(on(&paper, "2026-12-04"), Some(DeadlineOutcome::期限内));
        assert_eq!(on(&paper, "2026-12-05"), Some(DeadlineOutcome::逾期未办));
        paper.replied_on = Some(day("2026-12-04"));
        assert_eq!(on(&paper, "2027-01-05"), Some(DeadlineOutcome::按期));
        paper.replied_on = Some(day("2026-12-05"));
        assert_eq!(on(&paper, "2027-01-05"), Some(DeadlineOutcome::逾期完成));
        // Closed without a reply: what counts is when.
        paper.replied_on = None;
        paper.closed_on = Some(day("2026-12-01"));
        paper.state = PaperState::已办结;
        assert_eq!(on(&paper, "2027-01-05"), Some(DeadlineOutcome::按期));
        paper.closed_on = None;
        assert_eq!(on(&paper, "2027-01-05"), None, "on a day nobody wrote down");
        paper.state = PaperState::草稿;
        assert_eq!(on(&paper, "2027-01-05"), None);
        let admonition = Paper {
            kind: PaperKind::诫勉书,
            state: PaperState::已送达,
            served_on: Some(day("2026-08-31")),
            ..Paper::default()
        };
        assert_eq!(on(&admonition, "2027-02-28"), Some(DeadlineOutcome::期限内));
        assert_eq!(
            on(&admonition, "2027-03-01"),
            Some(DeadlineOutcome::逾期未办)
        );
    }

    #[test]
    fn follow_up_clamps_to_the_end_of_the_month() {
        let pack = RulePack::shipped();
        let paper = Paper {
            kind: PaperKind::诫勉书,
            state: PaperState::已送达,
            date: Some(day("2026-08-28")),
            served_on: Some(day("2026-08-31")),
            ..Paper::default()
        };
        let deadline = follow_up_deadline(&paper, &pack).expect("an admonition has one");
        assert_eq!(deadline.date, day("2027-02-28"));
        assert_eq!(effect_until(&paper, &pack), Some(day("2027-02-28")));
        assert_eq!(words(&deadline, "2027-02-18"), "还有10天（2月28日到期）");
        assert_eq!(words(&deadline, "2027-03-03"), "逾期3天");
    }

    fn any_day() -> impl Strategy<Value = NaiveDate> {
        (0u64..1800).prop_map(|n| day("2024-01-01") + Days::new(n))
    }

    proptest! {
        #[test]
        fn level_and_words_agree_with_the_date(issued in any_day(), today in any_day()) {
            let (pack, calendar) = (RulePack::shipped(), WorkCalendar::shipped());
            let mut paper = inquiry("2026-01-01", None);
            paper.date = Some(issued);
            let deadline = inquiry_deadline(&paper, &pack, &calendar).expect("issued");
            let view = deadline.view(today, &calendar);
            prop_assert_eq!(view.level == DueLevel::Overdue, today > deadline.date);
            prop_assert_eq!(view.words.contains("逾期"), today > deadline.date);
            prop_assert_eq!(view.words == "今天到期", today == deadline.date);
            prop_assert!(!view.words.contains("还有0"));
        }

        #[test]
        fn service_never_shortens_a_provisional_period(issued in any_day(), wait in 0u64..40) {
            let (pack, calendar) = (RulePack::shipped(), WorkCalendar::shipped());
            let mut paper = inquiry("2026-01-01", None);
            paper.date = Some(issued);
            let before = inquiry_deadline(&paper, &pack, &calendar).expect("issued").date;
            paper.served_on = Some(issued + Days::new(wait));
            let after = inquiry_deadline(&paper, &pack, &calendar).expect("issued").date;
            prop_assert!(before <= after);
        }

        #[test]
        fn six_months_keep_the_day_or_take_the_months_last(issued in any_day()) {
            let due = add_months(issued, 6);
            let whole = due.year() * 12 + due.month0() as i32
                - (issued.year() * 12 + issued.month0() as i32);
            prop_assert_eq!(whole, 6);
            let last = (due + Days::new(1)).day() == 1;
            prop_assert!(due.day() == issued.day() || (last && due.day() < issued.day()));
        }
    }
}
