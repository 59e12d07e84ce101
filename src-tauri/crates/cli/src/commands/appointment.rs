//! `appointment`: what a superior office signs, and what a supervisor works under.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, many, needed, one, optional};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use chrono::NaiveDate;
use office::{AppointmentOrder, AppointmentView, Moment};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "appointment",
    summary: "任命：show 查看，import 导入，issue 签发，withdraw 撤回，save 另存文件",
    places: &[
        ARCHIVE,
        needed("动作"),
        optional("任命文件（import）或任命编号（withdraw、save）"),
    ],
    options: &[
        one("name", "姓名", "issue：督查员姓名"),
        one("post", "单位职务", "issue：督查员单位职务"),
        one("certificate", "编号", "issue：资格证编号"),
        one("number", "文号", "issue：任命文号"),
        many("exam", "科目:成绩", "issue：考试成绩，可写多个"),
        many(
            "scope",
            "单位",
            "issue：督查范围内的单位，可写多个；不写为所属全部单位",
        ),
        one("from", "日期", "issue：有效期自，例如2026-12-01"),
        one("until", "日期", "issue：有效期至"),
        one("on", "日期", "withdraw：自哪一天起撤回，默认今天"),
        one("reason", "事由", "withdraw：为什么撤回"),
        one(
            "out",
            "文件",
            "issue、withdraw、save：写到哪个文件（扩展名为.dca）",
        ),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    match arguments.place_text(1)? {
        "show" => show(arguments, now),
        "import" => import(arguments, now),
        "issue" => issue(arguments, now),
        "withdraw" => withdraw(arguments, now),
        "save" => save(arguments),
        other => Err(arguments.wrong(format!(
            "不认识的动作“{other}”，应为show、import、issue、withdraw或save。"
        ))),
    }
}

fn show(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let seen = desk::open(arguments)?.appointments(now)?;
    let mut told = match &seen.own {
        Some(own) => format!("本人的任命（已签名）：\n{}", lines_of(own)),
        None => "本人的任命：没有上级机关签名的，为自行填报。\n".to_owned(),
    };
    let _ = writeln!(told, "本档案库签发的任命{}份。", seen.issued.len());
    for one in &seen.issued {
        told.push_str(&lines_of(one));
    }
    Ok(Answer::new(json!(seen), told))
}

fn lines_of(one: &AppointmentView) -> String {
    let scope = if one.scope.is_empty() {
        "所属全部单位".to_owned()
    } else {
        one.scope.join("；")
    };
    format!(
        "  {}　{}　{}　{}　{}\n  {}\n  范围：{scope}\n  签名：{}\n",
        one.id, one.name, one.certificate_no, one.document_no, one.state, one.words, one.signer
    )
}

fn import(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let path = arguments
        .place_if_given(2)
        .ok_or_else(|| arguments.wrong("缺少“任命文件”。"))?;
    let words = desk::open(arguments)?.import_appointment(path, now)?;
    Ok(Answer::new(json!({ "words": words }), words))
}

fn issue(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let out = arguments.needed_path("out")?;
    let given = |option| Ok::<_, Failure>(arguments.text(option)?.unwrap_or_default().to_owned());
    let order = AppointmentOrder {
        name: arguments.needed_text("name")?.to_owned(),
        post: given("post")?,
        certificate_no: arguments.needed_text("certificate")?.to_owned(),
        document_no: given("number")?,
        exams: arguments.texts("exam")?,
        scope: arguments.texts("scope")?,
        from: Some(day(arguments, arguments.needed_text("from")?)?),
        until: Some(day(arguments, arguments.needed_text("until")?)?),
    };
    let saved = desk::open(arguments)?.issue_appointment(&order, out, now)?;
    Ok(Answer::new(
        json!({ "id": saved.id, "path": out.to_string_lossy() }),
        format!("已签发“{}”的任命，文件：{}\n", order.name, out.display()),
    ))
}

fn withdraw(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let id = id(arguments)?;
    let out = arguments.needed_path("out")?;
    let reason = arguments.needed_text("reason")?;
    let on = match arguments.text("on")? {
        Some(text) => day(arguments, text)?,
        None => now.today(),
    };
    let saved = desk::open(arguments)?.withdraw_appointment(&id, on, reason, out, now)?;
    Ok(Answer::new(
        json!({ "id": saved.id, "on": on, "path": out.to_string_lossy() }),
        format!(
            "已自{on}起撤回，请把文件交给督查员导入：{}\n",
            out.display()
        ),
    ))
}

/// Writes what was signed to its file once more: the withdrawal of a withdrawn one.
fn save(arguments: &Arguments) -> Result<Answer, Failure> {
    let id = id(arguments)?;
    let out = arguments.needed_path("out")?;
    desk::open(arguments)?.save_appointment(&id, out)?;
    Ok(Answer::new(
        json!({ "id": id, "path": out.to_string_lossy() }),
        format!("已写出，请把文件交给督查员导入：{}\n", out.display()),
    ))
}

fn id(arguments: &Arguments) -> Result<String, Failure> {
    let given = arguments
        .place_if_given(2)
        .ok_or_else(|| arguments.wrong("缺少“任命编号”。"))?;
    Ok(given.to_string_lossy().into_owned())
}

fn day(arguments: &Arguments, text: &str) -> Result<NaiveDate, Failure> {
    text.parse()
        .map_err(|_| arguments.wrong(format!("“{text}”不是日期，请写成2026-12-01的样子。")))
}
