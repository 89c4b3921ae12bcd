//! The share of NULLs against the declared share.
//!
//! Where NULLs come from elsewhere too (the earlier column, the expression, parents that run out), the share is that of the rows where they do not.

use super::{Measured, after_column, condition, derived};
use crate::database::load::{quoted, table_name};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::evaluation::{Bound, MetricResult, Verdict};
use crate::ir::generation::Distribution;

const NAME: &str = "null_share";

/// Rows whose NULLs are declared, and how many of them are NULL.
struct Counted {
    of: String,
    rows: f64,
    nulls: f64,
}

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let (table, column) = (subject.table, subject.column);
    if !column.nullable || table.primary_key.contains(&column.name) {
        // NULLs there are counted as violations of NOT NULL.
        return Ok(Vec::new());
    }
    let dirt = subject.plan.dirty.map_or(0.0, |d| d.nulls);
    let expected = 1.0 - (1.0 - subject.plan.null_fraction) * (1.0 - dirt);
    let all = Counted {
        of: String::new(),
        rows: scope.rows(table) as f64,
        nulls: scope.nulls(table, column)? as f64,
    };
    if scope.draws_parents(table, &column.name) {
        return Ok(vec![of_reference(scope, subject, &all)?]);
    }
    if scope.is_referred(&table.id(), &column.name) {
        return Ok(vec![
            judged(scope, &all, expected).unjudged("a foreign key refers to it, so it has no NULLs"),
        ]);
    }
    let (counted, otherwise) = match &subject.plan.distribution {
        Distribution::AfterColumn { .. } => (
            Some(after(scope, subject)?),
            "NULL also where the earlier column is, and where the day has not come",
        ),
        Distribution::Derived { .. } => (computed(scope, subject), "NULL also where the expression is"),
        Distribution::Categorical { values, .. } if values.iter().any(serde_json::Value::is_null) => {
            (None, "NULL is among the listed values")
        }
        _ => (Some(all), ""),
    };
    Ok(vec![match counted {
        Some(counted) if counted.rows > 0.0 => condition::under_conditions(scope, subject, judged(scope, &counted, expected)),
        _ => {
            let nulls = scope.nulls(table, column)? as f64;
            let share = nulls / scope.rows(table) as f64;
            MetricResult::shown(NAME, "", (share - expected).abs(), otherwise)
                .with("share", share)
                .with("declared", expected)
        }
    }])
}

fn judged(scope: &Scope<'_>, counted: &Counted, expected: f64) -> MetricResult {
    let share = counted.nulls / counted.rows;
    let chance = scope.thresholds.share_by_chance(expected, counted.rows);
    let most = scope.thresholds.null_share_max.max(chance);
    MetricResult::judged(NAME, counted.of.clone(), (share - expected).abs(), Bound::AtMost, most)
        .with("share", share)
        .with("declared", expected)
}

/// The rows whose earlier column is there, and long enough before the last day that may be.
fn after(scope: &Scope<'_>, subject: &Subject<'_>) -> Result<Counted, crate::database::DbError> {
    let own = quoted(&subject.column.name);
    let Some((there, of)) = after_column::settled(&subject.plan.distribution) else {
        return Ok(Counted {
            of: String::new(),
            rows: 0.0,
            nulls: 0.0,
        });
    };
    let from = table_name(subject.table);
    Ok(Counted {
        rows: scope.count(&format!("SELECT count(*) FROM {from} WHERE {there}"))? as f64,
        nulls: scope.count(&format!("SELECT count(*) FROM {from} WHERE {there} AND {own} IS NULL"))? as f64,
        of,
    })
}

/// The rows whose expression has a value; None where it was not recomputed.
fn computed(scope: &Scope<'_>, subject: &Subject<'_>) -> Option<Counted> {
    let found = derived::measure(scope, subject).ok()?.into_iter().next()?;
    let (rows, missing) = (found.details.get("computed")?, found.details.get("missing")?);
    Some(Counted {
        of: "where the expression has a value".into(),
        rows: *rows,
        nulls: *missing,
    })
}

/// A foreign key's NULLs are those that are declared, where nothing else makes some: each row then draws its parent by itself.
fn of_reference(scope: &Scope<'_>, subject: &Subject<'_>, all: &Counted) -> Result<MetricResult, crate::database::DbError> {
    let (table, name) = (subject.table, &subject.column.name);
    let declared = subject.plan.null_fraction;
    let result = judged(scope, all, declared);
    let keys: Vec<_> = table.foreign_keys_of(name).collect();
    let [key] = keys.as_slice() else {
        return Ok(result.unjudged("part of several foreign keys: NULL also where no parent fits"));
    };
    let Some(parent) = scope.ir.logical.table(&key.ref_table).filter(|p| !scope.unread.contains(&p.id())) else {
        return Ok(result.unjudged("nothing is known of the parents"));
    };
    let parents = scope.rows(parent) as f64;
    let said = scope.reference(table, key);
    let unique = scope.unique_groups(table).into_iter().any(|g| g.contains(name));
    let reason = if key.columns.len() > 1 {
        Some("one of several columns of a foreign key: NULL also where no parent fits")
    } else if parent.id() == table.id() {
        Some("NULL also at the roots of a tree")
    } else if said.children().is_some() || (unique && all.rows > parents) {
        Some("NULL also past the last parent")
    } else if condition::conditioned(scope, table, name)
        || scope.ir.generation.duplicates.iter().any(|d| d.table == table.id() && d.rate > 0.0)
    {
        Some("a rule reads the column, and may leave rows with a NULL or without one")
    } else {
        None
    };
    if let Some(reason) = reason {
        return Ok(result.unjudged(reason));
    }
    // Rows that stand for one parent, so that each has a child, are never NULL.
    let held = if said.coverage {
        declared * (parents / all.rows).min(1.0)
    } else {
        0.0
    };
    let share = all.nulls / all.rows;
    Ok(match result.verdict {
        Verdict::Failed if share < declared => result.with_room(held),
        _ => result,
    })
}
