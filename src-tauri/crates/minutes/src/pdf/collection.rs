//! Characters of an embedded Chinese font that brings no ToUnicode table but
//! belongs to a character collection of Adobe (ISO 32000-1, 9.10.2, second method).

use hayro_cmap::{BfString, CMap, CMapName, load_embedded};
use hayro_syntax::object::{Array, Dict, Name, String as PdfString};

/// Code → CID → Unicode for one font.
pub(super) struct Collection {
    codes: CMap,
    unicode: CMap,
}

impl Collection {
    /// `None` when the font has a table of its own, is no composite font, or
    /// its collection is unknown.
    pub(super) fn of(font: &Dict<'_>) -> Option<Self> {
        if font.contains_key(b"ToUnicode") || &*font.get::<Name<'_>>(b"Subtype")? != b"Type0" {
            return None;
        }
        let descendants = font.get::<Array<'_>>(b"DescendantFonts")?;
        let descendant = descendants.iter::<Dict<'_>>().next()?;
        let info = descendant.get::<Dict<'_>>(b"CIDSystemInfo")?;
        if info.get::<PdfString<'_>>(b"Registry")?.as_bytes() != b"Adobe" {
            return None;
        }
        let ordering = info.get::<PdfString<'_>>(b"Ordering")?;
        let table: &[u8] = match ordering.as_bytes() {
            b"GB1" => b"Adobe-GB1-UCS2",
            b"CNS1" => b"Adobe-CNS1-UCS2",
            b"Japan1" => b"Adobe-Japan1-UCS2",
            b"Korea1" => b"Adobe-Korea1-UCS2",
            _ => return None,
        };
        let codes = match &*font.get::<Name<'_>>(b"Encoding")? {
            b"Identity-H" => CMap::identity_h(),
            b"Identity-V" => CMap::identity_v(),
            name => predefined(name)?,
        };
        Some(Self {
            codes,
            unicode: predefined(table)?,
        })
    }

    /// The characters of a code that took `length` bytes in the content stream.
    pub(super) fn text(&self, code: u32, length: usize) -> Option<String> {
        let cid = self.codes.lookup_cid_code(code, length as u8)?;
        self.unicode.lookup_bf_string(cid).map(text_of)
    }
}

fn predefined(name: &[u8]) -> Option<CMap> {
    CMap::parse(load_embedded(CMapName::from_bytes(name))?, load_embedded)
}

/// A looked-up string as text.
pub(super) fn text_of(found: BfString) -> String {
    match found {
        BfString::Char(c) => c.to_string(),
        BfString::String(text) => text,
    }
}
