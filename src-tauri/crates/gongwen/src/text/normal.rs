//! What is set in place of characters that only look right: radicals and compatibility ideographs
//! become the characters they stand for, full-width digits and letters become half-width
//! (GB/T 9704 sets both half-width in the text), variation selectors are left out. Each of these
//! changes is told to the reader of the draft, and the draft itself is not changed.

use crate::error::code;

/// The character that is set for another; `None` for one that is set as it is.
pub(crate) fn ordinary(ch: char) -> Option<char> {
    half_width(ch).or_else(|| hanzi::ordinary(ch))
}

/// The half-width form of a full-width digit or letter.
fn half_width(ch: char) -> Option<char> {
    matches!(ch, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
        .then(|| char::from_u32(u32::from(ch) - 0xFEE0))
        .flatten()
}

/// Does it choose among the forms of the character before it? Names copied from registers of
/// persons carry such selectors; no shipped face has the forms.
pub(crate) fn is_selector(ch: char) -> bool {
    matches!(u32::from(ch), 0xFE00..=0xFE0F | 0xE_0100..=0xE_01EF)
}

/// A text as it is set.
pub(crate) fn text(text: &str) -> String {
    text.chars()
        .filter(|ch| !is_selector(*ch))
        .map(|ch| ordinary(ch).unwrap_or(ch))
        .collect()
}

/// One sentence for each change in a text, in its order and none twice.
pub(crate) fn changes(text: &str) -> Vec<String> {
    let mut changes: Vec<String> = Vec::new();
    let mut add = |change: String| {
        if !changes.contains(&change) {
            changes.push(change);
        }
    };
    let mut wide = String::new();
    let mut before = None;
    for ch in text.chars().map(Some).chain([None]) {
        if let Some(ch) = ch.filter(|ch| half_width(*ch).is_some()) {
            wide.push(ch);
        } else if !wide.is_empty() {
            let narrow: String = wide.chars().filter_map(half_width).collect();
            add(format!(
                "“{wide}”是全角的数字或字母，排印时改成了半角“{narrow}”，请在稿件里改正。"
            ));
            wide.clear();
        }
        let Some(ch) = ch else { break };
        if let Some(found) = hanzi::ordinary(ch) {
            let kind = match u32::from(ch) {
                0x2E80..=0x2FDF => "部首符号",
                _ => "兼容汉字",
            };
            add(format!(
                "“{ch}”（{}）是{kind}，不是规范的汉字编码，排印时改成了“{found}”（{}），请核对后在稿件里改正。",
                code(ch),
                code(found)
            ));
        }
        if is_selector(ch) {
            if let Some(base) = before {
                add(format!(
                    "“{base}”后面带有异体字形选择符（{}），排印时略去了，印出的是“{base}”的通用字形，请核对。",
                    code(ch)
                ));
            }
        } else {
            before = Some(ordinary(ch).unwrap_or(ch)).filter(|ch| !ch.is_whitespace());
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_once_with_both_characters() {
        let draft = "⺠主⽣活会，⺠主评议，２０２６年Ａ组，葛\u{E0101}某\u{FE00}，\u{F96D}";
        assert_eq!(text(draft), "民主生活会，民主评议，2026年A组，葛某，省");
        assert_eq!(
            changes(draft),
            [
                "“⺠”（U+2EA0）是部首符号，不是规范的汉字编码，排印时改成了“民”（U+6C11），请核对后在稿件里改正。",
                "“⽣”（U+2F63）是部首符号，不是规范的汉字编码，排印时改成了“生”（U+751F），请核对后在稿件里改正。",
                "“２０２６”是全角的数字或字母，排印时改成了半角“2026”，请在稿件里改正。",
                "“Ａ”是全角的数字或字母，排印时改成了半角“A”，请在稿件里改正。",
                "“葛”后面带有异体字形选择符（U+E0101），排印时略去了，印出的是“葛”的通用字形，请核对。",
                "“某”后面带有异体字形选择符（U+FE00），排印时略去了，印出的是“某”的通用字形，请核对。",
                "“\u{F96D}”（U+F96D）是兼容汉字，不是规范的汉字编码，排印时改成了“省”（U+7701），请核对后在稿件里改正。",
            ]
        );
    }

    #[test]
    fn good_text_is_set_as_it_is() {
        let good = "（一）第3条：龑𠮷①㎡，％＋～　﨑，Abc 12。";
        assert_eq!(text(good), good);
        assert_eq!(changes(good), [""; 0]);
        assert_eq!(changes("结尾ＡＢ").len(), 1);
    }
}
