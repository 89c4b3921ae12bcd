//! Witnesses: further, small databases of the same schema, differently seeded.
//!
//! What the one database cannot tell apart (a wrong SQL that gives the right result by chance) another often can. They hold only a DuckDB file:
//! their CSV files are removed. Invariant: a witness satisfies every constraint of the schema that the database can express; where no such rows
//! can be made in so small a number it has no rows, and a note says so.

use crate::database::duck::Access;
use crate::database::{Duck, load};
use crate::dataeval::integrity::integrity;
use crate::datagen::{self, DataGenError, RowCounts};
use crate::ir::DatasetIr;
use crate::kernel::files::{self, At};
use crate::kernel::progress::Silent;
use crate::runner::{Context, PhaseError};
use std::path::Path;

/// The witnesses' files, and the most rows that a table of each has.
pub(in crate::phase) const WITNESSES: [(&str, u64); 2] = [("data/witness_1.duckdb", 24), ("data/witness_2.duckdb", 90)];

/// The database in the making, beside its CSV files.
const TRIAL: &str = "trial.duckdb";

/// Makes all of them; returns notes.
pub(super) fn make(ir: &DatasetIr, context: &Context<'_>) -> Result<Vec<String>, PhaseError> {
    let mut notes = Vec::new();
    for (file, rows) in WITNESSES {
        let path = context.dir.join(file);
        let temp = path.with_extension("inprogress");
        if temp.exists() {
            std::fs::remove_dir_all(&temp).at("remove", &temp)?;
        }
        std::fs::create_dir_all(&temp).at("create", &temp)?;
        let trial = temp.join(TRIAL);
        let reason = filled(ir, context, file, rows, &temp)?;
        if let Some(reason) = reason {
            notes.push(format!("{file} has no rows: {reason}"));
            for table in ir.logical.data_tables() {
                let csv = load::csv_path(&temp, &table.id());
                let header: Vec<String> = table.columns.iter().map(|column| load::quoted(&column.name)).collect();
                std::fs::write(&csv, format!("{}\n", header.join(","))).at("write", &csv)?;
            }
            load::build(&ir.logical, &temp, &trial, &Silent)?;
        }
        std::fs::rename(&trial, &path).at("rename to", &path)?;
        files::sync_dir(&context.dir.join("data"))?;
        std::fs::remove_dir_all(&temp).at("remove", &temp)?;
    }
    Ok(notes)
}

/// Generates the rows of one witness and proves them; says why there can be none. A disk that is full is no such reason: the phase fails.
fn filled(ir: &DatasetIr, context: &Context<'_>, file: &str, rows: u64, dir: &Path) -> Result<Option<String>, PhaseError> {
    let options = datagen::Options {
        seed: context.seed.child(file),
        threads: context.threads,
        counts: RowCounts {
            default_rows: rows,
            rows_max: Some(rows),
            ..RowCounts::default()
        },
    };
    match datagen::generate(ir, &options, dir, &Silent) {
        Err(DataGenError::File(error)) => return Err(error.into()),
        Err(error) => return Ok(Some(error.to_string())),
        Ok(_) => (),
    }
    let trial = dir.join(TRIAL);
    load::build(&ir.logical, dir, &trial, &Silent)?;
    let duck = Duck::open(&trial, Access::ReadOnly)?;
    let report = integrity(duck.connection(), &ir.logical, "")?;
    Ok(report.violations().first().cloned())
}
