//! The time at which a user does something, passed into every use case.

use chrono::{DateTime, Datelike, Local, NaiveDate, NaiveDateTime};

/// One instant, as the ledger counts it and as the wall clock shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970 in UTC.
    pub millis: u64,
    /// Local date and time.
    pub local: NaiveDateTime,
}

impl Moment {
    /// Reads the machine's clock. Only the shell and the command line call this.
    pub fn now() -> Self {
        let now = Local::now();
        Self {
            millis: now.timestamp_millis().max(0).cast_unsigned(),
            local: now.naive_local(),
        }
    }

    /// A moment from a local time, for tests and for the sample archive; taken as UTC.
    pub fn at(local: NaiveDateTime) -> Self {
        Self {
            millis: local.and_utc().timestamp_millis().max(0).cast_unsigned(),
            local,
        }
    }

    /// Local date.
    pub fn today(&self) -> NaiveDate {
        self.local.date()
    }

    /// Local time to the second, as records keep it.
    pub fn to_second(self) -> NaiveDateTime {
        use chrono::Timelike;
        self.local.with_nanosecond(0).unwrap_or(self.local)
    }

    /// Hour and minute, for 已保存 12:03.
    pub fn clock(&self) -> String {
        self.local.format("%H:%M").to_string()
    }
}

/// The last stamp that is shown as it is: the last day of the year 9999, in
/// UTC milliseconds. A clock that claims more is shown as claiming this.
const LAST: u64 = 253_402_214_400_000;

/// Local wall-clock time of a stamp in UTC milliseconds. Stamps come from other
/// people's clocks, so any number may stand there.
pub(crate) fn local_of(millis: u64) -> NaiveDateTime {
    DateTime::from_timestamp_millis(millis.min(LAST).cast_signed())
        .map(|utc| utc.with_timezone(&Local).naive_local())
        .unwrap_or_default()
}

/// `11月23日`.
pub(crate) fn month_day(date: NaiveDate) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// `2026年11月23日`.
pub(crate) fn full_date(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `11月19日至11月27日`; open ends are left out.
pub(crate) fn date_range(from: Option<NaiveDate>, until: Option<NaiveDate>) -> String {
    match (from, until) {
        (Some(from), Some(until)) if from == until => month_day(from),
        (Some(from), Some(until)) => format!("{}至{}", month_day(from), month_day(until)),
        (Some(from), None) => format!("{}起", month_day(from)),
        (None, Some(until)) => format!("至{}", month_day(until)),
        (None, None) => "日期未定".into(),
    }
}

/// `星期一`.
pub(crate) fn weekday(date: NaiveDate) -> &'static str {
    [
        "星期一",
        "星期二",
        "星期三",
        "星期四",
        "星期五",
        "星期六",
        "星期日",
    ][date.weekday().num_days_from_monday() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_stamp_of_a_strange_clock_is_beyond_the_calendar() {
        for millis in [LAST, LAST + 1, 1 << 48, 8_210_266_876_799_999, u64::MAX] {
            assert_eq!(local_of(millis).year(), 9999, "{millis}");
        }
        assert_eq!(local_of(0).date().year(), 1970);
    }
}
