//! 交换与备份: the keys of this archive, what has left it, and bundles out.

use crate::Office;
use crate::backing_up::{BackupView, backup_view};
use crate::bundle_out::lock_for;
use crate::error::{Result, split_sentence};
use crate::leaving::Given;
use crate::masks::Mask;
use crate::moment::{Moment, date_range, local_of};
use crate::names::Named;
use crate::open::{Open, entity};
use crate::scope::{Extent, Scope, ScopeKind};
use casework::records::{Finding, Person, Tour};
use ledger::{Hlc, SignedHeads};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use std::path::Path;

/// Everything on the exchange page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ExchangeView {
    /// This device's fingerprint, to be compared by eye.
    pub fingerprint: String,
    /// This device's public key for others' exports.
    pub public_key: String,
    /// Last export in words.
    pub last_export: Option<String>,
    /// Last import in words.
    pub last_import: Option<String>,
    /// Entries made here since the last export.
    pub unexported: u32,
    /// What was exported last, for whom and when, the latest first.
    pub given: Vec<Given>,
    /// Backups, the latest first.
    pub backups: Vec<BackupView>,
    /// Tours that can be exported.
    pub tours: Vec<Named>,
    /// Matters that can be exported: the findings that are not sealed.
    pub matters: Vec<Named>,
    /// People whose files can be exported.
    pub people: Vec<Named>,
    /// How many things wait for a decision on the 冲突 page.
    pub conflicts: u32,
}

/// A bundle that was written.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ExportReport {
    /// File.
    pub path: String,
    /// The scope in words.
    pub scope: String,
    /// Size.
    pub bytes: u64,
    /// Entries in it.
    pub entries: u64,
    /// Of these, with their words.
    pub records: u64,
    /// Attachments in it.
    pub attachments: u64,
    /// Of the entries without their words, those that are about records inside
    /// the scope as well and cannot be masked in part: the receiver will lack
    /// what they say of them.
    pub straddling: u64,
    /// Of the entries with their words, those of which something is masked.
    pub masked: u64,
    /// What was masked by choice, in words.
    pub masks: Vec<String>,
}

/// Local: what was exported last.
const EXPORTED: &str = "exchange.exported";
/// Local: what was imported last.
const IMPORTED: &str = "exchange.imported";

/// The last export or import.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Passed {
    /// UTC milliseconds.
    millis: u64,
    /// Number of this device's last entry at that time.
    seq: u64,
    /// The device as which this archive wrote then; empty in the first version.
    #[serde(default)]
    device: String,
    /// Of the devices as which it had written before, their last numbers.
    #[serde(default)]
    former: BTreeMap<String, u64>,
    /// With whom, in words.
    with: String,
}

impl Passed {
    /// How far the chain of `device` had come.
    fn of(&self, device: &str) -> u64 {
        if self.device == device || self.device.is_empty() {
            self.seq
        } else {
            self.former.get(device).copied().unwrap_or(0)
        }
    }
}

impl Office {
    /// Keys, backups, and what has not left this machine yet.
    pub fn exchange_view(&self) -> Result<ExchangeView> {
        let open = self.archive()?;
        let tours = open.all::<Tour>()?;
        let people = open.all::<Person>()?;
        let twins = open.twins()?;
        Ok(ExchangeView {
            fingerprint: open.vault.device().fingerprint(),
            public_key: open.identity_key()?.recipient().as_str().to_owned(),
            last_export: open.passed(EXPORTED)?.map(|passed| passed_words(&passed)),
            last_import: open.passed(IMPORTED)?.map(|passed| passed_words(&passed)),
            unexported: self.unexported()?,
            given: open.given()?,
            backups: open
                .vault
                .backups()?
                .into_iter()
                .map(|backup| backup_view(&backup))
                .collect(),
            tours: tours
                .into_iter()
                .map(|tour| Named {
                    id: tour.id,
                    name: tour.record.title,
                    detail: date_range(tour.record.from, tour.record.until),
                })
                .collect(),
            matters: open.exportable_matters()?,
            people: people
                .iter()
                .filter(|person| twins.kept(&person.id) == person.id)
                .map(|person| open.person_named(&person.id))
                .collect::<Result<_>>()?,
            conflicts: self.conflicts()?.open(),
        })
    }

    /// Entries of this device that no export has taken along.
    pub(crate) fn unexported(&self) -> Result<u32> {
        let open = self.archive()?;
        let taken = open.passed(EXPORTED)?.unwrap_or_default();
        let left = open
            .written_as()?
            .into_iter()
            .map(|(device, last)| last.saturating_sub(taken.of(&device)))
            .sum::<u64>();
        Ok(left as u32)
    }

    /// Writes a bundle to a file: whole, read back and compared, or not at all.
    pub fn export_bundle(
        &mut self,
        scope: &Scope,
        recipients: &[String],
        passphrase: Option<&str>,
        path: &Path,
        now: Moment,
    ) -> Result<ExportReport> {
        self.export_masked(scope, &[], recipients, passphrase, path, now)
    }

    /// The same, with what is chosen masked.
    pub fn export_masked(
        &mut self,
        scope: &Scope,
        masks: &[Mask],
        recipients: &[String],
        passphrase: Option<&str>,
        path: &Path,
        now: Moment,
    ) -> Result<ExportReport> {
        let extent = self.archive()?.masked_extent(scope, masks)?;
        self.export(scope, &extent, recipients, passphrase, path, now)
    }

    pub(crate) fn export(
        &mut self,
        scope: &Scope,
        extent: &Extent,
        recipients: &[String],
        passphrase: Option<&str>,
        path: &Path,
        now: Moment,
    ) -> Result<ExportReport> {
        let lock = lock_for(recipients, passphrase)?;
        let open = self.archive_mut()?;
        open.check_recipients(recipients)?;
        // Written down first: nothing leaves the archive without its line.
        match &scope.id {
            Some(id) => open.note_deed(crate::read_log::EXPORTED, id, now)?,
            None => open.note_taken_out("全部记录（交换包）", now)?,
        }
        let to = open.addressees(recipients)?;
        let is_masked = !extent.masks.is_empty();
        let written = open.write_bundle(extent, &lock, path, now)?;
        // Only a whole export empties the list of what has not been reported.
        let before = if scope.kind == ScopeKind::全部 && !is_masked {
            let device = open.vault.device().to_string();
            let mut former = open.written_as()?;
            Passed {
                seq: former.remove(&device).unwrap_or(0),
                device,
                former,
                ..Passed::default()
            }
        } else {
            open.passed(EXPORTED)?.unwrap_or_default()
        };
        // The bundle is written and compared; that the reminder could not be kept
        // (a full disk) must not make it look as if it were not.
        let _ = open.note(
            EXPORTED,
            &Passed {
                millis: now.millis,
                with: written.report.path.clone(),
                ..before
            },
        );
        let _ = open.keep_given(to, &written, now);
        Ok(written.report)
    }

    /// This archive's public keys as text: for bundles, and for comparing by eye.
    pub fn public_keys(&self) -> Result<(String, String)> {
        let open = self.archive()?;
        Ok((
            open.identity_key()?.recipient().as_str().to_owned(),
            open.vault.device().fingerprint(),
        ))
    }
}

impl Open {
    /// The devices this archive writes or has written as, with their last
    /// numbers here: after a restore it is another than before.
    fn written_as(&self) -> Result<BTreeMap<String, u64>> {
        let heads = self.vault.heads()?;
        let mut devices = self.vault.former_devices()?;
        devices.push(self.vault.device());
        Ok(devices
            .iter()
            .map(|device| {
                let last = heads.get(device).map_or(0, |head| head.seq);
                (device.to_string(), last)
            })
            .collect())
    }

    /// The findings that may leave one by one.
    fn exportable_matters(&self) -> Result<Vec<Named>> {
        let mut matters = Vec::new();
        for finding in self.all::<Finding>()? {
            if !self.vault.is_sealed(&entity(&finding.id)?)? {
                let about = self.find::<Person>(&finding.record.person)?;
                matters.push(Named {
                    id: finding.id,
                    name: finding.record.title,
                    detail: about.map(|it| it.record.name).unwrap_or_default(),
                });
            }
        }
        Ok(matters)
    }

    fn passed(&self, setting: &str) -> Result<Option<Passed>> {
        Ok(self
            .vault
            .local(setting)?
            .and_then(|json| serde_json::from_value(json).ok()))
    }

    /// Keeps from whom the last bundle came.
    pub(crate) fn note_imported(&mut self, sender: &str, now: Moment) -> Result<()> {
        let passed = Passed {
            millis: now.millis,
            with: sender.to_owned(),
            ..Passed::default()
        };
        self.note(IMPORTED, &passed)
    }

    fn note(&mut self, setting: &str, passed: &Passed) -> Result<()> {
        let json = serde_json::to_value(passed).unwrap_or_default();
        Ok(self.vault.put_local(setting, &json)?)
    }

    /// How far every chain is known here. Stamped with the moment, not with the
    /// last entry: much may have come in since that was written.
    pub(crate) fn signed_heads(&self, now: Moment) -> Result<SignedHeads> {
        let key = self.vault.device_key_for_signing();
        let moment = Hlc {
            millis: now.millis,
            counter: 0,
        };
        SignedHeads::sign(key, self.vault.heads()?, self.vault.clock().max(moment))
            .map_err(|error| split_sentence("JH-05", &error.to_string()))
    }

    pub(crate) fn own_name(&self) -> Result<String> {
        Ok(self
            .supervisor()?
            .map_or_else(|| self.name.clone(), |own| own.record.name))
    }
}

fn passed_words(passed: &Passed) -> String {
    format!(
        "{}　{}",
        local_of(passed.millis).format("%-m月%-d日 %H:%M"),
        passed.with
    )
}
