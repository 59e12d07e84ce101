//! What belongs to an export: everything, one tour, one matter, or one person's
//! file.
//!
//! A partial export takes what is needed to make sense of it and no more; what
//! lies outside keeps its header, so that the chain still verifies, while its
//! words stay here.

use crate::error::{ErrorView, Result};
use crate::masks::Masks;
use crate::open::{Open, entity};
use crate::since::Base;
use casework::records::{
    Citation, CitationTarget, Finding, Interview, Material, MinutesDocument, NumberRuling,
    Observation, Paper, Paragraph, Passage, Person, SamePerson, Sameness, Statement, Tour, Turn,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeSet;

/// How much is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum ScopeKind {
    /// The whole archive.
    全部,
    /// One tour with its talks, minutes, findings and papers.
    巡察,
    /// One finding (问题线索) with what it rests on and what was drawn from it.
    事项,
    /// One person's file.
    人员,
}

/// What is exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Scope {
    /// How much.
    pub kind: ScopeKind,
    /// Tour, finding or person.
    pub id: Option<String>,
}

impl Scope {
    /// The whole archive.
    pub fn everything() -> Self {
        Self {
            kind: ScopeKind::全部,
            id: None,
        }
    }
}

/// Records and attachments that leave with an export.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extent {
    /// Records; `None` means all.
    pub records: Option<BTreeSet<String>>,
    /// Attachments by hash; `None` means all.
    pub attachments: Option<BTreeSet<String>>,
    /// What stays at home because the receiver has it; nothing when `None`.
    pub base: Option<Base>,
    /// The scope in words, for the manifest and the preview.
    pub words: String,
    /// What of it is masked.
    pub masks: Masks,
}

impl Open {
    /// Works out what an export takes.
    pub(crate) fn extent(&self, scope: &Scope) -> Result<Extent> {
        let mut gathering = Gathering {
            open: self,
            extent: Extent::default(),
        };
        let id = scope.id.as_deref().unwrap_or_default();
        match scope.kind {
            ScopeKind::全部 => {
                "全部记录".clone_into(&mut gathering.extent.words);
                return Ok(gathering.extent);
            }
            ScopeKind::巡察 => gathering.tour(id)?,
            ScopeKind::事项 => gathering.matter(id)?,
            ScopeKind::人员 => gathering.person_file(id)?,
        }
        // Who sends, and for which organ, is part of every export.
        for own in [
            self.supervisor()?.map(|it| it.id),
            self.organ()?.map(|it| it.id),
        ] {
            gathering.take_opt(own.as_deref());
        }
        Ok(gathering.extent)
    }
}

/// Which papers go along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawn {
    /// Those drawn from a finding, and those that record a talk.
    FromAny,
    /// Only the former.
    FromFindings,
}

struct Gathering<'a> {
    open: &'a Open,
    extent: Extent,
}

impl Gathering<'_> {
    /// Takes a record; true when it was not taken before.
    fn take(&mut self, id: &str) -> bool {
        self.extent
            .records
            .get_or_insert_default()
            .insert(id.to_owned())
    }

    fn take_opt(&mut self, id: Option<&str>) {
        if let Some(id) = id {
            self.take(id);
        }
    }

    fn attach(&mut self, sha256: &str) {
        self.extent
            .attachments
            .get_or_insert_default()
            .insert(sha256.to_owned());
    }

    fn tour(&mut self, id: &str) -> Result<()> {
        let tour = self.open.get::<Tour>(id)?.record;
        self.extent.words = format!("巡察任务“{}”", tour.title);
        self.extent.attachments = Some(BTreeSet::new());
        self.take(id);
        self.materials(id)?;
        for unit in &tour.units {
            self.take(unit);
        }
        for person in &tour.planned {
            self.person(person)?;
        }
        for talk in self.open.children::<Interview>(id)? {
            self.interview(&talk.id, &talk.record)?;
        }
        for document in self.open.children::<MinutesDocument>(id)? {
            self.minutes(&document.id, true)?;
        }
        for finding in self.open.all::<Finding>()? {
            if finding.record.tour.as_deref() == Some(id) {
                self.finding(&finding.id, &finding.record)?;
                self.circle(&finding.record.person)?;
            }
        }
        self.papers(Drawn::FromAny)
    }

    /// A matter with what it rests on. Of a talk that it cites only the cited
    /// turns come along, so not the paper that records the talk either.
    fn matter(&mut self, id: &str) -> Result<()> {
        if self.open.vault.is_sealed(&entity(id)?)? {
            return Err(ErrorView::new(
                "JH-13",
                "这件事项已经密封，不能导出。",
                "确需交给对方的，请先解除密封再导出；没有写出任何文件。",
            ));
        }
        let finding = self.open.get::<Finding>(id)?.record;
        self.extent.words = format!("事项“{}”", finding.title);
        self.extent.attachments = Some(BTreeSet::new());
        self.finding(id, &finding)?;
        self.papers(Drawn::FromFindings)
    }

    fn person_file(&mut self, id: &str) -> Result<()> {
        let person = self.open.get::<Person>(id)?.record;
        self.extent.words = format!("人员“{}”的材料", person.name);
        self.extent.attachments = Some(BTreeSet::new());
        self.person(id)?;
        self.circle(id)?;
        for talk in self.open.referring_to_person::<Interview>(id, "person")? {
            if let Some(talk) = self.open.find::<Interview>(&talk)? {
                self.take_opt(talk.record.tour.as_deref());
                self.interview(&talk.id, &talk.record)?;
            }
        }
        for finding in self.open.of_person::<Finding>(id)? {
            self.finding(&finding.id, &finding.record)?;
        }
        self.papers(Drawn::FromAny)
    }

    /// A person with every entry of it, and what says that they are one.
    fn person(&mut self, id: &str) -> Result<()> {
        for entry in self.open.twins()?.alike(id) {
            if self.take(&entry)
                && let Some(person) = self.open.find::<Person>(&entry)?
            {
                self.take_opt(person.record.unit.as_deref());
                for judgement in self.open.referring::<SamePerson>(&entry, "second")? {
                    let judged = self.open.find::<SamePerson>(&judgement)?;
                    if judged.is_some_and(|it| it.record.verdict == Sameness::同一人) {
                        self.take(&judgement);
                    }
                }
            }
        }
        Ok(())
    }

    /// Relations, observations and materials of somebody a finding or a file is
    /// about.
    fn circle(&mut self, person: &str) -> Result<()> {
        self.materials(person)?;
        for row in self.open.relations_of(person)? {
            self.take(&row.id);
            self.person(&row.other.id)?;
        }
        for note in self.open.of_person::<Observation>(person)? {
            self.take(&note.id);
        }
        Ok(())
    }

    fn interview(&mut self, id: &str, talk: &Interview) -> Result<()> {
        self.take(id);
        self.materials(id)?;
        self.person(&talk.person)?;
        for turn in self.open.children::<Turn>(id)? {
            self.take(&turn.id);
        }
        Ok(())
    }

    /// Minutes with their passages, and the whole text only where it is wanted.
    fn minutes(&mut self, id: &str, whole: bool) -> Result<()> {
        let Some(document) = self.open.find::<MinutesDocument>(id)? else {
            return Ok(());
        };
        self.take(id);
        self.take_opt(document.record.unit.as_deref());
        if whole {
            self.attach(&document.record.original.sha256);
            for paragraph in self.open.children::<Paragraph>(id)? {
                self.take(&paragraph.id);
            }
            for passage in self.open.children::<Passage>(id)? {
                self.take(&passage.id);
            }
        }
        Ok(())
    }

    fn finding(&mut self, id: &str, finding: &Finding) -> Result<()> {
        self.take(id);
        self.materials(id)?;
        self.person(&finding.person)?;
        for statement in self.open.children::<Statement>(id)? {
            self.take(&statement.id);
        }
        for citation in self.open.children::<Citation>(id)? {
            self.take(&citation.id);
            let target = &citation.record.target;
            self.take(target);
            match citation.record.target_kind {
                CitationTarget::谈话 => {
                    if let Some(turn) = self.open.find::<Turn>(target)? {
                        self.take(&turn.record.interview);
                        if let Some(talk) = self.open.find::<Interview>(&turn.record.interview)? {
                            self.person(&talk.record.person)?;
                        }
                    }
                }
                CitationTarget::摘录 => {
                    if let Some(passage) = self.open.find::<Passage>(target)? {
                        self.minutes(&passage.record.document, false)?;
                        self.take(&passage.record.from_paragraph);
                        self.take(&passage.record.to_paragraph);
                    }
                }
                CitationTarget::情况记录 => {
                    if let Some(note) = self.open.find::<Observation>(target)? {
                        self.person(&note.record.person)?;
                    }
                }
                CitationTarget::材料 => {
                    if let Some(material) = self.open.find::<Material>(target)? {
                        self.attach(&material.record.file.sha256);
                        self.owner(&material.record.owner)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// What a cited material belongs to, so that its place is known: a talk with
    /// whom it was held, a person, a tour, a paper. The text of another matter
    /// stays here.
    fn owner(&mut self, owner: &str) -> Result<()> {
        if let Some(talk) = self.open.find::<Interview>(owner)? {
            self.take(owner);
            return self.person(&talk.record.person);
        }
        if self.open.find::<Finding>(owner)?.is_none() {
            self.take(owner);
        }
        Ok(())
    }

    /// The materials of something that is taken for its own sake. Who or what is
    /// only named in it leaves its materials here.
    fn materials(&mut self, owner: &str) -> Result<()> {
        for material in self.open.children::<Material>(owner)? {
            self.take(&material.id);
            self.attach(&material.record.file.sha256);
        }
        Ok(())
    }

    /// Papers drawn from what is taken.
    fn papers(&mut self, drawn: Drawn) -> Result<()> {
        let taken = self.extent.records.clone().unwrap_or_default();
        for paper in self.open.all::<Paper>()? {
            let record = &paper.record;
            let from_finding = record.items.iter().any(|item| {
                item.finding
                    .as_ref()
                    .is_some_and(|finding| taken.contains(finding))
            });
            let from_talk = record
                .interview
                .as_ref()
                .is_some_and(|talk| taken.contains(talk));
            if from_finding || from_talk && drawn == Drawn::FromAny {
                self.take(&paper.id);
                self.materials(&paper.id)?;
                self.person(&record.person)?;
                for field in ["keeps", "others"] {
                    for ruling in self.open.referring::<NumberRuling>(&paper.id, field)? {
                        self.take(&ruling);
                    }
                }
                if let Some(copy) = &record.issued {
                    self.attach(&copy.pdf.sha256);
                }
            }
        }
        Ok(())
    }
}
