//! Only what came after a receipt: nothing may be lost by it.

use crate::peers::introduce;
use crate::setup::{BUNDLE_PASSPHRASE, PASSPHRASE, finding, now, office, person, set_up};
use casework::records::{Material, PeerRole, Person};
use chrono::Duration;
use office::{
    ErasureOrder, ErrorView, ExportReport, ImportReport, Mask, Moment, Office, Scope, ScopeKind,
    Since,
};
use std::path::{Path, PathBuf};

/// Some minutes after the archives were made.
fn later(minutes: i64) -> Moment {
    Moment::at(now().local + Duration::minutes(minutes))
}

/// Two archives that know each other: from the first it goes to the second.
struct Pair {
    folder: tempfile::TempDir,
    mine: Office,
    theirs: Office,
    minutes: i64,
}

impl Pair {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mine = set_up(folder.path(), "本方");
        let mut theirs = set_up(folder.path(), "对方");
        introduce(
            &theirs,
            &mut mine,
            folder.path(),
            "县里",
            PeerRole::同行督查员,
        );
        introduce(
            &mine,
            &mut theirs,
            folder.path(),
            "市里",
            PeerRole::上级机关,
        );
        Self {
            folder,
            mine,
            theirs,
            minutes: 1,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn code(&self) -> Vec<String> {
        vec![self.theirs.public_keys().expect("keys").0]
    }

    fn everything(&mut self, name: &str) -> ExportReport {
        let (code, path) = (self.code(), self.path(name));
        self.minutes += 1;
        self.mine
            .export_bundle(
                &Scope::everything(),
                &code,
                None,
                &path,
                later(self.minutes),
            )
            .expect("exported")
    }

    fn since(&mut self, name: &str) -> Result<ExportReport, ErrorView> {
        let (code, path) = (self.code(), self.path(name));
        self.minutes += 1;
        self.mine
            .export_since(Since::Last, &code, None, &path, later(self.minutes))
    }

    fn import(&mut self, name: &str) -> Result<ImportReport, ErrorView> {
        let path = self.path(name);
        self.minutes += 1;
        self.theirs.import_bundle(&path, None, later(self.minutes))
    }

    /// The bundle goes there, and its receipt comes back.
    fn acknowledge(&mut self, name: &str) {
        let report = self.import(name).expect("imported");
        let receipt = report.receipt_path.expect("a receipt");
        self.mine.read_receipt(Path::new(&receipt)).expect("read");
    }

    /// Both know the same, and both are whole.
    fn agree(&self) {
        for office in [&self.mine, &self.theirs] {
            let view = office.verify_archive().expect("verified");
            assert!(view.ok, "{view:?}");
        }
        assert!(
            same_people(&self.mine, &self.theirs),
            "the receiver knows everybody"
        );
    }
}

fn same_people(one: &Office, other: &Office) -> bool {
    let names = |office: &Office| {
        let mut names: Vec<String> = office
            .people("")
            .expect("people")
            .into_iter()
            .map(|row| row.name)
            .collect();
        names.sort();
        names
    };
    names(one) == names(other)
}

#[test]
fn only_what_came_after_goes_and_everything_is_there() {
    let mut pair = Pair::new();
    person(&mut pair.mine, "王𬱖");
    let whole = pair.everything("一.dcx");
    let refused = pair.since("早.dcx").expect_err("no receipt yet");
    assert_eq!(refused.code, "JH-11");
    assert!(refused.message.contains("“县里”"), "{refused:?}");
    assert!(!pair.path("早.dcx").exists());
    pair.acknowledge("一.dcx");
    let refused = pair.since("空.dcx").expect_err("nothing new");
    assert_eq!(refused.code, "JH-12");

    person(&mut pair.mine, "李示例");
    let leaving = pair.mine.leaving_since(&pair.code()).expect("listed");
    assert_eq!(
        (leaving.records, &leaving.people[..]),
        (1, &["李示例".to_owned()][..])
    );
    let second = pair.since("二.dcx").expect("exported");
    assert_eq!(second.entries, 1, "of {}", whole.entries);
    let peer = |pair: &Pair| pair.mine.peers().expect("listed")[0].receipt.clone();
    let known = peer(&pair).expect("acknowledged");
    assert!(known.goes_on && known.behind == 1, "{known:?}");
    assert!(known.reach.contains("还缺1条"), "{known:?}");
    assert!(second.scope.contains("11月23日"), "{}", second.scope);
    pair.acknowledge("二.dcx");
    pair.agree();
    let known = peer(&pair).expect("acknowledged");
    assert!(
        known.behind == 0 && known.reach.ends_with("对方都有。"),
        "{known:?}"
    );
    let given = pair.mine.exchange_view().expect("the page").given;
    assert!(given.iter().all(|it| it.arrived.len() == 1), "{given:?}");

    // It goes on from there: the receipt for the second counts on the first.
    person(&mut pair.mine, "张示例");
    assert_eq!(pair.since("三.dcx").expect("exported").entries, 1);
    pair.acknowledge("三.dcx");
    pair.agree();
}

#[test]
fn a_bundle_that_was_skipped_is_named_and_nothing_changes() {
    let mut pair = Pair::new();
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    person(&mut pair.mine, "李示例");
    pair.since("二.dcx").expect("exported");
    let stranger = set_up(pair.folder.path(), "旁人");
    introduce(
        &stranger,
        &mut pair.mine,
        pair.folder.path(),
        "旁人",
        PeerRole::同行督查员,
    );
    let receipt = pair.path("一-回执.txt");
    let file = pair.path("给旁人.dcx");
    let refused = pair
        .mine
        .export_since(
            Since::Receipt(&receipt),
            &[stranger.public_keys().expect("keys").0],
            None,
            &file,
            later(30),
        )
        .expect_err("somebody else's receipt");
    assert!(refused.message.contains("收件人里有“旁人”"), "{refused:?}");
    let refused = pair
        .mine
        .export_since(
            Since::Receipt(&receipt),
            &[exchange_code()],
            None,
            &file,
            later(30),
        )
        .expect_err("nobody knows who that is");
    assert!(refused.message.contains("没有登记"), "{refused:?}");

    // With a passphrase it reaches somebody who lacks what was before.
    pair.mine
        .export_since(
            Since::Receipt(&receipt),
            &[],
            Some(BUNDLE_PASSPHRASE),
            &file,
            later(30),
        )
        .expect("exported");
    let mut stranger = stranger;
    let before = stranger.status(later(31)).expect("status").entries;
    let seen = stranger
        .preview_bundle(&file, Some(BUNDLE_PASSPHRASE), later(31))
        .expect("seen");
    assert_eq!(seen.missing.len(), 1, "{:?}", seen.missing);
    let refused = stranger
        .import_bundle(&file, Some(BUNDLE_PASSPHRASE), later(31))
        .expect_err("refused");
    assert_eq!(refused.code, "JH-03");
    assert_eq!(stranger.status(later(31)).expect("status").entries, before);
}

/// A receiving key that nobody here has registered.
fn exchange_code() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    set_up(folder.path(), "无名").public_keys().expect("keys").0
}

#[test]
fn a_partial_bundle_is_no_ground_to_go_on_from() {
    let mut pair = Pair::new();
    let inside = person(&mut pair.mine, "王𬱖");
    person(&mut pair.mine, "局外人某");
    let scope = Scope {
        kind: ScopeKind::人员,
        id: Some(inside),
    };
    let (code, file) = (pair.code(), pair.path("人员.dcx"));
    pair.mine
        .export_bundle(&scope, &code, None, &file, later(2))
        .expect("exported");
    let report = pair.import("人员.dcx").expect("imported");
    let receipt = report.receipt_path.expect("a receipt");
    let read = pair.mine.read_receipt(Path::new(&receipt)).expect("read");
    assert!(read.since.contains("不是全部记录"), "{read:?}");
    // The receiver has every number, and not every word.
    assert!(read.reach.contains("内容不一定齐全"), "{read:?}");
    let out = pair.path("续.dcx");
    let refused = pair
        .mine
        .export_since(
            Since::Receipt(Path::new(&receipt)),
            &code,
            None,
            &out,
            later(9),
        )
        .expect_err("refused");
    assert_eq!(refused.code, "JH-11");
    assert!(refused.message.contains("不是全部记录"), "{refused:?}");
    assert!(!out.exists());
    // A whole one heals it.
    pair.everything("全部.dcx");
    pair.acknowledge("全部.dcx");
    person(&mut pair.mine, "李示例");
    assert_eq!(pair.since("续.dcx").expect("exported").entries, 1);
    pair.acknowledge("续.dcx");
    pair.agree();
}

#[test]
fn words_that_came_later_go_along_although_their_numbers_were_given() {
    let mut pair = Pair::new();
    // A third one first gives a part, then all.
    let mut third = set_up(pair.folder.path(), "第三");
    let shown = person(&mut third, "王𬱖");
    person(&mut third, "后来的人");
    let give = |third: &mut Office, scope: &Scope, name: &str, pair: &mut Pair| {
        let (code, path) = (
            vec![pair.mine.public_keys().expect("keys").0],
            pair.path(name),
        );
        third
            .export_bundle(scope, &code, None, &path, later(2))
            .expect("exported");
        pair.mine
            .import_bundle(&path, None, later(3))
            .expect("imported");
    };
    let part = Scope {
        kind: ScopeKind::人员,
        id: Some(shown),
    };
    give(&mut third, &part, "部分.dcx", &mut pair);
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    give(&mut third, &Scope::everything(), "后来.dcx", &mut pair);
    let leaving = pair.mine.leaving_since(&pair.code()).expect("listed");
    assert!(
        leaving.people.contains(&"后来的人".to_owned()),
        "{leaving:?}"
    );
    pair.since("二.dcx").expect("exported");
    let seen = pair
        .theirs
        .preview_bundle(&pair.path("二.dcx"), None, later(20))
        .expect("seen");
    assert!(
        seen.new.iter().any(|line| line.title == "后来的人"),
        "{seen:?}"
    );
    pair.acknowledge("二.dcx");
    pair.agree();
    // Nothing of it goes a second time.
    assert_eq!(pair.since("三.dcx").expect_err("nothing").code, "JH-12");
}

#[test]
fn what_is_known_in_part_by_now_goes_along_too() {
    let mut pair = Pair::new();
    let mut third = set_up(pair.folder.path(), "第三");
    let shown = person(&mut third, "王𬱖");
    let late = Person {
        name: "后来的人".into(),
        birth: "1970-05".into(),
        ..Person::default()
    };
    third.save_person(None, &late, now()).expect("saved");
    let give = |third: &mut Office, (scope, masks): (&Scope, &[Mask]), pair: &mut Pair| {
        let code = vec![pair.mine.public_keys().expect("keys").0];
        let path = pair.path("第三给.dcx");
        third
            .export_masked(scope, masks, &code, None, &path, later(2))
            .expect("exported");
        pair.mine
            .import_bundle(&path, None, later(3))
            .expect("imported");
    };
    let part = Scope {
        kind: ScopeKind::人员,
        id: Some(shown),
    };
    give(&mut third, (&part, &[]), &mut pair);
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    // Of whom nothing was known, all is by now but when he was born.
    give(
        &mut third,
        (&Scope::everything(), &[Mask::出生年月]),
        &mut pair,
    );
    pair.since("二.dcx").expect("exported");
    pair.acknowledge("二.dcx");
    pair.agree();
}

#[test]
fn a_file_that_was_erased_and_attached_anew_goes_once_more() {
    let mut pair = Pair::new();
    let gone = person(&mut pair.mine, "错登某");
    let file = pair.path("照片.bin");
    std::fs::write(&file, "示例照片").expect("written");
    let attach = |office: &mut Office, owner: &str, minute: i64| {
        let about = Material::default();
        let kept = office.add_material(owner, &file, &about, later(minute), &mut |_| true);
        kept.expect("kept").expect("not stopped").id
    };
    attach(&mut pair.mine, &gone, 2);
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    let order = ErasureOrder {
        reason: "保存期满".into(),
        basis: "示例办法第八条".into(),
        approved_by: "乙某".into(),
        weighed: true,
    };
    pair.mine.erase(&gone, &order, later(10)).expect("erased");
    pair.since("二.dcx").expect("exported");
    pair.acknowledge("二.dcx");
    let right = person(&mut pair.mine, "王𬱖");
    let material = attach(&mut pair.mine, &right, 20);
    assert_eq!(pair.since("三.dcx").expect("exported").attachments, 1);
    pair.acknowledge("三.dcx");
    let out = pair.path("取出.bin");
    let bytes = pair
        .theirs
        .export_material(&material, &out, later(30), &mut |_| true)
        .expect("it came");
    assert_eq!(bytes, Some("示例照片".len() as u64));
    pair.agree();
}

#[test]
fn what_was_taken_out_of_a_seal_goes_along() {
    let mut pair = Pair::new();
    let about = person(&mut pair.mine, "王𬱖");
    let matter = finding(&mut pair.mine, &about, None);
    let second = "第二口令春江花月夜";
    pair.mine
        .seal_matter(&matter, "一号", second, false, later(1))
        .expect("sealed");
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    assert!(
        pair.theirs.finding(&matter, later(9)).is_err(),
        "it stayed at home"
    );
    let id = pair.mine.sealed_matters().expect("listed")[0].id.clone();
    pair.mine
        .unseal_matter(&id, second, later(10))
        .expect("unsealed");
    pair.since("二.dcx").expect("exported");
    pair.acknowledge("二.dcx");
    let record = |office: &Office| {
        let view = office.finding(&matter, later(19)).expect("it is there");
        view.finding.record
    };
    assert_eq!(record(&pair.theirs), record(&pair.mine), "all of it came");
    pair.agree();
}

#[test]
fn an_erasure_reaches_the_receiver() {
    let mut pair = Pair::new();
    let gone = person(&mut pair.mine, "错登某");
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    assert!(pair.theirs.person(&gone, later(9)).is_ok());
    let order = ErasureOrder {
        reason: "保存期满".into(),
        basis: "示例办法第八条".into(),
        approved_by: "乙某".into(),
        weighed: true,
    };
    pair.mine.erase(&gone, &order, later(10)).expect("erased");
    pair.since("二.dcx").expect("exported");
    pair.acknowledge("二.dcx");
    assert!(pair.theirs.person(&gone, later(20)).is_err());
    assert!(
        pair.theirs
            .history(&gone, true, 9)
            .expect("told")
            .erased
            .is_some()
    );
    pair.agree();
}

#[test]
fn a_receipt_is_not_made_for_what_was_left_out() {
    let mut pair = Pair::new();
    let about = person(&mut pair.mine, "王𬱖");
    let matter = finding(&mut pair.mine, &about, None);
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    let second = "第二口令春江花月夜";
    pair.theirs
        .seal_matter(&matter, "一号", second, false, later(9))
        .expect("sealed there");
    let mut record = pair
        .mine
        .finding(&matter, later(9))
        .expect("it")
        .finding
        .record;
    record.title = "另一个题目".into();
    pair.mine
        .save_finding(Some(&matter), &record, later(10))
        .expect("kept");
    pair.since("二.dcx").expect("exported");
    let report = pair.import("二.dcx").expect("imported");
    assert_eq!(report.receipt_path, None);
    assert!(
        report.warnings.iter().any(|line| line.contains("不出回执")),
        "{report:?}"
    );
    let id = pair.theirs.sealed_matters().expect("listed")[0].id.clone();
    pair.theirs
        .open_sealed(&id, second, later(20))
        .expect("opened");
    pair.acknowledge("二.dcx");
    assert_eq!(
        pair.theirs
            .finding(&matter, later(30))
            .expect("it")
            .finding
            .record
            .title,
        "另一个题目"
    );
}

#[test]
fn an_archive_put_back_to_before_has_to_be_given_everything() {
    let mut pair = Pair::new();
    pair.everything("一.dcx");
    pair.acknowledge("一.dcx");
    let backup = pair.mine.back_up_now(later(5)).expect("a backup");
    person(&mut pair.mine, "李示例");
    pair.since("二.dcx").expect("exported");
    let report = pair.import("二.dcx").expect("imported");
    let receipt = report.receipt_path.expect("a receipt");
    pair.mine.lock();
    pair.mine
        .restore_backup(Path::new(&backup.path), "恢复", pair.folder.path())
        .expect("restored");
    pair.mine = office(pair.folder.path());
    pair.mine
        .unlock(&pair.path("恢复.ducha"), PASSPHRASE, later(20))
        .expect("open");
    // The bundle is on no record of the restored archive.
    let read = pair.mine.read_receipt(Path::new(&receipt)).expect("read");
    assert!(read.given.is_none(), "{read:?}");
    // What the first one proved still holds, and is enough.
    person(&mut pair.mine, "张示例");
    pair.since("三.dcx").expect("exported");
    pair.import("三.dcx").expect("imported");
}
