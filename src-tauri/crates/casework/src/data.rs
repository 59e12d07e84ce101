//! Errors of the replaceable data files (holiday calendar, rule pack).

use serde::de::DeserializeOwned;
use thiserror::Error;

/// Why a data file was refused. A refused file never replaces what is in use.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DataError {
    /// Not JSON at all.
    #[error(
        "{what}不是完整的 JSON 文件（第{line}行第{column}列附近读不下去）。\
         请检查文件后重新导入；正在使用的数据没有改动。"
    )]
    Syntax {
        /// Kind of file, in Chinese.
        what: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but with missing, misnamed or mistyped fields.
    #[error(
        "{what}的内容不符合格式：第{line}行第{column}列附近有缺少、多余或填写不当的项。\
         请对照格式说明更正后重新导入；正在使用的数据没有改动。"
    )]
    Shape {
        /// Kind of file, in Chinese.
        what: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A format version this program does not read.
    #[error(
        "{what}的格式版本是{found}，本程序只能读版本{known}。\
         请换用相应版本的文件或更新程序；正在使用的数据没有改动。"
    )]
    Version {
        /// Kind of file, in Chinese.
        what: &'static str,
        /// Version found.
        found: u32,
        /// Version this program reads.
        known: u32,
    },
    /// Well formed, but what it says cannot be.
    #[error("{what}有误：{detail}。请更正后重新导入；正在使用的数据没有改动。")]
    Invalid {
        /// Kind of file, in Chinese.
        what: &'static str,
        /// What is wrong, in Chinese, without a full stop.
        detail: String,
    },
}

/// Reads `json` as `T`, turning serde's English errors into a Chinese place.
pub(crate) fn read<T: DeserializeOwned>(what: &'static str, json: &str) -> Result<T, DataError> {
    // Editors on the offices' machines like to put a byte-order mark in front.
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    serde_json::from_str(json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if error.is_data() {
            DataError::Shape { what, line, column }
        } else {
            DataError::Syntax { what, line, column }
        }
    })
}

pub(crate) fn invalid(what: &'static str, detail: impl Into<String>) -> DataError {
    DataError::Invalid {
        what,
        detail: detail.into(),
    }
}
