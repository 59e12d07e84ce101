//! Blocks of body text. Each is one JSON object whose key says what it is.

use super::Grid;
use serde::{Deserialize, Serialize};

/// One block of 正文.
///
/// JSON: `{"p": "…"}`, `{"h1": "一、…"}` to `{"h4": "（1）…"}` with an optional `"run_in"`,
/// `{"table": {…}}`, `{"grid": {…}}`, `{"fields": [["名称", "内容"]]}`, `{"turns": [["问", "…"]]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawBlock", into = "RawBlock")]
pub enum Block {
    /// A paragraph, indented by two characters. A line break starts another paragraph.
    Paragraph(String),
    /// A heading of level 1 to 4: 一、(黑体) （一）(楷体) 1. (仿宋) （1）(仿宋).
    Heading {
        /// 1 to 4.
        level: u8,
        /// The heading with its number.
        text: String,
        /// Body text that follows on the heading's own line, in 仿宋.
        run_in: Option<String>,
    },
    /// A ruled table.
    Table(Table),
    /// A ruled table with merged cells.
    Grid(Grid),
    /// A ruled table of names and values, one or two pairs a row.
    Fields(Vec<(String, String)>),
    /// Turns of a talk: label (问, 答, 记 or a name) and what was said.
    Turns(Vec<(String, String)>),
}

impl Block {
    /// A paragraph.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A heading on its own line; `level` outside 1 to 4 is taken as the nearest of them.
    pub fn heading(level: u8, text: impl Into<String>) -> Self {
        Self::Heading {
            level: level.clamp(1, 4),
            text: text.into(),
            run_in: None,
        }
    }
}

/// A ruled table: a head row that is repeated on every page, and rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Table {
    /// Captions of the columns; empty for a table without a head row.
    pub columns: Vec<String>,
    /// Rows of cells; a short row is filled up with empty cells.
    pub rows: Vec<Vec<String>>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawBlock {
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h3: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h4: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_in: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<Table>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grid: Option<Grid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<(String, String)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turns: Option<Vec<(String, String)>>,
}

impl TryFrom<RawBlock> for Block {
    type Error = String;

    fn try_from(raw: RawBlock) -> Result<Self, String> {
        let heading = |level, text| Block::Heading {
            level,
            text,
            run_in: raw.run_in.clone(),
        };
        let mut found = [
            raw.p.map(Block::Paragraph),
            raw.h1.map(|text| heading(1, text)),
            raw.h2.map(|text| heading(2, text)),
            raw.h3.map(|text| heading(3, text)),
            raw.h4.map(|text| heading(4, text)),
            raw.table.map(Block::Table),
            raw.grid.map(Block::Grid),
            raw.fields.map(Block::Fields),
            raw.turns.map(Block::Turns),
        ]
        .into_iter()
        .flatten();
        let names = "p、h1、h2、h3、h4、table、grid、fields、turns";
        let block = found
            .next()
            .ok_or_else(|| format!("正文的一段里没有内容，应有 {names} 之一"))?;
        if found.next().is_some() {
            return Err(format!(
                "正文的一段里有两种内容，只能有 {names} 之一，请分成两段"
            ));
        }
        if raw.run_in.is_some() && !matches!(block, Block::Heading { .. }) {
            return Err("run_in 只能跟在标题 h1 至 h4 之后".to_owned());
        }
        Ok(block)
    }
}

impl From<Block> for RawBlock {
    fn from(block: Block) -> Self {
        let mut raw = Self::default();
        match block {
            Block::Paragraph(text) => raw.p = Some(text),
            Block::Heading {
                level,
                text,
                run_in,
            } => {
                raw.run_in = run_in;
                let slot = match level {
                    0 | 1 => &mut raw.h1,
                    2 => &mut raw.h2,
                    3 => &mut raw.h3,
                    _ => &mut raw.h4,
                };
                *slot = Some(text);
            }
            Block::Table(table) => raw.table = Some(table),
            Block::Grid(grid) => raw.grid = Some(grid),
            Block::Fields(fields) => raw.fields = Some(fields),
            Block::Turns(turns) => raw.turns = Some(turns),
        }
        raw
    }
}
