//! 工作台: what is to be done, what is under way, and whether the archive is safe.

use crate::Office;
use crate::due::DueView;
use crate::error::Result;
use crate::moment::{Moment, date_range, local_of, month_day, weekday};
use crate::names::{OpenTarget, Page, join};
use crate::notices::Notice;
use crate::papers_desk::number_words;
use crate::tours::talked;
use casework::deadline::DueLevel;
use casework::records::{
    Interview, InterviewState, MinutesDocument, Paper, PaperKind, PaperState, Passage, Tour,
    TourState,
};
use chrono::Datelike;
use serde::Serialize;
use specta::Type;

/// Something to be done.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DeskItem {
    /// By when.
    pub due: DueView,
    /// Who or what it concerns.
    pub title: String,
    /// What is awaited.
    pub subject: String,
    /// Number, dates, place.
    pub detail: String,
    /// The step to take.
    pub action: String,
    /// Where it is taken.
    pub open: OpenTarget,
}

/// A tour under way.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TourProgress {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Dates in words.
    pub dates: String,
    /// Members of the team.
    pub team: u32,
    /// Persons of the plan already talked to.
    pub talked: u32,
    /// Persons of the plan.
    pub planned: u32,
    /// Minutes collected.
    pub minutes: u32,
    /// Of these, read to the end.
    pub minutes_read: u32,
    /// Passages taken.
    pub passages: u32,
}

/// The desk.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Desk {
    /// 11月23日　星期一.
    pub date_words: String,
    /// One or two sentences on the state of things.
    pub summary: String,
    /// What is to be done, the most urgent first.
    pub items: Vec<DeskItem>,
    /// Tours under way.
    pub tours: Vec<TourProgress>,
    /// Time of the last backup in words.
    pub backed_up: Option<String>,
    /// Entries made since the last export.
    pub unexported: u32,
    /// What must be known about the archive itself until it is seen to.
    pub notices: Vec<Notice>,
    /// Said when a year's holidays are not known.
    pub calendar_note: Option<String>,
}

impl Office {
    /// The desk as it stands on this day.
    pub fn desk(&self, now: Moment) -> Result<Desk> {
        let open = self.archive()?;
        let today = now.today();
        let mut items = Vec::new();
        for paper in open.all::<Paper>()? {
            let Some(due) = self.due(&paper.record, today) else {
                continue;
            };
            let record = &paper.record;
            let number = number_words(record);
            let (subject, action) = match (record.kind, record.state) {
                (PaperKind::函询通知书, PaperState::已签发) => ("函询待送达", "登记送达"),
                (PaperKind::函询通知书, _) if due.level == DueLevel::Overdue => {
                    ("函询回复未收到", "登记回复")
                }
                (PaperKind::函询通知书, _) => ("函询回复", "登记回复"),
                (_, _) => ("诫勉后了解改正情况", "查看"),
            };
            let served = record
                .served_on
                .map(|day| format!("送达{}", month_day(day)))
                .unwrap_or_default();
            items.push(DeskItem {
                title: open.person_named(&record.person)?.name,
                subject: subject.to_owned(),
                detail: join([record_name(record.kind), number.as_str(), served.as_str()]),
                action: action.to_owned(),
                open: OpenTarget::new(Page::Papers, &paper.id),
                due,
            });
        }
        for talk in open.all::<Interview>()? {
            let record = &talk.record;
            if record.state == InterviewState::已结束 {
                continue;
            }
            let Some(at) = record.started_at else {
                continue;
            };
            let begun = record.state == InterviewState::进行中;
            let days = (at.date() - today).num_days();
            let words = match days {
                _ if begun => "谈话未结束".to_owned(),
                ..=-1 => "已过约定时间".to_owned(),
                0 => "今天".to_owned(),
                1 => "明天".to_owned(),
                _ => format!("{days}天后"),
            };
            items.push(DeskItem {
                due: DueView {
                    date: at.date().to_string(),
                    words,
                    date_words: at.format("%-m月%-d日 %H:%M").to_string(),
                    level: if days <= 0 {
                        DueLevel::Soon
                    } else {
                        DueLevel::Plain
                    },
                    calendar_known: true,
                    provisional: false,
                },
                title: open.person_named(&record.person)?.name,
                subject: match record.purpose {
                    casework::records::InterviewPurpose::个别谈话 => "个别谈话",
                    casework::records::InterviewPurpose::诫勉谈话 => "诫勉谈话",
                    casework::records::InterviewPurpose::回访 => "诫勉后回访",
                }
                .to_owned(),
                detail: join([record.place.as_str(), record.matter.as_str()]),
                action: if begun { "继续" } else { "准备" }.to_owned(),
                open: OpenTarget::new(Page::Interview, &talk.id),
            });
        }
        items.sort_by(|a, b| a.due.date.cmp(&b.due.date));
        let tours = self.tours_under_way()?;
        let calendar_note = items.iter().any(|item| !item.due.calendar_known).then(|| {
            "有期限跨到尚未公布放假安排的年份，暂按周一至周五推算，公布后请导入放假安排。"
                .to_owned()
        });
        Ok(Desk {
            date_words: format!("{}　{}", month_day(today), weekday(today)),
            summary: summary(now, &items, &tours),
            backed_up: self.last_backup()?.map(|at| {
                let at = local_of(at);
                let day = if at.date() == today {
                    "今天".to_owned()
                } else {
                    month_day(at.date())
                };
                format!("{day}{}", at.format(" %H:%M"))
            }),
            unexported: self.unexported()?,
            notices: self.notices(now)?,
            calendar_note,
            items,
            tours,
        })
    }

    fn tours_under_way(&self) -> Result<Vec<TourProgress>> {
        let open = self.archive()?;
        let mut rows = Vec::new();
        for tour in open.all::<Tour>()? {
            if tour.record.state != TourState::进行中 {
                continue;
            }
            let interviews = open.children::<Interview>(&tour.id)?;
            let documents = open.children::<MinutesDocument>(&tour.id)?;
            let mut passages = 0;
            for document in &documents {
                passages += open.children::<Passage>(&document.id)?.len() as u32;
            }
            rows.push(TourProgress {
                talked: talked(&tour.record, &interviews),
                planned: tour.record.planned.len() as u32,
                team: tour.record.team.len() as u32,
                dates: date_range(tour.record.from, tour.record.until),
                minutes: documents.len() as u32,
                minutes_read: documents
                    .iter()
                    .filter(|document| document.record.read)
                    .count() as u32,
                passages,
                title: tour.record.title,
                id: tour.id,
            });
        }
        Ok(rows)
    }
}

fn record_name(kind: PaperKind) -> &'static str {
    match kind {
        PaperKind::函询通知书 => "函询通知书",
        PaperKind::诫勉书 => "诫勉书",
        PaperKind::诫勉谈话记录 => "诫勉谈话记录",
        PaperKind::个别谈话记录 => "个别谈话记录",
    }
}

fn summary(now: Moment, items: &[DeskItem], tours: &[TourProgress]) -> String {
    let today = now.today();
    let sunday = today + chrono::Days::new(u64::from(6 - today.weekday().num_days_from_monday()));
    let sunday = sunday.to_string();
    let this_week = items.iter().filter(|item| item.due.date <= sunday).count();
    let overdue = items
        .iter()
        .filter(|item| item.due.level == DueLevel::Overdue)
        .count();
    let due = match (this_week, overdue) {
        (0, _) => "本周没有到期的事。".to_owned(),
        (due, 0) => format!("本周要办{due}件。"),
        (due, late) => format!("本周要办{due}件，其中逾期{late}件。"),
    };
    let tour = tours
        .first()
        .map(|tour| match tour.planned.saturating_sub(tour.talked) {
            0 => format!("“{}”正在进行。", tour.title),
            left => format!("“{}”正在进行，还有{left}人未谈。", tour.title),
        });
    due + &tour.unwrap_or_default()
}
