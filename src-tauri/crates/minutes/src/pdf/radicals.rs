//! Look-alike code points that PDF producers write in place of ordinary Han characters.

use unicode_normalization::UnicodeNormalization;

/// The text with Kangxi radicals, radicals of the supplement and compatibility
/// ideographs turned into the characters they stand for, so that 党 and 人 can be
/// searched. Everything else, full-width signs included, stays as it is.
pub(super) fn ordinary(text: &str) -> String {
    text.chars().map(character).collect()
}

fn character(c: char) -> char {
    match c {
        // Kangxi radicals and compatibility ideographs decompose to one character each.
        '\u{2f00}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}' => {
            std::iter::once(c).nfkc().next().unwrap_or(c)
        }
        '\u{2e80}'..='\u{2eff}' => supplement(c),
        _ => c,
    }
}

/// Radicals of the supplement that are whole characters today. Unicode gives
/// most of them no decomposition; the pairs follow its chart of U+2E80.
fn supplement(c: char) -> char {
    const PAIRS: [(char, char); 33] = [
        ('⺀', '冫'),
        ('⺁', '厂'),
        ('⺃', '乙'),
        ('⺊', '卜'),
        ('⺋', '㔾'),
        ('⺒', '巳'),
        ('⺓', '幺'),
        ('⺛', '旡'),
        ('⺝', '月'),
        ('⺟', '母'),
        ('⺠', '民'),
        ('⺬', '示'),
        ('⺱', '网'),
        ('⺼', '月'),
        ('⻁', '虎'),
        ('⻄', '西'),
        ('⻅', '见'),
        ('⻆', '角'),
        ('⻉', '贝'),
        ('⻋', '车'),
        ('⻓', '长'),
        ('⻔', '门'),
        ('⻘', '青'),
        ('⻙', '韦'),
        ('⻚', '页'),
        ('⻛', '风'),
        ('⻜', '飞'),
        ('⻝', '食'),
        ('⻢', '马'),
        ('⻥', '鱼'),
        ('⻦', '鸟'),
        ('⻩', '黄'),
        ('⻰', '龙'),
    ];
    PAIRS
        .iter()
        .find(|(radical, _)| *radical == c)
        .map_or(c, |(_, ordinary)| *ordinary)
}

#[cfg(test)]
mod tests {
    use super::ordinary;

    #[test]
    fn radicals_become_characters_and_the_rest_stays() {
        assert_eq!(ordinary("⼈⼤⼯⽅"), "人大工方");
        assert_eq!(ordinary("⺠主⻓"), "民主长");
        assert_eq!(ordinary("\u{f96d}"), "省");
        assert_eq!(ordinary("（一）１２，龑𠮷①㎡"), "（一）１２，龑𠮷①㎡");
    }
}
