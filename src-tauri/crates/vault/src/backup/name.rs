//! The folder name of a backup, which says when it was made.

/// Seconds of a day.
pub(super) const DAY: u64 = 24 * 60 * 60;
/// China keeps one time, eight hours ahead of UTC, without summer time.
pub(super) const BEIJING: u64 = 8 * 60 * 60;

/// The folder name of a backup: `2026-11-23_162256.ducha`, Beijing time.
pub(super) fn name(seconds: u64) -> String {
    let local = seconds + BEIJING;
    let (year, month, day) = civil(local / DAY);
    let (hour, minute, second) = (local / 3600 % 24, local / 60 % 60, local % 60);
    format!("{year:04}-{month:02}-{day:02}_{hour:02}{minute:02}{second:02}.ducha")
}

/// The moment that a folder name says.
pub(super) fn parse(name: &str) -> Option<u64> {
    let (date, time) = name.strip_suffix(".ducha")?.split_once('_')?;
    let mut parts = date.split('-').map(|part| part.parse::<u64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let time: u64 = time.parse().ok().filter(|_| time.len() == 6)?;
    let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100);
    let days = days(year, month, day)?;
    (days * DAY + hour * 3600 + minute * 60 + second)
        .checked_sub(BEIJING)
        .filter(|at| self::name(*at) == name)
}

/// The date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`
/// for days that are not negative).
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let of_era = z % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

/// The reverse of [`civil`].
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let year_of_era = year % 400;
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    (year / 400 * 146_097 + of_era).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_beijing_time() {
        // 2026-11-23 16:22:56 UTC
        assert_eq!(name(1_795_450_976), "2026-11-24_002256.ducha");
        assert_eq!(name(951_782_400 - BEIJING), "2000-02-29_000000.ducha");
        assert_eq!(parse("2026-02-30_000000.ducha"), None);
        assert_eq!(parse("其他文件夹"), None);
    }

    proptest! {
        #[test]
        fn names_read_back(seconds in 0..250_000_000_000_u64) {
            prop_assert_eq!(parse(&name(seconds)), Some(seconds));
        }
    }
}
