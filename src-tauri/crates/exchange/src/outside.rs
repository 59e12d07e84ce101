//! The outside of a bundle: the age header, as far as it is readable without a key.

use std::io::{BufRead, BufReader, Read};

use serde::Serialize;

use crate::{Error, limits};

const MAGIC: &[u8] = b"age-encryption.org/";
const KNOWN: &[u8] = b"v1\n";

/// What can be said about a bundle without a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Outside {
    /// Locked for the keys of so many recipients. Whose they are cannot be seen.
    Recipients {
        /// How many.
        count: usize,
    },
    /// Locked with a passphrase.
    Passphrase {
        /// The scrypt work factor, as a power of two.
        work_factor: u8,
    },
}

/// Looks at the beginning of a file and says what opens it.
///
/// # Errors
/// [`Error::NotABundle`] when it is another kind of file, [`Error::NewerVersion`] when its
/// encryption is newer, [`Error::Truncated`] or [`Error::Damaged`] when the header is.
pub fn inspect_outside(source: impl Read) -> Result<Outside, Error> {
    read_header(&mut BufReader::new(source)).map(|(_, outside)| outside)
}

/// Reads the header off `source` and returns its bytes. The limits here are what keeps a
/// hostile header from filling the memory.
pub(crate) fn read_header(source: &mut impl BufRead) -> Result<(Vec<u8>, Outside), Error> {
    let mut source = source.take(limits::OUTER_HEADER_BYTES as u64);
    let mut header = vec![];
    let first = line(&mut source, &mut header)?;
    let Some(version) = first.strip_prefix(MAGIC) else {
        let shown = first.len().min(MAGIC.len());
        let cut = !first.is_empty() && !first.ends_with(b"\n") && first[..shown] == MAGIC[..shown];
        return Err(if cut {
            Error::Truncated
        } else {
            Error::NotABundle
        });
    };
    if version != KNOWN {
        let number = version
            .strip_prefix(b"v")
            .and_then(|v| v.strip_suffix(b"\n"));
        let number = number
            .and_then(|v| std::str::from_utf8(v).ok())
            .and_then(|v| v.parse().ok());
        return Err(match number {
            Some(found) if found > 1 => Error::NewerVersion { found, known: 1 },
            _ if !version.ends_with(b"\n") => Error::Truncated,
            _ => Error::Damaged,
        });
    }
    let (mut recipients, mut work_factor) = (0, None);
    loop {
        let line = line(&mut source, &mut header)?;
        if !line.ends_with(b"\n") {
            let full = header.len() >= limits::OUTER_HEADER_BYTES;
            return Err(if full {
                Error::Damaged
            } else {
                Error::Truncated
            });
        }
        if line.starts_with(b"-> X25519 ") {
            recipients += 1;
        } else if let Some(arguments) = line.strip_prefix(b"-> scrypt ") {
            let factor = arguments.trim_ascii().rsplit(|&b| b == b' ').next();
            let factor = factor
                .and_then(|f| std::str::from_utf8(f).ok())
                .and_then(|f| f.parse().ok());
            work_factor = Some(factor.ok_or(Error::Damaged)?);
        } else if line.starts_with(b"--- ") {
            break;
        }
    }
    let outside = match work_factor {
        Some(work_factor) => Outside::Passphrase { work_factor },
        None => Outside::Recipients { count: recipients },
    };
    Ok((header, outside))
}

/// Reads one line and appends it to `header`.
fn line(source: &mut impl BufRead, header: &mut Vec<u8>) -> Result<Vec<u8>, Error> {
    let mut line = vec![];
    source
        .read_until(b'\n', &mut line)
        .map_err(Error::io("读取交换包"))?;
    header.extend_from_slice(&line);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8]) -> &'static str {
        inspect_outside(bytes).map_or_else(|e| e.code(), |_| "ok")
    }

    #[test]
    fn tells_other_files_newer_ones_and_broken_ones_apart() {
        assert_eq!(code(b""), "not-a-bundle");
        assert_eq!(code(b"PK\x03\x04 some archive"), "not-a-bundle");
        assert_eq!(code(&vec![0xff; 100_000]), "not-a-bundle");
        assert_eq!(code(b"age-encryp"), "truncated");
        assert_eq!(code(b"age-encryption.org/v2\n"), "newer-version");
        assert_eq!(code(b"age-encryption.org/v0\n"), "damaged");
        assert_eq!(code(b"age-encryption.org/"), "truncated");
        assert_eq!(
            code(b"age-encryption.org/v1\n-> X25519 abc\nbody\n"),
            "truncated"
        );
        assert_eq!(
            code(b"age-encryption.org/v1\n-> scrypt salt many\n--- mac\n"),
            "damaged"
        );
    }

    #[test]
    fn an_endless_header_is_refused_within_its_limit() {
        let endless = std::io::repeat(b'a');
        let bytes = b"age-encryption.org/v1\n".chain(endless);
        assert_eq!(inspect_outside(bytes).map_err(|e| e.code()), Err("damaged"));
    }

    #[test]
    fn counts_recipients_and_reads_the_work_factor() {
        let keys = b"age-encryption.org/v1\n-> X25519 a\nb\n-> grease\n\n-> X25519 c\nd\n--- mac\n";
        assert_eq!(
            inspect_outside(&keys[..]).ok(),
            Some(Outside::Recipients { count: 2 })
        );
        let passphrase = b"age-encryption.org/v1\n-> scrypt salt 18\nb\n--- mac\n";
        assert_eq!(
            inspect_outside(&passphrase[..]).ok(),
            Some(Outside::Passphrase { work_factor: 18 })
        );
    }
}
