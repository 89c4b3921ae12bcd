//! Kind `populate`: `schema/dataset_ir.json` becomes CSV files, a DuckDB file, a profile, a proof of integrity, and small witnesses beside it.
//!
//! Tables are made anew when the phase runs: that is faster than proving old files right. Invariant: when the phase is done, every constraint of the
//! schema that the database can express was counted in SQL and has no violation.

pub(super) mod witness;
#[cfg(test)]
mod written;

use super::{Kind, Plan};
use crate::config::{ConfigError, Recipe};
use crate::database::duck::Access;
use crate::database::{Duck, load, profile};
use crate::dataeval::integrity::integrity;
use crate::datagen::{self, DataGenError, RowCounts};
use crate::ir::DatasetIr;
use crate::kernel::files;
use crate::runner::{Context, Outcome, Phase, PhaseError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Registry entry.
pub(super) const KIND: Kind = Kind {
    name: "populate",
    about: "dataset_ir.json -> data/*.csv, database.duckdb, witness_*.duckdb, profile.json, data_report.json",
    build,
};

/// Violations quoted in an error.
const SHOWN_MAX: usize = 5;

/// What a recipe of this kind may say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Params {
    /// Rows by table id; binding, unlike `populate.rows` of the configuration.
    tables: BTreeMap<String, u64>,
}

struct Populate {
    name: String,
    counts: RowCounts,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    let params: Params = recipe.params()?;
    let counts = RowCounts {
        default_rows: plan.settings.rows,
        rows: params.tables,
        rows_max: plan.settings.rows_max,
    };
    Ok(Box::new(Populate {
        name: recipe.name.clone(),
        counts,
    }))
}

impl Phase for Populate {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        vec!["schema/dataset_ir.json".into()]
    }
    fn writes(&self) -> Vec<PathBuf> {
        let files = ["data/database.duckdb", "data/profile.json", "data/data_report.json"].map(PathBuf::from);
        files.into_iter().chain(witnesses()).collect()
    }
    fn unhashed(&self) -> Vec<PathBuf> {
        std::iter::once("data/database.duckdb".into()).chain(witnesses()).collect()
    }
    fn settings(&self) -> Result<String, PhaseError> {
        let counts = (
            self.counts.default_rows,
            &self.counts.rows,
            self.counts.rows_max,
            witness::WITNESSES,
            env!("CARGO_PKG_VERSION"),
        );
        serde_json::to_string(&counts).map_err(|e| PhaseError::Failed(e.to_string()))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let ir = declaration(context)?;
        let dir = context.dir.join("data");
        let options = datagen::Options {
            seed: context.seed,
            threads: context.threads,
            counts: self.counts.clone(),
        };
        let summary = datagen::generate(&ir, &options, &dir, context.progress).map_err(generation_error)?;
        context.check_stop()?;
        let database = dir.join("database.duckdb");
        load::build(&ir.logical, &dir, &database, context.progress)?;
        let hash = load::data_hash(&ir.logical, |table| load::csv_path(&dir, table))?;
        let duck = Duck::open(&database, Access::ReadOnly)?;

        let mut report = integrity(duck.connection(), &ir.logical, &hash)?;
        report.notes = summary.notes.clone();
        files::write_json(&dir.join("data_report.json"), &report)?;
        let violations = report.violations();
        if !violations.is_empty() {
            let shown = violations.iter().take(SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join("; ");
            return Err(PhaseError::Failed(format!(
                "the data breaks {} of the schema's constraints: {shown}. All are in data/data_report.json; edit the columns' entries in schema/dataset_ir.json",
                violations.len()
            )));
        }
        files::write_json(&dir.join("profile.json"), &profile::measure(duck.connection(), &ir.logical, &hash)?)?;
        context.check_stop()?;
        let mut notes = summary.notes;
        notes.extend(witness::make(&ir, context)?);

        let rows = summary.tables.iter().map(|t| t.rows).sum();
        let counts = [
            ("tables", summary.tables.len() as u64),
            ("rows", rows),
            ("constraints", report.measured() as u64),
        ];
        let files = summary
            .tables
            .iter()
            .filter_map(|t| t.path.strip_prefix(context.dir).ok())
            .map(PathBuf::from)
            .collect();
        Ok(Outcome {
            counts: counts.map(|(k, v)| (k.to_owned(), v)).into(),
            notes,
            files,
        })
    }
}

/// The run's DatasetIr, which the user may have edited.
pub(super) fn declaration(context: &Context<'_>) -> Result<DatasetIr, PhaseError> {
    files::read_json(&context.dir.join("schema/dataset_ir.json")).map_err(|error| match error.source.kind() {
        // serde_json's own: it was read, and is not what it should be.
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof => PhaseError::Input(error.to_string()),
        _ => PhaseError::File(error),
    })
}

fn witnesses() -> impl Iterator<Item = PathBuf> {
    witness::WITNESSES.iter().map(|(file, _)| PathBuf::from(file))
}

/// What the user wrote is the user's to change; the rest is ours or the disk's.
fn generation_error(error: DataGenError) -> PhaseError {
    match error {
        DataGenError::File(error) => PhaseError::File(error),
        error if error.is_input() => PhaseError::Input(format!("schema/dataset_ir.json: {error}")),
        other => PhaseError::Failed(other.to_string()),
    }
}
