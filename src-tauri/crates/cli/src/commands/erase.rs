//! `erase`: erases a record for good, after saying what goes and what stays;
//! without a record, the register of what was erased.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, flag, one, optional};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use office::{ErasureOrder, ErasurePlan, Moment};
use serde_json::json;
use std::fmt::Write;

pub(crate) const COMMAND: Command = Command {
    name: "erase",
    summary: "依规删除一条记录的内容，不能撤销；不写记录编号则列出删除登记",
    places: &[ARCHIVE, optional("记录编号")],
    options: &[
        flag("preview", "只列出将删除什么、留下什么，不删除"),
        one("reason", "事由", "删除事由，不要抄录要删除的内容"),
        one("basis", "依据", "删除依据"),
        one("approved-by", "姓名", "批准人"),
        flag("weighed", "需要核对的事项已经核对"),
        flag("clear-backups", "删除后另做备份，并清除本机以前的备份"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let Some(id) = arguments.place_if_given(1) else {
        return register(arguments);
    };
    let id = id.to_string_lossy();
    let text = |option: &str| arguments.needed_text(option).map(str::to_owned);
    let order = if arguments.has("preview") {
        None
    } else {
        Some(ErasureOrder {
            reason: text("reason")?,
            basis: text("basis")?,
            approved_by: text("approved-by")?,
            weighed: arguments.has("weighed"),
        })
    };
    let mut office = desk::open(arguments)?;
    let plan = office.erasure_plan(&id, now)?;
    let Some(order) = order else {
        let told = plan_words(&plan);
        return Ok(Answer::new(json!({ "plan": plan }), told));
    };
    let done = office.erase(&id, &order, now)?;
    let mut told = format!("{}\n", done.words);
    let mut cleared = 0;
    if arguments.has("clear-backups") {
        cleared = office.give_up_older_backups(now)?;
        let _ = writeln!(told, "已另做备份，清除本机以前的备份{cleared}个。");
    }
    Ok(Answer::new(
        json!({ "plan": plan, "done": done, "cleared_backups": cleared }),
        told,
    ))
}

fn plan_words(plan: &ErasurePlan) -> String {
    let mut told = format!("{} {}\n", plan.label, plan.title);
    let lists = [
        ("将删除：", &plan.going),
        ("将留下：", &plan.staying),
        ("须先核对：", &plan.cautions),
        ("现在不能删除，因为：", &plan.refusals),
    ];
    for (head, lines) in lists {
        if !lines.is_empty() {
            let _ = writeln!(told, "{head}");
        }
        for line in lines {
            let _ = writeln!(told, "　　{line}");
        }
    }
    told
}

fn register(arguments: &Arguments) -> Result<Answer, Failure> {
    let lines = desk::open(arguments)?.erasures()?;
    let mut told = format!("共{}次依规删除。\n", lines.len());
    for line in &lines {
        let _ = writeln!(
            told,
            "{}　{}　{}　{}{}条　事由：{}　依据：{}　批准人：{}",
            line.at.replace('T', " "),
            line.who,
            line.device,
            line.subject,
            line.records,
            line.reason,
            line.basis,
            line.approved_by
        );
    }
    Ok(Answer::new(json!({ "erasures": lines }), told))
}
