//! Whether the archive is whole, what of a damaged one can still be read, and
//! saving that into a new archive.

use crate::Office;
use crate::error::Result;
use crate::importing::{RecordLine, record_line};
use crate::moment::local_of;
use crate::session::outside_archives;
use ledger::verify::Depth;
use serde::Serialize;
use specta::Type;
use std::path::Path;
use vault::{Lost, Part, Salvaged, Unlocking, Vault, VerifyReport};

/// How far a long task is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Progress {
    /// What is being done.
    pub stage: String,
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

impl From<vault::Progress> for Progress {
    fn from(progress: vault::Progress) -> Self {
        Self {
            stage: progress.stage.to_owned(),
            done: progress.done,
            total: progress.total,
        }
    }
}

/// Told how far a task is; answers whether it shall go on.
pub type Going<'a> = &'a mut dyn FnMut(Progress) -> bool;

/// How thoroughly signatures are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signatures {
    /// Those that vouch for whole chains.
    Vouching,
    /// Every one.
    Every,
}

/// What a verification found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct VerifyView {
    /// Nothing is damaged, and everything was looked at.
    pub ok: bool,
    /// The user stopped it.
    pub cancelled: bool,
    /// The result in one sentence.
    pub words: String,
    /// What to do; empty when nothing is to be done.
    pub advice: String,
    /// Entries checked.
    pub entries: u64,
    /// Every damage in a sentence.
    pub damages: Vec<String>,
    /// What can still be read, in sentences; empty when nothing is damaged.
    pub readable: Vec<String>,
    /// Records that a damage touches.
    pub touched: Vec<RecordLine>,
    /// Rebuilding from the entries puts something right.
    pub repairable: bool,
}

/// What was saved out of a damaged archive.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SalvageView {
    /// Nothing is known to be lost.
    pub whole: bool,
    /// The new archive.
    pub archive: String,
    /// The result in one sentence.
    pub words: String,
    /// Entries saved.
    pub entries: u64,
    /// Records that can be shown.
    pub records: u64,
    /// Attachments saved.
    pub attachments: u64,
    /// What is missing, in sentences.
    pub missing: Vec<String>,
    /// Records that lost entries were about.
    pub touched: Vec<RecordLine>,
}

impl Office {
    /// Checks everything, every signature included.
    pub fn verify_archive(&self) -> Result<VerifyView> {
        self.check_archive(Signatures::Every, &mut |_| true)
    }

    /// Checks pages, chains, signatures, attachments, and everything shown. Says
    /// how far it is and can be stopped; it changes nothing.
    pub fn check_archive(&self, signatures: Signatures, going: Going<'_>) -> Result<VerifyView> {
        let depth = match signatures {
            Signatures::Vouching => Depth::Heads,
            Signatures::Every => Depth::EveryStored,
        };
        let report = self
            .archive()?
            .vault
            .verify(depth, &mut |progress| going(progress.into()))?;
        Ok(verify_view(report))
    }

    /// Makes everything shown anew from the entries. Says how far it is; when it
    /// is stopped, nothing has changed.
    pub fn rebuild_archive(&mut self, going: Going<'_>) -> Result<String> {
        let open = self.archive_mut()?;
        open.vault.rebuild(&mut |progress| going(progress.into()))?;
        let entries = open.vault.entry_count()?;
        Ok(format!(
            "已按{entries}条账本记录重建显示内容，账本没有改动。"
        ))
    }

    /// Makes a new archive in `target` from what can still be read of the damaged
    /// one in `folder`, which is left as it is. Nothing needs to be open.
    pub fn salvage(
        &self,
        folder: &Path,
        passphrase: &str,
        target: &Path,
        going: Going<'_>,
    ) -> Result<SalvageView> {
        outside_archives(target)?;
        let saved = Vault::salvage(
            folder,
            Unlocking::Passphrase(passphrase),
            target,
            &mut |progress| going(progress.into()),
        )?;
        let missing = missing(&saved);
        let words = if missing.is_empty() {
            format!(
                "已全部抢救到新档案库：{}条账本记录、{}个附件，没有发现缺失。",
                saved.entries, saved.attachments
            )
        } else {
            format!(
                "已把能读出的抢救到新档案库：{}条账本记录、{}个附件；有缺失，见下。",
                saved.entries, saved.attachments
            )
        };
        Ok(SalvageView {
            whole: missing.is_empty(),
            archive: target.to_string_lossy().into_owned(),
            words,
            entries: saved.entries,
            records: saved.records,
            attachments: saved.attachments,
            missing,
            touched: saved.touched.into_iter().map(record_line).collect(),
        })
    }
}

fn verify_view(report: VerifyReport) -> VerifyView {
    let repairable = report.is_repairable();
    let only_shown = repairable && report.damages.iter().all(vault::Damage::is_repairable);
    let words = if report.is_sound() {
        let lost = match report.known_loss {
            0 => String::new(),
            lost => format!("抢救时已知缺失的{lost}条记录仍未补上。"),
        };
        let sealed = match report.sealed {
            0 => String::new(),
            sealed => format!("其中{sealed}条已经密封，打开密封事项后再校验，才能核对其内容。"),
        };
        let attachments = match report.attachments {
            0 => String::new(),
            count => format!("，{count}个附件完好"),
        };
        let erased = match report.erased {
            0 => String::new(),
            erased => format!("其中{erased}条的内容已依规删除，均有登记。"),
        };
        format!(
            "校验无误：{}条记录的签名、顺序和内容完整{attachments}。{sealed}{erased}{lost}",
            report.entries
        )
    } else if report.damages.is_empty() {
        "校验已停止，还没有查完；已查的部分没有发现异常，档案库没有改动。".to_owned()
    } else if report.cancelled {
        format!(
            "校验已停止，还没有查完；已发现{}处异常，档案库没有改动。",
            report.damages.len()
        )
    } else {
        format!("发现{}处异常。", report.damages.len())
    };
    let only_readings = report
        .damages
        .iter()
        .all(|damage| damage.part == Part::ReadLog);
    let advice = if report.damages.is_empty() {
        ""
    } else if only_readings {
        "账本和显示内容都完好，只是查阅登记被人从外部改动过。请保留现状，向负责档案保管的同志报告；谈话、线索和文书不受影响。"
    } else if only_shown {
        "账本本身完好，只是显示内容与账本不一致，请点“按账本重建”，不会丢失内容。"
    } else {
        "请不要继续录入，先从最近的备份恢复，或把还能读出的内容抢救到新档案库，并联系技术人员。"
    };
    let readable = if report.damages.is_empty() || report.cancelled {
        Vec::new()
    } else {
        readable(&report)
    };
    VerifyView {
        ok: report.is_sound(),
        cancelled: report.cancelled,
        words,
        advice: advice.to_owned(),
        entries: report.entries,
        readable,
        repairable,
        touched: report.touched.into_iter().map(record_line).collect(),
        damages: report
            .damages
            .into_iter()
            .map(|damage| damage.what)
            .collect(),
    }
}

/// What of a damaged archive is whole.
fn readable(report: &VerifyReport) -> Vec<String> {
    let whole = report.entries.saturating_sub(report.damaged_entries);
    let mut words = vec![match (report.damaged_entries, report.lost_entries) {
        (0, 0) => format!("账本记录{whole}条全部完好。"),
        (0, lost) => format!("账本记录{whole}条完好，缺少{lost}条。"),
        (damaged, 0) => format!("账本记录{whole}条完好，{damaged}条受损。"),
        (damaged, lost) => format!("账本记录{whole}条完好，{damaged}条受损，缺少{lost}条。"),
    }];
    if report.attachments > 0 {
        let whole = report.attachments - report.damaged_attachments;
        words.push(match report.damaged_attachments {
            0 => format!("附件{whole}个全部完好。"),
            damaged => format!("附件{whole}个完好，{damaged}个受损。"),
        });
    }
    if let Some(survey) = &report.readable {
        words.extend(missing(survey));
    }
    if report.touched.is_empty() {
        words.push("没有查到受影响的记录。".to_owned());
    }
    words
}

/// What is missing of what a salvage found.
fn missing(saved: &Salvaged) -> Vec<String> {
    let mut words: Vec<String> = saved.lost.iter().map(lost_words).collect();
    if saved.without_payload > 0 {
        words.push(format!(
            "有{}条账本记录只有编号没有内容（收到时就没有带来内容，或者内容所在的部分已损坏）。",
            saved.without_payload
        ));
    }
    for name in &saved.lost_attachments {
        words.push(format!("附件《{name}》已不完整。"));
    }
    if !saved.missing_attachments.is_empty() {
        words.push(format!(
            "记录里提到的{}个附件没有找到（附件目录所在的部分已损坏，或者收到时就没有带来）：《{}》。",
            saved.missing_attachments.len(),
            saved.missing_attachments.join("》《")
        ));
    }
    if saved.lost_readings > 0 {
        words.push(format!("查阅登记缺少{}行。", saved.lost_readings));
    }
    words
}

fn lost_words(lost: &Lost) -> String {
    let device: String = lost.device.fingerprint().chars().take(9).collect();
    let numbers = if lost.from == lost.to {
        format!("第{}条", lost.from)
    } else {
        format!("第{}至{}条", lost.from, lost.to)
    };
    let time = |millis| local_of(millis).format("%Y年%-m月%-d日 %H:%M");
    let when = match (lost.after_millis, lost.before_millis) {
        (Some(after), Some(before)) => format!("，写于{}至{}之间", time(after), time(before)),
        (Some(after), None) => format!("，写于{}之后", time(after)),
        (None, Some(before)) => format!("，写于{}之前", time(before)),
        (None, None) => String::new(),
    };
    format!("设备{device}的{numbers}记录已读不出{when}。")
}
