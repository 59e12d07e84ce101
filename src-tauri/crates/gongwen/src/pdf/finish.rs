//! What printpdf does not do: language, title, a document identity that does not come from chance,
//! nothing that depends on the clock.

use crate::error::Error;
use lopdf::{Document, Object, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Finishes the file and gives its bytes.
pub(super) fn finish(mut document: Document, title: &str) -> Result<Vec<u8>, Error> {
    "1.7".clone_into(&mut document.version);
    let info = document
        .trailer
        .get(b"Info")
        .and_then(Object::as_reference)
        .map_err(|_| broken())?;
    let kept = dictionary! {
        "Title" => utf16(title),
        "Producer" => utf16("督查手记"),
    };
    document.objects.insert(info, Object::Dictionary(kept));
    let metadata = document.add_object(
        Stream::new(
            dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
            xmp(title).into_bytes(),
        )
        .with_compression(false),
    );
    let root = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .map_err(|_| broken())?;
    let catalog = document
        .get_object_mut(root)
        .and_then(Object::as_dict_mut)
        .map_err(|_| broken())?;
    catalog.set("Lang", Object::string_literal("zh-CN"));
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    catalog.set("Metadata", metadata);
    catalog.set("PageLayout", "SinglePage");
    for object in document.objects.values_mut() {
        if let Ok(page) = object.as_dict_mut()
            && page.has_type(b"Page")
            && page
                .get(b"Annots")
                .and_then(Object::as_array)
                .is_ok_and(Vec::is_empty)
        {
            page.remove(b"Annots");
        }
    }
    document.compress();
    // The identity is the hash of the file as it is without one. It is written into the trailer,
    // which is the last thing in the file, in the place that was kept for it.
    document.trailer.set("ID", identity());
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_| broken())?;
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

/// printpdf's document lacks a part that every document has.
fn broken() -> Error {
    Error::Pdf("文件结构不完整".to_owned())
}

fn identity() -> Object {
    let id = Object::String(NO_IDENTITY.to_vec(), StringFormat::Hexadecimal);
    Object::Array(vec![id.clone(), id])
}

/// Text of the document information in UTF-16 with its mark.
fn utf16(text: &str) -> Object {
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// Metadata of the file: its title and its language.
fn xmp(title: &str) -> String {
    let title: String = title
        .chars()
        .map(|ch| match ch {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '>' => "&gt;".to_owned(),
            ch => ch.to_string(),
        })
        .collect();
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>\n\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}
