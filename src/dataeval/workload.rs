//! The workload: its queries run, return rows, and have the skew that is expected of their results.
//!
//! The measure of a result is its last numeric column; shares and Gini are of that. A query is one SELECT, read first and run on a read-only connection
//! under a time limit. Times are taken only when asked for.

use super::scope::Scope;
use super::statistic::gini;
use crate::database::{Backend, DbError, Duck};
use crate::ir::evaluation::{Bound, MetricResult, WorkloadReport};
use crate::ir::workload::{WorkloadKind, WorkloadTarget};
use crate::query::parse;
use std::time::Instant;

/// Groups whose values are fetched for Gini's coefficient; of more, a query's top share alone is told.
const GROUPS_MAX: u64 = 100_000;

/// Runs every query.
pub(super) fn measure(scope: &Scope<'_>, duck: &Duck, timed: bool) -> Vec<WorkloadReport> {
    scope
        .ir
        .workload
        .targets
        .iter()
        .map(|target| one(scope, duck, target, timed))
        .collect()
}

fn one(scope: &Scope<'_>, duck: &Duck, target: &WorkloadTarget, timed: bool) -> WorkloadReport {
    let kind = match target.kind {
        WorkloadKind::GroupBy => "group_by",
        WorkloadKind::Join => "join",
        WorkloadKind::Filter => "filter",
    };
    let mut report = WorkloadReport {
        kind: kind.to_owned(),
        sql: target.sql.clone(),
        ..WorkloadReport::default()
    };
    let started = Instant::now();
    let found = parse::query(&target.sql)
        .map_err(|e| e.to_string())
        .and_then(|query| result(scope, duck, &query.to_string()).map_err(|e| e.to_string()));
    if timed {
        report.elapsed_ms = Some((started.elapsed().as_secs_f64() * 1e4).round() / 10.0);
    }
    match found {
        Err(message) => {
            // A query that the data must answer and that cannot run is a failure, not a gap.
            let failed = MetricResult::judged("workload_rows", kind, 0.0, Bound::AtLeast, 1.0);
            report.metrics.push(failed.noted(message.lines().next().unwrap_or_default()));
            if target.expected_top1_share.is_some() {
                report
                    .metrics
                    .push(MetricResult::unmeasured("workload_top1_share", kind, "the query did not run"));
            }
        }
        Ok(found) => {
            report.rows = Some(found.rows);
            report.gini = found.gini.map(rounded);
            report.top1_share = found.top1_share.map(rounded);
            let rows = MetricResult::judged("workload_rows", kind, found.known as f64, Bound::AtLeast, 1.0);
            report.metrics.push(rows.noted(if found.rows > 0 && found.known == 0 {
                "every value is NULL"
            } else {
                ""
            }));
            if let Some(expected) = target.expected_top1_share {
                report.metrics.push(match found.top1_share {
                    Some(share) => {
                        let off = (share - expected).abs();
                        MetricResult::judged("workload_top1_share", kind, off, Bound::AtMost, scope.thresholds.top1_share_max)
                            .with("share", share)
                            .with("expected", expected)
                    }
                    None => MetricResult::judged(
                        "workload_top1_share",
                        kind,
                        f64::NAN,
                        Bound::AtMost,
                        scope.thresholds.top1_share_max,
                    )
                    .noted("the result has no numeric column with values not below 0"),
                });
            }
        }
    }
    report
}

/// What a query returned, in short.
struct Found {
    rows: u64,
    /// Rows that are not all NULL.
    known: u64,
    gini: Option<f64>,
    top1_share: Option<f64>,
}

fn result(scope: &Scope<'_>, duck: &Duck, sql: &str) -> Result<Found, DbError> {
    let described = duck.query(&format!("DESCRIBE {sql}"), scope.thresholds.query_timeout_ms)?;
    let types: Vec<String> = described
        .rows()
        .map(|r| r.into_iter().nth(1).flatten().unwrap_or_default())
        .collect();
    let aliases: Vec<String> = (0..types.len()).map(|i| format!("c{i}")).collect();
    let numeric = |t: &String| {
        [
            "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "UINTEGER", "FLOAT", "DOUBLE", "DECIMAL",
        ]
        .iter()
        .any(|n| t.starts_with(n))
    };
    let measure = types
        .iter()
        .rposition(numeric)
        .map_or("CAST(NULL AS DOUBLE)".to_owned(), |i| format!("CAST(c{i} AS DOUBLE)"));
    let known: Vec<String> = aliases.iter().map(|a| format!("{a} IS NOT NULL")).collect();
    let table = format!(
        "FROM (SELECT {measure} AS m, ({}) AS known FROM ({sql}) AS q({}))",
        known.join(" OR "),
        aliases.join(", ")
    );
    // The query runs once: its groups are materialised, then looked at.
    let summary = format!(
        "WITH g AS MATERIALIZED (SELECT m, known {table}) SELECT count(*), count(*) FILTER (known), min(m), max(m), sum(m), \
         CASE WHEN count(*) <= {GROUPS_MAX} THEN list(m ORDER BY m) FILTER (m IS NOT NULL) END FROM g"
    );
    // Through the backend for its time limit; the list comes as text.
    let answer = duck.query(&summary, scope.thresholds.query_timeout_ms)?;
    let row = answer.rows().next().unwrap_or_default();
    let cell = |i: usize| row.get(i).cloned().flatten();
    let number = |i: usize| cell(i).and_then(|t| t.parse::<f64>().ok());
    let (least, most, sum) = (number(2), number(3), number(4));
    let top1_share = match (least, most, sum) {
        (Some(least), Some(most), Some(sum)) if least >= 0.0 && sum > 0.0 => Some(most / sum),
        _ => None,
    };
    let values: Option<Vec<f64>> = cell(5).map(|text| {
        text.trim_matches(['[', ']'])
            .split(',')
            .filter_map(|x| x.trim().parse().ok())
            .collect()
    });
    Ok(Found {
        rows: number(0).unwrap_or(0.0) as u64,
        known: number(1).unwrap_or(0.0) as u64,
        gini: values.as_deref().and_then(gini::coefficient),
        top1_share,
    })
}

/// Six decimals: sums of floats differ in their last digits.
fn rounded(x: f64) -> f64 {
    (x * 1e6).round() / 1e6
}
