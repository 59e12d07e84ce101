//! Which face prints which character.

use serde::{Deserialize, Serialize};

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
    /// The file that the office chose for a part, asked before the shipped one.
    Chosen(Role),
    /// An optional face for very rare characters, by its place in the folder's list; asked last.
    Optional(u8),
}

impl Face {
    /// Every shipped face.
    pub const SHIPPED: [Self; 6] = [
        Self::FangSong,
        Self::Kai,
        Self::Song,
        Self::Hei,
        Self::BiaoSong,
        Self::Rare,
    ];

    /// Chinese name, as layout snapshots show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::FangSong => "仿宋",
            Self::Kai => "楷体",
            Self::Song => "宋体",
            Self::Hei => "黑体",
            Self::BiaoSong => "小标宋",
            Self::Rare => "备用",
            Self::Chosen(Role::FangSong) => "自选仿宋",
            Self::Chosen(Role::Kai) => "自选楷体",
            Self::Chosen(Role::Song) => "自选宋体",
            Self::Chosen(Role::Hei) => "自选黑体",
            Self::Chosen(Role::BiaoSong) => "自选小标宋",
            Self::Optional(_) => "补充",
        }
    }

    /// Is it the face one expects of a part, shipped or chosen?
    pub fn is_usual_for(self, role: Role) -> bool {
        self == role.face() || self == Self::Chosen(role)
    }

    /// The part whose own face this is, when it is a shipped one.
    fn role(self) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.face() == self)
    }
}

/// The part a text plays, which decides the order in which faces are asked for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// Every part.
    pub const ALL: [Self; 5] = [
        Self::FangSong,
        Self::Kai,
        Self::Song,
        Self::Hei,
        Self::BiaoSong,
    ];

    /// Its own shipped face.
    pub fn face(self) -> Face {
        match self {
            Self::FangSong => Face::FangSong,
            Self::Kai => Face::Kai,
            Self::Song => Face::Song,
            Self::Hei => Face::Hei,
            Self::BiaoSong => Face::BiaoSong,
        }
    }

    /// The shipped faces to ask for a character, best first.
    ///
    /// Punctuation of the Fandol faces fills its square; that of the others is narrow (LXGW's
    /// quotation marks, Noto's dash), so heads in 黑体 borrow it. Digits and Latin never come
    /// from the sans: heads in 黑体 take them from the heavy serif, which has the same colour.
    fn shipped(self, character: char) -> &'static [Face] {
        use Face::{BiaoSong, FangSong, Hei, Kai, Rare, Song};
        if character == '_' {
            // A blank to be filled in is one unbroken line only in this face.
            return &[BiaoSong, FangSong];
        }
        match self {
            Self::FangSong => &[FangSong, Rare, Song, BiaoSong, Hei],
            Self::Kai if character.is_ascii() => &[FangSong, Kai, Rare, Song, BiaoSong, Hei],
            Self::Kai => &[Kai, Rare, FangSong, Song, BiaoSong, Hei],
            Self::Song => &[Song, Rare, FangSong, BiaoSong, Hei],
            Self::Hei if fills_square(character) => &[FangSong, Hei, BiaoSong, Rare, Song],
            Self::Hei if character.is_ascii() => &[BiaoSong, Hei, FangSong, Rare, Song],
            Self::Hei => &[Hei, BiaoSong, Rare, FangSong, Song],
            // Two dashes are one line: the heavy serif's leave a gap.
            Self::BiaoSong if character == '—' => &[Song, BiaoSong, Hei, Rare, FangSong],
            Self::BiaoSong => &[BiaoSong, Hei, Rare, Song, FangSong],
        }
    }

    /// All faces to ask for a character, best first: before each shipped face the one that was
    /// chosen in its place.
    pub(super) fn chain(self, character: char) -> impl Iterator<Item = Face> {
        self.shipped(character).iter().flat_map(move |&face| {
            let chosen = face.role().filter(|_| character != '_').map(Face::Chosen);
            chosen.into_iter().chain([face])
        })
    }
}

/// Marks that must fill a square in Chinese text and are narrow in faces made for Latin text too.
pub(super) fn fills_square(character: char) -> bool {
    matches!(character, '“' | '”' | '‘' | '’' | '·' | '—' | '…')
}
