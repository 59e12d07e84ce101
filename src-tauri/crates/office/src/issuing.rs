//! The formal steps of a paper: checked, issued, served, answered, closed.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::names::CheckView;
use crate::open::{Open, Saved};
use crate::papers_desk::{issued_already, number_words, proper_number};
use casework::checks::{
    CheckLevel, Evidence, FindingEvidence, Hearing, LetterIssue, RecordIssue, issuing_admonition,
    issuing_admonition_record, issuing_inquiry, issuing_interview_record,
};
use casework::records::{
    AttachmentRef, Citation, CitationTarget, DocumentNumber, Finding, Interview, IssuedCopy,
    Observation, Paper, PaperKind, PaperState, Person, Statement,
};
use chrono::NaiveDate;

impl Office {
    /// Issues a paper: it is checked, typeset once more, and its bytes are kept
    /// in the archive with their hash. From here on nothing in it can change.
    pub fn issue_paper(
        &mut self,
        id: &str,
        number: Option<DocumentNumber>,
        date: NaiveDate,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive()?;
        let stored = open.get::<Paper>(id)?.record;
        if stored.state != PaperState::草稿 {
            return Err(issued_already());
        }
        let mut paper = Paper {
            number: proper_number(stored.kind, number)?,
            date: Some(date),
            ..stored
        };
        let unmet: Vec<String> = self
            .checks_of(id, &paper, now)?
            .into_iter()
            .filter(|check| check.level == CheckLevel::必须)
            .map(|check| check.message)
            .collect();
        if !unmet.is_empty() {
            return Err(ErrorView::new(
                "WS-02",
                format!("还不能签发：{}", unmet.join("")),
                "请逐项处理后再签发，草稿没有改动。",
            ));
        }
        // The wording crate marks drafts as such, so the state comes first.
        paper.state = PaperState::已签发;
        let typesetter = self.typesetter()?;
        let document = self.compose(&paper, now)?;
        let pages = typesetter.layout(&document)?.pages.len() as u32;
        let pdf = typesetter.pdf(&document)?;
        let file_name = format!("{}.pdf", self.file_stem(&paper)?);
        let open = self.archive_mut()?;
        let kept = open.vault.put_attachment(&mut &pdf[..], &file_name)?;
        paper.issued = Some(IssuedCopy {
            pdf: AttachmentRef {
                sha256: kept.sha256,
                size: kept.size,
                file_name,
            },
            pages,
        });
        let saved = open.issue(id, &paper, now)?;
        open.keep_sealed_numbers()?;
        Ok(saved)
    }

    /// Records the day on which the paper was served.
    pub fn serve_paper(&mut self, id: &str, date: NaiveDate, now: Moment) -> Result<Saved> {
        let open = self.archive()?;
        let paper = open.get::<Paper>(id)?.record;
        if open.is_taken_back(id)? {
            return Err(ErrorView::form(
                "这份文书的发文字号已由另一份保留，本件已决定收回，不再送达。",
                "需要继续办的，请另行起草，用新的字号签发；本件可以登记办结。",
            ));
        }
        match paper.state {
            PaperState::已签发 | PaperState::已送达 => {}
            PaperState::草稿 => return Err(not_issued()),
            PaperState::已回复 | PaperState::已办结 => {
                return Err(ErrorView::form(
                    "已经登记回复或办结，不能再改送达日期。",
                    "如确有错误，请联系本机关督查业务负责人核对。",
                ));
            }
        }
        not_before(date, paper.date, "送达日期不能早于成文日期。")?;
        not_after(date, now, "送达日期不能晚于今天。")?;
        let record = Paper {
            state: PaperState::已送达,
            served_on: Some(date),
            ..paper
        };
        self.archive_mut()?.save("登记送达", Some(id), &record, now)
    }

    /// Records the person's reply.
    pub fn reply_paper(
        &mut self,
        id: &str,
        date: NaiveDate,
        reply: &str,
        now: Moment,
    ) -> Result<Saved> {
        let paper = self.archive()?.get::<Paper>(id)?.record;
        if paper.kind != PaperKind::函询通知书 {
            return Err(ErrorView::form(
                "只有函询通知书要登记回复。",
                "请选择函询通知书。",
            ));
        }
        match paper.state {
            PaperState::已送达 | PaperState::已回复 => {}
            PaperState::草稿 => return Err(not_issued()),
            PaperState::已签发 => {
                return Err(ErrorView::form(
                    "还没有登记送达日期。",
                    "请先登记送达，再登记回复。",
                ));
            }
            PaperState::已办结 => {
                return Err(ErrorView::form("这份文书已经办结。", "不用再登记回复。"));
            }
        }
        if reply.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写回复要点。",
                "请摘录本人回复的要点后再登记。",
            ));
        }
        not_before(date, paper.served_on, "回复日期不能早于送达日期。")?;
        not_after(date, now, "回复日期不能晚于今天。")?;
        let record = Paper {
            state: PaperState::已回复,
            replied_on: Some(date),
            reply: reply.to_owned(),
            ..paper
        };
        self.archive_mut()?.save("登记回复", Some(id), &record, now)
    }

    /// Closes a paper with its outcome.
    pub fn close_paper(
        &mut self,
        id: &str,
        date: NaiveDate,
        outcome: &str,
        now: Moment,
    ) -> Result<Saved> {
        let paper = self.archive()?.get::<Paper>(id)?.record;
        match paper.state {
            PaperState::草稿 => return Err(not_issued()),
            PaperState::已办结 => {
                return Err(ErrorView::form(
                    "这份文书已经办结。",
                    "不用再登记，原来的办结情况还在。",
                ));
            }
            PaperState::已签发 | PaperState::已送达 | PaperState::已回复 => {}
        }
        if outcome.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写办结情况。",
                "请写明怎样办结后再登记。",
            ));
        }
        not_before(date, paper.date, "办结日期不能早于成文日期。")?;
        not_before(date, paper.served_on, "办结日期不能早于送达日期。")?;
        not_before(date, paper.replied_on, "办结日期不能早于回复日期。")?;
        not_after(date, now, "办结日期不能晚于今天。")?;
        let record = Paper {
            state: PaperState::已办结,
            closed_on: Some(date),
            outcome: outcome.to_owned(),
            ..paper
        };
        self.archive_mut()?.save("办结文书", Some(id), &record, now)
    }

    /// What stands against issuing the paper.
    pub(crate) fn checks_of(&self, id: &str, paper: &Paper, now: Moment) -> Result<Vec<CheckView>> {
        let open = self.archive()?;
        let organ = open.organ()?.map(|stored| stored.record);
        let supervisor = open.supervisor()?.map(|stored| stored.record);
        let person = open
            .find::<Person>(&paper.person)?
            .map(|stored| stored.record);
        let signed = open.own_appointment(now.today())?;
        let signed = signed.and_then(|signed| signed.term());
        let checks = match paper.kind {
            PaperKind::函询通知书 | PaperKind::诫勉书 => {
                let gathered = open.evidence_of(paper)?;
                let findings: Vec<FindingEvidence<'_>> =
                    gathered.iter().map(GatheredFinding::as_evidence).collect();
                let taken = open.numbers_taken(Some(id))?;
                let issue = LetterIssue {
                    paper,
                    organ: organ.as_ref(),
                    supervisor: supervisor.as_ref(),
                    signed: signed.as_ref(),
                    person: person.as_ref(),
                    findings: &findings,
                    taken: &taken,
                    pack: &self.rules,
                    today: now.today(),
                };
                if paper.kind == PaperKind::函询通知书 {
                    issuing_inquiry(&issue)
                } else {
                    let statements: Vec<Statement> = gathered
                        .iter()
                        .flat_map(|finding| finding.statements.clone())
                        .collect();
                    let mut interviews = Vec::new();
                    for talk in open.referring_to_person::<Interview>(&paper.person, "person")? {
                        interviews.extend(open.find::<Interview>(&talk)?.map(|talk| talk.record));
                    }
                    let hearing = Hearing {
                        statements: &statements,
                        interviews: &interviews,
                    };
                    issuing_admonition(&issue, &hearing)
                }
            }
            PaperKind::诫勉谈话记录 | PaperKind::个别谈话记录 => {
                let (interview, turns) = open.talk_of(paper)?;
                let issue = RecordIssue {
                    paper,
                    interview: interview.as_ref(),
                    turns: &turns,
                    supervisor: supervisor.as_ref(),
                    signed: signed.as_ref(),
                    person: person.as_ref(),
                    pack: &self.rules,
                    today: now.today(),
                };
                if paper.kind == PaperKind::诫勉谈话记录 {
                    issuing_admonition_record(&issue)
                } else {
                    issuing_interview_record(&issue)
                }
            }
        };
        let mut views = open.undecided(id, paper)?;
        if let Some(talk) = &paper.interview {
            views.extend(open.unread_turns(talk)?);
        }
        views.extend(self.check_views(checks));
        views.extend(self.remarks(paper, now));
        Ok(views)
    }

    /// What a careful clerk would remark on the wording of a letter. The number
    /// and the date are given when it is issued, and have checks of their own;
    /// a record of a talk keeps the words as they were spoken.
    fn remarks(&self, paper: &Paper, now: Moment) -> Vec<CheckView> {
        const GIVEN_LATER: [&str; 2] = ["发文字号", "成文日期"];
        if !matches!(paper.kind, PaperKind::函询通知书 | PaperKind::诫勉书) {
            return Vec::new();
        }
        // What keeps the letter from being composed at all is said by the
        // checks, or by the preview in its own words.
        let Ok(document) = self.compose(paper, now) else {
            return Vec::new();
        };
        let Ok(today) = now.today().to_string().parse() else {
            return Vec::new();
        };
        gongwen::review::review(&document, today)
            .into_iter()
            .filter(|remark| !GIVEN_LATER.contains(&remark.place.as_str()))
            .filter(|remark| !is_annex(&remark.place))
            .map(|remark| CheckView {
                level: CheckLevel::提醒,
                code: "wording".to_owned(),
                message: format!("{}：{}", remark.place, remark.message),
                source: String::new(),
            })
            .collect()
    }

    /// A file name that says what the paper is.
    fn file_stem(&self, paper: &Paper) -> Result<String> {
        let person = self.archive()?.person_named(&paper.person)?.name;
        let number = number_words(paper);
        Ok(if number.is_empty() {
            format!("{:?}（{person}）", paper.kind)
        } else {
            format!("{number} {:?}（{person}）", paper.kind)
        })
    }
}

/// Whether a remark is about an annex: a form whose blanks the person fills in by hand.
fn is_annex(place: &str) -> bool {
    place
        .strip_prefix("附件")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// A finding with what it rests on, owned while the checks borrow it.
struct GatheredFinding {
    id: String,
    finding: Finding,
    evidence: Vec<(Citation, Option<Observation>)>,
    statements: Vec<Statement>,
}

impl GatheredFinding {
    fn as_evidence(&self) -> FindingEvidence<'_> {
        FindingEvidence {
            id: &self.id,
            finding: &self.finding,
            evidence: self
                .evidence
                .iter()
                .map(|(citation, observation)| Evidence {
                    citation,
                    observation: observation.as_ref(),
                })
                .collect(),
        }
    }
}

impl Open {
    fn evidence_of(&self, paper: &Paper) -> Result<Vec<GatheredFinding>> {
        let twins = self.twins()?;
        let mut gathered = Vec::new();
        for id in paper
            .items
            .iter()
            .filter_map(|item| item.finding.as_deref())
        {
            // A finding that was taken back, or is about somebody else, carries
            // nothing here; the checks say then that the item has none.
            let Some(finding) = self
                .find::<Finding>(id)?
                .filter(|finding| twins.same(&finding.record.person, &paper.person))
            else {
                continue;
            };
            let mut evidence = Vec::new();
            for citation in self.children::<Citation>(id)? {
                let observation = self.find::<Observation>(&citation.record.target)?;
                let mut citation = citation.record;
                if self
                    .words_of(citation.target_kind, &citation.target)?
                    .is_none()
                {
                    // What nobody here can look up is held to be what it is
                    // worth: a note that was never verified.
                    citation.target_kind = CitationTarget::情况记录;
                }
                evidence.push((citation, observation.map(|stored| stored.record)));
            }
            let statements = self
                .children::<Statement>(id)?
                .into_iter()
                .map(|stored| stored.record)
                .collect();
            gathered.push(GatheredFinding {
                id: finding.id,
                finding: finding.record,
                evidence,
                statements,
            });
        }
        Ok(gathered)
    }
}

fn not_issued() -> ErrorView {
    ErrorView::form("这份文书还没有签发。", "请先签发，再登记后面的步骤。")
}

fn not_before(date: NaiveDate, earliest: Option<NaiveDate>, message: &str) -> Result<()> {
    match earliest {
        Some(earliest) if date < earliest => {
            Err(ErrorView::form(message, "请核对日期，其他内容没有改动。"))
        }
        _ => Ok(()),
    }
}

fn not_after(date: NaiveDate, now: Moment, message: &str) -> Result<()> {
    if date > now.today() {
        return Err(ErrorView::form(
            message,
            "请核对日期和本机时钟，其他内容没有改动。",
        ));
    }
    Ok(())
}
