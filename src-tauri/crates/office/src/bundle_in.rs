//! Reading a bundle into the staging area, and the receipt that goes back.

use crate::checking::{Going, Progress};
use crate::error::{ErrorView, Result, file_error, split_sentence};
use crate::moment::Moment;
use crate::open::Open;
use exchange::{Attachment, BundleSink, Manifest, Outside, Receipt, SinkError, Summary, Unlock};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use vault::{Incoming, Preview, Staging};

impl Open {
    /// Reads a bundle into the staging area and lets `finish` look at it or accept
    /// it. Says how far it is; when it is stopped, nothing has changed.
    pub(crate) fn stage(
        &mut self,
        path: &Path,
        passphrase: Option<&str>,
        going: Going<'_>,
        purpose: Purpose,
        finish: impl FnOnce(StagedBundle<'_>, &Summary, Going<'_>) -> Result<Preview>,
    ) -> Result<(Preview, Manifest, Summary)> {
        let open_file = || File::open(path).map_err(|error| file_error("打开", path, &error));
        let identity = self.identity_for(path)?;
        let unlock = match exchange::inspect_outside(open_file()?)? {
            Outside::Recipients { .. } => Unlock::Identity(&identity),
            Outside::Passphrase { .. } => Unlock::Passphrase(passphrase.ok_or_else(|| {
                ErrorView::new(
                    "JH-06",
                    "这个交换包是用口令加密的。",
                    "请填写对方告知的口令。本档案库没有改动。",
                )
            })?),
        };
        let folder = self.vault.folder().to_path_buf();
        let mut sink = Sink {
            folder,
            staging: match purpose {
                Purpose::Look => self.vault.stage_to_look()?,
                Purpose::TakeIn => self.vault.stage()?,
            },
            manifest: None,
            current: None,
            going,
            done: 0,
            total: 0,
        };
        let file = BufReader::new(open_file()?);
        let opener = sink.staging.opener();
        let open = |entry| opener.open(entry);
        let summary = match exchange::read_apart(file, &unlock, open, &mut sink) {
            Ok(summary) => summary,
            Err(exchange::Error::Sink(error)) => {
                return Err(match error.downcast::<vault::Error>() {
                    Ok(error) => (*error).into(),
                    Err(other) => split_sentence("JH-07", &other.to_string()),
                });
            }
            Err(error) => return Err(error.into()),
        };
        let Sink {
            staging,
            manifest,
            going,
            ..
        } = sink;
        let manifest = manifest.ok_or_else(|| ErrorView::unreadable("交换包"))?;
        let preview = finish(StagedBundle(staging), &summary, going)?;
        self.known_twins.forget();
        Ok((preview, manifest, summary))
    }

    /// Puts the signed receipt beside the bundle, where there is room for it.
    pub(crate) fn leave_receipt(
        &self,
        path: &Path,
        summary: &Summary,
        manifest: &Manifest,
        now: Moment,
    ) -> Result<Option<String>> {
        let key = self.vault.device_key_for_signing();
        let receipt = Receipt::sign(
            key,
            summary,
            manifest.sender,
            self.own_name()?,
            self.signed_heads(now)?,
        )?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!("{stem}-回执.txt"));
        // A write-protected stick must not turn a finished import into an error.
        let written = exchange::file::write_file(&beside, |w| {
            w.write_all(receipt.to_text().as_bytes())
                .map_err(|source| exchange::Error::Io {
                    doing: "写回执",
                    source,
                })
        });
        Ok(written
            .is_ok()
            .then(|| beside.to_string_lossy().into_owned()))
    }
}

/// What a bundle is staged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be told what it would do, and nothing else.
    Look,
    /// To be taken in.
    TakeIn,
}

/// A bundle in the staging area, to be looked at or accepted.
pub(crate) struct StagedBundle<'v>(Staging<'v>);

impl StagedBundle<'_> {
    pub(crate) fn preview(
        self,
        now: u64,
        going: Going<'_>,
    ) -> std::result::Result<Preview, vault::Error> {
        self.0
            .preview_telling(now, &mut |progress| going(progress.into()))
    }

    pub(crate) fn commit(
        self,
        now: u64,
        going: Going<'_>,
    ) -> std::result::Result<Preview, vault::Error> {
        self.0
            .commit_telling(now, &mut |progress| going(progress.into()))
    }
}

/// Passes what is read on to the staging area.
struct Sink<'v, 'g> {
    folder: PathBuf,
    staging: Staging<'v>,
    manifest: Option<Manifest>,
    current: Option<([u8; 32], u64)>,
    going: Going<'g>,
    /// Entries and pieces of attachments that were read.
    done: u64,
    /// As many as the manifest announces.
    total: u64,
}

/// Entries after which it is said how far the reading is.
const EVERY: u64 = 64;
/// Bytes of an attachment that count like an entry: about as long to read.
const PIECE: u64 = 4 * 1024;

impl Sink<'_, '_> {
    fn tell(&mut self) -> std::result::Result<(), SinkError> {
        let goes_on = (self.going)(Progress {
            stage: "读取交换包".to_owned(),
            done: self.done,
            total: self.total,
        });
        if goes_on {
            Ok(())
        } else {
            Err(vault::Error::Cancelled.into())
        }
    }
}

impl BundleSink<Incoming> for Sink<'_, '_> {
    fn manifest(&mut self, manifest: &Manifest) -> std::result::Result<(), SinkError> {
        // Said before anything is written: a small file can unpack to more than
        // any disk holds.
        let mut room = 0_u64;
        for attachment in &manifest.attachments {
            if !self.staging.holds(&attachment.hash)? {
                room = room.saturating_add(attachment.size);
            }
        }
        exchange::file::ensure_space(&self.folder.join("vault.db"), room)?;
        self.manifest = Some(manifest.clone());
        self.total = manifest
            .entries()
            .saturating_add(manifest.attachment_bytes() / PIECE);
        self.tell()
    }

    fn entry(&mut self, entry: Incoming) -> std::result::Result<(), SinkError> {
        self.done += 1;
        if self.done.is_multiple_of(EVERY) {
            self.tell()?;
        }
        Ok(self.staging.bring(entry)?)
    }

    fn attachment(&mut self, attachment: &Attachment) -> std::result::Result<(), SinkError> {
        self.current = Some((attachment.hash, 0));
        // An empty attachment has no chunk of its own to begin with.
        if attachment.size == 0 {
            self.staging
                .push_attachment_chunk(attachment.hash, 0, &[])?;
        }
        Ok(())
    }

    fn chunk(&mut self, bytes: &[u8]) -> std::result::Result<(), SinkError> {
        if let Some((hash, offset)) = &mut self.current {
            self.staging.push_attachment_chunk(*hash, *offset, bytes)?;
            *offset += bytes.len() as u64;
        }
        self.done += bytes.len() as u64 / PIECE;
        self.tell()
    }
}
