//! The share of NULLs against the declared share.

use super::{Measured, condition};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::Distribution;

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let (table, column) = (subject.table, subject.column);
    if !column.nullable || table.primary_key.contains(&column.name) {
        // NULLs there are counted as violations of NOT NULL.
        return Ok(Vec::new());
    }
    let nulls = scope.nulls(table, column)?;
    let rows = scope.rows(table) as f64;
    let share = nulls as f64 / rows;
    let dirt = subject.plan.dirty.map_or(0.0, |d| d.nulls);
    let expected = 1.0 - (1.0 - subject.plan.null_fraction) * (1.0 - dirt);
    let chance = scope.thresholds.share_by_chance(expected, rows);
    let result = MetricResult::judged(
        "null_share",
        "",
        (share - expected).abs(),
        Bound::AtMost,
        scope.thresholds.null_share_max.max(chance),
    )
    .with("share", share)
    .with("declared", expected);
    let reason = match &subject.plan.distribution {
        _ if scope.is_reference(table, &column.name) => {
            Some("a reference is NULL also where no parent fits, at the roots of a tree, and past the last parent")
        }
        _ if scope.is_referred(&table.id(), &column.name) => Some("a foreign key refers to it, so it has no NULLs"),
        Distribution::AfterColumn { .. } => Some("NULL also where the earlier column is, and where the day has not come"),
        Distribution::Derived { .. } => Some("NULL also where the expression is"),
        Distribution::Categorical { values, .. } if values.iter().any(serde_json::Value::is_null) => {
            Some("NULL is among the listed values")
        }
        _ => None,
    };
    Ok(vec![match reason {
        Some(reason) => result.unjudged(reason),
        None => condition::under_conditions(scope, subject, result),
    }])
}
