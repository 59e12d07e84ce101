//! Order keys: the place of an item in a list that several people extend at once.
//!
//! A key is text over `0-9A-Za-z`, compared byte by byte like a fraction. A new key lies
//! strictly between its neighbours; nothing else is renumbered, so two recorders who insert at
//! the same place merge cleanly. Every key ends in a suffix made from the device, so that keys
//! of different devices are different. Sort by (key, record), so that even equal keys (one
//! device, the same place, after the first item was withdrawn) have one order everywhere.

use sha2::{Digest, Sha256};

use crate::{DeviceId, Error};

/// The digits in ascending order of their bytes.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u64 = DIGITS.len() as u64;
/// Length of the device suffix: 62^7 · 61, about 2·10^14 possibilities.
const SUFFIX: usize = 8;
/// Digits of the counter used at either end of a list, and how far it moves each time: about
/// 119,000 items can be appended, and as many put in front, before keys begin to grow.
const WIDTH: usize = 6;
const STEP: u64 = BASE * BASE * BASE;
/// The same, when the room after a key is open but lies inside a longer key.
const INNER_WIDTH: usize = 3;
/// Longest key accepted, in bytes.
pub const KEY_BYTES: usize = 4_096;

/// A key between `left` and `right`; `None` is the beginning or the end of the list.
///
/// Give the true neighbours, withdrawn items included.
///
/// # Errors
/// [`Error::BadOrder`] when a neighbour is no key or `left` is not before `right`.
pub fn between(
    left: Option<&str>,
    right: Option<&str>,
    device: &DeviceId,
) -> Result<String, Error> {
    let left = left.map(digits).transpose()?;
    let right = right.map(digits).transpose()?;
    if let (Some(left), Some(right)) = (&left, &right)
        && left >= right
    {
        return Err(Error::BadOrder);
    }
    let mut key = match (left, right) {
        (None, None) => number_to_digits(BASE.pow(WIDTH as u32) / 2, WIDTH),
        (Some(left), None) => after(&left, WIDTH, STEP),
        (None, Some(right)) => before(&right),
        (Some(left), Some(right)) => inside(&left, &right),
    };
    key.extend(suffix(device));
    if key.len() > KEY_BYTES {
        return Err(Error::BadOrder);
    }
    Ok(key
        .iter()
        .map(|&digit| char::from(DIGITS[usize::from(digit)]))
        .collect())
}

/// `count` keys in ascending order after `left`: for a list that is made in one go.
///
/// # Errors
/// As [`between`].
pub fn sequence(left: Option<&str>, count: usize, device: &DeviceId) -> Result<Vec<String>, Error> {
    let mut keys: Vec<String> = Vec::with_capacity(count);
    for i in 0..count {
        let previous = if i == 0 {
            left
        } else {
            Some(keys[i - 1].as_str())
        };
        keys.push(between(previous, None, device)?);
    }
    Ok(keys)
}

/// Checks that text from outside is a key: digits only, not empty, not ending in the lowest
/// digit (nothing could be put before such a key's equal-valued shorter form).
pub fn check(key: &str) -> Result<(), Error> {
    digits(key).map(drop)
}

fn digits(key: &str) -> Result<Vec<u8>, Error> {
    let digits: Option<Vec<u8>> = key
        .bytes()
        .map(|byte| {
            DIGITS
                .iter()
                .position(|&digit| digit == byte)
                .map(|i| i as u8)
        })
        .collect();
    match digits {
        Some(digits)
            if digits.last().is_some_and(|&last| last > 0) && digits.len() <= KEY_BYTES =>
        {
            Ok(digits)
        }
        _ => Err(Error::BadOrder),
    }
}

fn digit_at(key: &[u8], i: usize) -> u64 {
    key.get(i).copied().map_or(0, u64::from)
}

/// The first `width` digits as a number, missing ones as 0.
fn leading_number(key: &[u8], width: usize) -> u64 {
    (0..width).fold(0, |number, i| number * BASE + digit_at(key, i))
}

fn number_to_digits(mut number: u64, width: usize) -> Vec<u8> {
    let mut digits = vec![0; width];
    for digit in digits.iter_mut().rev() {
        *digit = (number % BASE) as u8;
        number /= BASE;
    }
    digits
}

/// Digits greater than `left` and not a beginning of it, with nothing on the right.
fn after(left: &[u8], width: usize, step: u64) -> Vec<u8> {
    let next = leading_number(left, width) + step;
    if next < BASE.pow(width as u32) {
        return number_to_digits(next, width);
    }
    // The counter is full: keep its highest digit and go on one digit further in.
    let first = digit_at(left, 0);
    if first + 1 < BASE {
        return vec![(first + 1) as u8];
    }
    let mut key = vec![(BASE - 1) as u8];
    key.extend(after(left.get(1..).unwrap_or_default(), INNER_WIDTH, BASE));
    key
}

/// Digits less than `right` and not a beginning of it, with nothing on the left.
fn before(right: &[u8]) -> Vec<u8> {
    let number = leading_number(right, WIDTH);
    if number > STEP {
        number_to_digits(number - STEP, WIDTH)
    } else {
        inside(&[], right)
    }
}

/// Digits between `left` and `right` that differ from both before their own end, so that any
/// suffix may follow. Needs `left < right`, and `right` not ending in 0.
fn inside(left: &[u8], right: &[u8]) -> Vec<u8> {
    let mut key = vec![];
    let mut i = 0;
    loop {
        let (low, high) = (digit_at(left, i), digit_at(right, i));
        if high > low + 1 {
            key.push(u64::midpoint(low, high) as u8);
            return key;
        }
        key.push(low as u8);
        i += 1;
        if high > low {
            // Already less than `right`; whatever is more than the rest of `left` will do.
            key.extend(after(left.get(i..).unwrap_or_default(), INNER_WIDTH, BASE));
            return key;
        }
    }
}

/// The device's digits, the last one not 0.
fn suffix(device: &DeviceId) -> Vec<u8> {
    let digest: [u8; 32] = Sha256::new_with_prefix(b"ducha/ledger/1/order\0")
        .chain_update(device.0)
        .finalize()
        .into();
    let mut number = u64::from_be_bytes(digest[..8].try_into().expect("eight of thirty-two bytes"));
    let mut digits = vec![0; SUFFIX];
    digits[SUFFIX - 1] = (1 + number % (BASE - 1)) as u8;
    number /= BASE - 1;
    for digit in digits[..SUFFIX - 1].iter_mut().rev() {
        *digit = (number % BASE) as u8;
        number /= BASE;
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn device(n: u8) -> DeviceId {
        DeviceId([n; 32])
    }

    #[test]
    fn appending_and_prepending_keep_keys_short() {
        let mut last = between(None, None, &device(1)).expect("first");
        let mut first = last.clone();
        for _ in 0..5_000 {
            let next = between(Some(&last), None, &device(1)).expect("end");
            assert!(next > last);
            last = next;
            let previous = between(None, Some(&first), &device(1)).expect("front");
            assert!(previous < first);
            first = previous;
        }
        assert_eq!((last.len(), first.len()), (WIDTH + SUFFIX, WIDTH + SUFFIX));
    }

    #[test]
    fn the_ends_of_the_counter_are_passed() {
        for start in ["zzzzzz1", "zzzzzzz", "zz1", "zzzzzzzzzzzz"] {
            let mut last = start.to_owned();
            for _ in 0..500 {
                let next = between(Some(&last), None, &device(1)).expect("end");
                assert!(next > last, "{next} > {last}");
                last = next;
            }
            assert!(last.len() < 40, "{last}");
        }
        for start in ["0000001", "0001", "1", "000000000001"] {
            let mut first = start.to_owned();
            for _ in 0..200 {
                let previous = between(None, Some(&first), &device(1)).expect("front");
                assert!(previous < first, "{previous} < {first}");
                first = previous;
            }
        }
    }

    #[test]
    fn typing_on_in_the_middle_stays_short() {
        let left = between(None, None, &device(1)).expect("first");
        let right = between(Some(&left), None, &device(1)).expect("second");
        let mut last = left;
        for _ in 0..2_000 {
            last = between(Some(&last), Some(&right), &device(2)).expect("between");
            assert!(last < right);
        }
        assert!(last.len() < 40, "{} bytes", last.len());
    }

    #[test]
    fn two_recorders_at_the_same_place_never_make_the_same_key() {
        let left = between(None, None, &device(1)).expect("first");
        let right = between(Some(&left), None, &device(1)).expect("second");
        let a = between(Some(&left), Some(&right), &device(2)).expect("between");
        let b = between(Some(&left), Some(&right), &device(3)).expect("between");
        assert_ne!(a, b);
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        let between_them = between(Some(&a), Some(&b), &device(2)).expect("between");
        assert!(a < between_them && between_them < b);
    }

    #[test]
    fn refuses_what_is_no_key_and_what_has_no_place() {
        for bad in ["", "a0", "中", "a-b", "0"] {
            assert_eq!(check(bad), Err(Error::BadOrder), "{bad}");
            assert_eq!(
                between(Some(bad), None, &device(1)),
                Err(Error::BadOrder),
                "{bad}"
            );
        }
        assert_eq!(
            between(Some("b"), Some("a"), &device(1)),
            Err(Error::BadOrder)
        );
        assert_eq!(
            between(Some("a"), Some("a"), &device(1)),
            Err(Error::BadOrder)
        );
        assert_eq!(check(&"z".repeat(KEY_BYTES + 1)), Err(Error::BadOrder));
    }

    #[test]
    fn a_sequence_ascends_after_its_neighbour() {
        let keys = sequence(Some("V1"), 100, &device(1)).expect("keys");
        assert!(keys[0].as_str() > "V1" && keys.is_sorted_by(|a, b| a < b));
        assert_eq!(keys.len(), 100);
    }

    proptest! {
        #[test]
        fn lies_strictly_between_any_two_keys(a in "[0-9A-Za-z]{0,12}[1-9A-Za-z]", b in "[0-9A-Za-z]{0,12}[1-9A-Za-z]", n: u8) {
            prop_assume!(a != b);
            let (a, b) = if a < b { (a, b) } else { (b, a) };
            let key = between(Some(&a), Some(&b), &device(n)).expect("room");
            prop_assert!(a < key && key < b, "{a} < {key} < {b}");
            prop_assert!(check(&key).is_ok());
            let key = between(None, Some(&a), &device(n)).expect("room");
            prop_assert!(key < a, "{key} < {a}");
            let key = between(Some(&b), None, &device(n)).expect("room");
            prop_assert!(key > b, "{key} > {b}");
        }

        #[test]
        fn any_history_of_insertions_keeps_its_order(steps in prop::collection::vec((any::<prop::sample::Index>(), 0..4u8), 1..120)) {
            let mut list: Vec<String> = vec![];
            for (place, n) in steps {
                let i = place.index(list.len() + 1);
                let left = i.checked_sub(1).map(|i| list[i].as_str());
                let key = between(left, list.get(i).map(String::as_str), &device(n)).expect("room");
                list.insert(i, key);
            }
            prop_assert!(list.is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn devices_have_their_own_suffix(a: [u8; 32], b: [u8; 32]) {
            prop_assert_eq!(a == b, suffix(&DeviceId(a)) == suffix(&DeviceId(b)));
        }
    }
}
