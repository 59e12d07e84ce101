//! 导入: what a bundle would change, and taking it in: verified, backed up
//! before, all or nothing.

use crate::Office;
use crate::bundle_in::Purpose;
use crate::checking::{Going, Progress};
use crate::error::{ErrorView, Result, file_error};
use crate::json::is_readable;
use crate::moment::{Moment, local_of};
use crate::names::excerpt;
use crate::open::Open;
use crate::peers::Sender;
use exchange::Manifest;
use ledger::hex;
use serde::Serialize;
use specta::Type;
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
    /// Names exactly this bundle: given back when it is brought in, so that
    /// nothing else comes in than what was looked at.
    pub digest: String,
    /// Records that are new here.
    pub new: Vec<RecordLine>,
    /// Records that would change.
    pub changed: Vec<RecordLine>,
    /// Records that would stand with two values.
    pub conflicts: Vec<RecordLine>,
    /// Entries already here.
    pub known: u64,
    /// Parts that must be imported first.
    pub missing: Vec<MissingPart>,
    /// What to ask of whom, so that they come; empty when nothing is missing.
    pub ask: String,
    /// What the reader should know.
    pub warnings: Vec<String>,
}

/// Entries that a bundle goes on from and that are not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct MissingPart {
    /// Whose they are, by name.
    pub who: String,
    /// The device that wrote them, by the digits that are compared by eye.
    pub device: String,
    /// The first that is missing.
    pub from: u64,
    /// The last.
    pub to: u64,
    /// The same in a sentence.
    pub words: String,
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
    /// Who made it.
    pub sender: String,
    /// The receipt to carry back.
    pub receipt_path: Option<String>,
    /// All of it in one sentence.
    pub words: String,
    /// What the reader should know besides.
    pub warnings: Vec<String>,
}

/// A bundle that is to come in.
#[derive(Debug, Clone, Copy)]
pub struct Bringing<'a> {
    /// File.
    pub path: &'a Path,
    /// Its passphrase, when it was locked with one.
    pub passphrase: Option<&'a str>,
    /// Why it comes in although its sender's keys are not to be trusted.
    pub despite: Option<&'a str>,
    /// The bundle that was looked at before: [`BundlePreview::digest`].
    pub seen: Option<&'a str>,
}

/// A bundle that may come in, as it was found.
pub(crate) struct Admitted {
    pub(crate) digest: [u8; 32],
    pub(crate) sender: Sender,
    warnings: Vec<String>,
    despite: Option<String>,
}

impl Office {
    /// What a bundle would change; nothing is changed by looking.
    pub fn preview_bundle(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        now: Moment,
    ) -> Result<BundlePreview> {
        self.look_at(path, passphrase, now, &mut |_| true)
    }

    /// The same, saying how far it is; when it is stopped, nothing has changed.
    pub fn look_at(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        now: Moment,
        going: Going<'_>,
    ) -> Result<BundlePreview> {
        let open = self.archive_mut()?;
        let bytes = std::fs::metadata(path)
            .map_err(|error| file_error("读取", path, &error))?
            .len();
        let (preview, manifest, summary) = open.stage(
            path,
            passphrase,
            going,
            Purpose::Look,
            |staging, _, going| Ok(staging.preview(now.millis, going)?),
        )?;
        let sender = open.sender(&manifest.sender, &manifest.sender_name)?;
        let mut warnings = warnings(&preview);
        warnings.extend(open.witnessed(&manifest, &preview)?);
        warnings.extend(sender.remark);
        let missing = open.missing_parts(&preview, &manifest)?;
        Ok(BundlePreview {
            ask: if missing.is_empty() {
                String::new()
            } else {
                ask_words(&sender.name)
            },
            missing,
            sender: sender.words,
            bars: sender
                .bars
                .map(|(why, _)| format!("{why}。没有特别的理由不要导入。")),
            scope: manifest.scope,
            made_at: local_of(manifest.created.millis)
                .format("%Y年%-m月%-d日 %H:%M")
                .to_string(),
            bytes,
            digest: hex::encode(&summary.digest),
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
        let bringing = Bringing {
            path,
            passphrase,
            despite: None,
            seen: None,
        };
        self.bring_in(&bringing, now, &mut |_| true)
    }

    /// The same; with a reason, a bundle whose sender's keys are revoked comes
    /// in as well, and the decision is written down in the journal. Says how far
    /// it is; when it is stopped, nothing has changed, and the backup stays.
    ///
    /// # Errors
    /// As [`Office::import_bundle`]; `JH-10` when the file is another than the
    /// one that was looked at.
    pub fn bring_in(
        &mut self,
        bringing: &Bringing<'_>,
        now: Moment,
        going: Going<'_>,
    ) -> Result<ImportReport> {
        let open = self.archive_mut()?;
        // A bundle that cannot be accepted is refused before a backup is made for it.
        let admitted = open.admit(bringing, now, going)?;
        asked(going, "备份档案库")?;
        let backup = open.vault.backup(now.millis)?;
        open.accept(bringing, admitted, &backup, now, going)
    }
}

impl Open {
    /// Looks a bundle over: whether it may come in at all.
    pub(crate) fn admit(
        &mut self,
        bringing: &Bringing<'_>,
        now: Moment,
        going: Going<'_>,
    ) -> Result<Admitted> {
        let (preview, manifest, summary) = self.stage(
            bringing.path,
            bringing.passphrase,
            going,
            Purpose::Look,
            |staging, _, going| Ok(staging.preview(now.millis, going)?),
        )?;
        if bringing
            .seen
            .is_some_and(|seen| seen != hex::encode(&summary.digest))
        {
            return Err(another());
        }
        let warnings = self.witnessed(&manifest, &preview)?;
        if let Some(damage) = preview.damages.first() {
            return Err(ErrorView::new(
                "JH-02",
                format!("交换包没有导入：{damage}"),
                "请向发送方重新索取。本档案库没有改动。",
            ));
        }
        let sender = self.sender(&manifest.sender, &manifest.sender_name)?;
        if let Some(missing) = self.missing_parts(&preview, &manifest)?.first() {
            return Err(ErrorView::new(
                MISSING,
                format!("交换包没有导入：{}", missing.words),
                format!("{}本档案库没有改动。", ask_words(&sender.name)),
            ));
        }
        self.keeps_its_ground(&preview)?;
        let reason = bringing.despite.map(str::trim);
        let reason = reason.filter(|reason| !reason.is_empty());
        if let (Some((why, _)), None) = (&sender.bars, reason) {
            return Err(ErrorView::new(
                "JH-09",
                format!("交换包没有导入：{why}。"),
                "请先向对方核实。确需导入的，请写明理由后再导入，理由会记入操作记录；本档案库没有改动。",
            ));
        }
        Ok(Admitted {
            digest: summary.digest,
            sender,
            warnings,
            despite: reason.map(str::to_owned),
        })
    }

    /// Takes in a bundle that may come in.
    pub(crate) fn accept(
        &mut self,
        bringing: &Bringing<'_>,
        admitted: Admitted,
        backup: &Path,
        now: Moment,
        going: Going<'_>,
    ) -> Result<ImportReport> {
        let sender = admitted.sender;
        asked(going, "准备导入")?;
        // Written down first: nothing of a revoked key comes in without its line.
        // With it the decision stands, and the import is not stopped any more.
        let is_decided = match (&sender.bars, &admitted.despite) {
            (Some((why, known)), Some(reason)) => {
                self.accept_despite(known, why, reason, now)?;
                true
            }
            _ => false,
        };
        let mut going = |progress| going(progress) || is_decided;
        let looked_at = admitted.digest;
        let (report, manifest, summary) = self.stage(
            bringing.path,
            bringing.passphrase,
            &mut going,
            Purpose::TakeIn,
            |staging, summary, going| {
                // The stick may have been changed for another in between.
                if summary.digest != looked_at {
                    return Err(another());
                }
                Ok(staging.commit(now.millis, going)?)
            },
        )?;
        self.wall_off_import()?;
        // The import stands; what it erased stays due until it is done.
        let mut warnings = admitted.warnings;
        warnings.extend(erased_words(&report));
        warnings.extend(self.unreadable_words(&report)?);
        if let Err(error) = self.vault.wipe_if_due() {
            warnings.push(error.to_string());
        }
        // The import stands. Neither a receipt that cannot be made nor a reminder
        // that cannot be kept may be told as if it had failed.
        // A receipt says that all of the bundle was taken in, and the sender may
        // leave it out from then on.
        let receipt_path = if report.left_sealed > 0 {
            warnings.push(format!(
                "有{}条属于密封事项，没有打开，内容没有收下，所以这次不出回执；请打开密封事项，再导入一次。",
                report.left_sealed
            ));
            None
        } else {
            self.leave_receipt(bringing.path, &summary, &manifest, now)
                .unwrap_or(None)
        };
        let _ = self.note_imported(&sender.name, now);
        let (new, changed, conflicts) = (
            report.new.len() as u64,
            report.changed.len() as u64,
            report.conflicting.len() as u64,
        );
        let came = report.new_entries + report.late_payloads + report.completed_payloads;
        let words = if came == 0 {
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
            sender: sender.name,
            receipt_path,
            words,
            warnings,
        })
    }

    /// What a bundle goes on from that is not here, by whom and which.
    fn missing_parts(&self, preview: &Preview, manifest: &Manifest) -> Result<Vec<MissingPart>> {
        let own = self.own_devices()?;
        preview
            .missing
            .iter()
            .map(|range| {
                let device: String = range.device.fingerprint().chars().take(9).collect();
                let who = match self.known_by(&range.device)? {
                    _ if own.contains(&range.device) => "本档案库".to_owned(),
                    Some(known) => format!("“{}”", known.record.name),
                    None if range.device == manifest.sender => {
                        format!("“{}”", manifest.sender_name)
                    }
                    None => "没有登记的人".to_owned(),
                };
                let numbers = if range.from == range.to {
                    format!("第{}条", range.from)
                } else {
                    format!("第{}条至第{}条", range.from, range.to)
                };
                Ok(MissingPart {
                    words: format!("缺少{who}写的{numbers}记录（设备{device}）。"),
                    who,
                    device,
                    from: range.from,
                    to: range.to,
                })
            })
            .collect()
    }

    /// That some of what came in was written by a newer program: it is kept and
    /// passed on as it is, and this program cannot show it yet.
    fn unreadable_words(&self, report: &Preview) -> Result<Option<String>> {
        let mut count = 0_u64;
        let lines = [&report.new, &report.changed, &report.conflicting];
        for line in lines.into_iter().flatten() {
            if let Some(record) = self.vault.record(&line.id)? {
                count += u64::from(!is_readable(&record));
            }
        }
        Ok((count > 0).then(|| {
            format!(
                "有{count}条记录本程序看不懂，可能是较新版本的程序写的：已原样收下，也会原样传给别人；更新程序以后就能看到。"
            )
        }))
    }
}

/// Code of the refusal of a bundle before which another must come in.
pub(crate) const MISSING: &str = "JH-03";

fn another() -> ErrorView {
    ErrorView::new(
        "JH-10",
        "交换包没有导入：这个文件已经不是刚才预览的那一个。",
        "请重新预览，看清来自谁、有什么变化，再导入；本档案库没有改动。",
    )
}

pub(crate) fn record_line(line: vault::RecordLine) -> RecordLine {
    RecordLine {
        kind_label: line.label.into_owned(),
        title: excerpt(&line.title, 40),
    }
}

/// What to ask of a sender whose bundle goes on from something that is not here.
fn ask_words(sender: &str) -> String {
    format!("请先导入“{sender}”前面的交换包；手中没有的，请对方重新导出“全部”。")
}

/// Asks whether the task goes on, before a step that cannot be divided.
fn asked(going: Going<'_>, stage: &str) -> Result<()> {
    let goes_on = going(Progress {
        stage: stage.to_owned(),
        done: 0,
        total: 1,
    });
    if goes_on {
        Ok(())
    } else {
        Err(vault::Error::Cancelled.into())
    }
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
    if preview.masked > 0 {
        words.push(format!(
            "有{}条记录的部分内容发来时已遮盖，显示为“（已遮盖）”或不显示，本机不能填写；需要时请向来源方索取完整内容，再导入一次即可补全。",
            preview.masked
        ));
    }
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
