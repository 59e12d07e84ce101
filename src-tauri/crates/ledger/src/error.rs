//! What can be wrong with ledger data, told in the user's language.

/// A refusal by the ledger. Nothing was changed when one of these is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Written by a newer program: not damage, but not readable here.
    #[error(
        "{what}由更新版本的程序写成（格式第 {found} 版，本程序只认识第 {known} 版）。请升级程序后再读取；现有内容没有改动。"
    )]
    NewerVersion {
        /// The part that carries the version.
        what: &'static str,
        /// The version found.
        found: u64,
        /// The newest version this program knows.
        known: u64,
    },
    /// Not the structure the format describes.
    #[error(
        "{what}的数据结构不正确，可能已损坏。请改用其他副本或备份；本程序没有采用这份数据，现有内容没有改动。"
    )]
    Malformed {
        /// The part that could not be read.
        what: &'static str,
    },
    /// Readable, but not the one permitted byte form, so its hash would be ambiguous.
    #[error(
        "{what}不是规范的编码形式，不能作为凭证采用。请向来源方索取由本程序生成的数据；现有内容没有改动。"
    )]
    NotCanonical {
        /// The part that was not canonical.
        what: &'static str,
    },
    /// A size, count or depth limit was exceeded.
    #[error("{what}超过上限（{limit}）。请拆分后再试；现有内容没有改动。")]
    TooLarge {
        /// The part that is too large.
        what: &'static str,
        /// The limit, in the unit of that part (bytes, items or levels).
        limit: usize,
    },
    /// A kind, field or action name outside the permitted letters or length.
    #[error(
        "名称“{name}”不符合要求：只能用英文字母、数字和 _ . - : /，长度 1 至 64。现有内容没有改动。"
    )]
    BadName {
        /// The refused name, shortened when very long.
        name: String,
    },
    /// One payload changes the same field of the same record twice.
    #[error("同一条目对同一字段作了两次更改（字段“{field}”），无法判定先后。现有内容没有改动。")]
    DuplicateChange {
        /// The field changed twice.
        field: String,
    },
    /// An action without any change would record nothing.
    #[error("条目中没有任何更改，无需记入账本。现有内容没有改动。")]
    EmptyPayload,
    /// A value that came masked, where a value has to be written or a whole payload is needed.
    #[error(
        "有的内容发来时已遮盖，本机没有原文，不能据以记入账本。请向来源方索取完整内容；现有内容没有改动。"
    )]
    Masked,
    /// A number with a fraction; the ledger has no floating point numbers.
    #[error("数值“{number}”不是整数或超出范围，账本只保存整数。请改填整数；现有内容没有改动。")]
    NotAnInteger {
        /// The number as written.
        number: String,
    },
    /// A JSON object with a key reserved for the ledger's own encoding.
    #[error("数据中含有保留名称“{key}”，不能记入账本。现有内容没有改动。")]
    ReservedKey {
        /// The reserved key.
        key: String,
    },
    /// An identifier in text form that cannot be read.
    #[error("“{text}”不是有效的编号，请核对后重新输入。现有内容没有改动。")]
    BadIdentifier {
        /// The text, shortened when very long.
        text: String,
    },
    /// The payload is not the one the header vouches for.
    #[error(
        "第 {seq} 号条目的内容与其摘要不符，内容可能已被改动。本程序没有采用该内容；请用备份或其他副本核对。"
    )]
    PayloadMismatch {
        /// Sequence number of the entry.
        seq: u64,
    },
    /// A signature that the named device did not make.
    #[error("{what}的签名不正确，不能确认来源。本程序没有采用；请向来源方核实后重新索取。")]
    BadSignature {
        /// The signed part.
        what: &'static str,
    },
    /// The device's clock has no later stamp left.
    #[error(
        "本机时钟的数值已到尽头，不能再记入新条目。请校正系统时间并在新设备编号下继续；已记录的内容没有丢失。"
    )]
    ClockExhausted,
    /// Two neighbours that leave no place between them, or keys that are none.
    #[error("排序位置不正确，无法在两项之间插入。请刷新列表后再试；现有内容没有改动。")]
    BadOrder,
}

impl Error {
    /// A stable English code for tests, logs and test vectors. Never shown to users.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NewerVersion { .. } => "newer-version",
            Self::Malformed { .. } => "malformed",
            Self::NotCanonical { .. } => "not-canonical",
            Self::TooLarge { .. } => "too-large",
            Self::BadName { .. } => "bad-name",
            Self::DuplicateChange { .. } => "duplicate-change",
            Self::EmptyPayload => "empty-payload",
            Self::Masked => "masked",
            Self::NotAnInteger { .. } => "not-an-integer",
            Self::ReservedKey { .. } => "reserved-key",
            Self::BadIdentifier { .. } => "bad-identifier",
            Self::PayloadMismatch { .. } => "payload-mismatch",
            Self::BadSignature { .. } => "bad-signature",
            Self::ClockExhausted => "clock-exhausted",
            Self::BadOrder => "bad-order",
        }
    }
}

/// Shortens text for an error message, on a character boundary.
pub(crate) fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN {
        text.to_owned()
    } else {
        text.chars().take(SHOWN).chain(['…']).collect()
    }
}
