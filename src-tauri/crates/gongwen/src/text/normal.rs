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

/// A character that is set as another, or left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Its place in the text, characters from 0.
    pub(crate) at: usize,
    /// What is set instead and what to do, a Chinese sentence.
    pub(crate) message: String,
}

/// The Han characters of a text that are set as others and the selectors that are left out.
pub(crate) fn changes(text: &[char]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut before = None;
    for (at, &ch) in text.iter().enumerate() {
        if let Some(found) = hanzi::ordinary(ch) {
            let kind = match u32::from(ch) {
                0x2E80..=0x2FDF => "部首符号",
                _ => "兼容汉字",
            };
            let message = format!(
                "“{ch}”（{}）是{kind}，不是规范的汉字编码，排印时改成了“{found}”（{}），请核对后在稿件里改正。",
                code(ch),
                code(found)
            );
            changes.push(Change { at, message });
        }
        if is_selector(ch) {
            if let Some(base) = before {
                let message = format!(
                    "“{base}”后面带有异体字形选择符（{}），排印时略去了，印出的是“{base}”的通用字形，请核对。",
                    code(ch)
                );
                changes.push(Change { at, message });
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

    fn told(draft: &str) -> Vec<(usize, String)> {
        let characters: Vec<char> = draft.chars().collect();
        changes(&characters)
            .into_iter()
            .map(|change| (change.at, change.message))
            .collect()
    }

    #[test]
    fn each_change_is_told_with_both_characters_and_its_place() {
        let draft = "⺠主⽣活会，２０２６年Ａ组，葛\u{E0101}某\u{FE00}，\u{F96D}";
        assert_eq!(text(draft), "民主生活会，2026年A组，葛某，省");
        let found = told(draft);
        let wanted = [
            (
                0,
                "“⺠”（U+2EA0）是部首符号，不是规范的汉字编码，排印时改成了“民”（U+6C11），请核对后在稿件里改正。",
            ),
            (
                2,
                "“⽣”（U+2F63）是部首符号，不是规范的汉字编码，排印时改成了“生”（U+751F），请核对后在稿件里改正。",
            ),
            (
                15,
                "“葛”后面带有异体字形选择符（U+E0101），排印时略去了，印出的是“葛”的通用字形，请核对。",
            ),
            (
                17,
                "“某”后面带有异体字形选择符（U+FE00），排印时略去了，印出的是“某”的通用字形，请核对。",
            ),
            (
                19,
                "“\u{F96D}”（U+F96D）是兼容汉字，不是规范的汉字编码，排印时改成了“省”（U+7701），请核对后在稿件里改正。",
            ),
        ];
        assert_eq!(found, wanted.map(|(at, message)| (at, message.to_owned())));
    }

    #[test]
    fn good_text_is_set_as_it_is() {
        let good = "（一）第3条：龑𠮷①㎡，％＋～　﨑，Abc 12。";
        assert_eq!(text(good), good);
        assert_eq!(told(good), []);
    }
}
