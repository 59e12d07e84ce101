//! The last steps: what printpdf leaves that nobody needs goes, and the file gets its bytes and an
//! identity that does not come from chance.

use super::{broken, pages};
use crate::error::Error;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Document, Object, SaveOptions, StringFormat};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;

/// Takes away empty resources, the boxes that repeat the page's and empty lists of annotations.
pub(super) fn tidy(document: &mut Document) -> Result<(), Error> {
    "1.7".clone_into(&mut document.version);
    // Pages share the empty ones, which go when no page names them any more.
    let mut orphans = Vec::new();
    for id in pages(document) {
        let page = document.get_dictionary(id).map_err(|_| broken())?;
        let resources = page
            .get(b"Resources")
            .and_then(Object::as_reference)
            .map_err(|_| broken())?;
        let mut kept = document
            .get_dictionary(resources)
            .map_err(|_| broken())?
            .clone();
        orphans.push(resources);
        for name in [&b"XObject"[..], b"ExtGState", b"Shading"] {
            let held = kept.get(name).and_then(Object::as_reference);
            if let Ok(held) = held
                && document.get_dictionary(held).is_ok_and(|d| !d.is_empty())
            {
                continue;
            }
            orphans.extend(held);
            kept.remove(name);
        }
        let page = document
            .get_object_mut(id)
            .and_then(Object::as_dict_mut)
            .map_err(|_| broken())?;
        page.set("Resources", kept);
        for name in [&b"TrimBox"[..], b"CropBox"] {
            page.remove(name);
        }
        if page
            .get(b"Annots")
            .and_then(Object::as_array)
            .is_ok_and(Vec::is_empty)
        {
            page.remove(b"Annots");
        }
    }
    for id in orphans {
        document.objects.remove(&id);
    }
    Ok(())
}

/// How hard streams are compressed. Outlines have few repetitions: the next levels take a quarter
/// more of the whole time for less than a hundredth of the file.
const LEVEL: u32 = 4;

/// Compresses the streams that gain by it.
fn compress(document: &mut Document) {
    for object in document.objects.values_mut() {
        let Ok(stream) = object.as_stream_mut() else {
            continue;
        };
        if !stream.allows_compression || stream.dict.has(b"Filter") {
            continue;
        }
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(LEVEL));
        let compressed = encoder
            .write_all(&stream.content)
            .and_then(|()| encoder.finish());
        // One that cannot be compressed stays as it is, which is as good a file.
        if let Ok(compressed) = compressed
            && compressed.len() + FILTER.len() < stream.content.len()
        {
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(compressed);
        }
    }
}

/// What the name of the filter takes in a file.
const FILTER: &str = "/Filter/FlateDecode";

/// The bytes of the finished file.
pub(super) fn bytes(mut document: Document) -> Result<Vec<u8>, Error> {
    compress(&mut document);
    // The identity is the hash of the file as it is without one. It is written into the dictionary
    // of the cross-reference stream, the last object of the file, in the place kept for it.
    document.trailer.set("ID", identity());
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(usize::from(u16::MAX))
        .compression_level(LEVEL)
        .build();
    let mut bytes = Vec::new();
    document
        .save_with_options(&mut bytes, options)
        .map_err(|_| broken())?;
    let mut hash = String::new();
    for byte in Sha256::digest(&bytes).iter().take(NO_IDENTITY.len()) {
        let _ = write!(hash, "{byte:02X}");
    }
    let blank = "00".repeat(NO_IDENTITY.len());
    let mut end = bytes.len();
    for _ in 0..2 {
        let at = bytes[..end]
            .windows(blank.len())
            .rposition(|window| window == blank.as_bytes())
            .ok_or_else(broken)?;
        bytes[at..at + blank.len()].copy_from_slice(hash.as_bytes());
        end = at;
    }
    Ok(bytes)
}

/// An identity yet to be known.
const NO_IDENTITY: [u8; 16] = [0; 16];

fn identity() -> Object {
    let id = Object::String(NO_IDENTITY.to_vec(), StringFormat::Hexadecimal);
    Object::Array(vec![id.clone(), id])
}
