//! Delivery: in what form, and which rows, a run of the engine leaves behind; and the run that does it.
//!
//! Tables are made parents first. A file has its final name only when it is whole; beside it, in [`FINISHED_DIR`], is a note of the plan it was made
//! by, so that a run that was killed goes on with the files that are missing. A table that fails stops no other but those that refer to it.

use super::error::DataGenError;
use super::plan::Plan;
use super::{Options, Summary, TableSummary, write};
use crate::ir::DatasetIr;
use crate::kernel::files::{self, At, AtomicFile};
use crate::kernel::fingerprint;
use crate::kernel::progress::Progress;
use serde::{Deserialize, Serialize};
use std::io::Write;
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
}

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

/// A table that was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Table id.
    pub table: String,
    /// Why.
    pub error: String,
    /// Tables that were not made because of it.
    pub dependants: Vec<String>,
}

/// The note of a finished file.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Finished {
    /// Fingerprint of everything that determines the file's bytes.
    plan: String,
    rows: u64,
    bytes: u64,
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

/// Makes every table that can be made; what failed is in the summary.
pub fn deliver(ir: &DatasetIr, options: &Options, delivery: &Delivery, dir: &Path, progress: &dyn Progress) -> Result<Summary, DataGenError> {
    let plan = Plan::partial(ir, &options.counts, options.seed)?;
    known(&plan, ir, &delivery.tables)?;
    let mut summary = Summary {
        tables: Vec::new(),
        notes: plan.notes.clone(),
        failures: Vec::new(),
        order: plan.order.iter().filter_map(|i| ir.logical.tables.get(*i)).map(crate::ir::Table::id).collect(),
    };
    let fingerprint = plan_fingerprint(ir, options, delivery);
    for index in plan.order.iter().copied() {
        let Some(table) = ir.logical.tables.get(index) else { continue };
        let id = table.id();
        if !delivery.tables.is_empty() && !delivery.tables.contains(&id) {
            continue;
        }
        // The nearest failure that explains why this one cannot be.
        let parents = table.foreign_keys.iter().map(|k| &k.ref_table).filter(|p| **p != id);
        let cause = parents
            .filter_map(|p| summary.failures.iter().position(|f| f.table == *p || f.dependants.contains(p)))
            .min();
        if let Some(failure) = cause.and_then(|c| summary.failures.get_mut(c)) {
            failure.dependants.push(id);
            continue;
        }
        let made = match plan.failures.iter().find(|(t, _)| *t == index) {
            Some((_, error)) => Err(error.to_string()),
            None => file(&plan, index, &fingerprint, options, delivery, dir, progress).map_err(|e| e.to_string()),
        };
        match made {
            Ok(made) => summary.tables.push(made),
            Err(error) => summary.failures.push(Failure {
                table: id,
                error,
                dependants: Vec::new(),
            }),
        }
    }
    let place = |id: &String| ir.logical.table_index(id);
    summary.tables.sort_by_key(|t| place(&t.table));
    Ok(summary)
}

/// Writes one table, whole and with its header, to `to`: CSV for a pipe.
pub fn stream(ir: &DatasetIr, options: &Options, delivery: &Delivery, table: &str, to: &mut (dyn Write + Send)) -> Result<u64, DataGenError> {
    let plan = Plan::partial(ir, &options.counts, options.seed)?;
    known(&plan, ir, &[table.to_owned()])?;
    let index = ir.logical.table_index(table).unwrap_or(usize::MAX);
    if let Some(position) = plan.failures.iter().position(|(t, _)| *t == index) {
        let mut failures = plan.failures;
        return Err(failures.swap_remove(position).1);
    }
    let extent = write::Extent {
        plan: &plan,
        table: index,
        rows: delivery.part.rows(plan.table(index)?.rows),
        format: delivery.format,
        header: delivery.part.number == 1,
        path: Path::new("stdout"),
    };
    write::rows(&extent, to, options.threads, &crate::kernel::progress::Silent)
}

/// Fails on a table that there is not.
fn known(plan: &Plan, ir: &DatasetIr, tables: &[String]) -> Result<(), DataGenError> {
    let ids: Vec<String> = plan.order.iter().filter_map(|i| ir.logical.tables.get(*i)).map(crate::ir::Table::id).collect();
    match tables.iter().find(|t| !ids.contains(t)) {
        Some(name) => Err(DataGenError::Unknown {
            place: "the tables asked for".into(),
            what: "table",
            name: name.clone(),
            hint: crate::kernel::suggest::hint(name, ids.iter().map(String::as_str)),
        }),
        None => Ok(()),
    }
}

/// Everything that determines the bytes of a run's files, but for the table.
fn plan_fingerprint(ir: &DatasetIr, options: &Options, delivery: &Delivery) -> String {
    // Maps in the IR are ordered, so its JSON is a function of its content.
    let ir = serde_json::to_string(ir).unwrap_or_default();
    let counts = serde_json::to_string(&(options.counts.default_rows, &options.counts.rows, options.counts.rows_max)).unwrap_or_default();
    let rest = format!("{} {:?} {:?}", options.seed.0, delivery.format, delivery.part);
    fingerprint::of_parts([env!("CARGO_PKG_VERSION"), &ir, &counts, &rest])
}

fn file(
    plan: &Plan,
    index: usize,
    fingerprint: &str,
    options: &Options,
    delivery: &Delivery,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<TableSummary, DataGenError> {
    let table = plan.table(index)?;
    let path = path(dir, &table.id, delivery);
    let rows = delivery.part.rows(table.rows);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let note = dir.join(FINISHED_DIR).join(format!("{name}.json"));
    let mut made = TableSummary {
        table: table.id.clone(),
        rows: rows.end - rows.start,
        bytes: 0,
        path: path.clone(),
        reused: false,
    };
    if !delivery.fresh
        && let Ok(finished) = files::read_json::<Finished>(&note)
        && finished.plan == fingerprint
        && std::fs::metadata(&path).is_ok_and(|m| m.len() == finished.bytes)
    {
        made.bytes = finished.bytes;
        made.reused = true;
        return Ok(made);
    }
    if note.exists() {
        std::fs::remove_file(&note).at("remove", &note)?;
    }
    let mut file = AtomicFile::create(&path)?;
    let extent = write::Extent {
        plan,
        table: index,
        rows,
        format: delivery.format,
        // So that parts after each other are the whole file.
        header: delivery.part.number == 1,
        path: &path,
    };
    progress.start(&table.id, Some(made.rows), "rows");
    let written = write::rows(&extent, &mut file, options.threads, progress);
    progress.finish();
    made.bytes = written?;
    file.commit()?;
    let finished = Finished {
        plan: fingerprint.to_owned(),
        rows: made.rows,
        bytes: made.bytes,
    };
    files::write_json(&note, &finished)?;
    Ok(made)
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
