//! The keys of the open archive: another passphrase, another recovery code.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::passphrase::require_good;
use std::path::{Path, PathBuf};

impl Office {
    /// Whole seconds before the next passphrase for the archive in `folder`
    /// will be tried; 0 when it may be at once.
    pub fn seconds_to_wait(&self, folder: &Path, now: Moment) -> u32 {
        let left = self.settings.tries(folder).seconds_left(now.millis);
        u32::try_from(left).unwrap_or(u32::MAX)
    }

    /// Gives the open archive another passphrase; the old one opens nothing then.
    pub fn change_passphrase(&mut self, old: &str, new: &str, now: Moment) -> Result<()> {
        require_good(new, "请换一个新口令再试，原来的口令没有改动。")?;
        if old == new {
            return Err(ErrorView::form(
                "新口令和原来的一样。",
                "请换一个新口令再试，原来的口令没有改动。",
            ));
        }
        self.confirm_passphrase(old, now)?;
        let kdf = self.places.kdf.params();
        Ok(self.archive()?.vault.change_passphrase(new, kdf)?)
    }

    /// Makes another recovery code, shown this once; the old sheet opens
    /// nothing then.
    pub fn reissue_recovery_code(&mut self, passphrase: &str, now: Moment) -> Result<String> {
        self.confirm_passphrase(passphrase, now)?;
        let code = self.archive()?.vault.reissue_recovery_code()?;
        Ok(code.to_string())
    }

    /// Whoever sits at an open desk must know its passphrase to change the
    /// locks. Wrong tries count as they do at the door.
    fn confirm_passphrase(&mut self, passphrase: &str, now: Moment) -> Result<()> {
        let folder = self.archive()?.vault.folder().to_owned();
        self.may_try(&folder, now)?;
        if self.archive()?.vault.is_passphrase(passphrase)? {
            self.tried(&folder, true, now);
            return Ok(());
        }
        self.tried(&folder, false, now);
        Err(vault::Error::WrongPassphrase.into())
    }

    /// Refuses a try that comes too soon after wrong ones.
    pub(crate) fn may_try(&self, folder: &Path, now: Moment) -> Result<()> {
        let tries = self.settings.tries(folder);
        match tries.seconds_left(now.millis) {
            0 => Ok(()),
            left => Err(ErrorView::new(
                "KL-01",
                format!("口令已连续输错{}次，请等{left}秒再试。", tries.wrong()),
                "多次输错只会多等一会儿，不会锁死；口令忘了可以用恢复码打开。档案没有任何变化。",
            )),
        }
    }

    /// Remembers how a try ended. The wait is a hindrance, not a lock: a disk
    /// that cannot keep it bars nobody.
    pub(crate) fn tried(&mut self, folder: &Path, right: bool, now: Moment) {
        let _ = self.settings.tried(folder, right, now.millis);
    }
}

/// The name under which tries on an archive are remembered: its real place.
pub(crate) fn place_of(folder: &Path) -> PathBuf {
    folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_path_buf())
}
