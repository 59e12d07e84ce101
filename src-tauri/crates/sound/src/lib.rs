//! Recordings: what was compressed becomes samples, a stretch at a time, so
//! that an hour costs no more memory than a second. Everything that reads a
//! file here is safe Rust; no codec of the system ever sees it. Knows no case.

mod decoding;
mod stream;

pub use decoding::{Facts, Sound, Stretch};
pub use stream::ReadAt;

/// A recording that is not played. Whatever reads it says why in Chinese: what
/// happened, then what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not a recording, or of a kind that is not known here.
    #[error(
        "这份录音的编码方式本程序不认得，不能在这里播放。它原样保存在档案库里，可以导出后用其他程序播放。"
    )]
    Unknown,
    /// No sound within, as in a film without sound.
    #[error("这份文件里没有声音。它原样保存在档案库里，可以导出后用其他程序打开。")]
    Silent,
    /// What was read makes no sense.
    #[error("这份录音已损坏，播放不下去了。它原样保存在档案库里，可以导出后用其他程序试播。")]
    Damaged,
    /// The bytes could not be read.
    #[error("录音的内容读不出来。请重新打开这份材料再试，已保存的内容没有受影响。")]
    Reading(#[source] std::io::Error),
}
