//! Chinese text for a full-text index that knows no Chinese.
//!
//! Every character but the last of a run begins one term: itself and the next.
//! A run ends at white space. After those comes every character that occurs, as
//! a term of its own, once. So a word of two characters or more is a phrase of
//! terms, a single character is one term, and each finds exactly the texts that
//! contain it: no dictionary, no stop words, nothing dropped for being short.
//! (A single character could be looked for as the beginning of a pair, but that
//! means gathering all pairs it begins, in every text, before the first hit.)
//! Terms are written in letters and digits only, four a character, so that
//! nothing a user types has a meaning in a query.

/// Four digits of base 36 hold any character (36⁴ > 0x10FFFF).
const WIDTH: u32 = 4;
/// A pair of characters with the space behind it.
const TERM_BYTES: usize = 2 * WIDTH as usize + 1;

/// One character as it is compared: full-width forms as ASCII, capitals as
/// small letters. One character always folds to one, so that places agree.
pub(crate) fn fold(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// Characters that separate: nobody searches for them.
fn separates(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The runs of `text`, folded.
pub(crate) fn runs(text: &str) -> Vec<Vec<char>> {
    text.split(separates)
        .filter(|run| !run.is_empty())
        .map(|run| run.chars().map(fold).collect())
        .collect()
}

/// The terms of `texts` to be indexed, separated by spaces.
pub(crate) fn terms<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let mut terms = String::new();
    let mut alone = Vec::new();
    for run in texts.into_iter().flat_map(runs) {
        terms.reserve(run.len() * TERM_BYTES);
        for pair in run.windows(2) {
            push(&mut terms, pair[0]);
            push(&mut terms, pair[1]);
            terms.push(' ');
        }
        alone.extend(run);
    }
    alone.sort_unstable();
    alone.dedup();
    for c in alone {
        push(&mut terms, c);
        terms.push(' ');
    }
    terms
}

/// The full-text query that finds the texts containing every word of `query`;
/// `None` when it has none.
pub(crate) fn query(query: &str) -> Option<String> {
    let words: Vec<String> = runs(query)
        .iter()
        .map(|run| {
            let mut word = String::from("\"");
            if let [only] = run[..] {
                push(&mut word, only);
                word.push('"');
            } else {
                for pair in run.windows(2) {
                    push(&mut word, pair[0]);
                    push(&mut word, pair[1]);
                    word.push(' ');
                }
                word.push('"');
            }
            word
        })
        .collect();
    (!words.is_empty()).then(|| words.join(" AND "))
}

/// Where the words of `query` stand in `text`: pairs of character positions
/// (begin, end), sorted, overlapping ones joined.
pub(crate) fn ranges(text: &str, query: &str) -> Vec<(usize, usize)> {
    let folded: Vec<char> = text.chars().map(fold).collect();
    let mut found: Vec<(usize, usize)> = runs(query)
        .iter()
        .flat_map(|word| {
            folded
                .windows(word.len())
                .enumerate()
                .filter(|(_, window)| window == word)
                .map(|(at, _)| (at, at + word.len()))
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (begin, end) in found {
        match joined.last_mut() {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((begin, end)),
        }
    }
    joined
}

fn push(terms: &mut String, c: char) {
    let mut rest = u32::from(c);
    let mut digits = [0_u8; WIDTH as usize];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % 36) as usize];
        rest /= 36;
    }
    for digit in digits {
        terms.push(char::from(digit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_come_before_the_characters_and_those_come_once() {
        let terms = terms(["督查 督办查", "查"]);
        assert_eq!(
            terms.split(' ').map(str::len).collect::<Vec<_>>(),
            [8, 8, 8, 4, 4, 4, 0]
        );
    }

    #[test]
    fn a_query_is_letters_digits_and_our_own_quotes() {
        assert_eq!(query("  　\t"), None);
        let hostile = query("\" OR * NEAR(a b) -c ^d 甲'").expect("has words");
        assert!(
            hostile
                .replace(" AND ", " ")
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "\" ".contains(c))
        );
    }

    #[test]
    fn ranges_are_in_characters_and_joined() {
        assert_eq!(ranges("甲某某与Ａb", "某"), [(1, 3)]);
        assert_eq!(ranges("甲某与乙某", "甲某 ab 乙"), [(0, 2), (3, 4)]);
        assert_eq!(ranges("编号ＡB12", "ab1"), [(2, 5)]);
        assert_eq!(ranges("短", "更长的词"), []);
    }
}
