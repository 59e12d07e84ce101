//! 只发上次回执之后的: where an export may go on, so that the receiver has
//! everything afterwards.
//!
//! It goes on from bundles that are on record here as whole and that this very
//! device acknowledged ([`crate::handed`]). Where something was given without
//! its payload and can be given now, it begins before that; attachments that
//! were not given before go along, whatever they belong to. What was erased
//! (依规删除) or withdrawn since is an entry of its own and so comes after.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::exchange_desk::ExportReport;
use crate::handed::Held;
use crate::leaving::{Given, Leaving};
use crate::moment::{Moment, local_of};
use crate::open::Open;
use crate::receipts;
use crate::scope::{Extent, Scope};
use ledger::{DeviceId, Entry, masking};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// From which receipts an export goes on.
#[derive(Debug, Clone, Copy)]
pub enum Since<'a> {
    /// The one in this file; what its writer acknowledged before counts too.
    Receipt(&'a Path),
    /// The last ones of all recipients.
    Last,
}

/// Where an export goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Base {
    /// The last number of every chain that stays at home.
    pub(crate) after: BTreeMap<DeviceId, u64>,
    /// Attachments that stay at home, by hash.
    pub(crate) files: BTreeSet<String>,
    /// In words.
    words: String,
}

impl Base {
    /// What both receivers have.
    fn common(self, other: &Self) -> Self {
        Self {
            after: self
                .after
                .into_iter()
                .filter_map(|(device, to)| Some((device, to.min(*other.after.get(&device)?))))
                .collect(),
            files: self.files.intersection(&other.files).cloned().collect(),
            words: self.words.min(other.words.clone()),
        }
    }
}

impl Office {
    /// Writes a bundle with everything that came after a receipt.
    ///
    /// # Errors
    /// `JH-11` when nothing shows that a recipient has what came before; `JH-12`
    /// when nothing came after.
    pub fn export_since(
        &mut self,
        since: Since<'_>,
        recipients: &[String],
        passphrase: Option<&str>,
        path: &Path,
        now: Moment,
    ) -> Result<ExportReport> {
        let open = self.archive_mut()?;
        let base = match since {
            Since::Receipt(file) => open.base_of_receipt(file, recipients)?,
            Since::Last => open.base_of_recipients(recipients)?,
        };
        let extent = extent(base);
        let mut entries = 0_u64;
        open.each_entry(None, &extent, &mut |_| {
            entries += 1;
            Ok(())
        })?;
        if entries == 0 && open.leaving_files(&extent)?.is_empty() {
            return Err(ErrorView::new(
                "JH-12",
                format!("没有导出：{}没有新的内容。", extent.words),
                "对方已经都有，不用再发；确需重发的，请导出“全部”。没有写出文件。",
            ));
        }
        self.export(
            &Scope::everything(),
            &extent,
            recipients,
            passphrase,
            path,
            now,
        )
    }

    /// What would leave after the last receipts of these recipients.
    ///
    /// # Errors
    /// `JH-11`, as [`Office::export_since`].
    pub fn leaving_since(&self, recipients: &[String]) -> Result<Leaving> {
        let open = self.archive()?;
        open.leaving_of(extent(open.base_of_recipients(recipients)?))
    }
}

fn extent(base: Base) -> Extent {
    Extent {
        words: base.words.clone(),
        base: Some(base),
        ..Extent::default()
    }
}

impl Open {
    fn base_of_receipt(&mut self, file: &Path, recipients: &[String]) -> Result<Base> {
        let receipt = receipts::read(file)?;
        self.take_receipt(&receipt)?;
        let device = receipt.receiver();
        let receiver = self.sender(&device, &receipt.receiver_name)?;
        if let Some((why, _)) = receiver.bars {
            return Err(cannot(&why));
        }
        for code in given_codes(recipients) {
            let (name, theirs) = self.device_of(code)?;
            if theirs != device {
                return Err(cannot(&format!(
                    "这份回执是“{}”的，收件人里有“{name}”",
                    receiver.name
                )));
            }
        }
        let Some(held) = self.held_at(&device)?.filter(|it| !it.chains.is_empty()) else {
            let is_ours = self.own_devices()?.contains(&receipt.sender);
            let given = self.given_as(&hex::encode(receipt.bundle))?;
            return Err(cannot(&why_not(is_ours, given.as_ref())));
        };
        self.base_of(&held)
    }

    fn base_of_recipients(&self, recipients: &[String]) -> Result<Base> {
        let mut base: Option<Base> = None;
        for code in given_codes(recipients) {
            let (name, device) = self.device_of(code)?;
            let Some(held) = self.held_at(&device)?.filter(|it| !it.chains.is_empty()) else {
                return Err(cannot(&format!(
                    "还没有收到过“{name}”对一次“全部”导出的回执"
                )));
            };
            let next = self.base_of(&held)?;
            base = Some(match base {
                Some(base) => base.common(&next),
                None => next,
            });
        }
        base.ok_or_else(|| cannot("还没有选定收件人"))
    }

    /// The registered device behind a receiving key, with its owner's name.
    fn device_of(&self, code: &str) -> Result<(String, DeviceId)> {
        self.peers()?
            .into_iter()
            .filter(|known| known.bars().is_none())
            .find(|known| known.keys.recipient.as_str().eq_ignore_ascii_case(code))
            .map(|known| (known.record.name, known.keys.device))
            .ok_or_else(|| cannot("收件人里有没有登记为往来对象的收件码，不知道对方的回执是哪一份"))
    }

    /// Where an export to whoever holds this may go on.
    fn base_of(&self, held: &Held) -> Result<Base> {
        let heads = self.vault.heads()?;
        let mut after = BTreeMap::new();
        // A chain of which nothing can be missing is not even looked through.
        let mut from: BTreeMap<DeviceId, u64> = heads
            .iter()
            .map(|(device, head)| (*device, head.seq))
            .collect();
        for (device, head) in &heads {
            let Some(chain) = held.chains.get(&device.to_string()) else {
                continue;
            };
            after.insert(*device, chain.to.min(head.seq));
            if let Some(first) = chain.bare.first() {
                from.insert(*device, first.saturating_sub(1));
            }
        }
        self.vault.entries_after(&from, &mut |entry| {
            let (device, seq) = (entry.header.device, entry.header.seq);
            let was_bare = || {
                let chain = held.chains.get(&device.to_string());
                chain.is_some_and(|chain| chain.bare.contains(seq))
            };
            // Also what is masked here: more of it may be known than was then.
            if entry.payload.is_some() && was_bare() {
                after
                    .entry(device)
                    .and_modify(|to| *to = seq.saturating_sub(1).min(*to));
            }
            Ok(())
        })?;
        Ok(Base {
            after,
            // An attachment that was erased is gone at the receiver's, too; where it
            // was attached anew it has to go once more.
            files: self.not_erased(&held.files)?,
            words: format!(
                "{}的回执之后的记录",
                local_of(held.millis).format("%Y年%-m月%-d日")
            ),
        })
    }

    fn not_erased(&self, files: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        let mut left = BTreeSet::new();
        for sha256 in files {
            if !self.vault.is_erased_attachment(sha256)? {
                left.insert(sha256.clone());
            }
        }
        Ok(left)
    }

    /// Whether an export may go on from a receipt, or why not.
    pub(crate) fn since_words(
        &self,
        device: &DeviceId,
        is_ours: bool,
        given: Option<&Given>,
    ) -> Result<String> {
        let held = self.held_at(device)?;
        if held.is_some_and(|held| !held.chains.is_empty()) {
            return Ok("再向对方导出“全部”时，可以只发这之后的。".to_owned());
        }
        Ok(format!(
            "不能据此只发之后的内容：{}。下次请导出“全部”。",
            why_not(is_ours, given)
        ))
    }
}

/// Whether an entry is here with all it says: neither withheld nor masked.
pub(crate) fn is_open(entry: &Entry) -> bool {
    let payload = entry.payload.as_deref();
    payload.is_some_and(|payload| !masking::is_masked(payload))
}

fn given_codes(recipients: &[String]) -> impl Iterator<Item = &str> {
    recipients
        .iter()
        .map(|code| code.trim())
        .filter(|code| !code.is_empty())
}

/// Why nothing shows that the writer of a receipt has what came before.
fn why_not(is_ours: bool, given: Option<&Given>) -> String {
    match given {
        _ if !is_ours => "这份回执不是给本档案库的".to_owned(),
        None => "回执对应的交换包不在本档案库的导出登记里".to_owned(),
        Some(given) if given.is_whole => {
            "对方还没有收到前面的交换包，或者它的档案退回过旧状态".to_owned()
        }
        Some(given) => format!("回执对应的只是“{}”，不是全部记录", given.scope),
    }
}

fn cannot(why: &str) -> ErrorView {
    ErrorView::new(
        "JH-11",
        format!("不能只发回执之后的内容：{why}。"),
        "请导出“全部”；对方导入后带回的回执，下次可以作为依据。没有写出文件。",
    )
}
