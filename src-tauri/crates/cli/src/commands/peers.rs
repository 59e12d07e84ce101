//! `peers` and `peer`: with whom this archive exchanges bundles, and their keys.

use super::{ARCHIVE, Command, JSON, PASSPHRASE, needed, one, optional};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use casework::records::{PeerCheck, PeerRole};
use office::{KeySource, Moment, NewPeer};
use serde_json::json;
use std::fmt::Write;

pub(crate) const LIST: Command = Command {
    name: "peers",
    summary: "列出往来对象：类别、核对情况、能否向其导出",
    places: &[ARCHIVE],
    options: &[PASSPHRASE, JSON],
    run: list,
};

pub(crate) const COMMAND: Command = Command {
    name: "peer",
    summary: "往来对象的密钥：add 登记名片，check 登记核对结果，revoke 吊销，reinstate 恢复使用",
    places: &[
        ARCHIVE,
        needed("动作"),
        optional("名片文件、二维码图片或往来对象编号"),
    ],
    options: &[
        one(
            "spoken",
            "文件",
            "add：对方在电话里念的数字，抄在这个文件里",
        ),
        one("name", "姓名", "add：对方姓名或机关名称，默认取名片上的"),
        one("unit", "单位", "add：对方单位职务，默认取名片上的"),
        one(
            "role",
            "类别",
            "add：colleague同行督查员（默认）或superior上级机关",
        ),
        one("replaces", "编号", "add：接替哪个往来对象的旧密钥"),
        one(
            "by",
            "方式",
            "check：face当面核对一致，phone电话核对一致，mismatch核对不符",
        ),
        one("reason", "原因", "revoke：为什么吊销"),
        PASSPHRASE,
        JSON,
    ],
    run,
};

fn list(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let peers = desk::open(arguments)?.peers()?;
    let mut told = format!("往来对象{}个。\n", peers.len());
    for peer in &peers {
        let record = &peer.record;
        let _ = writeln!(
            told,
            "{}　{}　{}　{:?}　{:?}　{}　设备指纹{}",
            peer.id,
            record.name,
            record.unit,
            record.role,
            record.state,
            peer.check_words,
            peer.fingerprint
        );
        for row in &peer.compare {
            let _ = writeln!(told, "  核对码　{}　{}", row.code, row.who);
        }
        if let Some(why) = &peer.bars {
            let _ = writeln!(told, "  不能导出：{why}");
        }
        if let Some(remark) = &peer.remark {
            let _ = writeln!(told, "  {remark}");
        }
    }
    Ok(Answer::new(json!({ "peers": peers }), told))
}

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    match arguments.place_text(1)? {
        "add" => add(arguments, now),
        "check" => check(arguments, now),
        "revoke" => revoke(arguments, now),
        "reinstate" => reinstate(arguments, now),
        other => Err(arguments.wrong(format!(
            "不认识的动作“{other}”，应为add、check、revoke或reinstate。"
        ))),
    }
}

fn add(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let role = match arguments.text("role")?.unwrap_or("colleague") {
        "colleague" => PeerRole::同行督查员,
        "superior" => PeerRole::上级机关,
        other => {
            return Err(
                arguments.wrong(format!("不认识的类别“{other}”，应为colleague或superior。"))
            );
        }
    };
    let card = arguments.place_if_given(2);
    let spoken = arguments.path("spoken");
    if card.is_some() == spoken.is_some() {
        return Err(arguments.wrong("名片文件和“--spoken”必须写一种，也只能写一种。"));
    }
    let source = KeySource {
        path: card.map(|path| path.to_string_lossy().into_owned()),
        spoken: spoken.map(desk::read_text).transpose()?,
    };
    let mut office = desk::open(arguments)?;
    let seen = office.see_keys(&source)?;
    let given = |option, on_card: &str| {
        let text = arguments.text(option)?;
        Ok::<_, Failure>(text.unwrap_or(on_card).to_owned())
    };
    let new = NewPeer {
        name: given("name", &seen.name)?,
        unit: given("unit", &seen.unit)?,
        role,
        replaces: arguments.text("replaces")?.map(str::to_owned),
    };
    let saved = office.add_peer(&source, &new, now)?;
    Ok(Answer::new(
        json!({ "id": saved.id, "name": new.name, "code": seen.code, "standing": seen.standing }),
        format!(
            "已登记“{}”，编号{}。\n{}\n对方的核对码：{}\n",
            new.name, saved.id, seen.words, seen.code
        ),
    ))
}

fn check(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let id = needed_id(arguments)?;
    let (check, words) = match arguments.needed_text("by")? {
        "face" => (PeerCheck::当面核对, "已登记：当面核对一致。\n"),
        "phone" => (PeerCheck::电话核对, "已登记：电话核对一致。\n"),
        "mismatch" => (
            PeerCheck::核对不符,
            "已登记：核对不符。不要向它导出，也不要导入它的交换包；请当面向对方重新索取名片。\n",
        ),
        other => {
            return Err(arguments.wrong(format!(
                "不认识的方式“{other}”，应为face、phone或mismatch。"
            )));
        }
    };
    let saved = desk::open(arguments)?.settle_peer_check(&id, check, now)?;
    Ok(Answer::new(
        json!({ "id": saved.id, "check": check }),
        words,
    ))
}

fn revoke(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let id = needed_id(arguments)?;
    let reason = arguments.needed_text("reason")?;
    let saved = desk::open(arguments)?.revoke_peer(&id, reason, now)?;
    Ok(Answer::new(
        json!({ "id": saved.id }),
        "已吊销。今后不能向它导出；它的交换包要写明理由才能导入。\n",
    ))
}

fn reinstate(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let id = needed_id(arguments)?;
    let saved = desk::open(arguments)?.reinstate_peer(&id, now)?;
    Ok(Answer::new(
        json!({ "id": saved.id }),
        "已恢复使用，算作“未核对”，请重新同对方核对。\n",
    ))
}

fn needed_id(arguments: &Arguments) -> Result<String, Failure> {
    arguments
        .place_if_given(2)
        .map(|id| id.to_string_lossy().into_owned())
        .ok_or_else(|| arguments.wrong("缺少“往来对象编号”。"))
}
