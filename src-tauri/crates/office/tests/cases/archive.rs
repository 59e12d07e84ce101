//! The archive as a whole: passphrases, the readable export.

use crate::setup::{PASSPHRASE, now, office, set_up};

#[test]
fn the_readable_export_goes_out_and_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = office(folder.path());
    first
        .create_sample(&folder.path().join("示例.ducha"), PASSPHRASE, now())
        .expect("the sample");
    let text = first.export_json().expect("exported");
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
    assert_eq!(second.export_json().expect("exported again"), text);
    assert_eq!(
        second.people("").expect("people").len(),
        first.people("").expect("people").len()
    );
}

#[test]
fn wrong_passphrases_are_told_plainly_and_never_lock_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "口令");
    office.lock();
    let archive = folder.path().join("口令.ducha");
    for _ in 0..5 {
        let refused = office.unlock(&archive, "不是这个").expect_err("wrong");
        assert!(refused.message.contains("口令不正确"), "{refused:?}");
    }
    office
        .unlock(&archive, PASSPHRASE)
        .expect("the right one still opens");
    let mut second = crate::setup::office(folder.path());
    let busy = second
        .unlock(&archive, PASSPHRASE)
        .expect_err("open elsewhere");
    assert!(busy.message.contains("正在"), "{busy:?}");
}
