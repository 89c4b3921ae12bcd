//! Delivery: in what form, and which rows, a run of the engine leaves behind.

use serde::Serialize;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Where the notes of finished files are, inside the data directory.
pub const FINISHED_DIR: &str = ".finished";

/// What a run leaves behind.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// File format.
    pub format: Format,
    /// Which share of every table.
    pub part: Part,
    /// Ids of the tables to make; all when empty.
    pub tables: Vec<String>,
    /// Finished files of an earlier run with the same plan are made again too.
    pub fresh: bool,
    /// Rows are added to the whole data set that is there: what it holds stays, and new rows refer to old and new ones.
    pub append: bool,
}

/// File format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 with a header line.
    #[default]
    Csv,
    /// Apache Parquet without compression.
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

/// A table that was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Table id.
    pub table: String,
    /// Why.
    pub error: String,
    /// Tables that were not made because of it.
    pub dependants: Vec<String>,
    /// What the user wrote is the reason: [`super::DataGenError::is_input`].
    #[serde(skip)]
    pub input: bool,
}

/// The file of a table, or of a part of it, in a data directory.
pub fn path(dir: &Path, table: &str, delivery: &Delivery) -> PathBuf {
    let whole = super::csv_path(dir, table);
    let name = whole.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = delivery.format.extension();
    let width = delivery.part.of.to_string().len().max(4);
    match delivery.part {
        Part { of: 1, .. } => dir.join(format!("{name}.{extension}")),
        // In the order of the names is the order of the rows.
        Part { number, of } => dir.join(format!("{name}.part-{number:0width$}-of-{of:0width$}.{extension}")),
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
