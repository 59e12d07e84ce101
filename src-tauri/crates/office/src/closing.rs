//! Closing a talk and issuing a paper vouch for all of it: every field, and
//! every turn, is written once more with the formal step. What somebody else
//! had changed meanwhile without either knowing of the other is a conflict
//! then, and never a silent part of what was read back and signed.

use crate::double_numbers::whole;
use crate::error::Result;
use crate::moment::Moment;
use crate::open::{Open, Saved, entity};
use casework::records::{Interview, InterviewState, Paper, Record, Turn};
use ledger::{EntityId, EntryHash, RETRACTED};
use std::collections::BTreeSet;

impl Open {
    /// Closes a talk with everything that was said in it.
    pub(crate) fn close_talk(&mut self, id: &str, talk: &Interview, now: Moment) -> Result<Saved> {
        let mut edits = whole(entity(id)?, talk)?;
        for turn in self.children::<Turn>(id)? {
            edits.extend(whole(entity(&turn.id)?, &turn.record)?);
        }
        let action = self.action("结束谈话")?;
        self.vault.write_whole(&action, edits, now.millis)?;
        Ok(Saved {
            id: id.to_owned(),
            saved_at: now.clock(),
        })
    }

    /// Issues a paper with every field as it was printed.
    pub(crate) fn issue(&mut self, id: &str, paper: &Paper, now: Moment) -> Result<Saved> {
        let action = self.action("签发文书")?;
        let edits = whole(entity(id)?, paper)?;
        self.vault.write_whole(&action, edits, now.millis)?;
        Ok(Saved {
            id: id.to_owned(),
            saved_at: now.clock(),
        })
    }

    /// The turns of a closed talk that whoever closed it had not seen: noted on
    /// another machine, and brought together only afterwards. They were never
    /// read back to anybody.
    pub(crate) fn late_turns(&self, talk: &str) -> Result<BTreeSet<EntityId>> {
        let id = entity(talk)?;
        let closed = format!("{:?}", InterviewState::已结束);
        let lines = self.vault.history(&id)?;
        // A talk that came in from a readable file names no turns.
        let vouched = |step: EntryHash| {
            lines
                .iter()
                .any(|line| line.entry == step && line.field == RETRACTED)
        };
        let steps: Vec<EntryHash> = lines
            .iter()
            .filter(|line| line.field == "state" && line.value.as_text() == Some(&closed))
            .map(|line| line.entry)
            .filter(|step| vouched(*step))
            .collect();
        if steps.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut seen = BTreeSet::new();
        for step in &steps {
            seen.extend(self.vault.touched_by(step)?);
        }
        let turns = self.vault.children(Turn::KIND, &id)?;
        let late = turns.into_iter().map(|turn| turn.id);
        Ok(late.filter(|turn| !seen.contains(turn)).collect())
    }
}
