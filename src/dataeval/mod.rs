//! Data evaluation: whether a database is what its schema says. Measured in SQL on the database itself, never taken from how it was made.
//!
//! | module | measures |
//! |---|---|
//! | [`integrity`] | keys, foreign keys, NOT NULL, enums, CHECKs: the proof that the populate phase leaves |
//! | [`metric`] | the registry: tables, references and columns against what is declared of them |
//! | `workload` | the expected queries: rows, shares, times |
//! | `gold` | a schema against a gold schema; `edit_distance` between them |
//! | `fidelity` | synthetic tables against real ones |
//! | [`statistic`] | the tests themselves, on plain numbers |
//!
//! Invariants: the same data and thresholds give the same report, byte for byte, unless times are asked for; the gate is an effect size, never a p-value.

mod condition_sql;
mod declared;
mod derived_sql;
mod edit_distance;
mod fidelity;
mod file;
mod gold;
pub mod integrity;
pub mod metric;
mod scope;
pub mod statistic;
mod thresholds;
mod together;
mod workload;

pub use thresholds::Thresholds;

use crate::database::attach::FileFindings;
use crate::database::{Backend, DbError, Duck};
use crate::ir::evaluation::{EvaluationReport, MetricResult};
use crate::ir::generation::Abilities;
use crate::ir::{DatasetIr, LogicalIr};
use crate::kernel::progress::Progress;
use scope::Scope;
use std::collections::BTreeMap;

/// What is evaluated, and against what.
pub struct Evaluation<'a> {
    /// The declaration.
    pub ir: &'a DatasetIr,
    /// The data, read-only.
    pub data: &'a Duck,
    /// What the engine that made it can do.
    pub abilities: &'a Abilities,
    /// Gates.
    pub thresholds: &'a Thresholds,
    /// A schema to compare the declaration's with.
    pub gold: Option<&'a LogicalIr>,
    /// Real tables to compare the data with, read-only, under the same schema.
    pub real: Option<&'a Duck>,
    /// Tables that `real` has, or should have.
    pub real_tables: Vec<String>,
    /// What is wrong with the real files, by table.
    pub real_files: BTreeMap<String, FileFindings>,
    /// Rows of each table as whoever made the data recorded them, after each run that made or added rows; empty when nobody did.
    pub made: BTreeMap<String, Vec<u64>>,
    /// What is wrong with the files themselves, by table.
    pub files: BTreeMap<String, FileFindings>,
    /// Threads of the database; the report does not depend on it.
    pub threads: usize,
    /// Whether the workload's times are told; a report with times differs from run to run.
    pub timed: bool,
}

/// Significant digits in a report: the last ones of a float depend on libraries, not on data.
const DIGITS: i32 = 6;

/// Measures everything.
pub fn evaluate(evaluation: &Evaluation<'_>, progress: &dyn Progress) -> Result<EvaluationReport, DbError> {
    let ir = evaluation.ir;
    evaluation.data.execute(&format!("SET threads = {};", evaluation.threads.max(1)))?;
    let mut scope = Scope::new(evaluation)?;
    let unread = evaluation.files.iter().filter(|(_, f)| f.unreadable.is_some());
    scope.unread = unread.map(|(id, _)| id.clone()).collect();
    let cells = evaluation.files.iter().flat_map(|(id, f)| f.mistyped.iter().map(move |m| (id, m)));
    scope.mistyped = cells.map(|(id, m)| ((id.as_str(), m.column.as_str()), m.rows)).collect();
    let mut report = EvaluationReport {
        engine: evaluation.data.engine().to_owned(),
        ..EvaluationReport::default()
    };
    progress.start("evaluate", Some(ir.logical.data_tables().count() as u64), "tables");
    for table in ir.logical.data_tables() {
        let findings = evaluation.files.get(&table.id());
        report.tables.push(match findings.filter(|f| f.unreadable.is_some()) {
            // Nothing is known of its rows, so nothing else of it is measured.
            Some(findings) => file::unread(table, findings),
            None => {
                let mut measured = metric::table(&scope, table)?;
                measured.metrics.splice(0..0, findings.map(file::metrics).unwrap_or_default());
                measured
            }
        });
        progress.advance(1);
    }
    progress.finish();
    // Sums of floats depend on the order of addition, and that on the threads.
    evaluation.data.execute("SET threads = 1;")?;
    report.workload = workload::measure(&scope, evaluation.data, evaluation.timed);
    report.gold = evaluation.gold.map(|gold| gold::measure(&ir.logical, gold, evaluation.thresholds));
    if let Some(real) = evaluation.real {
        for table in ir.logical.data_tables().filter(|t| evaluation.real_tables.contains(&t.id())) {
            let findings = evaluation.real_files.get(&table.id());
            report.real.push(match findings.filter(|f| f.absent || f.unreadable.is_some()) {
                Some(findings) => file::unread(table, findings),
                None => fidelity::measure(evaluation.data.connection(), real.connection(), table, evaluation.thresholds)?,
            });
        }
    }
    for metric in report.metrics_mut() {
        round(metric);
    }
    Ok(report.concluded(evaluation.thresholds.unproven_max))
}

fn round(metric: &mut MetricResult) {
    let significant = |x: f64| {
        if x == 0.0 || !x.is_finite() {
            return x;
        }
        let text = format!("{x:.*e}", (DIGITS - 1) as usize);
        text.parse().unwrap_or(x)
    };
    metric.value = metric.value.map(significant);
    metric.threshold = metric.threshold.map(significant);
    metric.details.values_mut().for_each(|x| *x = significant(*x));
}
