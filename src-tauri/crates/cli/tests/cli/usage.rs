//! Wrong command lines, and the pages that say how it is done.

use crate::desk::Desk;
use serde_json::Value;

#[test]
fn a_wrong_command_line_ends_with_two_and_names_what_is_wrong() {
    let desk = Desk::new();
    for (line, named) in [
        ("", "做什么"),
        ("settle 甲.ducha", "settle"),
        ("conflicts 甲.ducha", "--passphrase-file"),
        ("resolve 甲.ducha 一", "字段"),
        ("resolve 甲.ducha 一 post", "--choose"),
        ("verify", "档案库文件夹"),
        ("import 甲.ducha", "交换包或回执文件"),
        ("verify 甲.ducha 多余 --passphrase-file own", "多余"),
        ("verify 甲.ducha --passphrase 口令", "--passphrase"),
        ("verify 甲.ducha -p own", "-p"),
        ("verify 甲.ducha --passphrase-file", "--passphrase-file"),
        ("verify 甲.ducha --passphrase-file 没有", "没有"),
        (
            "verify 甲.ducha --passphrase-file own --passphrase-file own",
            "两次",
        ),
        ("verify 甲.ducha --json=是", "--json"),
        ("verify 甲.ducha", "--passphrase-file"),
        ("new 甲.ducha --organ 某 --code 示", "--name"),
        ("new 甲.ducha --name= --organ 某 --code 示", "--name"),
        ("search 甲.ducha 甲 --limit 0", "条数"),
        ("search 甲.ducha 甲 --limit 多", "条数"),
        ("log 甲.ducha --since 昨天", "昨天"),
        ("log 甲.ducha --limit 0", "条数"),
        ("history 甲.ducha", "记录编号"),
        ("erase 甲.ducha 一", "--reason"),
        ("reviews 甲.ducha 一 --until 明天", "明天"),
        ("report 甲.ducha --by 年龄", "年龄"),
        ("report 甲.ducha --from 去年", "去年"),
        ("render 稿.json", "--out"),
        ("paper 甲.ducha 一", "--out"),
        ("add-material 甲.ducha 一", "文件"),
        ("add-material 甲.ducha 一 二 --received 昨天", "昨天"),
        ("export-material 甲.ducha 一", "--out"),
        ("schema 别的", "别的"),
        ("peer 甲.ducha", "动作"),
        ("peer 甲.ducha 别的", "别的"),
        ("peer 甲.ducha add", "--spoken"),
        ("peer 甲.ducha add 名片.dck --role 别的", "别的"),
        ("peer 甲.ducha check", "编号"),
        ("peer 甲.ducha check 一 --by 别的", "别的"),
        ("peer 甲.ducha revoke 一", "--reason"),
        ("appointment 甲.ducha 别的", "别的"),
        ("appointment 甲.ducha import", "任命文件"),
        ("appointment 甲.ducha issue --out a.dca", "--name"),
        ("appointment 甲.ducha withdraw 一 --out a.dca", "--reason"),
        ("export 甲.ducha --out a.dcx", "--peer"),
        ("export 甲.ducha --out a.dcx --scope 别的", "别的"),
        ("export 甲.ducha --out a.dcx --mask 别的", "别的"),
        (
            "export 甲.ducha --out a.dcx --peer 乙某 --since 回执.txt --mask 备注",
            "--mask",
        ),
        ("export 甲.ducha --out a.dcx --recipient", "--recipient"),
    ] {
        let message = if line.ends_with("-file") || line.ends_with("--recipient") || line.is_empty()
        {
            // One more word would be taken for what is missing.
            crate::desk::told(&desk.run(line), 2, line)
        } else {
            desk.refused(2, line)
        };
        assert!(message.contains(named), "{line}: {message}");
    }
    assert!(!desk.has("甲.ducha"));
}

#[test]
fn a_passphrase_file_must_hold_one() {
    let desk = Desk::new();
    desk.write("empty", "\n口令在第二行\n");
    desk.write("binary", [0xff, 0xfe, b'a']);
    for file in ["empty", "binary"] {
        let message = desk.refused(2, &format!("verify 甲.ducha --passphrase-file {file}"));
        assert!(message.contains(file), "{message}");
    }
}

#[test]
fn every_command_has_its_page() {
    let desk = Desk::new();
    let all = desk.words("--help");
    let commands: Vec<&str> = all
        .lines()
        .skip_while(|line| *line != "命令：")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(commands.len(), 33, "{commands:?}");
    for command in commands {
        let page = desk.words(&format!("{command} --help"));
        let usage = format!("用法：ducha-cli {command} ");
        assert!(page.contains(&usage), "{page}");
        assert!(!page.contains("test-cost"), "{page}");
    }
    assert!(desk.words("--version").starts_with("督查手记 "));
}

#[test]
fn the_schemas_are_schemas() {
    let desk = Desk::new();
    for what in ["records", "document"] {
        let schema: Value =
            serde_json::from_str(&desk.words(&format!("schema {what}"))).expect("one JSON value");
        assert!(schema["$schema"].is_string() && schema["properties"].is_object());
    }
}
