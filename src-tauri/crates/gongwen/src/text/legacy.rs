//! Private-use code points that were national standard once.
//!
//! GBK and GB 18030-2000 had characters that Unicode lacked at the time, and fonts and encodings of
//! those years put them into the private-use area, row by row. Unicode has them now; GB 18030-2005
//! and -2022 say where.

use encoding_rs::GB18030;

/// Six of the eighty whose characters lie outside the basic plane: decoders still give the
/// private-use code points for their two bytes.
const PLANE_2: [(char, char); 6] = [
    ('\u{E816}', '\u{20087}'),
    ('\u{E817}', '\u{20089}'),
    ('\u{E818}', '\u{200CC}'),
    ('\u{E831}', '\u{215D7}'),
    ('\u{E83B}', '\u{2298F}'),
    ('\u{E855}', '\u{241FE}'),
];

/// The character of today's GB 18030 that stands where GBK had a private-use character.
pub(crate) fn successor(character: char) -> Option<char> {
    if let Some((_, found)) = PLANE_2.iter().find(|(old, _)| *old == character) {
        return Some(*found);
    }
    let bytes = place(u32::from(character))?;
    let (text, _, damaged) = GB18030.decode(&bytes);
    let mut characters = text.chars();
    let found = characters.next().filter(|_| !damaged)?;
    let is_one = characters.next().is_none();
    let is_private = matches!(u32::from(found), 0xE000..=0xF8FF);
    (is_one && !is_private).then(|| hanzi::ordinary(found).unwrap_or(found))
}

/// The two bytes of GBK for a private-use code point, of the rows that have successors.
fn place(code: u32) -> Option<[u8; 2]> {
    let row = |lead: u8, first_trail: u8, first: u32| {
        let trail = u32::from(first_trail) + code - first;
        // The trail byte 7F is never used.
        let gap = u32::from(first_trail < 0x7F && trail >= 0x7F);
        u8::try_from(trail + gap).ok().map(|trail| [lead, trail])
    };
    match code {
        // Vertical forms of punctuation.
        0xE78D..=0xE793 => row(0xA6, 0xD9, 0xE78D),
        0xE794..=0xE795 => row(0xA6, 0xEC, 0xE794),
        0xE796 => Some([0xA6, 0xF3]),
        // ḿ and ǹ.
        0xE7C7 => Some([0xA8, 0xBC]),
        0xE7C8 => Some([0xA8, 0xBF]),
        // Description of characters by their parts.
        0xE7E7..=0xE7F3 => row(0xA9, 0x89, 0xE7E7),
        // 52 simplified characters and 28 radicals.
        0xE815..=0xE864 => row(0xFE, 0x50, 0xE815),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::successor;

    #[test]
    fn characters_of_gbk_are_known_under_their_code_points_of_today() {
        let known = [
            (0xE81E, '\u{9FB4}'),
            (0xE826, '\u{9FB5}'),
            (0xE82B, '\u{9FB6}'),
            (0xE82C, '\u{9FB7}'),
            (0xE832, '\u{9FB8}'),
            (0xE843, '\u{9FB9}'),
            (0xE854, '\u{9FBA}'),
            (0xE864, '\u{9FBB}'),
            (0xE816, '\u{20087}'),
            (0xE855, '\u{241FE}'),
            (0xE815, '厂'),
            (0xE819, '乙'),
            (0xE81A, '㑳'),
            (0xE844, '䜣'),
            (0xE863, '䶮'),
            (0xE78D, '\u{FE10}'),
            (0xE793, '\u{FE16}'),
            (0xE794, '\u{FE17}'),
            (0xE796, '\u{FE19}'),
            (0xE7C7, 'ḿ'),
            (0xE7C8, 'ǹ'),
            (0xE7E7, '〾'),
            (0xE7E8, '⿰'),
            (0xE7F3, '⿻'),
        ];
        for (old, new) in known {
            let old = char::from_u32(old).expect("a code point");
            assert_eq!(successor(old), Some(new), "{}", old.escape_unicode());
        }
    }

    #[test]
    fn all_eighty_have_one_and_other_private_characters_none() {
        let eighty: String = ('\u{E815}'..='\u{E864}').filter_map(successor).collect();
        assert_eq!(eighty.chars().count(), 80, "{eighty}");
        assert!(eighty.chars().all(hanzi::is_han), "{eighty}");
        for other in [
            '\u{E000}',
            '\u{E5E5}',
            '\u{E78C}',
            '\u{E814}',
            '\u{E865}',
            '\u{F0000}',
            '一',
        ] {
            assert_eq!(successor(other), None, "{}", other.escape_unicode());
        }
    }
}
