//! Many bundles at once, for the superior office: one backup before, each bundle
//! for itself all or nothing, and a report for every sender.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::importing::{Bringing, ImportReport, MISSING};
use crate::moment::Moment;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What became of one of the bundles.
#[derive(Debug, Clone, Serialize)]
pub struct BundleOutcome {
    /// File.
    pub path: String,
    /// Who made it; empty when nobody could tell.
    pub sender: String,
    /// It is in the archive now, or was before.
    pub taken: bool,
    /// What it changed, or why it did not come in.
    pub words: String,
    /// What to do about that; empty when it came in.
    pub guidance: String,
    /// What the reader should know besides.
    pub warnings: Vec<String>,
    /// The receipt to carry back.
    pub receipt: Option<String>,
}

/// The bundles of one sender, counted together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SenderSum {
    /// Who; empty for bundles of which nobody could tell.
    pub sender: String,
    /// Bundles that came in.
    pub taken: u64,
    /// Bundles that did not.
    pub refused: u64,
    /// Records that were new.
    pub new: u64,
    /// Records that changed.
    pub changed: u64,
    /// Records that stood with two values afterwards.
    pub conflicts: u64,
}

/// What became of all of them.
#[derive(Debug, Clone, Serialize)]
pub struct ManyReport {
    /// The backup made before the first; none when none could come in.
    pub backup: Option<String>,
    /// Every bundle, in the order of the files.
    pub bundles: Vec<BundleOutcome>,
    /// Every sender, by name.
    pub senders: Vec<SenderSum>,
}

impl Office {
    /// Takes many bundles in. One that needs another before it waits for it,
    /// whatever the order of the files; one that cannot come in keeps none of
    /// the others out. `heard` is told of every file that is begun, and stops
    /// the rest by answering `false`: what came in stays.
    pub fn import_many(
        &mut self,
        paths: &[PathBuf],
        passphrase: Option<&str>,
        now: Moment,
        heard: &mut dyn FnMut(&Path) -> bool,
    ) -> Result<ManyReport> {
        let mut backup: Option<PathBuf> = None;
        let mut ends: Vec<Option<End>> = paths.iter().map(|_| None).collect();
        let mut goes_on = true;
        loop {
            let mut any_came_in = false;
            for (path, end) in paths.iter().zip(&mut ends) {
                if !goes_on || end.as_ref().is_some_and(|end| !end.waits()) {
                    continue;
                }
                goes_on = heard(path);
                if !goes_on {
                    continue;
                }
                let taken = self.take_one(path, passphrase, &mut backup, now)?;
                any_came_in |= taken.result.is_ok();
                *end = Some(taken);
            }
            // Whatever waits is looked at again as long as something came in.
            if !any_came_in || !ends.iter().flatten().any(End::waits) {
                break;
            }
        }
        Ok(told(paths, ends, backup.as_deref()))
    }

    fn take_one(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        backup: &mut Option<PathBuf>,
        now: Moment,
    ) -> Result<End> {
        let bringing = Bringing {
            path,
            passphrase,
            despite: None,
            seen: None,
        };
        let open = self.archive_mut()?;
        let admitted = match open.admit(&bringing, now, &mut |_| true) {
            Ok(admitted) => admitted,
            Err(error) => {
                let sender = open.claimed(path, passphrase).unwrap_or_default();
                return Ok(End {
                    sender,
                    result: Err(error),
                });
            }
        };
        let before = match backup {
            Some(before) => before.clone(),
            // Without a backup nothing comes in at all.
            None => backup.insert(open.vault.backup(now.millis)?).clone(),
        };
        let sender = admitted.sender.name.clone();
        Ok(End {
            sender,
            result: open.accept(&bringing, admitted, &before, now, &mut |_| true),
        })
    }
}

impl crate::open::Open {
    /// Who made a bundle that did not come in, as far as it can be told.
    fn claimed(&self, path: &Path, passphrase: Option<&str>) -> Option<String> {
        let identity = self.identity_for(path).ok()?;
        let read = |unlock| {
            let file = std::fs::File::open(path).ok()?;
            exchange::read_manifest(std::io::BufReader::new(file), &unlock).ok()
        };
        let manifest = read(exchange::Unlock::Identity(&identity))
            .or_else(|| read(exchange::Unlock::Passphrase(passphrase?)))?;
        let sender = self.sender(&manifest.sender, &manifest.sender_name).ok()?;
        Some(sender.name)
    }
}

/// How the try to take a bundle in ended.
struct End {
    sender: String,
    result: std::result::Result<ImportReport, ErrorView>,
}

impl End {
    /// Another bundle must come in first.
    fn waits(&self) -> bool {
        self.result
            .as_ref()
            .is_err_and(|error| error.code == MISSING)
    }
}

fn told(paths: &[PathBuf], ends: Vec<Option<End>>, backup: Option<&Path>) -> ManyReport {
    let mut senders: BTreeMap<String, SenderSum> = BTreeMap::new();
    let mut bundles = Vec::with_capacity(paths.len());
    for (path, end) in paths.iter().zip(ends) {
        let path = path.to_string_lossy().into_owned();
        let Some(end) = end else {
            bundles.push(BundleOutcome {
                path,
                sender: String::new(),
                taken: false,
                words: "没有读：已经停止。".to_owned(),
                guidance: "需要的请再导入一次。".to_owned(),
                warnings: Vec::new(),
                receipt: None,
            });
            continue;
        };
        let sum = senders
            .entry(end.sender.clone())
            .or_insert_with(|| SenderSum {
                sender: end.sender.clone(),
                ..SenderSum::default()
            });
        let outcome = BundleOutcome {
            path,
            sender: end.sender,
            taken: end.result.is_ok(),
            words: String::new(),
            guidance: String::new(),
            warnings: Vec::new(),
            receipt: None,
        };
        bundles.push(match end.result {
            Ok(report) => {
                sum.taken += 1;
                sum.new += report.new;
                sum.changed += report.changed;
                sum.conflicts += report.conflicts;
                BundleOutcome {
                    words: report.words,
                    warnings: report.warnings,
                    receipt: report.receipt_path,
                    ..outcome
                }
            }
            Err(error) => {
                sum.refused += 1;
                BundleOutcome {
                    words: error.message,
                    guidance: error.guidance,
                    ..outcome
                }
            }
        });
    }
    ManyReport {
        backup: backup.map(|it| it.to_string_lossy().into_owned()),
        bundles,
        senders: senders.into_values().collect(),
    }
}
