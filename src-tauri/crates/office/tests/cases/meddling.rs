//! What somebody else's device writes, claims or plays back takes nobody's
//! trust away and gives it to nobody.

use crate::peers::{from_file, introduce, named};
use crate::setup::{PASSPHRASE, now, set_up};
use casework::records::{PeerCheck, PeerRole, PeerState};
use chrono::Duration;
use exchange::{Identity, KeyCard, Keys, spoken};
use ledger::{CompartmentId, DeviceKey, EntityId, RETRACTED, Value};
use office::{
    ErasureOrder, JournalQuery, KeySource, KeyStanding, Moment, NewPeer, Office, PeerView, Scope,
};
use std::path::{Path, PathBuf};
use vault::{Action, Edit, Vault};

fn later(minutes: i64) -> Moment {
    Moment::at(now().local + Duration::minutes(minutes))
}

/// Writes everything `from` has to a bundle that `to` can open.
fn everything(from: &mut Office, to: &Office, file: &Path) {
    let code = to.own_keys(now()).expect("keys").public_key;
    from.export_bundle(&Scope::everything(), &[code], None, file, now())
        .expect("exported");
}

/// Hands everything from one archive to the other.
fn hand_on(from: &mut Office, to: &mut Office, folder: &Path) {
    let file = folder.join("交出.dcx");
    everything(from, to, &file);
    to.import_bundle(&file, None, later(1)).expect("brought in");
}

/// Writes into an archive what no use case does, with its own device's key.
fn scribble(office: &mut Office, folder: &Path, write: impl FnOnce(&mut Vault, &Action)) {
    office.lock();
    let mut vault = Vault::open(folder, PASSPHRASE).expect("open");
    let action = Action {
        name: "修改".into(),
        author: EntityId(uuid::Uuid::nil()),
        compartment: CompartmentId::OPEN,
        note: None,
    };
    write(&mut vault, &action);
    drop(vault);
    office
        .unlock(folder, PASSPHRASE, now())
        .expect("open again");
}

fn set(vault: &mut Vault, action: &Action, id: &str, field: &str, value: Value) {
    let edit = Edit {
        entity: id.parse().expect("an id"),
        kind: "peer".into(),
        field: field.into(),
        value,
    };
    vault
        .write(action, vec![edit], later(2).millis)
        .expect("written")
        .expect("a change");
}

/// The archive, a peer it has compared, and a stranger with a copy of it all.
struct Scene {
    folder: tempfile::TempDir,
    other: Office,
    mine: Office,
    stranger: Office,
    /// The peer's record.
    id: String,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let other = set_up(folder.path(), "对方");
        let mut mine = set_up(folder.path(), "本方");
        let mut stranger = set_up(folder.path(), "旁人");
        let id = introduce(
            &other,
            &mut mine,
            folder.path(),
            "乙某",
            PeerRole::同行督查员,
        );
        mine.settle_peer_check(&id, PeerCheck::当面核对, now())
            .expect("compared");
        hand_on(&mut mine, &mut stranger, folder.path());
        Self {
            folder,
            other,
            mine,
            stranger,
            id,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The stranger writes to the peer's record, and the bundle comes in here.
    fn meddle(&mut self, field: &str, value: Value) {
        let (id, folder) = (self.id.clone(), self.path("旁人.ducha"));
        scribble(&mut self.stranger, &folder, |vault, action| {
            set(vault, action, &id, field, value);
        });
        hand_on(&mut self.stranger, &mut self.mine, self.folder.path());
    }

    fn peer(&self) -> PeerView {
        self.mine
            .peers()
            .expect("the register")
            .into_iter()
            .find(|peer| peer.id == self.id)
            .expect("it stands")
    }

    /// Why a bundle of the peer's does not come in.
    fn bars(&mut self) -> Option<String> {
        let file = self.path("自乙.dcx");
        everything(&mut self.other, &self.mine, &file);
        self.mine
            .preview_bundle(&file, None, later(9))
            .expect("seen")
            .bars
    }

    fn export_to(&mut self, code: &str) -> Result<(), String> {
        let file = self.path("给乙.dcx");
        self.mine
            .export_bundle(&Scope::everything(), &[code.to_owned()], None, &file, now())
            .map(drop)
            .map_err(|error| error.message)
    }
}

#[test]
fn a_revoked_key_stays_revoked_whatever_others_write_over_it() {
    let mut scene = Scene::new();
    let code = scene.other.own_keys(now()).expect("keys").public_key;
    let id = scene.id.clone();
    scene
        .mine
        .revoke_peer(&id, "电脑遗失", later(1))
        .expect("revoked");
    hand_on(&mut scene.mine, &mut scene.stranger, scene.folder.path());
    for (field, value) in [
        ("state", Value::Int(5)),
        ("state", Value::Text("有效".into())),
        ("device", Value::Text("0".into())),
        ("recipient", Value::Null),
        (RETRACTED, Value::Bool(true)),
    ] {
        scene.meddle(field, value);
        let peer = scene.peer();
        assert_eq!(peer.record.state, PeerState::已吊销, "{field}");
        assert!(peer.remark.expect("said").contains("没有采信"));
        let bars = scene.bars().expect("barred");
        assert!(bars.contains("已经吊销（电脑遗失）"), "{field}: {bars}");
        let refused = scene.export_to(&code).expect_err("barred");
        assert!(refused.contains("已经吊销"), "{field}: {refused}");
        let card = scene.path("再来.dck");
        scene.other.save_key_card(&card, later(3)).expect("written");
        let again = scene.mine.see_keys(&from_file(&card)).expect("read");
        assert_eq!(again.standing, KeyStanding::已登记, "{field}");
    }
}

#[test]
fn what_others_write_over_a_peer_does_not_bar_it_and_hinders_nothing() {
    let mut scene = Scene::new();
    let code = scene.other.own_keys(now()).expect("keys").public_key;
    let id = scene.id.clone();
    scene.meddle("check", Value::Text("核对不符".into()));
    scene.meddle("state", Value::Text("已吊销".into()));
    scene.meddle("state_reason", Value::Text("电脑遗失".into()));
    let peer = scene.peer();
    assert!(peer.checked && peer.bars.is_none(), "{peer:?}");
    assert!(peer.remark.is_some());
    assert_eq!(scene.bars(), None);
    scene.export_to(&code).expect("to the true key");

    // What is said here counts, also where somebody else has said the same.
    scene
        .mine
        .revoke_peer(&id, "电脑遗失", later(4))
        .expect("revoked");
    assert_eq!(scene.peer().record.state, PeerState::已吊销);
    assert_eq!(scene.peer().record.check, PeerCheck::当面核对);
    assert!(scene.bars().expect("barred").contains("电脑遗失"));
}

#[test]
fn a_record_that_others_withdrew_can_still_be_compared_and_revoked() {
    let mut scene = Scene::new();
    let id = scene.id.clone();
    scene.meddle(RETRACTED, Value::Bool(true));
    scene
        .mine
        .settle_peer_check(&id, PeerCheck::电话核对, later(4))
        .expect("compared");
    assert_eq!(scene.peer().record.check, PeerCheck::电话核对);
    scene
        .mine
        .revoke_peer(&id, "已调离", later(5))
        .expect("revoked");
    assert_eq!(scene.peer().record.state, PeerState::已吊销);
}

#[test]
fn nobody_erases_what_trust_rests_on() {
    let mut scene = Scene::new();
    let id = scene.id.clone();
    scene
        .mine
        .revoke_peer(&id, "电脑遗失", later(1))
        .expect("revoked");
    let order = ErasureOrder {
        reason: "不再需要".into(),
        basis: "某规定".into(),
        approved_by: "某负责同志".into(),
        weighed: true,
    };
    let refused = scene.mine.erase(&id, &order, later(2)).expect_err("kept");
    assert_eq!(refused.code, "SC-02");

    let folder = scene.path("旁人.ducha");
    scribble(&mut scene.stranger, &folder, |vault, action| {
        let records = [id.parse().expect("an id")].into();
        vault
            .erase(action, &records, Vec::new(), later(2).millis)
            .expect("erased");
    });
    let file = scene.path("删.dcx");
    everything(&mut scene.stranger, &scene.mine, &file);
    let refused = scene
        .mine
        .import_bundle(&file, None, later(3))
        .expect_err("refused");
    assert_eq!(refused.code, "JH-14");
    assert!(scene.bars().expect("barred").contains("电脑遗失"));
}

/// The keys of `of` with another receiving key, as a caller reads them aloud.
fn read_aloud(of: &Office, folder: &Path) -> (KeySource, String) {
    let card = folder.join("真.dck");
    of.save_key_card(&card, now()).expect("written");
    let text = std::fs::read_to_string(&card).expect("a text");
    let keys = Keys {
        device: KeyCard::from_text(&text).expect("a card").keys.device,
        recipient: Identity::generate().recipient(),
    };
    let code = keys.recipient.as_str().to_owned();
    let source = KeySource {
        path: None,
        spoken: Some(spoken::groups(&keys).concat()),
    };
    (source, code)
}

#[test]
fn a_false_receiving_key_read_aloud_does_not_displace_the_true_one() {
    let mut scene = Scene::new();
    let true_code = scene.other.own_keys(now()).expect("keys").public_key;
    let (source, false_code) = read_aloud(&scene.other, scene.folder.path());
    let seen = scene.mine.see_keys(&source).expect("read");
    assert_eq!(seen.standing, KeyStanding::可疑);
    assert!(seen.words.contains("原来的密钥照旧使用"), "{}", seen.words);
    let second = scene
        .mine
        .add_peer(&source, &named("乙某", PeerRole::同行督查员), later(1))
        .expect("registered")
        .id;
    assert_eq!(scene.peer().record.state, PeerState::有效);

    // Found out: what is somebody else's is barred, and nothing but that.
    scene
        .mine
        .settle_peer_check(&second, PeerCheck::核对不符, later(2))
        .expect("said");
    assert!(scene.export_to(&false_code).is_err());
    scene.export_to(&true_code).expect("the true one");
    assert_eq!(scene.bars(), None);
    assert!(scene.peer().checked);
    // Nor does it help to revoke the false pair.
    scene
        .mine
        .revoke_peer(&second, "假的", later(3))
        .expect("revoked");
    assert_eq!(scene.bars(), None);
    assert!(scene.peer().checked);
    // The true card renewed is still vouched for.
    let card = scene.path("新.dck");
    scene.other.renew_receiving_key(later(4)).expect("renewed");
    scene.other.save_key_card(&card, later(4)).expect("written");
    let seen = scene.mine.see_keys(&from_file(&card)).expect("read");
    assert_eq!(
        (seen.standing, seen.peer),
        (KeyStanding::更换, Some(scene.id.clone()))
    );

    // What was compared and then revoked is revoked in every pair.
    let id = scene.id.clone();
    scene
        .mine
        .revoke_peer(&id, "电脑遗失", later(5))
        .expect("revoked");
    assert!(scene.bars().expect("barred").contains("电脑遗失"));
    let refused = scene
        .mine
        .add_peer(
            &from_file(&card),
            &named("乙某", PeerRole::同行督查员),
            later(6),
        )
        .expect_err("the device is revoked");
    assert_eq!(refused.code, "WL-04");
}

#[test]
fn keys_that_were_displaced_come_back_into_use_and_are_compared_again() {
    let mut scene = Scene::new();
    let (source, _) = read_aloud(&scene.other, scene.folder.path());
    let id = scene.id.clone();
    let new = NewPeer {
        replaces: Some(id.clone()),
        ..named("乙某", PeerRole::同行督查员)
    };
    let second = scene
        .mine
        .add_peer(&source, &new, later(1))
        .expect("a person says so")
        .id;
    assert_eq!(scene.peer().record.state, PeerState::已更换);
    scene
        .mine
        .settle_peer_check(&second, PeerCheck::核对不符, later(2))
        .expect("said");
    assert!(
        scene.bars().is_some(),
        "no pair of it is compared and in use"
    );

    let card = scene.path("真.dck");
    let seen = scene.mine.see_keys(&from_file(&card)).expect("read");
    assert_eq!(seen.standing, KeyStanding::已登记);
    assert!(seen.words.contains("恢复使用"), "{}", seen.words);
    assert!(scene.peer().reinstatable);
    scene.mine.reinstate_peer(&id, later(3)).expect("back");
    let peer = scene.peer();
    assert_eq!(
        (peer.record.state, peer.record.check),
        (PeerState::有效, PeerCheck::未核对)
    );
    assert!(scene.bars().is_some(), "to be compared again");
    scene
        .mine
        .settle_peer_check(&id, PeerCheck::当面核对, later(4))
        .expect("compared");
    assert_eq!(scene.bars(), None);
    // Neither keys in use nor revoked ones are put back.
    assert!(scene.mine.reinstate_peer(&id, later(5)).is_err());
    scene
        .mine
        .revoke_peer(&id, "遗失", later(6))
        .expect("revoked");
    assert!(scene.mine.reinstate_peer(&id, later(7)).is_err());
}

#[test]
fn a_card_of_a_clock_that_ran_ahead_does_not_bar_the_later_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut mine = set_up(folder.path(), "本方");
    let key = DeviceKey::generate([7; 32]);
    let card = |millis: u64| {
        let recipient = Identity::generate().recipient();
        let card = KeyCard::sign(&key, recipient, "乙某", "示例县", millis, &[]).expect("a card");
        let path = folder.path().join(format!("{millis}.dck"));
        std::fs::write(&path, card.to_text()).expect("written");
        from_file(&path)
    };
    // Nobody's calendar goes so far.
    let ahead = card(u64::MAX);
    let new = named("乙某", PeerRole::同行督查员);
    let first = mine.add_peer(&ahead, &new, now()).expect("registered").id;
    mine.settle_peer_check(&first, PeerCheck::当面核对, now())
        .expect("compared");
    let right = card(now().millis);
    let seen = mine.see_keys(&right).expect("read");
    assert_eq!(seen.standing, KeyStanding::可疑);
    assert!(seen.words.contains("时钟不准"), "{}", seen.words);
    assert!(seen.words.contains("9999年"), "{}", seen.words);
    let replacing = NewPeer {
        replaces: Some(first.clone()),
        ..new
    };
    let second = mine
        .add_peer(&right, &replacing, later(1))
        .expect("registered")
        .id;
    let peers = mine.peers().expect("two");
    let second = peers.iter().find(|peer| peer.id == second).expect("it");
    assert!(!second.checked, "to be compared again");
}

#[test]
fn nobody_registers_himself_as_he_was_before_a_restore() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut mine = set_up(folder.path(), "本方");
    let card = folder.path().join("从前.dck");
    mine.save_key_card(&card, now()).expect("written");
    let backup = mine.back_up_now(later(1)).expect("a backup");
    mine.lock();
    mine.restore_backup(Path::new(&backup.path), "恢复", folder.path())
        .expect("restored");
    mine.unlock(&folder.path().join("恢复.ducha"), PASSPHRASE, later(3))
        .expect("open");
    let refused = mine
        .add_peer(
            &from_file(&card),
            &named("示例市委组织部", PeerRole::上级机关),
            later(4),
        )
        .expect_err("his own");
    assert!(refused.message.contains("自己"), "{refused:?}");
}

#[test]
fn a_file_that_is_no_text_or_far_too_large_is_named_as_such() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut mine = set_up(folder.path(), "本方");
    let path = folder.path().join("名片.dck");
    let mut tell = |bytes: Vec<u8>, wanted: &str| {
        std::fs::write(&path, bytes).expect("written");
        for refused in [
            mine.see_keys(&from_file(&path)).map(drop),
            mine.import_appointment(&path, now()).map(drop),
            mine.read_receipt(&path).map(drop),
        ] {
            let refused = refused.expect_err("refused");
            assert_eq!(refused.code, "WJ-02");
            assert!(refused.message.contains(wanted), "{refused:?}");
        }
    };
    tell(vec![b'0'; 1024 * 1024 + 1], "太大");
    tell(vec![0xc3, 0xfb, 0xc6, 0xac], "GBK");
    tell(vec![0xff, 0xfe, 0x0d, 0x54], "UTF-16");
}

#[test]
fn another_receiving_key_leaves_a_line_in_the_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut mine = set_up(folder.path(), "本方");
    let stale = mine.identity().expect("who").supervisor.expect("it").record;
    let before = mine.own_keys(now()).expect("keys");
    let after = mine.renew_receiving_key(later(1)).expect("renewed");
    let query = JournalQuery {
        action: Some("更换收件码".into()),
        ..JournalQuery::default()
    };
    let page = mine.journal(&query, None, 9).expect("listed");
    assert_eq!(page.total, 1);
    let id = mine.identity().expect("who").supervisor.expect("it").id;
    let steps = mine.history(&id, false, 9).expect("history").steps;
    let note = steps[0].note.clone().expect("said");
    for part in [
        &before.public_key,
        &before.code,
        &after.public_key,
        &after.code,
    ] {
        assert!(note.contains(part.as_str()), "{note}");
    }
    assert!(mine.undo(later(2)).is_err(), "the key would not come back");
    // A form that was opened before does not write over it.
    mine.save_supervisor(&stale, later(3)).expect("saved");
    let kept = mine.identity().expect("who").supervisor.expect("it").record;
    assert_eq!(kept.receiving_code, after.public_key);
}
