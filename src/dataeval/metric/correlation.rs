//! Correlated groups: Spearman's correlation of every pair against what the declared copula gives: `6 / pi * asin(r / 2)` of columns without ties, less
//! where values tie (Poisson counts, categories), which is computed from the shares of their values.
//!
//! Categories rank as they are listed, since that is the order in which the copula gives them.

use super::{Measured, category};
use crate::database::load::{literal, quoted};
use crate::dataeval::scope::{Scope, axis};
use crate::dataeval::statistic::correlation::spearman;
use crate::dataeval::statistic::normal;
use crate::ir::Table;
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::Distribution;

/// Rows that are ranked.
const ROWS_MAX: usize = 100_000;
/// Fewest distinct values of a column that is as good as continuous; ties draw a rank correlation towards 0.
const DISTINCT_MIN: usize = 100;
/// Points of the first column's normal score that a tied pair is summed over.
const POINTS: usize = 2_000;

pub(super) fn measure(scope: &Scope<'_>, table: &Table) -> Measured {
    const NAME: &str = "correlation";
    let id = table.id();
    let mut out = Vec::new();
    for group in scope.ir.generation.correlations.iter().filter(|g| g.table == id) {
        for (i, first) in group.columns.iter().enumerate() {
            for (j, second) in group.columns.iter().enumerate().skip(i + 1) {
                let of = format!("{first}, {second}");
                let axes = [place(scope, table, first), place(scope, table, second)];
                let Some(r) = group.matrix.get(i).and_then(|row| row.get(j)) else {
                    out.push(MetricResult::unmeasured(NAME, of, "the matrix has no such entry"));
                    continue;
                };
                let [a, b] = match axes {
                    [Ok(a), Ok(b)] => [a, b],
                    [Err(reason), _] | [_, Err(reason)] => {
                        out.push(MetricResult::unmeasured(NAME, of, reason));
                        continue;
                    }
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
                let wanted = expected(*r, &steps(&x), &steps(&y));
                let n = x.len() as f64;
                let chance = scope.thresholds.errors() * 1.1 * (1.0 - wanted * wanted).max(0.0) / (n - 1.0).sqrt();
                // A changed number ranks anywhere.
                let spoiled = |name: &str| scope.plan(&id, name).and_then(|p| p.dirty).map_or(0.0, |d| d.outliers + d.units);
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
                out.push(result.with_room(2.0 * (spoiled(first) + spoiled(second))));
            }
        }
    }
    Ok(out)
}

/// Where a column's values rank, as SQL; the error says why they do not.
fn place(scope: &Scope<'_>, table: &Table, name: &str) -> Result<String, String> {
    let column = table.column(name).ok_or_else(|| format!("there is no column {name}"))?;
    let plan = scope.plan(&table.id(), name);
    if let Some(distribution @ Distribution::Categorical { values, .. }) = plan.map(|p| &p.distribution) {
        if values.iter().any(serde_json::Value::is_null) {
            return Err(format!("NULL is among the listed values of {name}, and has no rank"));
        }
        let listed = category::listed(distribution).unwrap_or_default();
        let texts = category::texts(scope, &column.sql_type, &listed).map_err(|e| super::constraint::first_line(&e.to_string()))?;
        let ranks = texts
            .iter()
            .enumerate()
            .map(|(i, text)| format!("WHEN {} THEN {i}.0::DOUBLE", literal(text)));
        let ranks: Vec<String> = ranks.collect();
        return Ok(format!("CASE CAST({} AS VARCHAR) {} END", quoted(name), ranks.join(" ")));
    }
    axis(&column.sql_type, &quoted(name))
        .ok_or_else(|| format!("{name} holds no numbers, days or listed values, so its values have no rank"))
}

/// The cumulative shares at which the values of a column with ties end, the last one 1; nothing of one that is as good as continuous.
fn steps(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let runs = sorted.chunk_by(|a, b| a == b);
    let mut seen = 0;
    let ends: Vec<f64> = runs
        .map(|run| {
            seen += run.len();
            seen as f64 / values.len() as f64
        })
        .collect();
    if ends.len() < DISTINCT_MIN { ends } else { Vec::new() }
}

/// Spearman's correlation of a Gaussian copula with `r` whose columns tie at these steps: the correlation of the values' middle ranks.
fn expected(r: f64, first: &[f64], second: &[f64]) -> f64 {
    if first.is_empty() && second.is_empty() {
        return 6.0 / std::f64::consts::PI * (r / 2.0).asin();
    }
    // Of a step from a to b: its middle rank and its share.
    let cells = |steps: &[f64]| -> Vec<(f64, f64, f64)> {
        let from = std::iter::once(0.0).chain(steps.iter().copied());
        from.zip(steps).map(|(a, b)| (a, *b, f64::midpoint(a, *b) - 0.5)).collect()
    };
    let (first, second) = (cells(first), cells(second));
    let variance = |cells: &[(f64, f64, f64)]| match cells {
        [] => 1.0 / 12.0,
        cells => cells.iter().map(|(a, b, rank)| (b - a) * rank * rank).sum(),
    };
    let rest = (1.0 - r * r).max(1e-12).sqrt();
    let ends: Vec<f64> = second
        .iter()
        .map(|(_, b, _)| if *b < 1.0 { normal::quantile(*b) } else { f64::INFINITY })
        .collect();
    let mut sum = 0.0;
    for i in 0..POINTS {
        let u = (i as f64 + 0.5) / POINTS as f64;
        let z = normal::quantile(u);
        let own = match first.iter().find(|(_, b, _)| u <= *b) {
            Some((.., rank)) => *rank,
            None => u - 0.5,
        };
        // The mean middle rank of the other column where the first one's score is z.
        let other = if second.is_empty() {
            normal::cdf(r * z / (2.0 - r * r).sqrt()) - 0.5
        } else {
            let mut below = 0.0;
            let parts = second.iter().zip(&ends).map(|((.., rank), end)| {
                let up_to = if end.is_finite() { normal::cdf((end - r * z) / rest) } else { 1.0 };
                let share = up_to - below;
                below = up_to;
                share * rank
            });
            parts.sum()
        };
        sum += own * other;
    }
    let spread = (variance(&first) * variance(&second)).sqrt();
    if spread > 0.0 { sum / POINTS as f64 / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataeval::statistic::near;

    #[test]
    fn ties_draw_the_expected_correlation_towards_0() {
        near(expected(0.6, &[], &[]), 0.581_920, 1e-5);
        // Many steps are as good as none.
        let fine: Vec<f64> = (1..=400).map(|i| f64::from(i) / 400.0).collect();
        near(expected(0.6, &fine, &[]), 0.581_920, 1e-3);
        near(expected(0.6, &fine, &fine), 0.581_920, 1e-3);
        // Two halves of a normal each: 2 / pi asin(r), the phi coefficient of the quadrants (Sheppard 1899).
        near(
            expected(0.6, &[0.5, 1.0], &[0.5, 1.0]),
            2.0 / std::f64::consts::PI * 0.6_f64.asin(),
            1e-3,
        );
        near(
            expected(-0.6, &[0.5, 1.0], &[0.5, 1.0]),
            -2.0 / std::f64::consts::PI * 0.6_f64.asin(),
            1e-3,
        );
        // A step and a continuous column agree whichever is first.
        near(expected(0.6, &[0.2, 0.7, 1.0], &[]), expected(0.6, &[], &[0.2, 0.7, 1.0]), 1e-3);
        assert_eq!(steps(&[1.0, 2.0, 1.0, 3.0]), [0.5, 0.75, 1.0]);
    }
}
