//! Search over everything: people by name, pinyin or initials, and full text.

use crate::Office;
use crate::error::Result;
use crate::names::{OpenTarget, Page};
use crate::open::Open;
use casework::records::{
    Citation, Finding, Interview, Material, MinutesDocument, Observation, Paper, Paragraph,
    Passage, Person, Record, Relation, Statement, Tour, Turn,
};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeSet;

/// Something found.
#[derive(Debug, Clone, Serialize, Type)]
pub struct SearchHit {
    /// Record.
    pub id: String,
    /// Kind in the ledger.
    pub kind: String,
    /// Kind in words.
    pub label: String,
    /// What the record is called.
    pub title: String,
    /// The words around the first hit.
    pub excerpt: String,
    /// Hits inside the excerpt, in characters.
    pub ranges: Vec<(u32, u32)>,
    /// Where it opens.
    pub open: OpenTarget,
}

/// Characters shown before the first hit.
const BEFORE: usize = 12;
/// Characters shown in all.
const SHOWN: usize = 60;

impl Office {
    /// Finds people by name first, then everything by its words.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<SearchHit>> {
        let open = self.archive()?;
        if query.trim().is_empty() {
            return Ok(Vec::new());
        }
        let named = open.vault.search_names(query, limit)?;
        let worded = open.vault.search(query, limit)?;
        let mut seen = BTreeSet::new();
        let mut hits = Vec::new();
        let twins = open.twins()?;
        for hit in named.into_iter().chain(worded) {
            let id = hit.id.to_string();
            // Somebody entered twice is found under either entry, and shown once.
            let id = twins.kept(&id).to_owned();
            if hits.len() == limit || !seen.insert(id.clone()) {
                continue;
            }
            let Some((title, target)) = open.place_of(&hit.kind, &id)? else {
                continue;
            };
            let (excerpt, ranges) = around(&hit.text, &in_chars(&hit.ranges));
            hits.push(SearchHit {
                label: casework::kinds::spec_of(&hit.kind)
                    .map_or("记录", |spec| spec.label)
                    .to_owned(),
                id,
                kind: hit.kind,
                title,
                excerpt,
                ranges,
                open: target,
            });
        }
        Ok(hits)
    }
}

/// Ranges as the window counts them.
fn in_chars(ranges: &[(usize, usize)]) -> Vec<(u32, u32)> {
    ranges
        .iter()
        .map(|(from, to)| (*from as u32, *to as u32))
        .collect()
}

/// Cuts the words around the first hit and moves the ranges along.
fn around(text: &str, ranges: &[(u32, u32)]) -> (String, Vec<(u32, u32)>) {
    let first = ranges.first().map_or(0, |range| range.0 as usize);
    let start = first.saturating_sub(BEFORE);
    let mut shown: String = text.chars().skip(start).take(SHOWN).collect();
    let length = shown.chars().count();
    let lead = u32::from(start > 0);
    if start > 0 {
        shown.insert(0, '…');
    }
    if text.chars().count() > start + length {
        shown.push('…');
    }
    let (start, end) = (start as u32, (start + length) as u32);
    let moved = ranges
        .iter()
        .filter(|(from, to)| *from >= start && *to <= end)
        .map(|(from, to)| (from - start + lead, to - start + lead))
        .collect();
    (shown, moved)
}

impl Open {
    /// What a record is called and where it opens; nothing for what has no page.
    pub(crate) fn place_of(&self, kind: &str, id: &str) -> Result<Option<(String, OpenTarget)>> {
        macro_rules! record {
            ($type:ty) => {
                match self.find::<$type>(id)? {
                    Some(stored) => stored.record,
                    None => return Ok(None),
                }
            };
        }
        let target = OpenTarget::new;
        let focused = |page, owner: &str| OpenTarget::focused(page, owner, id);
        Ok(Some(match kind {
            Person::KIND => (record!(Person).name, target(Page::People, id)),
            Tour::KIND => (record!(Tour).title, target(Page::Tours, id)),
            Interview::KIND => {
                let person = record!(Interview).person;
                (
                    format!("与{}的谈话", self.person_named(&person)?.name),
                    target(Page::Interview, id),
                )
            }
            Turn::KIND => {
                let talk = record!(Turn).interview;
                let person = self
                    .find::<Interview>(&talk)?
                    .map(|talk| talk.record.person);
                let name = match person {
                    Some(person) => self.person_named(&person)?.name,
                    None => return Ok(None),
                };
                (format!("与{name}的谈话"), focused(Page::Interview, &talk))
            }
            MinutesDocument::KIND => (record!(MinutesDocument).title, target(Page::Minutes, id)),
            Paragraph::KIND => {
                let document = record!(Paragraph).document;
                (
                    self.minutes_title(&document)?,
                    focused(Page::Minutes, &document),
                )
            }
            Passage::KIND => {
                let document = record!(Passage).document;
                (
                    self.minutes_title(&document)?,
                    focused(Page::Minutes, &document),
                )
            }
            Relation::KIND => {
                // A relation may start from a unit, which has no page of its own.
                let Relation { from, to, .. } = record!(Relation);
                let page = if self.find::<Person>(&from)?.is_some() {
                    from
                } else {
                    to
                };
                (self.named(&page)?.name, focused(Page::People, &page))
            }
            Observation::KIND => {
                let person = record!(Observation).person;
                (
                    self.person_named(&person)?.name,
                    focused(Page::People, &person),
                )
            }
            Finding::KIND => (record!(Finding).title, target(Page::Findings, id)),
            Citation::KIND => {
                let citation = record!(Citation);
                (citation.place, focused(Page::Findings, &citation.finding))
            }
            Statement::KIND => {
                let finding = record!(Statement).finding;
                ("本人说明".to_owned(), focused(Page::Findings, &finding))
            }
            Paper::KIND => (record!(Paper).title, target(Page::Papers, id)),
            Material::KIND => (record!(Material).name, target(Page::Materials, id)),
            // Units, the supervisor and the organ have no page of their own.
            _ => return Ok(None),
        }))
    }

    fn minutes_title(&self, id: &str) -> Result<String> {
        Ok(self
            .find::<MinutesDocument>(id)?
            .map_or_else(String::new, |document| document.record.title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_keeps_its_marks_on_the_same_words() {
        let text = format!("{}票决记录{}", "甲".repeat(40), "乙".repeat(80));
        let (shown, ranges) = around(&text, &[(40, 44)]);
        let (from, to) = ranges[0];
        let marked: String = shown
            .chars()
            .skip(from as usize)
            .take((to - from) as usize)
            .collect();
        assert_eq!(marked, "票决记录");
        assert!(shown.starts_with('…') && shown.ends_with('…'));
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(around("票决", &[(0, 1)]), ("票决".to_owned(), vec![(0, 1)]));
    }
}
