//! 公文字体: whose faces the papers are set in.

use crate::setup::{finding, inquiry, now, person, set_up};
use office::{FontUse, Office};
use std::path::{Path, PathBuf};

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fonts")
        .join(name)
}

/// A letter of the office as it would be printed now.
fn preview(office: &mut Office, letter: &str) -> Vec<u8> {
    let paper = office.paper(letter, now()).expect("the draft").paper.record;
    office.preview_paper(letter, &paper, now()).expect("a page")
}

#[test]
fn a_chosen_face_sets_the_papers_until_it_is_lost_or_reset() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "字体");
    let someone = person(&mut office, "王镕");
    let matter = finding(&mut office, &someone, None);
    let letter = inquiry(&mut office, &someone, &matter);
    let before = preview(&mut office, &letter);
    assert!(
        office
            .fonts()
            .iter()
            .all(|font| font.chosen.is_none() && !font.lost)
    );

    let file = folder.path().join("本单位.otf");
    std::fs::copy(shipped("FandolSong-Regular.otf"), &file).expect("room");
    let fonts = office
        .choose_font(FontUse::仿宋, &file, None)
        .expect("a good font");
    let words = "FandolSong，通用规范汉字表的8105字中缺1467字，缺的字用随程序附带的字库补上。";
    assert_eq!(fonts[0].words, words);
    let with_it = preview(&mut office, &letter);
    assert_ne!(with_it, before);

    // Another file is refused and changes nothing.
    let text = folder.path().join("说明.ttf");
    std::fs::write(&text, "不是字库").expect("room");
    let refused = office
        .choose_font(FontUse::仿宋, &text, None)
        .expect_err("no font");
    assert!(refused.message.contains("不能用来排印公文"), "{refused:?}");
    assert_eq!(office.fonts()[0].words, words);
    assert_eq!(preview(&mut office, &letter), with_it);

    // What is lost is said, and the shipped face prints.
    let away = folder.path().join("别处.otf");
    std::fs::rename(&file, &away).expect("movable");
    let lost = &office.fonts()[0];
    assert!(
        lost.lost && lost.words.contains("文件不存在"),
        "{}",
        lost.words
    );
    assert_eq!(preview(&mut office, &letter), before);
    std::fs::rename(&away, &file).expect("movable");
    assert!(!office.fonts()[0].lost);
    assert_eq!(preview(&mut office, &letter), with_it);

    office.reset_font(FontUse::仿宋).expect("reset");
    assert_eq!(preview(&mut office, &letter), before);
}

#[test]
fn the_choice_is_kept_on_the_machine_and_not_in_the_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = set_up(folder.path(), "字体");
    let entries = office.status(now()).expect("open").entries;
    let file = shipped("LXGWWenKai-Light.ttf");
    office
        .choose_font(FontUse::楷体, &file, None)
        .expect("a good font");
    office
        .choose_font(FontUse::生僻字, &file, None)
        .expect("a good font");
    assert_eq!(office.status(now()).expect("open").entries, entries);
    let kept = std::fs::read_to_string(folder.path().join("settings.json")).expect("settings");
    assert!(kept.contains("LXGWWenKai-Light.ttf"), "{kept}");
}
