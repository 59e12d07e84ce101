//! Before a letter goes out: the inquiry (函询通知书) and the admonition (诫勉书).

use chrono::{Datelike, NaiveDate};

use super::{Check, Checks, FindingEvidence, SignedTerm, appointment, evidence, given};
use crate::calendar::chinese_date;
use crate::records::{
    DocumentNumber, Interview, InterviewState, Organ, Paper, Person, Proof, Statement, Supervisor,
};
use crate::rules::{RulePack, id};

/// Everything a letter is judged by.
#[derive(Debug, Clone, Copy)]
pub struct LetterIssue<'a> {
    /// The letter, with the number and the date it is to bear.
    pub paper: &'a Paper,
    /// Issuing organ.
    pub organ: Option<&'a Organ>,
    /// Supervisor.
    pub supervisor: Option<&'a Supervisor>,
    /// The signed appointment the supervisor works under, when there is one.
    pub signed: Option<&'a SignedTerm>,
    /// Person concerned.
    pub person: Option<&'a Person>,
    /// Findings its items were drawn from.
    pub findings: &'a [FindingEvidence<'a>],
    /// Numbers of the other papers of this archive.
    pub taken: &'a [DocumentNumber],
    /// Rules.
    pub pack: &'a RulePack,
    /// Today.
    pub today: NaiveDate,
}

/// Whether and how the person was heard before an admonition.
#[derive(Debug, Clone, Copy)]
pub struct Hearing<'a> {
    /// The person's statements on the findings concerned.
    pub statements: &'a [Statement],
    /// Talks held with the person.
    pub interviews: &'a [Interview],
}

/// Issuing an inquiry letter.
pub fn issuing_inquiry(issue: &LetterIssue<'_>) -> Vec<Check> {
    let mut checks = Checks::default();
    head(&mut checks, issue);
    evidence::check(&mut checks, &issue.paper.items, issue.findings);
    approval(&mut checks, issue, None);
    let (days, least) = (issue.paper.reply_days, issue.pack.reply_days());
    checks.must(
        days >= least,
        "reply-days.short",
        Some(id::REPLY_DAYS),
        format!("回复期限不得少于{least}个工作日，现为{days}个工作日，请更正。"),
    );
    checks.remind(
        days <= least,
        "reply-days.long",
        Some(id::REPLY_DAYS),
        format!("规定的回复期限为{least}个工作日，现为{days}个工作日，请确认。"),
    );
    checks.remind(
        given(&issue.paper.contact) && given(&issue.paper.phone),
        "contact.missing",
        None,
        "没有写明联系人或者联系电话，收函人将无从联系。",
    );
    checks.done()
}

/// Issuing an admonition letter.
pub fn issuing_admonition(issue: &LetterIssue<'_>, hearing: &Hearing<'_>) -> Vec<Check> {
    let mut checks = Checks::default();
    head(&mut checks, issue);
    evidence::check(&mut checks, &issue.paper.items, issue.findings);
    approval(&mut checks, issue, Some(id::ADMONISH_FORMS));
    let heard = hearing
        .statements
        .iter()
        .any(|statement| given(&statement.text))
        || hearing
            .interviews
            .iter()
            .any(|talk| talk.state == InterviewState::已结束);
    checks.must(
        heard,
        "person.not-heard",
        None,
        "还没有听取本人意见，请先登记本人说明或者完成与本人的谈话，再签发诫勉书。",
    );
    for known in issue.findings {
        checks.must(
            known.finding.proof != Proof::待核实,
            "finding.unproved",
            None,
            format!(
                "“{}”的核实情况仍为“待核实”，不得作为事实写入诫勉书，请先核实。",
                known.finding.title
            ),
        );
        checks.remind(
            known.finding.proof != Proof::部分印证,
            "finding.partly",
            None,
            format!(
                "“{}”只是部分印证，请确认诫勉书只写入了已经印证的事实。",
                known.finding.title
            ),
        );
    }
    checks.done()
}

/// Organ, person, number, date, appointment.
fn head(checks: &mut Checks, issue: &LetterIssue<'_>) {
    checks.must(
        issue.organ.is_some_and(|organ| given(&organ.full_name)),
        "organ.missing",
        None,
        "尚未填写发文机关全称，请先在“设置”中填写。",
    );
    checks.must(
        issue.person.is_some_and(|person| given(&person.name)),
        "person.missing",
        None,
        "没有确定收文的人员，请先选定。",
    );
    checks.must(
        given(&issue.paper.title),
        "title.missing",
        None,
        "没有填写标题，请先填写。",
    );
    date(checks, issue.paper.date, issue.today);
    number(checks, issue);
    appointment::check(
        checks,
        issue.supervisor,
        issue.signed,
        issue.paper.date.unwrap_or(issue.today),
        issue.today,
    );
}

/// Adds what the date of a paper lacks.
pub(super) fn date(checks: &mut Checks, date: Option<NaiveDate>, today: NaiveDate) {
    match date {
        None => checks.must(false, "date.missing", None, "没有填写成文日期，请先填写。"),
        Some(date) => checks.must(
            date <= today,
            "date.future",
            None,
            format!(
                "成文日期{}晚于今天，请改为今天或者以前的日期。",
                chinese_date(date)
            ),
        ),
    }
}

fn number(checks: &mut Checks, issue: &LetterIssue<'_>) {
    let Some(number) = issue
        .paper
        .number
        .as_ref()
        .filter(|number| number.is_complete())
    else {
        checks.must(false, "number.missing", None, "没有编发文字号，请先编号。");
        return;
    };
    checks.must(
        !issue.taken.contains(number),
        "number.taken",
        None,
        format!("发文字号{number}已经用于另一份文书，请重新编号。"),
    );
    if let Some(date) = issue.paper.date {
        checks.must(
            number.year == date.year(),
            "number.year",
            None,
            format!("发文字号{number}的年份与成文日期不一致，请更正其中一项。"),
        );
    }
}

fn approval(checks: &mut Checks, issue: &LetterIssue<'_>, rule: Option<&str>) {
    let paper = issue.paper;
    checks.must(
        given(&paper.approved_by) && paper.approved_on.is_some(),
        "approval.missing",
        rule,
        "没有登记批准人和批准日期，请先履行审批手续并登记。",
    );
    if let Some(approved) = paper.approved_on {
        checks.must(
            approved <= issue.today && paper.date.is_none_or(|date| approved <= date),
            "approval.late",
            rule,
            format!(
                "批准日期{}晚于成文日期或者今天，请核对。",
                chinese_date(approved)
            ),
        );
    }
}
