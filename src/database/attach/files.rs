//! The files of a table in a data directory: a CSV file, a Parquet file, or the parts of one (`t.part-1-of-3.csv`).
//!
//! Limit: one of them is read, CSV before Parquet and whole files before parts; the others are named. Invariant: parts are in the order of their numbers.

use crate::database::load::csv_path;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where a table's rows are.
pub(super) struct Data {
    pub csv: bool,
    /// One file, or the parts of it in their order; the first of CSV has the header.
    pub files: Vec<PathBuf>,
    /// Other files of the table, which are not read.
    pub beside: Vec<String>,
    /// Numbers of parts that are not there, and how many parts there should be.
    pub missing: Vec<(u64, u64)>,
}

/// The files of a table: its CSV file, or its Parquet file, or the parts of one (`t.part-1-of-3.csv`).
pub(super) fn find(dir: &Path, table: &str) -> Option<Data> {
    let csv = csv_path(dir, table);
    let name = csv.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    // Number, of how many, file: by extension.
    let mut parts: BTreeMap<bool, Vec<(u64, u64, PathBuf)>> = BTreeMap::new();
    for entry in std::fs::read_dir(dir).ok()?.flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let Some(rest) = file.strip_prefix(&name).and_then(|r| r.strip_prefix(".part-")) else {
            continue;
        };
        let Some((range, extension)) = rest.split_once('.') else { continue };
        let numbers = range.split_once("-of-").map(|(n, of)| (n.parse(), of.parse()));
        if let (Some((Ok(number), Ok(of))), "csv" | "parquet") = (numbers, extension) {
            parts.entry(extension == "parquet").or_default().push((number, of, entry.path()));
        }
    }
    let parquet = dir.join(format!("{name}.parquet"));
    let mut found: Vec<Data> = Vec::new();
    for (csv, file) in [(true, csv), (false, parquet)] {
        if file.is_file() {
            found.push(Data {
                csv,
                files: vec![file],
                beside: Vec::new(),
                missing: Vec::new(),
            });
        }
    }
    for (parquet, mut parts) in parts {
        parts.sort();
        let of = parts.iter().map(|(_, of, _)| *of).max().unwrap_or(0);
        let there = |n: &u64| parts.iter().any(|(number, all, _)| number == n && *all == of);
        found.push(Data {
            csv: !parquet,
            missing: (1..=of).filter(|n| !there(n)).take(PARTS_NAMED).map(|n| (n, of)).collect(),
            beside: Vec::new(),
            files: parts.into_iter().filter(|(_, all, _)| *all == of).map(|(.., path)| path).collect(),
        });
    }
    let file = |path: &PathBuf| path.file_name().map(|f| f.to_string_lossy().into_owned());
    let beside = found.iter().skip(1).flat_map(|d| d.files.iter().filter_map(file)).collect();
    let mut first = found.into_iter().next()?;
    first.beside = beside;
    Some(first)
}

/// Most missing parts that are named.
const PARTS_NAMED: usize = 5;
