//! Following the drawing instructions of a page as far as text is concerned
//! (ISO 32000-1, 8.4 and 9).

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hayro_cmap::load_embedded;
use hayro_font::{
    CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, StandardFont,
    UNITS_PER_EM,
};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::{Array, Dict, Name, Number, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources};

use super::collection::{Collection, text_of};
use super::glyph::{Glyph, Map};
use super::radicals;
use crate::{Error, Limits};

/// Forms drawn inside forms.
const FORM_DEPTH: usize = 16;
/// Saved graphics states.
const STATE_DEPTH: usize = 512;
/// Deflate cannot expand further than this.
const MOST_EXPANSION: u64 = 1032;
/// Text that leans further than this (tangent of the angle) is a watermark or a stamp.
const MOST_SLANT: f64 = 0.2;

pub(super) struct Interpreter<'p> {
    limits: &'p Limits,
    fonts: FontCache<'p>,
    collections: HashMap<Option<ObjectIdentifier>, Option<Rc<Collection>>>,
    font_resolver: FontResolverFn,
    cmap_resolver: CMapResolverFn,
    steps: usize,
    unpacked: u64,
    glyphs: Vec<Glyph>,
}

/// The part of the graphics state that text depends on.
#[derive(Clone)]
struct State<'p> {
    to_page: Map,
    font: Option<Font<'p>>,
    collection: Option<Rc<Collection>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    /// Horizontal scaling, 1 for 100 %.
    stretch: f64,
    leading: f64,
    rise: f64,
    text: Map,
    line: Map,
}

impl<'p> Interpreter<'p> {
    pub(super) fn new(limits: &'p Limits) -> Self {
        Self {
            limits,
            fonts: FontCache::new(),
            collections: HashMap::new(),
            // The outlines are never used; any substitute lets the font's
            // codes and widths be read.
            font_resolver: Arc::new(|query| {
                let font = match query {
                    FontQuery::Standard(font) => *font,
                    FontQuery::Fallback(query) => query.pick_standard_font(),
                };
                Some(font.get_font_data())
            }),
            cmap_resolver: Arc::new(load_embedded),
            steps: 0,
            unpacked: 0,
            glyphs: Vec::new(),
        }
    }

    /// All characters of a page, in the order they are drawn.
    pub(super) fn page(&mut self, page: &Page<'p>) -> Result<Vec<Glyph>, Error> {
        if let Some(streams) = page.raw().get::<Array<'_>>(b"Contents") {
            for stream in streams.iter::<Stream<'_>>() {
                self.admit(&stream)?;
            }
        } else if let Some(stream) = page.raw().get::<Stream<'_>>(b"Contents") {
            self.admit(&stream)?;
        }
        let state = State {
            to_page: Map(page.initial_transform(true).as_coeffs()),
            font: None,
            collection: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            text: Map::IDENTITY,
            line: Map::IDENTITY,
        };
        self.glyphs.clear();
        if let Some(content) = page.page_stream() {
            self.count_unpacked(content.len() as u64)?;
            self.run(content, page.resources(), state, 0)?;
        }
        Ok(std::mem::take(&mut self.glyphs))
    }

    /// Looks at a stream before the library unpacks it whole: small ones cannot
    /// do harm, large ones are unpacked once without keeping the result.
    fn admit(&self, stream: &Stream<'_>) -> Result<(), Error> {
        let raw = stream.raw_data();
        let left = self.limits.unpacked_bytes.saturating_sub(self.unpacked);
        if (raw.len() as u64).saturating_mul(MOST_EXPANSION) <= left {
            return Ok(());
        }
        let mut counted = std::io::Read::take(flate2::read::ZlibDecoder::new(&*raw), left + 1);
        let size = std::io::copy(&mut counted, &mut std::io::sink()).unwrap_or(0);
        if size > left {
            Err(Error::Bomb)
        } else {
            Ok(())
        }
    }

    fn count_unpacked(&mut self, bytes: u64) -> Result<(), Error> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.limits.unpacked_bytes {
            return Err(Error::Bomb);
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), Error> {
        self.steps += 1;
        if self.steps > self.limits.pdf_steps {
            return Err(Error::TooMuchText {
                paragraphs: self.limits.paragraphs,
            });
        }
        Ok(())
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Resources<'p>,
        mut state: State<'p>,
        depth: usize,
    ) -> Result<(), Error> {
        let mut saved: Vec<State<'p>> = Vec::new();
        let mut operations = TypedIter::new(content);
        while let Some(operation) = operations.next() {
            self.step()?;
            match operation {
                Op::SaveState(_) if saved.len() < STATE_DEPTH => saved.push(state.clone()),
                Op::RestoreState(_) => {
                    if let Some(earlier) = saved.pop() {
                        state = earlier;
                    }
                }
                Op::Transform(m) => {
                    state.to_page = map(m.0, m.1, m.2, m.3, m.4, m.5).then(state.to_page);
                }
                Op::BeginText(_) => state.place(Map::IDENTITY),
                Op::SetTextMatrix(m) => state.place(map(m.0, m.1, m.2, m.3, m.4, m.5)),
                Op::NextLine(n) => state.next_line(n.0.as_f64(), n.1.as_f64()),
                Op::NextLineAndSetLeading(n) => {
                    state.leading = -n.1.as_f64();
                    state.next_line(n.0.as_f64(), n.1.as_f64());
                }
                Op::NextLineUsingLeading(_) => state.next_line(0.0, -state.leading),
                Op::TextLeading(n) => state.leading = n.0.as_f64(),
                Op::CharacterSpacing(n) => state.char_space = n.0.as_f64(),
                Op::WordSpacing(n) => state.word_space = n.0.as_f64(),
                Op::HorizontalScaling(n) => state.stretch = n.0.as_f64() / 100.0,
                Op::TextRise(n) => state.rise = n.0.as_f64(),
                Op::TextFont(font) => {
                    state.size = font.1.as_f64();
                    self.set_font(&mut state, resources.get_font(font.0));
                }
                Op::SetGraphicsState(name) => {
                    let set = resources.get_ext_g_state(name.0);
                    if let Some(font) = set.and_then(|dict| dict.get::<Array<'p>>(b"Font")) {
                        let mut parts = font.iter::<Object<'p>>();
                        if let (Some(Object::Dict(font)), Some(Object::Number(size))) =
                            (parts.next(), parts.next())
                        {
                            state.size = size.as_f64();
                            self.set_font(&mut state, Some(font));
                        }
                    }
                }
                Op::ShowText(show) => self.show(&mut state, show.0.as_bytes())?,
                Op::NextLineAndShowText(show) => {
                    state.next_line(0.0, -state.leading);
                    self.show(&mut state, show.0.as_bytes())?;
                }
                Op::ShowTextWithParameters(show) => {
                    state.word_space = show.0.as_f64();
                    state.char_space = show.1.as_f64();
                    state.next_line(0.0, -state.leading);
                    self.show(&mut state, show.2.as_bytes())?;
                }
                Op::ShowTexts(show) => {
                    for part in show.0.iter::<Object<'_>>() {
                        match part {
                            Object::Number(number) => state.adjust(number.as_f64()),
                            Object::String(text) => self.show(&mut state, text.as_bytes())?,
                            _ => {}
                        }
                    }
                }
                Op::XObject(name) if depth < FORM_DEPTH => {
                    if let Some(stream) = resources.get_x_object(name.0) {
                        self.form(&stream, resources, &state, depth)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn form(
        &mut self,
        stream: &Stream<'p>,
        outer: &Resources<'p>,
        state: &State<'p>,
        depth: usize,
    ) -> Result<(), Error> {
        let dict = stream.dict();
        if dict.get::<Name<'_>>(b"Subtype").as_deref() != Some(b"Form".as_slice()) {
            return Ok(());
        }
        self.admit(stream)?;
        let Ok(content) = stream.decoded_data() else {
            return Ok(());
        };
        self.count_unpacked(content.len() as u64)?;
        let own = dict.get::<Dict<'p>>(b"Resources").map(Resources::new);
        let mut inner = state.clone();
        if let Some(matrix) = dict.get::<[f64; 6]>(b"Matrix") {
            inner.to_page = Map(matrix).then(inner.to_page);
        }
        self.run(&content, own.as_ref().unwrap_or(outer), inner, depth + 1)
    }

    fn set_font(&mut self, state: &mut State<'p>, dict: Option<Dict<'p>>) {
        let Some(dict) = dict else {
            state.font = None;
            state.collection = None;
            return;
        };
        state.font = self
            .fonts
            .font(&dict, &self.font_resolver, &self.cmap_resolver);
        let collection = self
            .collections
            .entry(dict.obj_id())
            .or_insert_with(|| Collection::of(&dict).map(Rc::new));
        state.collection.clone_from(collection);
    }

    /// Draws one string.
    fn show(&mut self, state: &mut State<'p>, bytes: &[u8]) -> Result<(), Error> {
        if state.font.is_none() {
            // A missing font is read as Helvetica, as other programs do.
            let font = StandardFont::Helvetica;
            state.font = self.fonts.standard_font(font, &self.font_resolver);
        }
        let Some(font) = state.font.clone() else {
            return Ok(());
        };
        let mut at = 0;
        while at < bytes.len() {
            self.step()?;
            let (code, length) = font.read_code(bytes, at);
            let length = length.max(1);
            at += length;
            let before = state.origin();
            let advance = font.code_advance(code);
            let width = if font.is_horizontal() {
                advance.x
            } else {
                -advance.y
            };
            let glyph_end = state.point_after(width, font.is_horizontal());
            state.advance(width, code == 32 && length == 1, font.is_horizontal());
            let text = Self::text(&font, state, code, length);
            if let Some(glyph) = state.glyph(text, before, glyph_end, font.is_horizontal()) {
                self.glyphs.push(glyph);
            }
        }
        Ok(())
    }

    fn text(font: &Font<'p>, state: &State<'p>, code: u32, length: usize) -> String {
        let found = match font.glyph(font.map_code(code), code) {
            FontGlyph::Outline(glyph) => glyph.as_unicode(),
            FontGlyph::Type3(glyph) => glyph.as_unicode(),
        };
        let text = found
            .map(text_of)
            .or_else(|| state.collection.as_ref()?.text(code, length))
            .unwrap_or_default();
        // A private or missing character tells the reader nothing.
        if text
            .chars()
            .any(|c| matches!(c, '\0' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}'))
        {
            return String::new();
        }
        radicals::ordinary(&text)
    }
}

impl State<'_> {
    fn place(&mut self, matrix: Map) {
        self.text = matrix;
        self.line = matrix;
    }

    fn next_line(&mut self, x: f64, y: f64) {
        let matrix = Map::shift(x, y).then(self.line);
        self.place(matrix);
    }

    /// A number in the array of `TJ`, in thousandths of the font size.
    fn adjust(&mut self, thousandths: f64) {
        let distance = -thousandths / 1000.0 * self.size;
        let horizontal = self.font.as_ref().is_none_or(Font::is_horizontal);
        self.move_by(distance, horizontal);
    }

    fn move_by(&mut self, distance: f64, horizontal: bool) {
        let shift = if horizontal {
            Map::shift(distance * self.stretch, 0.0)
        } else {
            Map::shift(0.0, distance)
        };
        self.text = shift.then(self.text);
    }

    fn advance(&mut self, width: f64, is_blank: bool, horizontal: bool) {
        let spacing = self.char_space + if is_blank { self.word_space } else { 0.0 };
        let own = width / f64::from(UNITS_PER_EM) * self.size;
        if horizontal {
            self.move_by(own + spacing, true);
        } else {
            self.move_by(-own + spacing, false);
        }
    }

    fn origin(&self) -> (f64, f64) {
        let (x, y) = self.text.apply(0.0, self.rise);
        self.to_page.apply(x, y)
    }

    /// The end of a glyph of the given width, on the page.
    fn point_after(&self, width: f64, horizontal: bool) -> (f64, f64) {
        let own = width / f64::from(UNITS_PER_EM) * self.size;
        let (x, y) = if horizontal {
            self.text.apply(own * self.stretch, self.rise)
        } else {
            self.text.apply(0.0, -own)
        };
        self.to_page.apply(x, y)
    }

    /// A glyph drawn from `start` to `end`; `None` for slanted text.
    fn glyph(
        &self,
        text: String,
        start: (f64, f64),
        end: (f64, f64),
        horizontal: bool,
    ) -> Option<Glyph> {
        let whole = self.text.then(self.to_page);
        let [a, b, c, d, ..] = whole.0;
        let size = self.size.abs() * c.hypot(d);
        if !(size.is_finite() && start.0.is_finite() && start.1.is_finite() && size > 0.0) {
            return None;
        }
        if horizontal {
            let upright = a > 0.0 && b.abs() <= a * MOST_SLANT;
            return upright.then_some(Glyph {
                text,
                x: start.0,
                end: end.0.max(start.0),
                y: start.1,
                size,
            });
        }
        // Vertical writing reads down the page, columns from right to left:
        // turned by a quarter it is a line like any other.
        let upright = d.abs() > 0.0 && c.abs() <= d.abs() * MOST_SLANT;
        upright.then_some(Glyph {
            text,
            x: start.1,
            end: end.1.max(start.1),
            y: -start.0,
            size,
        })
    }
}

#[expect(
    clippy::many_single_char_names,
    reason = "the letters of ISO 32000-1, 8.3.4"
)]
fn map(a: Number, b: Number, c: Number, d: Number, e: Number, f: Number) -> Map {
    Map([a, b, c, d, e, f].map(|number| number.as_f64()))
}
