//! Hints of CFF outlines taken away. They move the edges of strokes onto the pixels of coarse
//! screens; paper and today's screens are finer, and they are a twentieth of every file. The
//! outlines stay as they are, point for point.

use std::ops::Range;

/// The font program without hints; `None` when it is not such as the subsetter writes: glyph
/// programs last in the table, without subroutines.
pub(super) fn strip(cff: &[u8]) -> Option<Vec<u8>> {
    let start = glyph_programs(cff)?;
    let (programs, end) = index(cff, start)?;
    if end != cff.len() {
        return None;
    }
    let programs: Vec<Vec<u8>> = programs
        .into_iter()
        .map(|range| without_hints(cff.get(range)?))
        .collect::<Option<_>>()?;
    let mut out = cff[..start].to_vec();
    write_index(&mut out, &programs)?;
    Some(out)
}

/// Where the glyph programs begin: operator 17 of the Top DICT (Adobe TN 5176, section 9).
fn glyph_programs(cff: &[u8]) -> Option<usize> {
    let header = usize::from(*cff.get(2)?);
    let (_, names_end) = index(cff, header)?;
    let (top, _) = index(cff, names_end)?;
    let dict = cff.get(top.first()?.clone())?;
    let mut last = None;
    let mut at = 0;
    while let Some(&byte) = dict.get(at) {
        at += 1;
        match byte {
            17 => return last.and_then(|offset| usize::try_from(offset).ok()),
            29 => {
                last = Some(i32::from_be_bytes(dict.get(at..at + 4)?.try_into().ok()?));
                at += 4;
            }
            30 => {
                // A real number ends with the half-byte 15.
                while dict.get(at)? & 0x0F != 0x0F {
                    at += 1;
                }
                at += 1;
            }
            28 => at += 2,
            12 | 247..=254 => at += 1,
            _ => {}
        }
    }
    None
}

/// The items of an INDEX and where it ends (Adobe TN 5176, section 5).
fn index(cff: &[u8], start: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let count = usize::from(u16::from_be_bytes(
        cff.get(start..start + 2)?.try_into().ok()?,
    ));
    if count == 0 {
        return Some((Vec::new(), start + 2));
    }
    let size = usize::from(*cff.get(start + 2)?);
    let data = start + 3 + size * (count + 1);
    let offset = |item: usize| {
        let at = start + 3 + item * size;
        let bytes = cff.get(at..at + size)?;
        let offset = bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b));
        // Offsets count from the byte before the data.
        Some(data - 1 + offset)
    };
    let ends: Vec<usize> = (0..=count).map(offset).collect::<Option<_>>()?;
    let items = ends.windows(2).map(|pair| pair[0]..pair[1]).collect();
    Some((items, *ends.last()?))
}

fn write_index(out: &mut Vec<u8>, items: &[Vec<u8>]) -> Option<()> {
    let length: usize = items.iter().map(Vec::len).sum();
    out.extend(u16::try_from(items.len()).ok()?.to_be_bytes());
    if items.is_empty() {
        return Some(());
    }
    let last = u32::try_from(length + 1).ok()?;
    let size = (1..4).find(|size| last >> (8 * size) == 0).unwrap_or(4);
    out.push(size as u8);
    let mut offset: u32 = 1;
    for item in std::iter::once(&Vec::new()).chain(items) {
        offset += item.len() as u32;
        out.extend(&offset.to_be_bytes()[4 - size..]);
    }
    out.extend(items.iter().flatten());
    Some(())
}

/// A glyph's program without hints (Adobe TN 5177, sections 3 and 4). The width stands before the
/// arguments of the first operator that takes any; when that one goes, it stands before the next.
fn without_hints(program: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(program.len());
    // Where the operands waiting for an operator begin.
    let mut operands: Vec<usize> = Vec::new();
    let mut width: Option<Range<usize>> = None;
    let mut first = true;
    let mut hints = 0;
    let mut at = 0;
    while let Some(&byte) = program.get(at) {
        let begin = at;
        at += match byte {
            28 => 3,
            247..=254 | 12 => 2,
            255 => 5,
            _ => 1,
        };
        match byte {
            28 | 32.. => operands.push(begin),
            // hstem, vstem, hstemhm, vstemhm; hintmask and cntrmask with the last of them.
            1 | 3 | 18 | 23 | 19 | 20 => {
                if first && operands.len() % 2 == 1 {
                    width = Some(operands[0]..operands.get(1).copied().unwrap_or(begin));
                }
                first = false;
                hints += operands.len() / 2;
                if matches!(byte, 19 | 20) {
                    at += hints.div_ceil(8);
                }
                operands.clear();
            }
            // Calls and returns: the subsetter leaves none.
            10 | 11 | 29 => return None,
            _ => {
                out.extend(program.get(width.take().unwrap_or(0..0))?);
                let from = operands.first().copied().unwrap_or(begin);
                out.extend(program.get(from..at)?);
                first = false;
                operands.clear();
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::{Face, Faces, FontFolder};
    use subsetter::GlyphRemapper;
    use ttf_parser::{GlyphId, OutlineBuilder};

    #[derive(Default, PartialEq, Debug)]
    struct Path(Vec<[f32; 6]>);

    impl OutlineBuilder for Path {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.push([0.0, x, y, 0.0, 0.0, 0.0]);
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.push([1.0, x, y, 0.0, 0.0, 0.0]);
        }
        fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {}
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.0.push([x1, y1, x2, y2, x, y]);
        }
        fn close(&mut self) {
            self.0.push([2.0; 6]);
        }
    }

    #[test]
    fn outlines_stay_and_the_program_gets_smaller() {
        let faces = Faces::new(FontFolder::find().expect("the faces"));
        for face in [Face::FangSong, Face::Kai, Face::Song] {
            let loaded = faces.get(face).expect("a face");
            let mut remapper = GlyphRemapper::new();
            for ch in '一'..'七' {
                remapper.remap(loaded.parsed.glyph_index(ch).map_or(0, |id| id.0));
            }
            for ch in "A1，“。函询通知书李某同志".chars() {
                remapper.remap(loaded.parsed.glyph_index(ch).expect("a glyph").0);
            }
            let subset = subsetter::subset(loaded.data, 0, &remapper).expect("a subset");
            let hinted = ttf_parser::RawFace::parse(&subset, 0)
                .ok()
                .and_then(|raw| raw.table(ttf_parser::Tag::from_bytes(b"CFF ")))
                .expect("a CFF table");
            let bare = strip(hinted).expect("the subsetter's table");
            // The other two are shipped without hints.
            let smaller = hinted.len() - bare.len();
            assert_eq!(smaller > 0, face == Face::FangSong, "{face:?} {smaller}");
            let before = ttf_parser::cff::Table::parse(hinted).expect("hinted");
            let after = ttf_parser::cff::Table::parse(&bare).expect("bare");
            assert_eq!(before.number_of_glyphs(), after.number_of_glyphs());
            for glyph in 0..before.number_of_glyphs() {
                let (mut was, mut is) = (Path::default(), Path::default());
                let was_box = before.outline(GlyphId(glyph), &mut was);
                assert_eq!(was_box, after.outline(GlyphId(glyph), &mut is));
                assert_eq!(was, is, "{face:?} {glyph}");
            }
        }
    }

    #[test]
    fn the_width_goes_to_the_next_operator() {
        // 100 hstem(1, 2), 3 4 rmoveto, endchar: the width 100 stays.
        let number = |value: u8| value + 139;
        let program = [
            number(100),
            number(1),
            number(2),
            1,
            number(3),
            number(4),
            21,
            14,
        ];
        assert_eq!(
            without_hints(&program).expect("a program"),
            [number(100), number(3), number(4), 21, 14]
        );
        // Without a width; the mask of three hints is one byte, which is no operator.
        let program = [
            number(1),
            number(2),
            18,
            number(1),
            number(2),
            number(3),
            number(4),
            19,
            14,
            number(5),
            22,
            14,
        ];
        assert_eq!(
            without_hints(&program).expect("a program"),
            [number(5), 22, 14]
        );
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        assert_eq!(strip(b""), None);
        assert_eq!(strip(&[1, 0, 4, 4, 0, 0, 0, 0]), None);
        assert_eq!(without_hints(&[10]), None);
    }
}
