//! One's two public keys as digits that are read over the telephone (口述).
//!
//! Decimal digits rather than words: they are read aloud in Mandarin without mistakes (幺, 两,
//! 三 …), everybody writes them down in the same way, and no list of words has to be chosen,
//! learnt and kept. Forty groups of five; the fifth digit of a group is a check digit over the
//! group and its number, so that a group that was misheard, left out or written in the wrong
//! place is found while the other is still on the line. The whole carries a checksum besides.

use std::fmt;

use ledger::DeviceId;
use sha2::{Digest, Sha256};

use crate::{Error, Keys, Recipient};

/// Groups of the spoken form.
pub const GROUPS: usize = 40;
/// Digits of a group, the last one its check digit.
pub const DIGITS: usize = 5;

const DOMAIN: &[u8] = b"ducha/exchange/1/spoken\0";
/// The first digit of all.
const VERSION: u32 = 1;
/// Bytes that the digits carry: two keys and a checksum.
const BYTES: usize = 66;
/// Every group carries a digit of this number system.
const BASE: u32 = 10_000;

/// What is wrong with digits that were written down. Groups are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpokenFault {
    /// These groups cannot be right as they stand.
    Groups(Vec<usize>),
    /// So many groups were written down, the last of them perhaps not to its end.
    Count(usize),
    /// A character that is no digit.
    Character(char),
    /// Every group is right in itself, and all together are not: two were exchanged, or several
    /// are wrong.
    Whole,
    /// The form of a newer program.
    Newer,
}

impl fmt::Display for SpokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Groups(groups) => {
                let groups: Vec<String> = groups.iter().map(usize::to_string).collect();
                write!(f, "第{}组数字不对", groups.join("、"))
            }
            Self::Count(found) => {
                write!(f, "应有{GROUPS}组数字，每组{DIGITS}位，现在写了{found}组")
            }
            Self::Character(letter) => write!(f, "“{letter}”不是数字"),
            Self::Whole => f.write_str("各组合在一起校验不对，可能有两组写颠倒了"),
            Self::Newer => f.write_str("这组数字由更新版本的程序念出，请先升级程序"),
        }
    }
}

/// The groups to be read aloud, in their order.
pub fn groups(keys: &Keys) -> Vec<String> {
    let mut bytes = Vec::with_capacity(BYTES);
    bytes.extend_from_slice(&keys.device.0);
    bytes.extend_from_slice(&keys.recipient.to_bytes());
    bytes.extend_from_slice(&checksum(&bytes));
    let mut values = to_base(&bytes);
    // 66 bytes are below 10^159, so that the first of 160 digits is free for the version.
    values[0] += VERSION * 1_000;
    values
        .iter()
        .enumerate()
        .map(|(at, value)| format!("{value:04}{}", check_digit(at, *value)))
        .collect()
}

/// Reads what was written down. Spaces, line ends, commas and hyphens between digits do not
/// count; full-width and Chinese digits are read as well, 幺, 两, 拐, 勾 and 洞 among them.
///
/// # Errors
/// [`Error::Misheard`], which names the groups to be read again.
pub fn read(text: &str) -> Result<Keys, Error> {
    keys_of(text).map_err(Error::Misheard)
}

/// What is wrong with the groups written down so far; nothing while they are right as far as
/// they go. The last group may still be in the making.
pub fn faults(text: &str) -> Option<SpokenFault> {
    let digits = match digits_of(text) {
        Ok(digits) => digits,
        Err(fault) => return Some(fault),
    };
    let wrong = wrong_groups(&digits);
    if !wrong.is_empty() {
        return Some(SpokenFault::Groups(wrong));
    }
    (digits.len() > GROUPS * DIGITS).then(|| SpokenFault::Count(digits.len().div_ceil(DIGITS)))
}

/// How many whole groups are written down.
pub fn written(text: &str) -> usize {
    digits_of(text).map_or(0, |digits| digits.len() / DIGITS)
}

fn keys_of(text: &str) -> Result<Keys, SpokenFault> {
    let digits = digits_of(text)?;
    let wrong = wrong_groups(&digits);
    if !wrong.is_empty() {
        return Err(SpokenFault::Groups(wrong));
    }
    if digits.len() != GROUPS * DIGITS {
        return Err(SpokenFault::Count(digits.len().div_ceil(DIGITS)));
    }
    let mut values: Vec<u32> = digits.chunks_exact(DIGITS).map(value).collect();
    match values[0] / 1_000 {
        VERSION => values[0] %= 1_000,
        0 => return Err(SpokenFault::Whole),
        _ => return Err(SpokenFault::Newer),
    }
    let bytes = from_base(&values).ok_or(SpokenFault::Whole)?;
    let (keys, check) = bytes.split_at(BYTES - 2);
    if checksum(keys) != *check {
        return Err(SpokenFault::Whole);
    }
    let (device, recipient) = keys.split_at(32);
    let whole = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map_err(|_| SpokenFault::Whole);
    Ok(Keys {
        device: DeviceId(whole(device)?),
        recipient: Recipient::from_bytes(&whole(recipient)?).map_err(|_| SpokenFault::Whole)?,
    })
}

/// The digits of a text, whatever way they are written.
fn digits_of(text: &str) -> Result<Vec<u32>, SpokenFault> {
    text.chars()
        .filter(|letter| {
            !letter.is_whitespace() && !matches!(letter, ',' | '，' | '、' | '-' | '－' | '—')
        })
        .map(|letter| {
            Ok(match letter {
                '0'..='9' => letter as u32 - '0' as u32,
                '０'..='９' => letter as u32 - '０' as u32,
                '零' | '〇' | '洞' => 0,
                '一' | '幺' => 1,
                '二' | '两' => 2,
                '三' => 3,
                '四' => 4,
                '五' => 5,
                '六' => 6,
                '七' | '拐' => 7,
                '八' => 8,
                '九' | '勾' => 9,
                other => return Err(SpokenFault::Character(other)),
            })
        })
        .collect()
}

/// The numbers, from 1, of the whole groups whose check digit is not right.
fn wrong_groups(digits: &[u32]) -> Vec<usize> {
    digits
        .chunks_exact(DIGITS)
        .take(GROUPS)
        .enumerate()
        .filter(|(at, group)| check_digit(*at, value(group)) != group[DIGITS - 1])
        .map(|(at, _)| at + 1)
        .collect()
}

/// The number in the first four digits of a group.
fn value(group: &[u32]) -> u32 {
    group[..DIGITS - 1]
        .iter()
        .fold(0, |value, digit| value * 10 + digit)
}

fn checksum(keys: &[u8]) -> [u8; 2] {
    let digest = Sha256::new_with_prefix(DOMAIN)
        .chain_update(keys)
        .finalize();
    [digest[0], digest[1]]
}

/// A number in bytes, the greatest first, as forty digits to the base 10,000.
fn to_base(bytes: &[u8]) -> Vec<u32> {
    let mut values = vec![0; GROUPS];
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for value in values.iter_mut().rev() {
            let all = *value * 256 + carry;
            *value = all % BASE;
            carry = all / BASE;
        }
    }
    values
}

/// The number back as 66 bytes; none when it is too great.
fn from_base(values: &[u32]) -> Option<[u8; BYTES]> {
    let mut bytes = [0_u8; BYTES];
    for value in values {
        let mut carry = *value;
        for byte in bytes.iter_mut().rev() {
            let all = u32::from(*byte) * BASE + carry;
            *byte = (all % 256) as u8;
            carry = all / 256;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(bytes)
}

/// The check digit over the number of the group and its four digits.
fn check_digit(at: usize, value: u32) -> u32 {
    damm((at as u32 + 1) * BASE + value)
}

/// Damm's check digit of a number of up to six digits: it finds every single wrong digit and
/// every exchange of two neighbours. Leading zeroes change nothing.
fn damm(number: u32) -> u32 {
    // The quasigroup of order 10 published by H. M. Damm (2004).
    const TABLE: [[u8; 10]; 10] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ];
    [100_000, 10_000, 1_000, 100, 10, 1]
        .iter()
        .fold(0_u32, |state, place| {
            let digit = number / place % 10;
            u32::from(TABLE[state as usize][digit as usize])
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::DeviceKey;
    use proptest::prelude::*;

    fn keys(seed: u8, recipient: [u8; 32]) -> Keys {
        Keys {
            device: DeviceKey::generate([seed; 32]).id(),
            recipient: Recipient::from_bytes(&recipient).expect("any 32 bytes"),
        }
    }

    #[test]
    fn damm_is_as_published() {
        assert_eq!(damm(572), 4);
        assert_eq!(damm(5_724), 0, "a number with its check digit");
    }

    #[test]
    fn all_ways_of_writing_a_digit_are_read() {
        assert_eq!(
            digits_of("０1，二 两-三\n四五六拐七八勾九〇零洞幺一").expect("digits"),
            [0, 1, 2, 2, 3, 4, 5, 6, 7, 7, 8, 9, 9, 0, 0, 0, 1, 1]
        );
        assert_eq!(faults("12a45"), Some(SpokenFault::Character('a')));
    }

    #[test]
    fn groups_can_be_checked_while_they_are_written_down() {
        let groups = groups(&keys(1, [7; 32]));
        assert_eq!(groups.len(), GROUPS);
        let some = groups[..9].concat();
        assert_eq!(faults(&some), None);
        assert_eq!(faults(&format!("{some}12")), None, "a group in the making");
        assert_eq!(written(&format!("{some}12")), 9);
        let left_out = [&groups[..3], &groups[4..9]].concat().concat();
        assert!(matches!(faults(&left_out), Some(SpokenFault::Groups(wrong)) if wrong[0] == 4));
        assert!(matches!(keys_of(&some), Err(SpokenFault::Count(9))));
    }

    proptest! {
        #[test]
        fn keys_are_read_back_and_every_wrong_digit_is_found_in_its_group(
            seed in any::<u8>(),
            recipient in any::<[u8; 32]>(),
            at in 0..GROUPS * DIGITS,
            by in 1_u32..10,
        ) {
            let keys = keys(seed, recipient);
            let text = groups(&keys).join(" ");
            prop_assert_eq!(&read(&text).expect("right"), &keys);
            let mut digits = digits_of(&text).expect("digits");
            digits[at] = (digits[at] + by) % 10;
            let wrong: String = digits.iter().map(u32::to_string).collect();
            prop_assert_eq!(
                keys_of(&wrong),
                Err(SpokenFault::Groups(vec![at / DIGITS + 1]))
            );
        }

        #[test]
        fn two_groups_in_each_others_place_are_noticed(
            recipient in any::<[u8; 32]>(),
            one in 0..GROUPS,
            other in 0..GROUPS,
        ) {
            let mut groups = groups(&keys(2, recipient));
            prop_assume!(groups[one] != groups[other]);
            groups.swap(one, other);
            prop_assert!(keys_of(&groups.concat()).is_err());
        }
    }
}
