//! As much of a CFF table (Adobe TN 5176 and 5177) as it takes to know the advances of its glyphs:
//! written for this test alone, so that it does not repeat a mistake of what it looks at.

use std::collections::BTreeMap;

/// A table with one private dictionary.
pub(crate) struct Cff<'a> {
    programs: Vec<&'a [u8]>,
    default_width: f64,
    nominal_width: f64,
}

impl<'a> Cff<'a> {
    pub(crate) fn read(data: &'a [u8]) -> Option<Self> {
        let header = usize::from(*data.get(2)?);
        let (_, next) = index(data, header)?;
        let (top, _) = index(data, next)?;
        let top = dictionary(top.first()?)?;
        let offset = |operator: u16| top.get(&operator)?.first().map(|value| *value as usize);
        let (programs, _) = index(data, offset(17)?)?;
        let (fonts, _) = index(data, offset(0x0C24)?)?;
        let [font] = fonts.as_slice() else {
            return None;
        };
        let font = dictionary(font)?;
        let [size, start] = font.get(&18)?.as_slice() else {
            return None;
        };
        let private = data.get(*start as usize..(*start + *size) as usize)?;
        let private = dictionary(private)?;
        let width = |operator: u16| {
            let values = private.get(&operator);
            values.and_then(|values| values.first()).copied()
        };
        Some(Self {
            programs,
            default_width: width(20).unwrap_or(0.0),
            nominal_width: width(21).unwrap_or(0.0),
        })
    }

    /// The advance of every glyph.
    pub(crate) fn advances(&self) -> Option<Vec<f64>> {
        self.programs.iter().map(|p| self.advance(p)).collect()
    }

    fn advance(&self, program: &[u8]) -> Option<f64> {
        let mut operands = Vec::new();
        let mut at = 0;
        loop {
            let byte = *program.get(at)?;
            if byte == 28 || byte >= 32 {
                let (value, length) = operand(&program[at..])?;
                operands.push(value);
                at += length;
                continue;
            }
            let has_width = match byte {
                1 | 3 | 18 | 19 | 20 | 23 => operands.len() % 2 == 1,
                21 => operands.len() == 3,
                4 | 22 => operands.len() == 2,
                14 => operands.len() == 1,
                _ => return None,
            };
            return Some(if has_width {
                self.nominal_width + operands[0]
            } else {
                self.default_width
            });
        }
    }
}

/// A number of a glyph program and its length.
fn operand(bytes: &[u8]) -> Option<(f64, usize)> {
    let byte = |at: usize| bytes.get(at).map(|b| f64::from(*b));
    Some(match *bytes.first()? {
        28 => (
            f64::from(i16::from_be_bytes([*bytes.get(1)?, *bytes.get(2)?])),
            3,
        ),
        first @ 32..=246 => (f64::from(first) - 139.0, 1),
        first @ 247..=250 => ((f64::from(first) - 247.0) * 256.0 + byte(1)? + 108.0, 2),
        first @ 251..=254 => (-(f64::from(first) - 251.0) * 256.0 - byte(1)? - 108.0, 2),
        255 => {
            let fixed = i32::from_be_bytes(bytes.get(1..5)?.try_into().ok()?);
            (f64::from(fixed) / 65536.0, 5)
        }
        _ => return None,
    })
}

/// A dictionary: operator → operands. Operators after the byte 12 have it as their high byte.
fn dictionary(bytes: &[u8]) -> Option<BTreeMap<u16, Vec<f64>>> {
    let mut entries = BTreeMap::new();
    let mut operands = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            12 => {
                let operator = 0x0C00 | u16::from(*bytes.get(at + 1)?);
                entries.insert(operator, std::mem::take(&mut operands));
                at += 2;
            }
            0..=21 => {
                entries.insert(u16::from(byte), std::mem::take(&mut operands));
                at += 1;
            }
            29 => {
                let value = i32::from_be_bytes(bytes.get(at + 1..at + 5)?.try_into().ok()?);
                operands.push(f64::from(value));
                at += 5;
            }
            30 => {
                // A real number: none that is asked for is one.
                operands.push(f64::NAN);
                at += 1;
                while bytes.get(at)? & 0x0F != 0x0F {
                    at += 1;
                }
                at += 1;
            }
            _ => {
                let (value, length) = operand(&bytes[at..])?;
                operands.push(value);
                at += length;
            }
        }
    }
    Some(entries)
}

/// The items of an INDEX, and where the next part begins.
fn index(data: &[u8], start: usize) -> Option<(Vec<&[u8]>, usize)> {
    let count = usize::from(u16::from_be_bytes(
        data.get(start..start + 2)?.try_into().ok()?,
    ));
    if count == 0 {
        return Some((Vec::new(), start + 2));
    }
    let size = usize::from(*data.get(start + 2)?);
    let base = start + 2 + (count + 1) * size;
    let mut ends = Vec::new();
    for item in 0..=count {
        let at = start + 3 + item * size;
        let bytes = data.get(at..at + size)?;
        ends.push(base + bytes.iter().fold(0, |sum, b| sum * 256 + usize::from(*b)));
    }
    let items = ends.windows(2).map(|pair| data.get(pair[0]..pair[1]));
    Some((items.collect::<Option<_>>()?, *ends.last()?))
}
