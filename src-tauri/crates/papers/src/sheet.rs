//! Registers (台账) printed across the page: numbered lines under one head.

use casework::calendar::chinese_date;
use chrono::NaiveDate;
use gongwen::model::{Block, Document, Format, Register, Table};

/// What a register is made of.
#[derive(Debug, Clone)]
pub struct Sheet<'a> {
    /// Title, for example 操作记录登记表.
    pub title: &'a str,
    /// Whose register it is, above the table on the left.
    pub keeper: &'a str,
    /// What the lines were chosen by, in words: the period, the person.
    pub scope: &'a str,
    /// Day of printing.
    pub printed: NaiveDate,
    /// Captions of the columns after the number.
    pub columns: &'a [&'a str],
    /// The lines, one cell a column.
    pub rows: Vec<Vec<String>>,
}

/// The register as a document, each line numbered from 1.
pub fn sheet(sheet: Sheet<'_>) -> Document {
    let columns = std::iter::once("序号")
        .chain(sheet.columns.iter().copied())
        .map(str::to_owned)
        .collect();
    let rows = sheet
        .rows
        .into_iter()
        .zip(1..)
        .map(|(cells, number): (Vec<String>, u32)| {
            std::iter::once(number.to_string()).chain(cells).collect()
        })
        .collect();
    Document {
        mark: sheet.keeper.to_owned(),
        number: Some(format!(
            "{}　{}印制",
            sheet.scope,
            chinese_date(sheet.printed)
        )),
        body: vec![Block::Table(Table { columns, rows })],
        register: Some(Register::default()),
        ..Document::new(Format::Register, sheet.title)
    }
}
