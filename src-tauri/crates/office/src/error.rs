//! What a user is told when something cannot be done.
//!
//! Every error says what happened, then what to do; and where work was in
//! hand, that nothing was lost. The code is for the person who is rung up.

use serde::Serialize;
use specta::Type;

/// An error as the window and the command line show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type, thiserror::Error)]
#[error("{message}{guidance}（{code}）")]
pub struct ErrorView {
    /// Short stable code, to be read out to the helpdesk.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do, and that nothing was lost.
    pub guidance: String,
}

/// Result of a use case.
pub type Result<T> = std::result::Result<T, ErrorView>;

impl ErrorView {
    /// An error with its code, what happened, and what to do.
    pub fn new(code: &str, message: impl Into<String>, guidance: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            guidance: guidance.into(),
        }
    }

    /// The archive is not open.
    pub(crate) fn locked() -> Self {
        Self::new(
            "GN-01",
            "档案库已上锁。",
            "请输入口令打开后再继续，已保存的内容都在。",
        )
    }

    /// A record that was named is not in the archive.
    pub(crate) fn missing(what: &str) -> Self {
        Self::new(
            "GN-02",
            format!("没有找到这条{what}，可能已被撤回。"),
            "请回到列表重新选择，其他记录不受影响。",
        )
    }

    /// A form that cannot be accepted as it stands.
    pub(crate) fn form(message: impl Into<String>, guidance: impl Into<String>) -> Self {
        Self::new("GN-03", message, guidance)
    }

    /// A record whose content this version cannot read; `what` is its Chinese name.
    pub(crate) fn unreadable(what: &str) -> Self {
        Self::new(
            "GN-04",
            format!("有一条“{what}”记录本程序读不懂。"),
            "请先校验档案；如记录来自较新的版本，请升级程序后再打开。记录原样保留，没有改动。",
        )
    }
}

/// Splits a lower layer's sentence (what happened. what to do.) at its first full stop.
pub(crate) fn split_sentence(code: &str, text: &str) -> ErrorView {
    match text.split_once('。') {
        Some((happened, rest)) if !rest.is_empty() => {
            ErrorView::new(code, format!("{happened}。"), rest)
        }
        _ => ErrorView::new(code, text, "已保存的内容没有受影响。"),
    }
}

impl From<vault::Error> for ErrorView {
    fn from(error: vault::Error) -> Self {
        split_sentence(error.code(), &error.to_string())
    }
}

impl From<gongwen::Error> for ErrorView {
    fn from(error: gongwen::Error) -> Self {
        split_sentence("GW-01", &error.to_string())
    }
}

impl From<minutes::Error> for ErrorView {
    fn from(error: minutes::Error) -> Self {
        split_sentence("HY-01", &error.to_string())
    }
}

impl From<exchange::Error> for ErrorView {
    fn from(error: exchange::Error) -> Self {
        split_sentence("JH-01", &error.to_string())
    }
}

impl From<papers::Error> for ErrorView {
    fn from(error: papers::Error) -> Self {
        split_sentence("WS-01", &error.to_string())
    }
}

/// A file outside the archive that could not be read or written.
pub(crate) fn file_error(doing: &str, path: &std::path::Path, error: &std::io::Error) -> ErrorView {
    use std::io::ErrorKind;
    let (why, what_to_do) = match error.kind() {
        ErrorKind::NotFound => ("找不到这个位置", "请检查文件名和所在文件夹，U盘是否插好。"),
        ErrorKind::PermissionDenied => ("没有权限", "请换一个可以写入的文件夹。"),
        ErrorKind::ReadOnlyFilesystem => (
            "这个位置是只读的",
            "请打开U盘的写保护开关，或换一个文件夹。",
        ),
        ErrorKind::StorageFull => ("磁盘空间不足", "请腾出空间或换一个盘，再做一次。"),
        ErrorKind::IsADirectory => ("这不是一个文件", "请选择文件，或在文件夹后写上文件名。"),
        ErrorKind::AlreadyExists => ("同名文件已存在", "请换一个文件名。"),
        _ => ("读写没有成功", "请检查磁盘或U盘后再做一次。"),
    };
    ErrorView::new(
        "WJ-01",
        format!("{doing}“{}”时，{why}。", path.display()),
        format!("{what_to_do}档案库里的内容没有受影响。"),
    )
}
