//! Days and hours as the program under test counts them. Tests take them from today, so
//! that no appointment of theirs ever runs out.

use chrono::{Days, FixedOffset, Months, NaiveDate, Utc};
use office::Moment;

/// Now, in China, where the program under test is told it is: an archive that a
/// test opens itself must not be a day behind the window, as it would be from four
/// in the afternoon on a machine that counts in UTC.
pub(crate) fn now() -> Moment {
    let china = FixedOffset::east_opt(8 * 3600).expect("eight hours are an offset");
    let now = Utc::now();
    Moment {
        millis: now.timestamp_millis().max(0).cast_unsigned(),
        local: now.with_timezone(&china).naive_local(),
    }
}

/// Today in China.
pub(crate) fn today() -> NaiveDate {
    now().today()
}

/// The day so many days from today, as one types it.
pub(crate) fn in_days(days: u64) -> String {
    typed(today().checked_add_days(Days::new(days)))
}

/// The day so many days before today, as one types it.
pub(crate) fn days_ago(days: u64) -> String {
    typed(today().checked_sub_days(Days::new(days)))
}

/// The same day so many months from today, as the program writes it.
pub(crate) fn words_in_months(months: u32) -> String {
    today()
        .checked_add_months(Months::new(months))
        .expect("no calendar ends this soon")
        .format("%Y年%-m月%-d日")
        .to_string()
}

fn typed(day: Option<NaiveDate>) -> String {
    day.expect("no calendar ends this soon")
        .format("%Y-%m-%d")
        .to_string()
}
