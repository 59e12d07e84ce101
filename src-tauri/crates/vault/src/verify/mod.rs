//! Checking an archive from the pages of its file to what the screen shows.

mod chains;
mod digest;
mod pages;
mod projections;

use std::collections::BTreeSet;
use std::io;

use ledger::EntityId;
use ledger::verify::Depth;

use crate::salvage::{self, Carving, Salvaged};
use crate::staging::RecordLine;
use crate::table::{attachment, read_log, record, sealed, signed};
use crate::{Error, Vault, sealing};

pub(crate) use chains::are_sound as chains_are_sound;
pub(crate) use pages::check_pages;

/// More findings than this say nothing new.
const MOST: usize = 200;

/// How far a long task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, in Chinese.
    pub stage: &'static str,
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

/// Which part of the archive a damage is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The pages of the database file: what they held may be lost.
    Pages,
    /// The entries of the ledger.
    Entries,
    /// The attachments.
    Attachments,
    /// What was made from the entries: [`Vault::rebuild`] puts it right.
    Projections,
    /// The log of who looked at what, on this machine.
    ReadLog,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// What, in Chinese.
    pub what: String,
    /// The record concerned, if it is one.
    pub record: Option<EntityId>,
    /// Where.
    pub part: Part,
}

impl Damage {
    /// Whether [`Vault::rebuild`] puts it right: the entries are sound, only
    /// what was made from them is not.
    pub fn is_repairable(&self) -> bool {
        self.part == Part::Projections
    }
}

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Entries checked.
    pub entries: u64,
    /// Of those, without payload because it was withheld. Not a damage.
    pub withheld: u64,
    /// Of those, sealed in a compartment that is not open. Not a damage.
    pub sealed: u64,
    /// Of those, without payload because it was lawfully erased, as another
    /// entry says. Not a damage.
    pub erased: u64,
    /// Of those, damaged.
    pub damaged_entries: u64,
    /// Entries that should be there and are not.
    pub lost_entries: u64,
    /// Entries that were lost before this archive was salvaged from a damaged
    /// one. Told, and no new damage.
    pub known_loss: u64,
    /// Devices whose chains were checked.
    pub devices: u64,
    /// Attachments checked.
    pub attachments: u64,
    /// Of those, damaged.
    pub damaged_attachments: u64,
    /// Records that a damage touches, at most 200.
    pub touched: Vec<RecordLine>,
    /// With damaged pages: what can still be read past them.
    pub readable: Option<Salvaged>,
    /// What is wrong, at most 200 findings; empty when all is well.
    pub damages: Vec<Damage>,
    /// The user stopped it; what was found until then is told.
    pub cancelled: bool,
}

impl VerifyReport {
    /// Whether everything was looked at and nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty() && !self.cancelled
    }

    /// Whether something is wrong that [`Vault::rebuild`] puts right.
    pub fn is_repairable(&self) -> bool {
        self.damages.iter().any(Damage::is_repairable)
    }

    fn add(&mut self, part: Part, what: String, record: Option<EntityId>) {
        if self.damages.len() < MOST {
            self.damages.push(Damage { what, record, part });
        }
    }

    fn touch(&mut self, record: Option<RecordLine>) {
        if let Some(record) = record
            && self.touched.len() < MOST
            && !self.touched.iter().any(|known| known.id == record.id)
        {
            self.touched.push(record);
        }
    }

    /// Takes note of how a check ended.
    fn ended(&mut self, done: Result<(), Error>) -> Result<(), Error> {
        match done {
            Ok(()) => {}
            Err(Error::Cancelled) => self.cancelled = true,
            // SQLCipher gives nothing more out after a page that fails.
            Err(Error::Damaged { what }) => {
                self.add(Part::Pages, format!("{what}，其余部分未能检查"), None);
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }
}

impl Vault {
    /// Checks the file's pages, every chain and payload, every attachment, and
    /// compares everything shown with a rebuild in memory. `depth` says whether
    /// every signature is checked or only those that vouch for whole chains.
    /// Where pages are damaged, it looks past them at what can still be read.
    ///
    /// Damage is reported, not returned as an error. `progress` stops the check
    /// by answering `false`; nothing is changed in any case.
    pub fn verify(
        &self,
        depth: Depth,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<VerifyReport, Error> {
        let mut report = VerifyReport::default();
        let done = self.verify_all(depth, &mut report, progress);
        report.ended(done)?;
        Ok(report)
    }

    fn verify_all(
        &self,
        depth: Depth,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        let found = self.verify_pages(progress)?;
        if !found.is_empty() {
            for what in found {
                report.add(Part::Pages, what, None);
            }
            return self.look_past(depth, report, progress);
        }
        chains::check(&self.connection, depth, report, progress)?;
        self.verify_sealed(report)?;
        self.verify_attachments(report, progress)?;
        projections::check(&self.connection, report, progress)?;
        self.verify_read_log(report)
    }

    /// Tells what is sealed from what is withheld, and opens every encrypted
    /// copy of the compartments that are open.
    fn verify_sealed(&self, report: &mut VerifyReport) -> Result<(), Error> {
        report.sealed = sealed::count_closed(&self.connection)?;
        report.withheld = report.withheld.saturating_sub(report.sealed);
        for (id, key) in self.opened.iter() {
            for no in sealing::check_copies(&self.connection, id, key)? {
                let what = format!("存放序号 {no} 的条目，其密封内容无法解开");
                report.add(Part::Entries, what, None);
            }
        }
        Ok(())
    }

    fn verify_read_log(&self, report: &mut VerifyReport) -> Result<(), Error> {
        let hidden: BTreeSet<i64> = sealed::titled(&self.connection)?.into_iter().collect();
        let title = |no| {
            let no = signed(no)?;
            Ok(if hidden.contains(&no) {
                Some(sealing::title(&self.connection, &self.opened, no)?)
            } else {
                None
            })
        };
        if let Some(no) = read_log::first_broken(&self.connection, &title)? {
            let what = format!("查阅登记从第 {no} 行起与写入时不符");
            report.add(Part::ReadLog, what, None);
        }
        Ok(())
    }

    /// Checks what is left beside damaged pages.
    fn look_past(
        &self,
        depth: Depth,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        let carving = Carving::of(&self.folder, &self.key, progress)?;
        chains::check_carved(&carving, depth, report, progress)?;
        let readable = salvage::survey(&carving, progress)?;
        report.attachments = readable.attachments + readable.lost_attachments.len() as u64;
        report.damaged_attachments = readable.lost_attachments.len() as u64;
        for name in &readable.lost_attachments {
            report.add(
                Part::Attachments,
                format!("附件《{name}》的内容不完整"),
                None,
            );
        }
        for name in &readable.missing_attachments {
            report.add(
                Part::Attachments,
                format!("记录里提到的附件《{name}》没有找到"),
                None,
            );
        }
        for record in &readable.touched {
            report.touch(Some(record.clone()));
        }
        report.readable = Some(readable);
        Ok(())
    }

    fn verify_attachments(
        &self,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        let all = attachment::list(&self.connection)?;
        let total = all.len() as u64;
        for info in all {
            step(progress, "核验附件", report.attachments, total)?;
            report.attachments += 1;
            let copied = attachment::copy(
                &self.connection,
                &attachment::parse(&info.sha256)?,
                &mut io::sink(),
            );
            match copied {
                Ok(_) => {}
                Err(Error::Damaged { .. }) => {
                    let name = if info.file_name.is_empty() {
                        &info.sha256[..8]
                    } else {
                        &info.file_name
                    };
                    report.damaged_attachments += 1;
                    report.add(
                        Part::Attachments,
                        format!("附件《{name}》的内容与其校验值不符"),
                        None,
                    );
                    for id in record::mentioning(&self.connection, &info.sha256)? {
                        report.touch(self.line(&id)?);
                    }
                }
                Err(other) => return Err(other),
            }
        }
        step(progress, "核验附件", total, total)
    }
}

/// Tells how far a task is.
///
/// # Errors
/// [`Error::Cancelled`] when the answer is to stop.
pub(crate) fn step(
    progress: &mut dyn FnMut(Progress) -> bool,
    stage: &'static str,
    done: u64,
    total: u64,
) -> Result<(), Error> {
    if progress(Progress { stage, done, total }) {
        Ok(())
    } else {
        Err(Error::Cancelled)
    }
}
