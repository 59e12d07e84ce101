//! Reading a bundle.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};
use std::rc::Rc;

use ledger::Entry;
use ledger::cbor;
use sha2::{Digest, Sha256};

use crate::frame::{FrameReader, Kind};
use crate::keys::secret;
use crate::outside::{Outside, read_header};
use crate::writer::{Chains, Counts, Trailer};
use crate::{Attachment, Error, Manifest, Recipient, SinkError, Summary, Unlock, VERSION, limits};

/// Receives the content of a bundle while it is read.
///
/// **Nothing received may be trusted until [`read`] has returned `Ok`**: only then the signed
/// trailer was checked. Stage it, and throw it away on any error. An error of the sink ends the
/// reading and comes back as [`Error::Sink`].
pub trait BundleSink<E = Entry> {
    /// The manifest, first and once. The place to refuse for lack of room or prerequisites.
    fn manifest(&mut self, manifest: &Manifest) -> Result<(), SinkError>;
    /// An entry; in order of number within each device.
    fn entry(&mut self, entry: E) -> Result<(), SinkError>;
    /// An attachment begins; its bytes follow in chunks.
    fn attachment(&mut self, attachment: &Attachment) -> Result<(), SinkError>;
    /// The next bytes of the attachment.
    fn chunk(&mut self, bytes: &[u8]) -> Result<(), SinkError>;
}

/// Reads a bundle into `sink`. Returns `Ok` only when every byte was authentic: decryption,
/// counts, chains, attachment hashes, and the sender's signature over all of it. Whether the
/// sender is somebody known is for the caller to say.
pub fn read(
    source: impl Read,
    unlock: &Unlock<'_>,
    sink: &mut dyn BundleSink,
) -> Result<Summary, Error> {
    let note = Note::default();
    let opened = open(source, unlock, &note)?;
    let me = addressee(unlock);
    let result = FrameReader::new(opened, VERSION)
        .and_then(|frames| content(frames, me.as_ref(), sink))
        .and_then(|(opened, summary)| {
            // The compressed stream must end here, the encrypted one too, and the file as well.
            match opened.inner.finish().read(&mut [0]) {
                Ok(0) => Ok(summary),
                Ok(_) => Err(Error::Malformed { what: "结尾" }),
                Err(_) => Err(Error::Truncated),
            }
        });
    result.map_err(|error| note.explain(error))
}

/// Reads only the manifest, for a first look. **Not verified**: the signature comes last.
pub fn read_manifest(source: impl Read, unlock: &Unlock<'_>) -> Result<Manifest, Error> {
    let note = Note::default();
    let opened = open(source, unlock, &note)?;
    let me = addressee(unlock);
    FrameReader::new(opened, VERSION)
        .and_then(|mut frames| first(&mut frames, me.as_ref()))
        .map_err(|error| note.explain(error))
}

/// Checks a whole bundle without keeping anything of it.
pub fn check(source: impl Read, unlock: &Unlock<'_>) -> Result<Summary, Error> {
    struct Nowhere;
    impl BundleSink for Nowhere {
        fn manifest(&mut self, _: &Manifest) -> Result<(), SinkError> {
            Ok(())
        }
        fn entry(&mut self, _: Entry) -> Result<(), SinkError> {
            Ok(())
        }
        fn attachment(&mut self, _: &Attachment) -> Result<(), SinkError> {
            Ok(())
        }
        fn chunk(&mut self, _: &[u8]) -> Result<(), SinkError> {
            Ok(())
        }
    }
    read(source, unlock, &mut Nowhere)
}

fn addressee(unlock: &Unlock<'_>) -> Option<Recipient> {
    match unlock {
        Unlock::Identity(identity) => Some(identity.recipient()),
        Unlock::Passphrase(_) => None,
    }
}

/// The manifest, which must be the first frame and be addressed to the one who opened it.
fn first<R: Read>(frames: &mut FrameReader<R>, me: Option<&Recipient>) -> Result<Manifest, Error> {
    let (Kind::Manifest, body) = frames.next()? else {
        return Err(Error::Malformed { what: "清单" });
    };
    let manifest = Manifest::decode(body)?;
    let addressed = match me {
        Some(me) => manifest.recipients.contains(me),
        None => manifest.recipients.is_empty(),
    };
    if addressed {
        Ok(manifest)
    } else {
        Err(Error::NotAddressed)
    }
}

/// Everything inside, up to and including the trailer.
pub(crate) fn content<R: Read>(
    mut frames: FrameReader<R>,
    me: Option<&Recipient>,
    sink: &mut dyn BundleSink,
) -> Result<(R, Summary), Error> {
    let manifest = first(&mut frames, me)?;
    sink.manifest(&manifest).map_err(Error::Sink)?;
    let mut chains = Chains::new(&manifest.segments);
    let mut counts = Counts::default();
    let mut incoming: Option<Incoming> = None;
    let trailer = loop {
        let (kind, body) = frames.next()?;
        match kind {
            Kind::Manifest => return Err(Error::Malformed { what: "清单" }),
            Kind::Entry => {
                if incoming.is_some() || counts.attachments > 0 {
                    return Err(Error::Malformed { what: "条目" });
                }
                let entry = Entry::decode(body)?;
                chains.feed(&entry)?;
                counts.entries += 1;
                counts.payloads += u64::from(entry.payload.is_some());
                sink.entry(entry).map_err(Error::Sink)?;
            }
            Kind::Attachment => {
                let attachment = decode_attachment(body)?;
                let announced = manifest.attachments.get(counts.attachments as usize);
                if incoming.is_some() || announced != Some(&attachment) {
                    return Err(Error::NotAsAnnounced { what: "附件" });
                }
                sink.attachment(&attachment).map_err(Error::Sink)?;
                incoming = Incoming::begin(attachment).settle(&mut counts)?;
            }
            Kind::Chunk => {
                let Some(mut attachment) = incoming.take() else {
                    return Err(Error::Malformed { what: "附件" });
                };
                attachment.take(body)?;
                sink.chunk(body).map_err(Error::Sink)?;
                incoming = attachment.settle(&mut counts)?;
            }
            Kind::Trailer => break Trailer::decode(body)?,
        }
    };
    if !trailer.is_signed_by(&manifest.sender) {
        return Err(Error::BadSignature);
    }
    if trailer.digest != frames.digest() {
        return Err(Error::NotAsAnnounced { what: "摘要" });
    }
    chains.finish()?;
    if incoming.is_some() || counts != trailer.counts {
        return Err(Error::NotAsAnnounced { what: "数量" });
    }
    counts.compare(&manifest)?;
    Ok((frames.end()?, trailer.summary()))
}

/// An attachment of which bytes are still to come.
struct Incoming {
    attachment: Attachment,
    left: u64,
    seen: Sha256,
}

impl Incoming {
    fn begin(attachment: Attachment) -> Self {
        Self {
            attachment,
            left: attachment.size,
            seen: Sha256::new(),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if bytes.is_empty() || bytes.len() as u64 > self.left {
            return Err(Error::AttachmentMismatch);
        }
        self.seen.update(bytes);
        self.left -= bytes.len() as u64;
        Ok(())
    }

    /// Checks the hash once nothing is left, and counts the attachment.
    fn settle(self, counts: &mut Counts) -> Result<Option<Self>, Error> {
        if self.left > 0 {
            return Ok(Some(self));
        }
        if <[u8; 32]>::from(self.seen.finalize()) != self.attachment.hash {
            return Err(Error::AttachmentMismatch);
        }
        counts.attachments += 1;
        counts.attachment_bytes += self.attachment.size;
        Ok(None)
    }
}

fn decode_attachment(body: &[u8]) -> Result<Attachment, Error> {
    let read = |r: &mut cbor::Reader<'_>| {
        r.array(2)?;
        Ok(Attachment {
            hash: r.fixed()?,
            size: r.uint()?,
        })
    };
    let attachment = cbor::read_canonical("附件", 256, body, read, |a, w| {
        w.array(2).bytes(&a.hash).uint(a.size);
    })?;
    Ok(attachment)
}

/// Why a lower layer stopped. The layers above only see that bytes ended; the lowest layer that
/// failed knows the reason, and notes it first.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    Medium(io::ErrorKind),
    Truncated,
    Damaged,
    Malformed,
}

#[derive(Clone, Default)]
struct Note(Rc<Cell<Option<Trouble>>>);

impl Note {
    fn explain(&self, error: Error) -> Error {
        match (error, self.0.get()) {
            (Error::Truncated, Some(Trouble::Medium(kind))) => Error::io(READING)(kind.into()),
            (Error::Truncated, Some(Trouble::Damaged)) => Error::Damaged,
            (Error::Truncated, Some(Trouble::Malformed)) => Error::Malformed {
                what: "压缩数据"
            },
            (error, _) => error,
        }
    }
}

const READING: &str = "读取交换包";

/// A layer that notes why it failed.
struct Watched<R> {
    inner: R,
    note: Note,
    judge: fn(io::ErrorKind) -> Trouble,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let result = self.inner.read(bytes);
        if let Err(error) = &result
            && error.kind() != io::ErrorKind::Interrupted
            && self.note.0.get().is_none()
        {
            self.note.0.set(Some((self.judge)(error.kind())));
        }
        result
    }
}

type Header<R> = io::Chain<Cursor<Vec<u8>>, BufReader<Watched<R>>>;
type Sealed<R> = Watched<age::stream::StreamReader<Header<R>>>;
type Opened<R> = Watched<zstd::Decoder<'static, BufReader<Sealed<R>>>>;

/// Decrypts and unpacks.
fn open<R: Read>(source: R, unlock: &Unlock<'_>, note: &Note) -> Result<Opened<R>, Error> {
    let mut source = BufReader::new(Watched {
        inner: source,
        note: note.clone(),
        judge: Trouble::Medium,
    });
    let (header, outside) = read_header(&mut source)?;
    let decryptor = age::Decryptor::new_buffered(Cursor::new(header).chain(source));
    let decryptor = decryptor.map_err(|error| note.explain(sealed_error(&error, unlock)))?;
    let opened = match (unlock, outside) {
        (Unlock::Identity(_), Outside::Passphrase { .. }) => return Err(Error::NeedsPassphrase),
        (Unlock::Passphrase(_), Outside::Recipients { .. }) => return Err(Error::NeedsIdentity),
        (_, Outside::Passphrase { work_factor }) if work_factor > limits::WORK_FACTOR_ACCEPTED => {
            return Err(Error::ExcessiveWork { found: work_factor });
        }
        (Unlock::Identity(identity), _) => {
            decryptor.decrypt(std::iter::once(&identity.0 as &dyn age::Identity))
        }
        (Unlock::Passphrase(passphrase), _) => {
            let mut identity = age::scrypt::Identity::new(secret(passphrase));
            identity.set_max_work_factor(limits::WORK_FACTOR_ACCEPTED);
            decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
        }
    };
    let sealed = opened.map_err(|error| note.explain(sealed_error(&error, unlock)))?;
    let sealed = Watched {
        inner: sealed,
        note: note.clone(),
        judge: |kind| match kind {
            io::ErrorKind::UnexpectedEof => Trouble::Truncated,
            _ => Trouble::Damaged,
        },
    };
    let mut unpacked = zstd::Decoder::new(sealed)
        .map_err(Error::io(READING))?
        .single_frame();
    unpacked
        .window_log_max(limits::WINDOW_LOG)
        .map_err(Error::io(READING))?;
    Ok(Watched {
        inner: unpacked,
        note: note.clone(),
        judge: |kind| match kind {
            io::ErrorKind::UnexpectedEof => Trouble::Truncated,
            _ => Trouble::Malformed,
        },
    })
}

/// What age's refusal means here.
fn sealed_error(error: &age::DecryptError, unlock: &Unlock<'_>) -> Error {
    use age::DecryptError as E;
    match (error, unlock) {
        (E::DecryptionFailed | E::KeyDecryptionFailed, Unlock::Passphrase(_)) => {
            Error::WrongPassphrase
        }
        (E::NoMatchingKeys, Unlock::Identity(_)) => Error::WrongRecipient,
        (E::ExcessiveWork { required, .. }, _) => Error::ExcessiveWork { found: *required },
        (E::Io(error), _) if error.kind() == io::ErrorKind::UnexpectedEof => Error::Truncated,
        (E::Io(error), _) => Error::io(READING)(error.kind().into()),
        (E::UnknownFormat, _) => Error::NotABundle,
        _ => Error::Damaged,
    }
}
