//! From records to documents: what each paper says, and that it can be typeset.

use casework::records::{
    Closing, DocumentNumber, Finding, Interview, InterviewPurpose, InterviewState, Organ, Paper,
    PaperKind, PaperState, Person, Proof, Role, Sex, Supervisor, Turn, Unit,
};
use casework::rules::RulePack;
use chrono::{NaiveDate, NaiveDateTime};
use gongwen::Typesetter;
use gongwen::model::{Block, Document};
use papers::{DraftContext, Error, PaperContext, Template, compose, draft, recovery_sheet};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a time in a test")
}

struct Desk {
    organ: Organ,
    supervisor: Supervisor,
    person: Person,
    person_id: String,
    unit: Unit,
    findings: Vec<(String, Finding)>,
    interview: Interview,
    interview_id: String,
    turns: Vec<Turn>,
    pack: RulePack,
}

impl Desk {
    fn new() -> Self {
        let finding = |id: &str, title: &str, facts: &str, question: &str, proof| {
            let finding = Finding {
                title: title.into(),
                facts: facts.into(),
                question: question.into(),
                proof,
                ..Finding::default()
            };
            (id.to_owned(), finding)
        };
        let turn = |role, text: &str| Turn {
            role,
            text: text.into(),
            ..Turn::default()
        };
        Self {
            organ: Organ {
                full_name: "中共示例市委组织部".into(),
                short_name: "示例市委组织部".into(),
                code: "示组".into(),
                address: "示例市示例路1号".into(),
                contact: "丙某".into(),
                phone: "0000-1234567".into(),
                classified_machine: false,
            },
            supervisor: Supervisor {
                name: "丁某".into(),
                phone: "0000-7654321".into(),
                ..Supervisor::default()
            },
            person: Person {
                name: "王镕".into(),
                sex: Sex::男,
                post: "党组书记、局长".into(),
                ..Person::default()
            },
            person_id: "人员一".into(),
            unit: Unit {
                name: "示例区住房和城乡建设局".into(),
                short_name: "示例区住建局".into(),
                ..Unit::default()
            },
            findings: vec![
                finding(
                    "线索一",
                    "任免事项表决程序",
                    "2026年3月5日局党组会议讨论中层干部任免时，会议记录没有逐一表态和表决票数的记载。",
                    "请说明当时的议事和表决经过",
                    Proof::已印证,
                ),
                finding(
                    "线索二",
                    "考察材料形成时间",
                    "考察报告的落款日期早于考察谈话日期",
                    "请说明原因。",
                    Proof::部分印证,
                ),
                finding(
                    "线索三",
                    "接受服务对象宴请情况",
                    "2026年春节前后接受项目施工单位宴请",
                    "如有，请说明时间、地点、参加人员和费用承担情况。",
                    Proof::待核实,
                ),
            ],
            interview: Interview {
                purpose: InterviewPurpose::诫勉谈话,
                place: "示例区住建局二楼会议室".into(),
                matter: "任免事项未按规定表决".into(),
                started_at: Some(at("2026-11-20T09:00:00")),
                ended_at: Some(at("2026-11-20T10:05:00")),
                interviewers: vec!["丁某".into(), "戊某".into()],
                recorder: "己某".into(),
                notices_read: true,
                state: InterviewState::已结束,
                closing: Closing {
                    read_back: true,
                    signed: true,
                    ..Closing::default()
                },
                ..Interview::default()
            },
            interview_id: "谈话一".into(),
            turns: vec![
                turn(Role::问, "请你谈谈3月5日会议的表决情况。"),
                turn(
                    Role::答,
                    "当时大家都说了意见，但没有逐一记录。\n这是我把关不严。",
                ),
                turn(Role::记, "出示会议记录复印件第2页，谈话对象确认。"),
                turn(Role::答, "  "),
            ],
            pack: RulePack::shipped(),
        }
    }

    fn draft(&self, kind: PaperKind, findings: &[(String, Finding)]) -> Result<Paper, Error> {
        let context = DraftContext {
            organ: &self.organ,
            supervisor: Some(&self.supervisor),
            person_id: &self.person_id,
            person: &self.person,
            unit: Some(&self.unit),
            findings,
            interview: Some((&self.interview_id, &self.interview)),
            pack: &self.pack,
        };
        draft(kind, &context, &Template::shipped(kind))
    }

    /// The draft as it would be issued.
    fn ready(&self, kind: PaperKind, findings: &[(String, Finding)], code: &str) -> Paper {
        Paper {
            state: PaperState::已签发,
            number: Some(DocumentNumber {
                code: code.into(),
                year: 2026,
                sequence: 18,
            }),
            date: Some(day("2026-11-23")),
            approved_by: "示例市委主要负责同志".into(),
            approved_on: Some(day("2026-11-20")),
            ..self.draft(kind, findings).expect("can be drafted")
        }
    }

    fn compose(&self, paper: &Paper) -> Document {
        let context = PaperContext {
            paper,
            organ: &self.organ,
            person: &self.person,
            unit: Some(&self.unit),
            interview: Some(&self.interview),
            turns: &self.turns,
            pack: &self.pack,
        };
        compose(paper.kind, &context, &Template::shipped(paper.kind)).expect("can be composed")
    }

    fn proved(&self) -> &[(String, Finding)] {
        &self.findings[..2]
    }
}

fn json(document: &Document) -> String {
    serde_json::to_string_pretty(document).expect("plain data")
}

/// All words of a document's body.
fn words(document: &Document) -> String {
    document
        .body
        .iter()
        .map(|block| match block {
            Block::Paragraph(text) => format!("{text}\n"),
            Block::Heading { text, .. } => format!("# {text}\n"),
            other => format!("{other:?}\n"),
        })
        .collect()
}

#[test]
fn inquiry_letter() {
    let desk = Desk::new();
    let paper = desk.ready(PaperKind::函询通知书, &desk.findings, "示组函");
    insta::assert_snapshot!(json(&desk.compose(&paper)));
}

#[test]
fn admonition_letter() {
    let desk = Desk::new();
    let paper = desk.ready(PaperKind::诫勉书, desk.proved(), "示组诫");
    insta::assert_snapshot!(json(&desk.compose(&paper)));
}

#[test]
fn admonition_record() {
    let desk = Desk::new();
    let paper = desk.draft(PaperKind::诫勉谈话记录, &[]).expect("a draft");
    insta::assert_snapshot!(json(&desk.compose(&paper)));
}

#[test]
fn interview_record() {
    let mut desk = Desk::new();
    desk.interview.purpose = InterviewPurpose::个别谈话;
    desk.interview.matter = "了解选人用人情况".into();
    desk.interview.woman_present = true;
    desk.interview.closing = Closing {
        read_back: true,
        corrections: "第2条“大家”改为“到会的五人”".into(),
        signed: false,
        refusal: "认为记录过于简略".into(),
    };
    let paper = desk.draft(PaperKind::个别谈话记录, &[]).expect("a draft");
    insta::assert_snapshot!(json(&desk.compose(&paper)));
}

#[test]
fn sheet_with_the_recovery_code() {
    let sheet = recovery_sheet(
        "ABCDE-FGHJK-MNPQR-STUVW-XYZ23-45678-9ABCD",
        "示例档案库",
        day("2026-11-23"),
    );
    insta::assert_snapshot!(json(&sheet));
}

#[test]
fn what_is_not_verified_is_asked_and_never_stated() {
    let desk = Desk::new();
    let paper = desk
        .draft(PaperKind::函询通知书, &desk.findings)
        .expect("a draft");
    let texts: Vec<_> = paper.items.iter().map(|item| item.text.as_str()).collect();
    assert!(texts[0].starts_with("经核实，"), "{}", texts[0]);
    assert!(
        texts[1].starts_with("有关材料中有以下记载："),
        "{}",
        texts[1]
    );
    assert!(
        texts[2].starts_with("请说明是否存在以下情况："),
        "{}",
        texts[2]
    );
    assert!(!texts[2].contains("经核实"));
}

#[test]
fn what_was_refuted_or_not_proved_is_kept_out() {
    let mut desk = Desk::new();
    let error = desk
        .draft(PaperKind::诫勉书, &desk.findings)
        .expect_err("the third finding is not verified");
    assert!(
        error.to_string().contains("接受服务对象宴请情况"),
        "{error}"
    );
    desk.findings[0].1.proof = Proof::查否;
    let error = desk
        .draft(PaperKind::函询通知书, &desk.findings)
        .expect_err("the first finding is refuted");
    assert!(error.to_string().contains("查否"), "{error}");
}

#[test]
fn the_period_comes_from_the_paper_and_the_pack() {
    let desk = Desk::new();
    let mut paper = desk.ready(PaperKind::函询通知书, &desk.findings, "示组函");
    assert_eq!(paper.reply_days, desk.pack.reply_days());
    assert!(words(&desk.compose(&paper)).contains("之日起15个工作日内"));
    paper.reply_days = 20;
    assert!(words(&desk.compose(&paper)).contains("之日起20个工作日内"));
}

#[test]
fn own_wording_replaces_the_templates() {
    let desk = Desk::new();
    let mut paper = desk.ready(PaperKind::函询通知书, &desk.findings, "示组函");
    paper.opening = "自拟开头{姓名}。\n\n第二段。".into();
    paper.closing = "自拟结尾。".into();
    let body = words(&desk.compose(&paper));
    assert!(
        body.starts_with("自拟开头{姓名}。\n第二段。\n# 一、"),
        "{body}"
    );
    assert!(body.ends_with("自拟结尾。\n"), "{body}");
}

#[test]
fn a_single_item_bears_no_number() {
    let desk = Desk::new();
    let one = desk.ready(PaperKind::函询通知书, &desk.findings[..1], "示组函");
    assert!(words(&desk.compose(&one)).contains("# 关于任免事项表决程序的问题\n"));
}

#[test]
fn an_attachment_taken_off_the_list_takes_its_annex_with_it() {
    let desk = Desk::new();
    let mut paper = desk.ready(PaperKind::函询通知书, &desk.findings, "示组函");
    assert_eq!(desk.compose(&paper).annexes.len(), 1);
    paper.attachments = vec![" ".into(), "送达回执".into()];
    let document = desk.compose(&paper);
    assert!(document.annexes.is_empty());
    assert_eq!(document.attachments, ["送达回执"]);
    assert!(words(&document).contains("随函附送《送达回执》"));
    paper.attachments.clear();
    assert!(!words(&desk.compose(&paper)).contains("随函附送"));
}

#[test]
fn the_contact_goes_with_its_own_telephone() {
    let mut desk = Desk::new();
    let paper = desk.draft(PaperKind::函询通知书, &[]).expect("a draft");
    assert_eq!([paper.contact, paper.phone], ["丙某", "0000-1234567"]);
    desk.organ.contact.clear();
    let paper = desk.draft(PaperKind::函询通知书, &[]).expect("a draft");
    assert_eq!([&paper.contact, &paper.phone], ["丁某", "0000-7654321"]);
}

#[test]
fn a_draft_can_be_looked_at_with_nothing_filled_in() {
    let desk = Desk::new();
    let typesetter = Typesetter::with_shipped_fonts().expect("the faces are in the repository");
    for kind in [
        PaperKind::函询通知书,
        PaperKind::诫勉书,
        PaperKind::诫勉谈话记录,
        PaperKind::个别谈话记录,
    ] {
        let (paper, person, organ, interview) = <(Paper, Person, Organ, Interview)>::default();
        let context = PaperContext {
            paper: &paper,
            organ: &organ,
            person: &person,
            unit: None,
            interview: Some(&interview),
            turns: &[],
            pack: &desk.pack,
        };
        let document = compose(kind, &context, &Template::shipped(kind)).expect("can be composed");
        let letter = matches!(kind, PaperKind::函询通知书 | PaperKind::诫勉书);
        assert_eq!(document.options.draft_watermark, letter, "{kind:?}");
        assert!(!document.title.trim().is_empty());
        let named = Document {
            mark: desk.organ.full_name.clone(),
            ..document
        };
        if let Err(error) = typesetter.layout(&named) {
            panic!("{kind:?}: {error}");
        }
    }
}

#[test]
fn a_template_of_another_kind_and_a_missing_talk_are_refused() {
    let desk = Desk::new();
    let paper = desk.ready(PaperKind::函询通知书, &desk.findings, "示组函");
    let mut context = PaperContext {
        paper: &paper,
        organ: &desk.organ,
        person: &desk.person,
        unit: None,
        interview: None,
        turns: &[],
        pack: &desk.pack,
    };
    let error = compose(paper.kind, &context, &Template::shipped(PaperKind::诫勉书))
        .expect_err("kinds differ");
    assert!(error.to_string().contains("函询通知书"), "{error}");
    let record = Paper {
        kind: PaperKind::个别谈话记录,
        ..Paper::default()
    };
    context.paper = &record;
    let template = Template::shipped(record.kind);
    assert_eq!(
        compose(record.kind, &context, &template),
        Err(Error::NoInterview)
    );
}

/// The papers as they lie on the page; also a check that every character of the
/// shipped wording has a glyph.
#[test]
fn every_paper_is_typeset() {
    let desk = Desk::new();
    let typesetter = Typesetter::with_shipped_fonts().expect("the faces are in the repository");
    let letters = [
        desk.ready(PaperKind::函询通知书, &desk.findings, "示组函"),
        desk.ready(PaperKind::诫勉书, desk.proved(), "示组诫"),
    ];
    let records = [PaperKind::诫勉谈话记录, PaperKind::个别谈话记录]
        .map(|kind| desk.draft(kind, &[]).expect("a draft"));
    let mut documents: Vec<_> = letters
        .iter()
        .chain(&records)
        .map(|paper| desk.compose(paper))
        .collect();
    let code = "ABCDE-FGHJK-MNPQR-STUVW-XYZ23-45678-9ABCD";
    documents.push(recovery_sheet(code, "示例档案库", day("2026-11-23")));
    for document in documents {
        let text = typesetter
            .layout_text(&document)
            .unwrap_or_else(|error| panic!("{}: {error}", document.title));
        let pdf = typesetter
            .pdf(&document)
            .unwrap_or_else(|error| panic!("{}: {error}", document.title));
        assert!(pdf.starts_with(b"%PDF-1.7"));
        assert!(text.lines().count() > 15, "{text}");
    }
}

#[test]
fn the_recovery_sheet_is_one_page() {
    let sheet = recovery_sheet(
        "ABCDE-FGHJK-MNPQR-STUVW-XYZ23-45678-9ABCD",
        "示例市委组织部干部监督工作档案库",
        day("2026-11-23"),
    );
    let typesetter = Typesetter::with_shipped_fonts().expect("the faces are in the repository");
    let layout = typesetter.layout(&sheet).expect("can be typeset");
    assert_eq!(layout.pages.len(), 1);
}
