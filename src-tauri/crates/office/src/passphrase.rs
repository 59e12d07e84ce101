//! How good a passphrase is, judged without a network.
//!
//! zxcvbn knows what people choose in Latin letters and digits: words, names,
//! dates, rows of keys. It counts every other character alike, so Chinese
//! characters are counted here: each new one is worth as much as the choice
//! among the few hundred that people think of first.

use crate::error::{ErrorView, Result};
use serde::Serialize;
use specta::Type;
use zxcvbn::feedback::{Feedback, Warning};

/// Fewest characters of a passphrase.
const SHORTEST: usize = 8;
/// zxcvbn looks at no more than so many characters, and no more are needed.
const LONGEST_JUDGED: usize = 100;
/// What a character is worth that was not in the passphrase yet: log₁₀ of some 400.
const NEW_CHARACTER: f64 = 2.6;
/// What a numeral (一二三…) is worth that was not there yet.
const NEW_NUMERAL: f64 = 1.0;
/// What any character is worth that was there before.
const KNOWN_CHARACTER: f64 = 0.3;
/// Tries, as a power of ten, below which a passphrase is refused. With half a
/// second a try, 10⁸ tries take a year and a half.
const ENOUGH: f64 = 8.0;
/// What everybody would try first here, besides the words zxcvbn knows.
const TRIED_FIRST: [&str; 6] = ["ducha", "mima", "kouling", "zuzhibu", "admin", "xuncha"];

/// What is thought of a passphrase while it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PassphraseView {
    /// From 0, guessed at once, to 4, beyond guessing.
    pub level: u8,
    /// May it be used?
    pub accepted: bool,
    /// How good it is, and what would make it better.
    pub words: String,
}

/// Judges a passphrase.
pub fn judge_passphrase(passphrase: &str) -> PassphraseView {
    let length = passphrase.chars().count();
    let (tries, warning) = tries(passphrase);
    let level = match tries {
        t if t < 4.0 => 0,
        t if t < 6.0 => 1,
        t if t < ENOUGH => 2,
        t if t < 11.0 => 3,
        _ => 4,
    };
    if length < SHORTEST {
        return PassphraseView {
            level: level.min(1),
            accepted: false,
            words: format!(
                "口令至少要有{SHORTEST}个字符（现在是{length}个），可以用一句只有自己记得的话。"
            ),
        };
    }
    let words = match level {
        0..=2 => format!(
            "容易被猜到：{}。请再加一两个不相干的词。",
            warning.map_or("变化太少", reason)
        ),
        3 => "可以用。再加一个不相干的词会更牢靠。".to_owned(),
        _ => "很牢靠。".to_owned(),
    };
    PassphraseView {
        level,
        accepted: level >= 3,
        words,
    }
}

/// Refuses a passphrase that is too easily guessed; `then` says what to do.
pub(crate) fn require_good(passphrase: &str, then: &str) -> Result<()> {
    let judged = judge_passphrase(passphrase);
    if judged.accepted {
        Ok(())
    } else {
        Err(ErrorView::form(judged.words, then))
    }
}

/// How many tries it takes, as a power of ten, and what makes it weak.
fn tries(passphrase: &str) -> (f64, Option<Warning>) {
    let (latin, others): (String, String) = passphrase
        .chars()
        .take(LONGEST_JUDGED)
        .filter(|ch| !ch.is_whitespace())
        .partition(char::is_ascii);
    let mut seen = String::new();
    let mut tries = 0.0;
    for ch in others.chars() {
        tries += if seen.contains(ch) {
            KNOWN_CHARACTER
        } else if "〇零一二三四五六七八九十百千万".contains(ch) {
            NEW_NUMERAL
        } else {
            NEW_CHARACTER
        };
        seen.push(ch);
    }
    if latin.is_empty() {
        return (tries, None);
    }
    let judged = zxcvbn::zxcvbn(&latin, &TRIED_FIRST);
    let warning = judged.feedback().and_then(Feedback::warning);
    (tries + judged.guesses_log10(), warning)
}

/// zxcvbn's remark in Chinese.
fn reason(warning: Warning) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess
        | Warning::ShortKeyboardPatternsAreEasyToGuess => "是键盘上挨着的键",
        Warning::RepeatsLikeAaaAreEasyToGuess
        | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => "同样的字符重复太多",
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => "是很多人都用的口令",
        Warning::SequencesLikeAbcAreEasyToGuess => "是按顺序排的字母或数字",
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => {
            "里面是年份或日期"
        }
        Warning::AWordByItselfIsEasyToGuess => "只是一个常用的词",
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => "是人的姓名",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_uses_is_refused_with_its_reason() {
        for (passphrase, part) in [
            ("", "至少要有8个字符（现在是0个）"),
            ("短口令", "现在是3个"),
            ("12345678", "很多人都用"),
            ("qwertyui", "很多人都用"),
            ("password", "很多人都用"),
            ("19700101", "日期"),
            ("aaaaaaaaaaaa", "重复"),
            ("一二三四五六七", "现在是7个"),
            ("一一一一一一一一", "变化太少"),
            ("duchaducha", "容易被猜到"),
        ] {
            let judged = judge_passphrase(passphrase);
            assert!(!judged.accepted, "{passphrase}: {judged:?}");
            assert!(judged.words.contains(part), "{passphrase}: {judged:?}");
        }
    }

    #[test]
    fn a_few_unrelated_words_are_good() {
        for passphrase in [
            "山高水长一二三四",
            "白鹭 示例 渡口 七月",
            "correct horse battery",
            "渡口的灯3盏",
            "当面告知的口令一",
        ] {
            let judged = judge_passphrase(passphrase);
            let long = passphrase.chars().count() >= SHORTEST;
            assert_eq!(judged.accepted, long, "{passphrase}: {judged:?}");
        }
    }

    #[test]
    fn more_words_are_never_worse() {
        let mut passphrase = String::new();
        let mut before = 0.0;
        for word in ["白鹭", "渡口", "七月", "lamp", "石桥", "2741"] {
            passphrase.push_str(word);
            let now = tries(&passphrase).0;
            assert!(now >= before, "{passphrase}: {now} after {before}");
            before = now;
        }
    }

    #[test]
    fn a_whole_book_is_judged_in_no_time() {
        assert!(judge_passphrase(&"白鹭渡口lamp".repeat(100_000)).accepted);
    }
}
