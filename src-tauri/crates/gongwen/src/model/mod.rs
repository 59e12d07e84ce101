//! The model of an official document (公文): what is said, not where it stands.
//!
//! The JSON form of [`Document`] is the input of `ducha-cli render`. Unknown fields are refused,
//! so that a misspelt name never silently loses a sentence.

mod block;
mod date;
mod grid;
mod parts;

pub use block::{Block, Table};
pub use date::Date;
pub use grid::{Grid, GridCell};
pub use parts::{
    Annex, Attendance, LinePitch, Options, PrintedBy, Record, Register, Seal, Signature,
};

use serde::{Deserialize, Serialize};

/// Form of a document. The Chinese names are those of GB/T 9704-2012, §§ 7–10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// 信函 (§10.1): red mark, two red double rules.
    Letter,
    /// 文件 (§7): red head with 发文机关标志 and one red rule, 版记 with rules.
    Document,
    /// 纪要 (§10.3).
    Minutes,
    /// 命令 (§10.2).
    Order,
    /// 谈话记录: head table, turns, a signature line on every page.
    Record,
    /// 表单: a ruled form, usually of one page.
    Form,
    /// 横排台账: a landscape register.
    Register,
}

impl Format {
    /// The Chinese name of the format, as it is shown to the user.
    pub fn name(self) -> &'static str {
        match self {
            Self::Letter => "信函",
            Self::Document => "文件",
            Self::Minutes => "纪要",
            Self::Order => "命令",
            Self::Record => "谈话记录",
            Self::Form => "表单",
            Self::Register => "横排台账",
        }
    }
}

/// One official document, complete: head, body, signature, annexes.
///
/// Only `format` and `title` are required; a part that is absent takes no room on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Which form the paper takes.
    pub format: Format,
    /// 发文机关标志: the issuing organ as the red mark shows it. Forms and registers have no mark: the
    /// unit stands left on the line above the table.
    #[serde(default)]
    pub mark: String,
    /// 联署发文机关 in the red mark, in order, below the leading organ's `mark`; only in the formats 文件
    /// and 命令. With the leading organ at most six.
    #[serde(default)]
    pub joint_marks: Vec<String>,
    /// 发文字号, for example `示组函〔2026〕18号`.
    #[serde(default)]
    pub number: Option<String>,
    /// 份号: six digits.
    #[serde(default)]
    pub copy_number: Option<String>,
    /// 密级和保密期限.
    #[serde(default)]
    pub secrecy: Option<String>,
    /// 紧急程度: 特急 or 加急.
    #[serde(default)]
    pub urgency: Option<String>,
    /// 签发人 of an upward document, in order.
    #[serde(default)]
    pub signers: Vec<String>,
    /// 标题. A line break forces the title to break there. Only an order may leave it empty.
    pub title: String,
    /// 主送机关 or the person addressed, without the colon.
    #[serde(default)]
    pub to: Option<String>,
    /// 正文.
    #[serde(default)]
    pub body: Vec<Block>,
    /// 附件说明: names of the attachments, without numbers.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// 发文机关署名, 成文日期 and the seal's room. 纪要 bear no seal: organ and day stand above the red
    /// rule.
    #[serde(default)]
    pub signature: Option<Signature>,
    /// 出席、请假、列席人员; only in the format 纪要.
    #[serde(default)]
    pub attendance: Option<Attendance>,
    /// 附注, with or without its （ ）.
    #[serde(default)]
    pub note: Option<String>,
    /// 抄送机关, in order.
    #[serde(default)]
    pub cc: Vec<String>,
    /// 印发机关和印发日期; only in the format 文件.
    #[serde(default)]
    pub printed_by: Option<PrintedBy>,
    /// 附件 bound with the text, each on a new page.
    #[serde(default)]
    pub annexes: Vec<Annex>,
    /// What only a 谈话记录 has.
    #[serde(default)]
    pub record: Option<Record>,
    /// What only a 横排台账 has.
    #[serde(default)]
    pub register: Option<Register>,
    /// How the paper is printed.
    #[serde(default)]
    pub options: Options,
}

impl Document {
    /// An empty document of a format with its title; fill in the rest by field.
    pub fn new(format: Format, title: impl Into<String>) -> Self {
        Self {
            format,
            mark: String::new(),
            joint_marks: Vec::new(),
            number: None,
            copy_number: None,
            secrecy: None,
            urgency: None,
            signers: Vec::new(),
            title: title.into(),
            to: None,
            body: Vec::new(),
            attachments: Vec::new(),
            signature: None,
            attendance: None,
            note: None,
            cc: Vec::new(),
            printed_by: None,
            annexes: Vec::new(),
            record: None,
            register: None,
            options: Options::default(),
        }
    }
}
