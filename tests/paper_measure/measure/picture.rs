//! A part of a page as a picture. All places are mm from the page's top left corner.

/// A rectangle on a page, mm.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Area {
    /// A whole page.
    pub const PAGE: Self = Self {
        left: 0.0,
        top: 0.0,
        right: 210.0,
        bottom: 297.0,
    };
}

/// The dots of a part of a page.
#[derive(Debug)]
pub struct Picture {
    /// Dots across.
    width: usize,
    /// Dots down.
    height: usize,
    /// Width of one dot, mm.
    dot: f64,
    /// Dots of the page left of the first one, and above it.
    origin: (usize, usize),
    /// Bytes a dot: 3 of a coloured picture, 1 of a grey one.
    depth: usize,
    dots: Vec<u8>,
}

/// Rows of red dots without a white row between them.
#[derive(Debug, Clone, Copy)]
pub struct Band {
    /// Upper edge, mm.
    pub top: f64,
    /// Lower edge, mm.
    pub bottom: f64,
    /// Left edge, mm.
    pub left: f64,
    /// Right edge, mm.
    pub right: f64,
}

impl Band {
    /// The middle between left and right, mm.
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }

    /// mm.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// mm.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

impl Picture {
    /// Reads a portable pixmap (P6) or graymap (P5) of dots of `dot` mm, which begins `origin` dots
    /// from the page's left and upper edges. Returns what follows it, too.
    ///
    /// # Panics
    /// When the bytes are neither.
    pub fn read(bytes: &[u8], dot: f64, origin: (usize, usize)) -> (Self, &[u8]) {
        let mut at = 0;
        let mut field = || {
            while bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            let from = at;
            while !bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            std::str::from_utf8(&bytes[from..at]).expect("a plain head")
        };
        let depth = match field() {
            "P6" => 3,
            "P5" => 1,
            other => panic!("{other} is no pixmap"),
        };
        let width = field().parse().expect("a width");
        let height = field().parse().expect("a height");
        assert_eq!(field(), "255", "eight bits");
        let end = at + 1 + width * height * depth;
        let picture = Self {
            width,
            height,
            dot,
            origin,
            depth,
            dots: bytes[at + 1..end].to_vec(),
        };
        (picture, &bytes[end..])
    }

    /// Dots across and down.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The column of a place, inside the picture.
    fn column(&self, mm: f64) -> usize {
        let dots = (mm / self.dot).round().max(0.0) as usize;
        dots.saturating_sub(self.origin.0).min(self.width)
    }

    /// The row of a place, inside the picture.
    fn row(&self, mm: f64) -> usize {
        let dots = (mm / self.dot).round().max(0.0) as usize;
        dots.saturating_sub(self.origin.1).min(self.height)
    }

    fn x(&self, column: usize) -> f64 {
        (column + self.origin.0) as f64 * self.dot
    }

    fn y(&self, row: usize) -> f64 {
        (row + self.origin.1) as f64 * self.dot
    }

    /// Red, green and blue of a dot.
    pub fn dot(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * self.depth;
        if self.depth == 1 {
            [self.dots[at]; 3]
        } else {
            [self.dots[at], self.dots[at + 1], self.dots[at + 2]]
        }
    }

    /// Bands of red ink from top to bottom.
    pub fn red(&self) -> Vec<Band> {
        let mut bands: Vec<Band> = Vec::new();
        let mut open = false;
        for (y, row) in self.dots.chunks_exact(self.width * self.depth).enumerate() {
            let mut edges: Option<(usize, usize)> = None;
            for (x, dot) in row.chunks_exact(self.depth).enumerate() {
                if dot[0] > 128 && dot[self.depth - 1] < 128 {
                    edges = Some((edges.map_or(x, |edges| edges.0), x + 1));
                }
            }
            let Some((first, last)) = edges else {
                open = false;
                continue;
            };
            let (left, right) = (self.x(first), self.x(last));
            let (top, bottom) = (self.y(y), self.y(y + 1));
            match bands.last_mut() {
                Some(band) if open => {
                    band.bottom = bottom;
                    band.left = band.left.min(left);
                    band.right = band.right.max(right);
                }
                _ => bands.push(Band {
                    top,
                    bottom,
                    left,
                    right,
                }),
            }
            open = true;
        }
        bands
    }

    /// Dots that are neither grey nor a mixture of pure red and what is behind it. On paper without
    /// a watermark that is white, so that a red dot is wholly red in its red part.
    pub fn off_colour(&self, white_paper: bool) -> usize {
        self.dots
            .chunks_exact(self.depth)
            .filter(|dot| {
                let [r, g, b] = [dot[0], dot[self.depth / 2], dot[self.depth - 1]];
                let dull = white_paper && r.abs_diff(g) > 2 && r <= 250;
                g.abs_diff(b) > 2 || g > r.saturating_add(2) || dull
            })
            .count()
    }

    /// Is any dot of an area darker than paper?
    pub fn has_ink(&self, area: Area) -> bool {
        let columns = self.column(area.left)..self.column(area.right);
        (self.row(area.top)..self.row(area.bottom)).any(|y| {
            columns
                .clone()
                .any(|x| self.dot(x, y).iter().any(|v| *v < 200))
        })
    }

    /// Upper and lower edges of the runs of rows that are dark all across an area.
    pub fn black_rows(&self, area: Area) -> Vec<(f64, f64)> {
        let mut rows: Vec<(f64, f64)> = Vec::new();
        let mut open = false;
        let columns = self.column(area.left)..self.column(area.right);
        for y in self.row(area.top)..self.row(area.bottom) {
            let dark = columns.clone().all(|x| self.dot(x, y)[0] < 160);
            match rows.last_mut() {
                Some(row) if dark && open => row.1 = self.y(y + 1),
                _ if dark => rows.push((self.y(y), self.y(y + 1))),
                _ => {}
            }
            open = dark;
        }
        rows
    }
}
