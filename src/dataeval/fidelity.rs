//! Synthetic tables against real ones of the same names: columns one by one, pairs of columns, and one score.
//!
//! The score is the mean likeness of columns (`1 - D` of numbers, `1 - total variation` of classes, as SDMetrics' column shapes) and of pairs
//! (`1 - |difference| / 2` of correlations, `1 - |difference|` of normalised information), each half. Limit: [`ROWS_MAX`] rows of either table, chosen
//! by the same hash of the row number as everywhere, and [`COLUMNS_MAX`] columns for pairs.

use super::scope::{axis, failed, sample};
use super::statistic::{chi_square, correlation, kolmogorov_smirnov as ks, mutual_information, wasserstein};
use super::thresholds::Thresholds;
use crate::database::DbError;
use crate::database::load::{quoted, table_name};
use crate::ir::evaluation::{Bound, ColumnReport, MetricResult, TableReport};
use crate::ir::{Column, SqlType, Table};
use duckdb::Connection;
use std::collections::BTreeMap;

/// Rows of a table that are compared.
const ROWS_MAX: u64 = 100_000;
/// Columns whose pairs are compared.
const COLUMNS_MAX: usize = 40;
/// Classes of a column that is compared as classes; a text with more of them is free text or a key.
const CLASSES_MAX: usize = 200;
/// Bins of a number column for mutual information.
const BINS: usize = 10;

/// One column of one table, fetched.
enum Values {
    /// NaN is NULL.
    Numbers(Vec<f64>),
    /// None is NULL.
    Classes(Vec<Option<String>>),
}

/// Compares one table. Columns that identify rows (keys) are left out: their values are names, not facts.
pub(super) fn measure(synthetic: &Connection, real: &Connection, table: &Table, t: &Thresholds) -> Result<TableReport, DbError> {
    let columns: Vec<&Column> = table.columns.iter().filter(|c| compared(table, c)).collect();
    let (rows, ours) = fetch(synthetic, table, &columns)?;
    let (real_rows, theirs) = fetch(real, table, &columns)?;
    let mut report = TableReport {
        table: table.id(),
        rows,
        ..TableReport::default()
    };
    if rows == 0 || real_rows == 0 {
        let side = if rows == 0 { "synthetic" } else { "real" };
        // Nothing to compare with is no likeness.
        report
            .metrics
            .push(MetricResult::judged("fidelity", "", 0.0, Bound::AtLeast, t.fidelity_min).noted(format!("the {side} table has no rows")));
        return Ok(report);
    }
    let mut shapes = Vec::new();
    for ((column, mine), other) in columns.iter().zip(&ours).zip(&theirs) {
        let (metrics, likeness) = one(mine, other, t);
        shapes.extend(likeness);
        report.columns.push(ColumnReport {
            column: column.name.clone(),
            declared: String::new(),
            metrics,
        });
    }
    let (metrics, pairs) = all_pairs(&columns, &ours, &theirs, rows.min(real_rows) as f64, t);
    report.metrics.extend(metrics);
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let score = match (shapes.is_empty(), pairs.is_empty()) {
        (false, false) => f64::midpoint(mean(&shapes), mean(&pairs)),
        (false, true) => mean(&shapes),
        _ => {
            report.metrics.push(MetricResult::unmeasured(
                "fidelity",
                "",
                "all columns are keys, free text, or of types that are not compared",
            ));
            return Ok(report);
        }
    };
    let result = MetricResult::judged("fidelity", "", score, Bound::AtLeast, t.fidelity_min)
        .with("columns", mean(&shapes))
        .with("real_rows", real_rows as f64);
    report.metrics.push(if pairs.is_empty() {
        result
    } else {
        result.with("pairs", mean(&pairs))
    });
    Ok(report)
}

fn compared(table: &Table, column: &Column) -> bool {
    let key = table.primary_key.contains(&column.name) || table.unique.iter().any(|u| u.as_slice() == [column.name.clone()]);
    let kind = &column.sql_type;
    let comparable =
        kind.is_numeric() || kind.is_temporal() || kind.is_text() || matches!(kind, SqlType::Bool | SqlType::Enum(_) | SqlType::Time);
    !key && comparable && table.foreign_keys_of(&column.name).next().is_none()
}

fn fetch(connection: &Connection, table: &Table, columns: &[&Column]) -> Result<(u64, Vec<Values>), DbError> {
    let rows: i64 = connection
        .query_row(&format!("SELECT count(*) FROM {}", table_name(table)), [], |r| r.get(0))
        .map_err(failed)?;
    let from = sample(table, rows.max(0) as u64, ROWS_MAX);
    let mut out = Vec::new();
    for column in columns {
        let name = quoted(&column.name);
        let numeric = !column.sql_type.is_text();
        let place = axis(&column.sql_type, &name).filter(|_| numeric);
        out.push(match place {
            Some(axis) => {
                let mut statement = connection
                    .prepare(&format!("SELECT coalesce({axis}, CAST('nan' AS DOUBLE)) {from}"))
                    .map_err(failed)?;
                let values = statement.query_map([], |r| r.get(0)).map_err(failed)?;
                Values::Numbers(values.collect::<Result<_, _>>().map_err(failed)?)
            }
            None => {
                let mut statement = connection
                    .prepare(&format!("SELECT CAST({name} AS VARCHAR) {from}"))
                    .map_err(failed)?;
                let values = statement.query_map([], |r| r.get(0)).map_err(failed)?;
                Values::Classes(values.collect::<Result<_, _>>().map_err(failed)?)
            }
        });
    }
    Ok((rows.max(0) as u64, out))
}

/// Values that are there, ascending, with counts.
fn counted(values: &[f64]) -> Vec<(f64, u64)> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
        .chunk_by(|a, b| a == b)
        .filter_map(|same| Some((*same.first()?, same.len() as u64)))
        .collect()
}

/// One column: its metrics, and its likeness where it has one.
fn one(mine: &Values, other: &Values, t: &Thresholds) -> (Vec<MetricResult>, Option<f64>) {
    match (mine, other) {
        (Values::Numbers(a), Values::Numbers(b)) => {
            let (a, b) = (counted(a), counted(b));
            if a.is_empty() || b.is_empty() {
                let alike = a.is_empty() && b.is_empty();
                let result = MetricResult::judged(
                    "real_kolmogorov_smirnov",
                    "",
                    if alike { 0.0 } else { 1.0 },
                    Bound::AtMost,
                    t.real_ks_max,
                );
                return (
                    vec![result.noted("one side or both have NULLs only")],
                    Some(if alike { 1.0 } else { 0.0 }),
                );
            }
            let test = ks::two_samples(&a, &b);
            let n: f64 = b.iter().map(|(_, c)| *c as f64).sum();
            let mean = b.iter().map(|(x, c)| x * *c as f64).sum::<f64>() / n;
            let spread = (b.iter().map(|(x, c)| (x - mean).powi(2) * *c as f64).sum::<f64>() / n).sqrt();
            let moved = wasserstein::between(&a, &b);
            let scale = if spread > 0.0 { spread } else { 1.0 };
            // By chance two halves of one table differ by about a standard error of the mean, seldom by five.
            let chance = 5.0 / test.n.max(1.0).sqrt();
            let distance = MetricResult::judged(
                "real_kolmogorov_smirnov",
                "",
                test.d,
                Bound::AtMost,
                t.real_ks_max.max(ks::noise(test.n, t.alpha)),
            );
            let moved = MetricResult::judged(
                "real_wasserstein",
                "",
                moved / scale,
                Bound::AtMost,
                t.real_wasserstein_max.max(chance),
            )
            .with("distance", moved);
            (
                vec![distance.with("p_value", test.p_value), moved.with("real_std", spread)],
                Some(1.0 - test.d),
            )
        }
        (Values::Classes(a), Values::Classes(b)) => {
            let count = |values: &[Option<String>]| {
                let mut counts: BTreeMap<String, f64> = BTreeMap::new();
                for value in values {
                    *counts
                        .entry(value.clone().map_or_else(|| "\0".into(), |v| format!("={v}")))
                        .or_default() += 1.0;
                }
                counts
            };
            let (a, b) = (count(a), count(b));
            let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
            names.sort();
            names.dedup();
            if names.len() > CLASSES_MAX {
                let note = format!("{} different texts are no classes", names.len());
                return (vec![MetricResult::unmeasured("real_chi_square", "", note)], None);
            }
            let row = |counts: &BTreeMap<String, f64>| names.iter().map(|n| counts.get(*n).copied().unwrap_or(0.0)).collect::<Vec<f64>>();
            let (a, b) = (row(&a), row(&b));
            let test = chi_square::homogeneity(&[a.clone(), b.clone()]);
            let (n, m): (f64, f64) = (a.iter().sum(), b.iter().sum());
            let variation = a.iter().zip(&b).map(|(x, y)| (x / n - y / m).abs()).sum::<f64>() / 2.0;
            let result = MetricResult::judged(
                "real_chi_square",
                "",
                test.w,
                Bound::AtMost,
                t.real_chi_square_w_max.max(test.noise(t.alpha)),
            )
            .with("chi_square", test.statistic)
            .with("dof", test.dof)
            .with("p_value", test.p_value)
            .with("cramers_v", test.cramers_v)
            .with("total_variation", variation);
            (vec![result], Some(1.0 - variation))
        }
        _ => (Vec::new(), None),
    }
}

/// Every pair of columns: the greatest differences as metrics, the likeness of each pair.
fn all_pairs(columns: &[&Column], ours: &[Values], theirs: &[Values], rows: f64, t: &Thresholds) -> (Vec<MetricResult>, Vec<f64>) {
    let mut likeness = Vec::new();
    let mut greatest: BTreeMap<&str, (f64, String, f64, f64)> = BTreeMap::new();
    let mut note = |metric: &'static str, pair: &str, real: f64, synthetic: f64| {
        let delta = (real - synthetic).abs();
        let entry = greatest.entry(metric).or_insert((-1.0, String::new(), 0.0, 0.0));
        if delta > entry.0 {
            *entry = (delta, pair.to_owned(), real, synthetic);
        }
    };
    let codes: Vec<(Vec<u32>, Vec<u32>)> = ours.iter().zip(theirs).map(|(a, b)| coded(a, b)).collect();
    for (i, first) in columns.iter().enumerate().take(COLUMNS_MAX) {
        for (j, second) in columns.iter().enumerate().take(COLUMNS_MAX).skip(i + 1) {
            let pair = format!("{}, {}", first.name, second.name);
            if let (Some(Values::Numbers(a)), Some(Values::Numbers(b)), Some(Values::Numbers(x)), Some(Values::Numbers(y))) =
                (ours.get(i), ours.get(j), theirs.get(i), theirs.get(j))
            {
                let ((a, b), (x, y)) = (both(a, b), both(x, y));
                let (mine, other) = (correlation::pearson(&a, &b), correlation::pearson(&x, &y));
                if mine.is_finite() && other.is_finite() {
                    note("pearson_delta", &pair, other, mine);
                    likeness.push(1.0 - (mine - other).abs() / 2.0);
                }
                let (mine, other) = (correlation::spearman(&a, &b), correlation::spearman(&x, &y));
                if mine.is_finite() && other.is_finite() {
                    note("spearman_delta", &pair, other, mine);
                }
            }
            if let (Some((a, x)), Some((b, y))) = (codes.get(i), codes.get(j))
                && !a.is_empty()
                && !b.is_empty()
            {
                let (mine, other) = (mutual_information::measure(a, b).1, mutual_information::measure(x, y).1);
                note("information_delta", &pair, other, mine);
                likeness.push(1.0 - (mine - other).abs());
            }
        }
    }
    // Two samples of one table differ by this much by chance; of many pairs the greatest difference is judged, which `alpha` allows for.
    let chance = t.errors() * (2.0 / rows.max(2.0)).sqrt();
    let metrics = greatest.into_iter().map(|(metric, (delta, pair, real, synthetic))| {
        let allowed = if metric == "information_delta" {
            t.real_information_max
        } else {
            t.real_correlation_max
        };
        MetricResult::judged(metric, pair, delta, Bound::AtMost, allowed.max(chance))
            .with("real", real)
            .with("synthetic", synthetic)
    });
    (metrics.collect(), likeness)
}

/// Rows in which both are there.
fn both(a: &[f64], b: &[f64]) -> (Vec<f64>, Vec<f64>) {
    a.iter()
        .zip(b)
        .filter(|(x, y)| !x.is_nan() && !y.is_nan())
        .map(|(x, y)| (*x, *y))
        .unzip()
}

/// Both tables' values as classes: texts as they are, numbers by the real table's quantiles. Empty where there are too many texts.
fn coded(mine: &Values, other: &Values) -> (Vec<u32>, Vec<u32>) {
    match (mine, other) {
        (Values::Numbers(a), Values::Numbers(b)) => {
            let mut sorted: Vec<f64> = b.iter().copied().filter(|x| !x.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            let mut ends: Vec<f64> = (1..BINS).filter_map(|k| sorted.get(sorted.len() * k / BINS).copied()).collect();
            ends.dedup();
            let code = |x: &f64| {
                if x.is_nan() {
                    u32::MAX
                } else {
                    ends.partition_point(|e| e <= x) as u32
                }
            };
            (a.iter().map(code).collect(), b.iter().map(code).collect())
        }
        (Values::Classes(a), Values::Classes(b)) => {
            let mut names: Vec<&Option<String>> = a.iter().chain(b).collect();
            names.sort();
            names.dedup();
            if names.len() > CLASSES_MAX {
                return (Vec::new(), Vec::new());
            }
            let code = |x: &Option<String>| names.binary_search(&x).unwrap_or(0) as u32;
            (a.iter().map(code).collect(), b.iter().map(code).collect())
        }
        _ => (Vec::new(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::evaluation::Verdict;

    fn table() -> Table {
        let column = |name: &str, sql_type: &str| Column::new(name, sql_type.parse().unwrap_or(SqlType::Text));
        Table {
            name: "t".into(),
            columns: vec![
                column("id", "INT32"),
                column("x", "FLOAT64"),
                column("y", "FLOAT64"),
                column("c", "TEXT"),
            ],
            primary_key: vec!["id".into()],
            ..Table::default()
        }
    }

    /// x spread evenly, y follows x, c follows x: three classes of shares 1/2, 1/3, 1/6.
    const REAL: &str = "SELECT range AS id, ((range * 7919) % 3000)::DOUBLE AS x, (((range * 7919) % 3000) * 2 + (range * 104729) % 500)::DOUBLE AS y, \
        CASE WHEN (range * 7919) % 3000 < 1500 THEN 'a' WHEN (range * 7919) % 3000 < 2500 THEN 'b' ELSE 'c' END AS c FROM range(3000)";

    fn failed(synthetic: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let real = Connection::open_in_memory()?;
        real.execute_batch(&format!("CREATE TABLE t AS {REAL}"))?;
        let mine = Connection::open_in_memory()?;
        mine.execute_batch(&format!("CREATE TABLE t AS {synthetic}"))?;
        let report = measure(&mine, &real, &table(), &Thresholds::default())?;
        let all = report.metrics.iter().chain(report.columns.iter().flat_map(|c| &c.metrics));
        Ok(all.filter(|m| m.verdict == Verdict::Failed).map(|m| m.metric.clone()).collect())
    }

    #[test]
    fn each_difference_fails_the_metric_that_is_about_it() -> Result<(), Box<dyn std::error::Error>> {
        assert_eq!(failed(REAL)?, Vec::<String>::new());
        let shifted = failed(&REAL.replace("% 3000)::DOUBLE AS x", "% 3000)::DOUBLE + 900 AS x"))?;
        assert_eq!(shifted, ["real_kolmogorov_smirnov", "real_wasserstein"]);
        let classes = failed(&REAL.replace("THEN 'a'", "THEN 'b'"))?;
        assert!(
            classes.contains(&"real_chi_square".to_owned()) && classes.contains(&"information_delta".to_owned()),
            "{classes:?}"
        );
        // The same columns, y against another row's x.
        let shuffled = failed(&format!(
            "SELECT a.id, a.x, b.y, a.c FROM ({REAL}) a JOIN ({REAL}) b ON b.id = (a.id + 1777) % 3000"
        ))?;
        // Shifted as a whole, y still tells x: the information stays, the correlations go.
        assert_eq!(shuffled, ["pearson_delta", "spearman_delta"]);
        let nothing = failed(&format!("{REAL} LIMIT 0"))?;
        assert_eq!(nothing, ["fidelity"]);
        let other = failed("SELECT range AS id, (range % 7)::DOUBLE AS x, 5.0::DOUBLE AS y, 'z' AS c FROM range(3000)")?;
        assert!(other.contains(&"fidelity".to_owned()), "{other:?}");
        Ok(())
    }
}
