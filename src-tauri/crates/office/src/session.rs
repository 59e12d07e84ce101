//! Opening, locking and setting up an archive.

use crate::Office;
use crate::appointments::{Signed, state_words};
use crate::error::{ErrorView, Result, file_error};
use crate::moment::{Moment, full_date, local_of};
use crate::open::{Open, Saved, Stored};
use crate::passphrase::require_good;
use crate::prefs::{ArchiveInfo, Prefs};
use casework::deadline::DueLevel;
use casework::records::{Finding, Organ, Paper, PaperState, Supervisor};
use serde::Serialize;
use specta::Type;
use std::path::{Path, PathBuf};
use vault::{KeyCost, NewArchive, Vault};

/// Ending of an archive's folder.
pub const ARCHIVE_ENDING: &str = "ducha";

/// How far the program has been set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub enum Stage {
    /// No archive was ever opened on this machine.
    首次,
    /// An archive is known but locked.
    已锁,
    /// Open, but the supervisor or the organ is not recorded.
    待建档,
    /// Open and set up.
    已开,
}

/// What the window must know when it starts.
#[derive(Debug, Clone, Serialize, Type)]
pub struct AppState {
    /// Stage.
    pub stage: Stage,
    /// The archive that is open, or was last.
    pub archive: Option<ArchiveInfo>,
    /// Archives opened lately.
    pub recent: Vec<ArchiveInfo>,
    /// Folder in which new archives are made unless another is chosen.
    pub default_parent: String,
    /// Preferences.
    pub prefs: Prefs,
}

/// A new archive and the only time its recovery code is shown.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CreatedArchive {
    /// The archive.
    pub archive: ArchiveInfo,
    /// Recovery code, in groups.
    pub recovery_code: String,
}

/// Whose archive it is.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Identity {
    /// The supervisor.
    pub supervisor: Option<Stored<Supervisor>>,
    /// The issuing organ.
    pub organ: Option<Stored<Organ>>,
}

/// What the frame around every page shows.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Status {
    /// Archive's name.
    pub archive_name: String,
    /// Supervisor's name.
    pub supervisor_name: String,
    /// Validity of the appointment in words.
    pub appointment_words: String,
    /// How near its end is.
    pub appointment_level: DueLevel,
    /// Nobody but the user vouches for the appointment.
    pub self_declared: bool,
    /// Entries in the ledger.
    pub entries: u64,
    /// Local time of the last saved entry, as `HH:MM`.
    pub last_saved: Option<String>,
    /// Findings without a disposition.
    pub open_findings: u32,
    /// Papers not closed.
    pub open_papers: u32,
}

impl Office {
    /// Where things stand at the start or after a lock.
    pub fn app_state(&self) -> Result<AppState> {
        let recent = self.settings.recent();
        let (stage, archive) = match &self.open {
            Some(open) => {
                let ready = open.supervisor()?.is_some() && open.organ()?.is_some();
                let stage = if ready {
                    Stage::已开
                } else {
                    Stage::待建档
                };
                (stage, Some(ArchiveInfo::of(open.vault.folder())))
            }
            None if recent.is_empty() => (Stage::首次, None),
            None => (Stage::已锁, recent.first().cloned()),
        };
        Ok(AppState {
            stage,
            archive,
            recent,
            default_parent: self.places.default_parent.to_string_lossy().into_owned(),
            prefs: self.settings.prefs(),
        })
    }

    /// Makes a new archive named `name` inside `parent` and opens it.
    pub fn create_archive(
        &mut self,
        name: &str,
        parent: &Path,
        passphrase: &str,
        now: Moment,
    ) -> Result<CreatedArchive> {
        let name = checked_name(name)?;
        require_good(passphrase, "请换一个口令再试。")?;
        std::fs::create_dir_all(parent)
            .map_err(|error| file_error("建立文件夹", parent, &error))?;
        let folder = parent.join(format!("{name}.{ARCHIVE_ENDING}"));
        self.create_in(&folder, passphrase, now)
    }

    /// Makes a new archive in exactly `folder` and opens it.
    pub fn create_in(
        &mut self,
        folder: &Path,
        passphrase: &str,
        now: Moment,
    ) -> Result<CreatedArchive> {
        self.lock();
        let (vault, code) = Vault::create(&NewArchive {
            folder,
            passphrase,
            kdf: self.places.kdf.params(),
            now_millis: now.millis,
        })?;
        let archive = self.opened(vault).inspect_err(|_| {
            // Nobody has seen its recovery code, and nothing is in it yet.
            let _ = std::fs::remove_dir_all(folder);
        })?;
        Ok(CreatedArchive {
            archive,
            recovery_code: code.to_string(),
        })
    }

    /// Opens an archive with its passphrase. After several wrong ones the next
    /// must wait a while; nobody is ever locked out.
    pub fn unlock(&mut self, folder: &Path, passphrase: &str, now: Moment) -> Result<()> {
        self.lock();
        self.may_try(folder, now)?;
        let vault = match Vault::open(folder, passphrase) {
            Err(wrong @ vault::Error::WrongPassphrase) => {
                self.tried(folder, false, now);
                return Err(wrong.into());
            }
            Err(error @ vault::Error::Damaged { .. }) => {
                return Err(damaged(error, folder, passphrase));
            }
            other => other?,
        };
        self.tried(folder, true, now);
        self.opened(vault).map(|_| ())
    }

    /// Opens an archive with its recovery code and gives it a new passphrase.
    pub fn unlock_with_recovery(
        &mut self,
        folder: &Path,
        code: &str,
        passphrase: &str,
        now: Moment,
    ) -> Result<()> {
        require_good(passphrase, "请换一个新口令再试。")?;
        self.lock();
        let vault = Vault::open_with_recovery(folder, code)?;
        vault.change_passphrase(passphrase, self.places.kdf.params())?;
        self.tried(folder, true, now);
        self.opened(vault).map(|_| ())
    }

    fn opened(&mut self, vault: Vault) -> Result<ArchiveInfo> {
        let archive = ArchiveInfo::of(vault.folder());
        let mut open = Open::new(vault)?;
        open.ensure_identity()?;
        self.open = Some(open);
        // The list of archives opened lately is a convenience: a disk that will not
        // keep it must bar nobody from an archive, nor swallow a recovery code.
        let _ = self.settings.opened(&archive);
        Ok(archive)
    }

    /// Closes the archive; its keys are wiped from memory.
    pub fn lock(&mut self) {
        self.open = None;
    }

    /// Prints the recovery code on a sheet to be kept apart from the machine.
    pub fn save_recovery_sheet(&self, code: &str, path: &Path, now: Moment) -> Result<()> {
        let open = self.archive()?;
        let sheet = papers::recovery_sheet(code, &open.name, now.today());
        let pdf = self.typesetter()?.pdf(&sheet)?;
        write_file(path, &pdf)
    }

    /// Who works here and for which organ.
    pub fn identity(&self) -> Result<Identity> {
        let open = self.archive()?;
        Ok(Identity {
            supervisor: open.supervisor()?,
            organ: open.organ()?,
        })
    }

    /// Records the supervisor.
    pub fn save_supervisor(&mut self, record: &Supervisor, now: Moment) -> Result<Saved> {
        if record.name.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写姓名。",
                "请填写督查员姓名后再保存。",
            ));
        }
        let appointment = &record.appointment;
        if let (Some(from), Some(until)) = (appointment.from, appointment.until)
            && until < from
        {
            return Err(ErrorView::form(
                "授权的截止日期早于起始日期。",
                "请核对聘任文书上的日期，已填写的内容还在。",
            ));
        }
        let open = self.archive_mut()?;
        // Not the form's to change: the change of the key itself writes it.
        let known = open.supervisor()?.map(|own| own.record.receiving_code);
        let record = Supervisor {
            receiving_code: known.unwrap_or_default(),
            ..record.clone()
        };
        open.save_supervisor(&record, now)
    }

    /// Records the issuing organ.
    pub fn save_organ(&mut self, record: &Organ, now: Moment) -> Result<Saved> {
        if record.full_name.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写机关全称。",
                "请填写发文机关全称后再保存。",
            ));
        }
        self.archive_mut()?.save_organ(record, now)
    }

    /// Changes the preferences of this machine.
    pub fn set_prefs(&mut self, prefs: Prefs) -> Result<()> {
        self.settings.set_prefs(prefs)
    }

    /// What the frame shows.
    pub fn status(&self, now: Moment) -> Result<Status> {
        let open = self.archive()?;
        let supervisor = open
            .supervisor()?
            .map(|stored| stored.record)
            .unwrap_or_default();
        let signed = open.own_appointment(now.today())?;
        let term = signed.as_ref().and_then(Signed::term);
        let state = term.as_ref().map(|term| state_words(term, now.today()));
        let until = match &term {
            Some(term) => Some(term.until),
            None => supervisor.appointment.until,
        };
        let (words, level) = match until {
            _ if matches!(state, Some("已撤回" | "不可信" | "尚未生效")) => (
                format!("任命{}", state.unwrap_or_default()),
                DueLevel::Overdue,
            ),
            Some(until) if until < now.today() => (
                format!("授权已于{}到期", full_date(until)),
                DueLevel::Overdue,
            ),
            Some(until) if (until - now.today()).num_days() <= 30 => {
                (format!("授权至{}", full_date(until)), DueLevel::Soon)
            }
            Some(until) => (format!("授权至{}", full_date(until)), DueLevel::Plain),
            None => ("授权期限未填".to_owned(), DueLevel::Soon),
        };
        let undecided = open
            .all::<Finding>()?
            .iter()
            .filter(|finding| finding.record.disposition == casework::records::Disposition::未定)
            .count();
        let unfinished = open
            .all::<Paper>()?
            .iter()
            .filter(|paper| paper.record.state != PaperState::已办结)
            .count();
        Ok(Status {
            archive_name: open.name.clone(),
            supervisor_name: supervisor.name,
            appointment_words: words,
            appointment_level: level,
            self_declared: signed.is_none(),
            entries: open.vault.entry_count()?,
            last_saved: open
                .vault
                .last_saved_millis()?
                .map(|at| local_of(at).format("%H:%M").to_string()),
            open_findings: undecided as u32,
            open_papers: unfinished as u32,
        })
    }
}

/// Where the program finds and leaves things on this machine.
#[derive(Debug, Clone)]
pub struct Places {
    /// File of preferences and archives opened lately; empty to keep neither.
    pub settings_file: PathBuf,
    /// Folder in which new archives are made unless another is chosen.
    pub default_parent: PathBuf,
    /// Executable that reads minutes in a process of its own
    /// (it calls `minutes::worker::run_if_asked` first).
    pub reader: PathBuf,
    /// Cost of deriving a key from a passphrase.
    pub kdf: KeyCost,
}

/// What to do about an archive that cannot be opened because its file is
/// damaged: which backup is the newest good one.
fn damaged(error: vault::Error, folder: &Path, passphrase: &str) -> ErrorView {
    let mut view = ErrorView::from(error);
    let newest = Vault::newest_sound_backup(folder, passphrase)
        .ok()
        .flatten();
    view.guidance = match newest {
        Some(backup) => format!(
            "最近一份完好的备份是{}的，请点“从备份恢复”恢复成新的档案库；备份之后的内容，可请技术人员用“ducha-cli salvage”从原文件夹抢救。原文件夹请保留不动。",
            local_of(backup.millis).format("%Y年%-m月%-d日 %H:%M")
        ),
        None => "文件夹里没有完好的备份。请不要改动原文件夹，请技术人员用“ducha-cli salvage”抢救还能读出的内容；如在U盘上有备份，可点“从备份恢复”。".to_owned(),
    };
    view
}

/// A name that can be a folder on every system, or what is wrong with it.
pub(crate) fn checked_name(name: &str) -> Result<&str> {
    let name = name.trim();
    if name.is_empty() {
        return Err(ErrorView::form(
            "还没有给档案库起名字。",
            "请填写名称，例如“示例市巡察档案”。",
        ));
    }
    let forbidden = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    if name.chars().any(forbidden) || name.starts_with('.') || name.chars().count() > 60 {
        return Err(ErrorView::form(
            "档案库名称里有不能用作文件夹名的字符，或名称过长。",
            r#"请不要使用 / \ : * ? " < > | 等符号，并控制在60个字以内。"#,
        ));
    }
    Ok(name)
}

/// Refuses a place inside an archive's folder: a paper or a bundle written over
/// the archive's own files would destroy what they hold.
pub(crate) fn outside_archives(path: &Path) -> Result<()> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = whole.parent().unwrap_or(&whole);
    let real = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_path_buf());
    let is_archive =
        |folder: &Path| folder.join("vault.db").is_file() && folder.join("keys").is_file();
    if real.ancestors().any(is_archive) {
        return Err(ErrorView::new(
            "WJ-02",
            "不能写到档案库的文件夹里面。",
            "请换一个文件夹再做一次，档案库没有改动。",
        ));
    }
    Ok(())
}

/// Writes a file so that the old one or the new one is there, never half of it;
/// never inside an archive's folder.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    outside_archives(path)?;
    Ok(exchange::file::write_file(path, |w| {
        w.write_all(bytes).map_err(|source| exchange::Error::Io {
            doing: "写入文件",
            source,
        })
    })?)
}
