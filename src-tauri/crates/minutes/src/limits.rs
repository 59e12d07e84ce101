//! How much a single file may cost.

/// Limits on one import. The defaults are far above any real set of minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file, in bytes.
    pub input_bytes: u64,
    /// Everything unpacked from it, added up, in bytes.
    pub unpacked_bytes: u64,
    /// Unpacked size divided by packed size of one part. Text rarely exceeds
    /// 40, deflate cannot exceed 1032. Judged only above [`Limits::RATIO_FLOOR`].
    pub ratio: u64,
    /// Depth of nested XML elements, and of nested PDF forms times ten.
    pub xml_depth: usize,
    /// Number of paragraphs.
    pub paragraphs: usize,
    /// All text together, in bytes of UTF-8.
    pub text_bytes: usize,
    /// Pages of a PDF.
    pub pages: usize,
    /// Glyphs drawn and drawing instructions executed in a PDF, each.
    pub pdf_steps: usize,
}

impl Limits {
    /// Below this unpacked size, in bytes, the ratio is not judged: a small
    /// part made of repeated markup packs extremely well and harms nobody.
    pub const RATIO_FLOOR: u64 = 8 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 64 << 20,
            unpacked_bytes: 256 << 20,
            ratio: 200,
            xml_depth: 256,
            paragraphs: 200_000,
            text_bytes: 64 << 20,
            pages: 5_000,
            pdf_steps: 20_000_000,
        }
    }
}
