//! Why a file could not be read, as sentences for the person at the screen.

use serde::{Deserialize, Serialize};

/// A refusal. The message says what happened, what to do, and that nothing was lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Error {
    /// Zero bytes.
    #[error("这个文件是空的，没有内容可以导入。请确认文件拷贝完整后重新选择；档案库没有变动。")]
    Empty,
    /// More input than allowed.
    #[error(
        "文件超过 {mebibytes} MiB，没有导入。请拆分文件，或者删去其中的图片后再导入；原文件和档案库都没有变动。"
    )]
    TooLarge {
        /// The limit, in MiB.
        mebibytes: u64,
    },
    /// The readers found no text at all.
    #[error("文件里没有可以导入的文字。请打开原件核对；原文件和档案库都没有变动。")]
    NoText,
    /// More paragraphs or characters than allowed.
    #[error(
        "文件的文字过多（上限 {paragraphs} 段），没有导入。请拆分后分别导入；原文件和档案库都没有变动。"
    )]
    TooMuchText {
        /// The limit, in paragraphs.
        paragraphs: usize,
    },
    /// The file unpacks to far more than it holds, a known way of attack.
    #[error(
        "文件解压后异常庞大，可能已损坏或者是恶意文件，为安全起见没有导入。请向提供者重新索取原件；原文件和档案库都没有变动。"
    )]
    Bomb,
    /// XML nested deeper than allowed.
    #[error(
        "文件内部结构嵌套过深，可能已损坏或者是恶意文件，为安全起见没有导入。请向提供者重新索取原件；原文件和档案库都没有变动。"
    )]
    TooDeep,
    /// A document type declaration or an unknown entity.
    #[error(
        "文件含有不允许的外部声明，正常的 .docx 文件不会有，为安全起见没有导入。请用文字处理软件打开后另存为新的 .docx 再导入；原文件和档案库都没有变动。"
    )]
    ForeignDeclaration,
    /// A `.docx` that does not hold together.
    #[error(
        "这个 .docx 文件不完整或已损坏，没有导入。请重新拷贝，或者用文字处理软件打开后另存为新的 .docx；原文件和档案库都没有变动。"
    )]
    DamagedDocx,
    /// A PDF that does not hold together.
    #[error(
        "这个 PDF 文件不完整或已损坏，没有导入。请重新拷贝，或者向提供者重新索取原件；原文件和档案库都没有变动。"
    )]
    DamagedPdf,
    /// An Office document behind a password.
    #[error(
        "文件设有打开密码，没有导入。请用文字处理软件输入密码打开，取消密码后另存为 .docx 再导入；原文件和档案库都没有变动。"
    )]
    EncryptedDocx,
    /// A PDF behind a password.
    #[error(
        "PDF 设有打开密码，没有导入。请用阅读软件输入密码打开，另存为不带密码的 PDF 再导入；原文件和档案库都没有变动。"
    )]
    EncryptedPdf,
    /// The binary format of Word 97–2003 or of old WPS.
    #[error(
        "这是旧版 .doc（或 .wps）文件，没有导入。请用文字处理软件打开后另存为 .docx 再导入；原文件和档案库都没有变动。"
    )]
    OldDoc,
    /// A kind of file the program does not read.
    #[error(
        "这是{what}，不能作为会议记录导入。请另存为 .docx、带文字的 PDF 或 .txt 后再导入；原文件和档案库都没有变动。"
    )]
    Unsupported {
        /// What the file is, in Chinese.
        what: String,
    },
    /// A PDF made of pictures only.
    #[error(
        "这个 PDF 是扫描件，只有图片没有文字，没有导入。请先用文字识别（OCR）软件转成带文字的 PDF 或 .docx，也可以把原件作为附件保存；原文件和档案库都没有变动。"
    )]
    ScannedPdf,
    /// A PDF whose fonts do not say which characters they show.
    #[error(
        "这个 PDF 的字体没有文字编码，提取不出汉字，没有导入。请向提供者索取 .docx，或者先用文字识别（OCR）软件转换；原文件和档案库都没有变动。"
    )]
    UnreadablePdf,
    /// Bytes in no encoding that makes sense as Chinese text.
    #[error(
        "文件不是可以识别的文字（不是 UTF-8、UTF-16、GB18030 或 Big5 编码），没有导入。请用文字处理软件打开后另存为 .docx 再导入；原文件和档案库都没有变动。"
    )]
    NotText,
    /// The reader broke down on this file.
    #[error(
        "读取文件时程序的读取部分出错退出，没有导入，其他工作不受影响。文件可能已损坏，请用文字处理软件打开后另存为新的 .docx 再导入；原文件和档案库都没有变动。"
    )]
    Crashed,
    /// The reader was stopped after its time ran out.
    #[error(
        "读取文件超过 {seconds} 秒仍未完成，已经停止，没有导入。请拆分文件，或者另存为新的 .docx 再导入；原文件和档案库都没有变动。"
    )]
    TimedOut {
        /// How long the reader was given, in seconds.
        seconds: u64,
    },
    /// The child process could not be started.
    #[error(
        "读取文件所需的子进程没有启动成功，没有导入。请稍后重试；如果仍不成功，请重新启动本程序。原文件和档案库都没有变动。"
    )]
    NotStarted,
}
