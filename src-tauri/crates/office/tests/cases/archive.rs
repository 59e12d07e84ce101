//! The archive as a whole: passphrases, the readable export.

use crate::setup::{PASSPHRASE, now, office, set_up};
use chrono::TimeDelta;
use office::Moment;

#[test]
fn the_readable_export_goes_out_and_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = office(folder.path());
    first
        .create_sample(&folder.path().join("示例.ducha"), PASSPHRASE, now())
        .expect("the sample");
    let text = first.export_json(now()).expect("exported");
    let mut second = office(folder.path());
    second
        .create_archive("抄本", folder.path(), PASSPHRASE, now())
        .expect("a new archive");
    let broken = text.replacen("\"kind\": \"turn\"", "\"kind\": \"turm\"", 1);
    let refused = second
        .import_json(&broken, now())
        .expect_err("one record is wrong");
    assert!(
        refused.message.contains("turm") && refused.message.contains('第'),
        "{refused:?}"
    );
    assert!(
        second.people("").expect("people").is_empty(),
        "nothing was written"
    );
    second.import_json(&text, now()).expect("imported");
    assert_eq!(second.export_json(now()).expect("exported again"), text);
    assert_eq!(
        second.people("").expect("people").len(),
        first.people("").expect("people").len()
    );
}

#[test]
fn wrong_passphrases_make_the_next_wait_and_never_lock_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "口令");
    office.lock();
    let archive = folder.path().join("口令.ducha");
    for _ in 0..4 {
        let refused = office
            .unlock(&archive, "不是这个", now())
            .expect_err("wrong");
        assert!(refused.message.contains("口令不正确"), "{refused:?}");
    }
    let soon = office
        .unlock(&archive, PASSPHRASE, now())
        .expect_err("too soon");
    assert!(soon.message.contains("连续输错4次，请等2秒"), "{soon:?}");
    // Another start of the program does not shorten the wait, nor does another
    // way of writing the folder's name.
    let mut office = crate::setup::office(folder.path());
    let roundabout = folder.path().join(".").join("口令.ducha");
    assert_eq!(office.seconds_to_wait(&roundabout, now()), 2);
    let later = Moment::at(now().local + TimeDelta::seconds(2));
    office
        .unlock(&archive, PASSPHRASE, later)
        .expect("the right one still opens");
    assert_eq!(office.seconds_to_wait(&archive, now()), 0, "forgotten");
    let mut second = crate::setup::office(folder.path());
    let busy = second
        .unlock(&archive, PASSPHRASE, later)
        .expect_err("open elsewhere");
    assert!(busy.message.contains("正在"), "{busy:?}");
}

#[test]
fn the_locks_are_changed_by_whoever_knows_the_passphrase() {
    const NEW: &str = "白鹭渡口七月石桥";
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "换锁");
    let archive = folder.path().join("换锁.ducha");
    let refused = |result: office::Result<()>| result.expect_err("refused").message;
    assert!(refused(office.change_passphrase("不是这个", NEW, now())).contains("口令不正确"));
    assert!(
        refused(office.change_passphrase(PASSPHRASE, "12345678", now())).contains("容易被猜到")
    );
    assert!(refused(office.change_passphrase(PASSPHRASE, PASSPHRASE, now())).contains("一样"));
    assert!(office.reissue_recovery_code("不是这个", now()).is_err());
    office
        .change_passphrase(PASSPHRASE, NEW, now())
        .expect("changed");
    let code = office.reissue_recovery_code(NEW, now()).expect("a code");
    office.lock();
    assert!(office.unlock(&archive, PASSPHRASE, now()).is_err());
    office
        .unlock_with_recovery(&archive, &code, PASSPHRASE, now())
        .expect("the new code opens");
    office.lock();
    office.unlock(&archive, PASSPHRASE, now()).expect("opens");
}
