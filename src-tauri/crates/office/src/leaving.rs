//! What leaves the archive: shown as a list before a bundle is written, and
//! kept afterwards: what was given, to whom, when.

use crate::Office;
use crate::error::Result;
use crate::exchange_desk::ExportReport;
use crate::moment::{Moment, local_of};
use crate::names::excerpt;
use crate::open::{Open, label_of};
use crate::scope::{Extent, Scope};
use casework::kinds::KINDS;
use casework::records::{Person, Record};
use ledger::EntityId;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;
use vault::AttachmentInfo;

/// Titles listed of one kind of record; the rest is counted.
const LISTED: usize = 200;
/// Exports that are kept in the list of what was given.
const KEPT: usize = 500;
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
}

impl Office {
    /// What an export of this scope would take along; nothing is written.
    pub fn leaving(&self, scope: &Scope) -> Result<Leaving> {
        self.archive()?.leaving(scope)
    }
}

impl Open {
    fn leaving(&self, scope: &Scope) -> Result<Leaving> {
        let extent = self.extent(scope)?;
        let mut by_kind: BTreeMap<String, Vec<EntityId>> = BTreeMap::new();
        match &extent.records {
            Some(ids) => {
                for id in ids.iter().filter_map(|id| id.parse::<EntityId>().ok()) {
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
                titles.push(excerpt(&self.called(id)?, 40));
            }
            if kind == Person::KIND {
                people.clone_from(&titles);
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
            scope: extent.words,
        })
    }

    /// The files that go along with an export.
    pub(crate) fn leaving_files(&self, extent: &Extent) -> Result<Vec<AttachmentInfo>> {
        let sealed = self.vault.sealed_attachments()?;
        let wanted = |info: &AttachmentInfo| {
            let wanted = extent.attachments.as_ref();
            !sealed.contains(&info.sha256)
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
    pub(crate) fn keep_given(
        &mut self,
        to: String,
        report: &ExportReport,
        now: Moment,
    ) -> Result<()> {
        let mut all = self.all_given()?;
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
            },
        );
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

    fn all_given(&self) -> Result<Vec<Given>> {
        let json = self.vault.local(GIVEN)?;
        Ok(json
            .and_then(|json| serde_json::from_value(json).ok())
            .unwrap_or_default())
    }
}
