//! 巡察谈话: tours, and whom has been talked to.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::interviews::InterviewRow;
use crate::minutes_desk::MinutesRow;
use crate::moment::{Moment, date_range};
use crate::names::Named;
use crate::open::{Open, Saved, Stored};
use crate::twins::Twins;
use casework::records::{Interview, InterviewState, MinutesDocument, Tour, TourState};
use serde::Serialize;
use specta::Type;

/// A tour in the list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TourRow {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// First and last day in words.
    pub dates: String,
    /// State.
    pub state: TourState,
    /// Units visited, joined.
    pub units: String,
    /// Persons of the plan already talked to.
    pub talked: u32,
    /// Persons of the plan.
    pub planned: u32,
}

/// A person of the plan and the talk held.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PlannedPerson {
    /// The person.
    pub person: Named,
    /// The talk, if one was begun.
    pub interview: Option<String>,
}

/// A tour with everything on its page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TourView {
    /// The tour.
    pub tour: Stored<Tour>,
    /// Units.
    pub units: Vec<Named>,
    /// People of the plan, then others talked to.
    pub people: Vec<PlannedPerson>,
    /// Talks.
    pub interviews: Vec<InterviewRow>,
    /// Minutes read on the tour.
    pub minutes: Vec<MinutesRow>,
}

/// How many of the plan were talked to: talks ended, not only begun.
pub(crate) fn talked(tour: &Tour, interviews: &[Stored<Interview>], twins: &Twins) -> u32 {
    let ended = |person: &String| {
        interviews.iter().any(|talk| {
            twins.same(&talk.record.person, person)
                && talk.record.state == InterviewState::已结束
        })
    };
    tour.planned.iter().filter(|person| ended(person)).count() as u32
}

impl Office {
    /// All tours, those under way first, then the latest.
    pub fn tours(&self) -> Result<Vec<TourRow>> {
        let open = self.archive()?;
        let mut tours = open.all::<Tour>()?;
        let rank = |state: TourState| match state {
            TourState::进行中 => 0,
            TourState::计划 => 1,
            TourState::已结束 => 2,
        };
        tours.sort_by(|a, b| {
            rank(a.record.state)
                .cmp(&rank(b.record.state))
                .then(b.record.from.cmp(&a.record.from))
        });
        tours.iter().map(|tour| open.tour_row(tour)).collect()
    }

    /// One tour.
    pub fn tour(&self, id: &str) -> Result<TourView> {
        let open = self.archive()?;
        let tour = open.get::<Tour>(id)?;
        let interviews = open.children::<Interview>(id)?;
        let units = tour
            .record
            .units
            .iter()
            .map(|id| open.named(id))
            .collect::<Result<_>>()?;
        let twins = open.twins()?;
        let mut people = tour.record.planned.clone();
        for talk in &interviews {
            if !people.iter().any(|it| twins.same(it, &talk.record.person)) {
                people.push(talk.record.person.clone());
            }
        }
        let people = people
            .iter()
            .map(|person| {
                let interview = interviews
                    .iter()
                    .find(|talk| twins.same(&talk.record.person, person))
                    .map(|talk| talk.id.clone());
                Ok(PlannedPerson {
                    // The plan goes on naming the entry it named.
                    person: Named {
                        id: person.clone(),
                        ..open.person_named(person)?
                    },
                    interview,
                })
            })
            .collect::<Result<_>>()?;
        let minutes = open.children::<MinutesDocument>(id)?;
        Ok(TourView {
            units,
            people,
            interviews: interviews
                .iter()
                .map(|talk| open.interview_row(talk))
                .collect::<Result<_>>()?,
            minutes: minutes
                .iter()
                .map(|document| open.minutes_row(document))
                .collect::<Result<_>>()?,
            tour,
        })
    }

    /// Writes a tour, new or changed.
    pub fn save_tour(&mut self, id: Option<&str>, tour: &Tour, now: Moment) -> Result<Saved> {
        if tour.title.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写任务名称。",
                "请填写名称后再保存，其他内容还在。",
            ));
        }
        if let (Some(from), Some(until)) = (tour.from, tour.until)
            && until < from
        {
            return Err(ErrorView::form(
                "结束日期早于开始日期。",
                "请核对两个日期，已填写的内容还在。",
            ));
        }
        self.archive_mut()?.save("填写巡察任务", id, tour, now)
    }
}

impl Open {
    fn tour_row(&self, tour: &Stored<Tour>) -> Result<TourRow> {
        let interviews = self.children::<Interview>(&tour.id)?;
        let units = tour
            .record
            .units
            .iter()
            .map(|id| self.named(id).map(|unit| unit.name))
            .collect::<Result<Vec<_>>>()?;
        Ok(TourRow {
            id: tour.id.clone(),
            title: tour.record.title.clone(),
            dates: date_range(tour.record.from, tour.record.until),
            state: tour.record.state,
            units: units.join("、"),
            talked: talked(&tour.record, &interviews, &*self.twins()?),
            planned: tour.record.planned.len() as u32,
        })
    }
}
