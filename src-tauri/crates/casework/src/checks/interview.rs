//! Before a talk (谈话) begins and before it is closed.

use std::collections::BTreeSet;

use super::{Check, Checks, given};
use crate::records::{Interview, Person, Role, Sex, Turn};
use crate::rules::{RulePack, id};

/// Starting a talk.
pub fn starting_interview(
    interview: &Interview,
    person: Option<&Person>,
    pack: &RulePack,
) -> Vec<Check> {
    let mut checks = Checks::default();
    company(&mut checks, interview, person, pack);
    checks.remind(
        given(&interview.place),
        "place.missing",
        Some(id::TALK_RECORD),
        "没有填写谈话地点，请补填。",
    );
    checks.remind(
        given(&interview.recorder),
        "recorder.missing",
        Some(id::TALK_RECORD),
        "没有确定记录人，请补填。",
    );
    checks.done()
}

/// Closing a talk.
pub fn closing_interview(
    interview: &Interview,
    turns: &[Turn],
    person: Option<&Person>,
    pack: &RulePack,
) -> Vec<Check> {
    let mut checks = Checks::default();
    company(&mut checks, interview, person, pack);
    contents(&mut checks, interview, turns);
    closing(&mut checks, interview);
    checks.done()
}

/// Two people, a woman where a woman is talked to, rights read.
pub(super) fn company(
    checks: &mut Checks,
    interview: &Interview,
    person: Option<&Person>,
    pack: &RulePack,
) {
    let least = pack.talkers() as usize;
    let mut holders = names(&interview.interviewers);
    let recorder = interview.recorder.trim();
    if !recorder.is_empty() {
        holders.insert(recorder);
    }
    checks.must(
        !names(&interview.interviewers).is_empty() && holders.len() >= least,
        "talk.two",
        Some(id::TALK_TWO),
        format!("谈话应当由{least}人以上进行，请补填谈话人。"),
    );
    match person {
        None => checks.must(
            false,
            "person.missing",
            None,
            "没有确定谈话对象，请先选定。",
        ),
        Some(person) => {
            checks.must(
                person.sex != Sex::女 || interview.woman_present,
                "talk.woman",
                Some(id::TALK_TWO),
                "与女同志谈话，应当有女同志在场，请安排并勾选。",
            );
            checks.remind(
                person.sex != Sex::未填,
                "person.sex",
                Some(id::TALK_TWO),
                "谈话对象没有填写性别，无法核对是否需要女同志在场，请补填。",
            );
        }
    }
    checks.must(
        interview.notices_read,
        "talk.notices",
        None,
        "尚未向谈话对象告知权利义务，请告知后勾选。",
    );
}

/// Something was said, and the times agree.
pub(super) fn contents(checks: &mut Checks, interview: &Interview, turns: &[Turn]) {
    checks.must(
        turns
            .iter()
            .any(|turn| turn.role == Role::答 && given(&turn.text)),
        "talk.empty",
        Some(id::TALK_RECORD),
        "记录中没有谈话对象的回答，请先记录谈话内容。",
    );
    checks.must(
        given(&interview.recorder),
        "recorder.missing",
        Some(id::TALK_RECORD),
        "没有写明记录人，请补填。",
    );
    checks.must(
        given(&interview.place) && interview.started_at.is_some(),
        "talk.when-where",
        Some(id::TALK_RECORD),
        "没有写明谈话时间或者地点，请补填。",
    );
    if let (Some(started), Some(ended)) = (interview.started_at, interview.ended_at) {
        checks.must(
            started <= ended,
            "talk.times",
            None,
            "谈话结束时间早于开始时间，请核对。",
        );
    }
}

/// Read back, and signed or the refusal noted.
pub(super) fn closing(checks: &mut Checks, interview: &Interview) {
    checks.must(
        interview.closing.read_back,
        "talk.read-back",
        None,
        "记录尚未交谈话对象阅看或者向其宣读，请核对后勾选。",
    );
    checks.must(
        interview.closing.signed || given(&interview.closing.refusal),
        "talk.signature",
        Some(id::TALK_RECORD),
        "谈话对象尚未逐页签名；拒绝签名的，请注明原因。",
    );
}

/// Different names, so that one person entered twice counts once.
pub(super) fn names(list: &[String]) -> BTreeSet<&str> {
    list.iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .collect()
}
