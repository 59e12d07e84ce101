//! Code points that look like a Han character and are another one: radicals and compatibility
//! ideographs. They come into texts by copying from PDF files and from old encodings, cannot be
//! found by a search, and have no glyph in many faces.
//!
//! One table for everybody who reads or prints texts.

use unicode_normalization::UnicodeNormalization;

/// The ordinary character that a look-alike stands for; `None` for a character that stands for
/// itself. The twelve unified ideographs among the compatibility block (﨎, 﨏 …) do.
pub fn ordinary(character: char) -> Option<char> {
    match character {
        // Kangxi radicals and compatibility ideographs decompose to one character each.
        '\u{2F00}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
            std::iter::once(character)
                .nfkc()
                .next()
                .filter(|found| *found != character)
        }
        '\u{2E80}'..='\u{2EFF}' => supplement(character),
        _ => None,
    }
}

/// Is it a Han character of the unified blocks?
pub fn is_han(character: char) -> bool {
    matches!(u32::from(character), 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x3007 | 0x2_0000..=0x3_FFFF)
}

/// Radicals of the supplement, each with the character of the same form. Unicode gives two of them
/// a decomposition; the others follow its list `EquivalentUnifiedIdeograph` but for ⺃ ⺱ ⺼, which
/// it takes for bare strokes or for 肉: what stands in a copied text is 乙, 网 and 月. ⺀ is not in
/// the list.
fn supplement(radical: char) -> Option<char> {
    const PAIRS: &str = "\
        ⺀冫 ⺁厂 ⺂乛 ⺃乙 ⺄乙 ⺅亻 ⺆冂 ⺇𠘨 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 \
        ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑𡯂 ⺒巳 ⺓幺 ⺔彑 ⺕𫜹 ⺖忄 ⺗心 \
        ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 ⺟母 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 \
        ⺥爫 ⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪𤴔 ⺫目 ⺬示 ⺭礻 ⺮𥫗 ⺯糹 ⺰纟 \
        ⺱网 ⺲罒 ⺳㓁 ⺴冗 ⺵𦉫 ⺶羊 ⺷𦍌 ⺸𦍋 ⺹耂 ⺺肀 ⺻聿 ⺼月 \
        ⺽𦥑 ⺾艹 ⺿艹 ⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇𧢲 ⻈讠 \
        ⻉贝 ⻊𧾷 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 \
        ⻕𨸏 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 ⻜飞 ⻝食 ⻞𩙿 ⻟飠 ⻠饣 \
        ⻡𩠐 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 \
        ⻭歯 ⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟";
    PAIRS.split(' ').find_map(|pair| {
        let mut pair = pair.chars();
        (pair.next() == Some(radical)).then(|| pair.next())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordinary_text(text: &str) -> String {
        text.chars().map(|c| ordinary(c).unwrap_or(c)).collect()
    }

    #[test]
    fn look_alikes_become_characters_and_the_rest_stays() {
        assert_eq!(ordinary_text("⼈⼤⼯⽅⿓"), "人大工方龍");
        assert_eq!(ordinary_text("⺠主⻓⻅⻳⺟⺼⻌"), "民主长见龟母月辶");
        assert_eq!(
            ordinary_text("\u{F96D}\u{F9DC}\u{FA0C}\u{2F800}"),
            "省隆兀丽"
        );
        let kept = "（一）１２，龑𠮷①㎡〇";
        assert_eq!(ordinary_text(kept), kept);
    }

    #[test]
    fn the_twelve_unified_characters_of_the_compatibility_block_stay() {
        for character in "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩".chars() {
            assert!(matches!(u32::from(character), 0xFA0E..=0xFA29));
            assert_eq!(ordinary(character), None, "{character}");
        }
    }

    #[test]
    fn every_radical_has_one_unified_character() {
        let assigned = (0x2E80..=0x2EF3)
            .filter(|code| *code != 0x2E9A)
            .chain(0x2F00..=0x2FD5)
            .filter_map(char::from_u32);
        let mut count = 0;
        for radical in assigned {
            let found = ordinary(radical);
            assert!(found.is_some_and(is_han), "{radical} {found:?}");
            count += 1;
        }
        assert_eq!(count, 115 + 214);
    }
}
