//! Keys exchanged, compared and revoked, and an appointment, without a window.

use crate::desk::Desk;

#[test]
fn two_archives_meet_and_one_appoints_the_other() {
    let desk = Desk::new();
    desk.empty("上级.ducha");
    desk.empty("本方.ducha");
    let own = "--passphrase-file own";
    let keys = desk.json(&format!(
        "keys 上级.ducha {own} --card 上级.dck --qr 上级.png"
    ));
    desk.words(&format!(
        "keys 本方.ducha {own} --qr 本方.svg --card 本方.dck"
    ));
    assert!(desk.read("上级.png").starts_with(b"\x89PNG"));
    let spoken: Vec<&str> = keys["spoken"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|group| group.as_str().expect("text"))
        .collect();
    desk.write("spoken", spoken.join("\n"));

    // By picture here, by telephone there.
    let added = desk.json(&format!(
        "peer 本方.ducha add 上级.png {own} --role superior --name 示例市委组织部"
    ));
    assert_eq!(added["code"], keys["code"]);
    let id = added["id"].as_str().expect("text");
    let again = desk.refused(
        1,
        &format!("peer 本方.ducha add --spoken spoken {own} --name 别名"),
    );
    assert!(again.contains("已经登记过"), "{again}");
    desk.words(&format!("peer 本方.ducha check {id} --by phone {own}"));
    desk.words(&format!("peer 上级.ducha add 本方.dck --name 本方 {own}"));
    let told = desk.words(&format!("peers 本方.ducha {own}"));
    assert!(
        told.contains("示例市委组织部") && told.contains("电话核对"),
        "{told}"
    );

    let issued = desk.json(&format!(
        "appointment 上级.ducha issue --name 甲某 --certificate 示督证第0042号 --number 示组任〔2026〕7号 --exam 业务:92分 --scope 示例县水务局 --from 2026-01-01 --until 2099-12-31 --out 任命.dca {own}"
    ));
    desk.words(&format!("appointment 本方.ducha import 任命.dca {own}"));
    let seen = desk.json(&format!("appointment 本方.ducha show {own}"));
    assert_eq!(seen["own"]["state"], "有效");
    let id_of = issued["id"].as_str().expect("text");
    // Run once: what is withdrawn is not withdrawn again.
    let line = format!(
        "appointment 上级.ducha withdraw {id_of} --reason 工作调动 --out 没有/撤回.dca {own}"
    );
    let message = crate::desk::told(&desk.run(&line), 1, &line);
    assert!(
        message.contains("RM-06") && message.contains("另存文件"),
        "{message}"
    );
    desk.words(&format!(
        "appointment 上级.ducha save {id_of} --out 撤回.dca {own}"
    ));
    desk.words(&format!("appointment 本方.ducha import 撤回.dca {own}"));
    let seen = desk.json(&format!("appointment 本方.ducha show {own}"));
    assert_eq!(seen["own"]["state"], "已撤回");

    desk.words(&format!(
        "export 上级.ducha --peer 本方 --out 给本方.dcx {own}"
    ));
    let preview = desk.json(&format!("import 本方.ducha 给本方.dcx --preview {own}"));
    let sender = preview["sender"].as_str().expect("text");
    assert!(sender.starts_with("示例市委组织部"), "{sender}");
    desk.words(&format!(
        "peer 本方.ducha revoke {id} --reason 电脑遗失 {own}"
    ));
    let refused = desk.refused(1, &format!("import 本方.ducha 给本方.dcx {own}"));
    assert!(refused.contains("已经吊销"), "{refused}");
    desk.words(&format!(
        "import 本方.ducha 给本方.dcx --despite 已电话问明 {own}"
    ));
    let refused = desk.refused(
        1,
        &format!("export 本方.ducha --peer 示例市委组织部 --out 给上级.dcx {own}"),
    );
    assert!(refused.contains("电脑遗失"), "{refused}");
}
