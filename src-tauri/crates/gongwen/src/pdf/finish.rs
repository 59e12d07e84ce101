//! What printpdf does not do: language, title, a document identity that does not come from chance,
//! nothing that depends on the clock.

use crate::error::Error;
use lopdf::{Document, Object, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

/// Finishes the file and gives its bytes.
pub(super) fn finish(mut document: Document, title: &str) -> Result<Vec<u8>, Error> {
    document.version = "1.7".to_owned();
    let info = document
        .trailer
        .get(b"Info")
        .and_then(Object::as_reference)
        .map_err(failed)?;
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
        .map_err(failed)?;
    let catalog = document
        .get_object_mut(root)
        .and_then(Object::as_dict_mut)
        .map_err(failed)?;
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
    // The identity is the hash of the file as it is without one.
    document.trailer.set("ID", identity(&[0; 16]));
    let mut bytes = Vec::new();
    document
        .save_to(&mut bytes)
        .map_err(|error| Error::Pdf(error.to_string()))?;
    let hash = Sha256::digest(&bytes);
    document.trailer.set("ID", identity(&hash[..16]));
    bytes.clear();
    document
        .save_to(&mut bytes)
        .map_err(|error| Error::Pdf(error.to_string()))?;
    Ok(bytes)
}

fn failed(error: lopdf::Error) -> Error {
    Error::Pdf(error.to_string())
}

fn identity(bytes: &[u8]) -> Object {
    let id = Object::String(bytes.to_vec(), StringFormat::Hexadecimal);
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
