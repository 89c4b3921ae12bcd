//! Distinct values against as many as so many draws give: what has a form only (patterns, providers, days of a season) is not one value over and over.
//!
//! Judged is half of the expected number: the form's values are as likely each, but for what the declaration does not say. Limit: fewer than [`ROWS_MIN`]
//! rows are left aside, since chance repeats a value of few.

use super::{Measured, after_column, condition, provider};
use crate::database::load::quoted;
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::{Distribution, Granularity};
use crate::ir::{Column, SqlType};

const ROWS_MIN: f64 = 50.0;
/// Least part of the expected number.
const PART: f64 = 0.5;

/// Values in groups: how many, and the share of the rows that they have together, each as likely.
struct Values {
    /// What is counted, in words and in SQL.
    of: &'static str,
    value: String,
    /// Rows that are counted, in SQL.
    rows: Option<String>,
    groups: Vec<(f64, f64)>,
}

/// Distinct values of `n` draws.
fn expected(groups: &[(f64, f64)], n: f64) -> f64 {
    let of = |(values, share): &(f64, f64)| -(n * (-(share / values)).ln_1p()).exp_m1() * values;
    groups.iter().filter(|(values, share)| *values > 0.0 && *share > 0.0).map(of).sum()
}

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let (table, column) = (subject.table, subject.column);
    if scope.draws_parents(table, &column.name) {
        return Ok(Vec::new());
    }
    let Some(values) = values(scope, column, &subject.plan.distribution) else {
        return Ok(Vec::new());
    };
    let rows = values.rows.map_or(String::new(), |rows| format!(" WHERE {rows}"));
    let sql = format!(
        "SELECT CAST(count(v) AS DOUBLE), CAST(count(DISTINCT v) AS DOUBLE) FROM (SELECT {} AS v FROM (SELECT * {}){rows})",
        values.value,
        scope.sample(table)
    );
    let found = match scope.pairs(&sql) {
        Ok(found) => found,
        Err(error) => {
            let reason = super::constraint::first_line(&error.to_string());
            return Ok(vec![MetricResult::unmeasured("distinct", values.of, reason)]);
        }
    };
    let Some((n, distinct)) = found.first().copied().filter(|(n, _)| *n >= ROWS_MIN) else {
        return Ok(Vec::new());
    };
    let expected = expected(&values.groups, n);
    // One value is what a form of one gives, and no other.
    let least = (PART * expected).max(if expected > 1.999 { 2.0 } else { 1.0 });
    let result = MetricResult::judged("distinct", values.of, distinct, Bound::AtLeast, least.floor())
        .with("expected", expected)
        .with("rows", n);
    Ok(vec![condition::under_conditions(scope, subject, result)])
}

/// None of distributions whose values are tested by their shares.
fn values(scope: &Scope<'_>, column: &Column, distribution: &Distribution) -> Option<Values> {
    let name = quoted(&column.name);
    let plain = |of: &'static str, groups: Vec<(f64, f64)>| {
        Some(Values {
            of,
            value: format!("CAST({name} AS VARCHAR)"),
            rows: None,
            groups,
        })
    };
    match distribution {
        Distribution::Pattern { pattern } => {
            let width = match column.sql_type {
                SqlType::Varchar(n) | SqlType::Char(n) => n as usize,
                _ => usize::MAX,
            };
            let of = |c: char| match c {
                '#' => 10.0,
                '?' => 26.0,
                _ => 1.0,
            };
            let all: f64 = pattern.chars().take(width).map(of).product();
            plain("", vec![(all, 1.0)])
        }
        Distribution::Provider { name, .. } if name.starts_with("list.") => {
            let words = provider::words(scope, distribution)?;
            let all: std::collections::BTreeSet<&String> = words.iter().collect();
            // A word that comes twice in the list is as likely as two.
            plain("", vec![(all.len() as f64, all.len() as f64 / words.len().max(1) as f64)])
        }
        Distribution::Provider { name, options } => {
            let all = (scope.abilities.distinct)(name, options.get("locale").and_then(|l| l.as_str()))?;
            // Which values are more likely is the provider's own affair; that there are two is not.
            plain("", vec![(2.0_f64.min(all as f64), 1.0)])
        }
        Distribution::Seasonal {
            granularity,
            weights,
            year_range: [first, last],
        } if matches!(column.sql_type, SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz) => {
            let days = f64::from((last - first + 1).max(1)) * 365.25;
            let total: f64 = weights.iter().sum();
            let groups = match granularity {
                // An hour comes on every day.
                Granularity::Hour => vec![(days, 1.0)],
                _ => weights.iter().map(|w| (days / weights.len() as f64, w / total)).collect(),
            };
            Some(Values {
                of: "days",
                value: format!("CAST({name} AS DATE)"),
                rows: None,
                groups,
            })
        }
        Distribution::AfterColumn { .. } => {
            let (of, value, rows, all) = after_column::distances(column, distribution)?;
            Some(Values {
                of,
                value,
                rows: Some(rows),
                groups: vec![(all, 1.0)],
            })
        }
        // The part that has the most: the others' values may be among them.
        Distribution::Mixture { components } if column.sql_type.is_text() || column.sql_type.is_temporal() => {
            let total: f64 = components.iter().map(|c| c.weight).sum();
            let parts = components.iter().filter_map(|c| {
                let mut part = values(scope, column, &c.distribution)?;
                part.groups.iter_mut().for_each(|(_, share)| *share *= c.weight / total);
                Some(part)
            });
            parts.max_by(|a, b| expected(&a.groups, 1_000.0).total_cmp(&expected(&b.groups, 1_000.0)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataeval::statistic::near;

    #[test]
    fn draws_repeat_values_of_few() {
        near(expected(&[(2.0, 1.0)], 1.0), 1.0, 1e-12);
        near(expected(&[(365.0, 1.0)], 23.0), 22.324, 1e-2);
        near(expected(&[(1.0, 0.5), (1e9, 0.5)], 100.0), 51.0, 1e-3);
        near(expected(&[(1.0, 1.0), (4.0, 0.0)], 100.0), 1.0, 1e-12);
    }
}
