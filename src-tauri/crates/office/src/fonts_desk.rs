//! 公文字体: which font files the papers of this machine are set in.
//!
//! An office that has bought 方正小标宋 or uses the system's 仿宋_GB2312 points at the files. The
//! choice belongs to the machine, not to the archive, and never reaches a paper that is issued.

use crate::Office;
use crate::error::{ErrorView, Result};
use gongwen::{ChosenFont, FontFolder, Role, Typesetter, standard_characters};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What a font file is chosen for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type,
)]
pub enum FontUse {
    /// Body text.
    仿宋,
    /// Second-level headings, signers.
    楷体,
    /// First-level headings.
    黑体,
    /// Mark and titles.
    小标宋,
    /// Page numbers.
    宋体,
    /// Characters that all other faces lack.
    生僻字,
}

impl FontUse {
    /// Every use, in the order of the page.
    pub const ALL: [Self; 6] = [
        Self::仿宋,
        Self::楷体,
        Self::黑体,
        Self::小标宋,
        Self::宋体,
        Self::生僻字,
    ];

    /// The use of a name, such as `仿宋`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::仿宋 => "仿宋",
            Self::楷体 => "楷体",
            Self::黑体 => "黑体",
            Self::小标宋 => "小标宋",
            Self::宋体 => "宋体",
            Self::生僻字 => "生僻字",
        }
    }

    /// The part of a paper; none for the last resort.
    fn role(self) -> Option<Role> {
        match self {
            Self::仿宋 => Some(Role::FangSong),
            Self::楷体 => Some(Role::Kai),
            Self::黑体 => Some(Role::Hei),
            Self::小标宋 => Some(Role::BiaoSong),
            Self::宋体 => Some(Role::Song),
            Self::生僻字 => None,
        }
    }

    /// What prints it unless a file is chosen.
    fn shipped(self) -> &'static str {
        match self {
            Self::仿宋 => "随程序附带的Fandol仿宋",
            Self::楷体 => "随程序附带的Fandol楷体",
            Self::黑体 => "随程序附带的Noto Sans SC",
            Self::小标宋 => "随程序附带的Noto Serif SC（粗体）",
            Self::宋体 => "随程序附带的Fandol宋体",
            Self::生僻字 => "随程序附带的霞鹜文楷",
        }
    }
}

/// A font file on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontFile {
    /// The file.
    pub path: PathBuf,
    /// Number of the face in a collection; unknown lets the name decide.
    pub index: Option<u32>,
}

impl FontFile {
    /// Reads and checks the file for a use.
    fn read(&self, used: FontUse) -> std::result::Result<ChosenFont, gongwen::Error> {
        match used.role() {
            Some(role) => ChosenFont::read_for(role, &self.path, self.index),
            None => ChosenFont::read(&self.path, self.index),
        }
    }

    /// Puts the file into a folder of faces.
    pub fn put(&self, used: FontUse, folder: FontFolder) -> Result<FontFolder> {
        let font = self.read(used)?;
        Ok(match used.role() {
            Some(role) => folder.with_chosen(role, font),
            None => folder.with_optional(font),
        })
    }
}

/// What prints one part of the papers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FontView {
    /// The use.
    pub used: FontUse,
    /// The file that was chosen; none for the shipped one.
    pub chosen: Option<ChosenFontView>,
    /// What prints it, and what is to be known about that, in Chinese.
    pub words: String,
    /// The chosen file cannot be used now; `words` says why.
    pub lost: bool,
}

/// A chosen font file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ChosenFontView {
    /// The file.
    pub path: String,
    /// Number of the face in it.
    pub index: u32,
    /// Names of the families in it; none when it cannot be read.
    pub families: Vec<String>,
}

impl Office {
    /// What prints each part of the papers. Looks at the files anew, so that what is shown is what
    /// the next paper is set in.
    pub fn fonts(&mut self) -> Vec<FontView> {
        self.typesetter = OnceLock::new();
        FontUse::ALL
            .into_iter()
            .map(|used| view(used, self.settings.font(used)))
            .collect()
    }

    /// Sets one part of the papers in a font file from now on. Issued papers stay as they are.
    ///
    /// # Errors
    /// A file that cannot be read, is no font, or must not be embedded; the choice stays as it was.
    pub fn choose_font(
        &mut self,
        used: FontUse,
        path: &Path,
        index: Option<u32>,
    ) -> Result<Vec<FontView>> {
        let mut file = FontFile {
            path: path.to_owned(),
            index,
        };
        file.index = Some(file.read(used)?.index);
        self.settings.set_font(used, Some(file))?;
        Ok(self.fonts())
    }

    /// Sets one part of the papers in the shipped face again.
    pub fn reset_font(&mut self, used: FontUse) -> Result<Vec<FontView>> {
        self.settings.set_font(used, None)?;
        Ok(self.fonts())
    }

    /// A typesetter with the chosen faces; a file that is lost leaves the shipped face.
    pub(crate) fn fresh_typesetter(&self) -> Result<Typesetter> {
        let mut folder = FontFolder::find().map_err(ErrorView::from)?;
        for used in FontUse::ALL {
            if let Some(file) = self.settings.font(used)
                && let Ok(with_it) = file.put(used, folder.clone())
            {
                folder = with_it;
            }
        }
        Ok(Typesetter::new(folder))
    }
}

fn view(used: FontUse, file: Option<&FontFile>) -> FontView {
    let Some(file) = file else {
        let words = match used {
            FontUse::生僻字 => {
                format!("{}；它也没有的字，可以另指定一个字库来印。", used.shipped())
            }
            _ => format!("{}。", used.shipped()),
        };
        return FontView {
            used,
            chosen: None,
            words,
            lost: false,
        };
    };
    let (words, lost, index, families) = match file.read(used) {
        Ok(font) => (about(used, &font), false, font.index, font.families),
        Err(error) => {
            let reason = match error {
                gongwen::Error::ChosenFont { reason, .. } => reason,
                other => other.to_string(),
            };
            let words = format!(
                "选用的字库文件现在不能用：{reason}。公文暂用{}。把文件放回原处后重新打开这一页就恢复，也可以另选。",
                used.shipped()
            );
            (words, true, file.index.unwrap_or(0), Vec::new())
        }
    };
    FontView {
        used,
        chosen: Some(ChosenFontView {
            path: file.path.to_string_lossy().into_owned(),
            index,
            families,
        }),
        words,
        lost,
    }
}

/// What is to be known about a chosen font.
fn about(used: FontUse, font: &ChosenFont) -> String {
    let family = font.family();
    if used.role().is_none() {
        return format!("{family}，其他字库都没有的字用它来印。");
    }
    let all = standard_characters().count();
    let characters = match font.missing {
        0 => format!("通用规范汉字表的{all}字齐全"),
        missing => format!("通用规范汉字表的{all}字中缺{missing}字，缺的字用随程序附带的字库补上"),
    };
    let latin = if font.has_latin {
        ""
    } else {
        "；数字和字母不全，也用随程序附带的字库补上"
    };
    format!("{family}，{characters}{latin}。")
}
