//! Appointments: signed by the superior office, brought in, ended, withdrawn.

use crate::peers::{from_file, introduce, named};
use crate::setup::{day, finding, inquiry, now, person, set_up, talk};
use casework::records::{CitationTarget, PaperKind, PeerCheck, PeerRole, Proof};
use chrono::NaiveDate;
use exchange::{Identity, KeyCard, Statement, Withdrawal};
use ledger::DeviceKey;
use office::{AppointmentOrder, Moment, NewPeer, Office, Scope};
use std::path::Path;

fn on(date: &str) -> Moment {
    Moment::at(day(date).and_hms_opt(9, 0, 0).expect("a time"))
}

fn order(name: &str, until: &str) -> AppointmentOrder {
    AppointmentOrder {
        name: name.into(),
        post: "示例县委组织部督查员".into(),
        certificate_no: "示督证第0042号".into(),
        document_no: "示组任〔2026〕7号".into(),
        exams: vec!["干部监督业务 92分".into(), String::new()],
        scope: vec!["示例县水务局".into(), " ".into()],
        from: Some(day("2026-11-01")),
        until: Some(day(until)),
    }
}

/// The superior office and a supervisor who have each other's keys; the
/// supervisor's certificate is recorded.
fn pair(folder: &Path) -> (Office, Office, String) {
    let mut superior = set_up(folder, "上级");
    let mut mine = set_up(folder, "本方");
    let mut supervisor = mine.identity().expect("who").supervisor.expect("it").record;
    supervisor.certificate_no = "示督证第0042号".into();
    mine.save_supervisor(&supervisor, now()).expect("saved");
    introduce(&mine, &mut superior, folder, "甲某", PeerRole::同行督查员);
    let id = introduce(
        &superior,
        &mut mine,
        folder,
        "示例市委组织部",
        PeerRole::上级机关,
    );
    (superior, mine, id)
}

/// A letter that can be issued but for the appointment.
pub(crate) fn letter(office: &mut Office) -> String {
    let someone = person(office, "某领导");
    let about = finding(office, &someone, None);
    let (_, turns) = talk(office, None, &someone, 2);
    office
        .cite(
            &about,
            CitationTarget::谈话,
            &turns[1],
            None,
            Proof::部分印证,
            now(),
        )
        .expect("cited");
    inquiry(office, &someone, &about)
}

fn issue(office: &mut Office, letter: &str, dated: NaiveDate, now: Moment) -> Result<(), String> {
    let number = office
        .suggest_number(PaperKind::函询通知书, dated)
        .expect("a number");
    office
        .issue_paper(letter, number, dated, now)
        .map(drop)
        .map_err(|error| error.message)
}

#[test]
fn a_signed_appointment_is_shown_as_such_and_ends_on_its_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, id) = pair(folder.path());
    let file = folder.path().join("任命.dca");
    superior
        .issue_appointment(&order("甲某", "2026-11-30"), &file, now())
        .expect("signed");
    assert!(mine.status(now()).expect("status").self_declared);
    assert!(mine.appointments(now()).expect("seen").own.is_none());

    mine.import_appointment(&file, now()).expect("brought in");
    let own = mine.appointments(now()).expect("seen").own.expect("signed");
    assert!(own.holds && own.state == "有效");
    assert_eq!(own.scope, ["示例县水务局"]);
    assert_eq!(own.exams, ["干部监督业务　92分"]);
    assert!(own.signer.ends_with("未核对"), "{}", own.signer);
    mine.settle_peer_check(&id, PeerCheck::当面核对, now())
        .expect("compared");
    let own = mine.appointments(now()).expect("seen").own.expect("signed");
    assert!(own.signer.contains("签名设备指纹") && own.signer.ends_with("当面核对"));
    let status = mine.status(now()).expect("status");
    assert!(!status.self_declared);
    assert_eq!(status.appointment_words, "授权至2026年11月30日");

    // Five working days are left: the desk says so, until somebody has seen to it.
    let notice = mine.notices(now()).expect("notices").remove(0);
    assert_eq!(notice.title, "任命将要期满");
    assert!(notice.words.contains("还有5个工作日"), "{}", notice.words);
    mine.settle_notice(&notice.key).expect("seen to");
    assert!(mine.notices(now()).expect("notices").is_empty());

    // What the supervisor himself filled in runs to 2027; the signed one counts.
    let letter = letter(&mut mine);
    let late = on("2026-12-01");
    for dated in ["2026-12-01", "2026-11-28"] {
        let refused = issue(&mut mine, &letter, day(dated), late).expect_err("expired");
        assert!(
            refused.contains("已于2026年11月30日期满，不能再签发文书"),
            "{refused}"
        );
        assert!(refused.contains("导入后再签发"), "{refused}");
    }
    let notice = mine.notices(late).expect("notices").remove(0);
    assert!(
        notice.grave && notice.title.contains("已期满"),
        "{notice:?}"
    );

    // A new appointment goes on from there.
    let next = folder.path().join("续任.dca");
    superior
        .issue_appointment(&order("甲某", "2027-11-30"), &next, on("2026-11-30"))
        .expect("signed");
    mine.import_appointment(&next, late).expect("brought in");
    assert!(mine.notices(late).expect("notices").is_empty());
    issue(&mut mine, &letter, day("2026-12-01"), late).expect("issued");
}

#[test]
fn a_withdrawn_appointment_bars_the_paper_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, _) = pair(folder.path());
    let file = folder.path().join("任命.dca");
    let id = superior
        .issue_appointment(&order("甲某", "2027-11-30"), &file, now())
        .expect("signed")
        .id;
    let back = folder.path().join("撤回.dca");
    assert!(
        superior
            .withdraw_appointment(&id, now().today(), "", &back, now())
            .is_err()
    );
    superior
        .withdraw_appointment(&id, now().today(), "工作调动", &back, now())
        .expect("withdrawn");
    let issued = superior.appointments(now()).expect("seen").issued.remove(0);
    assert_eq!((issued.state.as_str(), issued.holds), ("已撤回", false));

    let early = mine.import_appointment(&back, now()).expect_err("of what?");
    assert_eq!(early.code, "RM-03");
    mine.import_appointment(&file, now()).expect("brought in");
    mine.import_appointment(&back, now()).expect("brought in");
    let undone = mine.undo(now()).expect_err("not by Ctrl Z");
    assert!(undone.message.contains("签名的任命"), "{undone:?}");
    let letter = letter(&mut mine);
    let refused = issue(&mut mine, &letter, now().today(), now()).expect_err("withdrawn");
    assert!(
        refused.contains("自2026年11月23日起已经撤回（事由：工作调动）"),
        "{refused}"
    );
    assert_eq!(
        mine.status(now()).expect("status").appointment_words,
        "任命已撤回"
    );
    // Writing over the withdrawal does not take it back.
    let steps = mine.history(&id, false, 9).expect("history").steps;
    let first = &steps.last().expect("the import").entry;
    assert!(mine.restore_version(&id, first, now()).is_err());
    assert!(mine.retract(&id, now()).is_err());
}

#[test]
fn only_the_right_appointment_of_a_known_office_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, id) = pair(folder.path());
    let file = folder.path().join("任命.dca");
    let code = |office: &mut Office| office.import_appointment(&file, now()).map_err(|e| e.code);
    superior
        .issue_appointment(&order("别人", "2027-11-30"), &file, now())
        .expect("signed");
    assert_eq!(code(&mut mine), Err("RM-02".to_owned()));
    superior
        .issue_appointment(&order("甲某", "2027-11-30"), &file, now())
        .expect("signed");
    assert_eq!(code(&mut superior), Err("RM-05".to_owned()));
    let text = std::fs::read_to_string(&file).expect("a text");
    std::fs::write(&file, text.replace("2027-11-30", "2028-11-30")).expect("written");
    assert_eq!(code(&mut mine), Err("JH-01".to_owned()));
    std::fs::write(&file, text).expect("written");
    // A colleague appoints nobody.
    let mut stranger = set_up(folder.path(), "旁人");
    introduce(
        &superior,
        &mut stranger,
        folder.path(),
        "某同行",
        PeerRole::同行督查员,
    );
    assert_eq!(code(&mut stranger), Err("RM-01".to_owned()));

    assert!(code(&mut mine).is_ok());
    assert!(code(&mut mine).expect("again").contains("已经导入过"));
    mine.revoke_peer(&id, "电脑遗失", now()).expect("revoked");
    let letter = letter(&mut mine);
    let refused = issue(&mut mine, &letter, now().today(), now()).expect_err("revoked");
    assert!(refused.contains("已吊销或核对不符"), "{refused}");
}

#[test]
fn an_appointment_comes_inside_a_bundle_as_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, _) = pair(folder.path());
    let file = folder.path().join("任命.dca");
    let id = superior
        .issue_appointment(&order("甲某", "2027-11-30"), &file, now())
        .expect("signed")
        .id;
    mine.import_appointment(&file, now()).expect("brought in");
    let back = folder.path().join("撤回.dca");
    superior
        .withdraw_appointment(&id, now().today(), "工作调动", &back, now())
        .expect("withdrawn");
    let bundle = folder.path().join("全部.dcx");
    let code = superior.recipient_named("甲某").expect("known");
    superior
        .export_bundle(&Scope::everything(), &[code], None, &bundle, now())
        .expect("exported");
    mine.import_bundle(&bundle, None, now()).expect("in");
    let own = mine.appointments(now()).expect("seen").own.expect("signed");
    assert_eq!(own.state, "已撤回");
    // The file says nothing new, and yet is accepted here once, and only once.
    let told = mine.import_appointment(&back, now()).expect("accepted");
    assert!(!told.contains("已经导入过"), "{told}");
    let again = mine.import_appointment(&back, now()).expect("known");
    assert!(again.contains("已经导入过"), "{again}");
}

/// A supervisor with a letter, who works under an appointment.
fn appointed(folder: &Path) -> (Office, Office, String, String) {
    let (mut superior, mut mine, peer) = pair(folder);
    let id = superior
        .issue_appointment(
            &order("甲某", "2027-11-30"),
            &folder.join("任命.dca"),
            now(),
        )
        .expect("signed")
        .id;
    mine.import_appointment(&folder.join("任命.dca"), now())
        .expect("brought in");
    (superior, mine, peer, id)
}

fn own_state(office: &Office) -> String {
    let own = office.appointments(now()).expect("seen").own;
    own.map_or_else(|| "无".to_owned(), |own| own.state)
}

#[test]
fn another_name_in_the_settings_does_not_shake_off_the_appointment() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, ..) = appointed(folder.path());
    let id = superior
        .appointments(now())
        .expect("seen")
        .issued
        .remove(0)
        .id;
    let back = folder.path().join("撤回.dca");
    superior
        .withdraw_appointment(&id, now().today(), "工作调动", &back, now())
        .expect("withdrawn");
    mine.import_appointment(&back, now()).expect("brought in");
    let letter = letter(&mut mine);
    let own = mine.identity().expect("who").supervisor.expect("it");
    for (name, certificate) in [("甲某", "示督证第0043号"), ("甲甲某", "示督证第0042号")]
    {
        let mut changed = own.record.clone();
        changed.name = name.into();
        changed.certificate_no = certificate.into();
        mine.save_supervisor(&changed, now()).expect("saved");
        assert_eq!(own_state(&mine), "已撤回", "{name} {certificate}");
        let refused = issue(&mut mine, &letter, now().today(), now()).expect_err("barred");
        assert!(refused.contains("已经撤回（事由：工作调动）"), "{refused}");
    }
    // A readable file goes the same way.
    let text = mine.export_json(now()).expect("readable");
    let text = text.replace("示督证第0042号", "示督证第0044号");
    mine.import_json(&text, now()).expect("read in");
    let named = mine.identity().expect("who").supervisor.expect("it").record;
    assert_eq!(named.certificate_no, "示督证第0044号");
    assert_eq!(own_state(&mine), "已撤回");
}

#[test]
fn the_appointments_of_colleagues_bar_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, _) = pair(folder.path());
    let file = folder.path().join("任命.dca");
    superior
        .issue_appointment(&order("丁某", "2026-11-20"), &file, now())
        .expect("signed");
    let bundle = folder.path().join("全部.dcx");
    let code = superior.recipient_named("甲某").expect("known");
    superior
        .export_bundle(&Scope::everything(), &[code], None, &bundle, now())
        .expect("exported");
    mine.import_bundle(&bundle, None, now()).expect("in");
    assert_eq!(own_state(&mine), "无");
    let letter = letter(&mut mine);
    issue(&mut mine, &letter, now().today(), now()).expect("issued");
}

#[test]
fn a_withdrawal_stays_when_the_key_that_signed_it_is_revoked() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, _, id) = appointed(folder.path());
    // The office goes on with another device, for which the old one vouches.
    let backup = superior.back_up_now(now()).expect("a backup");
    superior.lock();
    superior
        .restore_backup(Path::new(&backup.path), "上级之二", folder.path())
        .expect("restored");
    superior
        .unlock(
            &folder.path().join("上级之二.ducha"),
            crate::setup::PASSPHRASE,
            now(),
        )
        .expect("open");
    let card = folder.path().join("恢复后.dck");
    superior.save_key_card(&card, now()).expect("written");
    let second = mine
        .add_peer(
            &from_file(&card),
            &named("示例市委组织部", PeerRole::上级机关),
            now(),
        )
        .expect("registered")
        .id;
    let back = folder.path().join("撤回.dca");
    superior
        .withdraw_appointment(&id, now().today(), "工作调动", &back, now())
        .expect("withdrawn");
    mine.import_appointment(&back, now()).expect("brought in");
    assert_eq!(own_state(&mine), "已撤回");
    mine.revoke_peer(&second, "电脑遗失", now())
        .expect("revoked");
    assert_eq!(own_state(&mine), "已撤回");
}

/// A withdrawal of the appointment in a file, signed with another key.
fn withdrawal_by(key: &DeviceKey, folder: &Path, on: &str) -> std::path::PathBuf {
    let text = std::fs::read_to_string(folder.join("任命.dca")).expect("a text");
    let Ok(Statement::Appointed(appointment)) = Statement::from_text(&text) else {
        panic!("an appointment");
    };
    let back = Withdrawal::sign(key, &appointment, on, "工作调动", now().millis).expect("signed");
    let path = folder.join(format!("撤回{on}.dca"));
    std::fs::write(&path, back.to_text()).expect("written");
    path
}

#[test]
fn a_key_that_a_person_only_called_the_next_withdraws_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, mut mine, peer, _) = appointed(folder.path());
    let key = DeviceKey::generate([9; 32]);
    let card = KeyCard::sign(
        &key,
        Identity::generate().recipient(),
        "示例市委组织部",
        "",
        now().millis,
        &[],
    )
    .expect("a card");
    let path = folder.path().join("自称.dck");
    std::fs::write(&path, card.to_text()).expect("written");
    let new = NewPeer {
        replaces: Some(peer),
        ..named("示例市委组织部", PeerRole::上级机关)
    };
    let id = mine
        .add_peer(&from_file(&path), &new, now())
        .expect("said")
        .id;
    let back = withdrawal_by(&key, folder.path(), "2026-11-20");
    let refused = mine
        .import_appointment(&back, now())
        .expect_err("unvouched");
    assert_eq!(refused.code, "RM-04");
    assert_eq!(own_state(&mine), "有效");
    // Once somebody has compared it, it speaks for the office; for what was
    // accepted then, also after it is revoked.
    mine.settle_peer_check(&id, PeerCheck::当面核对, now())
        .expect("compared");
    mine.import_appointment(&back, now()).expect("brought in");
    mine.revoke_peer(&id, "电脑遗失", now()).expect("revoked");
    assert_eq!(own_state(&mine), "已撤回");
    let another = withdrawal_by(&key, folder.path(), "2026-11-10");
    let refused = mine
        .import_appointment(&another, now())
        .expect_err("revoked");
    assert_eq!(refused.code, "RM-04");
}

#[test]
fn of_several_withdrawals_the_earliest_day_counts_whichever_comes_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut mine, key) = {
        let mut mine = set_up(folder.path(), "本方");
        let key = DeviceKey::generate([8; 32]);
        let card = KeyCard::sign(
            &key,
            Identity::generate().recipient(),
            "上级",
            "",
            now().millis,
            &[],
        )
        .expect("a card");
        let path = folder.path().join("上级.dck");
        std::fs::write(&path, card.to_text()).expect("written");
        mine.add_peer(
            &from_file(&path),
            &named("市委组织部", PeerRole::上级机关),
            now(),
        )
        .expect("registered");
        (mine, key)
    };
    let signed = exchange::Appointment {
        id: ledger::EntityId::new(now().millis, [7; 10]),
        issuer: key.id(),
        organ: "中共另一市委组织部".into(),
        document_no: "示组任〔2026〕7号".into(),
        name: "甲某".into(),
        post: String::new(),
        certificate_no: "示督证第0042号".into(),
        exams: Vec::new(),
        scope: Vec::new(),
        from: "2026-11-01".into(),
        until: "2027-10-31".into(),
        millis: now().millis,
        signature: [0; 64],
    }
    .sign(&key)
    .expect("signed");
    let file = folder.path().join("任命.dca");
    std::fs::write(&file, signed.to_text()).expect("written");
    mine.import_appointment(&file, now()).expect("brought in");
    // Who signed is said by the name that is registered here; what the file
    // calls him shows beside it.
    let own = mine.appointments(now()).expect("seen").own.expect("signed");
    assert!(
        own.signer
            .starts_with("市委组织部（任命上写的机关是“中共另一市委组织部”）"),
        "{}",
        own.signer
    );

    let late = withdrawal_by(&key, folder.path(), "2026-12-01");
    let early = withdrawal_by(&key, folder.path(), "2026-11-20");
    let between = withdrawal_by(&key, folder.path(), "2026-11-25");
    mine.import_appointment(&late, now()).expect("brought in");
    assert_eq!(own_state(&mine), "有效");
    mine.import_appointment(&early, now()).expect("brought in");
    assert_eq!(own_state(&mine), "已撤回");
    let words = mine.import_appointment(&early, now()).expect("again");
    assert!(words.contains("已经导入过"), "{words}");
    let words = mine.import_appointment(&between, now()).expect("later");
    assert!(words.contains("自2026年11月20日起撤回"), "{words}");
}

/// The folder is gone, or there is a folder in the file's place.
fn unwritable(folder: &Path) -> [std::path::PathBuf; 2] {
    let in_its_place = folder.join("是文件夹.dca");
    std::fs::create_dir_all(&in_its_place).expect("a folder");
    [folder.join("没有这个文件夹").join("任命.dca"), in_its_place]
}

#[test]
fn an_appointment_without_its_file_is_no_ghost() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, _) = pair(folder.path());
    let issued = |office: &Office| office.appointments(now()).expect("seen").issued;
    let wanted = order("甲某", "2027-11-30");
    let [missing, folder_there] = unwritable(folder.path());
    let told = superior
        .issue_appointment(&wanted, &missing, now())
        .expect_err("no file");
    assert_eq!(told.code, "RM-06");
    assert!(told.message.contains("已经签名"), "{told}");
    assert!(told.message.contains("保存在本档案库"), "{told}");
    assert!(told.message.contains("找不到文件或文件夹"), "{told}");
    assert!(told.guidance.contains("另存文件"), "{told}");
    assert!(told.guidance.contains("不要再办一次"), "{told}");
    let kept = issued(&superior);
    assert_eq!(kept.len(), 1);

    // Whoever does it again all the same is told; nothing is signed a second time.
    let told = superior
        .issue_appointment(&wanted, &folder.path().join("又一份.dca"), now())
        .expect_err("signed already");
    assert_eq!(told.code, "RM-07");
    assert!(told.guidance.contains("另存文件"), "{told}");
    assert!(!folder.path().join("又一份.dca").exists());
    assert_eq!(issued(&superior).len(), 1);

    // It outlives the program, and its file is written later.
    superior.lock();
    superior
        .unlock(
            &folder.path().join("上级.ducha"),
            crate::setup::PASSPHRASE,
            now(),
        )
        .expect("open");
    assert_eq!(format!("{:?}", issued(&superior)), format!("{kept:?}"));
    let id = &kept[0].id;
    let refused = superior.save_appointment(id, &folder_there);
    assert!(refused.expect_err("a folder").message.contains("不是文件"));
    let file = folder.path().join("任命.dca");
    superior.save_appointment(id, &file).expect("written");
    let text = std::fs::read_to_string(&file).expect("a text");
    let Statement::Appointed(appointment) = Statement::from_text(&text).expect("a statement")
    else {
        panic!("no appointment: {text}");
    };
    assert_eq!(appointment.id.to_string(), *id);
    mine.import_appointment(&file, now()).expect("taken");
    assert_eq!(own_state(&mine), "有效");
}

#[test]
fn a_withdrawal_without_its_file_is_no_ghost() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, mut mine, _, id) = appointed(folder.path());
    let [_, folder_there] = unwritable(folder.path());
    let today = now().today();
    let told = superior
        .withdraw_appointment(&id, today, "工作调动", &folder_there, now())
        .expect_err("a folder");
    assert_eq!(told.code, "RM-06");
    assert!(told.message.contains("撤回已经签名"), "{told}");
    assert!(told.message.contains("不是文件"), "{told}");
    assert!(told.guidance.contains("另存文件"), "{told}");
    let issued = superior.appointments(now()).expect("seen").issued;
    assert_eq!((issued.len(), issued[0].state.as_str()), (1, "已撤回"));
    let file = folder.path().join("撤回.dca");
    superior
        .withdraw_appointment(&id, today, "工作调动", &file, now())
        .expect_err("withdrawn already");
    assert!(!file.exists());
    superior.save_appointment(&id, &file).expect("written");
    mine.import_appointment(&file, now()).expect("taken");
    assert_eq!(own_state(&mine), "已撤回");
    // A new one like the old may be signed by now.
    let next = folder.path().join("再任.dca");
    superior
        .issue_appointment(&order("甲某", "2027-11-30"), &next, now())
        .expect("signed");
}

#[test]
fn nothing_is_signed_for_a_file_inside_an_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut superior, _, _, id) = appointed(folder.path());
    let inside = folder.path().join("上级.ducha").join("任命.dca");
    let today = now().today();
    superior
        .issue_appointment(&order("乙某", "2027-11-30"), &inside, now())
        .expect_err("inside the archive");
    superior
        .withdraw_appointment(&id, today, "工作调动", &inside, now())
        .expect_err("inside the archive");
    let issued = superior.appointments(now()).expect("seen").issued;
    assert_eq!((issued.len(), issued[0].state.as_str()), (1, "有效"));
}
