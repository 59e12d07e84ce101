//! Two texts side by side with what differs marked.

use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use specta::Type;

/// A stretch of a text that is on both sides, or on this one only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TextPiece {
    /// The words.
    pub text: String,
    /// The other side does not have them.
    pub changed: bool,
}

/// Characters up to which a value is read at a glance: nothing is marked in it.
const GLANCE: usize = 12;
/// Texts whose lengths multiply to more than this are compared line by line:
/// character by character would take too long.
const MOST_WORK: usize = 4_000_000;
/// Characters in common that are too few to be more than chance.
const CHANCE: usize = 1;

/// Both texts cut into pieces: the old one with what is gone, the new one with
/// what was added marked.
pub(crate) fn side_by_side(before: &str, after: &str) -> (Vec<TextPiece>, Vec<TextPiece>) {
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    if old.is_empty() || new.is_empty() || old.len().max(new.len()) <= GLANCE {
        return (whole(before), whole(after));
    }
    if old.len().saturating_mul(new.len()) > MOST_WORK {
        let (old, new): (Vec<&str>, Vec<&str>) = (lines(before), lines(after));
        return marked(&old, &new, 0);
    }
    marked(&old, &new, CHANCE)
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn whole(text: &str) -> Vec<TextPiece> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![TextPiece {
        text: text.to_owned(),
        changed: false,
    }]
}

/// Compares unit by unit. Runs of at most `chance` common units between two
/// changes count as changed, so that a sentence is not shredded.
fn marked<T: std::hash::Hash + Ord + ToString>(
    old: &[T],
    new: &[T],
    chance: usize,
) -> (Vec<TextPiece>, Vec<TextPiece>) {
    let operations = capture_diff_slices(Algorithm::Myers, old, new);
    let (mut gone, mut added) = (vec![true; old.len()], vec![true; new.len()]);
    let last = operations.len().saturating_sub(1);
    for (at, operation) in operations.iter().enumerate() {
        let run = operation.old_range();
        let between = at > 0 && at < last;
        if operation.tag() == DiffTag::Equal && !(between && run.len() <= chance) {
            gone[run].fill(false);
            added[operation.new_range()].fill(false);
        }
    }
    (pieces(old, &gone), pieces(new, &added))
}

fn pieces<T: ToString>(units: &[T], changed: &[bool]) -> Vec<TextPiece> {
    let mut pieces: Vec<TextPiece> = Vec::new();
    for (unit, &changed) in units.iter().zip(changed) {
        match pieces.last_mut() {
            Some(last) if last.changed == changed => last.text += &unit.to_string(),
            _ => pieces.push(TextPiece {
                text: unit.to_string(),
                changed,
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[TextPiece]) -> String {
        pieces
            .iter()
            .map(|piece| {
                if piece.changed {
                    format!("【{}】", piece.text)
                } else {
                    piece.text.clone()
                }
            })
            .collect()
    }

    fn compare(before: &str, after: &str) -> (String, String) {
        let (old, new) = side_by_side(before, after);
        (shown(&old), shown(&new))
    }

    #[test]
    fn what_differs_is_marked_on_its_side() {
        assert_eq!(
            compare(
                "研究任免事项时，没有逐一表态，直接宣布结果。",
                "研究任免事项时，多数人没有表态，直接宣布结果。"
            ),
            (
                "研究任免事项时，没有【逐一】表态，直接宣布结果。".to_owned(),
                "研究任免事项时，【多数人】没有表态，直接宣布结果。".to_owned()
            )
        );
    }

    #[test]
    fn a_single_common_character_does_not_shred_a_sentence() {
        let (old, new) = compare("开头一样，甲乙丙的丁戊己。", "开头一样，子丑寅的卯辰巳。");
        assert_eq!(old, "开头一样，【甲乙丙的丁戊己】。");
        assert_eq!(new, "开头一样，【子丑寅的卯辰巳】。");
    }

    #[test]
    fn short_and_empty_values_are_left_plain() {
        assert_eq!(compare("科长", "处长"), ("科长".into(), "处长".into()));
        assert_eq!(
            compare("", "很长的一段新写的话，写了不少字"),
            (String::new(), "很长的一段新写的话，写了不少字".into())
        );
    }

    #[test]
    fn very_long_texts_are_compared_line_by_line() {
        let line = |n: usize| format!("第{n}行{}\n", "字".repeat(50));
        let before: String = (0..60).map(line).collect();
        let after = before.replace("第30行", "第三十行");
        let (old, new) = side_by_side(&before, &after);
        let changed: Vec<&TextPiece> = old.iter().filter(|piece| piece.changed).collect();
        assert_eq!(changed.len(), 1);
        assert!(changed[0].text.starts_with("第30行") && changed[0].text.ends_with('\n'));
        let whole: String = new.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(whole, after, "nothing of the text is lost");
    }
}
