//! 问题线索: findings, what they rest on, and what the person says.

use crate::Office;
use crate::citing::{Numbering, masked_source, masked_words};
use crate::error::{ErrorView, Result};
use crate::materials::format_words;
use crate::moment::Moment;
use crate::names::{Named, OpenTarget, Page, PersonCard};
use crate::open::{Open, Saved, Stored, entity};
use crate::papers_desk::PaperRow;
use casework::records::{
    Aspect, Citation, CitationTarget, Disposition, Finding, Interview, InterviewState, Material,
    MinutesDocument, Observation, Passage, Proof, Record, Reliability, Statement, Turn,
    Verification,
};
use serde::Serialize;
use specta::Type;
use vault::MASKED_WORDS;

/// A finding in a list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FindingRow {
    /// Identifier.
    pub id: String,
    /// Title.
    pub title: String,
    /// Person concerned.
    pub person: Named,
    /// Aspect.
    pub aspect: Aspect,
    /// State of proof.
    pub proof: Proof,
    /// Disposition.
    pub disposition: Disposition,
    /// Citations.
    pub citations: u32,
    /// The person was heard.
    pub has_statement: bool,
}

/// A citation with the standing of what it cites.
#[derive(Debug, Clone, Serialize, Type)]
pub struct CitationView {
    /// Identifier.
    pub id: String,
    /// The citation.
    pub record: Citation,
    /// How the cited thing itself stands: 已核对签名的谈话, 未核实 …
    pub standing: String,
    /// It is unverified hearsay, on which no letter may rest alone.
    pub hearsay: bool,
    /// Where it can be seen.
    pub open: OpenTarget,
}

/// Something that could be cited.
#[derive(Debug, Clone, Serialize, Type)]
pub struct Citable {
    /// Kind.
    pub target_kind: CitationTarget,
    /// Record.
    pub target: String,
    /// Place in words.
    pub place: String,
    /// The words.
    pub text: String,
    /// How it stands.
    pub standing: String,
}

/// A finding with everything on its page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FindingView {
    /// The finding.
    pub finding: Stored<Finding>,
    /// Person concerned.
    pub person: PersonCard,
    /// What it rests on.
    pub citations: Vec<CitationView>,
    /// What the person says.
    pub statements: Vec<Stored<Statement>>,
    /// Papers drawn from it.
    pub papers: Vec<PaperRow>,
    /// It belongs to a sealed matter, which is open.
    pub sealed: bool,
}

/// How a cited thing stands.
pub(crate) struct Standing {
    /// In words.
    pub words: String,
    /// Unverified hearsay.
    pub hearsay: bool,
}

impl Office {
    /// All findings, undecided ones first.
    pub fn findings(&self) -> Result<Vec<FindingRow>> {
        let open = self.archive()?;
        let mut findings = open.all::<Finding>()?;
        findings.sort_by_key(|finding| finding.record.disposition != Disposition::未定);
        findings
            .iter()
            .map(|finding| open.finding_row(finding))
            .collect()
    }

    /// One finding.
    pub fn finding(&self, id: &str, now: Moment) -> Result<FindingView> {
        let open = self.archive()?;
        let finding = open.get::<Finding>(id)?;
        open.note_opened(id, now)?;
        let citations = open
            .children::<Citation>(id)?
            .into_iter()
            .map(|citation| open.citation_view(citation))
            .collect::<Result<_>>()?;
        let papers = open
            .papers_on(id)?
            .iter()
            .map(|paper| self.paper_row(open, paper, now))
            .collect::<Result<_>>()?;
        Ok(FindingView {
            person: open.person_card(&finding.record.person)?,
            citations,
            statements: open.children::<Statement>(id)?,
            papers,
            sealed: open.vault.compartment_of(&entity(id)?)?.is_some(),
            finding,
        })
    }

    /// Writes a finding.
    pub fn save_finding(
        &mut self,
        id: Option<&str>,
        finding: &Finding,
        now: Moment,
    ) -> Result<Saved> {
        if finding.title.trim().is_empty() || finding.person.is_empty() {
            return Err(ErrorView::form(
                "问题线索要有名称和涉及的人员。",
                "请填写名称、选择人员后再保存，其他内容还在。",
            ));
        }
        if finding.disposition != Disposition::未定 && finding.disposition_reason.trim().is_empty()
        {
            return Err(ErrorView::form(
                "选定处置方式要写明理由。",
                "请填写处置理由后再保存，其他内容还在。",
            ));
        }
        let open = self.archive_mut()?;
        if let Some(id) = id
            && open.get::<Finding>(id)?.record.person != finding.person
            && !(open.papers_on(id)?.is_empty() && open.children::<Statement>(id)?.is_empty())
        {
            return Err(ErrorView::form(
                "这条线索已有文书或本人说明，不能改为另一个人。",
                "如涉及另一个人，请另立一条线索；其他内容还在。",
            ));
        }
        open.save("填写问题线索", id, finding, now)
    }

    /// What could be cited: found by words, or all of the person and tour.
    pub fn citable(&self, id: &str, query: &str) -> Result<Vec<Citable>> {
        /// The list is for choosing; more is narrowed by searching.
        const MOST: usize = 300;
        let open = self.archive()?;
        let finding = open.get::<Finding>(id)?.record;
        let mut targets: Vec<(CitationTarget, String)> = Vec::new();
        if query.trim().is_empty() {
            for talk in open.referring_to_person::<Interview>(&finding.person, "person")? {
                for turn in open.children::<Turn>(&talk)? {
                    targets.push((CitationTarget::谈话, turn.id));
                }
            }
            if let Some(tour) = &finding.tour {
                for document in open.children::<MinutesDocument>(tour)? {
                    for passage in open.children::<Passage>(&document.id)? {
                        targets.push((CitationTarget::摘录, passage.id));
                    }
                }
            }
            for observation in open.of_person::<Observation>(&finding.person)? {
                targets.push((CitationTarget::情况记录, observation.id));
            }
            for owner in open.material_owners(id, &finding)? {
                for material in open.children::<Material>(&owner)? {
                    targets.push((CitationTarget::材料, material.id));
                }
            }
        } else {
            for hit in open.vault.search(query, MOST)? {
                let kind = match hit.kind.as_str() {
                    Turn::KIND => CitationTarget::谈话,
                    Passage::KIND => CitationTarget::摘录,
                    Observation::KIND => CitationTarget::情况记录,
                    Material::KIND => CitationTarget::材料,
                    _ => continue,
                };
                let id = hit.id.to_string();
                if !targets.iter().any(|(_, known)| *known == id) {
                    targets.push((kind, id));
                }
            }
        }
        let mut rows = Vec::new();
        let mut numbering = Numbering::default();
        for (target_kind, target) in targets.into_iter().take(MOST) {
            if let Some((place, text)) = open.cited_words(target_kind, &target, &mut numbering)? {
                let standing = open.standing(target_kind, &target)?.words;
                rows.push(Citable {
                    target_kind,
                    target,
                    place,
                    text,
                    standing,
                });
            }
        }
        Ok(rows)
    }

    /// Cites a turn, passage, observation or material as evidence. A material of
    /// which nobody wrote down where it comes from proves nothing and is refused.
    ///
    /// # Errors
    /// `DA-33` when the words, or the source of the material, came masked.
    pub fn cite(
        &mut self,
        finding: &str,
        target_kind: CitationTarget,
        target: &str,
        quote: Option<&str>,
        proof: Proof,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        open.get::<Finding>(finding)?;
        let Some((place, text)) =
            open.cited_words(target_kind, target, &mut Numbering::default())?
        else {
            return Err(ErrorView::missing("证据"));
        };
        if text == MASKED_WORDS {
            return Err(masked_words());
        }
        if target_kind == CitationTarget::材料 {
            let source = open.get::<Material>(target)?.record.source;
            if source == MASKED_WORDS {
                return Err(masked_source());
            }
            if source.trim().is_empty() {
                return Err(ErrorView::form(
                    "这份材料还没有写明来源，不能引用为证据。",
                    "请打开材料，填写来源后再引用。",
                ));
            }
        }
        let quote = quote
            .map(str::trim)
            .filter(|quote| !quote.is_empty())
            .unwrap_or(&text);
        if !text.contains(quote) {
            return Err(ErrorView::form(
                "引用的文字与原记录不一致。",
                "请从原记录里重新选取要引用的文字。",
            ));
        }
        for known in open.children::<Citation>(finding)? {
            if known.record.target == target && known.record.quote == quote {
                return Err(ErrorView::form(
                    "这段文字已经引用过了。",
                    "不用再次引用，原来的引用还在。",
                ));
            }
        }
        let citation = Citation {
            finding: finding.to_owned(),
            target_kind,
            target: target.to_owned(),
            quote: quote.to_owned(),
            place,
            proof,
        };
        open.save("引用证据", None, &citation, now)
    }

    /// Changes how far a citation is held to be proved.
    pub fn save_citation(&mut self, id: &str, citation: &Citation, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let stored = open.get::<Citation>(id)?.record;
        let record = Citation {
            proof: citation.proof,
            ..stored
        };
        open.save("核定证据", Some(id), &record, now)
    }

    /// Records what the person concerned says.
    pub fn save_statement(
        &mut self,
        id: Option<&str>,
        statement: &Statement,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        open.get::<Finding>(&statement.finding)?;
        if statement.text.trim().is_empty() {
            return Err(ErrorView::form(
                "本人说明还没有内容。",
                "请填写本人说明的原话或要点。",
            ));
        }
        let mut record = statement.clone();
        if let Some(id) = id {
            // What was said about one finding never moves to another.
            record.finding = open.get::<Statement>(id)?.record.finding;
        }
        record.date = record.date.or(Some(now.today()));
        open.save("登记本人说明", id, &record, now)
    }
}

impl Open {
    pub(crate) fn finding_row(&self, finding: &Stored<Finding>) -> Result<FindingRow> {
        let record = &finding.record;
        let links = self.vault.links_to(&entity(&finding.id)?)?;
        let count = |kind: &str| links.iter().filter(|link| link.kind == kind).count();
        Ok(FindingRow {
            id: finding.id.clone(),
            title: record.title.clone(),
            person: self.person_named(&record.person)?,
            aspect: record.aspect,
            proof: record.proof,
            disposition: record.disposition,
            citations: count(Citation::KIND) as u32,
            has_statement: count(Statement::KIND) > 0,
        })
    }

    fn citation_view(&self, citation: Stored<Citation>) -> Result<CitationView> {
        let target = &citation.record.target;
        let mut standing = self.standing(citation.record.target_kind, target)?;
        let words = self.words_of(citation.record.target_kind, target)?;
        if words.as_deref() == Some(MASKED_WORDS) {
            standing.words += "，原文发来时已遮盖";
        } else if citation.record.target_kind != CitationTarget::材料
            && words.is_some_and(|words| !words.contains(&citation.record.quote))
        {
            // The quote is kept as it was cited; whoever reads it must know.
            standing.words += "，引用后原文有改动";
        }
        let open = match citation.record.target_kind {
            CitationTarget::谈话 => match self.find::<Turn>(target)? {
                Some(turn) => OpenTarget::focused(Page::Interview, &turn.record.interview, target),
                None => OpenTarget::new(Page::Findings, &citation.record.finding),
            },
            CitationTarget::摘录 => match self.find::<Passage>(target)? {
                Some(passage) => {
                    OpenTarget::focused(Page::Minutes, &passage.record.document, target)
                }
                None => OpenTarget::new(Page::Findings, &citation.record.finding),
            },
            CitationTarget::情况记录 => match self.find::<Observation>(target)? {
                Some(note) => OpenTarget::focused(Page::People, &note.record.person, target),
                None => OpenTarget::new(Page::Findings, &citation.record.finding),
            },
            CitationTarget::材料 => match self.find::<Material>(target)? {
                Some(_) => OpenTarget::new(Page::Materials, target),
                None => OpenTarget::new(Page::Findings, &citation.record.finding),
            },
        };
        Ok(CitationView {
            id: citation.id,
            record: citation.record,
            standing: standing.words,
            hearsay: standing.hearsay,
            open,
        })
    }

    /// How the thing cited stands. Only an unverified note counts as hearsay:
    /// a turn is the person's own recorded words, a passage a document.
    pub(crate) fn standing(&self, kind: CitationTarget, target: &str) -> Result<Standing> {
        let plain = |words: &str| Standing {
            words: words.to_owned(),
            hearsay: false,
        };
        Ok(match kind {
            CitationTarget::谈话 => match self.find::<Turn>(target)? {
                Some(turn) => {
                    let talk = self.find::<Interview>(&turn.record.interview)?;
                    let signed = talk.is_some_and(|talk| {
                        talk.record.state == InterviewState::已结束 && talk.record.closing.signed
                    });
                    plain(if signed {
                        "谈话记录，已签名"
                    } else {
                        "谈话记录，尚未签名"
                    })
                }
                None => unseen(),
            },
            CitationTarget::摘录 => match self.find::<Passage>(target)? {
                Some(_) => plain("会议记录原文"),
                None => unseen(),
            },
            CitationTarget::情况记录 => match self.find::<Observation>(target)? {
                Some(note) => match note.record.verified {
                    Verification::已核实 => plain("情况记录，已核实"),
                    Verification::查否 => Standing {
                        words: "情况记录，已查否".into(),
                        hearsay: true,
                    },
                    Verification::未核实 => {
                        let reliability = match note.record.reliability {
                            Reliability::可靠 => "来源可靠",
                            Reliability::较可靠 => "来源较可靠",
                            Reliability::待核 => "来源待核",
                            Reliability::存疑 => "来源存疑",
                        };
                        Standing {
                            words: format!("情况记录，未核实，{reliability}"),
                            hearsay: true,
                        }
                    }
                },
                None => unseen(),
            },
            CitationTarget::材料 => match self.find::<Material>(target)? {
                Some(material) => {
                    let format = format_words(material.record.format);
                    let words = format!("材料（{format}），来源：{}", material.record.source);
                    plain(&words)
                }
                None => unseen(),
            },
        })
    }

    /// The records whose materials are offered first: the finding itself, the
    /// person, the person's talks, the papers on it and the tour.
    fn material_owners(&self, id: &str, finding: &Finding) -> Result<Vec<String>> {
        let mut owners = vec![id.to_owned(), finding.person.clone()];
        owners.extend(self.referring::<Interview>(&finding.person, "person")?);
        owners.extend(self.papers_on(id)?.into_iter().map(|paper| paper.id));
        owners.extend(finding.tour.clone());
        Ok(owners)
    }
}

fn unseen() -> Standing {
    Standing {
        words: "原记录不在本档案库".into(),
        hearsay: true,
    }
}
