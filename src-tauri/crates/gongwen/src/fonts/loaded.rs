//! Faces that have been read, and the glyphs in them.

use super::faces::fills_square;
use super::{Face, FontFolder, Role};
use crate::error::Error;
use std::sync::{Arc, OnceLock};

/// A mark of a chosen face that is narrower than this is taken from the next face, em.
const SQUARE: f64 = 0.95;

/// A character's glyph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) face: Face,
    pub(crate) id: u16,
    /// Advance width in em.
    pub(crate) advance: f64,
}

/// A face that has been read.
pub(crate) struct Loaded {
    pub(crate) data: &'static [u8],
    /// Number of the face in its collection; 0 in a file with one face.
    pub(crate) index: u32,
    pub(crate) parsed: ttf_parser::Face<'static>,
    /// Units per em.
    pub(crate) units: f64,
}

type Slot = OnceLock<Result<Arc<Loaded>, Error>>;

/// All faces, each read when its first character is asked for.
pub(crate) struct Faces {
    folder: FontFolder,
    shipped: [Slot; Face::SHIPPED.len()],
    chosen: [Slot; Role::ALL.len()],
    optional: Vec<Slot>,
}

impl Faces {
    pub(crate) fn new(folder: FontFolder) -> Self {
        let optional = (0..folder.optional_count())
            .map(|_| Slot::default())
            .collect();
        Self {
            folder,
            shipped: Default::default(),
            chosen: Default::default(),
            optional,
        }
    }

    /// A face.
    ///
    /// # Errors
    /// [`Error::Font`] when its file cannot be read, or when there is none.
    pub(crate) fn get(&self, face: Face) -> Result<Arc<Loaded>, Error> {
        let slot = match face {
            Face::Chosen(role) => self.chosen.get(role as usize),
            Face::Optional(place) => self.optional.get(usize::from(place)),
            face => Face::SHIPPED
                .iter()
                .position(|shipped| *shipped == face)
                .and_then(|place| self.shipped.get(place)),
        };
        let load = || self.load(face).map(Arc::new);
        slot.map_or_else(load, |slot| slot.get_or_init(load).clone())
    }

    fn load(&self, face: Face) -> Result<Loaded, Error> {
        let (data, index) = self.folder.bytes(face)?;
        let parsed = ttf_parser::Face::parse(data, index).map_err(|_| Error::Font {
            file: self.folder.file(face),
            reason: "不是有效的字库".to_owned(),
        })?;
        let units = f64::from(parsed.units_per_em());
        Ok(Loaded {
            data,
            index,
            parsed,
            units,
        })
    }

    /// The glyph of a character in the first face of the chain that has it.
    pub(crate) fn glyph(&self, role: Role, character: char) -> Result<Option<Glyph>, Error> {
        for face in role.chain(character) {
            if matches!(face, Face::Chosen(role) if !self.folder.has_chosen(role)) {
                continue;
            }
            let loaded = self.get(face)?;
            let found = glyph(&loaded, face, character).filter(|glyph| {
                let narrow = fills_square(character) && glyph.advance < SQUARE;
                !(narrow && matches!(face, Face::Chosen(_)))
            });
            if found.is_some() {
                return Ok(found);
            }
        }
        for place in 0..self.folder.optional_count() {
            let face = Face::Optional(place);
            // An optional face that cannot be read is as good as none.
            if let Ok(loaded) = self.get(face)
                && let Some(found) = glyph(&loaded, face, character)
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Are there no optional faces, though they could have a character?
    pub(crate) fn pack_would_help(&self, character: char) -> bool {
        self.folder.optional_count() == 0 && hanzi::is_han(character)
    }

    /// Highest and lowest ink of a glyph above the baseline, in em; `None` for a blank.
    pub(crate) fn ink(&self, glyph: Glyph) -> Result<Option<(f64, f64)>, Error> {
        let loaded = self.get(glyph.face)?;
        let bounds = loaded
            .parsed
            .glyph_bounding_box(ttf_parser::GlyphId(glyph.id));
        Ok(bounds.map(|b| {
            (
                f64::from(b.y_max) / loaded.units,
                f64::from(b.y_min) / loaded.units,
            )
        }))
    }
}

/// The glyph of a character in a face; never the box of a missing one.
fn glyph(loaded: &Loaded, face: Face, character: char) -> Option<Glyph> {
    let id = loaded
        .parsed
        .glyph_index(character)
        .filter(|id| id.0 != 0)?;
    let units = loaded.parsed.glyph_hor_advance(id).unwrap_or(0);
    Some(Glyph {
        face,
        id: id.0,
        advance: f64::from(units) / loaded.units,
    })
}

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod tests;
