//! One 发文字号 on two papers. A number is unique in its organ and year
//! (GB/T 9704—2012, 7.2.5; 《党政机关公文处理工作条例》第九条), but two machines
//! that do not know of each other can each give the same one.
//!
//! A paper that was issued is not altered by anything done here: its bytes, its
//! number and its date stay as they went out. What is recorded is which paper
//! keeps the number, and that the other is taken back, void or issued again as
//! a new paper. A draft simply loses the number and is given another.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, local_of};
use crate::names::CheckView;
use crate::open::{Open, Saved, Stored, entity, fields_of};
use crate::papers_desk::number_words;
use casework::checks::CheckLevel;
use casework::records::{
    DocumentNumber, NumberRemedy, NumberRuling, Paper, PaperKind, PaperState, Record,
};
use ledger::{EntityId, RETRACTED, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};
use specta::Type;
use std::collections::{BTreeMap, BTreeSet};
use vault::Edit;

/// A paper that bears a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct NumberBearer {
    /// Paper.
    pub id: String,
    /// Kind.
    pub kind: PaperKind,
    /// Title.
    pub title: String,
    /// Person concerned.
    pub person: String,
    /// State.
    pub state: PaperState,
    /// It was issued: it does not change any more.
    pub issued: bool,
    /// Date of the paper in words.
    pub date: String,
    /// Who gave it the number, on which device, and when.
    pub by: String,
}

/// A number that several papers bear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct NumberConflict {
    /// Names the conflict.
    pub id: String,
    /// The number in words.
    pub number: String,
    /// The papers.
    pub papers: Vec<NumberBearer>,
    /// Two machines decided differently; empty otherwise.
    pub disputed: String,
}

/// What is decided about such a number.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, Type)]
pub struct NumberDecision {
    /// The papers that were on the screen.
    pub seen: Vec<String>,
    /// The one that keeps the number.
    pub keeps: String,
    /// What is done with the other issued ones.
    pub remedy: NumberRemedy,
    /// Why, and who agreed; needed when papers were issued.
    pub reason: String,
}

impl Office {
    /// Decides which paper keeps a number.
    ///
    /// # Errors
    /// `CT-01` when other papers bear it by now; `GN-03` for a decision that
    /// cannot stand.
    pub fn settle_number(
        &mut self,
        id: &str,
        decision: &NumberDecision,
        now: Moment,
    ) -> Result<Saved> {
        let open = self.archive_mut()?;
        let groups = open.bearers()?;
        let found = groups
            .iter()
            .find(|(number, _)| ruling_id(number).to_string() == id);
        let (number, papers) = found.ok_or_else(overtaken)?;
        let here: BTreeSet<&str> = papers.iter().map(|paper| paper.id.as_str()).collect();
        if here != decision.seen.iter().map(String::as_str).collect() {
            return Err(overtaken());
        }
        let kept = papers
            .iter()
            .find(|paper| paper.id == decision.keeps)
            .ok_or_else(|| {
                ErrorView::form(
                    "还没有选定哪一份保留字号。",
                    "请先选定一份；没有作任何改动。",
                )
            })?;
        let issued: Vec<&Stored<Paper>> = papers.iter().filter(|it| is_issued(it)).collect();
        if !is_issued(kept) && !issued.is_empty() {
            return Err(ErrorView::form(
                format!("{number}已经用于签发的文书，草稿不能占用。"),
                "请选定已签发的一份保留字号，草稿另编字号；没有作任何改动。",
            ));
        }
        if issued.len() > 1 && decision.reason.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有写明依据。",
                "请写明为什么保留这一份、经谁同意，再作决定；没有作任何改动。",
            ));
        }
        let mut edits = Vec::new();
        for paper in papers
            .iter()
            .filter(|it| !is_issued(it) && it.id != kept.id)
        {
            edits.push(Edit {
                entity: entity(&paper.id)?,
                kind: Paper::KIND.to_owned(),
                field: "number".to_owned(),
                value: Value::Null,
            });
        }
        if issued.len() > 1 {
            let others = issued.iter().filter(|it| it.id != kept.id);
            let ruling = NumberRuling {
                number: Some(number.clone()),
                keeps: kept.id.clone(),
                others: others.map(|it| it.id.clone()).collect(),
                remedy: decision.remedy,
                reason: decision.reason.trim().to_owned(),
                decided_on: Some(now.today()),
            };
            edits.extend(whole(ruling_id(number), &ruling)?);
        }
        let mut action = open.action("处理重复的发文字号")?;
        action.note = Some(format!("{number}由“{}”保留", kept.record.title));
        open.vault.write(&action, edits, now.millis)?;
        Ok(Saved {
            id: id.to_owned(),
            saved_at: now.clock(),
        })
    }
}

impl Open {
    /// The standing papers by number, drafts included, of numbers that more
    /// than one bears.
    fn bearers(&self) -> Result<Vec<(DocumentNumber, Vec<Stored<Paper>>)>> {
        let mut by_number: BTreeMap<String, (DocumentNumber, Vec<Stored<Paper>>)> = BTreeMap::new();
        for paper in self.all::<Paper>()? {
            let number = paper.record.number.clone();
            if let Some(number) = number.filter(DocumentNumber::is_complete) {
                let group = by_number
                    .entry(number.to_string())
                    .or_insert_with(|| (number, Vec::new()));
                group.1.push(paper);
            }
        }
        Ok(by_number
            .into_values()
            .filter(|(_, papers)| papers.len() > 1)
            .collect())
    }

    /// The numbers that several papers bear and nobody has decided about.
    pub(crate) fn open_numbers(&self) -> Result<Vec<NumberConflict>> {
        let mut open = Vec::new();
        for (number, papers) in self.bearers()? {
            let id = ruling_id(&number);
            let ruling = self.find::<NumberRuling>(&id.to_string())?;
            let disputed = ruling.as_ref().is_some_and(is_disputed);
            if !disputed && ruling.is_some_and(|it| settles(&it.record, &papers)) {
                continue;
            }
            open.push(NumberConflict {
                id: id.to_string(),
                number: number.to_string(),
                disputed: if disputed {
                    "两台电脑各自作了处理，结果不一样，请重新作一次决定。".to_owned()
                } else {
                    String::new()
                },
                papers: papers
                    .iter()
                    .map(|paper| self.bearer(paper))
                    .collect::<Result<_>>()?,
            });
        }
        Ok(open)
    }

    fn bearer(&self, paper: &Stored<Paper>) -> Result<NumberBearer> {
        let record = &paper.record;
        let lines = self.vault.history(&entity(&paper.id)?)?;
        let given = lines.iter().rfind(|line| line.field == "number");
        let by = match given {
            Some(line) => format!(
                "{}（{}）　{}",
                self.author_words(&line.author)?,
                self.device_words(&line.device)?,
                local_of(line.millis).format("%Y年%-m月%-d日 %H:%M")
            ),
            None => String::new(),
        };
        Ok(NumberBearer {
            id: paper.id.clone(),
            kind: record.kind,
            title: record.title.clone(),
            person: self.person_named(&record.person)?.name,
            state: record.state,
            issued: is_issued(paper),
            date: record
                .date
                .map_or_else(String::new, crate::moment::full_date),
            by,
        })
    }

    /// What stands against issuing a paper besides its own content: a wording
    /// nobody has chosen yet, and a number that is in dispute.
    pub(crate) fn undecided(&self, id: &str, paper: &Paper) -> Result<Vec<CheckView>> {
        let must = |code: &str, message: String| CheckView {
            level: CheckLevel::必须,
            code: code.to_owned(),
            message,
            source: String::new(),
        };
        let mut checks = Vec::new();
        if let Some(stored) = self.find::<Paper>(id)?
            && !stored.conflicts.is_empty()
        {
            let labels: Vec<&str> = stored
                .conflicts
                .iter()
                .map(|field| crate::conflicts::conflict_label(Paper::KIND, field))
                .collect();
            checks.push(must(
                "conflict.open",
                format!(
                    "这份文书两处改得不一样（{}），还没有选定，请先到“冲突”页选定。",
                    labels.join("、")
                ),
            ));
        }
        let number = number_words(paper);
        if !number.is_empty() && self.open_numbers()?.iter().any(|it| it.number == number) {
            checks.push(must(
                "number.disputed",
                format!(
                    "发文字号{number}用在了不止一份文书上，还没有处理，请先到“冲突”页处理；处理以前不能用它签发。"
                ),
            ));
        }
        Ok(checks)
    }

    /// Whether it was decided that an issued paper is taken back because
    /// another keeps its number: then nothing more is due of it.
    pub(crate) fn is_taken_back(&self, id: &str) -> Result<bool> {
        for ruling in self.referring::<NumberRuling>(id, "others")? {
            let ruling = self.find::<NumberRuling>(&ruling)?;
            if ruling.is_some_and(|it| !is_disputed(&it)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What was decided about the number of an issued paper, in a sentence.
    pub(crate) fn number_note(&self, id: &str, paper: &Paper) -> Result<Option<String>> {
        let Some(number) = &paper.number else {
            return Ok(None);
        };
        if self
            .open_numbers()?
            .iter()
            .any(|it| it.number == number.to_string())
        {
            return Ok(Some(format!(
                "{number}用在了不止一份文书上，还没有处理。请到“冲突”页处理。"
            )));
        }
        let ruling = self.find::<NumberRuling>(&ruling_id(number).to_string())?;
        let Some(ruling) = ruling.map(|it| it.record) else {
            return Ok(None);
        };
        let on = ruling
            .decided_on
            .map_or_else(String::new, crate::moment::full_date);
        if ruling.keeps == id {
            return Ok(Some(format!(
                "{number}曾经重复，{on}决定由本件保留。依据：{}",
                ruling.reason
            )));
        }
        if !ruling.others.iter().any(|it| it == id) {
            return Ok(None);
        }
        let kept = self.called(&entity(&ruling.keeps)?)?;
        let remedy = match ruling.remedy {
            NumberRemedy::收回作废 => "收回作废",
            NumberRemedy::重新编号印发 => "收回，重新编号印发",
        };
        Ok(Some(format!(
            "{number}与另一份文书重复，{on}决定由“{kept}”保留，本件{remedy}。存根没有改动。依据：{}",
            ruling.reason
        )))
    }
}

/// Whether a ruling says of every paper that bears the number what becomes of it.
fn settles(ruling: &NumberRuling, papers: &[Stored<Paper>]) -> bool {
    papers.iter().any(|paper| paper.id == ruling.keeps)
        && papers.iter().all(|paper| {
            is_issued(paper) && (paper.id == ruling.keeps || ruling.others.contains(&paper.id))
        })
}

/// Whether two machines ruled differently. Different words for one and the
/// same ruling are no dispute.
fn is_disputed(ruling: &Stored<NumberRuling>) -> bool {
    let is_word = |field: &String| field == "reason" || field == "decided_on";
    !ruling.conflicts.iter().all(is_word)
}

fn is_issued(paper: &Stored<Paper>) -> bool {
    paper.record.state != PaperState::草稿
}

/// The record that rules on a number: the same on every machine, so that two
/// rulings are two values of its fields and not two records.
pub(crate) fn ruling_id(number: &DocumentNumber) -> EntityId {
    derived_id("number-ruling", &[&number.to_string()])
}

/// An identifier that follows from what the record is about.
pub(crate) fn derived_id(what: &str, parts: &[&str]) -> EntityId {
    let mut hash = Sha256::new_with_prefix(b"ducha/office/1/");
    for part in [what].iter().chain(parts) {
        hash.update(part);
        hash.update([0]);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    EntityId::new(0, random)
}

/// Every field of a record, standing: also those in conflict, whose shown value
/// may be the very one that is wanted.
pub(crate) fn whole<T: Record>(id: EntityId, record: &T) -> Result<Vec<Edit>> {
    let stands = (RETRACTED.to_owned(), Value::Bool(false));
    Ok(fields_of(record)?
        .into_iter()
        .chain([stands])
        .map(|(field, value)| Edit {
            entity: id,
            kind: T::KIND.to_owned(),
            field,
            value,
        })
        .collect())
}

fn overtaken() -> ErrorView {
    ErrorView::new(
        "CT-01",
        "用这个字号的文书刚才又有变化，您看到的已不是全部。",
        "请重新看过再作决定；没有作任何改动。",
    )
}
