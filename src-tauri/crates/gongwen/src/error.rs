//! What can go wrong, said in Chinese to the person at the desk.

use std::path::PathBuf;

/// Why a document could not be typeset. Nothing is written when one of these is returned.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No face has a glyph for a character.
    #[error(
        "{place}里的“{character}”（{code}）在所有字库中都没有，不能排印。请核对这个字，或者换用规范字后重排{pack}；稿件没有改动。",
        code = code(*character),
        pack = pack(*pack_would_help)
    )]
    MissingGlyph {
        /// The character.
        character: char,
        /// Where it stands, for example `正文第3段`.
        place: String,
        /// Whether no optional face is there that could have it.
        pack_would_help: bool,
    },
    /// A character from a private-use area: every machine shows something else.
    #[error(
        "{place}里有自造字（{code}），别的电脑上会显示成另一个字，不能用于公文。请改成{wanted}后重排；稿件没有改动。",
        code = code(*character),
        wanted = wanted(*instead)
    )]
    PrivateUse {
        /// The character.
        character: char,
        /// Where it stands.
        place: String,
        /// The character that today's GB 18030 has in the place where GBK had this one.
        instead: Option<char>,
    },
    /// A control or formatting character that cannot be printed.
    #[error(
        "{place}里有不能排印的控制字符（{code}），多半是粘贴时带进来的。请删去后重排；稿件没有改动。",
        code = code(*character)
    )]
    Control {
        /// The character.
        character: char,
        /// Where it stands.
        place: String,
    },
    /// Something that the format needs is missing, or does not fit.
    #[error("{0}稿件没有改动。")]
    Content(String),
    /// The JSON text is not a document.
    #[error("文书稿第{line}行第{column}列有误：{reason}。请改正后重试；没有写出任何文件。")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong, in Chinese.
        reason: String,
    },
    /// The folder of the faces was not found.
    #[error(
        "找不到公文字库文件夹（{}）。请重新安装本程序，或者把安装包里的 fonts 文件夹放回程序旁边；稿件没有改动。",
        searched.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("，")
    )]
    NoFonts {
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// A face cannot be read.
    #[error("字库文件{}不能读取，可能已经损坏（{reason}）。请重新安装本程序；稿件没有改动。", file.display())]
    Font {
        /// The file.
        file: PathBuf,
        /// What the system or the parser said, in Chinese.
        reason: String,
    },
    /// A font file that the office chose does not serve.
    #[error("字库文件{}不能用来排印公文：{reason}。请另选一个字库文件，或者仍用随程序附带的字库；稿件没有改动。", file.display())]
    ChosenFont {
        /// The file.
        file: PathBuf,
        /// Why not, in Chinese.
        reason: String,
    },
    /// The PDF could not be written.
    #[error("生成PDF文件时出错（{0}）。请重试，如仍不成功，请把这句话告诉维护人员；稿件没有改动。")]
    Pdf(String),
    /// The DOCX file could not be written.
    #[error(
        "生成DOCX文件时出错（{0}）。请重试，如仍不成功，请把这句话告诉维护人员；稿件没有改动。"
    )]
    Docx(String),
}

/// What would help where a very rare character is missing.
fn pack(would_help: bool) -> &'static str {
    if would_help {
        "；如果这个字没有错，可以请维护人员安装花园明朝字库（HanaMinA.ttf和HanaMinB.ttf，放进程序字库文件夹的optional里），或者在“设置”的“公文字体”里指定有这个字的字库"
    } else {
        ""
    }
}

/// What to write in place of a private-use character.
fn wanted(instead: Option<char>) -> String {
    match instead {
        Some(character) => format!(
            "“{character}”（{}；旧编码把它放在自造字的位置上）",
            code(character)
        ),
        None => "国家标准里的字".to_owned(),
    }
}

/// `U+4E00` form of a character.
pub(crate) fn code(character: char) -> String {
    format!("U+{:04X}", character as u32)
}
