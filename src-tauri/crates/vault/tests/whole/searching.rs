//! Searching: what must always hold.

use std::cell::RefCell;

use proptest::prelude::*;
use vault::Vault;

use crate::desk::{Desk, id, put};

thread_local! {
    /// Making an archive costs more than a search: one for all the cases.
    static SHARED: RefCell<Option<(Desk, Vault)>> = const { RefCell::new(None) };
}

fn with_vault<T>(f: impl FnOnce(&mut Vault) -> T) -> T {
    SHARED.with_borrow_mut(|shared| {
        let (_, vault) = shared.get_or_insert_with(|| {
            let desk = Desk::new();
            let vault = desk.create("示例");
            (desk, vault)
        });
        f(vault)
    })
}

/// The texts found, sorted.
fn found(vault: &Vault, query: &str) -> Vec<String> {
    let mut texts: Vec<String> = vault
        .search(query, 100)
        .expect("any text is a query")
        .into_iter()
        .map(|hit| hit.text)
        .collect();
    texts.sort();
    texts
}

#[test]
fn words_single_characters_and_several_words() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    put(
        &mut vault,
        id(1),
        "turn",
        &[("text", "关于示例市水务局的工程招标，会议没有表决。")],
    );
    put(
        &mut vault,
        id(2),
        "turn",
        &[(
            "text",
            "表决时有两人弃权\n工程由甲公司承建，合同编号ＡＢ-2026〔12〕号",
        )],
    );
    put(
        &mut vault,
        id(3),
        "person",
        &[("name", "王𬱖"), ("post", "总工程师")],
    );
    let count = |query: &str| vault.search(query, 100).expect("searched").len();
    for (query, hits) in [
        ("工程", 3),
        ("工", 3),
        ("表决", 2),
        ("决", 2),
        ("招标 表决", 1),
        ("表决　工程", 2),
        ("工程 弃权 合同", 1),
        ("弃权 招标", 0),
        ("ab-2026", 1),
        ("2026〔12〕", 1),
        ("Ａb", 1),
        ("𬱖", 1),
        ("王𬱖", 1),
        ("水局", 0),
        ("程招", 1),
        ("。", 1),
        ("", 0),
        (" 　", 0),
        ("弃权工程", 0),
    ] {
        assert_eq!(count(query), hits, "{query}");
    }
    let hit = &vault.search("表决 会议", 10).expect("searched")[0];
    assert_eq!(
        (hit.id, hit.kind.as_str(), hit.field.as_str()),
        (id(1), "turn", "text")
    );
    let marked: Vec<String> = hit
        .ranges
        .iter()
        .map(|(begin, end)| hit.text.chars().skip(*begin).take(end - begin).collect())
        .collect();
    assert_eq!(marked, ["会议", "表决"]);
    assert_eq!(vault.search("工", 2).expect("searched").len(), 2);
}

#[test]
fn lists_are_searched_item_by_item() {
    use crate::desk::{NOW, action, edit};
    use ledger::Value;
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    let tags = Value::List(vec![Value::from("选人用人"), Value::from("作风")]);
    vault
        .write(
            &action("加标签"),
            vec![edit(id(1), "passage", "tags", tags)],
            NOW,
        )
        .expect("written");
    assert_eq!(vault.search("作风", 9).expect("searched")[0].text, "作风");
    assert!(vault.search("用人作风", 9).expect("searched").is_empty());
}

#[test]
fn names_in_every_way_of_typing() {
    let desk = Desk::new();
    let mut vault = desk.create("示例");
    for (number, name) in ["单某某", "张三", "张三丰", "章珊", "王𬱖"]
        .into_iter()
        .enumerate()
    {
        put(&mut vault, id(number as u8), "person", &[("name", name)]);
    }
    put(&mut vault, id(9), "unit", &[("name", "示例市水务局")]);
    let names = |typed: &str| -> Vec<String> {
        vault
            .search_names(typed, 10)
            .expect("searched")
            .into_iter()
            .map(|hit| hit.text)
            .collect()
    };
    assert_eq!(names("zs"), ["张三", "章珊", "张三丰"]);
    assert_eq!(names("zhangsanf"), ["张三丰"]);
    assert_eq!(names("shanmm"), ["单某某"]);
    assert_eq!(names("danmm"), ["单某某"]);
    assert_eq!(names("swj"), ["示例市水务局"]);
    assert_eq!(names("𬱖"), ["王𬱖"]);
    assert_eq!(names("' OR 1=1"), Vec::<String>::new());
    let hit = &vault.search_names("slsswj", 1).expect("searched")[0];
    assert_eq!(
        (hit.kind.as_str(), hit.ranges.as_slice()),
        ("unit", &[(0, 6)][..])
    );
    // A name that was changed is no longer found by its old form.
    put(&mut vault, id(1), "person", &[("name", "李四")]);
    assert_eq!(vault.search_names("zs", 10).expect("searched").len(), 2);
    assert_eq!(vault.search("李四", 10).expect("searched").len(), 1);
    assert!(
        vault
            .search("张三", 10)
            .expect("searched")
            .iter()
            .all(|hit| hit.id != id(1))
    );
}

/// Text as it occurs: Chinese, Latin, digits, punctuation, white space.
fn text() -> impl Strategy<Value = String> {
    prop::string::string_regex("[甲乙丙丁会议〔〕，。a-cA-C0-2ａ\"'*^():. 　\n-]{1,24}")
        .expect("a pattern")
}

proptest! {
    #[test]
    fn every_part_of_a_text_finds_it(texts in prop::collection::vec(text(), 1..4), from in 0..24_usize, len in 1..24_usize) {
        with_vault(|vault| {
            for (number, text) in texts.iter().enumerate() {
                put_text(vault, number as u8, text);
            }
            let part: String = texts[0].chars().skip(from).take(len).collect();
            let hits = found(vault, &part);
            // Exactly the texts that contain every word of the part, folded.
            let fold = |s: &str| s.replace('ａ', "a").to_lowercase();
            let words: Vec<String> = part.split_whitespace().map(fold).collect();
            let mut expected: Vec<String> = texts
                .iter()
                .filter(|text| !words.is_empty() && words.iter().all(|word| fold(text).contains(word)))
                .cloned()
                .collect();
            expected.sort();
            prop_assert_eq!(hits, expected, "searched for {:?}", part);
            for number in 0..texts.len() {
                put_text(vault, number as u8, "");
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_text_is_a_wrong_query(query in any::<String>()) {
        with_vault(|vault| {
            vault.search(&query, 5).expect("no error");
            vault.search_names(&query, 5).expect("no error");
        });
    }
}

fn put_text(vault: &mut Vault, number: u8, text: &str) {
    use crate::desk::{NOW, action, edit};
    vault
        .write(
            &action("改"),
            vec![edit(id(number), "turn", "text", text)],
            NOW,
        )
        .expect("written");
}
