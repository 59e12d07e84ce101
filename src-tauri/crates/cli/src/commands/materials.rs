//! `materials`, `add-material`, `export-material`: scans, photographs and
//! recordings that belong to a record.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, needed, one, optional};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use crate::progress::Line;
use casework::records::Material;
use chrono::NaiveDate;
use office::{ErrorView, Moment, size_words};
use serde_json::json;
use std::fmt::Write;

pub(crate) const LIST: Command = Command {
    name: "materials",
    summary: "列出一条记录所附的材料（扫描件、照片、录音等）；不写记录编号则列出全部",
    places: &[ARCHIVE, optional("记录编号")],
    options: &[PASSPHRASE, JSON],
    run: list,
};

pub(crate) const ADD: Command = Command {
    name: "add-material",
    summary: "把一个文件作为材料附到人员、谈话、问题线索、巡察任务或文书上",
    places: &[ARCHIVE, needed("记录编号"), needed("文件")],
    options: &[
        one("name", "名称", "材料的名称；不写则用文件名"),
        one("source", "来源", "材料从哪里得来；要引用为证据的必须写明"),
        one("provider", "提供人", "谁提供的"),
        one("received", "日期", "收到日期，如2026-11-23"),
        one("remark", "备注", "备注"),
        PASSPHRASE,
        JSON,
    ],
    run: add,
};

pub(crate) const EXPORT: Command = Command {
    name: "export-material",
    summary: "取出一份材料的原文件，写好后读回核对；取出的文件不再加密",
    places: &[ARCHIVE, needed("材料编号")],
    options: &[one("out", "文件", "写到哪个文件"), PASSPHRASE, JSON],
    run: export,
};

fn list(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let office = desk::open(arguments)?;
    let rows = match arguments.place_if_given(1) {
        Some(_) => office.materials(arguments.place_text(1)?)?,
        None => office.all_materials()?,
    };
    let mut words = format!("共{}份材料。\n", rows.len());
    for row in &rows {
        let file = &row.record.file;
        let here = if row.here { "" } else { "　未随包带来" };
        let _ = writeln!(
            words,
            "{}　{}　{}　{}　{}{here}",
            row.id,
            row.record.name,
            row.format_words,
            size_words(file.size),
            file.sha256,
        );
    }
    Ok(Answer::new(json!({ "materials": rows }), words))
}

fn add(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let owner = arguments.place_text(1)?;
    let file = arguments.place(2);
    let text = |name| -> Result<String, Failure> {
        Ok(arguments.text(name)?.unwrap_or_default().to_owned())
    };
    let received = arguments.text("received")?;
    let received_on = received
        .map(|day| {
            day.parse::<NaiveDate>()
                .map_err(|_| Failure::usage(format!("“{day}”不是日期。"), ADD.name))
        })
        .transpose()?;
    let about = Material {
        name: text("name")?,
        source: text("source")?,
        provider: text("provider")?,
        received_on,
        remark: text("remark")?,
        ..Material::default()
    };
    let mut office = desk::open(arguments)?;
    let mut line = Line::new();
    let saved = office.add_material(owner, file, &about, now, &mut |at| line.show(at))?;
    drop(line);
    // The line above never stops it.
    let saved = saved.ok_or_else(|| ErrorView::new("CL-08", "材料没有存入。", "请再试一次。"))?;
    let row = office.material(&saved.id, now)?.row;
    let words = format!(
        "已存入材料“{}”（{}，{}），编号{}。",
        row.record.name,
        row.format_words,
        size_words(row.record.file.size),
        row.id
    );
    Ok(Answer::new(json!(row), words))
}

fn export(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let id = arguments.place_text(1)?;
    let out = arguments.needed_path("out")?;
    let office = desk::open(arguments)?;
    let mut line = Line::new();
    let written = office.export_material(id, out, now, &mut |at| line.show(at))?;
    drop(line);
    let bytes = written.unwrap_or_default();
    let path = out.display().to_string();
    Ok(Answer::new(
        json!({ "id": id, "path": path, "bytes": bytes }),
        format!("已写出{path}（{bytes}字节），并读回核对。"),
    ))
}
