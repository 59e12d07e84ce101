//! The records a paper is composed from, and what the placeholders stand for.

use casework::calendar::chinese_date;
use casework::records::{Interview, Organ, Paper, Person, Turn, Unit};
use casework::rules::RulePack;
use chrono::{NaiveDateTime, Timelike};

use crate::text::Values;

/// Everything a paper is composed from.
#[derive(Debug, Clone, Copy)]
pub struct PaperContext<'a> {
    /// The paper.
    pub paper: &'a Paper,
    /// Issuing organ.
    pub organ: &'a Organ,
    /// Person concerned.
    pub person: &'a Person,
    /// The person's unit.
    pub unit: Option<&'a Unit>,
    /// The talk, for the record of one.
    pub interview: Option<&'a Interview>,
    /// Its turns, in order.
    pub turns: &'a [Turn],
    /// Rules.
    pub pack: &'a RulePack,
}

/// What is known of the person, the unit and the organ.
pub(crate) fn common(person: &Person, unit: Option<&Unit>, organ: &Organ) -> Values {
    Values::from([
        ("姓名", trimmed(&person.name)),
        (
            "单位",
            unit.map_or_else(String::new, |unit| trimmed(&unit.name)),
        ),
        ("职务", trimmed(&person.post)),
        ("单位职务", unit_and_post(person, unit)),
        ("机关", trimmed(&organ.full_name)),
        ("机关简称", trimmed(&organ.short_name)),
    ])
}

/// What every placeholder stands for in this paper.
pub(crate) fn values(context: &PaperContext<'_>) -> Values {
    let PaperContext { paper, pack, .. } = context;
    let mut values = common(context.person, context.unit, context.organ);
    let days = match paper.reply_days {
        0 => pack.reply_days(),
        days => days,
    };
    values.extend([
        ("标题", trimmed(&paper.title)),
        ("日期", paper.date.map_or_else(String::new, chinese_date)),
        (
            "文号",
            paper
                .number
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        ),
        ("期限", format!("{days}个工作日")),
        ("影响期", format!("{}个月", pack.effect_months())),
        ("回访期", format!("{}个月", pack.follow_months())),
        ("联系人", trimmed(&paper.contact)),
        ("电话", trimmed(&paper.phone)),
        ("地址", trimmed(&context.organ.address)),
        ("批准人", trimmed(&paper.approved_by)),
        (
            "批准日期",
            paper.approved_on.map_or_else(String::new, chinese_date),
        ),
        ("附件", attachments(&paper.attachments)),
    ]);
    if let Some(interview) = context.interview {
        values.extend(talk(interview));
    }
    values
}

fn talk(interview: &Interview) -> Values {
    let flag = |holds: bool| if holds { "是" } else { "" }.to_owned();
    let closing = &interview.closing;
    Values::from([
        ("谈话时间", period(interview.started_at, interview.ended_at)),
        ("谈话地点", trimmed(&interview.place)),
        ("谈话人", interview.interviewers.join("、")),
        ("记录人", trimmed(&interview.recorder)),
        ("事由", trimmed(&interview.matter)),
        ("更正", crate::text::sentence(&closing.corrections)),
        (
            "拒签理由",
            if closing.signed {
                String::new()
            } else {
                crate::text::sentence(&closing.refusal)
            },
        ),
        ("已告知", flag(interview.notices_read)),
        ("女同志在场", flag(interview.woman_present)),
        ("已阅看", flag(closing.read_back)),
        ("已签名", flag(closing.signed)),
    ])
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

/// Unit and post in one, without saying the unit twice.
fn unit_and_post(person: &Person, unit: Option<&Unit>) -> String {
    let post = person.post.trim();
    let Some(unit) = unit else {
        return post.to_owned();
    };
    let named = [unit.name.trim(), unit.short_name.trim()]
        .into_iter()
        .any(|name| !name.is_empty() && post.starts_with(name));
    if named {
        post.to_owned()
    } else {
        format!("{}{post}", unit.name.trim())
    }
}

/// `《甲》《乙》`, empty when there are none.
fn attachments(names: &[String]) -> String {
    names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .flat_map(|name| ["《", name, "》"])
        .collect()
}

/// `2026年11月20日9时00分至10时05分`; the end's date only when it is another day.
fn period(start: Option<NaiveDateTime>, end: Option<NaiveDateTime>) -> String {
    let Some(start) = start else {
        return String::new();
    };
    let clock = |at: NaiveDateTime| format!("{}时{:02}分", at.hour(), at.minute());
    let from = format!("{}{}", chinese_date(start.date()), clock(start));
    match end {
        None => from,
        Some(end) if end.date() == start.date() => format!("{from}至{}", clock(end)),
        Some(end) => format!("{from}至{}{}", chinese_date(end.date()), clock(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_said_once() {
        let unit = Unit {
            name: "示例区住房和城乡建设局".into(),
            short_name: "示例区住建局".into(),
            ..Unit::default()
        };
        let mut person = Person {
            post: "党组书记、局长".into(),
            ..Person::default()
        };
        let wanted = "示例区住房和城乡建设局党组书记、局长";
        assert_eq!(unit_and_post(&person, Some(&unit)), wanted);
        person.post = "示例区住建局局长".into();
        assert_eq!(unit_and_post(&person, Some(&unit)), "示例区住建局局长");
        assert_eq!(unit_and_post(&person, None), "示例区住建局局长");
    }

    #[test]
    fn a_talk_past_midnight_names_both_days() {
        let at = |text: &str| text.parse::<NaiveDateTime>().ok();
        assert_eq!(
            period(at("2026-11-20T09:00:00"), at("2026-11-20T10:05:00")),
            "2026年11月20日9时00分至10时05分"
        );
        assert_eq!(
            period(at("2026-11-20T23:30:00"), at("2026-11-21T00:10:00")),
            "2026年11月20日23时30分至2026年11月21日0时10分"
        );
        assert_eq!(period(None, None), "");
    }
}
