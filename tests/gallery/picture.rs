//! A page as a small picture: eight steps of ink, black or red.

use ducha_tests::measure::{Area, Paper};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

/// Dots an inch.
const DOTS: u32 = 60;
/// Steps of ink from paper to full.
const STEPS: u8 = 8;
/// Blocks that are compared are so many dots wide and high: 1.3 mm.
const BLOCK: usize = 3;
/// How much the mean ink of a block may differ, of 255. Another release of poppler smooths edges a
/// little otherwise; a line moved by one dot or a glyph lost changes some block by far more.
const TOLERANCE: f64 = 32.0;

/// A page's picture.
#[derive(Debug, PartialEq)]
pub(crate) struct Small {
    width: usize,
    height: usize,
    /// 0 to 7 steps of black ink, 8 to 15 of red.
    dots: Vec<u8>,
}

impl Small {
    /// Draws a page.
    pub(crate) fn draw(paper: &Paper, page: usize) -> Self {
        let picture = paper.coloured(page, Area::PAGE, DOTS);
        let (width, height) = picture.size();
        let mut dots = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let [r, g, _] = picture.dot(x, y);
                let step = (255 - g) / (255 / STEPS + 1);
                let red = u8::from(step > 0 && r > g.saturating_add(40));
                dots.push(step + red * STEPS);
            }
        }
        Self {
            width,
            height,
            dots,
        }
    }

    /// Reads a stored picture; `None` when there is none.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let file = BufReader::new(File::open(path).ok()?);
        let mut decoder = Decoder::new(file);
        decoder.set_transformations(png::Transformations::IDENTITY);
        let mut reader = decoder.read_info().expect("a PNG file");
        let (width, height) = (reader.info().width as usize, reader.info().height as usize);
        let mut bytes = vec![0; width.div_ceil(2) * height];
        reader.next_frame(&mut bytes).expect("a whole PNG file");
        let row = |line: &[u8]| -> Vec<u8> {
            let pairs = line.iter().flat_map(|byte| [byte >> 4, byte & 15]);
            pairs.take(width).collect()
        };
        let dots = bytes
            .chunks_exact(width.div_ceil(2))
            .flat_map(row)
            .collect();
        Some(Self {
            width,
            height,
            dots,
        })
    }

    /// Writes a picture of 16 colours.
    pub(crate) fn write(&self, path: &Path) {
        let file = BufWriter::new(File::create(path).expect("room for a picture"));
        let mut encoder = Encoder::new(file, self.width as u32, self.height as u32);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Four);
        encoder.set_compression(Compression::High);
        let light = |step: u8| 255 - step * (255 / (STEPS - 1));
        let palette: Vec<u8> = (0..STEPS)
            .map(|step| [light(step); 3])
            .chain((0..STEPS).map(|step| [255, light(step), light(step)]))
            .flatten()
            .collect();
        encoder.set_palette(palette);
        let mut writer = encoder.write_header().expect("a PNG file");
        let rows = self.dots.chunks_exact(self.width);
        let packed: Vec<u8> = rows
            .flat_map(|row| {
                row.chunks(2)
                    .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0))
                    .collect::<Vec<u8>>()
            })
            .collect();
        writer.write_image_data(&packed).expect("a PNG file");
    }

    /// Mean ink of a block, of 255: all of it, and the red part.
    fn ink(&self, x: usize, y: usize) -> (f64, f64) {
        let (mut all, mut red) = (0_u32, 0_u32);
        for row in y..(y + BLOCK).min(self.height) {
            for dot in &self.dots[row * self.width..][x..(x + BLOCK).min(self.width)] {
                let step = u32::from(dot % STEPS);
                all += step;
                red += if *dot >= STEPS { step } else { 0 };
            }
        }
        let full = (BLOCK * BLOCK) as f64 * f64::from(STEPS - 1) / 255.0;
        (f64::from(all) / full, f64::from(red) / full)
    }

    /// Where and how much another picture of the page differs; `None` when it is the same page.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        if (self.width, self.height) != (other.width, other.height) {
            return Some("has another size".to_owned());
        }
        let mut worst = (0.0, 0, 0);
        let mut count = 0;
        for y in (0..self.height).step_by(BLOCK) {
            for x in (0..self.width).step_by(BLOCK) {
                let (here, there) = (self.ink(x, y), other.ink(x, y));
                let off = (here.0 - there.0).abs().max((here.1 - there.1).abs());
                count += usize::from(off > TOLERANCE);
                if off > worst.0 {
                    worst = (off, x, y);
                }
            }
        }
        let mm = |dots: usize| dots as f64 * 25.4 / f64::from(DOTS);
        (count > 0).then(|| {
            format!(
                "looks otherwise in {count} places, most (by {:.0} of 255) at {:.0} mm from the left, {:.0} mm \
                 from the top",
                worst.0,
                mm(worst.1),
                mm(worst.2)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored;

    fn page(name: &str) -> Small {
        Small::draw(&stored::typeset(&stored::json(name)), 1)
    }

    /// Rows from `from` to `to` moved down by one dot.
    fn moved(picture: &Small, from: usize, to: usize) -> Small {
        let mut dots = picture.dots.clone();
        let width = picture.width;
        dots.copy_within(from * width..to * width, (from + 1) * width);
        dots[from * width..(from + 1) * width].fill(0);
        Small { dots, ..*picture }
    }

    #[test]
    fn the_same_page_is_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let picture = page("letter_short");
        let file = folder.path().join("page.png");
        picture.write(&file);
        let stored = Small::read(&file).expect("a picture");
        assert!(stored == picture, "written and read");
        assert_eq!(stored.difference(&picture), None);
    }

    #[test]
    fn a_line_moved_by_one_dot_is_found() {
        let picture = page("letter_short");
        // 主送 is the first line below the title.
        let blank = |y: &usize| {
            picture.dots[y * picture.width..][..picture.width]
                .iter()
                .all(|dot| *dot == 0)
        };
        let from = (265..picture.height).find(|y| !blank(y)).expect("a line");
        let to = (from..picture.height).find(blank).expect("its end");
        assert!((10..=36).contains(&(to - from)), "one line: {from} to {to}");
        assert!(picture.difference(&moved(&picture, from, to)).is_some());
    }

    #[test]
    fn a_lost_character_and_lost_red_are_found() {
        let picture = page("letter_short");
        // A character of the text is 13 dots wide; take away one with ink.
        let mut dots = picture.dots.clone();
        let at = (0..dots.len())
            .find(|at| at / picture.width > 360 && dots[*at] >= 4 && dots[*at] < STEPS)
            .expect("black ink");
        let (x, y) = (at % picture.width, at / picture.width);
        for row in y..y + 13 {
            dots[row * picture.width + x.saturating_sub(6)..][..13].fill(0);
        }
        let lost = Small { dots, ..picture };
        assert!(page("letter_short").difference(&lost).is_some());
        let picture = page("letter_short");
        let black = picture.dots.iter().map(|dot| dot % STEPS).collect();
        let black = Small {
            dots: black,
            ..picture
        };
        assert!(page("letter_short").difference(&black).is_some());
    }
}
