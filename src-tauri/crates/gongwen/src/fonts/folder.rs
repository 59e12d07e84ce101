//! Finding the files of the faces.

use super::{ChosenFont, Face, Role, mapped};
use crate::error::Error;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the optional faces inside that of the shipped ones: every font file in it is
/// asked, in the order of the names, for characters that all other faces lack.
const OPTIONAL: &str = "optional";

/// Where Debian's package `fonts-hanazono` puts the faces that have the characters of the
/// supplementary planes, and their files.
const SYSTEM: [&str; 2] = [
    "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
];

/// The folder with the shipped font files, and what the user put in their place or added.
#[derive(Debug, Clone)]
pub struct FontFolder {
    folder: PathBuf,
    chosen: BTreeMap<Role, ChosenFont>,
    optional: Vec<Optional>,
}

/// An optional face.
#[derive(Debug, Clone)]
enum Optional {
    /// Found; read when a character asks for it.
    Found(PathBuf),
    /// Named by the user.
    Chosen(ChosenFont),
}

impl FontFolder {
    /// The shipped faces: `fonts/` beside the executable, `../lib/ducha/fonts` from it,
    /// `/usr/lib/ducha/fonts`, and in a build from a checkout the folder in the source tree.
    /// Optional faces: those in `optional/` there, and those of the system.
    ///
    /// # Errors
    /// [`Error::NoFonts`] with the places searched.
    pub fn find() -> Result<Self, Error> {
        let beside = std::env::current_exe()
            .ok()
            .and_then(|exe| exe.parent().map(Path::to_owned));
        let mut searched: Vec<PathBuf> = Vec::new();
        if let Some(beside) = beside {
            searched.push(beside.join("fonts"));
            searched.push(beside.join("../lib/ducha/fonts"));
        }
        searched.push(PathBuf::from("/usr/lib/ducha/fonts"));
        searched.push(PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../fonts"
        )));
        match searched.iter().find(|folder| is_complete(folder)) {
            Some(folder) => Ok(Self::trusted(folder.clone(), &SYSTEM)),
            None => Err(Error::NoFonts { searched }),
        }
    }

    /// The faces in a given folder and in its `optional/`, and no others.
    ///
    /// # Errors
    /// [`Error::NoFonts`] when a shipped face is missing there.
    pub fn at(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        if is_complete(&folder) {
            Ok(Self::trusted(folder, &[]))
        } else {
            Err(Error::NoFonts {
                searched: vec![folder],
            })
        }
    }

    fn trusted(folder: PathBuf, system: &[&str]) -> Self {
        let mut files = font_files(&folder.join(OPTIONAL));
        for file in system.iter().map(Path::new) {
            let known = files
                .iter()
                .any(|known| known.file_name() == file.file_name());
            if !known && file.is_file() {
                files.push(file.to_owned());
            }
        }
        Self {
            folder,
            chosen: BTreeMap::new(),
            optional: files.into_iter().map(Optional::Found).collect(),
        }
    }

    /// Uses a font file of the office (方正小标宋, 仿宋_GB2312 …) for a part. Characters it lacks
    /// still come from the shipped faces.
    #[must_use]
    pub fn with_chosen(mut self, role: Role, font: ChosenFont) -> Self {
        self.chosen.insert(role, font);
        self
    }

    /// Asks one more face for characters that all others but the optional ones lack.
    #[must_use]
    pub fn with_optional(mut self, font: ChosenFont) -> Self {
        self.optional.insert(0, Optional::Chosen(font));
        self
    }

    /// Was a file chosen for a part?
    pub(super) fn has_chosen(&self, role: Role) -> bool {
        self.chosen.contains_key(&role)
    }

    /// How many optional faces there are; more than 255 are not asked.
    pub(super) fn optional_count(&self) -> u8 {
        u8::try_from(self.optional.len()).unwrap_or(u8::MAX)
    }

    /// The file of a face, to be named in errors.
    pub(super) fn file(&self, face: Face) -> PathBuf {
        match face {
            Face::Chosen(role) => self.chosen.get(&role).map(|font| font.path.clone()),
            Face::Optional(place) => {
                self.optional
                    .get(usize::from(place))
                    .map(|optional| match optional {
                        Optional::Found(file) => file.clone(),
                        Optional::Chosen(font) => font.path.clone(),
                    })
            }
            face => file_name(face).map(|name| self.folder.join(name)),
        }
        .unwrap_or_else(|| self.folder.clone())
    }

    /// The bytes of a face and its number in them.
    pub(super) fn bytes(&self, face: Face) -> Result<(&'static [u8], u32), Error> {
        let chosen = match face {
            Face::Chosen(role) => self.chosen.get(&role),
            Face::Optional(place) => match self.optional.get(usize::from(place)) {
                Some(Optional::Chosen(font)) => Some(font),
                _ => None,
            },
            _ => None,
        };
        match chosen {
            Some(font) => Ok((font.bytes.0, font.index)),
            None => Ok((mapped::bytes(&self.file(face))?, 0)),
        }
    }
}

/// Name of a shipped file.
fn file_name(face: Face) -> Option<&'static str> {
    Some(match face {
        Face::FangSong => "FandolFang-Regular.otf",
        Face::Kai => "FandolKai-Regular.otf",
        Face::Song => "FandolSong-Regular.otf",
        Face::Hei => "NotoSansSC_500Medium.ttf",
        Face::BiaoSong => "NotoSerifSC_700Bold.ttf",
        Face::Rare => "LXGWWenKai-Light.ttf",
        Face::Chosen(_) | Face::Optional(_) => return None,
    })
}

fn is_complete(folder: &Path) -> bool {
    Face::SHIPPED
        .iter()
        .filter_map(|face| file_name(*face))
        .all(|name| folder.join(name).is_file())
}

/// The font files in a folder by their names; none when there is no such folder.
fn font_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|e| ["ttf", "otf", "ttc"].contains(&&*e.to_ascii_lowercase()))
        })
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_faces_is_refused_with_its_path() {
        let error = FontFolder::at("/nowhere/fonts").expect_err("nothing is there");
        assert!(error.to_string().contains("/nowhere/fonts"), "{error}");
    }

    #[test]
    fn the_shipped_faces_are_found() {
        let folder = FontFolder::find().expect("a checkout has the faces");
        assert!(folder.file(Face::FangSong).is_file());
        let file = folder.file(Face::Kai);
        let own = ChosenFont::read(&file, None).expect("a font");
        let folder = folder.with_chosen(Role::FangSong, own);
        assert_eq!(folder.file(Face::Chosen(Role::FangSong)), file);
    }
}
