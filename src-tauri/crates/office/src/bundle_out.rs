//! Writing a bundle: what belongs to the scope, whole, read back and compared.

use crate::error::{ErrorView, Result, file_error};
use crate::exchange_desk::ExportReport;
use crate::handed::Whole;
use crate::moment::Moment;
use crate::open::Open;
use crate::passphrase::require_good;
use crate::scope::Extent;
use crate::session::outside_archives;
use crate::since::is_open;
use exchange::{Attachment, BundleWriter, Lock, Manifest, Recipient, Segment};
use ledger::{CompartmentId, DeviceId, EntityId, Entry};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;
use vault::{ScopeSummary, Wanted};

/// Room reckoned for one entry when the space on a stick is checked; entries
/// are smaller packed, and a little too much is safer than too little.
const ENTRY_BYTES: u64 = 512;

impl Open {
    /// Gives every entry of the scope in order, payloads only where they belong
    /// to it and what is masked as such, and says what had to be left out. What
    /// the receiver has already is left out as well.
    pub(crate) fn each_entry(
        &self,
        records: Option<&BTreeSet<EntityId>>,
        extent: &Extent,
        visit: &mut dyn FnMut(Entry) -> std::result::Result<(), vault::Error>,
    ) -> Result<ScopeSummary> {
        let base = extent.base.as_ref();
        let after = base.map(|base| base.after.clone()).unwrap_or_default();
        if records.is_none() && extent.masks.is_empty() {
            self.vault.entries_after(&after, visit)?;
            return Ok(ScopeSummary::default());
        }
        let wanted = Wanted {
            records,
            compartments: &BTreeSet::from([CompartmentId::OPEN]),
            hides: &|record, kind, field| extent.masks.hides(record, kind, field),
            hides_remarks: !extent.masks.is_empty(),
        };
        Ok(self.vault.entries_wanted(&wanted, &after, visit)?)
    }

    pub(crate) fn write_bundle(
        &self,
        extent: &Extent,
        lock: &Lock,
        path: &Path,
        now: Moment,
    ) -> Result<Written> {
        outside_archives(path)?;
        let files = self.leaving_files(extent)?;
        let mut whole = Whole::with_files(files.iter().map(|info| info.sha256.clone()));
        let records = extent.records.as_ref().map(|ids| {
            ids.iter()
                .filter_map(|id| id.parse().ok())
                .collect::<BTreeSet<EntityId>>()
        });
        let words = extent.words.clone();
        let mut manifest = Manifest::new(self.signed_heads(now)?, self.own_name()?, words.clone());
        let mut segments: BTreeMap<DeviceId, Segment> = BTreeMap::new();
        let summary = self.each_entry(records.as_ref(), extent, &mut |entry| {
            let header = &entry.header;
            whole.add(header, is_open(&entry));
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
        for info in files {
            let mut hash = [0; 32];
            if hex::decode_to_slice(&info.sha256, &mut hash).is_ok() {
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
            let given = self.each_entry(records.as_ref(), extent, &mut |entry| {
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
        let sealed = written?;
        let bytes = std::fs::metadata(path)
            .map_err(|error| file_error("读取", path, &error))?
            .len();
        let is_whole = records.is_none() && extent.masks.is_empty();
        Ok(Written {
            digest: hex::encode(sealed.digest),
            whole: is_whole.then_some(whole),
            report: ExportReport {
                path: path.to_string_lossy().into_owned(),
                scope: words,
                bytes,
                entries,
                records: payloads,
                attachments: attachments.len() as u64,
                straddling: summary.straddling,
                masked: summary.masked,
                masks: extent.masks.words(),
            },
        })
    }
}

/// A bundle that lies there, read back and compared.
pub(crate) struct Written {
    /// What a receipt for it names, in hexadecimal.
    pub(crate) digest: String,
    /// What it gave, when it left nothing out of its own accord.
    pub(crate) whole: Option<Whole>,
    pub(crate) report: ExportReport,
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
        (true, Some(passphrase)) => {
            require_good(passphrase, "请换一个口令，并当面或打电话告诉收件人。")?;
            Ok(Lock::passphrase(passphrase))
        }
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

#[cfg(test)]
mod tests {
    use crate::moment::Moment;
    use crate::{KdfParams, KeyCost, Office, Places, Scope, ScopeKind};
    use casework::records::{Citation, CitationTarget, Finding, Paragraph, Passage, Person};

    /// One import of minutes is one entry: a file on one person that cites a
    /// passage takes that part of it along, and the rest of it masked.
    #[test]
    fn an_export_cuts_what_belongs_to_it_in_part() {
        let folder = tempfile::tempdir().expect("a folder");
        let local = "2026-11-23T14:30:00".parse().expect("a time");
        let now = Moment::at(local);
        let mut office = Office::new(Places {
            settings_file: std::path::PathBuf::new(),
            default_parent: folder.path().to_path_buf(),
            reader: std::path::PathBuf::new(),
            kdf: KeyCost::Fixed(KdfParams::fast_for_tests()),
        });
        office
            .create_archive("分割", folder.path(), "山高水长一二三四", now)
            .expect("an archive");
        let text = "第一段\n\n第二段：研究人事事项";
        let imported = minutes::parse("记录.txt", text.as_bytes(), &minutes::Limits::default())
            .expect("readable");
        let open = office.archive_mut().expect("open");
        let document = open
            .keep_minutes("记录.txt", text.as_bytes(), imported, None, None, now)
            .expect("kept")
            .id;
        let person = Person {
            name: "甲某".into(),
            ..Person::default()
        };
        let person = office.save_person(None, &person, now).expect("kept").id;
        let view = office.minutes_document(&document).expect("minutes");
        let last = view.paragraphs.last().expect("a paragraph");
        let passage = Passage {
            document,
            from_paragraph: last.id.clone(),
            to_paragraph: last.id.clone(),
            to_char: 3,
            ..Passage::default()
        };
        let passage = office.add_passage(&passage, now).expect("kept").id;
        let finding = Finding {
            title: "人事事项".into(),
            person: person.clone(),
            ..Finding::default()
        };
        let finding = office.save_finding(None, &finding, now).expect("kept").id;
        let proof = Citation::default().proof;
        office
            .cite(&finding, CitationTarget::摘录, &passage, None, proof, now)
            .expect("cited");
        let mut export = |scope: &Scope, name: &str| {
            let file = folder.path().join(name);
            office
                .export_bundle(scope, &[], Some("当面告知的口令一"), &file, now)
                .expect("exported")
        };
        let file_on_person = Scope {
            kind: ScopeKind::人员,
            id: Some(person),
        };
        let part = export(&file_on_person, "人员.dcx");
        assert_eq!((part.straddling, part.masked), (0, 1));
        let all = export(&Scope::everything(), "全部.dcx");
        assert_eq!((all.straddling, all.masked), (0, 0));

        let mut receiver = Office::new(Places {
            settings_file: std::path::PathBuf::new(),
            default_parent: folder.path().to_path_buf(),
            reader: std::path::PathBuf::new(),
            kdf: KeyCost::Fixed(KdfParams::fast_for_tests()),
        });
        receiver
            .create_archive("收件", folder.path(), "山高水长一二三四", now)
            .expect("an archive");
        let file = folder.path().join("人员.dcx");
        receiver
            .import_bundle(&file, Some("当面告知的口令一"), now)
            .expect("accepted");
        let document = &passage_of(&receiver, &passage).document;
        let open = receiver.archive().expect("open");
        let paragraphs = open.children::<Paragraph>(document).expect("listed");
        let texts: Vec<&str> = paragraphs
            .iter()
            .map(|it| it.record.text.as_str())
            .collect();
        assert_eq!(texts, ["第二段：研究人事事项"], "and nothing of the first");
    }

    fn passage_of(office: &Office, id: &str) -> Passage {
        let open = office.archive().expect("open");
        open.get::<Passage>(id).expect("here").record
    }
}
