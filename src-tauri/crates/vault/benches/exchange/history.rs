//! What one device writes in a long tour: talks with their turns, the people talked to, what is
//! cited from the talks, and corrections of all of it. Entries hold as many changes as the
//! program makes for the same action, one to eight.

use ledger::{CompartmentId, EntityId, Value};
use serde_json::{Value as Json, json};
use vault::{Action, Edit};

/// 2026-11-23 00:00 UTC in milliseconds.
pub(crate) const NOW: u64 = 1_795_392_000_000;

/// Turns of one talk.
const TURNS: u32 = 24;

/// What such texts are made of; the first stand in nearly every sentence.
const PHRASES: &[&str] = &[
    "的",
    "，",
    "单位",
    "同志",
    "工作",
    "情况",
    "班子",
    "当时",
    "研究",
    "意见",
    "会议上",
    "分管",
    "没有",
    "听说",
    "本人",
    "民主推荐",
    "组织考察",
    "任职前公示",
    "干部人事档案",
    "办公室主任",
    "动议",
    "票决",
    "酝酿",
    "考察组",
    "个别谈话",
    "征求意见",
    "廉洁自律",
    "社交圈",
    "生活圈",
    "逢年过节",
    "往来较多",
    "合伙经营",
    "工程项目",
    "招标投标",
    "分包单位",
    "亲属从业",
    "个人有关事项",
    "如实报告",
    "请假外出",
    "宴请",
    "高尔夫球卡",
    "礼品礼金",
    "示例区",
    "示例局",
    "规划科",
    "财务科",
    "二〇二五年三月",
    "前年下半年",
    "上个月",
    "记不清楚",
    "可以提供材料",
    "会议记录有记载",
    "其他人也知道",
    "没有异议",
    "当场说明",
    "事后补签",
    "未经集体研究",
    "破格提拔",
    "交流轮岗",
    "超职数配备",
    "带病提拔",
    "提醒谈话",
    "整改落实",
    "举一反三",
];

/// A numbered stream of entries, the same in every run.
pub(crate) struct History {
    state: u64,
    device: u8,
    talks: u32,
    queue: Vec<(&'static str, Vec<Edit>)>,
}

impl History {
    /// The history of one device; another number gives another one.
    pub(crate) fn of(device: u8) -> Self {
        Self {
            state: 0x9e37_79b9_7f4a_7c15 ^ (u64::from(device) << 32),
            device,
            talks: 0,
            queue: Vec::new(),
        }
    }

    /// The next actions, until they make about `changes` changes.
    pub(crate) fn actions(&mut self, changes: usize) -> Vec<(Action, Vec<Edit>)> {
        let (mut actions, mut made) = (Vec::new(), 0);
        while made < changes {
            if self.queue.is_empty() {
                self.talk();
                self.queue.reverse();
            }
            let Some((name, edits)) = self.queue.pop() else {
                break;
            };
            made += edits.len();
            actions.push((self.action(name), edits));
        }
        actions
    }

    fn action(&self, name: &str) -> Action {
        Action {
            name: name.to_owned(),
            author: self.id(0, 0),
            compartment: CompartmentId::OPEN,
            note: None,
        }
    }

    /// One talk: the person, the talk, its turns with some corrected at once, what is cited.
    fn talk(&mut self) {
        let talk = self.talks;
        self.talks += 1;
        let (person, interview) = (self.id(1, talk), self.id(2, talk));
        let finding = self.id(4, talk / 8);
        let name = format!("示例{}某", PHRASES[self.below(PHRASES.len())]);
        let (duties, about, matter) = (self.text(12), self.text(20), self.text(15));
        self.push(
            "登记人员",
            person,
            "person",
            &[
                ("name", json!(name)),
                ("sex", json!("男")),
                ("birth", json!("1972-05")),
                ("post", json!("示例科科长")),
                ("rank", json!("四级调研员")),
                ("duties", json!(duties)),
                ("is_leader", json!(true)),
                ("remark", json!(about)),
            ],
        );
        self.push(
            "开始谈话",
            interview,
            "interview",
            &[
                ("person", json!(person.to_string())),
                ("place", json!("示例局三楼会议室")),
                ("matter", json!(matter)),
                ("state", json!("进行中")),
            ],
        );
        for turn in 0..TURNS {
            let id = self.id(3, talk * TURNS + turn);
            let length = if turn % 2 == 0 { 18 } else { 60 };
            let text = self.text(length);
            self.push(
                "记录谈话",
                id,
                "turn",
                &[
                    ("interview", json!(interview.to_string())),
                    ("order", json!(format!("a{turn:04}"))),
                    ("role", json!(if turn % 2 == 0 { "问" } else { "答" })),
                    ("text", json!(text)),
                    ("at", json!(format!("2026-11-23T09:{turn:02}:00"))),
                ],
            );
            if self.below(3) == 0 {
                let more = format!("{text}{}", self.text(10));
                self.push("修改谈话", id, "turn", &[("text", json!(more))]);
            }
            if self.below(12) == 0 {
                let citation = self.id(5, talk * TURNS + turn);
                self.push(
                    "引用证据",
                    citation,
                    "citation",
                    &[
                        ("finding", json!(finding.to_string())),
                        ("target_kind", json!("谈话")),
                        ("target", json!(id.to_string())),
                        ("quote", json!(text)),
                        ("place", json!(format!("谈话第{}条", turn + 1))),
                        ("proof", json!("待核")),
                    ],
                );
            }
        }
        let remark = self.text(25);
        self.push("修改人员", person, "person", &[("remark", json!(remark))]);
        self.push(
            "结束谈话",
            interview,
            "interview",
            &[("state", json!("已结束"))],
        );
    }

    fn push(&mut self, name: &'static str, entity: EntityId, kind: &str, fields: &[(&str, Json)]) {
        let edits = fields.iter().map(|(field, value)| Edit {
            entity,
            kind: kind.to_owned(),
            field: (*field).to_owned(),
            value: match value {
                Json::Bool(yes) => Value::Bool(*yes),
                other => other.as_str().unwrap_or_default().into(),
            },
        });
        self.queue.push((name, edits.collect()));
    }

    /// Identifiers grow with time, as those of the program do.
    fn id(&self, sort: u8, number: u32) -> EntityId {
        let mut random = [0; 10];
        random[0] = sort;
        random[1] = self.device;
        random[2..6].copy_from_slice(&number.to_be_bytes());
        EntityId::new(NOW + u64::from(number), random)
    }

    /// About `length` characters of text.
    fn text(&mut self, length: usize) -> String {
        let mut text = String::new();
        while text.chars().count() < length {
            // The low ranks come far more often.
            let unit = self.below(1 << 20) as f64 / f64::from(1 << 20);
            text.push_str(PHRASES[(PHRASES.len() as f64 * unit * unit) as usize]);
        }
        text.push('。');
        text
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % bound as u64) as usize
    }
}
