//! 交换与备份: bundles out, bundles in, verification and backups.

use crate::Office;
use crate::error::{ErrorView, Result, file_error, split_sentence};
use crate::moment::{Moment, date_range, local_of};
use crate::names::{Named, excerpt};
use crate::open::Open;
use crate::scope::{Scope, ScopeKind};
use crate::session::passphrase_advice;
use casework::records::{Person, Tour};
use exchange::{
    Attachment, BundleSink, BundleWriter, Identity, Lock, Manifest, Outside, Receipt, Recipient,
    Segment, SinkError, Summary, Unlock,
};
use ledger::verify::Depth;
use ledger::{CompartmentId, DeviceId, EntityId, Entry, SignedHeads};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::str::FromStr;
use vault::{Preview, Staging};

/// A record named in a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct RecordLine {
    /// Kind in words.
    pub kind_label: String,
    /// What the record is called.
    pub title: String,
}

/// A backup.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BackupView {
    /// File.
    pub name: String,
    /// Local date and time in words.
    pub when: String,
    /// Size.
    pub bytes: u64,
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
}

/// What a bundle would change.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BundlePreview {
    /// Who made it.
    pub sender: String,
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
}

/// What a verification found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VerifyView {
    /// Nothing is damaged.
    pub ok: bool,
    /// The result in one sentence.
    pub words: String,
    /// Entries checked.
    pub entries: u64,
    /// Every damage in a sentence.
    pub damages: Vec<String>,
}

/// Secret: this archive's key for opening bundles.
const IDENTITY: &str = "exchange.identity";
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
    /// With whom, in words.
    with: String,
}

impl Office {
    /// Keys, backups, and what has not left this machine yet.
    pub fn exchange_view(&self) -> Result<ExchangeView> {
        let open = self.archive()?;
        let tours = open.all::<Tour>()?;
        let people = open.all::<Person>()?;
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
                .rev()
                .map(|backup| backup_view(&backup.folder, backup.millis, backup.bytes))
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
                .map(|person| open.person_named(&person.id))
                .collect::<Result<_>>()?,
        })
    }

    /// Entries of this device that no export has taken along.
    pub(crate) fn unexported(&self) -> Result<u32> {
        let open = self.archive()?;
        let taken = open.passed(EXPORTED)?.map_or(0, |passed| passed.seq);
        Ok(open.own_seq()?.saturating_sub(taken) as u32)
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
        let report = open.write_bundle(scope, &lock, path)?;
        // Only a whole export empties the list of what has not been reported.
        let seq = match scope.kind {
            ScopeKind::全部 => open.own_seq()?,
            _ => open.passed(EXPORTED)?.map_or(0, |passed| passed.seq),
        };
        open.note(
            EXPORTED,
            &Passed {
                millis: now.millis,
                seq,
                with: report.path.clone(),
            },
        )?;
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
        Ok(BundlePreview {
            sender: manifest.sender_name,
            scope: manifest.scope,
            made_at: local_of(manifest.created.millis)
                .format("%Y年%-m月%-d日 %H:%M")
                .to_string(),
            bytes,
            missing: missing_words(&preview),
            warnings: warnings(&preview),
            known: preview.known_entries,
            new: preview.new.into_iter().map(record_line).collect(),
            changed: preview.changed.into_iter().map(record_line).collect(),
            conflicts: preview.conflicting.into_iter().map(record_line).collect(),
        })
    }

    /// Takes a bundle in: verified, backed up before, all or nothing.
    pub fn import_bundle(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        now: Moment,
    ) -> Result<ImportReport> {
        let open = self.archive_mut()?;
        // A bundle that cannot be accepted is refused before a backup is made for it.
        let (preview, ..) = open.stage(path, passphrase, |staging| staging.preview(now.millis))?;
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
        let backup = open.vault.backup(now.millis)?;
        let (report, manifest, summary) =
            open.stage(path, passphrase, |staging| staging.commit(now.millis))?;
        let receipt_path = open.leave_receipt(path, &summary, &manifest)?;
        open.note(
            IMPORTED,
            &Passed {
                millis: now.millis,
                seq: 0,
                with: manifest.sender_name.clone(),
            },
        )?;
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
                manifest.sender_name
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
        })
    }

    /// Checks pages, chains, every signature, attachments, and everything shown.
    pub fn verify_archive(&self) -> Result<VerifyView> {
        let report = self.archive()?.vault.verify(Depth::Every, &mut |_| true)?;
        let words = if report.is_sound() {
            format!(
                "校验无误：{}条记录的签名、顺序和内容完整，{}个附件完好。",
                report.entries, report.attachments
            )
        } else {
            format!(
                "发现{}处异常，请不要继续录入，并联系技术人员。",
                report.damages.len()
            )
        };
        Ok(VerifyView {
            ok: report.is_sound(),
            words,
            entries: report.entries,
            damages: report
                .damages
                .into_iter()
                .map(|damage| damage.what)
                .collect(),
        })
    }

    /// Makes a backup inside the archive's folder and checks it.
    pub fn back_up_now(&mut self, now: Moment) -> Result<BackupView> {
        let open = self.archive_mut()?;
        let folder = open.vault.backup(now.millis)?;
        let made = open
            .vault
            .backups()?
            .into_iter()
            .find(|backup| backup.folder == folder);
        let (millis, bytes) = made.map_or((now.millis, 0), |backup| (backup.millis, backup.bytes));
        Ok(backup_view(&folder, millis, bytes))
    }

    /// Time of the last backup, in UTC milliseconds.
    pub(crate) fn last_backup(&self) -> Result<Option<u64>> {
        Ok(self
            .archive()?
            .vault
            .backups()?
            .into_iter()
            .map(|backup| backup.millis)
            .max())
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
    /// Makes this archive's key for bundles, once.
    pub(crate) fn ensure_identity(&mut self) -> Result<()> {
        if self.vault.secret(IDENTITY)?.is_none() {
            let text = Identity::generate().to_text();
            self.vault.put_secret(IDENTITY, text.as_bytes())?;
        }
        Ok(())
    }

    pub(crate) fn identity_key(&self) -> Result<Identity> {
        let missing = || {
            ErrorView::new(
                "JH-04",
                "本档案库的收件密钥读不出来。",
                "请校验档案；其他内容不受影响。",
            )
        };
        let stored = self.vault.secret(IDENTITY)?.ok_or_else(missing)?;
        let text = std::str::from_utf8(&stored).map_err(|_| missing())?;
        Ok(Identity::from_text(text)?)
    }

    fn own_seq(&self) -> Result<u64> {
        Ok(self
            .vault
            .heads()?
            .get(&self.vault.device())
            .map_or(0, |head| head.seq))
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

    fn signed_heads(&self) -> Result<SignedHeads> {
        let key = self.vault.device_key_for_signing();
        SignedHeads::sign(key, self.vault.heads()?, self.vault.clock())
            .map_err(|error| split_sentence("JH-05", &error.to_string()))
    }

    fn own_name(&self) -> Result<String> {
        Ok(self
            .supervisor()?
            .map_or_else(|| self.name.clone(), |own| own.record.name))
    }

    /// Gives every entry of the scope in order, payloads only where they belong to it.
    fn each_entry(
        &self,
        records: Option<&BTreeSet<EntityId>>,
        visit: &mut dyn FnMut(Entry) -> std::result::Result<(), vault::Error>,
    ) -> Result<()> {
        let from_start = BTreeMap::new();
        match records {
            None => self.vault.entries_after(&from_start, visit)?,
            Some(records) => {
                let compartments = BTreeSet::from([CompartmentId::OPEN]);
                self.vault
                    .entries_of(records, &compartments, &from_start, visit)?;
            }
        }
        Ok(())
    }

    fn write_bundle(&self, scope: &Scope, lock: &Lock, path: &Path) -> Result<ExportReport> {
        let extent = self.extent(scope)?;
        let records = extent.records.map(|ids| {
            ids.iter()
                .filter_map(|id| id.parse().ok())
                .collect::<BTreeSet<EntityId>>()
        });
        let mut manifest = Manifest::new(self.signed_heads()?, self.own_name()?, extent.words);
        let mut segments: BTreeMap<DeviceId, Segment> = BTreeMap::new();
        self.each_entry(records.as_ref(), &mut |entry| {
            let header = &entry.header;
            let segment = segments.entry(header.device).or_insert(Segment {
                device: header.device,
                from: header.seq,
                previous: header.previous,
                to: header.seq,
                last: entry.hash,
            });
            segment.to = header.seq;
            segment.last = entry.hash;
            manifest.payloads += u64::from(entry.payload.is_some());
            Ok(())
        })?;
        manifest.segments = segments.into_values().collect();
        for info in self.vault.attachments()? {
            let wanted = extent
                .attachments
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&info.sha256));
            let mut hash = [0; 32];
            if wanted && hex::decode_to_slice(&info.sha256, &mut hash).is_ok() {
                manifest.attachments.push(Attachment {
                    hash,
                    size: info.size,
                });
            }
        }
        let entries = manifest.entries();
        let payloads = manifest.payloads;
        let attachments = manifest.attachments.clone();
        exchange::file::ensure_space(path, manifest.attachment_bytes() + entries * ENTRY_BYTES)?;
        let mut trouble: Option<ErrorView> = None;
        let written = exchange::file::write_file(path, |w| {
            let key = self.vault.device_key_for_signing();
            let mut bundle = BundleWriter::create(w, lock, manifest, key)?;
            let mut refused = None;
            let given = self.each_entry(records.as_ref(), &mut |entry| {
                bundle.entry(&entry).map_err(|error| {
                    refused = Some(error);
                    vault::Error::Cancelled
                })
            });
            if let Some(error) = refused {
                return Err(error);
            }
            if let Err(error) = given {
                let sentence = error.to_string();
                trouble = Some(error);
                return Err(exchange::Error::Sink(sentence.into()));
            }
            for attachment in &attachments {
                let bytes = self
                    .vault
                    .attachment_bytes(&hex::encode(attachment.hash))
                    .map_err(|error| exchange::Error::Sink(error.into()))?;
                bundle.attachment(attachment.hash, attachment.size, &mut &bytes[..])?;
            }
            bundle.finish()
        });
        if let Some(error) = trouble {
            return Err(error);
        }
        written?;
        let bytes = std::fs::metadata(path)
            .map_err(|error| file_error("读取", path, &error))?
            .len();
        Ok(ExportReport {
            path: path.to_string_lossy().into_owned(),
            bytes,
            entries,
            records: payloads,
            attachments: attachments.len() as u64,
        })
    }

    /// Reads a bundle into the staging area and lets `finish` look at it or accept it.
    fn stage(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        finish: impl FnOnce(StagedBundle<'_>) -> std::result::Result<Preview, vault::Error>,
    ) -> Result<(Preview, Manifest, Summary)> {
        let open_file = || File::open(path).map_err(|error| file_error("打开", path, &error));
        let identity = self.identity_key()?;
        let unlock = match exchange::inspect_outside(open_file()?)? {
            Outside::Recipients { .. } => Unlock::Identity(&identity),
            Outside::Passphrase { .. } => Unlock::Passphrase(passphrase.ok_or_else(|| {
                ErrorView::new(
                    "JH-06",
                    "这个交换包是用口令加密的。",
                    "请填写对方告知的口令。本档案库没有改动。",
                )
            })?),
        };
        let mut sink = Sink {
            staging: self.vault.stage()?,
            manifest: None,
            current: None,
        };
        let summary =
            match exchange::read(std::io::BufReader::new(open_file()?), &unlock, &mut sink) {
                Ok(summary) => summary,
                Err(exchange::Error::Sink(error)) => {
                    return Err(match error.downcast::<vault::Error>() {
                        Ok(error) => (*error).into(),
                        Err(other) => split_sentence("JH-07", &other.to_string()),
                    });
                }
                Err(error) => return Err(error.into()),
            };
        let Sink {
            staging, manifest, ..
        } = sink;
        let manifest = manifest.ok_or_else(|| ErrorView::unreadable("交换包", "没有清单"))?;
        let preview = finish(StagedBundle(staging))?;
        Ok((preview, manifest, summary))
    }

    /// Puts the signed receipt beside the bundle, where there is room for it.
    fn leave_receipt(
        &self,
        path: &Path,
        summary: &Summary,
        manifest: &Manifest,
    ) -> Result<Option<String>> {
        let key = self.vault.device_key_for_signing();
        let receipt = Receipt::sign(
            key,
            summary,
            manifest.sender,
            self.own_name()?,
            self.signed_heads()?,
        )?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!("{stem}-回执.txt"));
        // A write-protected stick must not turn a finished import into an error.
        let written = exchange::file::write_file(&beside, |w| {
            w.write_all(receipt.to_text().as_bytes())
                .map_err(|source| exchange::Error::Io {
                    doing: "写回执",
                    source,
                })
        });
        Ok(written
            .is_ok()
            .then(|| beside.to_string_lossy().into_owned()))
    }
}

/// Room reckoned for one entry when the space on a stick is checked; entries
/// are smaller packed, and a little too much is safer than too little.
const ENTRY_BYTES: u64 = 512;

/// A bundle in the staging area, to be looked at or accepted.
pub(crate) struct StagedBundle<'v>(Staging<'v>);

impl StagedBundle<'_> {
    fn preview(mut self, now: u64) -> std::result::Result<Preview, vault::Error> {
        self.0.preview(now)
    }

    fn commit(self, now: u64) -> std::result::Result<Preview, vault::Error> {
        self.0.commit(now)
    }
}

/// Passes what is read on to the staging area.
struct Sink<'v> {
    staging: Staging<'v>,
    manifest: Option<Manifest>,
    current: Option<([u8; 32], u64)>,
}

impl BundleSink for Sink<'_> {
    fn manifest(&mut self, manifest: &Manifest) -> std::result::Result<(), SinkError> {
        self.manifest = Some(manifest.clone());
        Ok(())
    }

    fn entry(&mut self, entry: Entry) -> std::result::Result<(), SinkError> {
        Ok(self.staging.push(&entry)?)
    }

    fn attachment(&mut self, attachment: &Attachment) -> std::result::Result<(), SinkError> {
        self.current = Some((attachment.hash, 0));
        // An empty attachment has no chunk of its own to begin with.
        if attachment.size == 0 {
            self.staging
                .push_attachment_chunk(attachment.hash, 0, &[])?;
        }
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> std::result::Result<(), SinkError> {
        if let Some((hash, offset)) = &mut self.current {
            self.staging.push_attachment_chunk(*hash, *offset, bytes)?;
            *offset += bytes.len() as u64;
        }
        Ok(())
    }
}

fn lock_for(recipients: &[String], passphrase: Option<&str>) -> Result<Lock> {
    let keys: Vec<&str> = recipients
        .iter()
        .map(|key| key.trim())
        .filter(|key| !key.is_empty())
        .collect();
    match (
        keys.is_empty(),
        passphrase.filter(|passphrase| !passphrase.is_empty()),
    ) {
        (false, None) => {
            let keys = keys
                .into_iter()
                .map(Recipient::from_str)
                .collect::<std::result::Result<_, _>>()?;
            Ok(Lock::Recipients(keys))
        }
        (true, Some(passphrase)) => match passphrase_advice(passphrase) {
            Some(advice) => Err(ErrorView::form(
                advice,
                "请换一个口令，并当面或打电话告诉收件人。",
            )),
            None => Ok(Lock::passphrase(passphrase)),
        },
        (true, None) => Err(ErrorView::form(
            "还没有说明给谁看。",
            "请填写收件人的收件码，或设一个口令当面告诉对方。",
        )),
        (false, Some(_)) => Err(ErrorView::form(
            "收件码和口令只能用一种。",
            "请清空其中一项再导出。",
        )),
    }
}

fn record_line(line: vault::RecordLine) -> RecordLine {
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
    if preview.withheld > 0 {
        words.push(format!(
            "有{}条记录不在导出范围内，只带来编号，没有内容。",
            preview.withheld
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

fn backup_view(folder: &Path, millis: u64, bytes: u64) -> BackupView {
    BackupView {
        name: folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        when: local_of(millis).format("%Y年%-m月%-d日 %H:%M").to_string(),
        bytes,
    }
}
