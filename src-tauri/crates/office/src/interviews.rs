//! The interview desk: turns saved one by one, and the closing of a talk.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::minutes_desk::PassageView;
use crate::moment::Moment;
use crate::names::{CheckView, Named, PersonCard};
use crate::open::{Open, Saved, Stored, entity};
use casework::checks::CheckLevel;
use casework::records::{
    Citation, Closing, Interview, InterviewPurpose, InterviewState, MinutesDocument, Paper, Record,
    Role, Tour, Turn,
};
use serde::Serialize;
use specta::Type;

/// A talk in a list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct InterviewRow {
    /// Identifier.
    pub id: String,
    /// Person talked to.
    pub person: Named,
    /// Date and time in words.
    pub when: String,
    /// Place.
    pub place: String,
    /// Purpose.
    pub purpose: InterviewPurpose,
    /// State.
    pub state: InterviewState,
    /// Turns.
    pub turns: u32,
}

/// A turn with its number and how often it is cited.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TurnView {
    /// Identifier.
    pub id: String,
    /// The turn.
    pub record: Turn,
    /// Number in the talk, from 1.
    pub number: u32,
    /// Hour and minute.
    pub time: String,
    /// Citations of this turn.
    pub cited: u32,
    /// It came from another machine after the talk had been closed: nobody has
    /// read it back to the person.
    pub late: bool,
}

/// Everything on the interview desk.
#[derive(Debug, Clone, Serialize, Type)]
pub struct InterviewView {
    /// The talk.
    pub interview: Stored<Interview>,
    /// Tour.
    pub tour: Option<Named>,
    /// Person.
    pub person: PersonCard,
    /// Turns in order.
    pub turns: Vec<TurnView>,
    /// Other talks with the same person.
    pub earlier: Vec<InterviewRow>,
    /// Passages of the tour's minutes.
    pub passages: Vec<PassageView>,
    /// What still stands against closing.
    pub checks: Vec<CheckView>,
}

/// A saved turn as the desk shows it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SavedTurn {
    /// The turn.
    pub turn: TurnView,
    /// Hour and minute of saving.
    pub saved_at: String,
}

impl Office {
    /// Everything on the desk of one talk.
    pub fn interview(&self, id: &str) -> Result<InterviewView> {
        let open = self.archive()?;
        let interview = open.get::<Interview>(id)?;
        let person = open.person_card(&interview.record.person)?;
        let mut earlier = Vec::new();
        for other in open.referring_to_person::<Interview>(&interview.record.person, "person")? {
            if other != id
                && let Some(talk) = open.find::<Interview>(&other)?
            {
                earlier.push(open.interview_row(&talk)?);
            }
        }
        let tour = interview.record.tour.as_deref();
        let named = match tour {
            Some(id) => open.find::<Tour>(id)?.map(|tour| Named {
                id: tour.id,
                name: tour.record.title,
                detail: crate::moment::date_range(tour.record.from, tour.record.until),
            }),
            None => None,
        };
        let mut passages = Vec::new();
        if let Some(tour) = tour {
            for document in open.children::<MinutesDocument>(tour)? {
                passages.extend(open.passage_views(&document)?);
            }
        }
        let turns = open.turn_views(id)?;
        let mut checks = self.closing_checks(
            &interview.record,
            &interview.record.closing,
            &person,
            &turns,
        );
        checks.extend(open.undecided_talk(id)?);
        Ok(InterviewView {
            tour: named,
            person,
            turns,
            earlier,
            passages,
            checks,
            interview,
        })
    }

    /// Writes a talk's head and outline. A closed talk stays as it is.
    pub fn save_interview(
        &mut self,
        id: Option<&str>,
        record: &Interview,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        if record.person.is_empty() {
            return Err(ErrorView::form(
                "还没有选择谈话对象。",
                "请选择谈话对象后再保存。",
            ));
        }
        let stored = match id {
            Some(id) => {
                open.must_be_open_talk(id)?;
                let stored = open.get::<Interview>(id)?.record;
                let held = || -> Result<bool> {
                    let kept =
                        |link: &vault::Link| matches!(link.kind.as_str(), Turn::KIND | Paper::KIND);
                    Ok(open.vault.links_to(&entity(id)?)?.iter().any(kept))
                };
                if stored.person != record.person && held()? {
                    return Err(ErrorView::form(
                        "这次谈话已有记录，不能换成另一个人。",
                        "请另建一次谈话；已记录的内容都在。",
                    ));
                }
                stored
            }
            None => Interview::default(),
        };
        if record.state == InterviewState::已结束 {
            return Err(ErrorView::form(
                "谈话要通过“结束并核对”来结束。",
                "请点“结束并核对”，逐项核对后结束。",
            ));
        }
        // How and when a talk ended is said by closing it, not here.
        let mut record = Interview {
            ended_at: stored.ended_at,
            closing: stored.closing,
            ..record.clone()
        };
        if record.state == InterviewState::进行中 && record.started_at.is_none() {
            record.started_at = Some(now.to_second());
        }
        open.save("填写谈话安排", id, &record, now)
    }

    /// Saves one turn; a new one stands after `after`, or at the end.
    pub fn save_turn(
        &mut self,
        id: Option<&str>,
        interview: &str,
        role: Role,
        text: &str,
        after: Option<&str>,
        now: Moment,
    ) -> Result<SavedTurn> {
        let open = self.archive_mut()?;
        open.must_be_open_talk(interview)?;
        let record = match id {
            Some(id) => {
                let stored = open.get::<Turn>(id)?.record;
                if stored.interview != interview {
                    return Err(ErrorView::missing("谈话内容"));
                }
                Turn {
                    role,
                    text: text.to_owned(),
                    ..stored
                }
            }
            None => Turn {
                interview: interview.to_owned(),
                order: open.order_after::<Turn>(interview, after, |turn| &turn.order)?,
                role,
                text: text.to_owned(),
                at: Some(now.to_second()),
            },
        };
        let saved = open.save("记录谈话", id, &record, now)?;
        let turns = open.children::<Turn>(interview)?;
        let number = turns
            .iter()
            .position(|turn| turn.id == saved.id)
            .map_or(0, |at| at as u32 + 1);
        let turn = open.turn_view(
            Stored {
                id: saved.id,
                record,
                changed_at: String::new(),
                conflicts: Vec::new(),
            },
            number,
        )?;
        Ok(SavedTurn {
            turn,
            saved_at: saved.saved_at,
        })
    }

    /// Takes a turn back; it stays in the history. A cited turn stays.
    pub fn remove_turn(&mut self, id: &str, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let turn = open.get::<Turn>(id)?;
        open.must_be_open_talk(&turn.record.interview)?;
        self.retract(id, now)
    }

    /// Closes a talk once everything that must be done is done.
    pub fn close_interview(&mut self, id: &str, closing: &Closing, now: Moment) -> Result<Saved> {
        let open = self.archive()?;
        open.must_be_open_talk(id)?;
        let stored = open.get::<Interview>(id)?.record;
        let person = open.person_card(&stored.person)?;
        let turns = open.turn_views(id)?;
        let unmet: Vec<String> = self
            .closing_checks(&stored, closing, &person, &turns)
            .into_iter()
            .chain(open.undecided_talk(id)?)
            .filter(|check| check.level == CheckLevel::必须)
            .map(|check| check.message)
            .collect();
        if !unmet.is_empty() {
            return Err(ErrorView::new(
                "TH-02",
                format!("还不能结束谈话：{}", unmet.join("")),
                "请补齐后再结束，已记录的内容都在。",
            ));
        }
        let record = Interview {
            state: InterviewState::已结束,
            ended_at: Some(now.to_second()),
            closing: closing.clone(),
            ..stored
        };
        self.archive_mut()?.close_talk(id, &record, now)
    }
}

impl Open {
    /// Refuses to touch a talk that was closed and signed.
    fn must_be_open_talk(&self, id: &str) -> Result<()> {
        self.get::<Interview>(id)?;
        if self.is_closed(id)? {
            return Err(ErrorView::new(
                "TH-01",
                "这次谈话已经核对结束，记录不能再改。",
                "如需补充，请另建一次谈话，或在问题线索中登记本人说明。",
            ));
        }
        Ok(())
    }

    pub(crate) fn interview_row(&self, talk: &Stored<Interview>) -> Result<InterviewRow> {
        Ok(InterviewRow {
            id: talk.id.clone(),
            person: self.person_named(&talk.record.person)?,
            when: talk.record.started_at.map_or_else(
                || "时间未定".to_owned(),
                |at| at.format("%-m月%-d日 %H:%M").to_string(),
            ),
            place: talk.record.place.clone(),
            purpose: talk.record.purpose,
            state: talk.record.state,
            turns: self.vault.children(Turn::KIND, &entity(&talk.id)?)?.len() as u32,
        })
    }

    pub(crate) fn turn_views(&self, interview: &str) -> Result<Vec<TurnView>> {
        let late = self.late_turns(interview)?;
        let is_late = |turn: &Stored<Turn>| entity(&turn.id).is_ok_and(|id| late.contains(&id));
        self.children::<Turn>(interview)?
            .into_iter()
            .enumerate()
            .map(|(at, turn)| {
                let late = is_late(&turn);
                Ok(TurnView {
                    late,
                    ..self.turn_view(turn, at as u32 + 1)?
                })
            })
            .collect()
    }

    fn turn_view(&self, turn: Stored<Turn>, number: u32) -> Result<TurnView> {
        Ok(TurnView {
            number,
            time: turn
                .record
                .at
                .map_or_else(String::new, |at| at.format("%H:%M").to_string()),
            cited: self.referring::<Citation>(&turn.id, "target")?.len() as u32,
            late: false,
            id: turn.id,
            record: turn.record,
        })
    }

    /// An order key after the sibling `after`, or at the end when none is named
    /// or it was taken back meanwhile.
    pub(crate) fn order_after<T: Record>(
        &self,
        parent: &str,
        after: Option<&str>,
        key: impl Fn(&T) -> &String,
    ) -> Result<String> {
        let siblings = self.children::<T>(parent)?;
        let at = after
            .and_then(|after| siblings.iter().position(|sibling| sibling.id == after))
            .or_else(|| siblings.len().checked_sub(1));
        let left = at.map(|at| key(&siblings[at].record).as_str());
        let right = at.map_or(0, |at| at + 1);
        let right = siblings
            .get(right)
            .map(|sibling| key(&sibling.record).as_str());
        let device = self.vault.device();
        ledger::order::between(left, right, &device).map_err(|_| {
            ErrorView::new(
                "TH-03",
                "这一条排不进现有的顺序里。",
                "请把它记在最后；如仍不行，请校验档案。已记录的内容都在。",
            )
        })
    }
}
