//! Review dates (复核日期): when somebody has to look whether a record is still
//! needed. The years are data of the rule pack (`retention.` and the kind); where
//! the pack says nothing about a kind, it has no review date.

use chrono::{Months, NaiveDate};

use crate::rules::{Rule, RulePack, RuleValue};

/// What the identifiers of these rules begin with; the kind of record follows.
const PREFIX: &str = "retention.";

/// The rule on a kind of record, with its years.
pub fn rule_for<'p>(kind: &str, pack: &'p RulePack) -> Option<(&'p Rule, u32)> {
    let rule = pack.rule(&format!("{PREFIX}{kind}"))?;
    match rule.value {
        Some(RuleValue::年(years)) => Some((rule, years)),
        _ => None,
    }
}

/// The kinds of record that the pack has years for.
pub fn kinds(pack: &RulePack) -> impl Iterator<Item = &str> {
    pack.rules()
        .filter(|rule| matches!(rule.value, Some(RuleValue::年(_))))
        .filter_map(|rule| rule.id.strip_prefix(PREFIX))
}

/// When a record of `kind` that was last touched on `day` has to be reviewed: on
/// the same day years later, or on the last of February for the 29th.
pub fn review_day(kind: &str, day: NaiveDate, pack: &RulePack) -> Option<NaiveDate> {
    let (_, years) = rule_for(kind, pack)?;
    day.checked_add_months(Months::new(years.checked_mul(12)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::spec_of;

    #[test]
    fn the_shipped_years_are_of_kinds_that_exist_and_marked_as_to_be_checked() {
        let pack = RulePack::shipped();
        let all: Vec<&str> = kinds(&pack).collect();
        assert!(all.len() >= 6, "{all:?}");
        for kind in all {
            assert!(spec_of(kind).is_some(), "{kind}");
            let (rule, _) = rule_for(kind, &pack).expect("listed");
            assert!(rule.citation().ends_with("（待核对）"), "{kind}");
        }
    }

    #[test]
    fn counted_in_years_from_the_last_touch() {
        let pack = RulePack::shipped();
        let (_, years) = rule_for("observation", &pack).expect("a rule");
        let day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day");
        let due = review_day("observation", day, &pack).expect("a day");
        let last = NaiveDate::from_ymd_opt(2024 + years.cast_signed(), 2, 28).expect("a day");
        assert!((last..=last.succ_opt().expect("a day")).contains(&due));
        assert_eq!(review_day("supervisor", day, &pack), None);
    }
}
