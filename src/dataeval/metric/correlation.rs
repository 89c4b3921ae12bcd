//! Correlated groups: Spearman's correlation of every pair against what the declared copula gives, `6 / pi * asin(r / 2)`.

use super::Measured;
use crate::database::load::quoted;
use crate::dataeval::scope::{Scope, axis};
use crate::dataeval::statistic::correlation::spearman;
use crate::ir::Table;
use crate::ir::evaluation::{Bound, MetricResult};
use std::collections::BTreeSet;

/// Rows that are ranked.
const ROWS_MAX: usize = 100_000;
/// Fewest distinct values of a column that is as good as continuous; ties draw a rank correlation towards 0.
const DISTINCT_MIN: usize = 30;

pub(super) fn measure(scope: &Scope<'_>, table: &Table) -> Measured {
    const NAME: &str = "correlation";
    let id = table.id();
    let mut out = Vec::new();
    for group in scope.ir.generation.correlations.iter().filter(|g| g.table == id) {
        for (i, first) in group.columns.iter().enumerate() {
            for (j, second) in group.columns.iter().enumerate().skip(i + 1) {
                let of = format!("{first}, {second}");
                let axes = [first, second].map(|name| axis(&table.column(name)?.sql_type, &quoted(name)));
                let Some(r) = group.matrix.get(i).and_then(|row| row.get(j)) else {
                    out.push(MetricResult::unmeasured(NAME, of, "the matrix has no such entry"));
                    continue;
                };
                let [Some(a), Some(b)] = axes else {
                    out.push(MetricResult::unmeasured(NAME, of, "the columns are no numbers or dates"));
                    continue;
                };
                let sql = format!(
                    "SELECT a, b FROM (SELECT {a} AS a, {b} AS b {}) WHERE a IS NOT NULL AND b IS NOT NULL LIMIT {ROWS_MAX}",
                    scope.sample(table)
                );
                let pairs = scope.pairs(&sql)?;
                let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
                if x.len() < 10 {
                    out.push(MetricResult::unmeasured(NAME, of, "fewer than 10 rows have both values"));
                    continue;
                }
                let rho = spearman(&x, &y);
                let wanted = 6.0 / std::f64::consts::PI * (r / 2.0).asin();
                let n = x.len() as f64;
                let chance = scope.thresholds.errors() * 1.1 * (1.0 - wanted * wanted).max(0.0) / (n - 1.0).sqrt();
                let result = MetricResult::judged(
                    NAME,
                    of,
                    (rho - wanted).abs(),
                    Bound::AtMost,
                    scope.thresholds.correlation_max.max(chance),
                )
                .with("spearman", rho)
                .with("declared", *r)
                .with("expected", wanted)
                .with("rows", n);
                let coarse = [&x, &y]
                    .iter()
                    .any(|v| v.iter().map(|x| x.to_bits()).collect::<BTreeSet<u64>>().len() < DISTINCT_MIN);
                out.push(if coarse {
                    result.unjudged(format!(
                        "a column has fewer than {DISTINCT_MIN} values; ties draw a rank correlation towards 0"
                    ))
                } else {
                    result
                });
            }
        }
    }
    Ok(out)
}
