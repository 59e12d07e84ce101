//! 文书: from draft to closed. Issuing freezes the very bytes that print.

use crate::Office;
use crate::due::DueView;
use crate::error::{ErrorView, Result};
use crate::findings::FindingRow;
use crate::moment::Moment;
use crate::names::{CheckView, Named, PersonCard};
use crate::open::{Open, Saved, Stored, entity};
use crate::read_log::EXPORTED;
use crate::session::write_file;
use casework::numbering::next_number;
use casework::records::{
    DocumentNumber, Finding, Interview, Organ, Paper, PaperKind, PaperState, Person, Record,
    Statement, Turn, Unit,
};
use chrono::{Datelike, NaiveDate};
use gongwen::model::Document;
use papers::{DraftContext, PaperContext, Template, compose, draft};
use serde::Serialize;
use specta::Type;
use std::path::Path;

/// A paper in a list.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PaperRow {
    /// Identifier.
    pub id: String,
    /// Kind.
    pub kind: PaperKind,
    /// Title.
    pub title: String,
    /// Number, empty when it has none.
    pub number: String,
    /// Person concerned.
    pub person: Named,
    /// State.
    pub state: PaperState,
    /// Date of the paper.
    pub date: Option<NaiveDate>,
    /// What it waits for.
    pub due: Option<DueView>,
}

/// A paper with everything on its page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PaperView {
    /// The paper.
    pub paper: Stored<Paper>,
    /// Person concerned.
    pub person: PersonCard,
    /// Number in words.
    pub number: String,
    /// What stands against issuing; none once issued.
    pub checks: Vec<CheckView>,
    /// What it waits for.
    pub due: Option<DueView>,
    /// Findings it was drawn from.
    pub findings: Vec<FindingRow>,
    /// What the person said about them.
    pub statements: Vec<Stored<Statement>>,
    /// What is to be known of its number: given twice, or what was decided then.
    pub number_note: Option<String>,
}

/// A paper that was written to a file.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ExportedPaper {
    /// File.
    pub path: String,
    /// Pages.
    pub pages: u32,
    /// Size.
    pub bytes: u64,
}

impl Office {
    /// All papers, the open ones first, then the latest.
    pub fn papers(&self, now: Moment) -> Result<Vec<PaperRow>> {
        let open = self.archive()?;
        let mut papers = open.all::<Paper>()?;
        papers.sort_by(|a, b| {
            let closed = |paper: &Stored<Paper>| paper.record.state == PaperState::已办结;
            closed(a)
                .cmp(&closed(b))
                .then(b.changed_at.cmp(&a.changed_at))
        });
        papers
            .iter()
            .map(|paper| self.paper_row(open, paper, now))
            .collect()
    }

    /// One paper.
    pub fn paper(&self, id: &str, now: Moment) -> Result<PaperView> {
        let open = self.archive()?;
        let paper = open.get::<Paper>(id)?;
        let mut findings = Vec::new();
        let mut statements = Vec::new();
        for finding in paper
            .record
            .items
            .iter()
            .filter_map(|item| item.finding.as_deref())
        {
            if let Some(finding) = open.find::<Finding>(finding)? {
                statements.extend(open.children::<Statement>(&finding.id)?);
                findings.push(open.finding_row(&finding)?);
            }
        }
        let checks = match paper.record.issued {
            Some(_) => Vec::new(),
            None => self.checks_of(id, &paper.record, now)?,
        };
        Ok(PaperView {
            person: open.person_card(&paper.record.person)?,
            number: number_words(&paper.record),
            number_note: open.number_note(id, &paper.record)?,
            due: self.due_of(open, &paper, now)?,
            checks,
            findings,
            statements,
            paper,
        })
    }

    /// A new paper, filled in as far as the records allow.
    pub fn draft_paper(
        &mut self,
        kind: PaperKind,
        person: &str,
        findings: &[String],
        interview: Option<&str>,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive()?;
        let own = open.own_organ()?;
        let supervisor = open.supervisor()?.map(|stored| stored.record);
        let twins = open.twins()?;
        let subject = open.get::<Person>(person)?.record;
        let unit = open.unit_of(&subject)?;
        let findings = findings
            .iter()
            .map(|id| {
                let finding = open.get::<Finding>(id)?;
                if !twins.same(&finding.record.person, person) {
                    return Err(ErrorView::form(
                        format!("线索“{}”不是这个人的。", finding.record.title),
                        "请选择同一人员的问题线索。",
                    ));
                }
                Ok((finding.id, finding.record))
            })
            .collect::<Result<Vec<_>>>()?;
        let talk = match interview {
            Some(id) => Some(open.get::<Interview>(id)?),
            None => None,
        };
        if talk
            .as_ref()
            .is_some_and(|talk| !twins.same(&talk.record.person, person))
        {
            return Err(ErrorView::form(
                "所选的谈话不是与这个人谈的。",
                "请选择与同一人员的谈话。",
            ));
        }
        let paper = draft(
            kind,
            &DraftContext {
                organ: &own,
                supervisor: supervisor.as_ref(),
                person_id: &person.to_owned(),
                person: &subject,
                unit: unit.as_ref(),
                findings: &findings,
                interview: talk.as_ref().map(|talk| (&talk.id, &talk.record)),
                pack: &self.rules,
            },
            &Template::shipped(kind),
        )?;
        self.archive_mut()?.save("起草文书", None, &paper, now)
    }

    /// Writes a draft. What belongs to issuing and after cannot be set here.
    pub fn save_paper(&mut self, id: &str, paper: &Paper, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let stored = open.get::<Paper>(id)?.record;
        if stored.state != PaperState::草稿 {
            return Err(issued_already());
        }
        let mut record = as_draft(stored, paper);
        record.number = proper_number(record.kind, record.number)?;
        let twins = open.twins()?;
        for item in &record.items {
            let Some(finding) = item.finding.as_deref() else {
                continue;
            };
            if let Some(finding) = open.find::<Finding>(finding)?
                && !twins.same(&finding.record.person, &record.person)
            {
                return Err(ErrorView::form(
                    format!(
                        "线索“{}”不是这个人的，不能写入这份文书。",
                        finding.record.title
                    ),
                    "请删去这一项，或另行起草文书；其他内容还在。",
                ));
            }
        }
        open.save("修改文书", Some(id), &record, now)
    }

    /// What stands against issuing the paper as it is on the screen.
    pub fn check_paper(&self, id: &str, paper: &Paper, now: Moment) -> Result<Vec<CheckView>> {
        let stored = self.archive()?.get::<Paper>(id)?.record;
        if stored.issued.is_some() {
            return Ok(Vec::new());
        }
        self.checks_of(id, &as_draft(stored, paper), now)
    }

    /// The pages as they would print; an issued paper gives its frozen bytes.
    /// Whatever the page says of its state, a draft comes out marked as one.
    pub fn preview_paper(&self, id: &str, paper: &Paper, now: Moment) -> Result<Vec<u8>> {
        let open = self.archive()?;
        let stored = open.get::<Paper>(id)?.record;
        if let Some(copy) = stored.issued {
            return Ok(open.vault.attachment_bytes(&copy.pdf.sha256)?);
        }
        let draft = as_draft(stored, paper);
        Ok(self.typesetter()?.pdf(&self.compose(&draft, now)?)?)
    }

    /// The number the next paper of this kind would bear; none for records of talks.
    pub fn suggest_number(
        &self,
        kind: PaperKind,
        date: NaiveDate,
    ) -> Result<Option<DocumentNumber>> {
        let open = self.archive()?;
        let character = match kind {
            PaperKind::函询通知书 => "函",
            PaperKind::诫勉书 => "诫",
            PaperKind::诫勉谈话记录 | PaperKind::个别谈话记录 => return Ok(None),
        };
        let code = format!("{}{character}", open.own_organ()?.code.trim());
        let taken = open.numbers_taken(None)?;
        Ok(Some(next_number(&code, date.year(), &taken)))
    }

    /// The PDF of a paper: a draft as it stands, marked as such; an issued one
    /// as the very bytes that were issued.
    pub fn paper_pdf(&self, id: &str, now: Moment) -> Result<Vec<u8>> {
        let paper = self.archive()?.get::<Paper>(id)?.record;
        self.preview_paper(id, &paper, now)
    }

    /// Writes the PDF of a paper to a file.
    pub fn export_paper(&self, id: &str, path: &Path, now: Moment) -> Result<ExportedPaper> {
        let open = self.archive()?;
        let paper = open.get::<Paper>(id)?.record;
        let pdf = self.preview_paper(id, &paper, now)?;
        let pages = match &paper.issued {
            Some(copy) => copy.pages,
            None => self
                .typesetter()?
                .layout(&self.compose(&paper, now)?)?
                .pages
                .len() as u32,
        };
        // Written down first: nothing leaves the archive without its line.
        open.note_deed(EXPORTED, id, now)?;
        write_file(path, &pdf)?;
        Ok(ExportedPaper {
            path: path.to_string_lossy().into_owned(),
            pages,
            bytes: pdf.len() as u64,
        })
    }

    /// Writes a paper as a DOCX file, to be revised in a word processor. Of an issued paper this is
    /// a copy for revising and says 草稿 on every page: the original is the frozen PDF alone.
    pub fn export_paper_docx(&self, id: &str, path: &Path, now: Moment) -> Result<ExportedPaper> {
        let open = self.archive()?;
        let paper = open.get::<Paper>(id)?.record;
        let mut document = self.compose(&paper, now)?;
        document.options.draft_watermark |= paper.issued.is_some();
        let typesetter = self.typesetter()?;
        let pages = typesetter.layout(&document)?.pages.len() as u32;
        let docx = typesetter.docx(&document)?;
        open.note_deed(EXPORTED, id, now)?;
        write_file(path, &docx)?;
        Ok(ExportedPaper {
            path: path.to_string_lossy().into_owned(),
            pages,
            bytes: docx.len() as u64,
        })
    }

    /// The document a paper makes.
    pub(crate) fn compose(&self, paper: &Paper, now: Moment) -> Result<Document> {
        let open = self.archive()?;
        let organ = open.own_organ()?;
        let person = open.get::<Person>(&paper.person)?.record;
        let unit = open.unit_of(&person)?;
        let (interview, turns) = open.talk_of(paper)?;
        // A draft without a date is shown with today's, which issuing will offer.
        let dated = Paper {
            date: paper.date.or(Some(now.today())),
            ..paper.clone()
        };
        let context = PaperContext {
            paper: &dated,
            organ: &organ,
            person: &person,
            unit: unit.as_ref(),
            interview: interview.as_ref(),
            turns: &turns,
            pack: &self.rules,
        };
        Ok(compose(
            paper.kind,
            &context,
            &Template::shipped(paper.kind),
        )?)
    }

    pub(crate) fn paper_row(
        &self,
        open: &Open,
        paper: &Stored<Paper>,
        now: Moment,
    ) -> Result<PaperRow> {
        Ok(PaperRow {
            id: paper.id.clone(),
            kind: paper.record.kind,
            title: paper.record.title.clone(),
            number: number_words(&paper.record),
            person: open.person_named(&paper.record.person)?,
            state: paper.record.state,
            date: paper.record.date,
            due: self.due_of(open, paper, now)?,
        })
    }

    /// What a paper waits for; nothing once it was taken back.
    fn due_of(&self, open: &Open, paper: &Stored<Paper>, now: Moment) -> Result<Option<DueView>> {
        let due = self.due(&paper.record, now.today());
        Ok(match due {
            Some(_) if open.is_taken_back(&paper.id)? => None,
            due => due,
        })
    }
}

/// Number in words; empty when the paper has none.
pub(crate) fn number_words(paper: &Paper) -> String {
    paper
        .number
        .as_ref()
        .map_or_else(String::new, ToString::to_string)
}

/// What a page may write into a draft: everything but what the paper is, whom
/// and what it concerns, and what belongs to issuing and after.
fn as_draft(stored: Paper, shown: &Paper) -> Paper {
    Paper {
        kind: stored.kind,
        state: stored.state,
        person: stored.person,
        interview: stored.interview,
        issued: stored.issued,
        served_on: stored.served_on,
        replied_on: stored.replied_on,
        reply: stored.reply,
        closed_on: stored.closed_on,
        outcome: stored.outcome,
        ..shown.clone()
    }
}

/// A number as it is kept, so that two that read alike are alike. The records
/// of talks are not numbered (paper kinds without 发文字号).
pub(crate) fn proper_number(
    kind: PaperKind,
    number: Option<DocumentNumber>,
) -> Result<Option<DocumentNumber>> {
    let Some(number) = number else {
        return Ok(None);
    };
    match kind {
        PaperKind::函询通知书 | PaperKind::诫勉书 => Ok(Some(DocumentNumber {
            code: number.code.split_whitespace().collect(),
            ..number
        })),
        PaperKind::诫勉谈话记录 | PaperKind::个别谈话记录 => Err(ErrorView::form(
            "谈话记录不编发文字号。",
            "请清空发文字号后再试，其他内容还在。",
        )),
    }
}

impl Open {
    /// The papers, drafts included, that were drawn from a finding.
    pub(crate) fn papers_on(&self, finding: &str) -> Result<Vec<Stored<Paper>>> {
        let mut papers = self.all::<Paper>()?;
        papers.retain(|paper| {
            let mut items = paper.record.items.iter();
            items.any(|item| item.finding.as_deref() == Some(finding))
        });
        Ok(papers)
    }

    /// The issuing organ, which every paper needs.
    pub(crate) fn own_organ(&self) -> Result<Organ> {
        self.organ()?.map(|stored| stored.record).ok_or_else(|| {
            ErrorView::form(
                "还没有登记发文机关。",
                "请先在“设置”里填写发文机关全称和代字。",
            )
        })
    }

    fn unit_of(&self, person: &Person) -> Result<Option<Unit>> {
        match &person.unit {
            Some(id) => Ok(self.find::<Unit>(id)?.map(|stored| stored.record)),
            None => Ok(None),
        }
    }

    /// The talk a paper records, and its turns.
    pub(crate) fn talk_of(&self, paper: &Paper) -> Result<(Option<Interview>, Vec<Turn>)> {
        let Some(id) = &paper.interview else {
            return Ok((None, Vec::new()));
        };
        let talk = self.find::<Interview>(id)?.map(|stored| stored.record);
        // What was not read back to the person is not in the record he signs.
        let late = self.late_turns(id)?;
        let is_late = |turn: &Stored<Turn>| entity(&turn.id).is_ok_and(|id| late.contains(&id));
        let turns = self
            .children::<Turn>(id)?
            .into_iter()
            .filter(|turn| !is_late(turn))
            .map(|stored| stored.record)
            .collect();
        Ok((talk, turns))
    }

    /// Numbers of all papers but `except`.
    pub(crate) fn numbers_taken(&self, except: Option<&str>) -> Result<Vec<DocumentNumber>> {
        let mut numbers = Vec::new();
        // Field by field: a number is taken also by a paper of which a newer
        // program wrote something that this one cannot read.
        for mut paper in self.vault.records(Paper::KIND)? {
            if except == Some(paper.id.to_string().as_str()) {
                continue;
            }
            if let Some(number) = paper.fields.remove("number") {
                let number = serde_json::from_value::<Option<DocumentNumber>>(number.into());
                numbers.extend(number.ok().flatten());
            }
        }
        // The one excepted may itself be of a sealed matter that is open now.
        let own = match except {
            Some(id) if self.vault.compartment_of(&entity(id)?)?.is_some() => {
                self.find::<Paper>(id)?.and_then(|it| it.record.number)
            }
            _ => None,
        };
        let sealed = self.sealed_numbers()?;
        numbers.extend(sealed.into_iter().filter(|it| Some(it) != own.as_ref()));
        Ok(numbers)
    }
}

/// Nothing in an issued paper can change.
pub(crate) fn issued_already() -> ErrorView {
    ErrorView::new(
        "WS-03",
        "这份文书已经签发，不能再改。",
        "如内容有误，请另行起草一份，并在原文书办结情况中注明。",
    )
}
