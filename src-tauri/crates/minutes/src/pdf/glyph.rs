//! One drawn character and where it stands.

/// A character on a page. Lengths are in points; the origin is the top left
/// corner of the page as it is shown, `y` grows downward.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// What it stands for; usually one character, empty when unknown.
    pub(super) text: String,
    /// Start of the glyph on the line.
    pub(super) x: f64,
    /// Where the next glyph would start.
    pub(super) end: f64,
    /// The baseline.
    pub(super) y: f64,
    /// Height of the font.
    pub(super) size: f64,
}

impl Glyph {
    /// The font does not say which character it shows.
    pub(super) fn is_unknown(&self) -> bool {
        self.text.is_empty()
    }

    /// A blank, which shows nothing.
    pub(super) fn is_blank(&self) -> bool {
        !self.is_unknown() && self.text.trim().is_empty()
    }
}

/// An affine map as PDF writes it: `[a b c d e f]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Map(pub(super) [f64; 6]);

impl Map {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// The map that applies `self` first and `outer` after it.
    #[expect(
        clippy::many_single_char_names,
        reason = "the letters of ISO 32000-1, 8.3.4"
    )]
    pub(super) fn then(self, outer: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [oa, ob, oc, od, oe, of] = outer.0;
        Self([
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ])
    }

    #[expect(
        clippy::many_single_char_names,
        reason = "the letters of ISO 32000-1, 8.3.4"
    )]
    pub(super) fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

#[cfg(test)]
mod tests {
    use super::Map;

    #[test]
    fn maps_compose_in_the_order_of_their_names() {
        let double = Map([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        assert_eq!(
            Map::shift(3.0, 4.0).then(double).apply(1.0, 1.0),
            (8.0, 10.0)
        );
        assert_eq!(
            double.then(Map::shift(3.0, 4.0)).apply(1.0, 1.0),
            (5.0, 6.0)
        );
        assert_eq!(Map::IDENTITY.then(double), double);
    }
}
