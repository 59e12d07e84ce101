//! Look-alike code points that PDF producers write in place of ordinary Han characters.

/// The text with radicals and compatibility ideographs turned into the characters they stand for,
/// so that 党 and 人 can be searched. Everything else, full-width signs included, stays as it is.
pub(super) fn ordinary(text: &str) -> String {
    text.chars()
        .map(|c| hanzi::ordinary(c).unwrap_or(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::ordinary;

    #[test]
    fn radicals_become_characters_and_the_rest_stays() {
        assert_eq!(ordinary("⼈⼤⼯⽅"), "人大工方");
        assert_eq!(ordinary("⺠主⻓"), "民主长");
        assert_eq!(ordinary("\u{f96d}"), "省");
        assert_eq!(ordinary("（一）１２，龑𠮷①㎡"), "（一）１２，龑𠮷①㎡");
    }
}
