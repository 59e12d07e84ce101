//! 保存复核: which records have reached their review date, and the decision to
//! keep one longer. The other decision is an erasure.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, full_date, local_of};
use crate::names::OpenTarget;
use crate::open::{Open, Saved, entity, label_of};
use casework::records::{Record, Retention};
use casework::retention::{kinds, review_day, rule_for};
use chrono::NaiveDate;
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;
use vault::{StoredRecord, WithdrawnFilter};

/// A record that has to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ReviewRow {
    /// Identifier.
    pub id: String,
    /// Kind in words.
    pub label: String,
    /// What it is called.
    pub title: String,
    /// It is withdrawn.
    pub withdrawn: bool,
    /// Review date.
    pub review_on: NaiveDate,
    /// Where the date comes from: the rule, or the last decision.
    pub source: String,
    /// When it was last touched, in words.
    pub changed: String,
    /// Where it is shown; nowhere when it is withdrawn.
    pub open: Option<OpenTarget>,
}

/// The review date of a record.
pub(crate) struct Review {
    pub(crate) day: NaiveDate,
    /// The rule with its source, or the decision.
    pub(crate) source: String,
}

impl Office {
    /// The records whose review date has come, the longest overdue first.
    pub fn reviews_due(&self, now: Moment) -> Result<Vec<ReviewRow>> {
        let open = self.archive()?;
        let mut rows = Vec::new();
        self.each_due(now, &mut |record, review| {
            rows.push(ReviewRow {
                open: open
                    .place_of(&record.kind, &record.id.to_string())?
                    .map(|(_, target)| target),
                id: record.id.to_string(),
                label: label_of(&record.kind).to_owned(),
                title: open.called(&record.id)?,
                withdrawn: record.retracted,
                review_on: review.day,
                source: review.source,
                changed: full_date(local_of(record.changed_millis).date()),
            });
            Ok(())
        })?;
        rows.sort_by(|a, b| (a.review_on, &a.title).cmp(&(b.review_on, &b.title)));
        Ok(rows)
    }

    /// How many records have reached their review date.
    pub(crate) fn count_due(&self, now: Moment) -> Result<u32> {
        let mut count = 0;
        self.each_due(now, &mut |_, _| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }

    /// Hands over every record whose review date has come, withdrawn or not.
    fn each_due(
        &self,
        now: Moment,
        take: &mut dyn FnMut(StoredRecord, Review) -> Result<()>,
    ) -> Result<()> {
        let open = self.archive()?;
        // Read once: most records have no decision, and there are many records.
        let mut decisions: BTreeMap<String, Retention> = BTreeMap::new();
        for decision in open.all::<Retention>()? {
            let decision = decision.record;
            let standing = decisions.entry(decision.record.clone()).or_default();
            if decision.review_on >= standing.review_on {
                *standing = decision;
            }
        }
        for kind in kinds(&self.rules) {
            let withdrawn = WithdrawnFilter {
                kind: Some(kind.to_owned()),
                text: String::new(),
            };
            let mut records = open.vault.records(kind)?;
            records.extend(open.vault.withdrawn(&withdrawn, None, usize::MAX)?);
            for record in records {
                let decision = decisions.get(&record.id.to_string());
                if let Some(review) = self.review(&record, decision)
                    && review.day <= now.today()
                {
                    take(record, review)?;
                }
            }
        }
        Ok(())
    }

    /// Keeps a record beyond its review date, until another.
    ///
    /// # Errors
    /// `GN-03` without a reason, or with a day that is not to come.
    pub fn keep_longer(
        &mut self,
        id: &str,
        review_on: NaiveDate,
        reason: &str,
        now: Moment,
    ) -> Result<Saved> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(ErrorView::form(
                "没有写明继续保存的理由。",
                "请写明为什么仍需保存；记录没有改动。",
            ));
        }
        if review_on <= now.today() {
            return Err(ErrorView::form(
                "下次复核日期应在今天以后。",
                "请另选日期；记录没有改动。",
            ));
        }
        let open = self.archive_mut()?;
        let record = open
            .vault
            .record(&entity(id)?)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        if casework::kinds::spec_of(&record.kind).is_none() || record.kind == Retention::KIND {
            return Err(ErrorView::missing("记录"));
        }
        let known = open.decision_on(&record)?.map(|(id, _)| id);
        let decision = Retention {
            record: id.to_owned(),
            review_on: Some(review_on),
            reason: reason.to_owned(),
        };
        open.save("继续保存", known.as_deref(), &decision, now)
    }

    /// When a record has to be reviewed; nothing for kinds without a rule that
    /// nobody has decided on.
    pub(crate) fn review_of(&self, record: &StoredRecord) -> Result<Option<Review>> {
        let decision = self.archive()?.decision_on(record)?;
        Ok(self.review(record, decision.as_ref().map(|(_, it)| it)))
    }

    fn review(&self, record: &StoredRecord, decision: Option<&Retention>) -> Option<Review> {
        if let Some(decision) = decision
            && let Some(day) = decision.review_on
        {
            return Some(Review {
                day,
                source: format!("已决定继续保存：{}", decision.reason),
            });
        }
        let touched = local_of(record.changed_millis).date();
        let day = review_day(&record.kind, touched, &self.rules)?;
        let (rule, years) = rule_for(&record.kind, &self.rules)?;
        Some(Review {
            day,
            source: format!("{}{years}年，{}", rule.title, rule.citation()),
        })
    }
}

impl Open {
    /// The standing decision to keep a record; of two made apart, the one that
    /// looks again later.
    fn decision_on(&self, record: &StoredRecord) -> Result<Option<(String, Retention)>> {
        let decisions = self.children::<Retention>(&record.id.to_string())?;
        let latest = decisions.into_iter().max_by_key(|it| it.record.review_on);
        Ok(latest.map(|stored| (stored.id, stored.record)))
    }
}
