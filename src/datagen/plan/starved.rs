//! Columns that their CHECKs leave nothing but NULL: a rule draws again until a value or a NULL satisfies it, so values that never do are all replaced.
//!
//! Looks at the first [`ROWS_MAX`] rows of a table before and after its rules. Invariant: it changes nothing; what cannot be made yet is not judged.

use super::super::block::Block;
use super::super::distribution::RowValues;
use super::compile::Scope;
use super::{Plan, TablePlan};
use arrow::array::Array;

/// Rows looked at.
const ROWS_MAX: u64 = 200;
/// So many times fewer values than were drawn are next to none.
const FEWER: usize = 20;

/// A note for each column whose values hardly ever satisfy a rule.
pub(super) fn starved(scope: &Scope<'_>, plan: &Plan) -> Vec<String> {
    let Ok(table) = plan.table(scope.index) else { return Vec::new() };
    let optional = |c: &usize| *c < table.written && table.columns.get(*c).is_some_and(|c| !c.required && !c.fixed);
    let ruled: Vec<usize> = (0..table.columns.len())
        .filter(optional)
        .filter(|column| {
            table
                .checks
                .iter()
                .any(|check| check.moves(*column) && check.condition.columns.contains(column))
        })
        .collect();
    if ruled.is_empty() || plan.base.is_some() {
        return Vec::new();
    }
    let rows: Vec<u64> = (0..table.rows.min(ROWS_MAX)).collect();
    let mut drawn = Block::new(plan, scope.index, &rows);
    let mut made = Block::new(plan, scope.index, &rows);
    // An error is told by whoever makes the rows.
    if (0..table.columns.len()).any(|c| !table.computed.contains(&c) && drawn.ensure(c).is_err()) || made.settle().is_err() {
        return Vec::new();
    }
    let values = |block: &Block<'_>, column: usize| {
        let array = block.columns().get(column).and_then(Option::as_ref);
        array.map_or(0, |a| a.len() - a.null_count())
    };
    let mut out = Vec::new();
    for column in ruled {
        let (before, after) = (values(&drawn, column), values(&made, column));
        if before == 0 || after * FEWER >= before {
            continue;
        }
        let Some(label) = worst(table, &drawn, column, rows.len()) else {
            continue;
        };
        let name = scope.names.get(column).copied().unwrap_or_default();
        let place = scope.plans.get(column).copied().flatten().map_or(String::new(), |(at, plan)| {
            format!("generation.columns[{at}], now {}", plan.distribution.kind())
        });
        let share = if after == 0 { "every row" } else { "nearly every row" };
        out.push(format!(
            "{}.{name}: no value drawn for it satisfies {label}, so it is NULL in {share}; edit its entry in dataset_ir.json ({place}) to make values that do",
            scope.id
        ));
    }
    out
}

/// The rule over a column that most drawn rows break.
fn worst<'t>(table: &'t TablePlan, drawn: &Block<'_>, column: usize, rows: usize) -> Option<&'t str> {
    let over = table.checks.iter().filter(|c| c.condition.columns.contains(&column));
    let broken = |condition: &super::super::expression::Expression| condition.broken(&RowValues(drawn.columns()), rows).len();
    // The first of those that break most.
    let most = over.rev().max_by_key(|check| broken(&check.condition));
    most.map(|check| check.label.as_str())
}
