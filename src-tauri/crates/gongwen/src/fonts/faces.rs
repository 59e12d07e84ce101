//! Which face prints which character.

use super::{FontFolder, mapped};
use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// A font file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Face {
    /// 仿宋.
    FangSong,
    /// 楷体.
    Kai,
    /// 宋体.
    Song,
    /// 黑体.
    Hei,
    /// 小标宋.
    BiaoSong,
    /// Fallback for characters that the Fandol faces lack.
    Rare,
}

impl Face {
    /// Every face.
    pub const ALL: [Self; 6] = [
        Self::FangSong,
        Self::Kai,
        Self::Song,
        Self::Hei,
        Self::BiaoSong,
        Self::Rare,
    ];

    /// Name of the shipped file.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::FangSong => "FandolFang-Regular.otf",
            Self::Kai => "FandolKai-Regular.otf",
            Self::Song => "FandolSong-Regular.otf",
            Self::Hei => "NotoSansSC_500Medium.ttf",
            Self::BiaoSong => "NotoSerifSC_700Bold.ttf",
            Self::Rare => "LXGWWenKai-Light.ttf",
        }
    }

    /// Chinese name, as layout snapshots show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FangSong => "仿宋",
            Self::Kai => "楷体",
            Self::Song => "宋体",
            Self::Hei => "黑体",
            Self::BiaoSong => "小标宋",
            Self::Rare => "备用",
        }
    }
}

/// The part a text plays, which decides the order in which faces are asked for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Body text.
    FangSong,
    /// Second-level headings, signers.
    Kai,
    /// Page numbers.
    Song,
    /// First-level headings, secrecy marks.
    Hei,
    /// Mark and titles.
    BiaoSong,
}

impl Role {
    /// The faces to ask for a character, best first.
    ///
    /// Punctuation of the Fandol faces fills its square; that of the others is narrow (LXGW's
    /// quotation marks, Noto's dash), so heads in 黑体 borrow it. Digits and Latin never come
    /// from the sans: heads in 黑体 take them from the heavy serif, which has the same colour.
    fn chain(self, character: char) -> &'static [Face] {
        use Face::{BiaoSong, FangSong, Hei, Kai, Rare, Song};
        let mark = matches!(character, '“' | '”' | '‘' | '’' | '·' | '—' | '…');
        if character == '_' {
            // A blank to be filled in is one unbroken line only in this face.
            return &[BiaoSong, FangSong];
        }
        match self {
            Self::FangSong => &[FangSong, Rare, Song, BiaoSong, Hei],
            Self::Kai if character.is_ascii() => &[FangSong, Kai, Rare, Song, BiaoSong, Hei],
            Self::Kai => &[Kai, Rare, FangSong, Song, BiaoSong, Hei],
            Self::Song => &[Song, Rare, FangSong, BiaoSong, Hei],
            Self::Hei if mark => &[FangSong, Hei, BiaoSong, Rare, Song],
            Self::Hei if character.is_ascii() => &[BiaoSong, Hei, FangSong, Rare, Song],
            Self::Hei => &[Hei, BiaoSong, Rare, FangSong, Song],
            Self::BiaoSong => &[BiaoSong, Hei, Rare, Song, FangSong],
        }
    }
}

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
    pub(crate) parsed: ttf_parser::Face<'static>,
    /// Units per em.
    pub(crate) units: f64,
}

/// All faces, each read when its first character is asked for.
pub(crate) struct Faces {
    folder: FontFolder,
    slots: [OnceLock<Result<Arc<Loaded>, Error>>; Face::ALL.len()],
}

impl Faces {
    pub(crate) fn new(folder: FontFolder) -> Self {
        Self {
            folder,
            slots: Default::default(),
        }
    }

    pub(crate) fn get(&self, face: Face) -> Result<Arc<Loaded>, Error> {
        self.slots[face as usize]
            .get_or_init(|| self.load(face).map(Arc::new))
            .clone()
    }

    fn load(&self, face: Face) -> Result<Loaded, Error> {
        let file = self.folder.file(face);
        let data = mapped::bytes(&file)?;
        let parsed = ttf_parser::Face::parse(data, 0).map_err(|_| Error::Font {
            file,
            reason: "不是有效的字库".to_owned(),
        })?;
        let units = f64::from(parsed.units_per_em());
        Ok(Loaded {
            data,
            parsed,
            units,
        })
    }

    /// The glyph of a character in the first face of the chain that has it.
    pub(crate) fn glyph(&self, role: Role, character: char) -> Result<Option<Glyph>, Error> {
        for &face in role.chain(character) {
            let loaded = self.get(face)?;
            if let Some(id) = loaded.parsed.glyph_index(character).filter(|id| id.0 != 0) {
                let units = loaded.parsed.glyph_hor_advance(id).unwrap_or(0);
                return Ok(Some(Glyph {
                    face,
                    id: id.0,
                    advance: f64::from(units) / loaded.units,
                }));
            }
        }
        Ok(None)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_names_have_a_glyph_in_every_role() {
        let faces = Faces::new(FontFolder::find().expect("a checkout has the faces"));
        for role in [
            Role::FangSong,
            Role::Kai,
            Role::Song,
            Role::Hei,
            Role::BiaoSong,
        ] {
            for character in "镕㛃䶮𬱖王乙某〔〕“”—…·《》（）：0Aa%".chars()
            {
                let glyph = faces.glyph(role, character).expect("readable faces");
                assert!(glyph.is_some(), "{role:?} {character}");
            }
        }
    }

    #[test]
    fn latin_never_comes_from_the_sans() {
        let faces = Faces::new(FontFolder::find().expect("a checkout has the faces"));
        let digit = faces
            .glyph(Role::Hei, '8')
            .expect("readable")
            .expect("a digit");
        assert_eq!(digit.face, Face::BiaoSong);
        let rare = faces
            .glyph(Role::FangSong, '镕')
            .expect("readable")
            .expect("a name");
        assert_eq!(rare.face, Face::Rare);
    }
}
