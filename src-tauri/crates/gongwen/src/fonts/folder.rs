//! Finding the folder of the faces.

use super::Face;
use crate::error::Error;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder with the shipped font files, and what the user put in their place.
#[derive(Debug, Clone)]
pub struct FontFolder {
    folder: PathBuf,
    replaced: BTreeMap<Face, PathBuf>,
}

impl FontFolder {
    /// The shipped faces: `fonts/` beside the executable, `../lib/ducha/fonts` from it,
    /// `/usr/lib/ducha/fonts`, and in a build from a checkout the folder in the source tree.
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
            Some(folder) => Ok(Self::trusted(folder.clone())),
            None => Err(Error::NoFonts { searched }),
        }
    }

    /// The faces in a given folder.
    ///
    /// # Errors
    /// [`Error::NoFonts`] when a shipped face is missing there.
    pub fn at(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        if is_complete(&folder) {
            Ok(Self::trusted(folder))
        } else {
            Err(Error::NoFonts {
                searched: vec![folder],
            })
        }
    }

    fn trusted(folder: PathBuf) -> Self {
        Self {
            folder,
            replaced: BTreeMap::new(),
        }
    }

    /// Uses a font file of the office (方正小标宋, 仿宋_GB2312 …) for a face. Characters it lacks
    /// still come from the other shipped faces.
    #[must_use]
    pub fn with_file(mut self, face: Face, file: impl Into<PathBuf>) -> Self {
        self.replaced.insert(face, file.into());
        self
    }

    /// The file of a face.
    pub fn file(&self, face: Face) -> PathBuf {
        self.replaced
            .get(&face)
            .cloned()
            .unwrap_or_else(|| self.folder.join(face.file_name()))
    }
}

fn is_complete(folder: &Path) -> bool {
    Face::ALL
        .iter()
        .all(|face| folder.join(face.file_name()).is_file())
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
        let own = folder.with_file(Face::FangSong, "/office/fs.ttf");
        assert_eq!(own.file(Face::FangSong), Path::new("/office/fs.ttf"));
    }
}
