//! Everything that waits for a decision, for the list of the 冲突 page and for
//! the notice on the desk.

use crate::Office;
use crate::conflicts::ConflictRow;
use crate::double_numbers::NumberConflict;
use crate::error::Result;
use crate::notices::{Notice, NoticePlace};
use crate::open::Open;
use crate::twins::TwinPair;
use serde::Serialize;
use specta::Type;

/// Everything that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ConflictList {
    /// Records changed on two machines.
    pub records: Vec<ConflictRow>,
    /// Numbers that several papers bear.
    pub numbers: Vec<NumberConflict>,
    /// Pairs of entries that are perhaps one person.
    pub twins: Vec<TwinPair>,
}

impl ConflictList {
    /// How many things wait for a decision.
    pub(crate) fn open(&self) -> u32 {
        (self.records.len() + self.numbers.len() + self.twins.len()) as u32
    }
}

impl Office {
    /// Everything that waits for a decision.
    pub fn conflicts(&self) -> Result<ConflictList> {
        let open = self.archive()?;
        Ok(ConflictList {
            records: open.conflict_rows()?,
            numbers: open.open_numbers()?,
            twins: open.twin_pairs()?,
        })
    }
}

impl Open {
    /// The notice that something waits for a decision, while something does.
    pub(crate) fn conflict_notice(&self) -> Result<Option<Notice>> {
        let (records, numbers, twins) = (
            self.conflict_rows()?.len(),
            self.open_numbers()?.len(),
            self.twin_pairs()?.len(),
        );
        let mut words = Vec::new();
        if numbers > 0 {
            words.push(format!(
                "{numbers}个发文字号用在了不止一份文书上，处理以前不能用它签发。"
            ));
        }
        if records > 0 {
            words.push(format!(
                "{records}条记录两处改得不一样。两种写法都留着，选定以前各页先显示其中一种。"
            ));
        }
        if twins > 0 {
            words.push(format!("{twins}对人员登记可能是同一人。"));
        }
        if words.is_empty() {
            return Ok(None);
        }
        Ok(Some(Notice {
            key: "conflicts".to_owned(),
            title: "交换以后有几处等您选定".to_owned(),
            words: words.concat(),
            grave: false,
            place: NoticePlace::冲突,
        }))
    }
}
