//! 表格 of a form: a grid of cells, some of which reach over several columns or rows.

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// A ruled table with merged cells, as forms have it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grid {
    /// Widths of the columns in proportion to each other, for example `[2, 5, 2, 5]`.
    pub columns: Vec<u16>,
    /// Rows of cells. A cell that reaches down from a row above is left out in the rows below.
    pub rows: Vec<Vec<GridCell>>,
}

/// One cell. In JSON a plain string is a cell that holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GridCell {
    /// What stands in it; empty for a cell to be written in by hand.
    pub text: String,
    /// Is it a caption? Captions are set in 黑体 and centred.
    pub label: bool,
    /// Is its text centred between left and right?
    pub centred: bool,
    /// How many columns it reaches over.
    pub columns: u8,
    /// How many rows it reaches over.
    pub rows: u8,
    /// Least height, mm; room to write by hand.
    pub height: u16,
    /// Stands at the lower right of the cell: 签名 and 年月日. The text then begins at the top.
    pub foot: String,
}

impl Default for GridCell {
    fn default() -> Self {
        Self {
            text: String::new(),
            label: false,
            centred: false,
            columns: 1,
            rows: 1,
            height: 0,
            foot: String::new(),
        }
    }
}

impl From<&str> for GridCell {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

/// The long form of a cell in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawCell {
    text: String,
    label: bool,
    centred: bool,
    columns: u8,
    rows: u8,
    height: u16,
    foot: String,
}

impl Default for RawCell {
    fn default() -> Self {
        let GridCell {
            text,
            label,
            centred,
            columns,
            rows,
            height,
            foot,
        } = GridCell::default();
        Self {
            text,
            label,
            centred,
            columns,
            rows,
            height,
            foot,
        }
    }
}

/// Written by hand instead of as an untagged enum, whose errors do not name the wrong field.
impl<'de> Deserialize<'de> for GridCell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrFields;

        impl<'de> Visitor<'de> for TextOrFields {
            type Value = GridCell;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a cell")
            }

            fn visit_str<E>(self, text: &str) -> Result<GridCell, E> {
                Ok(text.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<GridCell, A::Error> {
                let raw = RawCell::deserialize(MapAccessDeserializer::new(map))?;
                Ok(GridCell {
                    text: raw.text,
                    label: raw.label,
                    centred: raw.centred,
                    columns: raw.columns,
                    rows: raw.rows,
                    height: raw.height,
                    foot: raw.foot,
                })
            }
        }

        deserializer.deserialize_any(TextOrFields)
    }
}
