//! What can go wrong with an archive, told to the person at the desk.
//!
//! Rules for every message: it says what happened, what to do, and that
//! nothing was lost (or what was). It is Chinese, it is a sentence, and it
//! never carries the text of a library's error. [`Error::code`] is the short
//! stable number a user reads out on the telephone.

use std::io;

use ledger::DeviceId;

/// Entries of one device that must be brought in before others can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingRange {
    /// Whose entries.
    pub device: DeviceId,
    /// First missing number.
    pub from: u64,
    /// Last missing number.
    pub to: u64,
}

/// An operation on the archive that was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The passphrase opens nothing.
    #[error(
        "口令不正确。请检查大小写和输入法后再试，次数不限，资料不受影响；忘记口令时可用纸面恢复码打开。"
    )]
    WrongPassphrase,
    /// The recovery code is well formed but belongs to another archive.
    #[error(
        "恢复码与这个档案库不相符。请核对是否为本档案库的恢复码（换发后旧码作废），资料不受影响。"
    )]
    WrongRecoveryCode,
    /// The recovery code was mistyped.
    #[error("恢复码第{group}组有误。请对照纸面逐字核对这一组后重新输入，次数不限，资料不受影响。")]
    MistypedRecoveryCode {
        /// Which group of five, from 1.
        group: usize,
    },
    /// The recovery code has too few or too many characters.
    #[error(
        "恢复码应为{expected}个字符，现在输入了{found}个。请对照纸面补全后重新输入，资料不受影响。"
    )]
    RecoveryCodeLength {
        /// Characters a code has.
        expected: usize,
        /// Characters given.
        found: usize,
    },
    /// A passphrase that would protect nothing.
    #[error("口令不能为空。请输入口令后再试，没有改动任何资料。")]
    EmptyPassphrase,
    /// Another process holds the archive.
    #[error("档案库正在另一个窗口中打开。请在那个窗口中继续，或先将其关闭再打开；资料不受影响。")]
    LockedElsewhere,
    /// The folder is something else.
    #[error(
        "所选文件夹不是档案库（缺少{missing}）。请选择名称以“.ducha”结尾的文件夹；没有改动其中任何内容。"
    )]
    NotAnArchive {
        /// Name of what is not there.
        missing: &'static str,
    },
    /// Something is already in the place of the new archive.
    #[error("该位置已有同名的文件或文件夹。请另取名称或另选位置，原有内容没有改动。")]
    AlreadyExists,
    /// Written by a newer program.
    #[error(
        "档案库由更高版本的程序写成（格式{found}，本程序支持到{known}）。请升级本程序后再打开；资料没有改动。"
    )]
    NewerFormat {
        /// Format found.
        found: i64,
        /// Newest format this program reads.
        known: i64,
    },
    /// No space left.
    #[error(
        "磁盘空间不足，这次操作没有保存。请腾出空间后重做这一步；此前保存的内容都在，没有丢失。"
    )]
    DiskFull,
    /// The medium or the rights do not allow writing.
    #[error(
        "档案库所在的位置不能写入，这次操作没有保存。请检查磁盘是否只读或是否有写入权限；此前保存的内容没有丢失。"
    )]
    ReadOnly,
    /// The record was lawfully erased.
    #[error("这条记录已依规删除，不能再写入或恢复。如确需登记，请另建一条；其他内容没有改动。")]
    Erased,
    /// A field whose value is not known here because it came masked: writing to it would put
    /// something in place of a value that nobody here has seen.
    #[error(
        "该项内容发来时已遮盖，本机没有原文；在此填写会盖掉来源方的真实内容，所以没有保存。请向来源方索取完整内容，导入后再改；现有内容没有改动。"
    )]
    Masked,
    /// Something was erased, and the file could not be written anew.
    #[error(
        "内容已依规删除并登记，但数据文件里的旧页面还没有清除干净（{why}）。请腾出与档案库一样大的磁盘空间，下次打开档案库时会自动再做；其他内容没有丢失。"
    )]
    NotWiped {
        /// Why not, in Chinese.
        why: String,
    },
    /// The database file is damaged.
    #[error("档案库数据已损坏：{what}。请不要继续录入，先用“备份”中最近的一份恢复；备份不受影响。")]
    Damaged {
        /// What is damaged, in Chinese.
        what: String,
    },
    /// The key file is damaged.
    #[error(
        "档案库的密钥文件已损坏，无法解锁。请用备份文件夹中同名的密钥文件替换后再打开；资料仍在，没有丢失。"
    )]
    KeysDamaged,
    /// Reading or writing failed for a reason outside the program.
    #[error("{doing}时出错：{why}。请检查磁盘后再试；此前保存的内容没有丢失。")]
    Io {
        /// What was being done, in Chinese.
        doing: &'static str,
        /// Why it failed, in Chinese.
        why: String,
    },
    /// An entry that the ledger's rules refuse.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// Entries arrived without those before them.
    #[error("导入的内容不完整：{}。请先导入缺少的部分再导入这一份；没有改动任何资料。", describe_missing(.0))]
    MissingEntries(Vec<MissingRange>),
    /// Two histories of one device.
    #[error("设备{}的第{}条记录有两个不同的版本，可能有人使用了旧的副本。这次导入没有执行，本机资料没有改动；请与来源方核实后联系管理人员。", short(&.0.device), .0.seq)]
    Forked(ledger::verify::Fork),
    /// A chain that does not verify.
    #[error(
        "导入的记录未通过校验：{what}。这次导入没有执行，本机资料没有改动；请向来源方重新索取。"
    )]
    BadChain {
        /// What is wrong, in Chinese.
        what: String,
    },
    /// An attachment whose bytes are not what their name says.
    #[error("附件内容与其校验值不符，没有采用。请向来源方重新索取；本机资料没有改动。")]
    AttachmentMismatch,
    /// An attachment that is not held here.
    #[error("本机没有这份附件的内容。请向提供记录的一方索取含附件的交换包；记录本身没有丢失。")]
    AttachmentMissing,
    /// A record that is not held here.
    #[error("没有找到这条记录，可能尚未导入。请刷新后再试；没有改动任何资料。")]
    NoSuchRecord,
    /// What was written does not add up; the transaction was undone.
    #[error("写入后的清点与预期不符（{what}），已全部撤销。请重试；此前保存的内容没有丢失。")]
    CountsDiffer {
        /// What was counted, in Chinese.
        what: &'static str,
    },
    /// A backup that cannot be read back.
    #[error(
        "备份写好后未能通过检查，已放弃这份备份。请换一个位置或检查磁盘后重试；档案库本身不受影响。"
    )]
    BackupUnreadable,
    /// A damaged archive in which not one entry can be read any more.
    #[error(
        "这个档案库里已没有一条能读出的记录，没有写出新档案库。请从备份恢复，或请技术人员处理原来的磁盘；原文件没有改动。"
    )]
    NothingLeft,
    /// A file that is not a backup, or a damaged one.
    #[error("这个备份不完整或已损坏，没有恢复。请改用另一份备份；没有改动任何资料。")]
    BackupDamaged,
    /// The second passphrase opens nothing.
    #[error(
        "第二口令不正确，这件密封事项没有打开。请检查大小写和输入法后再试；忘记时可以输入这件事项自己的恢复码。资料不受影响。"
    )]
    WrongSecondPassphrase,
    /// An entry about what is to be sealed is about something else as well.
    #[error("{what}与密封范围以外的内容是同一次写入的，不能分开密封。这次没有密封；资料没有改动。")]
    SealStraddles {
        /// What the entry is about, in Chinese.
        what: String,
    },
    /// A write to something that is sealed and not open.
    #[error("这条记录属于密封事项，现在没有打开。请先打开密封事项再做；没有改动任何资料。")]
    Sealed,
    /// Sealed, but remains are still in the file.
    #[error(
        "已经密封，但数据文件里的残留还没有清除（{why}）。请腾出磁盘空间后锁上档案库、重新打开一次，程序会自动清除；资料没有丢失。"
    )]
    NotSwept {
        /// Why not, in Chinese.
        why: String,
    },
    /// The user stopped it.
    #[error("操作已按您的要求停止，没有改动任何资料。")]
    Cancelled,
    /// Anything the program's authors did not foresee.
    #[error("程序内部出错，这次操作没有保存（{detail}）。请重试；此前保存的内容没有丢失。")]
    Internal {
        /// Number of the database's result, for the authors.
        detail: String,
    },
}

impl Error {
    /// The short number to read out on the telephone. Stable: never reused.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongPassphrase => "DA-01",
            Self::WrongRecoveryCode => "DA-02",
            Self::MistypedRecoveryCode { .. } => "DA-03",
            Self::RecoveryCodeLength { .. } => "DA-04",
            Self::EmptyPassphrase => "DA-05",
            Self::LockedElsewhere => "DA-06",
            Self::NotAnArchive { .. } => "DA-07",
            Self::AlreadyExists => "DA-08",
            Self::NewerFormat { .. } => "DA-09",
            Self::DiskFull => "DA-10",
            Self::ReadOnly => "DA-11",
            Self::Damaged { .. } => "DA-12",
            Self::KeysDamaged => "DA-13",
            Self::Io { .. } => "DA-14",
            Self::Ledger(_) => "DA-15",
            Self::MissingEntries(_) => "DA-16",
            Self::Forked(_) => "DA-17",
            Self::BadChain { .. } => "DA-18",
            Self::AttachmentMismatch => "DA-19",
            Self::AttachmentMissing => "DA-20",
            Self::NoSuchRecord => "DA-21",
            Self::CountsDiffer { .. } => "DA-22",
            Self::BackupUnreadable => "DA-23",
            Self::Cancelled => "DA-24",
            Self::NothingLeft => "DA-25",
            Self::BackupDamaged => "DA-26",
            Self::WrongSecondPassphrase => "DA-27",
            Self::SealStraddles { .. } => "DA-28",
            Self::Sealed => "DA-29",
            Self::NotSwept { .. } => "DA-30",
            Self::Erased => "DA-31",
            Self::NotWiped { .. } => "DA-32",
            Self::Masked => "DA-33",
            Self::Internal { .. } => "DA-99",
        }
    }

    /// Wraps an error of the file system with what was being done.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::NotFound => Self::Io {
                doing,
                why: "文件或文件夹不存在".into(),
            },
            io::ErrorKind::UnexpectedEof => Self::Io {
                doing,
                why: "文件不完整".into(),
            },
            _ => Self::Io {
                doing,
                why: format!("系统返回错误{}", error.raw_os_error().unwrap_or(-1)),
            },
        }
    }

    /// A stored value that cannot have been written by this program.
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::DiskFull,
                ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                    Self::ReadOnly
                }
                ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => {
                    Self::damaged("数据文件的内容无法辨认")
                }
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::LockedElsewhere,
                ErrorCode::SystemIoFailure => Self::Io {
                    doing: "读写数据文件",
                    why: format!("系统返回错误{}", failure.extended_code),
                },
                _ => Self::Internal {
                    detail: format!("S{}", failure.extended_code),
                },
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..) => Self::damaged("表中有无法辨认的内容"),
            other => Self::Internal {
                detail: format!("R-{}", variant(other)),
            },
        }
    }
}

/// The name of the variant alone: the rest may quote what a user wrote.
fn variant(error: &rusqlite::Error) -> String {
    format!("{error:?}")
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect()
}

/// The first eight digits of a device's name, enough to tell colleagues apart.
pub(crate) fn short(device: &DeviceId) -> String {
    device.to_string().chars().take(8).collect()
}

fn describe_missing(missing: &[MissingRange]) -> String {
    let parts: Vec<String> = missing
        .iter()
        .map(|range| {
            let device = short(&range.device);
            if range.from == range.to {
                format!("缺少设备{device}的第{}条", range.from)
            } else {
                format!("缺少设备{device}的第{}至{}条", range.from, range.to)
            }
        })
        .collect();
    parts.join("，")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_missing_entries() {
        let device = DeviceId([0xab; 32]);
        let error = Error::MissingEntries(vec![
            MissingRange {
                device,
                from: 3,
                to: 3,
            },
            MissingRange {
                device,
                from: 7,
                to: 9,
            },
        ]);
        let text = error.to_string();
        assert!(
            text.contains("缺少设备abababab的第3条，缺少设备abababab的第7至9条"),
            "{text}"
        );
        assert!(text.contains("没有改动"));
    }

    #[test]
    fn a_library_message_never_reaches_the_user() {
        let error = Error::from(rusqlite::Error::InvalidParameterName("secret name".into()));
        assert_eq!(error.code(), "DA-99");
        assert!(!error.to_string().contains("secret"));
    }

    /// One of each, for reading them all in one place.
    fn one_of_each() -> Vec<Error> {
        let device = DeviceId([0xab; 32]);
        let fork = ledger::verify::Fork {
            device,
            seq: 12,
            known: ledger::EntryHash([1; 32]),
            found: ledger::EntryHash([2; 32]),
        };
        vec![
            Error::WrongPassphrase,
            Error::WrongRecoveryCode,
            Error::MistypedRecoveryCode { group: 3 },
            Error::RecoveryCodeLength {
                expected: 35,
                found: 34,
            },
            Error::EmptyPassphrase,
            Error::LockedElsewhere,
            Error::NotAnArchive {
                missing: "vault.db",
            },
            Error::AlreadyExists,
            Error::NewerFormat { found: 3, known: 1 },
            Error::DiskFull,
            Error::ReadOnly,
            Error::damaged("数据文件的内容无法辨认"),
            Error::KeysDamaged,
            Error::io("保存备份")(io::Error::from(io::ErrorKind::NotFound)),
            Error::Ledger(ledger::Error::ClockExhausted),
            Error::MissingEntries(vec![
                MissingRange {
                    device,
                    from: 3,
                    to: 3,
                },
                MissingRange {
                    device,
                    from: 7,
                    to: 9,
                },
            ]),
            Error::Forked(fork),
            Error::BadChain {
                what: "设备abababab：第 4 号条目的签名不正确".into(),
            },
            Error::AttachmentMismatch,
            Error::AttachmentMissing,
            Error::NoSuchRecord,
            Error::CountsDiffer { what: "条目数" },
            Error::BackupUnreadable,
            Error::Cancelled,
            Error::NothingLeft,
            Error::BackupDamaged,
            Error::WrongSecondPassphrase,
            Error::SealStraddles {
                what: "问题线索《示例》".into(),
            },
            Error::Sealed,
            Error::NotSwept {
                why: "磁盘空间不足".into(),
            },
            Error::Erased,
            Error::NotWiped {
                why: "磁盘空间不足".into(),
            },
            Error::Internal {
                detail: "S1".into(),
            },
        ]
    }

    #[test]
    fn every_message_as_the_user_reads_it() {
        let lines: Vec<String> = one_of_each()
            .iter()
            .map(|error| format!("{} {error}", error.code()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
        let codes: std::collections::BTreeSet<_> = one_of_each().iter().map(Error::code).collect();
        assert_eq!(codes.len(), lines.len(), "a number stands for one thing");
    }
}
