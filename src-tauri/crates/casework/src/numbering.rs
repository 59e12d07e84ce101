//! Document numbers (发文字号): `示组函〔2026〕18号` (GB/T 9704 item 7).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::records::DocumentNumber;

/// Why a text is no document number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{0}”不是完整的发文字号。请按“示组函〔2026〕18号”的式样填写；已填的其他内容没有改动。")]
pub struct NumberError(pub String);

/// The brackets people type; only the first pair is ever printed.
const BRACKETS: [(char, char); 5] = [
    ('〔', '〕'),
    ('[', ']'),
    ('［', '］'),
    ('（', '）'),
    ('(', ')'),
];

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{}号", self.code, self.year, self.sequence)
    }
}

impl FromStr for DocumentNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse(text.trim()).ok_or_else(|| NumberError(text.trim().to_owned()))
    }
}

fn parse(text: &str) -> Option<DocumentNumber> {
    let (open, close) = BRACKETS
        .into_iter()
        .find(|(open, close)| text.contains(*open) && text.contains(*close))?;
    let (code, rest) = text.split_once(open)?;
    let (year, rest) = rest.split_once(close)?;
    let code = code.trim();
    let sequence = digits(rest.strip_suffix('号')?.trim().trim_start_matches('第'))?;
    let year = digits(year.trim())?;
    let plausible = (1949..=9999).contains(&year) && sequence > 0 && !code.is_empty();
    plausible.then(|| DocumentNumber {
        code: code.to_owned(),
        year: year as i32,
        sequence,
    })
}

/// ASCII or full-width digits as a number.
fn digits(text: &str) -> Option<u32> {
    let half: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            other => other,
        })
        .collect();
    if half.is_empty() || !half.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    half.parse().ok()
}

impl DocumentNumber {
    /// Whether code, year and sequence are all given.
    pub fn is_complete(&self) -> bool {
        !self.code.trim().is_empty() && self.year > 0 && self.sequence > 0
    }
}

/// The next number of `code` in `year`: one above the highest in use. Gaps are
/// not filled: a number once given is never given again.
pub fn next_number<'a>(
    code: &str,
    year: i32,
    taken: impl IntoIterator<Item = &'a DocumentNumber>,
) -> DocumentNumber {
    let highest = taken
        .into_iter()
        .filter(|number| number.code == code && number.year == year)
        .map(|number| number.sequence)
        .max()
        .unwrap_or(0);
    DocumentNumber {
        code: code.to_owned(),
        year,
        sequence: highest.saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(code: &str, year: i32, sequence: u32) -> DocumentNumber {
        DocumentNumber {
            code: code.to_owned(),
            year,
            sequence,
        }
    }

    #[test]
    fn the_next_number_counts_within_code_and_year() {
        let taken = [
            number("示组函", 2026, 17),
            number("示组函", 2026, 3),
            number("示组函", 2025, 40),
            number("示组诫", 2026, 25),
        ];
        assert_eq!(
            next_number("示组函", 2026, &taken).to_string(),
            "示组函〔2026〕18号"
        );
        assert_eq!(next_number("示组函", 2027, &taken).sequence, 1);
    }

    #[test]
    fn what_people_type_is_read() {
        for text in [
            "示组函〔2026〕18号",
            " 示组函[2026]18号 ",
            "示组函（2026）第18号",
            "示组函［２０２６］１８号",
            "示组函〔2026〕018号",
        ] {
            assert_eq!(text.parse(), Ok(number("示组函", 2026, 18)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "示组函",
            "〔2026〕18号",
            "示组函〔2026〕号",
            "示组函〔2026〕0号",
            "示组函〔26〕18号",
            "示组函〔2026〕18",
            "示组函〕2026〔18号",
            "示组函〔2026〕+8号",
            "示组函〔2026〕99999999999号",
        ] {
            assert!(text.parse::<DocumentNumber>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn shown_and_read_again(code in "[一-龥]{1,6}", year in 1949i32..9999, sequence in 1u32..) {
            let wanted = number(&code, year, sequence);
            prop_assert_eq!(wanted.to_string().parse::<DocumentNumber>(), Ok(wanted));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            if let Ok(number) = text.parse::<DocumentNumber>() {
                prop_assert!(number.is_complete());
            }
        }
    }
}
