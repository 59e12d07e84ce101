//! Before the record of a talk is issued (诫勉谈话记录, 个别谈话记录).

use chrono::NaiveDate;

use super::interview::{closing, company, contents, names};
use super::{Check, Checks, SignedTerm, appointment, given, letter};
use crate::records::{
    Interview, InterviewPurpose, InterviewState, Paper, Person, Supervisor, Turn,
};
use crate::rules::{RulePack, id};

/// Everything the record of a talk is judged by.
#[derive(Debug, Clone, Copy)]
pub struct RecordIssue<'a> {
    /// The paper.
    pub paper: &'a Paper,
    /// The talk it records.
    pub interview: Option<&'a Interview>,
    /// Its turns.
    pub turns: &'a [Turn],
    /// Supervisor.
    pub supervisor: Option<&'a Supervisor>,
    /// The signed appointment the supervisor works under, when there is one.
    pub signed: Option<&'a SignedTerm>,
    /// Person talked to.
    pub person: Option<&'a Person>,
    /// Rules.
    pub pack: &'a RulePack,
    /// Today.
    pub today: NaiveDate,
}

/// Issuing the record of an individual talk.
pub fn issuing_interview_record(issue: &RecordIssue<'_>) -> Vec<Check> {
    let mut checks = Checks::default();
    common(&mut checks, issue);
    checks.done()
}

/// Issuing the record of an admonition talk.
pub fn issuing_admonition_record(issue: &RecordIssue<'_>) -> Vec<Check> {
    let mut checks = Checks::default();
    common(&mut checks, issue);
    if let Some(interview) = issue.interview {
        let least = issue.pack.talkers() as usize;
        checks.must(
            interview.purpose == InterviewPurpose::诫勉谈话,
            "talk.purpose",
            None,
            "所记录的谈话不是诫勉谈话，请核对谈话的类别。",
        );
        checks.must(
            names(&interview.interviewers).len() >= least,
            "admonish.talkers",
            Some(id::TALK_TWO),
            format!("诫勉谈话的谈话人应当在{least}人以上，请补填谈话人。"),
        );
        checks.must(
            given(&interview.matter),
            "admonish.matter",
            Some(id::TALK_RECORD),
            "没有写明诫勉事由，请补填。",
        );
    }
    checks.remind(
        given(&issue.paper.approved_by) && issue.paper.approved_on.is_some(),
        "approval.missing",
        Some(id::ADMONISH_FORMS),
        "没有登记诫勉的批准人和批准日期，请补登。",
    );
    checks.done()
}

fn common(checks: &mut Checks, issue: &RecordIssue<'_>) {
    letter::date(checks, issue.paper.date, issue.today);
    appointment::check(
        checks,
        issue.supervisor,
        issue.signed,
        issue.paper.date.unwrap_or(issue.today),
        issue.today,
    );
    let Some(interview) = issue.interview else {
        checks.must(
            false,
            "talk.missing",
            None,
            "没有选定所记录的谈话，请先选定。",
        );
        return;
    };
    company(checks, interview, issue.person, issue.pack);
    contents(checks, interview, issue.turns);
    closing(checks, interview);
    checks.must(
        interview.state == InterviewState::已结束,
        "talk.open",
        None,
        "谈话尚未结束，请先完成结束谈话的各项手续。",
    );
}
