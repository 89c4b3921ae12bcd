//! Kind `evaluate`: the database against what `schema/dataset_ir.json` declares of it: `data/data_evaluation.json`.
//!
//! The proof of constraints is the populate phase's own (`data/data_report.json`) and always made; this is about distributions, skew and the workload.
//! The artifact holds no times, since the manifest hashes it: the same data and thresholds give the same bytes.

use super::{Kind, Plan};
use crate::config::{ConfigError, Recipe};
use crate::database::Duck;
use crate::database::duck::Access;
use crate::dataeval::{self, Evaluation, Thresholds};
use crate::kernel::files;
use crate::runner::{Context, Outcome, Phase, PhaseError};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Registry entry.
pub(super) const KIND: Kind = Kind {
    name: "evaluate",
    about: "database.duckdb against dataset_ir.json -> data/data_evaluation.json",
    build,
};

const IR: &str = "schema/dataset_ir.json";
const DATABASE: &str = "data/database.duckdb";
const PROFILE: &str = "data/profile.json";
const MADE: &str = "data/data_report.json";
const REPORT: &str = "data/data_evaluation.json";

/// Failures told after a run.
const SHOWN_MAX: usize = 8;

/// What a recipe of this kind may say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Params {
    /// A missed gate stops the run (exit code 3); otherwise it is told and the run goes on.
    required: bool,
}

struct Evaluate {
    name: String,
    params: Params,
    thresholds: Thresholds,
}

fn build(recipe: &Recipe, plan: &Plan<'_>) -> Result<Box<dyn Phase>, ConfigError> {
    Ok(Box::new(Evaluate {
        name: recipe.name.clone(),
        params: recipe.params()?,
        thresholds: plan.settings.evaluate.clone(),
    }))
}

/// Rows of each table as the populate phase left them.
fn rows_made(context: &Context<'_>) -> Result<std::collections::BTreeMap<String, Vec<u64>>, PhaseError> {
    let report: crate::dataeval::integrity::DataReport = files::read_json(&context.dir.join(MADE))?;
    Ok(report.tables.into_iter().map(|t| (t.table, vec![t.rows])).collect())
}

impl Phase for Evaluate {
    fn name(&self) -> &str {
        &self.name
    }
    fn kind(&self) -> &str {
        KIND.name
    }
    fn reads(&self) -> Vec<PathBuf> {
        // The profile carries the data's hash; the database file's own bytes may differ between equal runs.
        [IR, DATABASE, PROFILE, MADE].map(PathBuf::from).into()
    }
    fn writes(&self) -> Vec<PathBuf> {
        vec![REPORT.into()]
    }
    fn settings(&self) -> Result<String, PhaseError> {
        let all = (&self.params, &self.thresholds, env!("CARGO_PKG_VERSION"));
        serde_json::to_string(&all).map_err(|e| PhaseError::Failed(e.to_string()))
    }

    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError> {
        let ir = super::populate::declaration(context)?;
        let duck = Duck::open(&context.dir.join(DATABASE), Access::ReadOnly)?;
        let evaluation = Evaluation {
            ir: &ir,
            data: &duck,
            abilities: &crate::datagen::abilities(),
            thresholds: &self.thresholds,
            gold: None,
            real: None,
            real_tables: Vec::new(),
            real_files: std::collections::BTreeMap::new(),
            made: rows_made(context)?,
            files: std::collections::BTreeMap::new(),
            threads: context.threads,
            timed: false,
        };
        let report = dataeval::evaluate(&evaluation, context.progress)?;
        files::write_json(&context.dir.join(REPORT), &report)?;
        let shown = report.failures.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>();
        if !report.passed && self.params.required {
            return Err(PhaseError::Gate(format!(
                "the data misses {} of its declared properties: {}. All are in {REPORT}; change {IR}, the section \"evaluate\" of config.yaml, or set `required: false` in the recipe",
                report.failures.len(),
                shown.join("; ")
            )));
        }
        Ok(Outcome {
            counts: report.counts,
            notes: shown,
            files: Vec::new(),
        })
    }
}
