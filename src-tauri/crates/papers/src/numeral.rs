//! Chinese numerals for the numbers of items: 一、二 … 十、十一 … 九十九.

const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// `n` from 1 to 99 in Chinese; beyond that in Arabic digits, which no paper reaches.
pub(crate) fn chinese(n: usize) -> String {
    match n {
        1..=9 => DIGITS[n].to_owned(),
        10..=19 => format!("十{}", DIGITS[n - 10]),
        20..=99 => format!("{}十{}", DIGITS[n / 10], DIGITS[n % 10]),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::chinese;

    #[test]
    fn numerals() {
        let shown: Vec<_> = [1, 9, 10, 11, 19, 20, 21, 90, 99, 100]
            .into_iter()
            .map(chinese)
            .collect();
        assert_eq!(
            shown,
            [
                "一",
                "九",
                "十",
                "十一",
                "十九",
                "二十",
                "二十一",
                "九十",
                "九十九",
                "100"
            ]
        );
    }
}
