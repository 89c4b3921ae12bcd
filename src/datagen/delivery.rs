//! Delivery: in what form, and which rows, a run of the engine leaves behind.

use std::ops::Range;

/// File format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 with a header line.
    #[default]
    Csv,
    /// Apache Parquet, plain pages without compression.
    Parquet,
}

impl Format {
    /// The end of its files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }
}

/// One of several equal shares of every table, so that several machines make one data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

impl Default for Part {
    fn default() -> Self {
        Part { number: 1, of: 1 }
    }
}

impl Part {
    /// The rows of a table that belong to this part: neighbours, in order, as even as whole rows allow.
    pub fn rows(self, rows: u64) -> Range<u64> {
        let cut = |n: u64| (u128::from(rows) * u128::from(n) / u128::from(self.of.max(1))) as u64;
        cut(self.number.saturating_sub(1))..cut(self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn parts_are_all_rows_once() {
        for rows in [0, 1, 7, 1000, u64::MAX / 3] {
            for of in [1, 2, 3, 7, 16] {
                let mut next = 0;
                for number in 1..=of {
                    let part = Part { number, of }.rows(rows);
                    assert_eq!(part.start, next);
                    next = part.end;
                }
                assert_eq!(next, rows);
            }
        }
    }
}
