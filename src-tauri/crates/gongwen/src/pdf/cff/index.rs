//! Lists of byte strings within a CFF table (Adobe TN 5176, section 5).

/// One list, read where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Index<'a> {
    table: &'a [u8],
    /// Where the offsets stand, and how many bytes each takes.
    offsets: usize,
    size: usize,
    /// Where offset 0 would point: offsets count from the byte before the items.
    base: usize,
    count: usize,
}

impl<'a> Index<'a> {
    /// The list that begins at `start`.
    pub(super) fn at(table: &'a [u8], start: usize) -> Option<Self> {
        let count = usize::from(u16::from_be_bytes(
            table.get(start..start + 2)?.try_into().ok()?,
        ));
        let size = if count == 0 {
            0
        } else {
            usize::from(*table.get(start + 2)?)
        };
        if size > 4 {
            return None;
        }
        Some(Self {
            table,
            offsets: start + 3,
            size,
            base: start + 2 + size * (count + 1),
            count,
        })
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    fn offset(&self, item: usize) -> Option<usize> {
        let at = self.offsets + item * self.size;
        let bytes = self.table.get(at..at + self.size)?;
        Some(self.base + bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b)))
    }

    /// The item with this number.
    pub(super) fn get(&self, item: usize) -> Option<&'a [u8]> {
        if item >= self.count {
            return None;
        }
        self.table.get(self.offset(item)?..self.offset(item + 1)?)
    }

    /// Where the list ends.
    pub(super) fn end(&self) -> Option<usize> {
        if self.count == 0 {
            return Some(self.offsets - 1);
        }
        self.offset(self.count)
    }
}

/// Writes a list: its items one after the other, and where each ends.
pub(super) fn write(out: &mut Vec<u8>, items: &[u8], ends: &[usize]) -> Option<()> {
    out.extend(u16::try_from(ends.len()).ok()?.to_be_bytes());
    if ends.is_empty() {
        return Some(());
    }
    let last = u32::try_from(items.len() + 1).ok()?;
    let size = (1..4).find(|size| last >> (8 * size) == 0).unwrap_or(4);
    out.push(size as u8);
    for end in std::iter::once(&0).chain(ends) {
        out.extend(&(*end as u32 + 1).to_be_bytes()[4 - size..]);
    }
    out.extend(items);
    Some(())
}
