//! Short signed statements as text files: lines for people, then the signed data.
//!
//! The lines for people follow from the data. A reader makes them again and refuses a file
//! whose lines say something else, so that nobody is shown what was not signed.

/// Hexadecimal digits in a line.
const LINE: usize = 64;

/// What stands around the data of one kind of file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    /// First line.
    pub(crate) title: &'static str,
    /// Line before the data.
    pub(crate) begin: &'static str,
    /// Line after the data.
    pub(crate) end: &'static str,
}

impl Form {
    /// The file: title, lines for people (each with its line end), data.
    pub(crate) fn write(&self, lines: &str, data: &[u8]) -> String {
        let mut text = format!("{}\n\n{lines}\n{}\n", self.title, self.begin);
        let digits = ledger::hex::encode(data);
        for line in digits.as_bytes().chunks(LINE) {
            text.extend(line.iter().map(|&digit| char::from(digit)));
            text.push('\n');
        }
        text.push_str(self.end);
        text.push('\n');
        text
    }

    /// The data of a file; none when it has no such part.
    pub(crate) fn data(&self, text: &str) -> Option<Vec<u8>> {
        let (_, rest) = text.split_once(self.begin)?;
        let (digits, _) = rest.split_once(self.end)?;
        let digits: String = digits.split_whitespace().collect();
        ledger::hex::decode(&digits)
    }

    /// Whether a file claims to be of this kind.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        text.contains(self.begin)
    }
}

/// Whether two texts are the same but for what changes on the way: a byte order mark, line
/// ends, spaces at them, empty lines.
pub(crate) fn same(one: &str, other: &str) -> bool {
    tidy(one).eq(tidy(other))
}

fn tidy(text: &str) -> impl Iterator<Item = &str> {
    text.trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

/// `2026年3月5日 14:02` for milliseconds since 1970; the country has one time zone, UTC+8.
pub(crate) fn beijing_time(millis: u64) -> String {
    let minutes = millis / 60_000 + 8 * 60;
    let (days, minute) = (minutes / 1_440, minutes % 1_440);
    // Days to date in the proleptic Gregorian calendar, counted in eras of 400 years that begin
    // on 1 March, so that the leap day is the last day of its year.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!(
        "{year}年{month}月{day}日 {:02}:{:02}",
        minute / 60,
        minute % 60
    )
}

/// Whether a name may stand in a line for people: not too long, and nothing in it that could
/// smuggle in a line of its own, or show the line in another order than it was signed.
pub(crate) fn is_one_line(text: &str) -> bool {
    text.len() <= crate::limits::TEXT_BYTES && !text.contains(breaks_a_line)
}

/// Line breaks of every kind (Unicode Standard Annex 14, classes BK, CR, LF, NL) and the
/// characters that turn the direction of writing (Annex 9, section 2).
fn breaks_a_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_no_line_and_turns_none_round() {
        assert!(is_one_line("中共示例市委组织部\t（甲某·Äß）"));
        for c in "\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}".chars() {
            assert!(!is_one_line(&format!("甲{c}某")), "{c:?}");
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        // Reference: GNU date, TZ=Asia/Shanghai.
        for (seconds, shown) in [
            (0, "1970年1月1日 08:00"),
            (951_839_999, "2000年2月29日 23:59"),
            (951_840_000, "2000年3月1日 00:00"),
            (1_709_222_400, "2024年3月1日 00:00"),
            (1_767_196_740, "2025年12月31日 23:59"),
            (4_107_513_600, "2100年3月1日 00:00"),
        ] {
            assert_eq!(beijing_time(seconds * 1_000), shown);
        }
    }
}
