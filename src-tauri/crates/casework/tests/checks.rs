//! Each check in both directions: a complete case passes without a word, and
//! each single fault brings exactly its own code.

use casework::checks::{
    Check, CheckLevel, Evidence, FindingEvidence, Hearing, LetterIssue, RecordIssue,
    closing_interview, issuing_admonition, issuing_admonition_record, issuing_inquiry,
    issuing_interview_record, may_proceed, starting_interview,
};
use casework::records::{
    Appointment, Citation, CitationTarget, Closing, DocumentNumber, Finding, Interview,
    InterviewPurpose, InterviewState, Observation, Organ, Paper, PaperItem, PaperKind, Person,
    Proof, Reliability, Role, Sex, Statement, Supervisor, Turn, Verification,
};
use casework::rules::RulePack;
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn codes(checks: &[Check], level: CheckLevel) -> Vec<&str> {
    checks
        .iter()
        .filter(|check| check.level == level)
        .map(|check| check.code.as_str())
        .collect()
}

type SpoilTalk = fn(&mut Interview);

/// A letter in perfect order, to be spoilt one thing at a time.
struct Case {
    paper: Paper,
    organ: Option<Organ>,
    supervisor: Option<Supervisor>,
    person: Option<Person>,
    finding: Finding,
    citations: Vec<(Citation, Option<Observation>)>,
    taken: Vec<DocumentNumber>,
    statements: Vec<Statement>,
    interviews: Vec<Interview>,
}

impl Case {
    fn new() -> Self {
        let number = DocumentNumber {
            code: "示组函".into(),
            year: 2026,
            sequence: 18,
        };
        Self {
            paper: Paper {
                kind: PaperKind::函询通知书,
                title: "关于请甲某同志就有关问题作出说明的函询通知书".into(),
                number: Some(number),
                date: Some(day("2026-11-23")),
                items: vec![PaperItem {
                    finding: Some("线索一".into()),
                    heading: "关于表决程序".into(),
                    text: "请说明表决经过。".into(),
                }],
                reply_days: 15,
                contact: "乙某".into(),
                phone: "0000-1234567".into(),
                approved_by: "丙某".into(),
                approved_on: Some(day("2026-11-20")),
                ..Paper::default()
            },
            organ: Some(Organ {
                full_name: "中共示例市委组织部".into(),
                ..Organ::default()
            }),
            supervisor: Some(Supervisor {
                name: "丁某".into(),
                appointment: Appointment {
                    issued_by: "中共示例市委组织部".into(),
                    document_no: "示组发〔2026〕1号".into(),
                    from: Some(day("2026-01-01")),
                    until: Some(day("2027-12-31")),
                    ..Appointment::default()
                },
                ..Supervisor::default()
            }),
            person: Some(Person {
                name: "甲某".into(),
                sex: Sex::男,
                ..Person::default()
            }),
            finding: Finding {
                title: "表决程序不规范".into(),
                proof: Proof::已印证,
                ..Finding::default()
            },
            citations: vec![(
                Citation {
                    target_kind: CitationTarget::摘录,
                    quote: "会议原则同意。".into(),
                    ..Citation::default()
                },
                None,
            )],
            taken: Vec::new(),
            statements: vec![Statement {
                text: "情况属实。".into(),
                ..Statement::default()
            }],
            interviews: Vec::new(),
        }
    }

    fn hearsay(mut self, reliability: Reliability, verified: Verification) -> Self {
        self.citations = vec![(
            Citation {
                target_kind: CitationTarget::情况记录,
                ..Citation::default()
            },
            Some(Observation {
                reliability,
                verified,
                ..Observation::default()
            }),
        )];
        self
    }

    fn judge(&self, decide: impl Fn(&LetterIssue<'_>) -> Vec<Check>) -> Vec<Check> {
        let id = "线索一".to_owned();
        let findings = [FindingEvidence {
            id: &id,
            finding: &self.finding,
            evidence: self
                .citations
                .iter()
                .map(|(citation, observation)| Evidence {
                    citation,
                    observation: observation.as_ref(),
                })
                .collect(),
        }];
        decide(&LetterIssue {
            paper: &self.paper,
            organ: self.organ.as_ref(),
            supervisor: self.supervisor.as_ref(),
            signed: None,
            person: self.person.as_ref(),
            findings: &findings,
            taken: &self.taken,
            pack: &RulePack::shipped(),
            today: day("2026-11-23"),
        })
    }

    fn inquiry(&self) -> Vec<Check> {
        self.judge(issuing_inquiry)
    }

    fn admonition(&self) -> Vec<Check> {
        self.judge(|issue| {
            issuing_admonition(
                issue,
                &Hearing {
                    statements: &self.statements,
                    interviews: &self.interviews,
                },
            )
        })
    }
}

#[test]
fn letters_in_order_pass_without_a_word() {
    assert_eq!(Case::new().inquiry(), []);
    assert_eq!(Case::new().admonition(), []);
}

#[test]
fn each_fault_of_an_inquiry_has_its_own_code() {
    type Spoil = fn(&mut Case);
    let cases: [(&str, Spoil); 21] = [
        ("organ.missing", |case| case.organ = None),
        ("organ.missing", |case| case.organ = Some(Organ::default())),
        ("person.missing", |case| case.person = None),
        ("title.missing", |case| case.paper.title = " ".into()),
        ("items.none", |case| case.paper.items.clear()),
        ("item.empty", |case| case.paper.items[0].text.clear()),
        ("item.no-finding", |case| case.paper.items[0].finding = None),
        ("item.no-finding", |case| {
            case.paper.items[0].finding = Some("别的".into());
        }),
        ("finding.refuted", |case| case.finding.proof = Proof::查否),
        ("finding.no-citation", |case| case.citations.clear()),
        ("finding.hearsay", |case| {
            case.citations[0].0.proof = Proof::查否;
        }),
        ("approval.missing", |case| case.paper.approved_by.clear()),
        ("approval.missing", |case| case.paper.approved_on = None),
        ("approval.late", |case| {
            case.paper.approved_on = Some(day("2026-11-24"));
        }),
        ("number.missing", |case| case.paper.number = None),
        ("number.taken", |case| {
            case.taken = case.paper.number.clone().into_iter().collect();
        }),
        ("number.year", |case| {
            case.paper.number.as_mut().expect("is set").year = 2025;
        }),
        ("date.missing", |case| case.paper.date = None),
        ("date.future", |case| {
            case.paper.date = Some(day("2026-11-24"));
        }),
        ("supervisor.missing", |case| case.supervisor = None),
        ("reply-days.short", |case| case.paper.reply_days = 14),
    ];
    for (wanted, spoil) in cases {
        let mut case = Case::new();
        spoil(&mut case);
        let checks = case.inquiry();
        assert_eq!(codes(&checks, CheckLevel::必须), [wanted]);
        assert!(!may_proceed(&checks));
    }
}

#[test]
fn the_appointment_is_judged_on_the_day_of_the_paper() {
    for (from, until, wanted) in [
        ("2026-01-01", Some("2026-11-22"), "appointment.expired"),
        ("2026-11-24", Some("2027-11-22"), "appointment.early"),
    ] {
        let mut case = Case::new();
        let appointment = &mut case.supervisor.as_mut().expect("is set").appointment;
        appointment.from = Some(day(from));
        appointment.until = until.map(day);
        assert_eq!(codes(&case.inquiry(), CheckLevel::必须), [wanted]);
    }
    let mut case = Case::new();
    case.supervisor.as_mut().expect("is set").appointment = Appointment::default();
    let checks = case.inquiry();
    assert!(may_proceed(&checks));
    assert_eq!(
        codes(&checks, CheckLevel::提醒),
        ["appointment.undated", "appointment.self-declared"]
    );
}

#[test]
fn only_a_verified_observation_carries_an_item() {
    for reliability in [
        Reliability::待核,
        Reliability::可靠,
        Reliability::较可靠,
        Reliability::存疑,
    ] {
        for (verified, passes) in [
            (Verification::未核实, false),
            (Verification::查否, false),
            (Verification::已核实, true),
        ] {
            let case = Case::new().hearsay(reliability, verified);
            assert_eq!(
                may_proceed(&case.inquiry()),
                passes,
                "{reliability:?} {verified:?}"
            );
            assert_eq!(may_proceed(&case.admonition()), passes);
        }
    }
}

#[test]
fn hearsay_beside_a_passage_does_no_harm() {
    let mut case = Case::new().hearsay(Reliability::存疑, Verification::未核实);
    assert_eq!(
        codes(&case.inquiry(), CheckLevel::必须),
        ["finding.hearsay"]
    );
    case.citations.extend(Case::new().citations);
    assert_eq!(case.inquiry(), []);
}

#[test]
fn an_observation_that_is_not_there_carries_nothing() {
    let mut case = Case::new().hearsay(Reliability::可靠, Verification::已核实);
    case.citations[0].1 = None;
    assert_eq!(
        codes(&case.inquiry(), CheckLevel::必须),
        ["finding.hearsay"]
    );
}

#[test]
fn an_admonition_needs_the_person_heard() {
    let mut case = Case::new();
    case.statements.clear();
    assert_eq!(
        codes(&case.admonition(), CheckLevel::必须),
        ["person.not-heard"]
    );
    case.interviews = vec![Interview::default()];
    assert!(!may_proceed(&case.admonition()), "a planned talk is none");
    case.interviews[0].state = InterviewState::已结束;
    assert_eq!(case.admonition(), []);
    case.finding.proof = Proof::部分印证;
    assert_eq!(
        codes(&case.admonition(), CheckLevel::提醒),
        ["finding.partly"]
    );
    case.finding.proof = Proof::待核实;
    assert_eq!(
        codes(&case.admonition(), CheckLevel::必须),
        ["finding.unproved"]
    );
}

fn talk() -> (Interview, Vec<Turn>, Person) {
    let at = |text: &str| Some(text.parse().expect("a time in a test"));
    let interview = Interview {
        purpose: InterviewPurpose::诫勉谈话,
        place: "示例区住建局二楼会议室".into(),
        matter: "表决程序不规范".into(),
        started_at: at("2026-11-20T09:00:00"),
        ended_at: at("2026-11-20T10:05:00"),
        interviewers: vec!["丁某".into(), "戊某".into()],
        recorder: "己某".into(),
        notices_read: true,
        woman_present: true,
        state: InterviewState::已结束,
        closing: Closing {
            read_back: true,
            signed: true,
            ..Closing::default()
        },
        ..Interview::default()
    };
    let turns = vec![Turn {
        role: Role::答,
        text: "我说明如下。".into(),
        ..Turn::default()
    }];
    let person = Person {
        name: "甲某".into(),
        sex: Sex::女,
        ..Person::default()
    };
    (interview, turns, person)
}

#[test]
fn a_talk_in_order_passes_at_every_step() {
    let (interview, turns, person) = talk();
    let pack = RulePack::shipped();
    assert_eq!(starting_interview(&interview, Some(&person), &pack), []);
    assert_eq!(
        closing_interview(&interview, &turns, Some(&person), &pack),
        []
    );
}

#[test]
fn each_fault_of_a_talk_has_its_own_code() {
    type Spoil = fn(&mut Interview, &mut Vec<Turn>);
    let cases: [(&str, Spoil); 11] = [
        ("talk.two", |talk, _| {
            talk.interviewers = vec!["丁某".into(), " 丁某".into()];
            talk.recorder = "丁某".into();
        }),
        ("talk.two", |talk, _| talk.interviewers.clear()),
        ("talk.woman", |talk, _| talk.woman_present = false),
        ("talk.notices", |talk, _| talk.notices_read = false),
        ("talk.empty", |_, turns| turns.clear()),
        ("talk.empty", |_, turns| turns[0].role = Role::问),
        ("recorder.missing", |talk, _| talk.recorder.clear()),
        ("talk.when-where", |talk, _| talk.started_at = None),
        ("talk.times", |talk, _| {
            talk.ended_at = talk.started_at.map(|at| at - chrono::TimeDelta::minutes(1));
        }),
        ("talk.read-back", |talk, _| talk.closing.read_back = false),
        ("talk.signature", |talk, _| talk.closing.signed = false),
    ];
    for (wanted, spoil) in cases {
        let (mut interview, mut turns, person) = talk();
        spoil(&mut interview, &mut turns);
        let checks = closing_interview(&interview, &turns, Some(&person), &RulePack::shipped());
        assert_eq!(codes(&checks, CheckLevel::必须), [wanted]);
    }
}

#[test]
fn a_refusal_with_its_reason_stands_for_the_signature() {
    let (mut interview, turns, person) = talk();
    interview.closing.signed = false;
    interview.closing.refusal = "认为第三条表述不准确".into();
    let checks = closing_interview(&interview, &turns, Some(&person), &RulePack::shipped());
    assert_eq!(checks, []);
}

#[test]
fn two_people_may_be_a_talker_and_a_recorder_but_not_at_an_admonition() {
    let (mut interview, turns, person) = talk();
    interview.interviewers.truncate(1);
    let pack = RulePack::shipped();
    assert_eq!(starting_interview(&interview, Some(&person), &pack), []);
    let case = Case::new();
    let judge = |interview: &Interview, decide: fn(&RecordIssue<'_>) -> Vec<Check>| {
        decide(&RecordIssue {
            paper: &case.paper,
            interview: Some(interview),
            turns: &turns,
            supervisor: case.supervisor.as_ref(),
            signed: None,
            person: Some(&person),
            pack: &pack,
            today: day("2026-11-23"),
        })
    };
    assert_eq!(judge(&interview, issuing_interview_record), []);
    let checks = judge(&interview, issuing_admonition_record);
    assert_eq!(codes(&checks, CheckLevel::必须), ["admonish.talkers"]);

    let (complete, ..) = talk();
    assert_eq!(judge(&complete, issuing_admonition_record), []);
    let spoils: [(&str, SpoilTalk); 3] = [
        ("talk.purpose", |talk| {
            talk.purpose = InterviewPurpose::个别谈话;
        }),
        ("admonish.matter", |talk| talk.matter.clear()),
        ("talk.open", |talk| talk.state = InterviewState::进行中),
    ];
    for (wanted, spoil) in spoils {
        let mut interview = complete.clone();
        spoil(&mut interview);
        let checks = judge(&interview, issuing_admonition_record);
        assert_eq!(codes(&checks, CheckLevel::必须), [wanted]);
    }
}

#[test]
fn every_message_is_a_chinese_sentence() {
    let nothing = LetterIssue {
        paper: &Paper::default(),
        organ: None,
        supervisor: None,
        signed: None,
        person: None,
        findings: &[],
        taken: &[],
        pack: &RulePack::shipped(),
        today: day("2026-11-23"),
    };
    let (pack, turns) = (RulePack::shipped(), Vec::new());
    let mut checks = issuing_inquiry(&nothing);
    checks.extend(issuing_admonition(
        &nothing,
        &Hearing {
            statements: &[],
            interviews: &[],
        },
    ));
    checks.extend(closing_interview(
        &Interview::default(),
        &turns,
        None,
        &pack,
    ));
    assert!(checks.len() > 15);
    for check in checks {
        assert!(check.message.ends_with('。'), "{}", check.message);
        assert!(
            !check.message.chars().any(|c| c.is_ascii_alphabetic()),
            "{}",
            check.message
        );
        if let Some(rule) = &check.rule {
            assert!(pack.rule(rule).is_some(), "{rule}");
        }
    }
}
