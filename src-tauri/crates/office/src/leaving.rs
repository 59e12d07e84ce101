//! What leaves the archive: shown as a list before a bundle is written, and
//! kept afterwards: what was given, to whom, when.

use crate::Office;
use crate::bundle_out::Written;
use crate::error::Result;
use crate::masks::Mask;
use crate::moment::{Moment, local_of};
use crate::names::excerpt;
use crate::open::{Open, label_of};
use crate::scope::{Extent, Scope};
use casework::kinds::KINDS;
use casework::records::{Person, Record};
use ledger::EntityId;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::{BTreeMap, BTreeSet};
use vault::{AttachmentInfo, MASKED_WORDS};

/// Titles listed of one kind of record; the rest is counted.
const LISTED: usize = 200;
/// Exports that are kept in the list of what was given.
const KEPT: usize = 500;
/// Of these, the last ones whose receipt may be gone on from.
const ACKNOWLEDGEABLE: usize = 100;
/// Of these, shown on the page.
const SHOWN: usize = 20;
/// Local: what was given to whom.
const GIVEN: &str = "exchange.given";

/// Records of one kind that leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct LeavingKind {
    /// Kind in words.
    pub label: String,
    /// How many.
    pub count: u32,
    /// What they are called, as many as can be listed.
    pub titles: Vec<String>,
}

/// What a bundle will take along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Leaving {
    /// The scope in words.
    pub scope: String,
    /// Everybody who has an entry among the records, by name.
    pub people: Vec<String>,
    /// Records with their words, by kind.
    pub kinds: Vec<LeavingKind>,
    /// All of them together.
    pub records: u32,
    /// Files that go along.
    pub attachments: u32,
    /// Their bytes.
    pub bytes: u64,
    /// What is masked, in words.
    pub masks: Vec<String>,
}

/// A bundle that was given away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Given {
    /// When, in milliseconds since 1970, UTC.
    pub millis: u64,
    /// Local time in words.
    #[serde(default)]
    pub when: String,
    /// The scope in words.
    pub scope: String,
    /// For whom it was locked.
    pub to: String,
    /// Records with their words.
    pub records: u64,
    /// Files.
    pub attachments: u64,
    /// Where it was written.
    pub path: String,
    /// What a receipt for it names, in hexadecimal; empty in the first version.
    #[serde(default)]
    pub digest: String,
    /// It gave everything: all, or all since a receipt.
    #[serde(default)]
    pub is_whole: bool,
    /// Who acknowledged it and when, in words.
    #[serde(default)]
    pub arrived: Vec<String>,
    /// What was masked by choice, in words.
    #[serde(default)]
    pub masks: Vec<String>,
}

impl Office {
    /// What an export of this scope would take along; nothing is written.
    pub fn leaving(&self, scope: &Scope) -> Result<Leaving> {
        self.leaving_masked(scope, &[])
    }

    /// The same, when what is chosen is masked.
    pub fn leaving_masked(&self, scope: &Scope, masks: &[Mask]) -> Result<Leaving> {
        let open = self.archive()?;
        open.leaving_of(open.masked_extent(scope, masks)?)
    }
}

impl Open {
    /// What an export of this extent would take along.
    pub(crate) fn leaving_of(&self, extent: Extent) -> Result<Leaving> {
        let mut by_kind: BTreeMap<String, Vec<EntityId>> = BTreeMap::new();
        let some: Option<BTreeSet<EntityId>> = match &extent.records {
            Some(ids) => Some(ids.iter().filter_map(|id| id.parse().ok()).collect()),
            None if extent.base.is_some() => Some(self.touched_after(&extent)?),
            None => None,
        };
        match some {
            Some(ids) => {
                for id in ids {
                    if let Some(record) = self.vault.record(&id)? {
                        by_kind.entry(record.kind).or_default().push(id);
                    }
                }
            }
            None => {
                for kind in self.vault.stats()?.records.into_keys() {
                    let records = self.vault.records(&kind)?;
                    let ids = records.into_iter().map(|it| it.id).collect();
                    by_kind.insert(kind, ids);
                }
            }
        }
        by_kind.retain(|_, ids| !ids.is_empty());
        let rank = |kind: &str| KINDS.iter().position(|spec| spec.kind == kind);
        let mut kinds: Vec<(String, Vec<EntityId>)> = by_kind.into_iter().collect();
        kinds.sort_by_key(|(kind, _)| rank(kind).unwrap_or(usize::MAX));
        let mut people = Vec::new();
        let mut listed = Vec::new();
        for (kind, ids) in &kinds {
            let mut titles = Vec::new();
            for id in ids.iter().take(LISTED) {
                titles.push(if kind == Person::KIND && extent.masks.hides_name_of(id) {
                    MASKED_WORDS.to_owned()
                } else {
                    excerpt(&self.called(id)?, 40)
                });
            }
            if kind == Person::KIND {
                let named = titles.iter().filter(|it| *it != MASKED_WORDS);
                people.extend(named.cloned());
            }
            listed.push(LeavingKind {
                label: label_of(kind).to_owned(),
                count: ids.len() as u32,
                titles,
            });
        }
        let files = self.leaving_files(&extent)?;
        Ok(Leaving {
            people,
            records: listed.iter().map(|it| it.count).sum(),
            kinds: listed,
            attachments: files.len() as u32,
            bytes: files.iter().map(|it| it.size).sum(),
            masks: extent.masks.words(),
            scope: extent.words,
        })
    }

    /// The records that entries with their words are about, of those that a
    /// receiver does not have.
    fn touched_after(&self, extent: &Extent) -> Result<BTreeSet<EntityId>> {
        let mut touched = BTreeSet::new();
        self.each_entry(None, extent, &mut |entry| {
            let changes = entry.open_payload()?.map(|payload| payload.changes);
            touched.extend(changes.iter().flatten().map(|change| change.entity));
            Ok(())
        })?;
        Ok(touched)
    }

    /// The files that go along with an export.
    pub(crate) fn leaving_files(&self, extent: &Extent) -> Result<Vec<AttachmentInfo>> {
        let sealed = self.vault.sealed_attachments()?;
        let wanted = |info: &AttachmentInfo| {
            let wanted = extent.attachments.as_ref();
            let base = extent.base.as_ref();
            !sealed.contains(&info.sha256)
                && base.is_none_or(|base| !base.files.contains(&info.sha256))
                && wanted.is_none_or(|wanted| wanted.contains(&info.sha256))
        };
        let mut files = self.vault.attachments()?;
        files.retain(wanted);
        Ok(files)
    }

    /// For whom a bundle is locked, in words.
    pub(crate) fn addressees(&self, recipients: &[String]) -> Result<String> {
        if recipients.iter().all(|code| code.trim().is_empty()) {
            return Ok("知道口令的人".to_owned());
        }
        let peers = self.peers()?;
        let name = |code: &String| {
            let known = peers
                .iter()
                .find(|it| it.keys.recipient.as_str().eq_ignore_ascii_case(code.trim()));
            match known {
                Some(known) => known.record.name.clone(),
                None => format!("未登记的收件码{}", excerpt(code.trim(), 12)),
            }
        };
        let mut names: Vec<String> = recipients
            .iter()
            .filter(|code| !code.trim().is_empty())
            .map(name)
            .collect();
        names.dedup();
        Ok(names.join("、"))
    }

    /// Keeps what was given to whom.
    pub(crate) fn keep_given(&mut self, to: String, written: &Written, now: Moment) -> Result<()> {
        let report = &written.report;
        let mut all = self.all_given()?;
        self.keep_whole(&written.digest, written.whole.as_ref())?;
        all.insert(
            0,
            Given {
                millis: now.millis,
                when: String::new(),
                scope: report.scope.clone(),
                to,
                records: report.records,
                attachments: report.attachments,
                path: report.path.clone(),
                digest: written.digest.clone(),
                is_whole: written.whole.is_some(),
                arrived: Vec::new(),
                masks: report.masks.clone(),
            },
        );
        // Nobody carries a receipt back for so long.
        if let Some(old) = all.get(ACKNOWLEDGEABLE).filter(|old| old.is_whole) {
            self.keep_whole(&old.digest, None)?;
        }
        all.truncate(KEPT);
        let json = serde_json::to_value(&all).unwrap_or_default();
        Ok(self.vault.put_local(GIVEN, &json)?)
    }

    /// What was given last, the latest first.
    pub(crate) fn given(&self) -> Result<Vec<Given>> {
        let all = self.all_given()?.into_iter().take(SHOWN);
        Ok(all
            .map(|given| Given {
                when: local_of(given.millis)
                    .format("%Y年%-m月%-d日 %H:%M")
                    .to_string(),
                ..given
            })
            .collect())
    }

    /// What is on record of the bundle with this digest.
    pub(crate) fn given_as(&self, digest: &str) -> Result<Option<Given>> {
        let mut all = self.all_given()?.into_iter();
        Ok(all.find(|given| given.digest == digest))
    }

    /// Keeps that a bundle has arrived. Gives back what is on record of it.
    pub(crate) fn given_arrived(&mut self, digest: &str, words: &str) -> Result<Option<Given>> {
        let mut all = self.all_given()?;
        let Some(given) = all.iter_mut().find(|given| given.digest == digest) else {
            return Ok(None);
        };
        if !given.arrived.iter().any(|known| known == words) {
            given.arrived.push(words.to_owned());
        }
        let found = given.clone();
        let json = serde_json::to_value(&all).unwrap_or_default();
        self.vault.put_local(GIVEN, &json)?;
        Ok(Some(found))
    }

    fn all_given(&self) -> Result<Vec<Given>> {
        let json = self.vault.local(GIVEN)?;
        Ok(json
            .and_then(|json| serde_json::from_value(json).ok())
            .unwrap_or_default())
    }
}
