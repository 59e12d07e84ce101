//! Templates (文书模板): the wording of each kind of paper, as data.

use std::collections::BTreeMap;

use casework::records::{PaperKind, Proof};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::text::{Values, fill, known, placeholders};

const FORMAT: u32 = 1;

/// Names every paper can use.
const COMMON: &[&str] = &[
    "姓名",
    "单位",
    "职务",
    "单位职务",
    "机关",
    "机关简称",
    "标题",
    "日期",
];
/// Names only a letter can use.
const LETTER: &[&str] = &[
    "文号",
    "期限",
    "影响期",
    "回访期",
    "联系人",
    "电话",
    "地址",
    "批准人",
    "批准日期",
    "附件",
];
/// Names only the record of a talk can use. The last four are conditions.
const RECORD: &[&str] = &[
    "谈话时间",
    "谈话地点",
    "谈话人",
    "记录人",
    "事由",
    "更正",
    "拒签理由",
    "已告知",
    "女同志在场",
    "已阅看",
    "已签名",
];

/// A line of a template: a text, perhaps with a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// Always printed.
    Always(String),
    /// Printed only when what `when` names is known and what `unless` names is not.
    If(Condition),
}

/// A line with its condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The text.
    pub text: String,
    /// Name that must have a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Name that must have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<String>,
}

/// An annex bound with a letter when it is among the paper's attachments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnexTemplate {
    /// Title; the attachment of this name brings the annex with it.
    pub title: String,
    /// Line above the text, usually the organ it is addressed to.
    #[serde(default)]
    pub to: String,
    /// Paragraphs.
    pub body: Vec<Line>,
    /// Names and values of a ruled table below the text.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
}

/// The wording of one kind of paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Version of the file format.
    pub format: u32,
    /// Identifier.
    pub id: String,
    /// Version of the wording.
    pub version: String,
    /// Kind of paper it is for.
    pub kind: PaperKind,
    /// Title.
    pub title: String,
    /// 主送.
    #[serde(default)]
    pub to: String,
    /// Paragraphs before the items or the turns.
    pub opening: Vec<Line>,
    /// Heading of an item among several: `{序号}、{事项}`.
    #[serde(default)]
    pub item_heading: String,
    /// Heading of an item that stands alone.
    #[serde(default)]
    pub single_item_heading: String,
    /// Text of an item drawn from a finding, by state of proof, from `{事实}`
    /// and `{问题}`. A state that is not listed must not be put in this paper.
    #[serde(default)]
    pub item_text: BTreeMap<String, String>,
    /// Paragraphs after the items.
    #[serde(default)]
    pub closing: Vec<Line>,
    /// Attachments a new draft lists.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Texts of attachments that are bound with the letter.
    #[serde(default)]
    pub annexes: Vec<AnnexTemplate>,
    /// Parts of the 附注, joined with commas.
    #[serde(default)]
    pub note: Vec<Line>,
    /// 抄送 a new draft lists.
    #[serde(default)]
    pub cc: Vec<Line>,
    /// Head table of a record.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// Captions of the signature line of a record.
    #[serde(default)]
    pub signers: Vec<String>,
    /// Final statements of a record.
    #[serde(default)]
    pub statements: Vec<Line>,
    /// Blank lines for corrections on the last page of a record.
    #[serde(default)]
    pub correction_lines: u8,
}

impl Line {
    /// The text, whatever its condition.
    pub fn text(&self) -> &str {
        match self {
            Self::Always(text) | Self::If(Condition { text, .. }) => text,
        }
    }

    /// The filled text, or none when the condition does not hold.
    pub(crate) fn filled(&self, values: &Values) -> Option<String> {
        if let Self::If(condition) = self {
            let has = |name: &String| known(values, name).is_some();
            let holds = condition.when.as_ref().is_none_or(has)
                && !condition.unless.as_ref().is_some_and(has);
            if !holds {
                return None;
            }
        }
        Some(fill(self.text(), values))
    }
}

impl Template {
    /// The wording shipped with the program.
    ///
    /// # Panics
    /// Never: a test of this crate reads every shipped file.
    pub fn shipped(kind: PaperKind) -> Self {
        let json = match kind {
            PaperKind::函询通知书 => include_str!("../templates/inquiry-letter.json"),
            PaperKind::诫勉书 => include_str!("../templates/admonition-letter.json"),
            PaperKind::诫勉谈话记录 => include_str!("../templates/admonition-record.json"),
            PaperKind::个别谈话记录 => include_str!("../templates/interview-record.json"),
        };
        Self::parse(json).expect("every shipped template is parsed by a test of this crate")
    }

    /// Reads and checks a template file.
    ///
    /// # Errors
    /// Says in Chinese what is wrong with it.
    pub fn parse(json: &str) -> Result<Self, Error> {
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        let template: Self = serde_json::from_str(json).map_err(|error| Error::Unreadable {
            line: error.line(),
            column: error.column(),
        })?;
        if template.format != FORMAT {
            return Err(Error::Format(template.format));
        }
        template.check().map_err(|detail| Error::Template {
            id: template.id.clone(),
            detail,
        })?;
        Ok(template)
    }

    /// Whether the paper is a letter rather than the record of a talk.
    pub fn is_letter(&self) -> bool {
        is_letter(self.kind)
    }

    fn check(&self) -> Result<(), String> {
        for (name, value) in [
            ("编号", &self.id),
            ("版本", &self.version),
            ("标题", &self.title),
        ] {
            if value.trim().is_empty() {
                return Err(format!("没有写明{name}"));
            }
        }
        let own = if self.is_letter() { LETTER } else { RECORD };
        let allowed = [COMMON, own].concat();
        for text in [&self.title, &self.to] {
            check_text(text, &allowed)?;
        }
        for line in self
            .opening
            .iter()
            .chain(&self.closing)
            .chain(&self.note)
            .chain(&self.cc)
            .chain(&self.statements)
        {
            check_line(line, &allowed)?;
        }
        for (_, value) in &self.fields {
            check_text(value, &allowed)?;
        }
        for annex in &self.annexes {
            check_text(&annex.to, &allowed)?;
            for line in &annex.body {
                check_line(line, &allowed)?;
            }
        }
        if self.is_letter() {
            self.check_letter()
        } else {
            self.check_record()
        }
    }

    fn check_letter(&self) -> Result<(), String> {
        if !placeholders(&self.to)?.contains(&"姓名") {
            return Err("主送中没有{姓名}".to_owned());
        }
        for heading in [&self.item_heading, &self.single_item_heading] {
            check_text(heading, &["序号", "事项"])?;
            if !placeholders(heading)?.contains(&"事项") {
                return Err("事项的小标题中没有{事项}".to_owned());
            }
        }
        if self.item_text.is_empty() {
            return Err("没有写明事项的行文".to_owned());
        }
        for (proof, text) in &self.item_text {
            if ![Proof::待核实, Proof::部分印证, Proof::已印证]
                .iter()
                .any(|known| format!("{known:?}") == *proof)
            {
                return Err(format!("事项的行文中有不认识的核实情况“{proof}”"));
            }
            check_text(text, &["事实", "问题"])?;
            if !placeholders(text)?.contains(&"事实") {
                return Err(format!("“{proof}”的行文中没有{{事实}}"));
            }
        }
        let deadline = self
            .closing
            .iter()
            .any(|line| line.text().contains("{期限}"));
        if self.kind == PaperKind::函询通知书 && !deadline {
            return Err("结尾没有写明回复{期限}".to_owned());
        }
        Ok(())
    }

    fn check_record(&self) -> Result<(), String> {
        if self.signers.is_empty() {
            return Err("没有写明签名栏".to_owned());
        }
        for needed in ["谈话时间", "谈话地点", "姓名", "谈话人", "记录人"] {
            let there = self
                .fields
                .iter()
                .any(|(_, value)| value.contains(&format!("{{{needed}}}")));
            if !there {
                return Err(format!("表头中没有{{{needed}}}"));
            }
        }
        Ok(())
    }
}

/// Whether papers of this kind are letters.
pub(crate) fn is_letter(kind: PaperKind) -> bool {
    matches!(kind, PaperKind::函询通知书 | PaperKind::诫勉书)
}

fn check_line(line: &Line, allowed: &[&str]) -> Result<(), String> {
    check_text(line.text(), allowed)?;
    if let Line::If(condition) = line {
        for name in condition.when.iter().chain(&condition.unless) {
            check_name(name, allowed)?;
        }
    }
    Ok(())
}

fn check_text(text: &str, allowed: &[&str]) -> Result<(), String> {
    placeholders(text)?
        .into_iter()
        .try_for_each(|name| check_name(name, allowed))
}

fn check_name(name: &str, allowed: &[&str]) -> Result<(), String> {
    if allowed.contains(&name) {
        return Ok(());
    }
    Err(format!(
        "不认识“{name}”，此处可用的有：{}",
        allowed.join("、")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [PaperKind; 4] = [
        PaperKind::函询通知书,
        PaperKind::诫勉书,
        PaperKind::诫勉谈话记录,
        PaperKind::个别谈话记录,
    ];

    #[test]
    fn every_shipped_template_is_sound_and_of_its_kind() {
        for kind in KINDS {
            assert_eq!(Template::shipped(kind).kind, kind);
        }
    }

    #[test]
    fn a_template_survives_export_and_import() {
        for kind in KINDS {
            let template = Template::shipped(kind);
            let json = serde_json::to_string(&template).expect("plain data");
            assert_eq!(Template::parse(&json), Ok(template));
        }
    }

    #[test]
    fn an_inquiry_states_its_deadline_from_the_pack_only() {
        let json = include_str!("../templates/inquiry-letter.json");
        assert!(!json.contains("15"));
        let json = include_str!("../templates/admonition-letter.json");
        assert!(!json.contains('6') || json.matches('6').count() == json.matches("2026").count());
    }

    #[test]
    fn wrong_templates_are_refused_in_chinese() {
        let letter = include_str!("../templates/inquiry-letter.json");
        let record = include_str!("../templates/interview-record.json");
        let cases = [
            (letter, "{期限}", "{限期}", "不认识“限期”"),
            (letter, "{期限}", "十五个工作日", "回复{期限}"),
            (letter, "{姓名}同志\"", "{姓名同志\"", "不成对"),
            (
                letter,
                "\"when\": \"地址\"",
                "\"when\": \"住址\"",
                "不认识“住址”",
            ),
            (letter, "{期限}", "{谈话人}{期限}", "不认识“谈话人”"),
            (letter, "\"format\": 1", "\"format\": 2", "格式版本是2"),
            (
                letter,
                "\"to\": \"{姓名}同志\"",
                "\"to\": \"同志\"",
                "没有{姓名}",
            ),
            (letter, "\"待核实\"", "\"传闻\"", "不认识的核实情况“传闻”"),
            (
                letter,
                "请说明是否存在以下情况：{事实}",
                "请说明",
                "没有{事实}",
            ),
            (letter, "\"opening\"", "\"opener\"", "读不下去"),
            (record, "{谈话地点}", "", "没有{谈话地点}"),
            (record, "{事由}", "{期限}", "不认识“期限”"),
        ];
        for (json, from, to, wanted) in cases {
            let spoilt = json.replacen(from, to, 1);
            assert_ne!(spoilt, json, "{from} does not occur");
            let message = Template::parse(&spoilt)
                .expect_err("must be refused")
                .to_string();
            assert!(message.contains(wanted), "{message}");
        }
    }
}
