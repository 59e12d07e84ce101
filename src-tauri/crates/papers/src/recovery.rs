//! The sheet with the recovery code (恢复码), printed when an archive is set up.

use casework::calendar::chinese_date;
use chrono::NaiveDate;
use gongwen::model::{Block, Document, Format, Record, Table};

/// Groups of the code in one row of the table.
const GROUPS_PER_ROW: usize = 4;

/// The sheet for the archive `archive_name`, printed on `date`.
///
/// The code is shown in its groups, each in a cell of its own, so that it can
/// be typed in again without losing the place.
pub fn recovery_sheet(code: &str, archive_name: &str, date: NaiveDate) -> Document {
    let groups: Vec<String> = code
        .split(|c: char| c == '-' || c.is_whitespace())
        .filter(|group| !group.is_empty())
        .map(str::to_owned)
        .collect();
    let paragraph = Block::paragraph;
    let body = vec![
        paragraph("忘记口令时，凭恢复码可以打开档案库并重设口令。持有恢复码的人即可打开档案库。"),
        Block::Table(Table {
            columns: Vec::new(),
            rows: groups
                .chunks(GROUPS_PER_ROW)
                .map(<[String]>::to_vec)
                .collect(),
        }),
        paragraph("从左至右、自上而下输入；各组之间的短横线可以省略，字母不分大小写。"),
        paragraph("保管要求："),
        paragraph("1.装入信封密封，封口处签名，交机要人员或者存入保密柜。"),
        paragraph("2.不与存有档案库的计算机放在一处，不拍照、不复印、不抄录。"),
        paragraph("3.口令和恢复码都遗失的，任何人都无法打开档案库。"),
        paragraph("4.恢复码可能泄露的，立即在“设置”中重新生成，并销毁本单。"),
        Block::Fields(
            ["保管人签名", "存放地点", "封存日期", "启封记录"]
                .map(|name| (name.to_owned(), String::new()))
                .to_vec(),
        ),
    ];
    Document {
        body,
        record: Some(Record {
            fields: vec![
                ("档案库名称".to_owned(), archive_name.trim().to_owned()),
                ("印制日期".to_owned(), chinese_date(date)),
            ],
            signers: Vec::new(),
            statements: Vec::new(),
            correction_lines: 0,
        }),
        ..Document::new(Format::Record, "档案库恢复码保管单")
    }
}
