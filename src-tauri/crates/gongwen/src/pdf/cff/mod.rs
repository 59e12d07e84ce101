//! The part of a CFF font that a document uses, without hints, glyph program by glyph program.
//!
//! The subsetter of [`subsetter`] takes every program apart into numbers and puts it together
//! again, which is most of what a letter costs. Programs that call no subroutines, such as those
//! of the faces shipped here, can be taken over as they stand. Whatever is built otherwise is left
//! to that subsetter.

mod dict;
mod index;
mod program;

use dict::Dict;
use index::Index;

/// Strings that every CFF reader knows; the font's own have the numbers from here on (Adobe TN
/// 5176, appendix A).
const STANDARD_STRINGS: usize = 391;

/// A CFF table that has these glyphs of the table `font`, in this order and numbered by it, and
/// nothing else; `None` when `font` is not built as is needed here: CID-keyed, with one font
/// dictionary and without calls of subroutines.
pub(super) fn subset(font: &[u8], glyphs: impl Iterator<Item = u16>) -> Option<Vec<u8>> {
    let names = Index::at(font, usize::from(*font.get(2)?))?;
    let tops = Index::at(font, names.end()?)?;
    let strings = Index::at(font, tops.end()?)?;
    let top = tops.get(0)?;
    dict::operands(top, dict::ROS)?;
    let one = |operator| Some(*dict::numbers(top, operator)?.first()?);
    let fonts = Index::at(font, one(dict::FD_ARRAY)?)?;
    if fonts.len() != 1 {
        return None;
    }
    let described = fonts.get(0)?;
    let [length, at] = dict::numbers(described, dict::PRIVATE)?[..] else {
        return None;
    };
    let private = font.get(at..at + length)?;
    let programs = Index::at(font, one(dict::CHAR_STRINGS)?)?;

    let (mut outlines, mut ends) = (Vec::new(), Vec::new());
    for glyph in glyphs {
        program::without_hints(programs.get(usize::from(glyph))?, &mut outlines)?;
        ends.push(outlines.len());
    }
    write(&Parts {
        name: names.get(0)?,
        top,
        strings: &strings,
        described,
        private,
        outlines: &outlines,
        ends: &ends,
    })
}

/// What a table is written from.
struct Parts<'a> {
    name: &'a [u8],
    top: &'a [u8],
    strings: &'a Index<'a>,
    described: &'a [u8],
    private: &'a [u8],
    outlines: &'a [u8],
    ends: &'a [usize],
}

/// The new table: header, name, top dictionary, strings, no subroutines, charset, private
/// dictionary, which glyph belongs to which font dictionary, that dictionary, programs.
fn write(parts: &Parts<'_>) -> Option<Vec<u8>> {
    let mut strings = Strings::default();
    let registry = strings.add(b"Adobe");
    let ordering = strings.add(b"Identity");
    // Who made the face is said in every part of it that leaves.
    let notice = strings.taken(parts.top, dict::NOTICE, parts.strings);
    let font_name = strings.taken(parts.described, dict::FONT_NAME, parts.strings);

    let count = parts.ends.len();
    let mut charset = vec![0];
    if let Some(more) = count.checked_sub(2) {
        // All glyphs but the first, numbered in their order.
        charset = vec![2, 0, 1];
        charset.extend(u16::try_from(more).ok()?.to_be_bytes());
    }
    // One range: all glyphs belong to the first font dictionary.
    let mut select = vec![3, 0, 1, 0, 0, 0];
    select.extend(u16::try_from(count).ok()?.to_be_bytes());
    let mut private = Dict::default();
    for operator in [dict::DEFAULT_WIDTH, dict::NOMINAL_WIDTH] {
        if let Some(width) = dict::operands(parts.private, operator) {
            private.put(width, operator);
        }
    }

    // Offsets take five bytes whatever their size, so that a first draft shows where all is.
    let draft = |places: &Places| -> Option<(Vec<u8>, Places)> {
        let mut out = vec![1, 0, 4, 4];
        index::write(&mut out, parts.name, &[parts.name.len()])?;
        let mut top = Dict::default();
        top.put_numbers(&[registry, ordering, 0], dict::ROS)?;
        if let Some(notice) = notice {
            top.put_numbers(&[notice], dict::NOTICE)?;
        }
        for operator in [dict::FONT_BBOX, dict::FONT_MATRIX] {
            if let Some(operands) = dict::operands(parts.top, operator) {
                top.put(operands, operator);
            }
        }
        top.put_numbers(&[count], dict::CID_COUNT)?;
        top.put_numbers(&[places.charset], dict::CHARSET)?;
        top.put_numbers(&[places.programs], dict::CHAR_STRINGS)?;
        top.put_numbers(&[places.fonts], dict::FD_ARRAY)?;
        top.put_numbers(&[places.select], dict::FD_SELECT)?;
        index::write(&mut out, &top.0, &[top.0.len()])?;
        index::write(&mut out, &strings.bytes, &strings.ends)?;
        index::write(&mut out, &[], &[])?;
        let charset_at = out.len();
        out.extend(&charset);
        let private_at = out.len();
        out.extend(&private.0);
        let select_at = out.len();
        out.extend(&select);
        let fonts_at = out.len();
        let mut described = Dict::default();
        if let Some(name) = font_name {
            described.put_numbers(&[name], dict::FONT_NAME)?;
        }
        described.put_numbers(&[private.0.len(), private_at], dict::PRIVATE)?;
        index::write(&mut out, &described.0, &[described.0.len()])?;
        let found = Places {
            charset: charset_at,
            select: select_at,
            fonts: fonts_at,
            programs: out.len(),
        };
        Some((out, found))
    };
    let (_, places) = draft(&Places::default())?;
    let (mut out, _) = draft(&places)?;
    index::write(&mut out, parts.outlines, parts.ends)?;
    Some(out)
}

/// Where the parts of a table begin.
#[derive(Default)]
struct Places {
    charset: usize,
    select: usize,
    fonts: usize,
    programs: usize,
}

/// Strings of the new table.
#[derive(Default)]
struct Strings {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Strings {
    /// The number of a string, which is taken in.
    fn add(&mut self, string: &[u8]) -> usize {
        self.bytes.extend(string);
        self.ends.push(self.bytes.len());
        STANDARD_STRINGS + self.ends.len() - 1
    }

    /// The new number of the string that a dictionary of the old table names.
    fn taken(&mut self, from: &[u8], operator: dict::Operator, old: &Index<'_>) -> Option<usize> {
        let number = *dict::numbers(from, operator)?.first()?;
        match number.checked_sub(STANDARD_STRINGS) {
            None => Some(number),
            Some(own) => Some(self.add(old.get(own)?)),
        }
    }
}

/// An OpenType font of nothing but this CFF table: what a PDF writer wants to be given.
pub(super) fn open_type(cff: &[u8]) -> Vec<u8> {
    /// Header and one entry.
    const BEGIN: u32 = 12 + 16;
    let mut out = b"OTTO".to_vec();
    // One table; the three numbers after it help to search among many.
    for number in [1_u16, 16, 0, 0] {
        out.extend(number.to_be_bytes());
    }
    out.extend(b"CFF ");
    for number in [0, BEGIN, cff.len() as u32] {
        out.extend(number.to_be_bytes());
    }
    out.extend(cff);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::{Face, Faces, FontFolder};
    use ttf_parser::cff::Table;
    use ttf_parser::{GlyphId, OutlineBuilder, RawFace, Tag};

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

    fn table(face: &'static [u8]) -> &'static [u8] {
        RawFace::parse(face, 0)
            .ok()
            .and_then(|raw| raw.table(Tag::from_bytes(b"CFF ")))
            .expect("a CFF table")
    }

    /// Every glyph of every shipped face, in subsets of a thousand.
    #[test]
    fn outlines_and_widths_of_every_shipped_glyph_stay() {
        let faces = Faces::new(FontFolder::find().expect("the faces"));
        for face in [Face::FangSong, Face::Kai, Face::Song] {
            let loaded = faces.get(face).expect("a face");
            let whole = table(loaded.data);
            let before = Table::parse(whole).expect("the face");
            let all: Vec<u16> = (0..before.number_of_glyphs()).rev().collect();
            let mut saved = 0;
            for glyphs in all.chunks(1000) {
                // The first of a subset is the mark of a missing glyph.
                let order = || std::iter::once(0).chain(glyphs.iter().copied());
                let part = subset(whole, order()).expect("a face such as is needed");
                let after = Table::parse(&part).expect("a table");
                assert_eq!(usize::from(after.number_of_glyphs()), glyphs.len() + 1);
                for (new, old) in order().enumerate() {
                    let (mut was, mut is) = (Path::default(), Path::default());
                    let new = GlyphId(new as u16);
                    let was_box = before.outline(GlyphId(old), &mut was);
                    assert_eq!(was_box, after.outline(new, &mut is), "{face:?} {old}");
                    assert_eq!(was, is, "{face:?} {old}");
                    assert_eq!(
                        before.glyph_width(GlyphId(old)),
                        after.glyph_width(new),
                        "{face:?} {old}"
                    );
                    if new.0 > 0 {
                        assert_eq!(after.glyph_cid(new), Some(new.0));
                    }
                }
                saved += part.len();
            }
            // Two of the three are shipped without hints.
            let hints = whole.len().saturating_sub(saved);
            assert_eq!(
                hints > whole.len() / 50,
                face == Face::FangSong,
                "{face:?} {hints}"
            );
        }
    }

    #[test]
    fn the_maker_is_named_in_the_part_too() {
        let faces = Faces::new(FontFolder::find().expect("the faces"));
        let whole = table(faces.get(Face::FangSong).expect("a face").data);
        let part = subset(whole, [0, 5].into_iter()).expect("a part");
        let names = Index::at(&part, 4).expect("names");
        let tops = Index::at(&part, names.end().expect("an end")).expect("dictionaries");
        let strings = Index::at(&part, tops.end().expect("an end")).expect("strings");
        let strings: Vec<_> = (0..strings.len())
            .map(|it| String::from_utf8_lossy(strings.get(it).expect("a string")))
            .collect();
        insta::assert_debug_snapshot!(strings);
    }

    #[test]
    fn what_is_not_understood_is_left_to_another() {
        assert_eq!(subset(b"", std::iter::once(0)), None);
        assert_eq!(subset(&[1, 0, 4, 4, 0, 0, 0, 0], std::iter::once(0)), None);
        let faces = Faces::new(FontFolder::find().expect("the faces"));
        let whole = table(faces.get(Face::Kai).expect("a face").data);
        assert_eq!(subset(whole, std::iter::once(u16::MAX)), None);
        for end in [3, 200, whole.len() / 2] {
            assert_eq!(subset(&whole[..end], [0, 1, 20_000].into_iter()), None);
        }
    }
}
