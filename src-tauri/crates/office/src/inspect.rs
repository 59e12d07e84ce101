//! What a bundle is, looked at without taking anything in: what locks it, and
//! with the key, who sends what. The whole file is checked while it is read.

use crate::Office;
use crate::error::{Result, file_error};
use crate::moment::local_of;
use exchange::{Attachment, BundleSink, Manifest, Outside, SinkError, Unlock};
use ledger::Entry;
use serde::Serialize;
use specta::Type;
use std::fs::File;
use std::path::Path;

/// What opens a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
pub enum BundleLock {
    /// A passphrase told by the sender.
    口令,
    /// The keys of the recipients named in it.
    收件码,
}

/// A bundle as it lies on the stick.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BundleView {
    /// File.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// What opens it.
    pub lock: BundleLock,
    /// For how many keys it is locked; none with a passphrase.
    pub recipients: u32,
    /// What is inside, when a key was given.
    pub contents: Option<BundleContents>,
}

/// What is inside a bundle. It was read to its end: signature, chains, counts
/// and the hashes of attachments are right.
#[derive(Debug, Clone, Serialize, Type)]
pub struct BundleContents {
    /// Who made it, by name as the sender gives it.
    pub sender: String,
    /// Fingerprint of the sending device, to be compared by eye.
    pub fingerprint: String,
    /// Its scope in words.
    pub scope: String,
    /// When it was made, in words.
    pub made_at: String,
    /// Devices whose entries are in it.
    pub devices: u32,
    /// Entries in it.
    pub entries: u64,
    /// Of these, with their words.
    pub records: u64,
    /// Attachments in it.
    pub attachments: u64,
    /// Size of the attachments together.
    pub attachment_bytes: u64,
    /// Digest that a receipt for it names, in hexadecimal.
    pub digest: String,
}

/// Looks at a bundle with the sender's passphrase, or without any key at its outside only.
///
/// # Errors
/// A file that is no bundle, is cut short or was changed; a wrong passphrase.
pub fn inspect_bundle(path: &Path, passphrase: Option<&str>) -> Result<BundleView> {
    let (mut view, outside) = outside(path)?;
    if let (Outside::Passphrase { .. }, Some(passphrase)) = (outside, passphrase) {
        view.contents = Some(contents(path, &Unlock::Passphrase(passphrase))?);
    }
    Ok(view)
}

impl Office {
    /// Looks at a bundle with the key of the open archive, or with the sender's passphrase.
    ///
    /// # Errors
    /// As [`inspect_bundle`]; a bundle that was made for somebody else.
    pub fn inspect_bundle(&self, path: &Path, passphrase: Option<&str>) -> Result<BundleView> {
        let (mut view, outside) = outside(path)?;
        view.contents = match (outside, passphrase) {
            (Outside::Recipients { .. }, _) => {
                let identity = self.archive()?.identity_for(path)?;
                Some(contents(path, &Unlock::Identity(&identity))?)
            }
            (Outside::Passphrase { .. }, Some(passphrase)) => {
                Some(contents(path, &Unlock::Passphrase(passphrase))?)
            }
            (Outside::Passphrase { .. }, None) => None,
        };
        Ok(view)
    }
}

fn outside(path: &Path) -> Result<(BundleView, Outside)> {
    let failed = |error| file_error("打开", path, &error);
    let file = File::open(path).map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    let outside = exchange::inspect_outside(file)?;
    let (lock, recipients) = match outside {
        Outside::Recipients { count } => (BundleLock::收件码, count as u32),
        Outside::Passphrase { .. } => (BundleLock::口令, 0),
    };
    let view = BundleView {
        path: path.to_string_lossy().into_owned(),
        bytes,
        lock,
        recipients,
        contents: None,
    };
    Ok((view, outside))
}

fn contents(path: &Path, unlock: &Unlock<'_>) -> Result<BundleContents> {
    let file = File::open(path).map_err(|error| file_error("打开", path, &error))?;
    let mut kept = ManifestOnly(None);
    let summary = exchange::read(std::io::BufReader::new(file), unlock, &mut kept)?;
    // A reader that came to its end has handed the manifest over first.
    let manifest = kept.0.ok_or(exchange::Error::Malformed { what: "清单" })?;
    Ok(BundleContents {
        sender: manifest.sender_name,
        fingerprint: manifest.sender.fingerprint(),
        scope: manifest.scope,
        made_at: local_of(manifest.created.millis)
            .format("%Y年%-m月%-d日 %H:%M")
            .to_string(),
        devices: manifest.segments.len() as u32,
        entries: summary.entries,
        records: summary.payloads,
        attachments: summary.attachments,
        attachment_bytes: summary.attachment_bytes,
        digest: hex::encode(summary.digest),
    })
}

/// Keeps the manifest and lets everything else go.
struct ManifestOnly(Option<Manifest>);

impl BundleSink for ManifestOnly {
    fn manifest(&mut self, manifest: &Manifest) -> std::result::Result<(), SinkError> {
        self.0 = Some(manifest.clone());
        Ok(())
    }

    fn entry(&mut self, _: Entry) -> std::result::Result<(), SinkError> {
        Ok(())
    }

    fn attachment(&mut self, _: &Attachment) -> std::result::Result<(), SinkError> {
        Ok(())
    }

    fn chunk(&mut self, _: &[u8]) -> std::result::Result<(), SinkError> {
        Ok(())
    }
}
