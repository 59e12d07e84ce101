//! What a citation writes down of the thing it cites: where it stands, and its words.

use crate::error::{ErrorView, Result};
use crate::minutes_desk::{place_words, short_title};
use crate::moment::full_date;
use crate::names::excerpt;
use crate::open::{Open, entity};
use crate::wording::{ERASED, NOT_HERE};
use casework::records::{
    CitationTarget, Interview, Material, MinutesDocument, Observation, Paragraph, Passage, Person,
    Record, Turn,
};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use vault::MASKED_WORDS;

/// That words which came masked cannot be quoted: what stands for them on the screen
/// is none of them.
pub(crate) fn masked_words() -> ErrorView {
    ErrorView::new(
        "DA-33",
        "这段内容发来时已遮盖，本机没有原文，不能引用。",
        "请向来源方索取完整内容，导入后再引用；没有写入引用，现有内容没有改动。",
    )
}

/// That a material whose source came masked proves nothing here.
pub(crate) fn masked_source() -> ErrorView {
    ErrorView::new(
        "DA-33",
        "这份材料的来源发来时已遮盖，本机看不到出自何处，不能引用为证据。",
        "请向来源方索取完整内容，导入后再引用；没有写入引用，现有内容没有改动。",
    )
}

impl Open {
    /// The words of the thing cited as they stand now; nothing when it is not
    /// in this archive or was taken back.
    pub(crate) fn words_of(&self, kind: CitationTarget, target: &str) -> Result<Option<String>> {
        Ok(match kind {
            CitationTarget::谈话 => self.find::<Turn>(target)?.map(|turn| turn.record.text),
            CitationTarget::摘录 => self.find::<Passage>(target)?.map(|it| it.record.quote),
            CitationTarget::情况记录 => self
                .find::<Observation>(target)?
                .map(|note| note.record.what),
            CitationTarget::材料 => self.find::<Material>(target)?.map(|it| it.record.name),
        })
    }

    /// Place and words of something that can be cited; nothing when it is not here.
    /// Names that are not known here are left out of the place: it is written down
    /// and passed on, and what stands for them on the screen is no name.
    pub(crate) fn cited_words(
        &self,
        kind: CitationTarget,
        target: &str,
        numbering: &mut Numbering,
    ) -> Result<Option<(String, String)>> {
        Ok(match kind {
            CitationTarget::谈话 => {
                let Some(turn) = self.find::<Turn>(target)? else {
                    return Ok(None);
                };
                let talk = self.get::<Interview>(&turn.record.interview)?;
                let with = self
                    .name_to_write(&talk.record.person)?
                    .map_or_else(String::new, |name| format!("与{name}"));
                let number = numbering
                    .of::<Turn>(self, &talk.id, target)?
                    .unwrap_or_default();
                Some((format!("{with}谈话第{number}条"), turn.record.text))
            }
            CitationTarget::摘录 => {
                let Some(passage) = self.find::<Passage>(target)? else {
                    return Ok(None);
                };
                let document = self.get::<MinutesDocument>(&passage.record.document)?;
                let number = numbering.of::<Paragraph>(
                    self,
                    &document.id,
                    &passage.record.from_paragraph,
                )?;
                let place = place_words(passage.record.page, number);
                let title = known(&document.record.title).map_or_else(
                    || "会议记录".to_owned(),
                    |title| format!("《{}》", short_title(title)),
                );
                Some((format!("{title}{place}"), passage.record.quote))
            }
            CitationTarget::情况记录 => {
                let Some(note) = self.find::<Observation>(target)? else {
                    return Ok(None);
                };
                let date = note.record.date.map(full_date).unwrap_or_default();
                let of = self.name_to_write(&note.record.person)?.unwrap_or_default();
                let gist = excerpt(known(&note.record.place).unwrap_or_default(), 12);
                Some((
                    format!("{of}情况记录 {date} {gist}").trim().to_owned(),
                    note.record.what,
                ))
            }
            CitationTarget::材料 => {
                let Some(material) = self.find::<Material>(target)? else {
                    return Ok(None);
                };
                let owner = self.called(&entity(&material.record.owner)?)?;
                let of = if is_written_out(&owner) {
                    format!("“{owner}”")
                } else {
                    String::new()
                };
                Some((format!("{of}所附材料"), material.record.name))
            }
        })
    }

    /// The name of a person, to be written into a record; nothing when it is not
    /// known here.
    fn name_to_write(&self, person: &str) -> Result<Option<String>> {
        let person = self.find::<Person>(self.twins()?.kept(person))?;
        Ok(person.and_then(|person| known(&person.record.name).map(str::to_owned)))
    }
}

/// A text that is known here: neither masked nor empty.
fn known(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty() && *text != MASKED_WORDS)
}

/// Whether no word of it stands for something that is not known here.
fn is_written_out(words: &str) -> bool {
    [MASKED_WORDS, NOT_HERE, ERASED]
        .iter()
        .all(|placeholder| !words.contains(placeholder))
}

/// Numbers of turns and paragraphs, from 1. Each talk and document is read once,
/// however many of its parts are listed.
#[derive(Default)]
pub(crate) struct Numbering(BTreeMap<String, BTreeMap<String, usize>>);

impl Numbering {
    fn of<T: Record>(&mut self, open: &Open, owner: &str, part: &str) -> Result<Option<usize>> {
        let numbers = match self.0.entry(owner.to_owned()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let parts = open.vault.children(T::KIND, &entity(owner)?)?;
                let ids = parts.into_iter().map(|part| part.id.to_string());
                place.insert(ids.zip(1..).collect())
            }
        };
        Ok(numbers.get(part).copied())
    }
}
