//! What can go wrong with a bundle, told in the user's language.

use std::io;

use ledger::DeviceId;
use ledger::verify::Damage;

use crate::spoken::SpokenFault;

/// An error of whoever receives the content of a bundle (the archive).
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// A refusal. Nothing of the bundle was handed out as good, and no existing file was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not an exchange file at all.
    #[error("这不是交换包文件，请确认选择的是扩展名为 .dcx 的文件。现有内容没有改动。")]
    NotABundle,
    /// Decrypts, but what is inside was not made by this kind of program.
    #[error("文件可以解密，但里面不是本程序的交换包。请向发送方确认；现有内容没有改动。")]
    ForeignContent,
    /// Written by a newer program.
    #[error(
        "此交换包由更新版本的程序生成（格式第 {found} 版，本程序只认识第 {known} 版）。请升级程序后再导入；现有内容没有改动。"
    )]
    NewerVersion {
        /// The version found.
        found: u64,
        /// The newest version this program knows.
        known: u64,
    },
    /// Locked for other keys.
    #[error(
        "此交换包不是发给本机的，本机密钥打不开（或文件开头已损坏）。请让发送方以本机的收件码重新导出；现有内容没有改动。"
    )]
    WrongRecipient,
    /// The sender's signed list of recipients does not name this key: passed on by a third party.
    #[error(
        "此交换包的收件人名单中没有本机，可能被他人转发。为安全起见没有采用；请让发送方直接导出给本机。"
    )]
    NotAddressed,
    /// The passphrase is wrong.
    #[error(
        "口令不正确，无法打开交换包。请核对口令（注意大小写和全角、半角）后再试；现有内容没有改动。"
    )]
    WrongPassphrase,
    /// Locked with a passphrase, but a key was offered.
    #[error("此交换包以口令加锁，请输入发送方告知的口令。现有内容没有改动。")]
    NeedsPassphrase,
    /// Locked for keys, but a passphrase was offered.
    #[error("此交换包是按收件人密钥加锁的，不能用口令打开，请改用本机密钥。现有内容没有改动。")]
    NeedsIdentity,
    /// An empty passphrase, or no recipient.
    #[error("没有指定收件人或口令，不能生成交换包。请先选择收件人或设置口令。")]
    NoLock,
    /// The passphrase would cost more memory than this program permits.
    #[error(
        "此交换包要求的口令运算量过大（2 的 {found} 次方），可能是恶意文件，没有打开。现有内容没有改动。"
    )]
    ExcessiveWork {
        /// The work factor found, as a power of two.
        found: u8,
    },
    /// The file ends early.
    #[error("交换包不完整，可能拷贝没有完成。请重新拷贝或让发送方重新导出；现有内容没有改动。")]
    Truncated,
    /// Bytes were changed.
    #[error("交换包已损坏或被改动，校验没有通过。请重新拷贝或让发送方重新导出；现有内容没有改动。")]
    Damaged,
    /// Decrypts and unpacks, but breaks the format.
    #[error("交换包的{what}不符合格式，没有采用。请让发送方重新导出；现有内容没有改动。")]
    Malformed {
        /// The Chinese name of the part.
        what: &'static str,
    },
    /// A size or count limit was exceeded.
    #[error("交换包的{what}超过上限（{limit}）。请分批导出；现有内容没有改动。")]
    TooLarge {
        /// The Chinese name of the part.
        what: &'static str,
        /// The limit, in bytes or items.
        limit: u64,
    },
    /// The trailer was not signed by the device named as sender.
    #[error("交换包的签名不正确，不能确认发送方。没有采用；请向发送方核实后重新索取。")]
    BadSignature,
    /// The content is not what the manifest announces.
    #[error("交换包的内容与清单不一致（{what}）。没有采用；请让发送方重新导出，现有内容没有改动。")]
    NotAsAnnounced {
        /// The Chinese name of what differs.
        what: &'static str,
    },
    /// An attachment whose bytes do not have the announced size or hash.
    #[error(
        "附件与清单中的摘要或大小不符，没有采用。请让发送方核对该附件后重新导出；现有内容没有改动。"
    )]
    AttachmentMismatch,
    /// A chain inside the bundle is broken.
    #[error(
        "交换包中设备“{}”的记录没有通过校验：{damage}。没有采用；请让发送方核对其档案库后重新导出。",
        device.fingerprint()
    )]
    Chain {
        /// The device whose chain it is.
        device: DeviceId,
        /// What is wrong with it.
        damage: Box<Damage>,
    },
    /// A part that belongs to the ledger's format was refused.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// A key in text form that cannot be read.
    #[error("“{text}”不是有效的收件码或密钥，请完整复制后再试。现有内容没有改动。")]
    BadKey {
        /// The text, or its beginning; never a secret key.
        text: String,
    },
    /// A receipt in text form that cannot be read or was edited.
    #[error("回执文件已损坏或被改动，不能采用。请让对方重新发送原件；现有内容没有改动。")]
    BadReceipt,
    /// A key card, an appointment or a withdrawal that was copied wrongly.
    #[error("{what}抄录或拷贝有误，校验没有通过。请对照原件逐行核对，或请对方重新发来；没有采用。")]
    Miscopied {
        /// The Chinese name of the file.
        what: &'static str,
    },
    /// A key card, an appointment or a withdrawal that is not what its signer signed.
    #[error(
        "{what}的签名不对，内容可能被人改过或换过。没有采用；请当面或用电话向对方核实后重新索取。"
    )]
    Forged {
        /// The Chinese name of the file.
        what: &'static str,
    },
    /// Not a file of that kind.
    #[error("这不是本程序的{what}。请核对选择的文件；没有采用。")]
    NotThat {
        /// The Chinese name of the file that was wanted.
        what: &'static str,
    },
    /// A picture in which no key card can be read.
    #[error("{why}。请换一张清晰、端正、不反光的图片，或改用名片文件；没有采用。")]
    NoCode {
        /// What stood in the way, in Chinese.
        why: &'static str,
    },
    /// Groups of digits that were read or heard wrongly.
    #[error("{0}。请对方把这几组再念一遍；没有采用。")]
    Misheard(SpokenFault),
    /// Whoever receives the content refused it.
    #[error("{0}")]
    Sink(SinkError),
    /// Reading or writing a file or a stick failed.
    #[error("{doing}失败：{}。原有文件没有改动。", reason(source))]
    Io {
        /// The Chinese name of what was being done.
        doing: &'static str,
        /// What the operating system reported.
        source: io::Error,
    },
    /// Too little room on the target.
    #[error(
        "目标磁盘空间不足：需要约 {needed_mib} MB，可用 {free_mib} MB。请清理或换用其他U盘；原有文件没有改动。"
    )]
    NoSpace {
        /// Room needed, in MiB, rounded up.
        needed_mib: u64,
        /// Room free, in MiB, rounded down.
        free_mib: u64,
    },
    /// What was read back from the stick is not what was written.
    #[error("写入后复核不一致，存储介质可能有故障。请换用其他U盘后重新导出；原有文件没有改动。")]
    ReadBack,
}

impl Error {
    /// A stable English code for tests and logs. Never shown to users.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotABundle => "not-a-bundle",
            Self::ForeignContent => "foreign-content",
            Self::NewerVersion { .. } => "newer-version",
            Self::WrongRecipient => "wrong-recipient",
            Self::NotAddressed => "not-addressed",
            Self::WrongPassphrase => "wrong-passphrase",
            Self::NeedsPassphrase => "needs-passphrase",
            Self::NeedsIdentity => "needs-identity",
            Self::NoLock => "no-lock",
            Self::ExcessiveWork { .. } => "excessive-work",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::Malformed { .. } => "malformed",
            Self::TooLarge { .. } => "too-large",
            Self::BadSignature => "bad-signature",
            Self::NotAsAnnounced { .. } => "not-as-announced",
            Self::AttachmentMismatch => "attachment-mismatch",
            Self::Chain { .. } => "chain",
            Self::Ledger(error) => error.code(),
            Self::BadKey { .. } => "bad-key",
            Self::BadReceipt => "bad-receipt",
            Self::Miscopied { .. } => "miscopied",
            Self::Forged { .. } => "forged",
            Self::NotThat { .. } => "not-that",
            Self::NoCode { .. } => "no-code",
            Self::Misheard(_) => "misheard",
            Self::Sink(_) => "sink",
            Self::Io { .. } => "io",
            Self::NoSpace { .. } => "no-space",
            Self::ReadBack => "read-back",
        }
    }

    /// Wraps what the operating system reported while `doing`.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}

/// The reason of an I/O error in Chinese.
fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "找不到文件或文件夹，U盘可能已拔出，请插好后再试",
        io::ErrorKind::PermissionDenied => "没有读写权限，请更换位置或联系管理员",
        io::ErrorKind::ReadOnlyFilesystem => "目标磁盘为只读，请解除U盘写保护或更换位置",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "磁盘空间不足，请清理或换用其他U盘"
        }
        io::ErrorKind::FileTooLarge => {
            "文件超过目标磁盘格式允许的大小（FAT32 格式单个文件不超过 4 GB），请分批导出或更换U盘"
        }
        io::ErrorKind::AlreadyExists => "同名文件已存在且无法替换，请更换文件名",
        io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => {
            "所选位置不是文件，请重新选择"
        }
        io::ErrorKind::UnexpectedEof => "文件提前结束，请重新拷贝后再试",
        io::ErrorKind::InvalidFilename => "文件名不被目标磁盘接受，请更换文件名",
        _ => "存储介质读写出错，请检查U盘或更换后再试",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_the_operating_system_are_translated() {
        for kind in [
            io::ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem,
            io::ErrorKind::StorageFull,
            io::ErrorKind::FileTooLarge,
            io::ErrorKind::BrokenPipe,
        ] {
            let told = Error::io("写入交换包")(io::Error::new(kind, "english words")).to_string();
            assert!(
                told.starts_with("写入交换包失败：") && told.ends_with("没有改动。"),
                "{told}"
            );
            assert!(!told.contains("english"), "{told}");
        }
    }
}
