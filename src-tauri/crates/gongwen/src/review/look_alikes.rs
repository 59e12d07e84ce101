//! Remarks about characters that only look right and are set as others: radicals, compatibility
//! ideographs, variation selectors. Full-width digits and letters are `width`'s.

use super::{Passage, Remark};
use crate::text::normal;

/// Remarks about one text; each change is told once.
pub(super) fn remarks(passage: &Passage, out: &mut Vec<Remark>) {
    let mut told: Vec<String> = Vec::new();
    for change in normal::changes(&passage.chars) {
        if !told.contains(&change.message) {
            told.push(change.message.clone());
            out.push(passage.remark(change.at..change.at + 1, change.message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::marks;
    use super::*;

    #[test]
    fn each_look_alike_is_marked_once_where_it_first_stands() {
        marks(
            remarks,
            &[
                ("民主⽣活会和⽣活", &["⽣"]),
                ("葛\u{E0101}某", &["\u{E0101}"]),
                ("\u{F96D}示例省", &["\u{F96D}"]),
            ],
            &["（一）第3条：龑𠮷①㎡，％＋～　﨑，Abc 12。"],
        );
    }
}
