//! Materials: taking a file in, what is refused, and where it goes along.

use crate::setup::{PASSPHRASE, finding, inquiry, now, person, set_up, talk};
use casework::records::{CitationTarget, Material, MaterialFormat, MaterialUse, Proof};
use office::{LARGEST_MATERIAL, Office, Result, Saved, Scope, ScopeKind};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The beginning of a PNG of 3 by 2, enough to be judged by.
fn picture() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x03\0\0\0\x02".to_vec();
    bytes.extend([7; 1000]);
    bytes
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

fn about(name: &str, source: &str) -> Material {
    Material {
        name: name.into(),
        source: source.into(),
        ..Material::default()
    }
}

fn try_add(office: &mut Office, owner: &str, path: &Path) -> Result<Option<Saved>> {
    office.add_material(
        owner,
        path,
        &about("", "示例局办公室"),
        now(),
        &mut |_| true,
    )
}

fn add(office: &mut Office, owner: &str, path: &Path) -> String {
    let saved = try_add(office, owner, path).expect("taken in");
    saved.expect("not stopped").id
}

fn attachments(office: &Office) -> u64 {
    let view = office.verify_archive().expect("verified");
    assert!(view.ok, "{view:?}");
    let all = office.all_materials().expect("a list");
    all.iter().filter(|row| row.here).count() as u64
}

/// Bytes that stay in the archive's database after it was closed.
fn database_bytes(folder: &Path, name: &str) -> u64 {
    let database = folder.join(format!("{name}.ducha")).join("vault.db");
    std::fs::metadata(database).expect("there").len()
}

#[test]
fn a_file_is_kept_as_it_is_and_given_out_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "材料");
    let someone = person(&mut office, "庚某");
    // Larger than several chunks and no multiple of one.
    let mut bytes = picture();
    bytes.extend((0..700_000_u32).flat_map(u32::to_le_bytes));
    let path = file(folder.path(), "扫描件.JPG", &bytes);
    let id = add(&mut office, &someone, &path);

    let view = office.material(&id, now()).expect("the material");
    let row = &view.row;
    assert_eq!(row.record.name, "扫描件", "named after its file");
    assert_eq!(row.record.format, MaterialFormat::PNG, "not by its name");
    assert_eq!(row.usable, MaterialUse::图片);
    assert_eq!(row.record.file.size, bytes.len() as u64);
    assert!(row.here && row.added_words.starts_with("甲某 2026年11月23日"));
    assert_eq!(view.owner_words, "人员 庚某");
    let shown = view.picture.expect("a picture");
    assert_eq!((shown.width, shown.height, shown.fault), (3, 2, None));

    // Any stretch, across the borders of chunks and past the end.
    let size = bytes.len();
    for (from, length) in [
        (0, 10),
        (262_140, 10),
        (262_144, 262_144),
        (size - 5, 100),
        (size, 5),
        (size + 9, 5),
        (1, usize::MAX),
    ] {
        let piece = office
            .material_piece(&id, from as u64, length)
            .expect("a piece");
        let until = size.min(from.saturating_add(length.min(office::MATERIAL_PIECE)));
        assert_eq!(piece, bytes.get(from..until).unwrap_or_default());
    }

    let out = folder.path().join("导出.png");
    let written = office
        .export_material(&id, &out, now(), &mut |_| true)
        .expect("exported");
    assert_eq!(written, Some(size as u64));
    assert_eq!(std::fs::read(&out).expect("there"), bytes);
    let inside = folder.path().join("材料.ducha").join("x.png");
    let refused = office
        .export_material(&id, &inside, now(), &mut |_| true)
        .expect_err("never into the archive's own folder");
    assert_eq!(refused.code, "WJ-02");
}

#[test]
fn what_cannot_be_kept_is_said_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "拒绝");
    let someone = person(&mut office, "庚某");
    let entries = office.status(now()).expect("a status").entries;

    let empty = file(folder.path(), "空.pdf", b"");
    let large = folder.path().join("大.wav");
    let sparse = File::create(&large).expect("made");
    sparse.set_len(LARGEST_MATERIAL + 1).expect("as long");
    let mut refused = |owner: &str, path: &Path| {
        try_add(&mut office, owner, path).expect_err("it cannot be kept")
    };
    assert_eq!(refused(&someone, &empty).code, "CL-02");
    let too_large = refused(&someone, &large);
    assert_eq!(too_large.code, "CL-03");
    assert!(too_large.message.contains("2147483649"), "{too_large:?}");
    assert_eq!(refused(&someone, folder.path()).code, "WJ-01");
    assert_eq!(refused(&someone, Path::new("/没有/这个")).code, "WJ-01");
    let sound = file(folder.path(), "好.png", &picture());
    assert_eq!(
        refused("01a156d2-8680-798c-9d81-4a260b647437", &sound).code,
        "GN-02"
    );
    let organ = office
        .identity()
        .expect("known")
        .organ
        .expect("an organ")
        .id;
    let refused = try_add(&mut office, &organ, &sound).expect_err("no owner");
    assert_eq!(refused.code, "CL-01");

    assert_eq!(office.status(now()).expect("a status").entries, entries);
    assert_eq!(attachments(&office), 0);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "变动");
    let someone = person(&mut office, "庚某");
    let path = file(folder.path(), "录音.wav", &vec![1; 20 << 20]);
    for grown in [true, false] {
        let mut told = 0;
        let refused = office
            .add_material(&someone, &path, &Material::default(), now(), &mut |_| {
                told += 1;
                if told == 2 {
                    let file = File::options().write(true).open(&path).expect("writable");
                    let length = if grown { 21 << 20 } else { 10 << 20 };
                    file.set_len(length).expect("set");
                }
                true
            })
            .expect_err("it is not what it was");
        assert_eq!(refused.code, "CL-06", "{refused:?}");
        assert!(office.materials(&someone).expect("a list").is_empty());
    }
    assert_eq!(attachments(&office), 0);
}

#[test]
fn stopping_keeps_nothing_and_gives_the_room_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "停止");
    let someone = person(&mut office, "庚某");
    let path = file(folder.path(), "录音.wav", &vec![1; 20 << 20]);
    let stop = |office: &mut Office| {
        let mut steps = Vec::new();
        let saved = office
            .add_material(&someone, &path, &Material::default(), now(), &mut |at| {
                steps.push((at.done, at.total));
                at.done < 16
            })
            .expect("no fault");
        assert_eq!(saved, None);
        assert_eq!(steps, [(0, 20), (8, 20), (16, 20)]);
    };
    stop(&mut office);
    office.lock();
    let once = database_bytes(folder.path(), "停止");
    office
        .unlock(&folder.path().join("停止.ducha"), PASSPHRASE, now())
        .expect("opened");
    for _ in 0..3 {
        stop(&mut office);
    }
    assert_eq!(attachments(&office), 0);
    office.lock();
    let thrice = database_bytes(folder.path(), "停止");
    assert!(thrice < once + (4 << 20), "{once} {thrice}");
}

#[test]
fn the_same_file_is_attached_once_to_a_record_and_kept_once_in_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "重复");
    let (one, other) = (person(&mut office, "庚某"), person(&mut office, "辛某"));
    let path = file(folder.path(), "合影.png", &picture());
    let first = add(&mut office, &one, &path);
    let again = try_add(&mut office, &one, &path).expect_err("it is here");
    assert_eq!(again.code, "CL-04");
    assert!(again.message.contains("合影"), "{again:?}");
    let second = add(&mut office, &other, &path);
    let hash = |office: &Office, id: &str| {
        let view = office.material(id, now()).expect("the material");
        view.row.record.file.sha256
    };
    assert_eq!(hash(&office, &first), hash(&office, &second));
    // Withdrawn from one, the other still has it; and it may be put back.
    office.retract(&first, now()).expect("withdrawn");
    assert!(office.material_piece(&first, 0, 1).is_err());
    assert_eq!(office.material_piece(&second, 1, 3).expect("here"), b"PNG");
    add(&mut office, &one, &path);
    office.undo(now()).expect("undone");
    assert!(office.materials(&one).expect("a list").is_empty());
}

#[test]
fn a_material_is_cited_only_with_its_source_and_then_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "引材料");
    let someone = person(&mut office, "庚某");
    let id = finding(&mut office, &someone, None);
    let path = file(folder.path(), "票据.png", &picture());
    let material = office
        .add_material(&someone, &path, &about("票据", ""), now(), &mut |_| true)
        .expect("taken in")
        .expect("not stopped")
        .id;
    let cite = |office: &mut Office| {
        let proof = Proof::待核实;
        office.cite(&id, CitationTarget::材料, &material, None, proof, now())
    };
    let refused = cite(&mut office).expect_err("nobody knows where it is from");
    assert!(refused.message.contains("来源"), "{refused:?}");
    let named = about("票据原件", "示例局财务科");
    office
        .save_material(&material, &named, now())
        .expect("saved");
    let offered = office.citable(&id, "").expect("a list");
    assert!(offered.iter().any(|it| it.target == material));
    let found = office.citable(&id, "财务科").expect("a list");
    assert_eq!(found.len(), 1, "{found:?}");
    cite(&mut office).expect("cited");
    let citation = &office.finding(&id, now()).expect("the finding").citations[0];
    assert_eq!(citation.record.quote, "票据原件");
    assert!(citation.standing.contains("示例局财务科"), "{citation:?}");
    assert!(!citation.hearsay);
    assert_eq!(
        office.retract(&material, now()).expect_err("cited").code,
        "GN-05"
    );
    // A record with materials stays, and what was put in never changes.
    let other = person(&mut office, "辛某");
    add(&mut office, &other, &path);
    assert_eq!(
        office.retract(&other, now()).expect_err("held").code,
        "GN-05"
    );
    let kept = office.material(&material, now()).expect("it").row.record;
    assert_eq!((kept.file.size, kept.owner), (1024, someone));
}

#[test]
fn materials_go_where_their_records_go_and_are_missed_where_they_do_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut sender = set_up(folder.path(), "发出");
    let (inside, outside) = (person(&mut sender, "庚某"), person(&mut sender, "局外人某"));
    let (interview, _) = talk(&mut sender, None, &inside, 2);
    let id = finding(&mut sender, &inside, None);
    let letter = inquiry(&mut sender, &inside, &id);
    let mut taken = Vec::new();
    for (owner, name) in [
        (&inside, "a"),
        (&interview, "b"),
        (&id, "c"),
        (&letter, "d"),
    ] {
        let path = file(folder.path(), name, format!("{name}的内容").as_bytes());
        taken.push((add(&mut sender, owner, &path), path));
    }
    let path = file(folder.path(), "e", b"else");
    let left = add(&mut sender, &outside, &path);
    let bundle = folder.path().join("人员.dcx");
    let scope = Scope {
        kind: ScopeKind::人员,
        id: Some(inside.clone()),
    };
    let mut receiver = set_up(folder.path(), "收到");
    let mut reader = set_up(folder.path(), "可读");
    let keys = [&receiver, &reader].map(|office| office.public_keys().expect("keys").0);
    let report = sender
        .export_bundle(&scope, &keys, None, &bundle, now())
        .expect("exported");
    assert_eq!(report.attachments, 4);

    receiver
        .import_bundle(&bundle, None, now())
        .expect("imported");
    for (material, path) in &taken {
        assert!(receiver.material(material, now()).expect("came").row.here);
        let bytes = receiver.material_piece(material, 0, 99).expect("the bytes");
        assert_eq!(bytes, std::fs::read(path).expect("there"));
    }
    assert!(receiver.material(&left, now()).is_err(), "stays at home");

    // A readable export has the record and not the file: it is said so.
    let text = sender.export_json(now()).expect("readable");
    reader.import_json(&text, now()).expect("read in");
    let rows = reader.materials(&inside).expect("a list");
    assert!(rows.len() == 1 && !rows[0].here, "{rows:?}");
    let missing = reader
        .material_piece(&rows[0].id, 0, 1)
        .expect_err("not here");
    assert_eq!(missing.code, "DA-20", "{missing:?}");
    // The file came with another bundle: it is no longer missed.
    reader
        .import_bundle(&bundle, None, now())
        .expect("imported");
    assert!(reader.materials(&inside).expect("a list")[0].here);
    // What was put in cannot be exchanged through a readable file.
    let forged = text.replace("\"owner\": \"", "\"owner\": \"0");
    assert!(reader.import_json(&forged, now()).is_err());
    let size = "\"size\": 10";
    assert!(text.contains(size));
    let forged = text.replace(size, "\"size\": 11");
    let refused = reader.import_json(&forged, now()).expect_err("fixed");
    assert!(
        refused.message.contains("材料的“文件”不能更改"),
        "{refused:?}"
    );
}

#[test]
fn what_is_sealed_takes_its_materials_along() {
    const SECOND: &str = "另一句口令水落石出";
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "密封");
    let someone = person(&mut office, "庚某");
    let id = finding(&mut office, &someone, None);
    let letter = inquiry(&mut office, &someone, &id);
    let own = file(folder.path(), "线索.png", &picture());
    let of_paper = file(folder.path(), "回复.pdf", b"%PDF-1.7 of the reply");
    let of_person = file(folder.path(), "简历.pdf", b"%PDF-1.7 of the person");
    let sealed = [
        add(&mut office, &id, &own),
        add(&mut office, &letter, &of_paper),
    ];
    let open = add(&mut office, &someone, &of_person);
    office
        .seal_matter(&id, "甲案", SECOND, true, now())
        .expect("sealed");
    office.close_sealed().expect("closed");
    for material in &sealed {
        assert!(office.material(material, now()).is_err());
        assert!(office.material_piece(material, 0, 4).is_err());
    }
    assert_eq!(office.material_piece(&open, 0, 4).expect("here"), b"%PDF");
    assert_eq!(attachments(&office), 1);
    assert!(office.search("回复", 9).expect("a search").is_empty());

    let matter = office.sealed_matters().expect("a list").remove(0).id;
    office.open_sealed(&matter, SECOND, now()).expect("opened");
    assert_eq!(
        office.material_piece(&sealed[1], 0, 4).expect("it"),
        b"%PDF"
    );
    // What is added while it is open is sealed with it, and so is what was
    // being added when the program was killed.
    let late = file(folder.path(), "补充.png", &[picture(), vec![1]].concat());
    let late = add(&mut office, &id, &late);
    office.close_sealed().expect("closed");
    assert!(office.material(&late, now()).is_err());
    assert_eq!(attachments(&office), 1);
    office.lock();
    assert_eq!(
        office.material_piece(&open, 0, 4).expect_err("locked").code,
        "GN-01"
    );
    let mut again = crate::setup::office(folder.path());
    again
        .unlock(&folder.path().join("密封.ducha"), PASSPHRASE, now())
        .expect("opened");
    again.open_sealed(&matter, SECOND, now()).expect("opened");
    assert!(again.material(&late, now()).expect("back").row.here);
    let _ = office;
}
