//! The recovery code (恢复码): a second key to the archive, printed on paper.

use std::fmt;

use zeroize::Zeroizing;

use crate::Error;

/// Digits and capitals without `0 1 I L O`. There are 31 of them: a prime, so
/// that the check character of a group finds every single wrong character and
/// every swap of two.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const GROUPS: usize = 7;
const GROUP: usize = 5;
/// Characters that carry the secret: 28 × log2(31) ≈ 138 bits.
const DATA: usize = GROUPS * (GROUP - 1);

/// A recovery code: seven groups of five characters, the fifth of each group
/// checking the four before it and the place of the group. Wiped from memory
/// when dropped.
#[derive(Clone)]
pub struct RecoveryCode(Zeroizing<[u8; DATA]>);

impl RecoveryCode {
    /// A new random code.
    pub(crate) fn generate() -> Result<Self, Error> {
        let mut digits = Zeroizing::new([0_u8; DATA]);
        let mut random = Zeroizing::new([0_u8; 64]);
        let mut filled = 0;
        while filled < DATA {
            crate::keys::fill_random(&mut *random)?;
            // 248 = 8 × 31: greater bytes would favour the first characters.
            for byte in random.iter().filter(|byte| **byte < 248) {
                if filled < DATA {
                    digits[filled] = byte % 31;
                    filled += 1;
                }
            }
        }
        Ok(Self(digits))
    }

    /// Reads a code as typed: any case, any spaces and dashes, full-width
    /// characters too.
    ///
    /// # Errors
    /// [`Error::RecoveryCodeLength`], or [`Error::MistypedRecoveryCode`] with
    /// the first group that cannot be right.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let typed: Zeroizing<Vec<char>> = Zeroizing::new(
            text.chars()
                .map(|c| match c {
                    '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
                    other => other,
                })
                .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '—' | '–' | '－' | '_' | '.'))
                .collect(),
        );
        let expected = GROUPS * GROUP;
        if typed.len() != expected {
            return Err(Error::RecoveryCodeLength {
                expected,
                found: typed.len(),
            });
        }
        let mut digits = Zeroizing::new([0_u8; DATA]);
        for (g, group) in typed.chunks_exact(GROUP).enumerate() {
            let wrong = Error::MistypedRecoveryCode { group: g + 1 };
            let mut values = Zeroizing::new([0_u8; GROUP]);
            for (value, c) in values.iter_mut().zip(group) {
                match ALPHABET
                    .iter()
                    .position(|a| char::from(*a) == c.to_ascii_uppercase())
                {
                    Some(at) => *value = at as u8,
                    None => return Err(wrong),
                }
            }
            if check(g, &values[..GROUP - 1]) != values[GROUP - 1] {
                return Err(wrong);
            }
            digits[g * (GROUP - 1)..(g + 1) * (GROUP - 1)].copy_from_slice(&values[..GROUP - 1]);
        }
        Ok(Self(digits))
    }

    /// The secret part, one byte a character.
    pub(crate) fn secret(&self) -> &[u8] {
        &*self.0
    }
}

/// Weighted sum: the weights 1…4 and the group's number are all different from
/// 0 modulo 31, so one wrong character, two swapped ones and two swapped
/// groups each change it.
fn check(group: usize, values: &[u8]) -> u8 {
    let sum: usize = values
        .iter()
        .enumerate()
        .map(|(i, v)| (i + 1) * usize::from(*v))
        .sum();
    ((sum + 11 * (group + 1)) % 31) as u8
}

impl fmt::Display for RecoveryCode {
    /// `XXXXX-XXXXX-…`, as it stands on the printed sheet.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (g, group) in self.0.chunks_exact(GROUP - 1).enumerate() {
            if g > 0 {
                f.write_str("-")?;
            }
            for value in group.iter().copied().chain([check(g, group)]) {
                write!(f, "{}", char::from(ALPHABET[usize::from(value)]))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_code() -> impl Strategy<Value = RecoveryCode> {
        prop::collection::vec(0..31_u8, DATA)
            .prop_map(|v| RecoveryCode(Zeroizing::new(v.try_into().expect("as many as asked"))))
    }

    fn group_of(error: &Error) -> Option<usize> {
        match error {
            Error::MistypedRecoveryCode { group } => Some(*group),
            _ => None,
        }
    }

    #[test]
    fn a_new_code_is_seven_groups_and_never_the_same() {
        let code = RecoveryCode::generate().expect("random").to_string();
        assert_eq!(
            code.split('-').map(str::len).collect::<Vec<_>>(),
            vec![5; 7]
        );
        assert_ne!(code, RecoveryCode::generate().expect("random").to_string());
    }

    #[test]
    fn debug_does_not_print_the_secret() {
        let code = RecoveryCode::generate().expect("random");
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
    }

    #[test]
    fn length_is_told() {
        let error = RecoveryCode::parse("23456-789").expect_err("short");
        assert!(matches!(
            error,
            Error::RecoveryCodeLength {
                expected: 35,
                found: 8
            }
        ));
    }

    proptest! {
        #[test]
        fn typed_in_any_form_it_is_the_same(code in any_code()) {
            let shown = code.to_string();
            let full_width: String = shown.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("ascii")).collect();
            for typed in [shown.to_lowercase(), shown.replace('-', " "), shown.replace('-', ""), full_width] {
                let parsed = RecoveryCode::parse(&typed).expect("same");
                prop_assert_eq!(parsed.secret(), code.secret());
            }
        }

        #[test]
        fn one_wrong_character_names_its_group(code in any_code(), at in 0..35_usize, by in 1..31_usize) {
            let mut typed: Vec<char> = code.to_string().chars().filter(|c| *c != '-').collect();
            let old = ALPHABET.iter().position(|a| char::from(*a) == typed[at]).expect("in the alphabet");
            typed[at] = char::from(ALPHABET[(old + by) % 31]);
            let error = RecoveryCode::parse(&typed.iter().collect::<String>()).expect_err("wrong");
            prop_assert_eq!(group_of(&error), Some(at / 5 + 1));
        }

        #[test]
        fn two_swapped_characters_of_a_group_are_noticed(code in any_code(), g in 0..7_usize, a in 0..5_usize, b in 0..5_usize) {
            let mut typed: Vec<char> = code.to_string().chars().filter(|c| *c != '-').collect();
            prop_assume!(typed[g * 5 + a] != typed[g * 5 + b]);
            typed.swap(g * 5 + a, g * 5 + b);
            prop_assert!(RecoveryCode::parse(&typed.iter().collect::<String>()).is_err());
        }

        #[test]
        fn two_swapped_groups_are_noticed(code in any_code(), a in 0..7_usize, b in 0..7_usize) {
            prop_assume!(a != b);
            let mut groups: Vec<String> = code.to_string().split('-').map(str::to_owned).collect();
            groups.swap(a, b);
            prop_assert!(RecoveryCode::parse(&groups.join("-")).is_err());
        }
    }
}
