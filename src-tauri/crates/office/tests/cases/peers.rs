//! Whom an archive knows: keys given, taken, compared, renewed and revoked.

use crate::setup::{BUNDLE_PASSPHRASE, now, office, person, set_up};
use casework::records::{PeerCheck, PeerRole, PeerState};
use chrono::Duration;
use office::{Bringing, JournalQuery, KeySource, KeyStanding, Moment, NewPeer, Office, Scope};
use std::path::Path;

/// Some minutes after the archives were made.
fn later(minutes: i64) -> Moment {
    Moment::at(now().local + Duration::minutes(minutes))
}

pub(crate) fn from_file(path: &Path) -> KeySource {
    KeySource {
        path: Some(path.to_string_lossy().into_owned()),
        spoken: None,
    }
}

pub(crate) fn named(name: &str, role: PeerRole) -> NewPeer {
    NewPeer {
        name: name.into(),
        unit: "示例县委组织部".into(),
        role,
        replaces: None,
    }
}

/// Gives `to` the card of `of` and registers it; gives back the record.
pub(crate) fn introduce(
    of: &Office,
    to: &mut Office,
    folder: &Path,
    name: &str,
    role: PeerRole,
) -> String {
    let card = folder.join(format!("{name}.dck"));
    of.save_key_card(&card, now()).expect("a card");
    to.add_peer(&from_file(&card), &named(name, role), now())
        .expect("registered")
        .id
}

#[test]
fn keys_come_as_a_file_a_picture_and_digits_and_are_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut giver = set_up(folder.path(), "给出");
    let mut taker = set_up(folder.path(), "收下");
    let own = giver.own_keys(now()).expect("keys");
    let (card, picture) = (folder.path().join("甲.dck"), folder.path().join("甲.png"));
    giver.save_key_card(&card, now()).expect("written");
    giver.save_key_card(&picture, now()).expect("written");
    let aloud = KeySource {
        path: None,
        spoken: Some(own.spoken.join("\n")),
    };
    for source in [from_file(&card), from_file(&picture), aloud.clone()] {
        let seen = taker.see_keys(&source).expect("read");
        assert_eq!(
            (seen.standing, &seen.code),
            (KeyStanding::新登记, &own.code)
        );
    }
    assert!(taker.peers().expect("none yet").is_empty());

    let half = own.spoken[..20].join(" ");
    let state = taker.spoken_state(&half);
    assert_eq!((state.written, state.groups, state.fault), (20, 40, None));
    let last = if own.spoken[20].ends_with('0') {
        "1"
    } else {
        "0"
    };
    let wrong = format!("{half} {}{last}", &own.spoken[20][..4]);
    let fault = taker.spoken_state(&wrong).fault.expect("a fault");
    assert!(fault.contains("第21组"), "{fault}");
    let refused = taker
        .see_keys(&KeySource {
            path: None,
            spoken: Some(wrong),
        })
        .expect_err("wrong");
    assert!(refused.guidance.contains("再念一遍"), "{refused:?}");

    let nameless = taker.add_peer(&aloud, &named(" ", PeerRole::同行督查员), now());
    assert!(nameless.is_err());
    let id = taker
        .add_peer(&aloud, &named("甲某", PeerRole::同行督查员), now())
        .expect("registered")
        .id;
    // Both screens show the same rows in the same order.
    introduce(
        &taker,
        &mut giver,
        folder.path(),
        "乙某",
        PeerRole::同行督查员,
    );
    let peers = taker.peers().expect("one");
    assert_eq!(peers.len(), 1);
    assert_eq!(
        (peers[0].checked, peers[0].record.check),
        (false, PeerCheck::未核对)
    );
    let codes = |office: &Office| {
        let rows = office.peers().expect("one").remove(0).compare;
        rows.into_iter().map(|row| row.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&giver), codes(&taker));

    taker
        .settle_peer_check(&id, PeerCheck::电话核对, now())
        .expect("compared");
    let peer = taker.peers().expect("one").remove(0);
    assert!(peer.checked && peer.bars.is_none());
    assert_eq!(peer.check_words, "2026年11月23日电话核对");
    // The same keys again, in another form, are known.
    let seen = taker.see_keys(&from_file(&picture)).expect("read");
    assert_eq!(seen.standing, KeyStanding::已登记);
    assert!(
        taker
            .add_peer(
                &from_file(&card),
                &named("别名", PeerRole::同行督查员),
                now()
            )
            .is_err()
    );
    let mine = giver.add_peer(
        &from_file(&card),
        &named("自己", PeerRole::同行督查员),
        now(),
    );
    assert!(mine.expect_err("own").message.contains("自己"));
}

#[test]
fn bundles_go_to_peers_by_name_and_tell_who_sent_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sender = set_up(folder.path(), "发出");
    let mut receiver = set_up(folder.path(), "收到");
    introduce(
        &receiver,
        &mut sender,
        folder.path(),
        "乙某",
        PeerRole::同行督查员,
    );
    person(&mut sender, "某领导");
    let file = folder.path().join("全部.dcx");
    let code = sender.recipient_named("乙某").expect("one of that name");
    sender
        .export_bundle(&Scope::everything(), &[code], None, &file, now())
        .expect("exported");

    let preview = receiver.preview_bundle(&file, None, now()).expect("seen");
    assert!(
        preview.sender.starts_with("未登记的设备"),
        "{}",
        preview.sender
    );
    assert!(
        preview
            .warnings
            .iter()
            .any(|line| line.contains("没有登记"))
    );
    let id = introduce(
        &sender,
        &mut receiver,
        folder.path(),
        "老甲",
        PeerRole::同行督查员,
    );
    let preview = receiver.preview_bundle(&file, None, now()).expect("seen");
    assert!(
        preview.sender.starts_with("老甲（示例县委组织部，未核对"),
        "{}",
        preview.sender
    );
    receiver
        .settle_peer_check(&id, PeerCheck::当面核对, now())
        .expect("compared");
    let preview = receiver.preview_bundle(&file, None, now()).expect("seen");
    assert!(preview.warnings.is_empty() && preview.bars.is_none());
    let report = receiver.import_bundle(&file, None, now()).expect("in");
    assert!(report.words.contains("老甲"), "{}", report.words);
    // The sender's own list of peers came along, and counts for nothing here.
    assert_eq!(receiver.peers().expect("own").len(), 1);
}

#[test]
fn revoked_keys_get_nothing_and_bring_nothing_without_a_decision() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut other = set_up(folder.path(), "对方");
    let mut mine = set_up(folder.path(), "本方");
    let id = introduce(
        &other,
        &mut mine,
        folder.path(),
        "乙某",
        PeerRole::同行督查员,
    );
    introduce(
        &mine,
        &mut other,
        folder.path(),
        "甲某",
        PeerRole::同行督查员,
    );
    let code = other.own_keys(now()).expect("keys").public_key;
    assert!(mine.revoke_peer(&id, " ", now()).is_err(), "why?");
    mine.revoke_peer(&id, "电脑遗失", now()).expect("revoked");
    let file = folder.path().join("给乙.dcx");
    for code in [code.clone(), code.to_ascii_uppercase()] {
        let refused = mine
            .export_bundle(&Scope::everything(), &[code], None, &file, now())
            .expect_err("revoked");
        assert_eq!(refused.code, "WL-01");
        assert!(
            refused.message.contains("已经吊销（电脑遗失）"),
            "{refused:?}"
        );
    }
    assert!(!file.exists());
    assert!(mine.recipient_named("乙某").is_err());

    person(&mut other, "某领导");
    let bundle = folder.path().join("自乙.dcx");
    other
        .export_bundle(
            &Scope::everything(),
            &[],
            Some(BUNDLE_PASSPHRASE),
            &bundle,
            now(),
        )
        .expect("exported");
    let pass = Some(BUNDLE_PASSPHRASE);
    let preview = mine.preview_bundle(&bundle, pass, now()).expect("seen");
    assert!(preview.bars.expect("a warning").contains("已经吊销"));
    let before = mine.status(now()).expect("status").entries;
    let bringing = |despite| Bringing {
        path: &bundle,
        passphrase: pass,
        despite,
        seen: None,
    };
    for reason in [None, Some("  ")] {
        let refused = mine
            .bring_in(&bringing(reason), now(), &mut |_| true)
            .expect_err("no decision");
        assert_eq!(refused.code, "JH-09");
    }
    assert_eq!(mine.status(now()).expect("status").entries, before);
    mine.bring_in(&bringing(Some("乙某当面说明")), later(1), &mut |_| {
        true
    })
    .expect("decided");
    let query = JournalQuery {
        text: "乙某当面说明".into(),
        ..JournalQuery::default()
    };
    let page = mine.journal(&query, None, 9).expect("listed");
    assert_eq!(page.total, 1);
    assert!(
        page.lines[0].gist.contains("仍决定导入"),
        "{:?}",
        page.lines[0]
    );

    // Neither undo nor an earlier state brings the keys back into use.
    assert!(mine.undo(now()).is_err());
    let steps = mine.history(&id, false, 99).expect("history").steps;
    let first = steps.last().expect("the registration");
    assert!(mine.restore_version(&id, &first.entry, now()).is_err());
    assert_eq!(
        mine.peers().expect("one")[0].record.state,
        PeerState::已吊销
    );
}

#[test]
fn keys_that_are_not_the_same_block_the_peer() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = set_up(folder.path(), "对方");
    let mut mine = set_up(folder.path(), "本方");
    let id = introduce(
        &other,
        &mut mine,
        folder.path(),
        "乙某",
        PeerRole::同行督查员,
    );
    mine.settle_peer_check(&id, PeerCheck::核对不符, now())
        .expect("said");
    let refused = mine.recipient_named("乙某").expect_err("blocked");
    assert!(refused.message.contains("核对不符"), "{refused:?}");
}

#[test]
fn a_renewed_card_takes_over_when_the_old_key_vouches_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut other = set_up(folder.path(), "对方");
    let mut mine = set_up(folder.path(), "本方");
    let id = introduce(
        &other,
        &mut mine,
        folder.path(),
        "乙某",
        PeerRole::同行督查员,
    );
    mine.settle_peer_check(&id, PeerCheck::当面核对, now())
        .expect("compared");
    let old_code = other.own_keys(now()).expect("keys").public_key;
    person(&mut mine, "某领导");
    let under_way = folder.path().join("在途.dcx");
    mine.export_bundle(
        &Scope::everything(),
        std::slice::from_ref(&old_code),
        None,
        &under_way,
        now(),
    )
    .expect("exported");

    // Another receiving key, the same device.
    let fresh = other.renew_receiving_key(later(1)).expect("renewed");
    assert_ne!(fresh.public_key, old_code);
    let renewed = folder.path().join("新.dck");
    other.save_key_card(&renewed, later(1)).expect("written");
    let seen = mine.see_keys(&from_file(&renewed)).expect("read");
    assert_eq!(
        (seen.standing, seen.peer.as_deref()),
        (KeyStanding::更换, Some(id.as_str()))
    );
    let second = mine
        .add_peer(
            &from_file(&renewed),
            &named("乙某", PeerRole::同行督查员),
            later(2),
        )
        .expect("registered")
        .id;
    let peers = mine.peers().expect("two");
    let find = |id: &str| peers.iter().find(|peer| peer.id == id).expect("it");
    assert!(find(&second).checked, "the old key vouches");
    assert_eq!(find(&id).record.state, PeerState::已更换);
    assert_eq!(
        mine.recipient_named("乙某").expect("the new one"),
        fresh.public_key
    );
    let to_old = mine.export_bundle(&Scope::everything(), &[old_code], None, &under_way, now());
    assert!(
        to_old
            .expect_err("replaced")
            .message
            .contains("换用新的密钥")
    );
    other
        .import_bundle(&under_way, None, later(3))
        .expect("a bundle under way is still opened");
    // An old card does not come back.
    let old = mine
        .see_keys(&from_file(&folder.path().join("乙某.dck")))
        .expect("read");
    assert_eq!(old.standing, KeyStanding::已登记);

    // Read aloud, nothing vouches for the keys.
    other.renew_receiving_key(later(4)).expect("renewed");
    let aloud = KeySource {
        path: None,
        spoken: Some(other.own_keys(later(4)).expect("keys").spoken.concat()),
    };
    let seen = mine.see_keys(&aloud).expect("read");
    assert_eq!(seen.standing, KeyStanding::可疑);
    let third = NewPeer {
        replaces: Some(second.clone()),
        ..named("乙某", PeerRole::同行督查员)
    };
    mine.add_peer(&aloud, &third, later(5)).expect("registered");
    let peers = mine.peers().expect("three");
    let in_use: Vec<_> = peers
        .iter()
        .filter(|peer| peer.record.state == PeerState::有效)
        .collect();
    assert_eq!(in_use.len(), 1);
    assert!(!in_use[0].checked, "to be compared again");
}

#[test]
fn an_archive_put_back_from_a_backup_is_known_by_its_old_device() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut other = set_up(folder.path(), "对方");
    let mut mine = set_up(folder.path(), "本方");
    let id = introduce(
        &other,
        &mut mine,
        folder.path(),
        "乙某",
        PeerRole::同行督查员,
    );
    mine.settle_peer_check(&id, PeerCheck::当面核对, now())
        .expect("compared");
    let backup = other.back_up_now(later(1)).expect("a backup");
    other.lock();
    other
        .restore_backup(Path::new(&backup.path), "对方之二", folder.path())
        .expect("restored");
    other
        .unlock(
            &folder.path().join("对方之二.ducha"),
            crate::setup::PASSPHRASE,
            later(3),
        )
        .expect("open");
    let card = folder.path().join("恢复后.dck");
    other.save_key_card(&card, later(4)).expect("written");
    let seen = mine.see_keys(&from_file(&card)).expect("read");
    assert_eq!(
        (seen.standing, seen.peer),
        (KeyStanding::更换, Some(id.clone()))
    );
    // Once the old key is revoked it vouches for nobody.
    mine.revoke_peer(&id, "电脑遗失", later(5))
        .expect("revoked");
    let seen = mine.see_keys(&from_file(&card)).expect("read");
    assert_eq!(seen.standing, KeyStanding::可疑);
}

#[test]
fn a_readable_file_registers_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = set_up(folder.path(), "对方");
    let mut mine = set_up(folder.path(), "本方");
    introduce(&other, &mut mine, folder.path(), "乙某", PeerRole::上级机关);
    let text = mine.export_json(now()).expect("readable");
    assert!(text.contains("\"peer\""));
    let mut fresh = office(folder.path());
    fresh
        .create_archive("别处", folder.path(), crate::setup::PASSPHRASE, now())
        .expect("an archive");
    fresh.import_json(&text, now()).expect("the rest comes in");
    assert!(fresh.peers().expect("none").is_empty());
}
