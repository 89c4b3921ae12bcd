//! Noise of one table, checked: which columns may be dirty, and what duplicated entities repeat.

use super::super::dirty::{DirtyPlan, DuplicatePlan, checked};
use super::super::error::DataGenError;
use super::compile::Scope;
use super::depend::{dependants, free};
use super::{Source, TablePlan};
use crate::ir::generation::Distribution;

/// A type that holds less than this many times what noise multiplies by has values that it cannot change.
const NARROW: f64 = 10_000.0;

/// Adds the noise that the IR asks for; a column that must stay clean does, with a note.
pub(super) fn add_noise(scope: &Scope<'_>, table: &mut TablePlan, notes: &mut Vec<String>) -> Result<(), DataGenError> {
    let ruled: Vec<usize> = table.checks.iter().flat_map(|c| c.condition.columns.iter().copied()).collect();
    let determining: Vec<usize> = table
        .columns
        .iter()
        .filter_map(|c| c.determined.as_ref())
        .flat_map(|d| d.by.iter().copied())
        .collect();
    for column in 0..table.written {
        let Some(rates) = scope.plan(column).and_then(|p| p.dirty) else {
            continue;
        };
        let Some(plan) = table.columns.get_mut(column) else { continue };
        checked(&rates, plan.physical, !plan.required).map_err(|message| scope.plan_error(column, message))?;
        let why = if plan.fixed || matches!(plan.source, Source::Parent { .. } | Source::Part { .. }) {
            "it is part of a key"
        } else if ruled.contains(&column) {
            "a CHECK or an implication reads it"
        } else if plan.determined.is_some() || determining.contains(&column) {
            "a functional dependency holds on it"
        } else {
            let factor = if rates.units > 0.0 {
                rates.unit_factor.unwrap_or(1000.0).abs()
            } else {
                1.0
            }
            .max(if rates.outliers > 0.0 { 100.0 } else { 1.0 });
            if plan.physical.max() / factor < NARROW {
                notes.push(format!(
                    "{}.{}: a value that noise makes too large for {} stays clean",
                    scope.id,
                    plan.name,
                    scope.table.columns.get(column).map_or(String::new(), |c| c.sql_type.to_string())
                ));
            }
            plan.dirty = Some(DirtyPlan {
                rates,
                seed: scope.seed.child("dirty").child(&plan.name),
                nullable: !plan.required,
            });
            continue;
        };
        notes.push(format!("{}.{}: it stays clean, since {why}", scope.id, plan.name));
    }
    for rule in scope
        .ir
        .generation
        .duplicates
        .iter()
        .filter(|d| d.table == scope.id && d.rate > 0.0)
    {
        let repeatable = |c: &usize| {
            let own = table.columns.get(*c).is_some_and(|p| p.determined.is_none());
            let numbered = matches!(
                scope.plan(*c).map(|p| &p.distribution),
                Some(Distribution::Derived { .. } | Distribution::LineNo { .. } | Distribution::Sequence { .. })
            );
            own && free(table, *c) && !numbered
        };
        let columns: Vec<usize> = if rule.columns.is_empty() {
            (0..table.written).filter(|c| repeatable(c)).collect()
        } else {
            let wanted: Vec<usize> = rule.columns.iter().map(|n| scope.column(n)).collect();
            for column in wanted.iter().filter(|c| !repeatable(c)) {
                notes.push(format!(
                    "{}.{}: duplicated rows do not repeat it, since it is part of a key, numbered or computed",
                    scope.id,
                    scope.names.get(*column).copied().unwrap_or_default()
                ));
            }
            wanted.into_iter().filter(|c| repeatable(c)).collect()
        };
        let plan = DuplicatePlan {
            rate: rule.rate,
            dependants: dependants(table, &columns),
            columns,
            seed: scope.seed.child("duplicates"),
        };
        table.duplicates.push(plan);
    }
    Ok(())
}
