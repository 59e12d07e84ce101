//! Limits against hostile or broken bundles. Part of format version 1.

/// Most recipients of one bundle.
pub const RECIPIENTS: usize = 200;
/// Longest outer (age) header, in bytes; 200 recipients need about 26,000.
pub const OUTER_HEADER_BYTES: usize = 64 * 1024;
/// Largest manifest, in bytes of CBOR.
pub const MANIFEST_BYTES: usize = 16 * 1024 * 1024;
/// Most attachments in one bundle.
pub const ATTACHMENTS: usize = 100_000;
/// Largest attachment, in bytes (4 GiB).
pub const ATTACHMENT_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Largest piece of an attachment in one frame, in bytes.
pub const CHUNK_BYTES: usize = 256 * 1024;
/// Longest name of a sender, receiver or scope, in bytes.
pub const TEXT_BYTES: usize = 1_024;
/// Greatest zstd window, as a power of two: 8 MiB of memory while reading.
pub const WINDOW_LOG: u32 = 23;
/// scrypt work factor of passphrase bundles, as a power of two: 256 MiB and about a second.
pub const WORK_FACTOR: u8 = 18;
/// Greatest work factor accepted: 1 GiB. More would be an attack on the reader.
pub const WORK_FACTOR_ACCEPTED: u8 = 20;
