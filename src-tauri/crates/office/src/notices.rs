//! What the user must know about the archive itself until it is seen to: that
//! it was put back to an earlier state, that a history was written twice, what
//! it was restored from, that a backup failed.

use crate::Office;
use crate::appointments::{Signed, state_words};
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, full_date, local_of};
use crate::open::Open;
use chrono::NaiveDate;
use exchange::Manifest;
use ledger::{DeviceId, SignedHeads};
use serde::Serialize;
use specta::Type;
use vault::{Alarm, AlarmKind, Origin, Preview};

/// A standing notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Notice {
    /// Names the notice when it is settled.
    pub key: String,
    /// What happened, in a few words.
    pub title: String,
    /// What it means and what to do.
    pub words: String,
    /// It concerns the truth of the records, not only their safety.
    pub grave: bool,
    /// Where it is seen to.
    pub place: NoticePlace,
}

/// The page on which a notice is seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub enum NoticePlace {
    /// 交换与备份.
    交换与备份,
    /// 冲突.
    冲突,
    /// 设置.
    设置,
    /// 保存与删除; the notice goes by itself when everything is decided.
    保存与删除,
}

/// Key of the notice that a backup failed.
const BACKUP_FAILED: &str = "backup";
/// Key of the notice that review dates have come.
const REVIEWS: &str = "reviews";
/// Key of the notice where the archive came from.
const ORIGIN: &str = "origin";
/// Beginning of the key of a notice about a device's chain.
const DEVICE: &str = "device:";
/// Beginning of the key of a notice about the supervisor's appointment.
const APPOINTMENT: &str = "appointment:";
/// Local setting: the key of the notice about the appointment that was settled last.
const APPOINTMENT_SETTLED: &str = "notice.appointment";
/// Working days before its end from which the appointment is reminded of.
const APPOINTMENT_AHEAD: i32 = 10;

impl Office {
    /// What stands on this day, the gravest first.
    pub fn notices(&self, now: Moment) -> Result<Vec<Notice>> {
        let open = self.archive()?;
        let mut notices: Vec<Notice> = open
            .vault
            .alarms()?
            .iter()
            .map(|alarm| Notice {
                key: format!("{DEVICE}{}", alarm.device),
                title: alarm_title(alarm).to_owned(),
                words: alarm_words(alarm),
                grave: true,
                place: NoticePlace::交换与备份,
            })
            .collect();
        notices.extend(open.conflict_notice()?);
        notices.extend(self.appointment_notice(now.today())?);
        if let Some(origin) = open.vault.origin()? {
            notices.push(Notice {
                key: ORIGIN.to_owned(),
                title: "本档案库是恢复出来的".to_owned(),
                words: origin_words(origin),
                grave: false,
                place: NoticePlace::交换与备份,
            });
        }
        if let Some(words) = self.settings.backup_failure(open.vault.folder()) {
            notices.push(Notice {
                key: BACKUP_FAILED.to_owned(),
                title: "上次上锁时没有备份成".to_owned(),
                words: format!(
                    "{words}档案库已照常上锁，内容都在。请腾出空间或检查磁盘，再到“交换与备份”页立即备份。"
                ),
                grave: false,
                place: NoticePlace::交换与备份,
            });
        }
        let due = self.count_due(now)?;
        if due > 0 {
            notices.push(Notice {
                key: REVIEWS.to_owned(),
                title: format!("{due}条记录到了复核日期"),
                words: "请逐条看一看是否仍需保存：需要的写明理由、定下次复核日期，不需要的依规删除。复核之前，这些记录照常保存和使用。".to_owned(),
                grave: false,
                place: NoticePlace::保存与删除,
            });
        }
        Ok(notices)
    }

    /// That the appointment is about to end, or bars formal papers already.
    fn appointment_notice(&self, today: NaiveDate) -> Result<Option<Notice>> {
        let open = self.archive()?;
        let Some(supervisor) = open.supervisor()? else {
            return Ok(None);
        };
        let signed = open.own_appointment(today)?;
        let term = signed.as_ref().and_then(Signed::term);
        let until = match &term {
            Some(term) => Some(term.until),
            None => supervisor.record.appointment.until,
        };
        let Some(until) = until else {
            return Ok(None);
        };
        let state = term.as_ref().map(|term| state_words(term, today));
        let next = "请向任命机关申请续任，并在“设置”里导入新的任命文件（没有签名文件的，照新的聘任书填写）。";
        let left = self.calendar.working_days_between(today, until);
        let (state, title, words, grave) = match state {
            Some(state @ ("已撤回" | "不可信")) => (
                state,
                format!("任命{state}，不能签发文书"),
                signed.as_ref().map_or_else(String::new, |signed| {
                    format!("{}。如有疑问，请与任命机关联系。", signed.view(today).words)
                }),
                true,
            ),
            _ if until < today => (
                "已期满",
                "任命已期满，不能签发文书".to_owned(),
                format!("任命已于{}期满。{next}", full_date(until)),
                true,
            ),
            _ if left <= APPOINTMENT_AHEAD => (
                "将期满",
                "任命将要期满".to_owned(),
                format!(
                    "任命至{}为止，{}。{next}",
                    full_date(until),
                    if left <= 0 {
                        "今后没有工作日了".to_owned()
                    } else {
                        format!("还有{left}个工作日")
                    }
                ),
                false,
            ),
            _ => return Ok(None),
        };
        let key = format!("{APPOINTMENT}{until}:{state}");
        let settled = open.vault.local(APPOINTMENT_SETTLED)?;
        let seen_to = settled.as_ref().and_then(|key| key.as_str()) == Some(&key);
        Ok((!seen_to).then_some(Notice {
            key,
            title,
            words,
            grave,
            place: NoticePlace::设置,
        }))
    }

    /// Takes a notice off the desk: somebody has seen to it.
    pub fn settle_notice(&mut self, key: &str) -> Result<()> {
        let open = self.open.as_mut().ok_or_else(ErrorView::locked)?;
        if key == ORIGIN {
            open.vault.settle_origin()?;
        } else if key == BACKUP_FAILED {
            self.settings.backed_up(open.vault.folder())?;
        } else if key.starts_with(APPOINTMENT) {
            open.vault
                .put_local(APPOINTMENT_SETTLED, &serde_json::Value::from(key))?;
        } else if let Some(device) = key.strip_prefix(DEVICE) {
            let device: DeviceId = device.parse().map_err(|_| ErrorView::missing("提醒"))?;
            open.vault.settle_alarms(&device)?;
        }
        Ok(())
    }
}

impl Open {
    /// What a bundle shows about this archive's own state. What it shows is kept
    /// as a notice, also when the bundle is only looked at.
    pub(crate) fn witnessed(
        &mut self,
        manifest: &Manifest,
        preview: &Preview,
    ) -> Result<Vec<String>> {
        self.vault
            .note_forks(&preview.forks, manifest.sender, manifest.created.millis)?;
        self.held_against(&manifest.heads)
    }

    /// What signed heads show about this archive's own state.
    pub(crate) fn held_against(&mut self, heads: &SignedHeads) -> Result<Vec<String>> {
        Ok(self
            .vault
            .hold_against(heads)?
            .iter()
            .map(|alarm| format!("{}：{}", alarm_title(alarm), alarm_words(alarm)))
            .collect())
    }
}

fn alarm_title(alarm: &Alarm) -> &'static str {
    match alarm.kind {
        AlarmKind::RolledBack => "本机档案被退回到旧状态",
        AlarmKind::Forked => "同一台设备的记录有两个版本",
    }
}

fn alarm_words(alarm: &Alarm) -> String {
    let when = local_of(alarm.millis).format("%Y年%-m月%-d日 %H:%M");
    let (device, witness) = (alarm.device.fingerprint(), alarm.witness.fingerprint());
    match alarm.kind {
        AlarmKind::RolledBack => format!(
            "设备{witness}在{when}已见过本机第{}条记录，而本档案库只有{}条，多半是有人把旧的文件夹拷了回来。请导入对方手中含有这些记录的交换包（请对方导出“全部”），或者从最近的备份恢复。为不使记录分叉，本档案库今后改用新的设备身份继续记录；现有内容都在，没有丢失。",
            alarm.seq, alarm.have
        ),
        AlarmKind::Forked => format!(
            "设备{device}的第{}条记录，本档案库里的与设备{witness}在{when}所见的不同，可能有人在旧的副本上继续录入，或改写过记录。两边的内容都没有被覆盖。请暂停交换，与对方核对哪一份是真的，并报告管理人员。",
            alarm.seq
        ),
    }
}

fn origin_words(origin: Origin) -> String {
    let rest = "请导入同事和上级机关手中的交换包，把缺的补齐；补齐后可收起这条提醒。";
    match origin {
        Origin::Backup {
            taken_millis: Some(millis),
        } => format!(
            "恢复自{}的备份，之后的内容不在其中。{rest}",
            local_of(millis).format("%Y年%-m月%-d日 %H:%M")
        ),
        Origin::Backup { taken_millis: None } => {
            format!("恢复自一份备份，备份之后的内容不在其中。{rest}")
        }
        Origin::Salvaged => format!(
            "由损坏的档案库中还能读出的内容组成，读不出的不在其中；“校验档案”会列出缺少的条数。{rest}"
        ),
    }
}
