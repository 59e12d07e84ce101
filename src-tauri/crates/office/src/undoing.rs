//! Ctrl Z: the last thing done here since the archive was opened is taken back
//! by another entry, and redone by a third. The ledger itself is the list of
//! what was done; kept in memory is only how far back one has gone.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::json::unset;
use crate::moment::Moment;
use crate::names::OpenTarget;
use crate::open::Open;
use casework::records::{
    Erasure, Interview, InterviewState, MinutesDocument, Organ, Paper, PaperState, Paragraph, Peer,
    Record, SignedAppointment, Supervisor,
};
use ledger::{Change, DeviceId, EntityId, EntryHash, Value};
use serde::Serialize;
use specta::Type;
use vault::{Absence, Reversal, Vault, main_change};

/// Names of the actions that go back and forth, in the history.
const UNDO: &str = "撤销";
const REDO: &str = "重做";

/// What was undone or redone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Undone {
    /// 已撤销：修改“人员 甲某”的职务.
    pub words: String,
    /// Where the record can be seen.
    pub open: Option<OpenTarget>,
    /// The record, when this withdrew it: its page has nothing to show now.
    pub gone: Option<String>,
    /// There is something before it that can be tried.
    pub can_undo: bool,
    /// There is something that can be done again.
    pub can_redo: bool,
    /// Hour and minute, for 已保存 12:03.
    pub saved_at: String,
}

/// How long typing in one field counts as one step: a minute, in milliseconds.
const ONE_STEP: u64 = 60_000;

/// One step back.
#[derive(Debug)]
enum Step {
    /// An entry of this device, or several with which the same text was typed.
    Entries {
        first: EntryHash,
        last: EntryHash,
        /// What was done again, in words, if this did something again.
        again: Option<String>,
    },
    /// Something that is no entry of this device and cannot be gone past.
    Wall(&'static str, &'static str),
}

/// How far one can go back and forth. Empty after every opening.
#[derive(Debug)]
pub(crate) struct Trail {
    /// Entries of this device up to here are on the list, or older than it.
    seen: (DeviceId, u64),
    done: Vec<Step>,
    undone: Vec<(EntryHash, String)>,
}

impl Trail {
    /// Begins at the end of what `vault` holds now.
    pub(crate) fn begin(vault: &Vault) -> Result<Self> {
        Ok(Self {
            seen: own_entries(vault)?,
            done: Vec::new(),
            undone: Vec::new(),
        })
    }

    /// Takes over what this device has written since. Whoever does something
    /// new after going back cannot go forth again.
    fn catch_up(&mut self, vault: &Vault) -> Result<()> {
        let head = own_entries(vault)?;
        // An archive that was put back goes on as a new device, from its first number.
        let seen = if self.seen.0 == head.0 {
            self.seen.1
        } else {
            0
        };
        for seq in seen + 1..=head.1 {
            if let Some(hash) = vault.hash_at(&vault.device(), seq)? {
                self.take_in(vault, hash)?;
                self.undone.clear();
            }
        }
        self.seen = head;
        Ok(())
    }

    /// A step of its own, or more of the one before.
    fn take_in(&mut self, vault: &Vault, hash: EntryHash) -> Result<()> {
        if let Some(Step::Entries {
            first,
            last,
            again: None,
        }) = self.done.last_mut()
            && vault.is_typing_on((first, last), &hash, ONE_STEP)?
        {
            *last = hash;
            return Ok(());
        }
        self.done.push(Step::Entries {
            first: hash,
            last: hash,
            again: None,
        });
        Ok(())
    }
}

fn own_entries(vault: &Vault) -> Result<(DeviceId, u64)> {
    let own = vault.device();
    Ok((own, vault.heads()?.get(&own).map_or(0, |head| head.seq)))
}

impl Office {
    /// Takes back the last thing done here since the archive was opened;
    /// nothing when there is none.
    ///
    /// # Errors
    /// `GN-07` when it is a formal act, was changed since by somebody else, or
    /// cannot be taken back for another reason; `GN-08` when a guard stands
    /// against it. Nothing has changed then.
    pub fn undo(&mut self, now: Moment) -> Result<Option<Undone>> {
        let open = self.archive_mut()?;
        open.trail.catch_up(&open.vault)?;
        let (first, hash, words) = match open.trail.done.last() {
            None => return Ok(None),
            Some(Step::Wall(what, guidance)) => return Err(refused(*what, *guidance)),
            Some(Step::Entries { first, last, again }) => (*first, *last, again.clone()),
        };
        let changes = open.vault.changes_of(&hash)?.unwrap_or_default();
        if let Some((what, guidance)) = formal_act(&changes) {
            return Err(refused(what, guidance));
        }
        let words = match words {
            Some(words) => words,
            None => open.deed_words(&hash, &changes)?,
        };
        let compensating = open.compensate((&first, &hash), UNDO, &words, now)?;
        open.trail.done.pop();
        if let Some(compensating) = compensating {
            open.trail.undone.push((compensating, words.clone()));
        }
        open.undone(&format!("已撤销：{words}"), &changes, now)
            .map(Some)
    }

    /// Does again what was undone last; nothing when there is none, or when
    /// something new was done since.
    ///
    /// # Errors
    /// As [`Office::undo`].
    pub fn redo(&mut self, now: Moment) -> Result<Option<Undone>> {
        let open = self.archive_mut()?;
        open.trail.catch_up(&open.vault)?;
        let Some((hash, words)) = open.trail.undone.last().cloned() else {
            return Ok(None);
        };
        let changes = open.vault.changes_of(&hash)?.unwrap_or_default();
        let again = open.compensate((&hash, &hash), REDO, &words, now)?;
        open.trail.undone.pop();
        if let Some(again) = again {
            open.trail.done.push(Step::Entries {
                first: again,
                last: again,
                again: Some(words.clone()),
            });
        }
        open.undone(&format!("已重做：{words}"), &changes, now)
            .map(Some)
    }
}

impl Open {
    /// Records that a bundle came in: what was done before it stays done.
    pub(crate) fn wall_off_import(&mut self) -> Result<()> {
        self.trail.catch_up(&self.vault)?;
        self.trail.undone.clear();
        self.trail.done.push(Step::Wall(
            "导入不能用撤销退回。",
            "导入前已自动备份；要改动某一条记录，请打开它的“历史”，选一版恢复。",
        ));
        Ok(())
    }

    /// Records that something was sealed, opened or closed: what was done
    /// before may be out of sight, or back in it.
    pub(crate) fn wall_off_sealing(&mut self) -> Result<()> {
        self.trail.catch_up(&self.vault)?;
        self.trail.undone.clear();
        self.trail.done.push(Step::Wall(
            "密封、打开或合上密封事项之前的操作，不能用撤销退回。",
            "要退回到某一版，请打开那条记录的“历史”，选一版恢复；属于密封事项的，先打开密封事项。没有作任何改动。",
        ));
        Ok(())
    }

    /// Forgets what was done so far, e.g. when the sample archive was filled.
    pub(crate) fn begin_trail(&mut self) -> Result<()> {
        self.trail = Trail::begin(&self.vault)?;
        Ok(())
    }

    /// Writes the entry that takes another back, or a run of typing.
    fn compensate(
        &mut self,
        (first, hash): (&EntryHash, &EntryHash),
        action: &str,
        words: &str,
        now: Moment,
    ) -> Result<Option<EntryHash>> {
        let edits = match self.vault.reversal_of_run((first, hash), &unset)? {
            Reversal::Possible(edits) => edits,
            Reversal::Overtaken { record, .. } => {
                let object = self.object_of(&record)?;
                return Err(refused(
                    format!("{object}后来又有改动，不能再用撤销退回。"),
                    "要退回到某一版，请打开这条记录的“历史”，选那一版恢复；现在的内容没有改动。",
                ));
            }
            Reversal::Settled { record, .. } => {
                let object = self.object_of(&record)?;
                return Err(refused(
                    format!("这一步是在{object}的两种改法中作出选择，不能用撤销退回。"),
                    "要改选另一种，请打开这条记录的“历史”，选那一版恢复；两种改法都还在。",
                ));
            }
            Reversal::Withheld if self.vault.absence(hash)? == Some(Absence::Sealed) => {
                return Err(refused(
                    "这一步的内容已经密封，不能撤销。",
                    "要改动，请先打开密封事项，再在记录里修改；没有作任何改动。",
                ));
            }
            Reversal::Withheld => {
                return Err(refused(
                    "这一步的内容不在本档案库，不能撤销。",
                    "其他内容没有改动。",
                ));
            }
        };
        self.check_bringing_back(&edits)?;
        let mut action = self.action(action)?;
        action.note = Some(words.to_owned());
        let written = self.vault.write(&action, edits, now.millis)?;
        self.trail.seen = own_entries(&self.vault)?;
        Ok(written)
    }

    fn object_of(&self, id: &EntityId) -> Result<String> {
        let kind = self
            .vault
            .record(id)?
            .map_or_else(String::new, |it| it.kind);
        self.object_words(&kind, id)
    }

    fn undone(&self, words: &str, changes: &[Change], now: Moment) -> Result<Undone> {
        let (mut open, mut gone) = (None, None);
        if let Some(main) = main_change(changes) {
            let id = main.entity.to_string();
            if self
                .vault
                .record(&main.entity)?
                .is_some_and(|it| it.retracted)
            {
                gone = Some(id);
            } else {
                open = self.place_of(&main.kind, &id)?.map(|(_, target)| target);
            }
        }
        Ok(Undone {
            words: words.to_owned(),
            open,
            gone,
            can_undo: !self.trail.done.is_empty(),
            can_redo: !self.trail.undone.is_empty(),
            saved_at: now.clock(),
        })
    }
}

fn refused(what: impl Into<String>, guidance: impl Into<String>) -> ErrorView {
    ErrorView::new("GN-07", what, guidance)
}

/// Why an entry is not undone at all: what it was, and the lawful way.
fn formal_act(changes: &[Change]) -> Option<(&'static str, &'static str)> {
    const ISSUED: (&str, &str) = (
        "签发文书是正式办理，不能用撤销退回。",
        "如内容有误，请另行起草一份，并在原文书办结情况中注明；存根没有改动。",
    );
    const SERVED: (&str, &str) = (
        "登记送达是正式办理，不能用撤销退回。",
        "送达日期有误的，在登记回复之前可以再登记一次送达；原来的登记留在“历史”里。",
    );
    const REPLIED: (&str, &str) = (
        "登记回复是正式办理，不能用撤销退回。",
        "回复有误的，在办结之前可以再登记一次回复；原来的登记留在“历史”里。",
    );
    const CLOSED: (&str, &str) = (
        "办结是正式办理，不能用撤销退回。",
        "如情况有变化，请另行起草文书；原来的办结情况没有改动。",
    );
    const ENDED: (&str, &str) = (
        "结束谈话是正式办理，不能用撤销退回。",
        "如需补充，请另建一次谈话，或在问题线索中登记本人说明；谈话记录没有改动。",
    );
    const IMPORTED: (&str, &str) = (
        "导入会议记录不能用撤销退回。",
        "导错了的，请打开这份会议记录，点“撤回”；原件仍留在档案库里。",
    );
    const OWN: (&str, &str) = (
        "督查员和发文机关的首次登记不能撤销。",
        "内容有误的，请在“设置”里修改。",
    );
    const ERASED: (&str, &str) = (
        "依规删除不能撤销。",
        "删去的内容已经不在档案库里；如确需登记，请另建一条。",
    );
    const KEYS: (&str, &str) = (
        "密钥的登记、核对和吊销不能用撤销退回。",
        "登记错了的，请在“往来对象”里吊销；核对有误的，请重新核对。",
    );
    const RENEWED: (&str, &str) = (
        "收件码的更换不能用撤销退回。",
        "用旧收件码加密的交换包仍能打开；请把新名片交给对方。",
    );
    const APPOINTED: (&str, &str) = (
        "签名的任命不能用撤销退回。",
        "需要终止任命的，请由任命机关签名撤回。",
    );
    let is = |value: &Value, word: &str| value.as_text() == Some(word);
    let state = |state: PaperState| format!("{state:?}");
    for change in changes {
        let found = match (change.kind.as_str(), change.field.as_str()) {
            (Paper::KIND, "issued") if change.value != Value::Null => Some(ISSUED),
            (Paper::KIND, "state") => match &change.value {
                value if is(value, &state(PaperState::已签发)) => Some(ISSUED),
                value if is(value, &state(PaperState::已送达)) => Some(SERVED),
                value if is(value, &state(PaperState::已回复)) => Some(REPLIED),
                value if is(value, &state(PaperState::已办结)) => Some(CLOSED),
                _ => None,
            },
            (Paper::KIND, "served_on") if change.value != Value::Null => Some(SERVED),
            (Paper::KIND, "replied_on") if change.value != Value::Null => Some(REPLIED),
            (Paper::KIND, "closed_on") if change.value != Value::Null => Some(CLOSED),
            (Interview::KIND, "state")
                if is(&change.value, &format!("{:?}", InterviewState::已结束)) =>
            {
                Some(ENDED)
            }
            (Erasure::KIND, _) => Some(ERASED),
            (Peer::KIND, _) => Some(KEYS),
            (Supervisor::KIND, "receiving_code") => Some(RENEWED),
            (SignedAppointment::KIND, _) => Some(APPOINTED),
            (Paragraph::KIND, _) | (MinutesDocument::KIND, "original") => Some(IMPORTED),
            (Supervisor::KIND, "name") | (Organ::KIND, "full_name") if change.bases.is_empty() => {
                Some(OWN)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}
