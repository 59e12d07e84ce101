//! 交换与备份: bundles out, bundles in, verification and backups.

use crate::Office;
use crate::backing_up::{BackupView, backup_view};
use crate::bundle_out::lock_for;
use crate::error::{ErrorView, Result, file_error, split_sentence};
use crate::moment::{Moment, date_range, local_of};
use crate::names::{Named, excerpt};
use crate::open::Open;
use crate::scope::{Scope, ScopeKind};
use casework::records::{Person, Tour};
use ledger::SignedHeads;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use std::path::Path;
use vault::Preview;

/// A record named in a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RecordLine {
    /// Kind in words.
    pub kind_label: String,
    /// What the record is called.
    pub title: String,
}

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
    /// Backups, the latest first.
    pub backups: Vec<BackupView>,
    /// Tours that can be exported.
    pub tours: Vec<Named>,
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
    /// Size.
    pub bytes: u64,
    /// Entries in it.
    pub entries: u64,
    /// Of these, with their words.
    pub records: u64,
    /// Attachments in it.
    pub attachments: u64,
    /// Of the entries without their words, those that are about records inside
    /// the scope as well: the receiver will lack what they say of them.
    pub straddling: u64,
}

/// What a bundle would change.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BundlePreview {
    /// Who made it: the registered peer, or what the device calls its owner.
    pub sender: String,
    /// Why it comes in only by a decision that is written down; none when it may.
    pub bars: Option<String>,
    /// Its scope in words.
    pub scope: String,
    /// When it was made, in words.
    pub made_at: String,
    /// Size.
    pub bytes: u64,
    /// Records that are new here.
    pub new: Vec<RecordLine>,
    /// Records that would change.
    pub changed: Vec<RecordLine>,
    /// Records that would stand with two values.
    pub conflicts: Vec<RecordLine>,
    /// Entries already here.
    pub known: u64,
    /// Parts that must be imported first.
    pub missing: Vec<String>,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// What an import changed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ImportReport {
    /// Records that are new.
    pub new: u64,
    /// Records that changed.
    pub changed: u64,
    /// Records that now stand with two values.
    pub conflicts: u64,
    /// Entries that were already here.
    pub known: u64,
    /// The backup made before.
    pub backup: String,
    /// The receipt to carry back.
    pub receipt_path: Option<String>,
    /// All of it in one sentence.
    pub words: String,
    /// What the reader should know besides.
    pub warnings: Vec<String>,
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
        let lock = lock_for(recipients, passphrase)?;
        let open = self.archive_mut()?;
        open.check_recipients(recipients)?;
        // Written down first: nothing leaves the archive without its line.
        match &scope.id {
            Some(id) => open.note_deed(crate::read_log::EXPORTED, id, now)?,
            None => open.note_taken_out("全部记录（交换包）", now)?,
        }
        let report = open.write_bundle(scope, &lock, path)?;
        // Only a whole export empties the list of what has not been reported.
        let before = if scope.kind == ScopeKind::全部 {
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
                with: report.path.clone(),
                ..before
            },
        );
        Ok(report)
    }

    /// What a bundle would change; nothing is changed by looking.
    pub fn preview_bundle(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        now: Moment,
    ) -> Result<BundlePreview> {
        let open = self.archive_mut()?;
        let bytes = std::fs::metadata(path)
            .map_err(|error| file_error("读取", path, &error))?
            .len();
        let (preview, manifest, _) =
            open.stage(path, passphrase, |staging| staging.preview(now.millis))?;
        let sender = open.sender(&manifest.sender, &manifest.sender_name)?;
        let mut warnings = warnings(&preview);
        warnings.extend(open.witnessed(&manifest, &preview)?);
        warnings.extend(sender.remark);
        Ok(BundlePreview {
            sender: sender.words,
            bars: sender
                .bars
                .map(|(why, _)| format!("{why}。没有特别的理由不要导入。")),
            scope: manifest.scope,
            made_at: local_of(manifest.created.millis)
                .format("%Y年%-m月%-d日 %H:%M")
                .to_string(),
            bytes,
            missing: missing_words(&preview),
            warnings,
            known: preview.known_entries,
            new: preview.new.into_iter().map(record_line).collect(),
            changed: preview.changed.into_iter().map(record_line).collect(),
            conflicts: preview.conflicting.into_iter().map(record_line).collect(),
        })
    }

    /// Takes a bundle in: verified, backed up before, all or nothing.
    ///
    /// # Errors
    /// Among others `JH-09` when the sender's keys are revoked, or somebody else's.
    pub fn import_bundle(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        now: Moment,
    ) -> Result<ImportReport> {
        self.import_bundle_despite(path, passphrase, None, now)
    }

    /// The same; with a reason, a bundle whose sender's keys are revoked comes
    /// in as well, and the decision is written down in the journal.
    pub fn import_bundle_despite(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        reason: Option<&str>,
        now: Moment,
    ) -> Result<ImportReport> {
        let open = self.archive_mut()?;
        // A bundle that cannot be accepted is refused before a backup is made for it.
        let (preview, manifest, _) =
            open.stage(path, passphrase, |staging| staging.preview(now.millis))?;
        let warnings = open.witnessed(&manifest, &preview)?;
        if let Some(damage) = preview.damages.first() {
            return Err(ErrorView::new(
                "JH-02",
                format!("交换包没有导入：{damage}"),
                "请向发送方重新索取。本档案库没有改动。",
            ));
        }
        if let Some(missing) = missing_words(&preview).first() {
            return Err(ErrorView::new(
                "JH-03",
                format!("交换包没有导入：{missing}"),
                "请先导入前面的交换包，或请对方导出“全部记录”。本档案库没有改动。",
            ));
        }
        let sender = open.sender(&manifest.sender, &manifest.sender_name)?;
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        if let (Some((why, _)), None) = (&sender.bars, reason) {
            return Err(ErrorView::new(
                "JH-09",
                format!("交换包没有导入：{why}。"),
                "请先向对方核实。确需导入的，请写明理由后再导入，理由会记入操作记录；本档案库没有改动。",
            ));
        }
        let backup = open.vault.backup(now.millis)?;
        // Written down first: nothing of a revoked key comes in without its line.
        if let (Some((why, known)), Some(reason)) = (&sender.bars, reason) {
            open.accept_despite(known, why, reason, now)?;
        }
        let (report, manifest, summary) =
            open.stage(path, passphrase, |staging| staging.commit(now.millis))?;
        open.wall_off_import()?;
        // The import stands; what it erased stays due until it is done.
        let mut warnings = warnings;
        warnings.extend(erased_words(&report));
        if let Err(error) = open.vault.wipe_if_due() {
            warnings.push(error.to_string());
        }
        // The import stands. Neither a receipt that cannot be made nor a reminder
        // that cannot be kept may be told as if it had failed.
        let receipt_path = open
            .leave_receipt(path, &summary, &manifest)
            .unwrap_or(None);
        let _ = open.note(
            IMPORTED,
            &Passed {
                millis: now.millis,
                with: sender.name.clone(),
                ..Passed::default()
            },
        );
        let (new, changed, conflicts) = (
            report.new.len() as u64,
            report.changed.len() as u64,
            report.conflicting.len() as u64,
        );
        let words = if report.new_entries == 0 && report.late_payloads == 0 {
            "交换包里的内容本档案库都已有，没有改动。".to_owned()
        } else {
            format!(
                "已导入“{}”的交换包：新增{new}条，更新{changed}条，有分歧{conflicts}条。",
                sender.name
            )
        };
        Ok(ImportReport {
            new,
            changed,
            conflicts,
            known: report.known_entries,
            backup: backup.to_string_lossy().into_owned(),
            receipt_path,
            words,
            warnings,
        })
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

    fn passed(&self, setting: &str) -> Result<Option<Passed>> {
        Ok(self
            .vault
            .local(setting)?
            .and_then(|json| serde_json::from_value(json).ok()))
    }

    fn note(&mut self, setting: &str, passed: &Passed) -> Result<()> {
        let json = serde_json::to_value(passed).unwrap_or_default();
        Ok(self.vault.put_local(setting, &json)?)
    }

    pub(crate) fn signed_heads(&self) -> Result<SignedHeads> {
        let key = self.vault.device_key_for_signing();
        SignedHeads::sign(key, self.vault.heads()?, self.vault.clock())
            .map_err(|error| split_sentence("JH-05", &error.to_string()))
    }

    pub(crate) fn own_name(&self) -> Result<String> {
        Ok(self
            .supervisor()?
            .map_or_else(|| self.name.clone(), |own| own.record.name))
    }
}

pub(crate) fn record_line(line: vault::RecordLine) -> RecordLine {
    RecordLine {
        kind_label: line.label,
        title: excerpt(&line.title, 40),
    }
}

fn missing_words(preview: &Preview) -> Vec<String> {
    preview
        .missing
        .iter()
        .map(|range| {
            let device: String = range.device.fingerprint().chars().take(9).collect();
            format!("缺少设备{device}的第{}至{}条记录。", range.from, range.to)
        })
        .collect()
}

fn warnings(preview: &Preview) -> Vec<String> {
    let mut words: Vec<String> = preview.damages.clone();
    words.extend(preview.forks.iter().map(|fork| {
        format!(
            "设备{}的第{}条记录有两个不同的版本，请联系双方核对，暂不能导入。",
            fork.device.fingerprint(),
            fork.seq
        )
    }));
    words.extend(preview.ahead.iter().map(|ahead| {
        format!(
            "有记录的时间晚于本机时钟（{}），请核对两台电脑的时间。",
            local_of(ahead.millis).format("%Y年%-m月%-d日")
        )
    }));
    if preview.left_sealed > 0 {
        words.push(format!(
            "有{}条属于密封事项，现在没有打开，只登记编号、不取内容；要取内容，请先打开密封事项，再导入一次。",
            preview.left_sealed
        ));
    }
    words.extend(erased_words(preview));
    if preview.withheld > 0 {
        words.push(format!(
            "有{}条记录不在导出范围内，只带来编号，没有内容。",
            preview.withheld
        ));
    }
    words
}

/// What a bundle erases, and what it cannot bring back.
fn erased_words(preview: &Preview) -> Vec<String> {
    const NAMED: usize = 5;
    let mut words = Vec::new();
    if !preview.erased.is_empty() {
        let names: Vec<String> = preview
            .erased
            .iter()
            .take(NAMED)
            .map(|line| format!("“{} {}”", line.label, excerpt(&line.title, 20)))
            .collect();
        let more = if preview.erased.len() > NAMED {
            format!("等{}条", preview.erased.len())
        } else {
            String::new()
        };
        words.push(format!(
            "对方已依规删除{}{more}，导入后本档案库也随之删除，不能撤销；本机以前的备份里仍有这些内容，可另行清除。",
            names.join("、")
        ));
    }
    if preview.kept_out > 0 {
        words.push(format!(
            "有{}条内容所属的记录已依规删除，不再收入。",
            preview.kept_out
        ));
    }
    words
}

fn passed_words(passed: &Passed) -> String {
    format!(
        "{}　{}",
        local_of(passed.millis).format("%-m月%-d日 %H:%M"),
        passed.with
    )
}
