//! Metrics: what is measured of tables, references and columns. To add one: a function in a file here, a line in [`METRICS`].
//!
//! Queries, gold schemas and real tables have theirs in `workload`, `gold` and `fidelity`; their names are in the registry too.
//! Invariant: a metric that was declared for a thing is in the report whatever happens, be it as "unmeasured" with the reason.

mod after_column;
mod category;
mod condition;
mod constraint;
mod correlation;
pub(super) mod degree;
mod derived;
mod dirty;
mod distinct;
mod line_no;
mod null_share;
mod pattern;
mod provider;
mod reference;
mod season;
mod sequence;
mod shape;
mod support;

use super::scope::{Scope, Subject};
use crate::database::DbError;
use crate::ir::evaluation::{ColumnReport, MetricResult, TableReport};
use crate::ir::generation::Distribution;
use crate::ir::{ForeignKey, Table};

/// What a metric found.
pub(super) type Measured = Result<Vec<MetricResult>, DbError>;

/// One metric.
pub struct Metric {
    /// Name in reports.
    pub name: &'static str,
    /// What it measures, one sentence.
    pub about: &'static str,
    measure: Measure,
}

/// What a metric is asked of.
enum Measure {
    Table(fn(&Scope<'_>, &Table) -> Measured),
    Reference(fn(&Scope<'_>, &Table, &ForeignKey) -> Measured),
    Column(fn(&Scope<'_>, &Subject<'_>) -> Measured),
    /// Measured beside another metric, or where its things are: queries, a gold schema, real tables.
    Elsewhere,
}

const fn metric(name: &'static str, measure: Measure, about: &'static str) -> Metric {
    Metric { name, about, measure }
}

/// Every metric, in the order of the report.
pub static METRICS: &[Metric] = &[
    metric("file", Measure::Elsewhere, "files that are missing or cannot be read"),
    metric("added_columns", Measure::Elsewhere, "columns of a file that are not declared"),
    metric(
        "row_count",
        Measure::Table(constraint::row_count),
        "rows against those that were made or declared",
    ),
    metric(
        "type",
        Measure::Table(constraint::type_),
        "values that the column's type does not hold",
    ),
    metric(
        "primary_key",
        Measure::Table(constraint::primary_key),
        "rows that repeat a primary key",
    ),
    metric("unique", Measure::Table(constraint::unique), "rows that repeat a unique group"),
    metric("not_null", Measure::Table(constraint::not_null), "NULLs where none may be"),
    metric("enum", Measure::Table(constraint::enumeration), "values outside an enum"),
    metric("foreign_key", Measure::Table(constraint::foreign_key), "rows without their parent"),
    metric("check", Measure::Table(constraint::check), "rows that break a CHECK"),
    metric(
        "functional_dependency",
        Measure::Table(constraint::functional_dependency),
        "groups whose determined values differ",
    ),
    metric(
        "implication",
        Measure::Table(constraint::implication),
        "rows that break an implication",
    ),
    metric(
        "duplicates",
        Measure::Table(dirty::duplicates),
        "share of rows that repeat an earlier entity against the declared share",
    ),
    metric(
        "correlation",
        Measure::Table(correlation::measure),
        "rank correlation of a copula's columns against the declared one",
    ),
    metric(
        "fk_coverage",
        Measure::Reference(reference::coverage),
        "share of parents with children against the expected share",
    ),
    metric(
        "degree_divergence",
        Measure::Reference(reference::divergence),
        "histogram of children per parent against the expected one, Jensen-Shannon in bits",
    ),
    metric(
        "children",
        Measure::Reference(reference::children),
        "parents with fewer or more children than declared",
    ),
    metric(
        "zipf_exponent",
        Measure::Reference(reference::zipf),
        "exponent of the children per parent against the declared skew",
    ),
    metric("zipf_r2", Measure::Elsewhere, "how straight children per rank are on log-log paper"),
    metric(
        "fk_weights",
        Measure::Reference(reference::weights),
        "children of runs of parents against declared weights, Cohen's w",
    ),
    metric(
        "join_selectivity",
        Measure::Reference(reference::selectivity),
        "rows of the join with the parent against the expected number",
    ),
    metric(
        "null_share",
        Measure::Column(null_share::measure),
        "share of NULLs against the declared share",
    ),
    metric(
        "support",
        Measure::Column(support::measure),
        "values that the declared distribution cannot give",
    ),
    metric("dirty", Measure::Elsewhere, "share of values that declared noise must have changed"),
    metric(
        "kolmogorov_smirnov",
        Measure::Column(shape::measure),
        "greatest distance from the declared cumulative distribution",
    ),
    metric(
        "wasserstein",
        Measure::Elsewhere,
        "mean distance from the declared quantiles, in standard deviations",
    ),
    metric(
        "zipf_law",
        Measure::Column(shape::zipf),
        "exponent and straightness of values by rank against the declared law",
    ),
    metric(
        "chi_square",
        Measure::Column(category::measure),
        "categories against their declared shares, Cohen's w",
    ),
    metric(
        "season",
        Measure::Column(season::measure),
        "months, weeks, weekdays or hours against declared weights, Cohen's w",
    ),
    metric(
        "derived",
        Measure::Column(derived::measure),
        "rows whose value differs from the recomputed one",
    ),
    metric(
        "after_column",
        Measure::Column(after_column::measure),
        "rows outside the declared distance from another column",
    ),
    metric(
        "pattern",
        Measure::Column(pattern::measure),
        "texts that do not match the declared pattern",
    ),
    metric(
        "provider",
        Measure::Column(provider::measure),
        "texts that the provider does not write: check digits, addresses, codes",
    ),
    metric(
        "distinct",
        Measure::Column(distinct::measure),
        "different values against as many as so many draws give",
    ),
    metric(
        "sequence",
        Measure::Column(sequence::measure),
        "numbers of the sequence that are missing or repeated",
    ),
    metric(
        "line_no",
        Measure::Column(line_no::measure),
        "parents whose rows are not numbered through",
    ),
    metric(
        "unjudged",
        Measure::Elsewhere,
        "values of a column of which nothing but their presence is judged, and why",
    ),
    metric("workload_rows", Measure::Elsewhere, "a workload query runs and returns rows"),
    metric(
        "workload_top1_share",
        Measure::Elsewhere,
        "share of a query's largest group against the expected one",
    ),
    metric("table_f1", Measure::Elsewhere, "tables shared with a gold schema"),
    metric("column_f1", Measure::Elsewhere, "columns shared with a gold schema"),
    metric("primary_key_f1", Measure::Elsewhere, "primary keys shared with a gold schema"),
    metric("foreign_key_f1", Measure::Elsewhere, "foreign keys shared with a gold schema"),
    metric(
        "graph_edit_distance",
        Measure::Elsewhere,
        "changes of tables and foreign keys that lead to the gold schema",
    ),
    metric(
        "real_kolmogorov_smirnov",
        Measure::Elsewhere,
        "greatest distance of a real and a synthetic column",
    ),
    metric(
        "real_wasserstein",
        Measure::Elsewhere,
        "mean distance of a real and a synthetic column, in real standard deviations",
    ),
    metric(
        "real_chi_square",
        Measure::Elsewhere,
        "categories of a real and a synthetic column, Cramer's V",
    ),
    metric(
        "pearson_delta",
        Measure::Elsewhere,
        "greatest difference of a pair's Pearson correlation",
    ),
    metric(
        "spearman_delta",
        Measure::Elsewhere,
        "greatest difference of a pair's Spearman correlation",
    ),
    metric(
        "information_delta",
        Measure::Elsewhere,
        "greatest difference of a pair's normalised mutual information",
    ),
    metric(
        "fidelity",
        Measure::Elsewhere,
        "mean likeness of columns and pairs to the real table",
    ),
];

/// Everything that is measured of one table.
pub(super) fn table(scope: &Scope<'_>, table: &Table) -> Result<TableReport, DbError> {
    let id = table.id();
    let mut report = TableReport {
        table: id.clone(),
        rows: scope.rows(table),
        ..TableReport::default()
    };
    for metric in METRICS {
        match metric.measure {
            Measure::Table(measure) => report.metrics.extend(measure(scope, table)?),
            Measure::Reference(measure) if report.rows > 0 => {
                for key in table.foreign_keys.iter().filter(|k| !scope.unread.contains(&k.ref_table)) {
                    report.metrics.extend(measure(scope, table, key)?);
                }
            }
            _ => {}
        }
    }
    for column in &table.columns {
        let Some(plan) = scope.plan(&id, &column.name) else {
            continue;
        };
        let subject = Subject { table, column, plan };
        let mut found = ColumnReport {
            column: column.name.clone(),
            declared: plan.distribution.kind().to_owned(),
            metrics: Vec::new(),
        };
        for metric in METRICS {
            if let Measure::Column(measure) = metric.measure
                && report.rows > 0
            {
                found.metrics.extend(measure(scope, &subject)?);
            }
        }
        if report.rows > 0 && found.metrics.iter().all(|m| matches!(m.metric.as_str(), "null_share" | "distinct")) {
            found.metrics.extend(unjudged(scope, &subject)?);
        }
        report.columns.push(found);
    }
    Ok(report)
}

/// A column that no metric is about, told with the reason. The parents' keys are measured as children per parent, and rows of a key as that key.
fn unjudged(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let (table, column) = (subject.table, subject.column);
    if scope.draws_parents(table, &column.name) {
        return Ok(Vec::new());
    }
    let reason = match &subject.plan.distribution {
        Distribution::Provider { name, .. } => format!("the texts that {name} gives are no list to look values up in"),
        other => format!("nothing is measured of {} values of type {}", other.kind(), column.sql_type),
    };
    let values = scope.rows(table).saturating_sub(scope.nulls(table, column)?);
    let result = MetricResult::shown("unjudged", subject.plan.distribution.kind(), values as f64, reason);
    Ok(vec![result])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<&str> = METRICS.iter().map(|m| m.name).collect();
        assert_eq!(names.len(), METRICS.len());
        assert!(METRICS.iter().all(|m| !m.about.is_empty()));
    }
}
