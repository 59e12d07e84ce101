//! Limits against hostile or broken data. They are part of the format: a writer refuses
//! to exceed them, so a reader may refuse whatever does.

/// Longest header, in bytes of CBOR. The fixed fields need about 200.
pub const HEADER_BYTES: usize = 512;
/// Largest payload, in bytes of CBOR: a very long imported minutes document fits well.
pub const PAYLOAD_BYTES: usize = 16 * 1024 * 1024;
/// Largest payload some of which is masked, in bytes of CBOR. What takes the place of a value,
/// and the salt beside one that is shown, are at most 34 bytes each.
pub const MASKED_BYTES: usize = PAYLOAD_BYTES + 4 * 1024 * 1024;
/// Largest encoded entry: header, signature, payload and the few bytes that frame them.
pub const ENTRY_BYTES: usize = MASKED_BYTES + HEADER_BYTES + 128;
/// Most changes in one payload.
pub const CHANGES: usize = 100_000;
/// Most bases named by one change.
pub const BASES: usize = 4_096;
/// Deepest nesting of lists and maps in a value.
pub const DEPTH: usize = 16;
/// Longest kind, field or action name, in bytes.
pub const NAME_BYTES: usize = 64;
/// Most devices in one statement of heads.
pub const HEADS: usize = 10_000;
