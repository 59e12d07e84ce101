//! Smaller parts of a document: signature, annexes, options, what a talk record adds.

use super::{Block, Date};
use serde::{Deserialize, Serialize};

/// How the organ signs (GB/T 9704-2012 §7.3.5).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seal {
    /// 加盖印章: the room of the seal is kept free.
    #[default]
    Space,
    /// 不加盖印章.
    None,
    /// 加盖签发人签名章: the room of the signer's stamp is kept free.
    SignerStamp,
}

/// 发文机关署名 and 成文日期.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signature {
    /// Names of the signing organs in order; one or, for a joint document, several.
    pub organs: Vec<String>,
    /// 成文日期; absent in a draft, where room for it is left.
    pub date: Option<Date>,
    /// Which seal will be pressed.
    pub seal: Seal,
    /// 签发人职务, printed left of the signer's stamp.
    pub post: Option<String>,
    /// 签发人职务 of the other organs of a joint document, in order: each stands with the room of its
    /// own stamp below the leading signer's.
    pub joint_posts: Vec<String>,
}

/// 印发机关和印发日期 in the 版记 of a 文件.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrintedBy {
    /// 印发机关.
    pub organ: String,
    /// 印发日期.
    pub date: Date,
}

/// 附件: an annex bound with the text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Annex {
    /// 附件标题.
    pub title: String,
    /// Whom it is addressed to, without the colon, flush left like the 主送 of a letter.
    pub to: Option<String>,
    /// Its text, as the body of a document.
    pub body: Vec<Block>,
}

/// Who attended a meeting, listed below the text of its 纪要 (GB/T 9704-2012 §10.3). An entry is a
/// name, or an organ with its people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Attendance {
    /// 出席.
    pub present: Vec<String>,
    /// 请假.
    pub absent: Vec<String>,
    /// 列席.
    pub observing: Vec<String>,
}

/// What a 谈话记录 has beside title and body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// Head table: name and value, two pairs a row where both are short.
    pub fields: Vec<(String, String)>,
    /// Captions of the signature line at the foot of every page, without the colon.
    pub signers: Vec<String>,
    /// Final statements of the person talked with, after the last turn. A statement with blanks
    /// (`____`) is printed with them.
    pub statements: Vec<String>,
    /// Number of blank ruled lines for corrections (更正说明) on the last page; 0 for none.
    pub correction_lines: u8,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            fields: Vec::new(),
            signers: ["被谈话人签名", "谈话人签名", "记录人签名"]
                .map(str::to_owned)
                .to_vec(),
            statements: Vec::new(),
            correction_lines: 2,
        }
    }
}

/// What only a 横排台账 has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Register {
    /// Captions of the columns whose numbers are summed on every page.
    pub sums: Vec<String>,
}

/// How the paper is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// 双面印刷: on even pages the binding edge is on the right.
    pub duplex: bool,
    /// The word 草稿 in light grey behind the text of every page.
    pub draft_watermark: bool,
    /// How far apart the lines of the text stand.
    pub line_pitch: LinePitch,
}

/// From the top of one line of the text to the top of the next (item 2 of the checklist).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinePitch {
    /// 22 lines fill the type area, as GB/T 9704-2012 wants it: 10.449 mm.
    #[default]
    Standard,
    /// 与WPS模板一致: the fixed 28.95 pt of word processors, which leaves the foot of the page unfilled.
    Wps,
}
