//! Characters that a document takes from a symbol font by number.

/// The ordinary character for `w:sym`. Word adds F000 to the code of the font
/// (ECMA-376 part 1, 17.3.3.30); only signs found in forms and ballots are known.
pub(super) fn symbol(font: &str, code: u32) -> char {
    let own = if (0xF000..=0xF0FF).contains(&code) {
        code - 0xF000
    } else {
        code
    };
    let found = match (font, own) {
        ("Wingdings", 0x6C) => '●',
        ("Wingdings", 0x6E) => '■',
        ("Wingdings", 0x6F | 0x71 | 0x72 | 0xA8) | ("Wingdings 2", 0xA3 | 0x2A) => '□',
        ("Wingdings", 0x75) => '◆',
        ("Wingdings", 0x81..=0x8A) => return from('①', own - 0x81),
        ("Wingdings", 0xA1) => '○',
        ("Wingdings", 0xD8) => '➢',
        ("Wingdings", 0xFB) | ("Wingdings 2", 0x4F) => '✗',
        ("Wingdings", 0xFC) | ("Wingdings 2", 0x50) => '✓',
        ("Wingdings", 0xFD) | ("Wingdings 2", 0x53 | 0x54) => '☒',
        ("Wingdings", 0xFE) | ("Wingdings 2", 0x52) => '☑',
        ("Symbol", 0xB7) => '·',
        ("Symbol", 0xB4) => '×',
        ("Symbol", 0xA3) => '≤',
        ("Symbol", 0xB3) => '≥',
        _ => '\u{fffd}',
    };
    if found == '\u{fffd}' && own == code {
        // Not shifted: an ordinary character in an ordinary font.
        return char::from_u32(code).unwrap_or(found);
    }
    found
}

fn from(first: char, offset: u32) -> char {
    char::from_u32(first as u32 + offset).unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::symbol;

    #[test]
    fn ballot_signs_are_readable() {
        assert_eq!(symbol("Wingdings", 0xF0FE), '☑');
        assert_eq!(symbol("Wingdings 2", 0x52), '☑');
        assert_eq!(symbol("Wingdings", 0xF083), '③');
        assert_eq!(symbol("仿宋", 0x4E00), '一');
        assert_eq!(symbol("Webdings", 0xF031), '\u{fffd}');
    }
}
