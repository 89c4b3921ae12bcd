//! Seasonal dates: the declared weights of months, weeks, weekdays or hours, and even years.

use super::{Measured, category, condition};
use crate::database::load::{quoted, table_name};
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
    if scope.is_reference(subject.table, &subject.column.name) {
        return Ok(Vec::new());
    }
    let name = quoted(&subject.column.name);
    let (what, slot) = match granularity {
        Granularity::Month => ("months", format!("month({name}) - 1")),
        // The last week takes the days that are left of the year.
        Granularity::Week => ("weeks", format!("least((dayofyear({name}) - 1) // 7, 51)")),
        Granularity::Weekday => ("weekdays", format!("isodow({name}) - 1")),
        Granularity::Hour => ("hours", format!("hour({name})")),
    };
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
