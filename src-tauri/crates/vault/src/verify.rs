//! Checking an archive from the pages of its file to what the screen shows.

use std::io;

use casework::kinds::spec_of;
use ledger::EntityId;
use ledger::verify::{ChainVerifier, Depth, Start};
use rusqlite::Connection;
use rusqlite::types::Value as Cell;

use crate::error::short;
use crate::staging::line;
use crate::table::{self, attachment, entry, journal, migration, read_log};
use crate::{Error, Vault, connection, hex, rebuild};

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

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// What, in Chinese.
    pub what: String,
    /// The record concerned, if it is one.
    pub record: Option<EntityId>,
    /// [`Vault::rebuild`] puts it right: the entries are sound, only what was
    /// made from them is not.
    pub repairable: bool,
}

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Entries checked.
    pub entries: u64,
    /// Of those, without payload. Not a damage.
    pub withheld: u64,
    /// Devices whose chains were checked.
    pub devices: u64,
    /// Attachments checked.
    pub attachments: u64,
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

    fn add(&mut self, what: String, record: Option<EntityId>, repairable: bool) {
        if self.damages.len() < MOST {
            self.damages.push(Damage {
                what,
                record,
                repairable,
            });
        }
    }
}

impl Vault {
    /// Checks the file's pages, every chain and payload, every attachment, and
    /// compares everything shown with a rebuild in memory. `depth` says whether
    /// every signature is checked or only those that vouch for whole chains.
    ///
    /// Damage is reported, not returned as an error. `progress` stops the check
    /// by answering `false`.
    pub fn verify(
        &self,
        depth: Depth,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<VerifyReport, Error> {
        let mut report = VerifyReport::default();
        let done = self
            .verify_pages(&mut report, progress)
            .and_then(|()| self.verify_chains(depth, &mut report, progress))
            .and_then(|()| self.verify_attachments(&mut report, progress))
            .and_then(|()| self.verify_projections(&mut report, progress))
            .and_then(|()| self.verify_read_log(&mut report));
        match done {
            Ok(()) => {}
            Err(Error::Cancelled) => report.cancelled = true,
            // SQLCipher gives nothing more out after a page that fails.
            Err(Error::Damaged { what }) => {
                report.add(format!("{what}，其余部分未能检查"), None, false);
            }
            Err(other) => return Err(other),
        }
        Ok(report)
    }

    fn verify_pages(
        &self,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        step(progress, "检查数据文件", 0, 2)?;
        for what in check_pages(&self.connection)? {
            report.add(what, None, false);
        }
        step(progress, "检查数据文件", 2, 2)
    }

    fn verify_chains(
        &self,
        depth: Depth,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        let total = entry::count(&self.connection)?;
        for what in entry::misfiled(&self.connection)? {
            report.add(what, None, false);
        }
        for device in entry::heads(&self.connection)?.into_keys() {
            let mut chain = ChainVerifier::new(device, Start::Genesis, depth);
            let mut unreadable = Vec::new();
            entry::after(&self.connection, &device, 0, &mut |entry| {
                if report.entries.is_multiple_of(256) {
                    step(progress, "核验条目", report.entries, total)?;
                }
                report.entries += 1;
                if chain.feed(&entry) && entry.open_payload().is_err() {
                    unreadable.push(entry.header.seq);
                }
                Ok(())
            })?;
            let chain = chain.finish();
            report.devices += 1;
            report.withheld += chain.withheld;
            for damage in chain.damages {
                report.add(format!("设备{}：{damage}", short(&device)), None, false);
            }
            for seq in unreadable {
                report.add(
                    format!("设备{}：第 {seq} 号条目的内容无法读取", short(&device)),
                    None,
                    false,
                );
            }
        }
        step(progress, "核验条目", total, total)
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
            match attachment::copy(
                &self.connection,
                &attachment::parse(&info.sha256)?,
                &mut io::sink(),
            ) {
                Ok(_) => {}
                Err(Error::Damaged { .. }) => {
                    let name = if info.file_name.is_empty() {
                        &info.sha256[..8]
                    } else {
                        &info.file_name
                    };
                    report.add(format!("附件《{name}》的内容与其校验值不符"), None, false);
                }
                Err(other) => return Err(other),
            }
        }
        step(progress, "核验附件", total, total)
    }

    fn verify_read_log(&self, report: &mut VerifyReport) -> Result<(), Error> {
        if let Some(no) = read_log::first_broken(&self.connection)? {
            let what = format!("查阅登记从第 {no} 行起与写入时不符");
            report.add(what, None, false);
        }
        Ok(())
    }

    fn verify_projections(
        &self,
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<(), Error> {
        let mut fresh = connection::in_memory()?;
        migration::migrate(&mut fresh)?;
        // One transaction: the full-text index gathers its terms until the end.
        fresh.execute_batch("BEGIN")?;
        entry::copy_headers(&self.connection, &fresh)?;
        rebuild::replay(&self.connection, &fresh, progress)?;
        // An earlier format kept no journal; it is made when first asked for.
        let no_journal = !journal::is_complete(&self.connection)?;
        for projection in table::PROJECTIONS {
            if no_journal && projection.name == table::JOURNAL {
                continue;
            }
            compare(&self.connection, &fresh, projection, report)?;
        }
        Ok(())
    }
}

fn step(
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

/// Checks every page's authentication code and the structure of the file.
/// Returns what is wrong, in Chinese.
pub(crate) fn check_pages(connection: &Connection) -> Result<Vec<String>, Error> {
    // Pages still in the log are not in the file yet.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let mut found = Vec::new();
    let lines = |sql: &str| -> Result<Vec<String>, Error> {
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let pages = lines("PRAGMA cipher_integrity_check")?;
    if !pages.is_empty() {
        found.push(format!("数据文件有{}页被改动或损坏", pages.len()));
    }
    match lines("PRAGMA integrity_check(100)") {
        Ok(ok) if ok == ["ok"] => {}
        Ok(problems) => found.push(format!("数据文件的结构有{}处不一致", problems.len())),
        Err(Error::Damaged { .. }) => found.push("数据文件的结构无法读取".to_owned()),
        Err(other) => return Err(other),
    }
    Ok(found)
}

/// Compares one projection with its rebuild, row by row.
fn compare(
    stored: &Connection,
    fresh: &Connection,
    projection: &table::Projection,
    report: &mut VerifyReport,
) -> Result<(), Error> {
    let mut stored_statement = stored.prepare(projection.rows)?;
    let mut fresh_statement = fresh.prepare(projection.rows)?;
    let width = stored_statement.column_count();
    let mut stored_rows = stored_statement.query([])?;
    let mut fresh_rows = fresh_statement.query([])?;
    let next = |rows: &mut rusqlite::Rows<'_>| -> Result<Option<Vec<Cell>>, Error> {
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        Ok(Some(
            (0..width)
                .map(|column| row.get(column))
                .collect::<Result<_, _>>()?,
        ))
    };
    let (mut left, mut right) = (next(&mut stored_rows)?, next(&mut fresh_rows)?);
    while report.damages.len() < MOST {
        // Rows come sorted by their first `key` columns.
        let order = match (&left, &right) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => key_of(a, projection.key).cmp(&key_of(b, projection.key)),
        };
        let (fault, row) = match order {
            std::cmp::Ordering::Less => ("多出内容", left.as_ref()),
            std::cmp::Ordering::Greater => ("缺少内容", right.as_ref()),
            std::cmp::Ordering::Equal if left == right => ("", None),
            std::cmp::Ordering::Equal => ("与条目不符", left.as_ref()),
        };
        if let Some(row) = row {
            let id = match row.first() {
                Some(Cell::Blob(bytes)) => <[u8; 16]>::try_from(&bytes[..])
                    .ok()
                    .map(|bytes| EntityId(uuid::Uuid::from_bytes(bytes))),
                _ => None,
            };
            report.add(describe(fresh, projection.name, fault, id)?, id, true);
        }
        if order.is_le() {
            left = next(&mut stored_rows)?;
        }
        if order.is_ge() {
            right = next(&mut fresh_rows)?;
        }
    }
    Ok(())
}

fn describe(
    fresh: &Connection,
    name: &str,
    fault: &str,
    id: Option<EntityId>,
) -> Result<String, Error> {
    let whose = match id {
        Some(id) => match line(fresh, &id)? {
            Some(line) if spec_of(&line.kind).is_some() => {
                format!("{}《{}》的", line.label, line.title)
            }
            _ => format!("记录{id}的"),
        },
        None => String::new(),
    };
    Ok(format!("{whose}{name}{fault}"))
}

/// The first columns in a form that sorts as the database sorts: all keys are
/// blobs, texts or whole numbers, column by column of one type.
fn key_of(row: &[Cell], columns: usize) -> Vec<(i64, Vec<u8>)> {
    row.iter()
        .take(columns)
        .map(|cell| match cell {
            Cell::Integer(number) => (*number, Vec::new()),
            Cell::Text(text) => (0, text.clone().into_bytes()),
            Cell::Blob(bytes) => (0, bytes.clone()),
            Cell::Real(_) | Cell::Null => (0, Vec::new()),
        })
        .collect()
}

impl Vault {
    /// A hash over everything shown, the same in every archive that holds the
    /// same payloads, whatever the order they came in: two people can compare
    /// their archives by it.
    pub fn digest(&self) -> Result<String, Error> {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new_with_prefix(b"ducha/vault/1/digest\0");
        for sql in table::DIGESTED {
            let mut statement = self.connection.prepare(sql)?;
            let width = statement.column_count();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for column in 0..width {
                    let cell: Cell = row.get(column)?;
                    let text = format!("{cell:?}");
                    hasher.update((text.len() as u64).to_be_bytes());
                    hasher.update(text);
                }
            }
        }
        Ok(hex::encode(&hasher.finalize()))
    }
}
