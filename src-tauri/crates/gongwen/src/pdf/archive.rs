//! What makes the file one for the archive: its level, its colour space and its title, said in the
//! places where PDF/A-2 asks for them.

use super::{broken, catalog, icc, readable};
use crate::error::Error;
use lopdf::{Document, Object, Stream, dictionary};

/// The program that made the file.
const PRODUCER: &str = "督查手记";

/// Declares PDF/A-2u. Document information and metadata say the same (ISO 19005-2, 6.6.3); no day
/// is in either, so that the same paper is the same file whenever it is written.
pub(super) fn declare(document: &mut Document, title: &str) -> Result<(), Error> {
    let info = document
        .trailer
        .get(b"Info")
        .and_then(Object::as_reference)
        .map_err(|_| broken())?;
    let kept = dictionary! {
        "Title" => readable(title),
        "Producer" => readable(PRODUCER),
    };
    document.objects.insert(info, Object::Dictionary(kept));
    // A reader that knows no PDF must find it: not compressed (ISO 19005-2, 6.6.2.1).
    let metadata = document.add_object(
        Stream::new(
            dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
            xmp(title).into_bytes(),
        )
        .with_compression(false),
    );
    let profile = document.add_object(Stream::new(dictionary! { "N" => 3 }, icc::srgb()));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(icc::NAME),
        "Info" => Object::string_literal(icc::NAME),
        "DestOutputProfile" => profile,
    };
    let catalog = catalog(document)?;
    catalog.set("Lang", Object::string_literal("zh-CN"));
    catalog.set(
        "ViewerPreferences",
        dictionary! { "DisplayDocTitle" => true },
    );
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    catalog.set("PageLayout", "SinglePage");
    Ok(())
}

/// Metadata of the file: its level, title, language and producer.
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
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n\
         <pdfaid:part>2</pdfaid:part>\n\
         <pdfaid:conformance>U</pdfaid:conformance>\n\
         <dc:format>application/pdf</dc:format>\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>\n\
         <pdf:Producer>{PRODUCER}</pdf:Producer>\n\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}
