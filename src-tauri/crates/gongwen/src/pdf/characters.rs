//! The table from glyphs back to characters in its shortest form.

use super::broken;
use super::subset::Characters;
use crate::error::Error;
use lopdf::{Document, Object, ObjectId};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Rewrites the fonts of a document whose characters are known by the fonts' names.
pub(super) fn map_to_characters(
    document: &mut Document,
    characters: &Characters,
) -> Result<(), Error> {
    for (name, font) in fonts(document)? {
        let dictionary = document.get_dictionary(font).map_err(|_| broken())?;
        let map = dictionary
            .get(b"ToUnicode")
            .and_then(Object::as_reference)
            .map_err(|_| broken())?;
        if let Some(characters) = characters.get(&name) {
            document
                .get_object_mut(map)
                .and_then(Object::as_stream_mut)
                .map_err(|_| broken())?
                .set_content(to_unicode(characters).into_bytes());
        }
    }
    Ok(())
}

/// Every font of the pages by its name; all pages share one table.
fn fonts(document: &Document) -> Result<BTreeMap<String, ObjectId>, Error> {
    let mut found = BTreeMap::new();
    for page in document.page_iter() {
        let fonts = document
            .get_dictionary(page)
            .and_then(|page| page.get(b"Resources"))
            .and_then(Object::as_dict)
            .and_then(|resources| resources.get_deref(b"Font", document))
            .and_then(Object::as_dict)
            .map_err(|_| broken())?;
        for (name, font) in fonts {
            let name = String::from_utf8_lossy(name).into_owned();
            found.insert(name, font.as_reference().map_err(|_| broken())?);
        }
    }
    Ok(found)
}

/// Ranges that one block of the table may hold (Adobe TN 5014).
const BLOCK: usize = 100;

/// The table from glyphs to characters (ISO 32000-1, 9.10.3): runs of numbers, each with the list
/// of its characters in UTF-16. A run keeps its high byte.
fn to_unicode(characters: &BTreeMap<u16, char>) -> String {
    let mut runs: Vec<(u16, u16, String)> = Vec::new();
    for (&number, character) in characters {
        let mut units = [0; 2];
        let mut code = String::new();
        for unit in character.encode_utf16(&mut units) {
            let _ = write!(code, "{unit:04X}");
        }
        match runs.last_mut() {
            Some((_, last, codes)) if *last + 1 == number && number % 256 != 0 => {
                *last = number;
                let _ = write!(codes, "<{code}>");
            }
            _ => runs.push((number, number, format!("<{code}>"))),
        }
    }
    let mut table = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    for block in runs.chunks(BLOCK) {
        let _ = writeln!(table, "{} beginbfrange", block.len());
        for (first, last, codes) in block {
            let _ = writeln!(table, "<{first:04X}> <{last:04X}> [{codes}]");
        }
        table.push_str("endbfrange\n");
    }
    table.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    table
}
