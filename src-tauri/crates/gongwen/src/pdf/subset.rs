//! The part of each face that a document uses.

use super::cff;
use crate::error::Error;
use crate::fonts::{Face, Faces};
use crate::standard::{EM_ASCENT, EM_DESCENT};
use printpdf::{FontId, FontMetrics, ParsedFont, PdfFont, PdfFontMap};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use subsetter::GlyphRemapper;

/// One embedded font to be.
struct Subset {
    face: Face,
    remapper: GlyphRemapper,
    /// Number in the face → the one character it stands for in this subset.
    characters: HashMap<u16, char>,
    /// Number in the subset → advance, 1/1000 em.
    advances: BTreeMap<u16, u16>,
    /// Character → number in the subset.
    map: BTreeMap<u32, u16>,
}

/// Per font, by its name in the resources: number in the subset → character.
pub(super) type Characters = BTreeMap<String, BTreeMap<u16, char>>;

/// All of them, in the order of first use.
pub(super) struct Subsets<'a> {
    faces: &'a Faces,
    subsets: Vec<Subset>,
}

impl<'a> Subsets<'a> {
    pub(super) fn new(faces: &'a Faces) -> Self {
        Self {
            faces,
            subsets: Vec::new(),
        }
    }

    /// The font, number and advance (1/1000 em) under which a glyph is embedded.
    pub(super) fn glyph(
        &mut self,
        face: Face,
        id: u16,
        character: char,
    ) -> Result<(FontId, u16, f64), Error> {
        let free = |subset: &Subset| {
            subset.face == face
                && subset
                    .characters
                    .get(&id)
                    .is_none_or(|known| *known == character)
        };
        let index = if let Some(index) = self.subsets.iter().position(free) {
            index
        } else {
            self.subsets.push(Subset {
                face,
                remapper: GlyphRemapper::new(),
                characters: HashMap::new(),
                advances: BTreeMap::new(),
                map: BTreeMap::new(),
            });
            self.subsets.len() - 1
        };
        let subset = &mut self.subsets[index];
        let number = subset.remapper.remap(id);
        let advance = if let Some(advance) = subset.advances.get(&number) {
            *advance
        } else {
            let loaded = self.faces.get(face)?;
            let units = loaded
                .parsed
                .glyph_hor_advance(ttf_parser::GlyphId(id))
                .unwrap_or(0);
            let advance = (f64::from(units) * 1000.0 / loaded.units).round() as u16;
            subset.characters.insert(id, character);
            subset.advances.insert(number, advance);
            subset.map.insert(u32::from(character), number);
            advance
        };
        Ok((font_id(index), number, f64::from(advance)))
    }

    /// Puts the subsets into the document's font table, and gives the characters of each by its
    /// name: number in the subset → character.
    pub(super) fn embed(self, fonts: &mut PdfFontMap) -> Result<Characters, Error> {
        let mut characters = Characters::new();
        for (index, subset) in self.subsets.into_iter().enumerate() {
            let id = font_id(index);
            let numbered = subset
                .map
                .iter()
                .filter_map(|(character, number)| Some((*number, char::from_u32(*character)?)));
            characters.insert(id.0.clone(), numbered.collect());
            let font = parsed(self.faces, subset)?;
            fonts.map.insert(id, PdfFont::new(font));
        }
        Ok(characters)
    }
}

/// Name of a font in the page's resources.
fn font_id(index: usize) -> FontId {
    FontId(format!("G{index}"))
}

fn parsed(faces: &Faces, subset: Subset) -> Result<ParsedFont, Error> {
    let loaded = faces.get(subset.face)?;
    let outlines = ttf_parser::RawFace::parse(loaded.data, loaded.index)
        .ok()
        .and_then(|raw| raw.table(ttf_parser::Tag::from_bytes(b"CFF ")))
        .and_then(|table| cff::subset(table, subset.remapper.remapped_gids()));
    let bytes = match outlines {
        Some(outlines) => cff::open_type(&outlines),
        None => subsetter::subset(loaded.data, loaded.index, &subset.remapper)
            .map_err(|_| Error::Pdf(format!("{}字库不能取子集", subset.face.name())))?,
    };
    let name = format!("{}+{}", tag(&bytes), post_script_name(&loaded.parsed));
    let scale = 1000.0 / loaded.units;
    let bounds = loaded.parsed.global_bounding_box();
    let scaled = |value: i16| (f64::from(value) * scale).round() as i16;
    let weight = loaded.parsed.weight().to_number();
    // Widths are in 1/1000 em already, and so is everything else given here.
    let metrics = FontMetrics {
        ascent: EM_ASCENT,
        descent: EM_DESCENT,
    };
    let mut font = ParsedFont::with_glyph_data(
        bytes,
        0,
        Some(name),
        subset.map,
        subset.advances,
        1000,
        metrics,
    );
    font.pdf_font_metrics.x_min = scaled(bounds.x_min);
    font.pdf_font_metrics.y_min = scaled(bounds.y_min);
    font.pdf_font_metrics.x_max = scaled(bounds.x_max);
    font.pdf_font_metrics.y_max = scaled(bounds.y_max);
    font.pdf_font_metrics.us_weight_class = weight;
    Ok(font)
}

/// Six capital letters that stand for the subset's contents (ISO 32000-1, 9.6.4).
fn tag(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(6)
        .map(|byte| char::from(b'A' + byte % 26))
        .collect()
}

fn post_script_name(face: &ttf_parser::Face) -> String {
    face.names()
        .into_iter()
        .filter(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME)
        .find_map(|name| name.to_string())
        .filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic()))
        .unwrap_or_else(|| "Gongwen".to_owned())
}
