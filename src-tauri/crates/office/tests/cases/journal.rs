//! Who did what, who read what, and both on paper.

use crate::setup::{day, finding, now, person, set_up, talk};
use casework::records::Person;
use office::{JournalQuery, Office};

fn query(change: impl FnOnce(&mut JournalQuery)) -> JournalQuery {
    let mut query = JournalQuery::default();
    change(&mut query);
    query
}

fn objects(office: &Office, query: &JournalQuery) -> Vec<String> {
    let page = office.journal(query, None, 99).expect("listed");
    assert_eq!(page.total as usize, page.lines.len());
    page.lines
        .into_iter()
        .map(|line| format!("{} {} {}", line.action, line.label, line.object))
        .collect()
}

#[test]
fn every_step_is_in_the_register_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "记录");
    let someone = person(&mut office, "甲甲某");
    let changed = Person {
        name: "甲甲某".into(),
        post: "示例局副局长".into(),
        birth: "1970-05".into(),
        ..office.person(&someone, now()).expect("it").person.record
    };
    office
        .save_person(Some(&someone), &changed, now())
        .expect("saved");
    talk(&mut office, None, &someone, 1);
    office.undo(now()).expect("allowed");
    let page = office
        .journal(&JournalQuery::default(), None, 3)
        .expect("listed");
    let told: Vec<(String, String, String)> = page
        .lines
        .iter()
        .map(|line| (line.action.clone(), line.object.clone(), line.gist.clone()))
        .collect();
    let text = "第1句，会议是怎样表决的";
    assert_eq!(told[0].0, "撤销");
    assert_eq!(told[0].2, format!("新建“谈话内容 问：{text}”"));
    assert_eq!(told[1].1, format!("问：{text}"));
    assert!(page.next.is_some());
    let rest = office
        .journal(&JournalQuery::default(), page.next.as_deref(), 99)
        .expect("listed");
    assert_eq!(rest.lines.len() + 3, page.total as usize);
    let edit = &rest.lines[0];
    assert_eq!(
        edit.gist,
        "出生年月：（空）→1970年5月；职务：（空）→示例局副局长"
    );
    assert_eq!(edit.who, "甲某");
    assert!(edit.open.is_some());
    let first = rest.lines.last().expect("the first entry");
    assert_eq!(first.action, "登记督查员");

    assert_eq!(
        objects(&office, &query(|it| it.kind = Some("person".into()))),
        ["登记人员 人员 甲甲某", "登记人员 人员 甲甲某"]
    );
    assert_eq!(
        objects(
            &office,
            &query(|it| it.action = Some("登记发文机关".into()))
        )
        .len(),
        1
    );
    assert_eq!(
        objects(&office, &query(|it| it.text = "副局长".into())).len(),
        2,
        "whatever was done to the one of whom it is shown now"
    );
    assert!(objects(&office, &query(|it| it.text = "没有这个词".into())).is_empty());
    let long_ago = query(|it| it.until = Some(day("2020-01-01")));
    assert!(objects(&office, &long_ago).is_empty());
    let day_of_it = query(|it| {
        it.from = Some(day("2026-11-22"));
        it.until = Some(day("2026-11-24"));
    });
    assert_eq!(objects(&office, &day_of_it).len(), page.total as usize);
    let choices = office.journal_choices().expect("found");
    assert!(choices.people.iter().any(|who| who.name == "甲某"));
    assert_eq!(choices.devices.len(), 1);
    let mine = query(|it| it.device = Some(choices.devices[0].id.clone()));
    assert_eq!(objects(&office, &mine).len(), page.total as usize);

    let sheet = folder.path().join("操作记录.pdf");
    let printed = office
        .print_journal(&JournalQuery::default(), &sheet, now())
        .expect("printed");
    assert!(printed.pages >= 1);
    assert!(std::fs::read(&sheet).expect("written").starts_with(b"%PDF"));
    let refused = office
        .print_journal(&long_ago, &folder.path().join("空.pdf"), now())
        .expect_err("nothing to print");
    assert_eq!(refused.code, "CZ-01");
}

#[test]
fn readings_are_written_down_only_while_switched_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "查阅");
    let someone = person(&mut office, "甲甲某");
    let other = person(&mut office, "乙乙某");
    let about = finding(&mut office, &someone, None);
    let all = JournalQuery::default();
    office.person(&someone, now()).expect("it");
    let page = office.readings(&all, None, 9).expect("listed");
    assert!(!page.on && page.lines.is_empty());

    office.set_read_log(true, now()).expect("on");
    let entries = office.status(now()).expect("figures").entries;
    office.person(&someone, now()).expect("it");
    office
        .person(&someone, now())
        .expect("read anew by the page");
    office.person(&other, now()).expect("it");
    office.person(&someone, now()).expect("it again");
    office.finding(&about, now()).expect("it");
    let sheet = folder.path().join("查阅.pdf");
    office.print_readings(&all, &sheet, now()).expect("printed");
    assert!(std::fs::read(&sheet).expect("written").starts_with(b"%PDF"));
    office.set_read_log(false, now()).expect("off");
    office.person(&other, now()).expect("it");

    let page = office.readings(&all, None, 9).expect("listed");
    let told: Vec<(String, String)> = page
        .lines
        .iter()
        .rev()
        .map(|line| (line.deed.clone(), line.object.clone()))
        .collect();
    let line = |deed: &str, object: &str| (deed.to_owned(), object.to_owned());
    assert_eq!(
        told,
        [
            line("开始登记", ""),
            line("查阅", "甲甲某"),
            line("查阅", "乙乙某"),
            line("查阅", "甲甲某"),
            line("查阅", "任免事项表决程序"),
            line("导出", "查阅登记表"),
            line("停止登记", ""),
        ]
    );
    assert_eq!(page.lines[1].who, "甲某");
    let only = query(|it| it.kind = Some("finding".into()));
    assert_eq!(office.readings(&only, None, 9).expect("listed").total, 1);
    assert_eq!(
        office.status(now()).expect("figures").entries,
        entries,
        "reading adds nothing to what is exchanged"
    );
    assert!(office.verify_archive().expect("checked").ok);
}
