//! 依规删除: what erasing a record would take and leave, what stands in its way,
//! and the erasure itself.
//!
//! Fair process comes first: while an issued paper or a matter that is not
//! concluded rests on a record, it is refused; what a person should weigh is
//! said before. Nothing takes an erasure back.

use crate::Office;
use crate::erasure_register::already_erased;
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, full_date};
use crate::open::{Open, entity, label_of};
use casework::records::{
    Citation, Disposition, Erasure, Finding, GraphLayout, Interview, InterviewState, Material,
    Observation, Organ, Paper, PaperState, Paragraph, Passage, Peer, Person, Record, Relation,
    Retention, SignedAppointment, Statement, Supervisor, Turn, Unit,
};
use ledger::{EntityId, Value};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::{BTreeMap, BTreeSet};
use vault::StoredRecord;

/// Longest reason and basis, in characters.
const LONGEST: usize = 500;

/// What erasing a record would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ErasurePlan {
    /// The record.
    pub id: String,
    /// Kind in words.
    pub label: String,
    /// What it is called.
    pub title: String,
    /// What goes, a line each.
    pub going: Vec<String>,
    /// What stays, a line each.
    pub staying: Vec<String>,
    /// Why it is refused as things stand; nothing when it is not.
    pub refusals: Vec<String>,
    /// What has to be weighed first.
    pub cautions: Vec<String>,
    /// Backups on this machine that still hold it.
    pub backups: u32,
}

/// The order to erase a record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ErasureOrder {
    /// Why it has to go.
    pub reason: String,
    /// Legal basis.
    pub basis: String,
    /// Who approved it.
    pub approved_by: String,
    /// The cautions of the plan were read and weighed.
    pub weighed: bool,
}

/// An erasure that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ErasureDone {
    /// What was done, in a sentence or two.
    pub words: String,
    /// Backups on this machine that still hold what was erased.
    pub backups: u32,
}

impl Office {
    /// What erasing a record, withdrawn or not, would do. Changes nothing.
    ///
    /// # Errors
    /// `GN-02` when it is not there, `SC-01` when it was erased already.
    pub fn erasure_plan(&self, id: &str, now: Moment) -> Result<ErasurePlan> {
        let open = self.archive()?;
        let id = entity(id)?;
        let record = open.erasable(&id)?;
        let mut parts = BTreeSet::from([id]);
        parts.extend(open.all_parts(&id)?);
        let extent = open.vault.erasure_extent(&parts)?;

        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for part in &parts {
            if let Some(part) = open.vault.record(part)? {
                *counts.entry(label_of(&part.kind)).or_default() += 1;
            }
        }
        let mut going: Vec<String> = counts
            .iter()
            .map(|(label, count)| format!("“{label}”{count}条，连同各自的全部历史"))
            .collect();
        going.push(format!(
            "{}条账本条目的内容，以及由此生成的检索、姓名索引和操作记录摘要",
            extent.entries.len()
        ));
        for attachment in &extent.attachments {
            going.push(format!("附件《{}》", attachment.file_name));
        }
        let mut staying = vec![
            "这次删除的登记：时间、经办人、事由、依据、批准人，以及删去的类别和条数".to_owned(),
            "各账本条目的编号、时间、操作人和签名（不含内容），用来校验账本".to_owned(),
        ];
        staying.extend(open.straddling_words(&extent.straddling)?);
        staying.extend(open.quoted_elsewhere(&parts)?);
        let backups = open.vault.backups()?.len() as u32;
        if backups > 0 {
            staying.push(format!(
                "本机已有的{backups}个备份里的内容，删除后可以另行清除"
            ));
        }
        staying
            .push("此前拷到U盘等处的备份、已经交出的交换包和已打印的纸件，须另行处理".to_owned());
        let (refusals, mut cautions) = (self.refusals(&parts, now)?, Vec::new());
        if let Some(due) = self.review_of(&record)?
            && due.day > now.today()
        {
            cautions.push(format!(
                "复核日期是{}，还没有到（{}）",
                full_date(due.day),
                due.source
            ));
        }
        if let Some(count) = counts.get(label_of(Statement::KIND)) {
            cautions.push(format!("其中有本人说明{count}份，将一并删除"));
        }
        if open.vault.compartments()?.iter().any(|it| it.is_open) {
            cautions.push(
                "现在有密封事项打开着，而删除登记不密封：事由、依据和批准人不用第二口令也看得到，请不要写出密封的内容"
                    .to_owned(),
            );
        }
        Ok(ErasurePlan {
            id: id.to_string(),
            label: label_of(&record.kind).to_owned(),
            title: open.called(&id)?,
            going,
            staying,
            refusals,
            cautions,
            backups,
        })
    }

    /// Erases a record with all that belongs to it, for good.
    ///
    /// # Errors
    /// `GN-03` when reason, basis or approval are missing or the cautions were
    /// not weighed; `SC-02` when something stands in the way. Nothing has
    /// changed then.
    pub fn erase(&mut self, id: &str, order: &ErasureOrder, now: Moment) -> Result<ErasureDone> {
        let plan = self.erasure_plan(id, now)?;
        let fields = checked(order)?;
        if !plan.refusals.is_empty() {
            return Err(ErrorView::new(
                "SC-02",
                format!("现在不能删除：{}。", plan.refusals.join("；")),
                "请先办完上述事项；没有删除任何内容。",
            ));
        }
        if !plan.cautions.is_empty() && !order.weighed {
            return Err(ErrorView::form(
                format!("删除前须先核对：{}。", plan.cautions.join("；")),
                "请核对后确认，并在事由中写明；没有删除任何内容。",
            ));
        }
        let open = self.archive_mut()?;
        let id = entity(id)?;
        let mut parts = BTreeSet::from([id]);
        parts.extend(open.all_parts(&id)?);
        let subject = ("subject".to_owned(), Value::from(plan.label.as_str()));
        let mut action = open.action("依规删除")?;
        action.note = Some(format!("{}，依据：{}", plan.label, order.basis.trim()));
        let mut named = vec![subject];
        named.extend(fields);
        open.vault.erase(&action, &parts, named, now.millis)?;
        let backups = open.vault.backups()?.len() as u32;
        let left = if backups == 0 {
            String::new()
        } else {
            format!("本机还有{backups}个以前的备份存有这些内容，请决定是否清除。")
        };
        Ok(ErasureDone {
            words: format!(
                "已依规删除“{}”{}条记录的内容，并登记在案；删除不能撤销。{left}",
                plan.label,
                parts.len()
            ),
            backups,
        })
    }

    /// Why the records cannot be erased as things stand.
    fn refusals(&self, parts: &BTreeSet<EntityId>, now: Moment) -> Result<Vec<String>> {
        let open = self.archive()?;
        let mut refusals = BTreeSet::new();
        for id in parts {
            let Some(record) = open.vault.record(id)? else {
                continue;
            };
            if record.retracted {
                continue;
            }
            let text = id.to_string();
            match record.kind.as_str() {
                Paper::KIND => {
                    let paper = open.get::<Paper>(&text)?.record;
                    let name = open.called(id)?;
                    if paper.issued.is_none() {
                        continue;
                    }
                    if paper.state != PaperState::已办结 {
                        refusals.insert(format!("文书“{name}”已签发，还没有办结"));
                    } else if let Some(due) = self.review_of(&record)?
                        && due.day > now.today()
                    {
                        refusals.insert(format!(
                            "文书“{name}”的存根要保存到{}复核（{}）",
                            full_date(due.day),
                            due.source
                        ));
                    }
                }
                Finding::KIND => open.held_by_finding(&text, parts, true, &mut refusals)?,
                Interview::KIND => {
                    if open.get::<Interview>(&text)?.record.state == InterviewState::进行中 {
                        refusals.insert(format!("{}还没有结束", open.called(id)?));
                    }
                    for paper in open.referring::<Paper>(&text, "interview")? {
                        open.held_by_paper(&paper, parts, &mut refusals)?;
                    }
                }
                Turn::KIND | Passage::KIND | Observation::KIND | Material::KIND => {
                    for citation in open.referring::<Citation>(&text, "target")? {
                        let finding = open.get::<Citation>(&citation)?.record.finding;
                        open.held_by_finding(&finding, parts, false, &mut refusals)?;
                    }
                }
                Person::KIND => {
                    open.refuse_referring(
                        id,
                        &[Interview::KIND, Relation::KIND],
                        parts,
                        &mut refusals,
                    )?;
                }
                Unit::KIND => {
                    let others = [Person::KIND, "tour", Relation::KIND, "minutes", Unit::KIND];
                    open.refuse_referring(id, &others, parts, &mut refusals)?;
                }
                _ => {}
            }
        }
        Ok(refusals.into_iter().collect())
    }
}

impl Open {
    /// A record that can be erased as a whole.
    pub(crate) fn erasable(&self, id: &EntityId) -> Result<StoredRecord> {
        if let Some(info) = self.vault.erasure_of(id)? {
            return Err(already_erased("记录", &self.erased_words(&info)?));
        }
        let record = self
            .vault
            .record(id)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        let reason = match record.kind.as_str() {
            Supervisor::KIND | Organ::KIND => "督查员和发文机关的登记说明账本由谁写成",
            Erasure::KIND => "依规删除的登记本身不能删除",
            Peer::KIND => "往来对象的登记说明哪些密钥可信、哪些已经吊销",
            SignedAppointment::KIND => "签名的任命说明督查员凭什么签发文书",
            Turn::KIND => "谈话内容只能随整次谈话一并删除",
            Paragraph::KIND => "会议记录的段落只能随整份记录一并删除",
            Statement::KIND | Citation::KIND => "本人说明和证据引用只能随线索一并删除",
            GraphLayout::KIND | Retention::KIND => "这一项只能随所属的记录一并删除",
            _ => return Ok(record),
        };
        Err(ErrorView::new(
            "SC-02",
            format!("不能单独删除：{reason}。"),
            "没有删除任何内容。",
        ))
    }

    /// An issued paper that is not itself among what goes.
    fn held_by_paper(
        &self,
        paper: &str,
        parts: &BTreeSet<EntityId>,
        refusals: &mut BTreeSet<String>,
    ) -> Result<()> {
        let id = entity(paper)?;
        let Some(stored) = self.find::<Paper>(paper)? else {
            return Ok(());
        };
        if stored.record.issued.is_some() && !parts.contains(&id) {
            refusals.insert(format!("已签发的文书“{}”以它为依据", self.called(&id)?));
        }
        Ok(())
    }

    /// A finding that is not concluded, or on which an issued paper rests.
    /// `inside` says that the finding itself is among what goes.
    fn held_by_finding(
        &self,
        finding: &str,
        parts: &BTreeSet<EntityId>,
        inside: bool,
        refusals: &mut BTreeSet<String>,
    ) -> Result<()> {
        let Some(stored) = self.find::<Finding>(finding)? else {
            return Ok(());
        };
        if stored.record.disposition != Disposition::予以了结 {
            let what = if inside { "" } else { "引用它为证据，" };
            refusals.insert(format!("线索“{}”{what}还没有了结", stored.record.title));
        }
        for paper in self.papers_on(finding)? {
            self.held_by_paper(&paper.id, parts, refusals)?;
        }
        Ok(())
    }

    /// Records outside `parts` that would be about nobody any more.
    fn refuse_referring(
        &self,
        id: &EntityId,
        kinds: &[&str],
        parts: &BTreeSet<EntityId>,
        refusals: &mut BTreeSet<String>,
    ) -> Result<()> {
        for link in self.vault.links_to(id)? {
            if kinds.contains(&link.kind.as_str()) && !parts.contains(&link.from) {
                let words = self.object_words(&link.kind, &link.from)?;
                refusals.insert(format!("{words}与它相关，请先分别处理"));
            }
        }
        Ok(())
    }

    fn straddling_words(&self, straddling: &[vault::Straddling]) -> Result<Option<String>> {
        let others: BTreeSet<EntityId> = straddling
            .iter()
            .flat_map(|entry| entry.others.iter().copied())
            .collect();
        let Some(first) = others.first() else {
            return Ok(None);
        };
        let kind = self
            .vault
            .record(first)?
            .map_or_else(String::new, |it| it.kind);
        let example = self.object_words(&kind, first)?;
        Ok(Some(format!(
            "{}条账本条目同时写有{example}等{}条别的记录，内容不能拆开，仍存在账本里，但不再显示这条记录的部分",
            straddling.len(),
            others.len()
        )))
    }

    /// Findings that stay and quote words of what goes.
    fn quoted_elsewhere(&self, parts: &BTreeSet<EntityId>) -> Result<Vec<String>> {
        let mut quoting = BTreeSet::new();
        for id in parts {
            for citation in self.referring::<Citation>(&id.to_string(), "target")? {
                if parts.contains(&entity(&citation)?) {
                    continue;
                }
                let finding = self.get::<Citation>(&citation)?.record.finding;
                if let Some(finding) = self.find::<Finding>(&finding)? {
                    quoting.insert(finding.record.title);
                }
            }
        }
        Ok(quoting
            .into_iter()
            .map(|title| format!("线索“{title}”的证据引用里摘录的原话"))
            .collect())
    }
}

/// Reason, basis and approval as they are kept; each must be filled in.
fn checked(order: &ErasureOrder) -> Result<Vec<(String, Value)>> {
    let fields = [
        ("reason", "删除事由", &order.reason),
        ("basis", "删除依据", &order.basis),
        ("approved_by", "批准人", &order.approved_by),
    ];
    let mut kept = Vec::new();
    for (field, label, text) in fields {
        let text = text.trim();
        if text.is_empty() {
            return Err(ErrorView::form(
                format!("没有填写{label}。"),
                "事由、依据和批准人都要写明，才能登记在案；没有删除任何内容。",
            ));
        }
        if text.chars().count() > LONGEST {
            return Err(ErrorView::form(
                format!("{label}超过{LONGEST}字。"),
                "请写得简要一些，不要抄录要删除的内容；没有删除任何内容。",
            ));
        }
        kept.push((field.to_owned(), Value::from(text)));
    }
    Ok(kept)
}
