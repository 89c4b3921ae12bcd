//! Seasonal dates: the declared weights of months, weeks, weekdays or hours, and even years.

use super::{Measured, category, condition};
use crate::database::load::{literal, quoted, table_name};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::SqlType;
use crate::ir::evaluation::MetricResult;
use crate::ir::generation::{Distribution, Granularity};

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    const NAME: &str = "season";
    let Distribution::Seasonal {
        granularity,
        weights,
        year_range: [first, last],
    } = &subject.plan.distribution
    else {
        return Ok(Vec::new());
    };
    if scope.draws_parents(subject.table, &subject.column.name) {
        return Ok(Vec::new());
    }
    let name = quoted(&subject.column.name);
    let (what, slot) = slot(*granularity, &name);
    let seen = match (&subject.column.sql_type, granularity) {
        (SqlType::Time, Granularity::Hour) | (SqlType::Timestamp | SqlType::TimestampTz, _) => true,
        (SqlType::Date, other) => *other != Granularity::Hour,
        _ => false,
    };
    let mut out = Vec::new();
    let counts = |sql: &str| {
        scope.histogram(&format!(
            "SELECT CAST({sql} AS DOUBLE) AS slot, count(*) FROM {} WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY 1",
            table_name(subject.table)
        ))
    };
    if seen {
        let total: f64 = weights.iter().sum();
        let shares: Vec<f64> = weights.iter().map(|w| w / total).collect();
        out.push(spread(scope, what, &counts(&slot)?, 0.0, &shares));
    } else {
        out.push(MetricResult::unmeasured(
            NAME,
            what,
            format!("a {} column has no {what}", subject.column.sql_type),
        ));
    }
    let years = (last - first + 1).max(1);
    if subject.column.sql_type.is_temporal() && years > 1 {
        let even = vec![1.0 / f64::from(years); years as usize];
        out.push(spread(scope, "years", &counts(&format!("year({name})"))?, f64::from(*first), &even));
    }
    Ok(out
        .into_iter()
        .map(|r| condition::under_conditions(scope, subject, r.with_room(condition::spoiled(subject))))
        .collect())
}

/// What a granularity counts, and the number of a value's slot, from 0.
fn slot(granularity: Granularity, name: &str) -> (&'static str, String) {
    match granularity {
        Granularity::Month => ("months", format!("month({name}) - 1")),
        // The last week takes the days that are left of the year.
        Granularity::Week => ("weeks", format!("least((dayofyear({name}) - 1) // 7, 51)")),
        Granularity::Weekday => ("weekdays", format!("isodow({name}) - 1")),
        Granularity::Hour => ("hours", format!("hour({name})")),
    }
}

/// Most days of the declared years that stand for all of them; more are skipped over by a stride, so that weekdays and months keep their shares.
const DAYS_MAX: i64 = 1_500;

/// The declared days or hours as SQL, with their shares; None of types that hold neither.
pub(super) fn values(
    scope: &Scope<'_>,
    sql_type: &SqlType,
    granularity: Granularity,
    weights: &[f64],
    [first, last]: [i32; 2],
) -> Option<Vec<(String, f64)>> {
    let days = i64::from(last - first + 1).max(1) * 366;
    let stride = match (days / DAYS_MAX + 1, sql_type) {
        (n, SqlType::Date) => n,
        // Every hour of a day is a value.
        (n, _) => n * 5,
    };
    let stride = if stride % 7 == 0 { stride + 1 } else { stride };
    let all = format!(
        "SELECT CAST(unnest(range(DATE '{first}-01-01', DATE '{}-01-01', INTERVAL {stride} DAY)) AS TIMESTAMP) AS d",
        last + 1
    );
    let hours = "SELECT unnest(range(24)) AS h";
    let (moments, typed) = match sql_type {
        SqlType::Date => (all, "DATE"),
        SqlType::Timestamp | SqlType::TimestampTz => (
            format!("SELECT d + to_hours(h) + INTERVAL 30 MINUTE AS d FROM ({all}), ({hours})"),
            "TIMESTAMP",
        ),
        SqlType::Time => (
            format!("SELECT TIMESTAMP '2001-01-01' + to_hours(h) + INTERVAL 30 MINUTE AS d FROM ({hours})"),
            "TIME",
        ),
        _ => return None,
    };
    let (_, slot) = slot(granularity, "d");
    let counts = scope
        .text_counts(&format!(
            "SELECT CAST(CAST(d AS {typed}) AS VARCHAR), CAST({slot} AS BIGINT) FROM ({moments})"
        ))
        .ok()?;
    let mut of = vec![0.0; weights.len()];
    for slot in counts.values() {
        *of.get_mut(*slot as usize)? += 1.0;
    }
    let total: f64 = weights.iter().zip(&of).filter(|(_, n)| **n > 0.0).map(|(w, _)| w).sum();
    let share = |slot: u64| Some(weights.get(slot as usize)? / total / of.get(slot as usize)?);
    counts
        .into_iter()
        .map(|(text, slot)| Some((format!("CAST({} AS {typed})", literal(&text)), share(slot)?)))
        .collect()
}

/// Counts of slots that start at `from` against their shares. A slot outside is a year outside, which `support` counts.
fn spread(scope: &Scope<'_>, what: &str, counts: &[(f64, u64)], from: f64, shares: &[f64]) -> MetricResult {
    let mut observed = vec![0.0; shares.len()];
    for (slot, count) in counts {
        let at = slot - from;
        if at >= 0.0
            && let Some(cell) = observed.get_mut(at as usize)
        {
            *cell += *count as f64;
        }
    }
    if observed.iter().sum::<f64>() == 0.0 {
        return MetricResult::unmeasured("season", what, "no value is in the declared years");
    }
    category::judged(scope, "season", what, &observed, shares)
}
