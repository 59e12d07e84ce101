//! Sums of the columns of a register: exact decimal numbers, no floating point.

use crate::error::Error;
use crate::model::Table;

/// A decimal number: `value` divided by ten to the power of `places`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Decimal {
    value: i128,
    places: u32,
}

/// Most decimal places a number may have.
const MOST_PLACES: usize = 6;
/// Most digits a number may have: sums of very many of them still fit.
const MOST_DIGITS: usize = 18;

impl Decimal {
    /// Reads `1,234.50`, with or without separators and sign.
    fn read(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix(['-', '−', '－']) {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let groups: Vec<&str> = whole.split(',').collect();
        let grouped = groups.len() == 1
            || (1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3);
        let all: String = groups.concat() + part;
        let fits = !whole.is_empty()
            && grouped
            && (part.len() <= MOST_PLACES && (!part.is_empty() || !digits.contains('.')))
            && all.len() <= MOST_DIGITS
            && all.bytes().all(|b| b.is_ascii_digit());
        if !fits {
            return None;
        }
        Some(Self {
            value: sign * all.parse::<i128>().ok()?,
            places: u32::try_from(part.len()).ok()?,
        })
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let places = self.places.max(other.places);
        let scaled = |number: Self| number.value * 10_i128.pow(places - number.places);
        Self {
            value: scaled(self) + scaled(other),
            places,
        }
    }
}

/// As it is printed: without separators, with as many places as its most exact part.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = self.places as usize;
        let digits = format!("{:0>width$}", self.value.unsigned_abs(), width = places + 1);
        let (whole, part) = digits.split_at(digits.len() - places);
        let sign = if self.value < 0 { "-" } else { "" };
        if part.is_empty() {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{part}")
        }
    }
}

/// The columns that are summed, and the numbers of every row.
#[derive(Debug)]
pub(crate) struct Sums {
    /// Columns in ascending order.
    pub(crate) columns: Vec<usize>,
    /// For every row of the table, its number in each of those columns.
    rows: Vec<Vec<Decimal>>,
}

impl Sums {
    /// Reads the numbers of the columns named `names`. Empty cells and dashes count nothing.
    pub(crate) fn read(table: &Table, names: &[String]) -> Result<Self, Error> {
        let mut columns = Vec::new();
        for name in names {
            let found = table.columns.iter().position(|c| c.trim() == name.trim());
            let column = found.ok_or_else(|| {
                Error::Content(format!(
                    "要合计的“{}”栏在表头里没有，请核对栏目名称。",
                    name.trim()
                ))
            })?;
            columns.push(column);
        }
        columns.sort_unstable();
        columns.dedup();
        if columns.first() == Some(&0) {
            return Err(Error::Content(
                "第一栏要写“合计”二字，不能作为合计栏，请把它放到后面。".to_owned(),
            ));
        }
        let mut rows = Vec::new();
        for (number, row) in table.rows.iter().enumerate() {
            let mut numbers = Vec::new();
            for &column in &columns {
                let text = row.get(column).map_or("", |text| text.trim());
                let nothing = matches!(text, "" | "-" | "—" | "——" | "－" | "/");
                let read = if nothing {
                    Some(Decimal::default())
                } else {
                    Decimal::read(text)
                };
                numbers.push(read.ok_or_else(|| {
                    Error::Content(format!(
                        "台账第{}行“{}”栏的“{text}”不是数字，不能合计，请改成数字或者不合计这一栏。",
                        number + 1,
                        table.columns[column].trim()
                    ))
                })?);
            }
            rows.push(numbers);
        }
        Ok(Self { columns, rows })
    }

    /// The sums of some rows, one for each column.
    pub(crate) fn of(&self, rows: std::ops::Range<usize>) -> Vec<Decimal> {
        let mut sums = vec![Decimal::default(); self.columns.len()];
        for row in &self.rows[rows] {
            for (sum, number) in sums.iter_mut().zip(row) {
                *sum = sum.plus(*number);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[&str]) -> Table {
        Table {
            columns: vec!["单位".into(), "金额".into()],
            rows: cells
                .iter()
                .map(|cell| vec!["甲".into(), (*cell).into()])
                .collect(),
        }
    }

    #[test]
    fn sums_are_exact() {
        let cells = ["0.1", "0.2", "1,234,567", "—", "", "-3.05"];
        let sums = Sums::read(&table(&cells), &["金额".into()]).expect("numbers");
        assert_eq!(sums.of(0..2)[0].to_string(), "0.3");
        assert_eq!(sums.of(0..6)[0].to_string(), "1234564.25");
        assert_eq!(sums.of(5..6)[0].to_string(), "-3.05");
        assert_eq!(sums.of(3..5)[0].to_string(), "0");
    }

    #[test]
    fn what_is_no_number_is_named() {
        for cell in [
            "约3",
            "1,23",
            "12,3456",
            ".5",
            "5.",
            "3人",
            "1e3",
            "--1",
            "12345678901234567890",
        ] {
            let error = Sums::read(&table(&["1", cell]), &["金额".into()])
                .expect_err(cell)
                .to_string();
            assert!(
                error.contains(&format!("第2行“金额”栏的“{cell}”")),
                "{error}"
            );
        }
        let error = Sums::read(&table(&[]), &["人数".into()]).expect_err("no such column");
        assert!(error.to_string().contains("“人数”栏在表头里没有"));
        let error = Sums::read(&table(&[]), &["单位".into()]).expect_err("the first column");
        assert!(error.to_string().contains("第一栏"));
    }
}
