//! Remarks about marks that come in pairs: left open, closed twice, nested in themselves
//! (GB/T 15834-2011, 4.8, 4.9, 4.15).

use super::Remark;
use super::passage::Passage;

const PAIRS: [(char, char); 7] = [
    ('《', '》'),
    ('〈', '〉'),
    ('（', '）'),
    ('“', '”'),
    ('‘', '’'),
    ('〔', '〕'),
    ('【', '】'),
];

/// Remarks about one text.
pub(super) fn remarks(passage: &Passage, out: &mut Vec<Remark>) {
    let mut open: Vec<(usize, char)> = Vec::new();
    for (i, &found) in passage.chars.iter().enumerate() {
        // A half-width bracket has a remark of its own; here it counts for what it stands for.
        let ch = match found {
            '(' => '（',
            ')' => '）',
            other => other,
        };
        if PAIRS.iter().any(|pair| pair.0 == ch) {
            open.push((i, ch));
        } else if let Some(&(opening, _)) = PAIRS.iter().find(|pair| pair.1 == ch) {
            match open.iter().rposition(|&(_, open)| open == opening) {
                Some(at) => {
                    let outer = open[..at].iter().any(|&(_, open)| open == opening);
                    let (start, _) = open.remove(at);
                    if outer && let Some(inner) = inner(opening) {
                        let message = format!(
                            "“{opening}”里面又用了“{opening}”，里层应当用“{inner}”，请改正。"
                        );
                        out.push(passage.remark(start..i + 1, message));
                    }
                }
                None if stands_alone(passage, i, ch) => {}
                None => {
                    let message = format!(
                        "“{}”处的“{found}”前面没有“{opening}”，标点不成对。",
                        passage.around(i)
                    );
                    out.push(passage.remark(i..i + 1, message));
                }
            }
        }
    }
    for (i, ch) in open {
        let closing = PAIRS.iter().find(|pair| pair.0 == ch).map_or(ch, |p| p.1);
        let message = format!(
            "“{}”处的“{}”后面没有“{closing}”，标点不成对。",
            passage.around(i),
            passage.chars[i]
        );
        out.push(passage.remark(i..i + 1, message));
    }
}

/// The marks of the inner level, where the standard has them.
fn inner(opening: char) -> Option<&'static str> {
    match opening {
        '《' => Some("〈〉"),
        '“' => Some("‘’"),
        _ => None,
    }
}

/// 1） and 一） number items; ’ is an apostrophe after a Latin letter.
fn stands_alone(passage: &Passage, at: usize, ch: char) -> bool {
    let before = &passage.chars[..at];
    if ch == '’' {
        return before.last().is_some_and(char::is_ascii_alphabetic);
    }
    let numbering = |ch: &char| ch.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(*ch);
    let length = before.iter().rev().take_while(|ch| numbering(ch)).count();
    let ahead = before[..at - length].last();
    ch == '）'
        && (1..=3).contains(&length)
        && ahead.is_none_or(|ch| "，。；：、！？（\n \u{3000}".contains(*ch))
}

#[cfg(test)]
mod tests {
    use super::super::testing::marks;
    use super::*;

    #[test]
    fn pairs_are_complete_and_not_nested_in_themselves() {
        marks(
            remarks,
            &[
                ("请报送《情况表。", &["《"]),
                ("请报送情况表》。", &["》"]),
                ("他说：“不知道。", &["“"]),
                ("一式2份）。", &["）"]),
                ("〔2026】", &["】", "〔"]),
                ("”甲“", &["”", "“"]),
                ("《转发〈甲〉的通知", &["《"]),
                ("《转发《甲》的通知》", &["《甲》"]),
                ("“所谓“甲”的说法”", &["“甲”"]),
                ("（一式2份", &["（"]),
            ],
            &[
                "《转发〈甲〉的通知》（试行）〔2026〕1号",
                "“所谓‘甲’的说法”",
                "1）时间；2）地点",
                "包括：a）甲，b）乙",
                "一）时间",
                "Cote d’Azur",
                "（一式2份)",
                "（甲（乙））",
            ],
        );
    }
}
