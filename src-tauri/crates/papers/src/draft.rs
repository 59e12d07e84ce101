//! A new paper, filled in as far as the records allow.

use casework::Id;
use casework::records::{
    Finding, Interview, Organ, Paper, PaperItem, PaperKind, Person, Proof, Supervisor, Unit,
};
use casework::rules::RulePack;

use crate::context::common;
use crate::template::is_letter;
use crate::text::{Values, fill, known, sentence};
use crate::{Error, Template};

/// What a new paper is drafted from.
#[derive(Debug, Clone, Copy)]
pub struct DraftContext<'a> {
    /// Issuing organ.
    pub organ: &'a Organ,
    /// Supervisor; the contact where the organ names none.
    pub supervisor: Option<&'a Supervisor>,
    /// Identifier of the person concerned.
    pub person_id: &'a Id,
    /// The person concerned.
    pub person: &'a Person,
    /// The person's unit.
    pub unit: Option<&'a Unit>,
    /// Findings that become items, in order.
    pub findings: &'a [(Id, Finding)],
    /// The talk, for the record of one.
    pub interview: Option<(&'a Id, &'a Interview)>,
    /// Rules.
    pub pack: &'a RulePack,
}

/// A new paper of `kind` in the wording of `template`.
///
/// # Errors
/// When template and kind differ, when a finding's state of proof bars it from
/// this paper, or when the record of a talk has no talk.
pub fn draft(
    kind: PaperKind,
    context: &DraftContext<'_>,
    template: &Template,
) -> Result<Paper, Error> {
    if template.kind != kind {
        return Err(Error::Kind {
            paper: kind,
            template: template.kind,
        });
    }
    let values = common(context.person, context.unit, context.organ);
    let mut paper = Paper {
        kind,
        person: context.person_id.clone(),
        title: fill(&template.title, &values),
        ..Paper::default()
    };
    if is_letter(kind) {
        letter(&mut paper, context, template, &values)?;
    } else {
        let (id, interview) = context.interview.ok_or(Error::NoInterview)?;
        paper.interview = Some(id.clone());
        paper.date = interview.started_at.map(|at| at.date());
    }
    Ok(paper)
}

fn letter(
    paper: &mut Paper,
    context: &DraftContext<'_>,
    template: &Template,
    values: &Values,
) -> Result<(), Error> {
    paper.items = context
        .findings
        .iter()
        .map(|(id, finding)| item(id, finding, template))
        .collect::<Result<_, _>>()?;
    if paper.kind == PaperKind::函询通知书 {
        paper.reply_days = context.pack.reply_days();
    }
    paper.attachments.clone_from(&template.attachments);
    paper.cc = template
        .cc
        .iter()
        .filter_map(|line| line.filled(values))
        .collect();
    let (name, phone) = context
        .supervisor
        .map_or(("", ""), |supervisor| (&supervisor.name, &supervisor.phone));
    // The telephone goes with the person it belongs to.
    let (name, phone) = match context.organ.contact.trim() {
        "" => (name, phone),
        contact => (contact, context.organ.phone.as_str()),
    };
    name.trim().clone_into(&mut paper.contact);
    phone.trim().clone_into(&mut paper.phone);
    Ok(())
}

/// An item in neutral words: what is not proved is asked, never stated.
fn item(id: &Id, finding: &Finding, template: &Template) -> Result<PaperItem, Error> {
    let proof = format!("{:?}", finding.proof);
    let wording = template
        .item_text
        .get(&proof)
        .filter(|_| finding.proof != Proof::查否)
        .ok_or_else(|| Error::Unproved {
            title: finding.title.clone(),
            proof,
            kind: template.kind,
        })?;
    let values = Values::from([
        ("事实", sentence(&finding.facts)),
        ("问题", sentence(&finding.question)),
    ]);
    // A part that is not written yet is left out rather than shown as a gap:
    // the item is edited by hand anyway.
    let text = if known(&values, "事实").is_none() {
        values["问题"].clone()
    } else if known(&values, "问题").is_none() {
        fill(&wording.replace("{问题}", ""), &values)
    } else {
        fill(wording, &values)
    };
    Ok(PaperItem {
        finding: Some(id.clone()),
        heading: heading(&finding.title),
        text,
    })
}

/// `关于…的问题` around a title that does not say so itself.
fn heading(title: &str) -> String {
    let title = title.trim().trim_end_matches('。');
    if title.is_empty() {
        return String::new();
    }
    let about = if title.starts_with("关于") {
        ""
    } else {
        "关于"
    };
    let matter = if title.ends_with("问题") {
        ""
    } else {
        "的问题"
    };
    format!("{about}{title}{matter}")
}

#[cfg(test)]
mod tests {
    use super::heading;

    #[test]
    fn headings() {
        for (title, wanted) in [
            ("任免事项表决程序", "关于任免事项表决程序的问题"),
            ("关于任免事项表决程序", "关于任免事项表决程序的问题"),
            ("关于执行请示报告制度问题", "关于执行请示报告制度问题"),
            (" ", ""),
        ] {
            assert_eq!(heading(title), wanted);
        }
    }
}
