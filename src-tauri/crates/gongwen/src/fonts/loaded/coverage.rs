//! What the shipped faces have, counted, and held against the tables in `fonts/README.md`.

use super::*;
use crate::fonts::standard_characters;
use std::collections::BTreeMap;
use std::fmt::Write;

const README: &str = include_str!("../../../../../fonts/README.md");

/// Han characters of GB 18030-2022 by block: 20,988 + 6,582 + 42,711 + 4,149 + 222 + 5,762 + 7,473
/// = 87,887.
const BLOCKS: [(&str, u32, u32); 7] = [
    ("基本集 U+4E00–9FEF，U+FA0E等12字", 0x4E00, 0x9FEF),
    ("扩展A U+3400–4DB5", 0x3400, 0x4DB5),
    ("扩展B U+20000–2A6D6", 0x2_0000, 0x2_A6D6),
    ("扩展C U+2A700–2B734", 0x2_A700, 0x2_B734),
    ("扩展D U+2B740–2B81D", 0x2_B740, 0x2_B81D),
    ("扩展E U+2B820–2CEA1", 0x2_B820, 0x2_CEA1),
    ("扩展F U+2CEB0–2EBE0", 0x2_CEB0, 0x2_EBE0),
];

fn faces() -> Faces {
    Faces::new(FontFolder::find().expect("a checkout has the faces"))
}

/// Fails with the whole table when the README has another one.
fn stands_in_the_readme(table: &str) {
    assert!(
        README.contains(table),
        "fonts/README.md should say:\n{table}"
    );
}

#[test]
fn the_readme_says_which_face_prints_the_standard_characters() {
    let faces = faces();
    let mut table = String::from("| 用处 | 自己的字库 | 备用 |\n|---|---|---|\n");
    for role in Role::ALL {
        let mut count: BTreeMap<Face, usize> = BTreeMap::new();
        for character in standard_characters() {
            let glyph = faces.glyph(role, character).expect("readable");
            *count.entry(glyph.expect("a glyph").face).or_default() += 1;
        }
        let mut take = |face: Face| count.remove(&face).unwrap_or(0);
        let (own, rare) = (take(role.face()), take(Face::Rare));
        assert!(count.is_empty(), "{role:?} {count:?}");
        let name = role.face().name();
        let _ = writeln!(table, "| {name} | {own} | {rare} |");
    }
    stands_in_the_readme(&table);
}

#[test]
fn the_readme_says_how_much_of_gb_18030_the_faces_have() {
    let faces = faces();
    let mut table = String::from(
        "| 区 | 字数 | 印得出 | 仿宋 | 楷体 | 宋体 | 黑体 | 小标宋 | 备用 |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut sums = [0; 8];
    for (name, first, last) in BLOCKS {
        let compatible = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩".chars();
        let characters: Vec<char> = (first..=last)
            .filter_map(char::from_u32)
            .chain(compatible.filter(|_| first == 0x4E00))
            .collect();
        let mut counts = [0; 8];
        for character in &characters {
            let has = |face: Face| {
                let loaded = faces.get(face).expect("readable");
                glyph(&loaded, face, *character).is_some()
            };
            counts[0] += 1;
            counts[1] += usize::from(Face::SHIPPED.into_iter().any(has));
            for (count, face) in counts[2..].iter_mut().zip(Face::SHIPPED) {
                *count += usize::from(has(face));
            }
        }
        row(&mut table, name, counts);
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    row(&mut table, "合计", sums);
    assert_eq!(sums[0], 87_887);
    stands_in_the_readme(&table);
}

fn row(table: &mut String, name: &str, counts: [usize; 8]) {
    let _ = write!(table, "| {name} |");
    for count in counts {
        let _ = write!(table, " {count} |");
    }
    table.push('\n');
}
