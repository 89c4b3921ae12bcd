//! Data generation: a DatasetIr to one CSV file a table.
//!
//! Every cell is a pure function of (seed, table, column, row): see [`draw`]. So rows can be made in any order, by any number of threads, and
//! a parent's key is recomputed where a child needs it. [`plan`] compiles the IR, [`block`] makes rows, `write` puts them in order.
//!
//! Invariants: the same plan and seed give the same bytes at any thread count; primary keys, unique groups, foreign keys, NOT NULL and every CHECK that
//! [`expression`] can evaluate hold in what is written; a file has its final name only when it is whole.

pub mod alias;
pub mod attribute;
pub mod block;
pub mod calendar;
pub mod cell;
mod deliver;
pub mod delivery;
pub mod determined;
pub mod dirty;
pub mod distribution;
pub mod draw;
pub mod enforce;
pub mod error;
pub mod expression;
pub mod family;
pub mod key;
mod lock;
pub mod permute;
pub mod plan;
pub mod pool;
pub mod provider;
pub mod tuple;
mod write;

pub use deliver::{deliver, rows_made, stream};
pub use delivery::{Delivery, Failure, Format, Part};
pub use error::DataGenError;
pub use plan::{Plan, RowCounts};

use crate::ir::DatasetIr;
use crate::ir::generation::Abilities;
use crate::kernel::files::AtomicFile;
use crate::kernel::progress::Progress;
use crate::kernel::seed::Seed;
use std::path::{Path, PathBuf};

/// Rows a block: enough that a block's overhead does not show, few enough that it stays in cache.
pub const BLOCK_ROWS: u64 = 4_096;

/// How data is generated.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the random numbers come from.
    pub seed: Seed,
    /// Worker threads; the output does not depend on it.
    pub threads: usize,
    /// How many rows tables get.
    pub counts: RowCounts,
}

/// What was generated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// In schema order.
    pub tables: Vec<TableSummary>,
    /// Things that were done otherwise than asked, one sentence each.
    pub notes: Vec<String>,
    /// Tables that were not made.
    pub failures: Vec<Failure>,
    /// Ids of all tables, parents first: the order they are made in.
    pub order: Vec<String>,
}

/// One table that was generated.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TableSummary {
    /// Table id.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// The file.
    pub path: PathBuf,
    /// It was there already, made by an earlier run of the same plan.
    pub reused: bool,
}

/// The file of a table in a data directory.
pub fn csv_path(dir: &Path, table: &str) -> PathBuf {
    crate::database::load::csv_path(dir, table)
}

/// Generates every table of `ir` into `<dir>/<table id>.csv`; the first failure ends it.
pub fn generate(ir: &DatasetIr, options: &Options, dir: &Path, progress: &dyn Progress) -> Result<Summary, DataGenError> {
    let plan = Plan::new(ir, &options.counts, options.seed)?;
    let mut summary = Summary {
        notes: plan.notes.clone(),
        ..Summary::default()
    };
    for (index, table) in plan.tables() {
        let path = csv_path(dir, &table.id);
        let mut file = AtomicFile::create(&path)?;
        let extent = write::Extent {
            plan: &plan,
            table: index,
            rows: 0..table.rows,
            format: Format::Csv,
            header: true,
            path: &path,
        };
        progress.start(&table.id, Some(table.rows), "rows");
        let written = write::rows(&extent, &mut file, options.threads, progress);
        progress.finish();
        let bytes = written?;
        file.commit()?;
        summary.tables.push(TableSummary {
            table: table.id.clone(),
            rows: table.rows,
            bytes,
            path,
            reused: false,
        });
    }
    Ok(summary)
}

/// What this engine can do, for the distribution engineer.
pub fn abilities() -> Abilities {
    Abilities {
        providers: provider::catalogue(),
        expression: |sql| expression::Expression::supports(sql).map_err(|e| e.to_string()),
        samples: provider::samples,
        is_one: provider::form::is_one,
        distinct: provider::distinct,
    }
}

#[cfg(test)]
mod tests;
