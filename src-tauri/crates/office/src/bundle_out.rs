//! Writing a bundle: what belongs to the scope, whole, read back and compared.

use crate::error::{ErrorView, Result, file_error};
use crate::exchange_desk::ExportReport;
use crate::open::Open;
use crate::scope::Scope;
use crate::session::passphrase_advice;
use exchange::{Attachment, BundleWriter, Lock, Manifest, Recipient, Segment};
use ledger::{CompartmentId, DeviceId, EntityId, Entry};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

/// Room reckoned for one entry when the space on a stick is checked; entries
/// are smaller packed, and a little too much is safer than too little.
const ENTRY_BYTES: u64 = 512;

impl Open {
    /// Gives every entry of the scope in order, payloads only where they belong to it.
    fn each_entry(
        &self,
        records: Option<&BTreeSet<EntityId>>,
        visit: &mut dyn FnMut(Entry) -> std::result::Result<(), vault::Error>,
    ) -> Result<()> {
        let from_start = BTreeMap::new();
        match records {
            None => self.vault.entries_after(&from_start, visit)?,
            Some(records) => {
                let compartments = BTreeSet::from([CompartmentId::OPEN]);
                self.vault
                    .entries_of(records, &compartments, &from_start, visit)?;
            }
        }
        Ok(())
    }

    pub(crate) fn write_bundle(
        &self,
        scope: &Scope,
        lock: &Lock,
        path: &Path,
    ) -> Result<ExportReport> {
        let extent = self.extent(scope)?;
        let records = extent.records.map(|ids| {
            ids.iter()
                .filter_map(|id| id.parse().ok())
                .collect::<BTreeSet<EntityId>>()
        });
        let mut manifest = Manifest::new(self.signed_heads()?, self.own_name()?, extent.words);
        let mut segments: BTreeMap<DeviceId, Segment> = BTreeMap::new();
        self.each_entry(records.as_ref(), &mut |entry| {
            let header = &entry.header;
            let segment = segments.entry(header.device).or_insert(Segment {
                device: header.device,
                from: header.seq,
                previous: header.previous,
                to: header.seq,
                last: entry.hash,
            });
            segment.to = header.seq;
            segment.last = entry.hash;
            manifest.payloads += u64::from(entry.payload.is_some());
            Ok(())
        })?;
        manifest.segments = segments.into_values().collect();
        for info in self.vault.attachments()? {
            let wanted = extent
                .attachments
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&info.sha256));
            let mut hash = [0; 32];
            if wanted && hex::decode_to_slice(&info.sha256, &mut hash).is_ok() {
                manifest.attachments.push(Attachment {
                    hash,
                    size: info.size,
                });
            }
        }
        let entries = manifest.entries();
        let payloads = manifest.payloads;
        let attachments = manifest.attachments.clone();
        exchange::file::ensure_space(path, manifest.attachment_bytes() + entries * ENTRY_BYTES)?;
        let mut trouble: Option<ErrorView> = None;
        let written = exchange::file::write_file(path, |w| {
            let key = self.vault.device_key_for_signing();
            let mut bundle = BundleWriter::create(w, lock, manifest, key)?;
            let mut refused = None;
            let given = self.each_entry(records.as_ref(), &mut |entry| {
                bundle.entry(&entry).map_err(|error| {
                    refused = Some(error);
                    vault::Error::Cancelled
                })
            });
            if let Some(error) = refused {
                return Err(error);
            }
            if let Err(error) = given {
                let sentence = error.to_string();
                trouble = Some(error);
                return Err(exchange::Error::Sink(sentence.into()));
            }
            for attachment in &attachments {
                let mut bytes = self
                    .vault
                    .open_attachment(&hex::encode(attachment.hash))
                    .map_err(|error| exchange::Error::Sink(error.into()))?;
                bundle.attachment(attachment.hash, attachment.size, &mut bytes)?;
            }
            bundle.finish()
        });
        if let Some(error) = trouble {
            return Err(error);
        }
        written?;
        let bytes = std::fs::metadata(path)
            .map_err(|error| file_error("读取", path, &error))?
            .len();
        Ok(ExportReport {
            path: path.to_string_lossy().into_owned(),
            bytes,
            entries,
            records: payloads,
            attachments: attachments.len() as u64,
        })
    }
}

/// What the bundle is locked with: keys, or a passphrase that is not too weak.
pub(crate) fn lock_for(recipients: &[String], passphrase: Option<&str>) -> Result<Lock> {
    let keys: Vec<&str> = recipients
        .iter()
        .map(|key| key.trim())
        .filter(|key| !key.is_empty())
        .collect();
    match (
        keys.is_empty(),
        passphrase.filter(|passphrase| !passphrase.is_empty()),
    ) {
        (false, None) => {
            let keys = keys
                .into_iter()
                .map(Recipient::from_str)
                .collect::<std::result::Result<_, _>>()?;
            Ok(Lock::Recipients(keys))
        }
        (true, Some(passphrase)) => match passphrase_advice(passphrase) {
            Some(advice) => Err(ErrorView::form(
                advice,
                "请换一个口令，并当面或打电话告诉收件人。",
            )),
            None => Ok(Lock::passphrase(passphrase)),
        },
        (true, None) => Err(ErrorView::form(
            "还没有说明给谁看。",
            "请填写收件人的收件码，或设一个口令当面告诉对方。",
        )),
        (false, Some(_)) => Err(ErrorView::form(
            "收件码和口令只能用一种。",
            "请清空其中一项再导出。",
        )),
    }
}
