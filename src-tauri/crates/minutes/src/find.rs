//! Finding words in the paragraphs of one document, the way a Chinese reader
//! expects it: full and half width, upper and lower case, and blanks between
//! Han characters make no difference; a single character is a good query.

use crate::{Paragraph, Span, clean::is_wide};

/// All places where `query` occurs, in reading order, not overlapping.
/// An empty query, or one of blanks only, finds nothing.
pub fn find(paragraphs: &[Paragraph], query: &str) -> Vec<Span> {
    let needle: Vec<char> = Folded::new(query).chars;
    if needle.is_empty() {
        return Vec::new();
    }
    let mut hits = Vec::new();
    for paragraph in paragraphs {
        let folded = Folded::new(&paragraph.text);
        let mut at = 0;
        while let Some(found) = position(&folded.chars[at..], &needle) {
            let first = at + found;
            let last = first + needle.len() - 1;
            hits.push(Span {
                paragraph: paragraph.order,
                start: folded.source[first],
                end: folded.source[last] + 1,
            });
            at = last + 1;
        }
    }
    hits
}

fn position(hay: &[char], needle: &[char]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window == needle)
}

/// A text made comparable, with the way back to the original characters.
pub(crate) struct Folded {
    /// The comparable characters.
    pub(crate) chars: Vec<char>,
    /// For each of them, the index of the original character.
    pub(crate) source: Vec<u32>,
}

impl Folded {
    /// For searching: a blank between two words in Latin letters counts.
    pub(crate) fn new(text: &str) -> Self {
        Self::fold(text, true)
    }

    /// For recognising a passage: no blank counts, so that a text cut in two
    /// and folded in parts is the same as the text folded whole.
    pub(crate) fn tight(text: &str) -> Self {
        Self::fold(text, false)
    }

    fn fold(text: &str, keep_blanks: bool) -> Self {
        let mut folded = Self {
            chars: Vec::with_capacity(text.len() / 2),
            source: Vec::with_capacity(text.len() / 2),
        };
        let mut blank = None;
        for (index, original) in text.chars().enumerate() {
            let index = index as u32;
            if original.is_whitespace() {
                blank = blank.or(Some(index));
                continue;
            }
            let narrow = half_width(original);
            if let Some(blank) = blank.take()
                && keep_blanks
                && folded.chars.last().is_some_and(|last| in_word(*last))
                && in_word(narrow)
            {
                folded.chars.push(' ');
                folded.source.push(blank);
            }
            for lower in narrow.to_lowercase() {
                folded.chars.push(lower);
                folded.source.push(index);
            }
        }
        folded
    }
}

/// Part of a word or number that is written with blanks around it.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() && !is_wide(c)
}

/// The half-width twin of a full-width sign, and one form for each kind of quotation mark.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '“' | '”' | '「' | '」' => '"',
        '‘' | '’' => '\'',
        '〔' | '【' => '[',
        '〕' | '】' => ']',
        '—' | '–' | '―' | '‑' => '-',
        '○' => '〇',
        '•' | '・' | '‧' | '∙' => '·',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ParagraphKind;
    use proptest::prelude::*;

    fn document(texts: &[&str]) -> Vec<Paragraph> {
        texts
            .iter()
            .enumerate()
            .map(|(order, text)| Paragraph {
                order: order as u32,
                page: None,
                kind: ParagraphKind::Text,
                text: (*text).to_owned(),
            })
            .collect()
    }

    fn quotes(texts: &[&str], query: &str) -> Vec<String> {
        find(&document(texts), query)
            .into_iter()
            .map(|hit| {
                texts[hit.paragraph as usize]
                    .chars()
                    .skip(hit.start as usize)
                    .take((hit.end - hit.start) as usize)
                    .collect()
            })
            .collect()
    }

    #[test]
    fn width_case_and_blanks_make_no_difference() {
        let texts = [
            "应到９人，实到 8 人。",
            "ＡＢＣ公司与abc公司",
            "甲　某发言：同意",
            "〔2024〕5号",
        ];
        assert_eq!(quotes(&texts, "9人,"), ["９人，"]);
        assert_eq!(quotes(&texts, "实到8人"), ["实到 8 人"]);
        assert_eq!(quotes(&texts, "abc"), ["ＡＢＣ", "abc"]);
        assert_eq!(quotes(&texts, "甲某"), ["甲　某"]);
        assert_eq!(quotes(&texts, "[2024]"), ["〔2024〕"]);
    }

    #[test]
    fn single_and_rare_characters_are_found() {
        assert_eq!(quotes(&["𠮷某、㐂某、𠮷某"], "𠮷"), ["𠮷", "𠮷"]);
        assert_eq!(quotes(&["同意"], "意"), ["意"]);
        assert!(quotes(&["同意"], "").is_empty());
        assert!(quotes(&["同意"], " 　").is_empty());
        assert!(quotes(&[""], "意").is_empty());
    }

    #[test]
    fn words_in_latin_letters_keep_their_blank() {
        assert_eq!(quotes(&["the  minutes"], "the minutes"), ["the  minutes"]);
        assert!(quotes(&["theminutes"], "the minutes").is_empty());
    }

    proptest! {
        #[test]
        fn any_part_of_a_text_is_found_in_it(text in "[甲乙丙a-cA-C0-9Ａ，。 　]{1,40}", from in 0_usize..40, len in 1_usize..10) {
            let part: String = text.chars().skip(from).take(len).collect();
            let hits = find(&document(&[&text]), &part);
            prop_assert_eq!(hits.is_empty(), part.trim().is_empty());
            let count = text.chars().count() as u32;
            for hit in &hits {
                prop_assert!(hit.start < hit.end && hit.end <= count);
            }
            for pair in hits.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
        }
    }
}
