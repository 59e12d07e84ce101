//! The rule pack (规则包): what the regulations fix, as data with its source.
//!
//! Articles are renumbered and figures change, so no figure of a regulation is
//! a literal in code: code asks the pack. A bureau may replace the pack.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::data::{DataError, invalid, read};

const WHAT: &str = "规则包";
const FORMAT: u32 = 1;

/// Identifiers of the rules that code depends on.
pub mod id {
    /// Working days for the reply to an inquiry.
    pub const REPLY_DAYS: &str = "inquiry.reply-days";
    /// Approval and forms of an admonition.
    pub const ADMONISH_FORMS: &str = "admonish.forms";
    /// Months an admonition has effect.
    pub const ADMONISH_EFFECT: &str = "admonish.effect";
    /// Months after which the follow-up is due.
    pub const ADMONISH_FOLLOW: &str = "admonish.follow";
    /// People who hold a talk; a woman among them when a woman is talked to.
    pub const TALK_TWO: &str = "talk.two";
    /// What the record of a talk contains.
    pub const TALK_RECORD: &str = "talk.record";
    /// Papers that make up an inquiry.
    pub const INQUIRY_SET: &str = "set";
}

/// How well the wording of a rule is known.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
pub enum Confidence {
    /// Wording seen.
    V,
    /// Seen in a local or secondary text.
    S,
    /// General knowledge, not yet held against the text.
    M,
    /// The owner's own working rules.
    #[serde(rename = "seed")]
    Seed,
}

/// The figure or list a rule fixes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum RuleValue {
    /// Working days.
    工作日(u32),
    /// Calendar days.
    日(u32),
    /// Calendar months.
    个月(u32),
    /// Years.
    年(u32),
    /// People.
    人(u32),
    /// First to second.
    比例(u32, u32),
    /// Choices or parts, in order.
    清单(Vec<String>),
}

/// One rule with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable identifier.
    pub id: String,
    /// Short title.
    pub title: String,
    /// Document it comes from, without 《》.
    pub source: String,
    /// Article, where known.
    pub article: Option<String>,
    /// First day in force, where known.
    pub from: Option<NaiveDate>,
    /// Last day in force; none while it is in force.
    pub until: Option<NaiveDate>,
    /// Figure or list.
    pub value: Option<RuleValue>,
    /// Gist in words.
    pub text: String,
    /// How well it is known; several when its parts differ.
    pub confidence: Vec<Confidence>,
}

impl Rule {
    /// Whether some part still has to be held against the text (待核对).
    pub fn to_be_checked(&self) -> bool {
        self.confidence.contains(&Confidence::M)
    }

    /// Whether it is in force on `day`; unknown dates count as in force.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// The source as it is shown beside a result: `《…》第六条`, followed by
    /// `（待核对）` where it has to be checked. The owner's own working rules are
    /// no published document and stand without 《》.
    pub fn citation(&self) -> String {
        if self.confidence == [Confidence::Seed] {
            return self.source.clone();
        }
        let article = self.article.as_deref().unwrap_or_default();
        let mark = if self.to_be_checked() {
            "（待核对）"
        } else {
            ""
        };
        format!("《{}》{article}{mark}", self.source)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    version: String,
    title: String,
    rules: Vec<Rule>,
}

/// All rules of one version. The figures that code needs are checked when the
/// pack is read, so that asking for them cannot fail later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePack {
    version: String,
    title: String,
    rules: BTreeMap<String, Rule>,
    reply_days: u32,
    effect_months: u32,
    follow_months: u32,
    talkers: u32,
}

impl RulePack {
    /// The pack shipped with the program (`data/rules.json`).
    ///
    /// # Panics
    /// Never: a test of this crate reads the shipped file.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../data/rules.json"))
            .expect("the shipped rule pack is parsed by a test of this crate")
    }

    /// Reads a pack; it replaces the one in use as a whole.
    ///
    /// # Errors
    /// Says in Chinese where the file is wrong.
    pub fn parse(json: &str) -> Result<Self, DataError> {
        let file: File = read(WHAT, json)?;
        if file.format != FORMAT {
            return Err(DataError::Version {
                what: WHAT,
                found: file.format,
                known: FORMAT,
            });
        }
        if file.version.trim().is_empty() {
            return Err(invalid(WHAT, "没有写明版本"));
        }
        let mut rules = BTreeMap::new();
        for rule in file.rules {
            check(&rule)?;
            if let Some(twice) = rules.insert(rule.id.clone(), rule) {
                return Err(invalid(WHAT, format!("规则“{}”列了两次", twice.id)));
            }
        }
        for needed in [id::ADMONISH_FORMS, id::TALK_RECORD, id::INQUIRY_SET] {
            if !rules.contains_key(needed) {
                return Err(invalid(WHAT, format!("缺少规则“{needed}”")));
            }
        }
        Ok(Self {
            reply_days: figure(&rules, id::REPLY_DAYS, "工作日", |value| match value {
                RuleValue::工作日(n) => Some(*n),
                _ => None,
            })?,
            effect_months: figure(&rules, id::ADMONISH_EFFECT, "个月", months)?,
            follow_months: figure(&rules, id::ADMONISH_FOLLOW, "个月", months)?,
            talkers: figure(&rules, id::TALK_TWO, "人", |value| match value {
                RuleValue::人(n) => Some(*n),
                _ => None,
            })?,
            version: file.version,
            title: file.title,
            rules,
        })
    }

    /// Version of the pack.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Title of the pack.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Every rule, by identifier.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// The rule of this identifier.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// Working days for the reply to an inquiry, from receipt (`inquiry.reply-days`).
    pub fn reply_days(&self) -> u32 {
        self.reply_days
    }

    /// Months during which an admonition has effect (`admonish.effect`).
    pub fn effect_months(&self) -> u32 {
        self.effect_months
    }

    /// Months after which the follow-up is due (`admonish.follow`).
    pub fn follow_months(&self) -> u32 {
        self.follow_months
    }

    /// Least number of people who hold a talk (`talk.two`).
    pub fn talkers(&self) -> u32 {
        self.talkers
    }
}

fn months(value: &RuleValue) -> Option<u32> {
    match value {
        RuleValue::个月(n) => Some(*n),
        _ => None,
    }
}

/// The largest figure taken for meant: a pack asking for 1500 days is a slip.
const LARGEST: u32 = 366;

fn figure(
    rules: &BTreeMap<String, Rule>,
    id: &str,
    unit: &str,
    take: impl Fn(&RuleValue) -> Option<u32>,
) -> Result<u32, DataError> {
    let rule = rules
        .get(id)
        .ok_or_else(|| invalid(WHAT, format!("缺少规则“{id}”")))?;
    rule.value
        .as_ref()
        .and_then(take)
        .filter(|n| (1..=LARGEST).contains(n))
        .ok_or_else(|| {
            invalid(
                WHAT,
                format!("规则“{id}”应当以“{unit}”给出1至{LARGEST}之间的数"),
            )
        })
}

fn check(rule: &Rule) -> Result<(), DataError> {
    let wrong = |detail: &str| Err(invalid(WHAT, format!("规则“{}”{detail}", rule.id)));
    if rule.id.trim().is_empty() {
        return Err(invalid(WHAT, "有一条规则没有编号"));
    }
    if rule.title.trim().is_empty() || rule.source.trim().is_empty() {
        return wrong("没有写明名称或者依据");
    }
    if rule.confidence.is_empty() {
        return wrong("没有写明可信程度");
    }
    if let (Some(from), Some(until)) = (rule.from, rule.until)
        && until < from
    {
        return wrong("的失效日期早于生效日期");
    }
    match &rule.value {
        Some(RuleValue::清单(list)) if list.iter().any(|part| part.trim().is_empty()) => {
            wrong("的清单中有空项")
        }
        Some(RuleValue::清单(list)) if list.is_empty() => wrong("的清单是空的"),
        Some(RuleValue::比例(first, second)) if *first == 0 || *second == 0 => {
            wrong("的比例中有零")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_figures() {
        let pack = RulePack::shipped();
        assert_eq!(
            [
                pack.reply_days(),
                pack.effect_months(),
                pack.follow_months(),
                pack.talkers()
            ],
            [15, 6, 6, 2]
        );
    }

    /// Identifier and confidence of every rule, to be read against the sources.
    #[test]
    fn the_shipped_rules() {
        let lines: Vec<_> = RulePack::shipped()
            .rules()
            .map(|rule| {
                format!(
                    "{} | {} | {} | {:?} | {:?}",
                    rule.id,
                    rule.title,
                    rule.citation(),
                    rule.value,
                    rule.confidence
                )
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn unchecked_rules_say_so() {
        let pack = RulePack::shipped();
        let rule = pack.rule("admonish.situations").expect("is in the pack");
        assert!(rule.citation().ends_with("（待核对）"));
        let Some(RuleValue::清单(list)) = &rule.value else {
            panic!("a list is wanted");
        };
        assert_eq!(list.len(), 13);
    }

    #[test]
    fn wrong_packs_are_refused_in_chinese() {
        let shipped = include_str!("../data/rules.json");
        let cases = [
            (
                shipped.replace("inquiry.reply-days", "inquiry.other"),
                "缺少规则“inquiry.reply-days”",
            ),
            (
                shipped.replace(r#"{"工作日": 15}"#, r#"{"日": 15}"#),
                "应当以“工作日”给出",
            ),
            (
                shipped.replace(r#"{"工作日": 15}"#, r#"{"工作日": 0}"#),
                "1至366之间",
            ),
            (shipped.replace("probation", "must-talk"), "列了两次"),
            (
                shipped.replace(r#""format": 1"#, r#""format": 9"#),
                "版本是9",
            ),
            (
                shipped.replace(r#""probation", "#, r#""probation", "x": 1, "#),
                "不符合格式",
            ),
        ];
        for (json, wanted) in cases {
            assert_ne!(json, shipped, "{wanted}: nothing was changed");
            let message = RulePack::parse(&json)
                .expect_err("must be refused")
                .to_string();
            assert!(message.contains(wanted), "{message}");
        }
    }

    #[test]
    fn force_is_judged_by_both_ends() {
        let mut rule = RulePack::shipped()
            .rule("probation")
            .expect("is in the pack")
            .clone();
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        rule.from = Some(day("2020-01-01"));
        rule.until = Some(day("2020-12-31"));
        assert!(!rule.in_force(day("2019-12-31")));
        assert!(rule.in_force(day("2020-12-31")));
        assert!(!rule.in_force(day("2021-01-01")));
    }
}
