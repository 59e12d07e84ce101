//! The colour space of the pages: sRGB (IEC 61966-2-1) as an ICC profile of version 2 with three
//! primaries and one curve. It is made here, so that no file with a licence of its own is needed,
//! and holds no more than the 800 bytes that a reader asks for.

/// From the value in the file to light, times 65535, in steps of 1/63 of the value; between them a
/// reader draws straight lines. Written out because a power is not rounded alike on every machine;
/// a test holds it against the formula.
const CURVE: [u16; 64] = [
    0, 81, 161, 244, 345, 466, 609, 776, 965, 1180, 1420, 1687, 1980, 2301, 2651, 3030, 3439, 3879,
    4349, 4851, 5386, 5953, 6554, 7189, 7858, 8562, 9302, 10078, 10890, 11739, 12626, 13551, 14513,
    15515, 16556, 17636, 18757, 19918, 21120, 22363, 23648, 24974, 26344, 27756, 29211, 30710,
    32253, 33840, 35471, 37148, 38870, 40638, 42452, 44312, 46219, 48173, 50174, 52223, 54320,
    56465, 58659, 60901, 63193, 65535,
];

/// White under the light D50, X Y Z in 1/65536 (ICC.1:2001, 6.1.11).
const WHITE: [u32; 3] = [0xF6D6, 0x1_0000, 0xD32D];
/// sRGB's primaries seen under D50, X Y Z in 1/65536, with the roundings of the profile that
/// everybody uses: their sum misses white by less than 1/5000.
const PRIMARIES: [[u32; 3]; 3] = [
    [0x6FA2, 0x38F5, 0x0390],
    [0x6299, 0xB785, 0x18DA],
    [0x24A0, 0x0F84, 0xB6CF],
];

/// Name by which the profile is known.
pub(super) const NAME: &str = "sRGB IEC61966-2.1";

/// The profile's bytes.
pub(super) fn srgb() -> Vec<u8> {
    let [red, green, blue] = PRIMARIES.map(xyz);
    let parts = [
        (vec![*b"desc"], description()),
        (vec![*b"cprt"], text()),
        (vec![*b"wtpt"], xyz(WHITE)),
        (vec![*b"rXYZ"], red),
        (vec![*b"gXYZ"], green),
        (vec![*b"bXYZ"], blue),
        (vec![*b"rTRC", *b"gTRC", *b"bTRC"], curve()),
    ];
    let tags: usize = parts.iter().map(|(names, _)| names.len()).sum();
    let mut table = (tags as u32).to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let start = HEADER + 4 + 12 * tags;
    for (names, part) in parts {
        for name in names {
            table.extend(name);
            table.extend(((start + data.len()) as u32).to_be_bytes());
            table.extend((part.len() as u32).to_be_bytes());
        }
        data.extend(part);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = header((start + data.len()) as u32);
    profile.extend(table);
    profile.extend(data);
    profile
}

/// Length of the header, bytes.
const HEADER: usize = 128;

/// The header (ICC.1:2001, 6.1): a display's profile of version 2.1, RGB to XYZ.
fn header(size: u32) -> Vec<u8> {
    let mut header = size.to_be_bytes().to_vec();
    header.extend([0; 4]);
    header.extend(0x0210_0000_u32.to_be_bytes());
    header.extend(b"mntrRGB XYZ ");
    // A day must be given; it is that of the standard, never today.
    for part in [1999_u16, 10, 18, 0, 0, 0] {
        header.extend(part.to_be_bytes());
    }
    header.extend(b"acsp");
    header.resize(68, 0);
    header.extend(WHITE.iter().flat_map(|value| value.to_be_bytes()));
    header.resize(HEADER, 0);
    header
}

fn xyz(values: [u32; 3]) -> Vec<u8> {
    let mut part = b"XYZ \0\0\0\0".to_vec();
    part.extend(values.iter().flat_map(|value| value.to_be_bytes()));
    part
}

fn curve() -> Vec<u8> {
    let mut part = b"curv\0\0\0\0".to_vec();
    part.extend((CURVE.len() as u32).to_be_bytes());
    part.extend(CURVE.iter().flat_map(|value| value.to_be_bytes()));
    part
}

/// The name in ASCII, with the empty Unicode and Macintosh names that the type asks for.
fn description() -> Vec<u8> {
    let mut part = b"desc\0\0\0\0".to_vec();
    part.extend((NAME.len() as u32 + 1).to_be_bytes());
    part.extend(NAME.as_bytes());
    part.push(0);
    part.extend([0; 4 + 4 + 2 + 1 + 67]);
    part
}

fn text() -> Vec<u8> {
    b"text\0\0\0\0No copyright, use freely\0".to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_that_of_srgb() {
        for (step, value) in CURVE.iter().enumerate() {
            let x = step as f64 / 63.0;
            let light = if x <= 0.04045 {
                x / 12.92
            } else {
                ((x + 0.055) / 1.055).powf(2.4)
            };
            assert!(
                (light * 65535.0 - f64::from(*value)).abs() < 0.51,
                "step {step}"
            );
        }
    }

    #[test]
    fn the_three_primaries_make_white() {
        for (axis, white) in WHITE.iter().enumerate() {
            let sum: u32 = PRIMARIES.iter().map(|primary| primary[axis]).sum();
            assert!(sum.abs_diff(*white) <= 13, "axis {axis}: {sum:#x}");
        }
    }

    #[test]
    fn the_profile_says_its_length_and_every_part_lies_inside() {
        let profile = srgb();
        let number = |at: usize| {
            u32::from_be_bytes(profile[at..at + 4].try_into().expect("four bytes")) as usize
        };
        assert_eq!(number(0), profile.len());
        assert!(profile.len() < 1000, "{}", profile.len());
        let count = number(HEADER);
        assert_eq!(count, 9);
        for tag in 0..count {
            let entry = HEADER + 4 + 12 * tag;
            let (offset, length) = (number(entry + 4), number(entry + 8));
            assert_eq!(offset % 4, 0);
            assert!(offset + length <= profile.len());
        }
    }
}
