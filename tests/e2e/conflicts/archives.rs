//! Two archives that were one, changed apart on two machines: the same use
//! cases as the window's, without a window.

use crate::support::{Home, days};
use casework::records::{
    CitationTarget, Closing, Finding, Interview, InterviewState, Organ, Paper, PaperKind, Person,
    Proof, Role, Sex, Supervisor, Unit,
};
use office::{Office, Scope};
use std::path::{Path, PathBuf};

/// Opens both archives.
pub(super) const PASSPHRASE: &str = "青山 示例 纸鸢 四月";
/// Opens the bundles between them.
pub(super) const ON_THE_STICK: &str = "槐树 黄昏 示例 石桥";
/// Whose post and remark both machines changed.
pub(super) const LEADER: &str = "王示例";
/// Who was written down on both machines.
pub(super) const TWICE: &str = "李示例";
/// What both machines went on writing about.
pub(super) const FINDING: &str = "任免事项表决程序";
/// What the colleague noted in a talk that was withdrawn here as an empty one.
pub(super) const UNSEEN: &str = "当时会前没有发材料。";
/// What he noted in a talk that was read back and closed here meanwhile.
pub(super) const LATE: &str = "补充一句：我没有看到会议记录。";
/// The facts as both had them, and as each went on.
const FACTS: [&str; 3] = [
    "一、会前没有充分酝酿，只由主要负责人同个别班子成员通气。\n二、会上没有逐一表态。\n三、会后没有按规定公示。",
    "一、会前没有充分酝酿，只由主要负责人同两名班子成员电话通气。\n二、会上没有逐一表态。\n三、会后没有按规定公示。",
    "一、会前没有充分酝酿，只由主要负责人同个别班子成员通气。\n二、会上没有逐一表态。\n三、会后只公示三天，没有按规定公示满五个工作日。",
];

/// The archives and the file between them.
pub(super) struct Pair {
    /// The archive that the window opens.
    pub(super) own: PathBuf,
    /// The colleague's bundle.
    pub(super) bundle: PathBuf,
    /// The colleague.
    pub(super) colleague: Office,
}

fn archive(home: &Home, name: &str, supervisor: &str) -> Office {
    let mut office = home.office(name);
    office
        .create_archive(name, &home.path().join("文档"), PASSPHRASE, days::now())
        .expect("a new archive");
    let mut own = Supervisor {
        name: supervisor.into(),
        sex: Sex::男,
        ..Supervisor::default()
    };
    own.appointment.from = Some(days::today() - chrono::Days::new(300));
    own.appointment.until = Some(days::today() + chrono::Days::new(300));
    office.save_supervisor(&own, days::now()).expect("saved");
    let organ = Organ {
        full_name: "中共示例市委组织部".into(),
        short_name: "示例市委组织部".into(),
        code: "示组".into(),
        contact: "钱某".into(),
        phone: "0000-7654321".into(),
        ..Organ::default()
    };
    office.save_organ(&organ, days::now()).expect("saved");
    office
}

fn carry(from: &mut Office, to: &mut Office, file: &Path) {
    write(from, file);
    to.import_bundle(file, Some(ON_THE_STICK), days::now())
        .expect("imported");
}

fn write(from: &mut Office, file: &Path) {
    from.export_bundle(
        &Scope::everything(),
        &[],
        Some(ON_THE_STICK),
        file,
        days::now(),
    )
    .expect("exported");
}

impl Pair {
    /// Makes both and changes them apart.
    pub(super) fn make(home: &Home) -> Self {
        let now = days::now;
        let mut own = archive(home, "示例甲机", "赵示例");
        let mut colleague = archive(home, "示例乙机", "钱示例");
        let unit = Unit {
            name: "示例市水务局".into(),
            ..Unit::default()
        };
        let unit = own.save_unit(None, &unit, now()).expect("saved").id;
        let mut leader = person(LEADER, &unit);
        let someone = own.save_person(None, &leader, now()).expect("saved").id;
        let mut finding = Finding {
            title: FINDING.into(),
            person: someone.clone(),
            facts: FACTS[0].into(),
            question: "请说明当时的表决方式。".into(),
            ..Finding::default()
        };
        let finding_id = own.save_finding(None, &finding, now()).expect("saved").id;
        let empty = talk(&mut own, &someone);
        let closed = talk(&mut own, &someone);
        say(&mut own, &closed, "会议是一位副职主持的。");
        let (bundle, there) = (
            home.path().join("文档/乙机.dcx"),
            home.path().join("文档/甲机.dcx"),
        );
        carry(&mut own, &mut colleague, &there);

        own.retract(&empty, now()).expect("withdrawn");
        let closing = Closing {
            read_back: true,
            signed: true,
            ..Closing::default()
        };
        own.close_interview(&closed, &closing, now())
            .expect("closed");
        say(&mut colleague, &empty, UNSEEN);
        say(&mut colleague, &closed, LATE);

        leader.post = "党组成员、副局长".into();
        leader.remark = "二〇二五年三月任现职。".into();
        own.save_person(Some(&someone), &leader, now())
            .expect("saved");
        finding.facts = FACTS[1].into();
        own.save_finding(Some(&finding_id), &finding, now())
            .expect("saved");
        own.save_person(None, &person(TWICE, &unit), now())
            .expect("saved");
        letter(&mut own, &someone, &finding_id, true);
        letter(&mut own, &someone, &finding_id, false);

        leader.post = "党组副书记、副局长".into();
        leader.remark = "二〇二五年四月任现职，兼管城东水厂。".into();
        colleague
            .save_person(Some(&someone), &leader, now())
            .expect("saved");
        finding.facts = FACTS[2].into();
        colleague
            .save_finding(Some(&finding_id), &finding, now())
            .expect("saved");
        let twice = Person {
            post: "办公室主任".into(),
            ..person(TWICE, &unit)
        };
        let twice = colleague
            .save_person(None, &twice, now())
            .expect("saved")
            .id;
        let other = Finding {
            title: "会议记录不完整".into(),
            person: twice.clone(),
            facts: "三次会议没有记录表决情况。".into(),
            ..Finding::default()
        };
        let other = colleague
            .save_finding(None, &other, now())
            .expect("saved")
            .id;
        letter(&mut colleague, &twice, &other, true);
        write(&mut colleague, &bundle);
        own.lock();
        Self {
            own: home.path().join("文档/示例甲机.ducha"),
            bundle,
            colleague,
        }
    }

    /// Carries what the window wrote to the colleague.
    pub(super) fn hear(&mut self, file: &Path) {
        self.colleague
            .import_bundle(file, Some(ON_THE_STICK), days::now())
            .expect("imported");
    }
}

fn person(name: &str, unit: &str) -> Person {
    Person {
        name: name.into(),
        sex: Sex::男,
        unit: Some(unit.to_owned()),
        is_leader: true,
        ..Person::default()
    }
}

/// A talk that nothing was said in yet.
fn talk(office: &mut Office, person: &str) -> String {
    let talk = Interview {
        person: person.into(),
        place: "二楼会议室".into(),
        interviewers: vec!["赵示例".into(), "钱示例".into()],
        recorder: "钱示例".into(),
        notices_read: true,
        state: InterviewState::进行中,
        ..Interview::default()
    };
    let saved = office.save_interview(None, &talk, days::now());
    saved.expect("saved").id
}

/// Somebody answers.
fn say(office: &mut Office, talk: &str, words: &str) -> String {
    let saved = office.save_turn(None, talk, Role::答, words, None, days::now());
    saved.expect("saved").turn.id
}

/// An inquiry letter on a finding, with its evidence and approval; issued with
/// the number that comes next, or left a draft.
fn letter(office: &mut Office, person: &str, finding: &str, issued: bool) {
    let now = days::now;
    let talk = talk(office, person);
    let turn = say(office, &talk, "没有逐一表态，由主要负责人宣布结果。");
    office
        .cite(
            finding,
            CitationTarget::谈话,
            &turn,
            None,
            Proof::部分印证,
            now(),
        )
        .expect("cited");
    let id = office
        .draft_paper(
            PaperKind::函询通知书,
            person,
            &[finding.to_owned()],
            None,
            now(),
        )
        .expect("a draft")
        .id;
    let draft = office.paper(&id, now()).expect("the draft").paper.record;
    let approved = Paper {
        approved_by: "周示例".into(),
        approved_on: Some(days::today()),
        ..draft
    };
    office.save_paper(&id, &approved, now()).expect("saved");
    if issued {
        let number = office
            .suggest_number(PaperKind::函询通知书, days::today())
            .expect("a number");
        office
            .issue_paper(&id, number, days::today(), now())
            .expect("issued");
    }
}
