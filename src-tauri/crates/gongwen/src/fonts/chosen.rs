//! Font files that an office chose itself: what must hold before papers are set in one, and what
//! is to be known about it.

use super::{Role, mapped};
use crate::error::Error;
use std::path::{Path, PathBuf};
use ttf_parser::{Face, Permissions, PlatformId, name_id};

/// 通用规范汉字表, one character after the other in the table's order, with comments and line ends.
const STANDARD: &str = include_str!("../../data/standard_characters.txt");

/// The 8,105 characters of 通用规范汉字表 (国发〔2013〕23号) in their order.
pub fn standard_characters() -> impl Iterator<Item = char> {
    STANDARD
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::chars)
}

/// A font file that was read and found fit to set papers in. Holds the bytes: what happens to the
/// file later changes nothing.
#[derive(Debug, Clone)]
pub struct ChosenFont {
    /// The file.
    pub path: PathBuf,
    /// Number of the face in its collection; 0 in a file with one face.
    pub index: u32,
    /// Names of the families in the file, one for each face in it.
    pub families: Vec<String>,
    /// How many characters of 通用规范汉字表 the face lacks; other faces print them.
    pub missing: usize,
    /// Has it all digits and Latin letters?
    pub has_latin: bool,
    pub(super) bytes: Bytes,
}

/// The bytes of a font; too many to be shown.
#[derive(Clone, Copy)]
pub(super) struct Bytes(pub(super) &'static [u8]);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl ChosenFont {
    /// Reads a font file. Of a collection the face with number `index` is taken; without a number
    /// the first one.
    ///
    /// # Errors
    /// [`Error::ChosenFont`] when the file cannot be read, is not a font with outlines, must not be
    /// embedded by its licence bits, can vary, or has no such face.
    pub fn read(path: &Path, index: Option<u32>) -> Result<Self, Error> {
        let refused = |reason: &str| Error::ChosenFont {
            file: path.to_owned(),
            reason: reason.to_owned(),
        };
        let bytes = mapped::copied(path)?;
        let count = ttf_parser::fonts_in_collection(bytes).unwrap_or(1);
        let index = index.unwrap_or(0);
        if index >= count {
            return Err(refused(&format!("这个文件里只有{count}种字体")));
        }
        let face = Face::parse(bytes, index).map_err(|_| {
            refused("不是TrueType或OpenType字库（扩展名一般是ttf、otf、ttc），或者文件已经损坏")
        })?;
        fit(&face).map_err(refused)?;
        let families = (0..count)
            .map(|number| {
                Face::parse(bytes, number)
                    .ok()
                    .and_then(|face| family(&face))
                    .unwrap_or_else(|| stem(path))
            })
            .collect();
        let lacks = |character: char| !has(&face, character);
        Ok(Self {
            path: path.to_owned(),
            index,
            families,
            missing: standard_characters().filter(|ch| lacks(*ch)).count(),
            has_latin: !(' '..='~').any(|ch| ch.is_ascii_alphanumeric() && lacks(ch)),
            bytes: Bytes(bytes),
        })
    }

    /// Reads a font file for a part. Of a collection, unless a number is given, the face is taken
    /// whose name is the part's.
    ///
    /// # Errors
    /// As [`read`](Self::read), and when more than half of the standard characters are missing.
    pub fn read_for(role: Role, path: &Path, index: Option<u32>) -> Result<Self, Error> {
        let mut font = Self::read(path, index)?;
        let wanted = role.face().name();
        let named = font.families.iter().position(|name| name.contains(wanted));
        if let (None, Some(place)) = (index, named) {
            font = Self::read(path, u32::try_from(place).ok())?;
        }
        if font.missing > standard_characters().count() / 2 {
            return Err(Error::ChosenFont {
                file: path.to_owned(),
                reason: "里面缺少大部分规范汉字".to_owned(),
            });
        }
        Ok(font)
    }

    /// Name of the family.
    pub fn family(&self) -> &str {
        self.families
            .get(self.index as usize)
            .map_or("", String::as_str)
    }
}

fn has(face: &Face, character: char) -> bool {
    face.glyph_index(character).is_some_and(|id| id.0 != 0)
}

/// Whether papers may and can be set in a face; the reason why not in Chinese.
fn fit(face: &Face) -> Result<(), &'static str> {
    let tables = face.tables();
    if tables.glyf.is_none() && tables.cff.is_none() {
        return Err("里面没有可以排印的轮廓字形");
    }
    if face.is_variable() {
        return Err("是可变字体，粗细不固定，公文里不能用，请选这种字体的固定字重文件");
    }
    // A file without the table says nothing about embedding; OpenType makes it obligatory.
    let Some(_) = tables.os2 else {
        return Err("没有写明许可，不能确认是否允许嵌入文件");
    };
    if !matches!(
        face.permissions(),
        Some(Permissions::Installable | Permissions::Editable | Permissions::PreviewAndPrint)
    ) {
        return Err("它的许可不允许嵌入文件（字库里写明了禁止嵌入），印出的PDF在别的电脑上会缺字");
    }
    if !face.is_subsetting_allowed() || !face.is_outline_embedding_allowed() {
        return Err("它的许可不允许只嵌入用到的字，不能用于公文PDF");
    }
    Ok(())
}

/// The Chinese name of a face's family, or else the first one that can be read.
fn family(face: &Face) -> Option<String> {
    const CHINESE: u16 = 0x0804;
    let name = |id: u16, chinese: bool| {
        face.names()
            .into_iter()
            .filter(|name| name.name_id == id)
            .filter(|name| {
                let is = name.platform_id == PlatformId::Windows && name.language_id == CHINESE;
                is || !chinese
            })
            .find_map(|name| name.to_string())
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty() && !name.chars().any(char::is_control))
    };
    name(name_id::TYPOGRAPHIC_FAMILY, true)
        .or_else(|| name(name_id::FAMILY, true))
        .or_else(|| name(name_id::TYPOGRAPHIC_FAMILY, false))
        .or_else(|| name(name_id::FAMILY, false))
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests;
