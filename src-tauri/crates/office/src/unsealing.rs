//! 解除密封: a matter becomes ordinary again for good; and the locks of one that
//! stays sealed.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::open::Open;
use crate::passphrase::require_good;
use crate::sealing::{NUMBERS, UNNAMED};
use casework::records::Paper;
use ledger::CompartmentId;
use vault::Vault;

/// The name of the action in the history.
const UNSEALED: &str = "解除密封";

impl Office {
    /// Takes the seal off a matter for good, with its second passphrase or its
    /// recovery code. Says what was done.
    ///
    /// # Errors
    /// `DA-27` when the secret is wrong, `KL-01` when it is too soon to try;
    /// nothing has changed then.
    pub fn unseal_matter(&mut self, id: &str, secret: &str, now: Moment) -> Result<String> {
        let label = self.label_of_sealed(id)?;
        let mut action = self.archive()?.action(UNSEALED)?;
        action.note = Some(format!("“{label}”"));
        self.at_sealed_door(id, now, |vault, compartment| {
            vault.unseal(compartment, secret, &action, now.millis)
        })?;
        let open = self.archive_mut()?;
        let author = open.author()?;
        open.vault
            .note_reading(author, UNSEALED, None, now.millis)?;
        open.forget_numbers_in_sight()?;
        open.wall_off_sealing()?;
        Ok(format!(
            "“{label}”已解除密封，并记入操作记录。它和其他事项一样显示、检索和导出，第二口令和恢复码作废；此前的备份里它仍是密封的。"
        ))
    }

    /// Gives a sealed matter another second passphrase; its recovery code stays.
    ///
    /// # Errors
    /// As [`Office::unseal_matter`], and `GN-03` for a passphrase that will not do.
    pub fn change_sealed_passphrase(
        &mut self,
        id: &str,
        secret: &str,
        new: &str,
        now: Moment,
    ) -> Result<()> {
        require_good(new, "请换一个第二口令；原来的没有改动。")?;
        if self.archive()?.vault.is_passphrase(new)? {
            return Err(ErrorView::form(
                "第二口令不能和档案库的口令一样。",
                "请换一个不同的第二口令；原来的没有改动。",
            ));
        }
        let kdf = self.places.kdf.params();
        self.at_sealed_door(id, now, |vault, compartment| {
            vault.change_second_passphrase(compartment, secret, new, kdf)
        })
    }

    /// Makes another recovery code for a sealed matter, shown this once.
    ///
    /// # Errors
    /// As [`Office::unseal_matter`].
    pub fn reissue_sealed_code(&mut self, id: &str, secret: &str, now: Moment) -> Result<String> {
        let code = self.at_sealed_door(id, now, |vault, compartment| {
            vault.reissue_second_code(compartment, secret)
        })?;
        Ok(code.to_string())
    }

    fn label_of_sealed(&self, id: &str) -> Result<String> {
        let matters = self.sealed_matters()?;
        let found = matters.into_iter().find(|matter| matter.id == id);
        Ok(found.ok_or_else(|| ErrorView::missing(UNNAMED))?.label)
    }

    /// Does something that the secret of a sealed matter is needed for. Wrong
    /// tries make the next wait longer, as they do at the archive's door.
    pub(crate) fn at_sealed_door<T>(
        &mut self,
        id: &str,
        now: Moment,
        task: impl FnOnce(&mut Vault, &CompartmentId) -> std::result::Result<T, vault::Error>,
    ) -> Result<T> {
        let compartment = id.parse().map_err(|_| ErrorView::missing(UNNAMED))?;
        let door = self.door_of(id)?;
        self.may_try(&door, now)?;
        let done = task(&mut self.archive_mut()?.vault, &compartment);
        if let Err(wrong @ vault::Error::WrongSecondPassphrase) = done {
            self.tried(&door, false, now);
            return Err(wrong.into());
        }
        let done = done?;
        self.tried(&door, true, now);
        Ok(done)
    }
}

impl Open {
    /// A number that a paper in plain sight has needs no remembering: it would
    /// stand in the way of the very paper it belongs to.
    fn forget_numbers_in_sight(&mut self) -> Result<()> {
        let mut numbers = self.sealed_numbers()?;
        for paper in self.all::<Paper>()? {
            numbers.retain(|number| paper.record.number.as_ref() != Some(number));
        }
        let json = serde_json::to_value(numbers).unwrap_or_default();
        Ok(self.vault.put_local(NUMBERS, &json)?)
    }
}
