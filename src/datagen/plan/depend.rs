//! What depends on what: which columns a CHECK draws again, and that no column is made from itself.

use super::super::error::DataGenError;
use super::super::expression::Expression;
use super::super::key::Choice;
use super::compile::Scope;
use super::{CheckPlan, ColumnPlan, Plan, Source, TablePlan};
use std::collections::BTreeSet;

/// Compiles the table's CHECKs; those that cannot be evaluated on a row are left to the database, with a note.
pub(super) fn add_checks(scope: &Scope<'_>, table: &mut TablePlan, notes: &mut Vec<String>) {
    let written = scope.table.checks.iter().map(|c| c.sql.as_str());
    let added = scope
        .ir
        .constraints
        .checks
        .iter()
        .filter(|c| c.table == scope.id)
        .map(|c| c.sql.as_str());
    for sql in written.chain(added) {
        match Expression::compile(sql, &scope.names) {
            Ok(condition) => {
                let resampled = resampled(table, &condition.columns);
                table.checks.push(CheckPlan {
                    sql: sql.to_owned(),
                    condition,
                    resampled,
                });
            }
            Err(error) => notes.push(format!("{}: CHECK ({sql}) is not enforced while generating: {error}", scope.id)),
        }
    }
}

/// Columns a row reads of itself to make `column`.
fn reads(table: &TablePlan, column: usize) -> Vec<usize> {
    match table.columns.get(column).map(|c| &c.source) {
        Some(Source::Sampler(sampler)) => sampler.reads().to_vec(),
        Some(Source::Parent { foreign_key }) => match table.foreign_keys.get(*foreign_key).map(|f| &f.choice) {
            Some(Choice::Within { shared, .. }) => shared.iter().map(|(c, _)| *c).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What to draw again when a condition over `columns` fails: the free ones among them and what they are made from, then all that depend on those.
fn resampled(table: &TablePlan, columns: &[usize]) -> Vec<usize> {
    let free = |column: usize| match table.columns.get(column) {
        Some(c) if c.fixed => false,
        Some(ColumnPlan {
            source: Source::Parent { foreign_key },
            ..
        }) => table.foreign_keys.get(*foreign_key).is_some_and(|f| {
            matches!(
                f.choice,
                Choice::Drawn { .. } | Choice::Within { .. } | Choice::Listed { .. } | Choice::Earlier { .. }
            ) && f.pairs.iter().all(|(c, _)| table.columns.get(*c).is_some_and(|c| !c.fixed))
        }),
        Some(c) => matches!(c.source, Source::Sampler(_)),
        None => false,
    };
    let mut wanted: Vec<usize> = columns.to_vec();
    let mut chosen = BTreeSet::new();
    while let Some(column) = wanted.pop() {
        if free(column) && chosen.insert(column) {
            wanted.extend(reads(table, column));
        }
    }
    loop {
        let mut more: Vec<usize> = (0..table.columns.len())
            .filter(|c| !chosen.contains(c) && free(*c) && reads(table, *c).iter().any(|r| chosen.contains(r)))
            .collect();
        // All columns of a foreign key move together.
        for key in &table.foreign_keys {
            if key.pairs.iter().any(|(c, _)| chosen.contains(c)) {
                more.extend(key.pairs.iter().map(|(c, _)| *c).filter(|c| !chosen.contains(c)));
            }
        }
        if more.is_empty() {
            return chosen.into_iter().collect();
        }
        chosen.extend(more);
    }
}

/// Fails when a column of this table is made, by way of others, from itself.
pub(super) fn no_circle(plan: &Plan, table: usize) -> Result<(), DataGenError> {
    type Place = (usize, usize);
    fn next(plan: &Plan, (table, column): Place) -> Vec<Place> {
        let Ok(made) = plan.table(table) else { return Vec::new() };
        let mut out: Vec<Place> = reads(made, column).into_iter().map(|c| (table, c)).collect();
        if let Some(Source::Parent { foreign_key }) = made.columns.get(column).map(|c| &c.source)
            && let Some(key) = made.foreign_keys.get(*foreign_key)
        {
            out.extend(key.pairs.iter().filter(|(c, _)| *c == column).map(|(_, p)| (key.parent, *p)));
            if let Choice::Within { shared, .. } = &key.choice {
                out.extend(shared.iter().map(|(_, p)| (key.parent, *p)));
            }
        }
        out
    }
    fn visit(plan: &Plan, at: Place, path: &mut Vec<Place>, done: &mut BTreeSet<Place>) -> Result<(), Vec<Place>> {
        if let Some(start) = path.iter().position(|p| *p == at) {
            let mut circle = path.get(start..).unwrap_or_default().to_vec();
            circle.push(at);
            return Err(circle);
        }
        if done.contains(&at) {
            return Ok(());
        }
        path.push(at);
        for place in next(plan, at) {
            visit(plan, place, path, done)?;
        }
        path.pop();
        done.insert(at);
        Ok(())
    }
    let columns = plan.table(table)?.columns.len();
    let mut done = BTreeSet::new();
    for column in 0..columns {
        visit(plan, (table, column), &mut Vec::new(), &mut done).map_err(|circle| {
            let name = |(t, c): &Place| {
                plan.table(*t)
                    .ok()
                    .and_then(|t| Some(format!("{}.{}", t.id, t.columns.get(*c)?.name)))
                    .unwrap_or_default()
            };
            DataGenError::Cycle {
                path: circle.iter().map(name).collect(),
            }
        })?;
    }
    Ok(())
}
