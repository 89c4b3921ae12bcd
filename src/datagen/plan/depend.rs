//! What depends on what: which columns a CHECK draws again, and that no column is made from itself.

use super::super::error::DataGenError;
use super::super::key::Choice;
use super::{ColumnPlan, Plan, Source, TablePlan};
use std::collections::BTreeSet;

/// Columns a row reads of itself to make `column`.
fn reads(table: &TablePlan, column: usize) -> Vec<usize> {
    let Some(plan) = table.columns.get(column) else { return Vec::new() };
    let mut out = match &plan.source {
        Source::Sampler(sampler) => sampler.reads().to_vec(),
        Source::Parent { foreign_key } | Source::Borrowed { foreign_key, .. } => {
            let mut out = match table.foreign_keys.get(*foreign_key).map(|f| &f.choice) {
                Some(Choice::Within { shared, .. }) => shared.iter().map(|(c, _)| *c).collect(),
                _ => Vec::new(),
            };
            out.extend(members(table, *foreign_key).flat_map(|c| determining(table, c)));
            out
        }
        Source::Part { .. } => Vec::new(),
    };
    out.extend(determining(table, column));
    out
}

fn determining(table: &TablePlan, column: usize) -> Vec<usize> {
    let determined = table.columns.get(column).and_then(|c| c.determined.as_ref());
    determined.map_or(Vec::new(), |d| d.by.clone())
}

/// Columns that one foreign key sets.
fn members(table: &TablePlan, foreign_key: usize) -> impl Iterator<Item = usize> + '_ {
    table
        .foreign_keys
        .get(foreign_key)
        .into_iter()
        .flat_map(|k| k.pairs.iter().map(|(c, _)| *c))
}

/// Whether a column may be made again where a rule is broken.
pub(super) fn free(table: &TablePlan, column: usize) -> bool {
    match table.columns.get(column) {
        Some(c) if c.fixed => false,
        Some(ColumnPlan {
            source: Source::Parent { foreign_key } | Source::Borrowed { foreign_key, .. },
            ..
        }) => table.foreign_keys.get(*foreign_key).is_some_and(|f| {
            matches!(
                f.choice,
                Choice::Drawn { .. } | Choice::Weighted { .. } | Choice::Within { .. } | Choice::Listed { .. } | Choice::Earlier { .. }
            ) && f.pairs.iter().all(|(c, _)| table.columns.get(*c).is_some_and(|c| !c.fixed))
        }),
        Some(c) => matches!(c.source, Source::Sampler(_)),
        None => false,
    }
}

/// Whether a rule may draw a column again: a free one, that goes with no key.
pub(super) fn movable(table: &TablePlan, column: usize) -> bool {
    free(table, column) && table.columns.get(column).is_some_and(|c| !c.tied)
}

/// Free columns that are made from any of `columns`, directly or not, `columns` themselves left out.
pub(super) fn dependants(table: &TablePlan, columns: &[usize]) -> Vec<usize> {
    let mut all = columns.iter().copied().collect();
    spread(table, &mut all);
    all.into_iter().filter(|c| !columns.contains(c)).collect()
}

/// Adds what depends on the chosen columns, and what moves with them.
fn spread(table: &TablePlan, chosen: &mut BTreeSet<usize>) {
    loop {
        let mut more: Vec<usize> = (0..table.columns.len())
            .filter(|c| !chosen.contains(c) && free(table, *c) && reads(table, *c).iter().any(|r| chosen.contains(r)))
            .collect();
        // All columns of a foreign key move together, and with them what is borrowed by way of it.
        for key in 0..table.foreign_keys.len() {
            if members(table, key).any(|c| chosen.contains(&c)) {
                more.extend(members(table, key).filter(|c| !chosen.contains(c)));
                let borrowed = |c: &usize| matches!(table.columns.get(*c).map(|c| &c.source), Some(Source::Borrowed { foreign_key, .. }) if *foreign_key == key);
                more.extend((table.written..table.columns.len()).filter(|c| !chosen.contains(c) && borrowed(c)));
            }
        }
        if more.is_empty() {
            return;
        }
        chosen.extend(more);
    }
}

/// What to draw again when a condition over `columns` fails: the free ones among them and what they are made from, then all that depend on those.
pub(super) fn resampled(table: &TablePlan, columns: &[usize]) -> Vec<usize> {
    let mut wanted: Vec<usize> = columns.to_vec();
    let mut chosen = BTreeSet::new();
    while let Some(column) = wanted.pop() {
        if movable(table, column) && chosen.insert(column) {
            wanted.extend(reads(table, column));
            // Another person has another name and another e-mail.
            let entity = table.columns.get(column).and_then(|c| c.entity);
            wanted
                .extend((0..table.columns.len()).filter(|c| entity.is_some() && table.columns.get(*c).is_some_and(|o| o.entity == entity)));
            // A borrowed column moves when its foreign key does.
            if let Some(Source::Borrowed { foreign_key, .. }) = table.columns.get(column).map(|c| &c.source) {
                wanted.extend(members(table, *foreign_key));
            }
        }
    }
    spread(table, &mut chosen);
    chosen.into_iter().collect()
}

/// Columns that may wait until all rules hold: computed from others of the row alone, and read by nothing but such columns.
pub(super) fn computed(table: &TablePlan) -> BTreeSet<usize> {
    let ruled = |column: usize| {
        let read = |c: &super::CheckPlan| c.condition.columns.contains(&column) || c.assign.iter().any(|a| a.reads(column));
        table.checks.iter().any(read) || table.duplicates.iter().any(|d| d.columns.contains(&column))
    };
    let alone = |column: &usize| {
        table.columns.get(*column).is_some_and(|c| {
            let own = |reads: &[usize]| reads.iter().all(|r| *r < table.written);
            let computes = matches!(&c.source, Source::Sampler(sampler) if sampler.computes() && own(sampler.reads()));
            computes && !c.fixed && c.null_fraction == 0.0 && c.determined.is_none() && !ruled(*column)
        })
    };
    let mut out: BTreeSet<usize> = (0..table.written).filter(alone).collect();
    loop {
        let others = (0..table.columns.len()).filter(|c| !out.contains(c));
        let read: Vec<usize> = others.flat_map(|c| reads(table, c)).filter(|c| out.contains(c)).collect();
        if read.is_empty() {
            return out;
        }
        out.retain(|c| !read.contains(c));
    }
}

/// Whether the parent of a row is an earlier row of the same table, or none: what is read of it cannot lead back to the row.
fn earlier(table: &TablePlan, index: usize, foreign_key: usize) -> bool {
    table.foreign_keys.get(foreign_key).is_some_and(|k| {
        k.parent == index
            && matches!(
                k.choice,
                Choice::Earlier { nullable: true }
                    | Choice::Within {
                        own: true,
                        nullable: true,
                        ..
                    }
            )
    })
}

/// Columns that rows read of earlier rows of their own table, and that are made, or drawn again, from what such rows hold.
pub(super) fn inherited(table: &TablePlan, index: usize) -> BTreeSet<usize> {
    let own = |key: usize| table.foreign_keys.get(key).is_some_and(|k| k.parent == index);
    let source = |column: usize| match table.columns.get(column).map(|c| &c.source) {
        Some(Source::Borrowed { foreign_key, column }) if own(*foreign_key) => Some(*column),
        _ => None,
    };
    let from_earlier = |column: &usize| {
        let mut seen = BTreeSet::new();
        let mut todo = vec![*column];
        while let Some(at) = todo.pop() {
            if source(at).is_some() {
                return true;
            }
            if seen.insert(at) {
                todo.extend(reads(table, at));
            }
        }
        // A rule makes whole rows, and with them what they read.
        table.checks.iter().any(|c| c.moves(*column)) || table.duplicates.iter().any(|d| d.columns.contains(column))
    };
    let borrowed: BTreeSet<usize> = (0..table.columns.len()).filter_map(source).collect();
    borrowed.into_iter().filter(from_earlier).collect()
}

/// Fails when a column of this table is made, by way of others, from itself.
pub(super) fn no_circle(plan: &Plan, table: usize) -> Result<(), DataGenError> {
    type Place = (usize, usize);
    fn next(plan: &Plan, (table, column): Place) -> Vec<Place> {
        let Ok(made) = plan.table(table) else { return Vec::new() };
        let mut out: Vec<Place> = reads(made, column).into_iter().map(|c| (table, c)).collect();
        if let Some(Source::Borrowed { foreign_key, column }) = made.columns.get(column).map(|c| &c.source)
            && let Some(key) = made.foreign_keys.get(*foreign_key)
            && !earlier(made, table, *foreign_key)
        {
            out.push((key.parent, *column));
        }
        if let Some(Source::Parent { foreign_key } | Source::Borrowed { foreign_key, .. }) = made.columns.get(column).map(|c| &c.source)
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
            if let Some(error) = root(plan, &circle) {
                return error;
            }
            DataGenError::Cycle {
                path: circle.iter().map(name).collect(),
            }
        })?;
    }
    Ok(())
}

/// What a circle is told as where it is one of the first row alone, which refers to itself.
fn root(plan: &Plan, circle: &[(usize, usize)]) -> Option<DataGenError> {
    circle.iter().find_map(|(index, column)| {
        let table = plan.table(*index).ok()?;
        let Source::Borrowed { foreign_key, column: read } = table.columns.get(*column)?.source else {
            return None;
        };
        let key = table.foreign_keys.get(foreign_key)?;
        let refers = matches!(key.choice, Choice::Earlier { nullable: false } | Choice::Within { own: true, nullable: false, .. });
        let name = |c: usize| table.columns.get(c).map_or("", |c| c.name.as_str());
        let columns: Vec<&str> = key.pairs.iter().map(|(c, _)| name(*c)).collect();
        let columns = columns.join(", ");
        (key.parent == *index && refers).then(|| DataGenError::Schema {
            place: format!("{}.{}", table.id, name(read)),
            message: format!(
                "it is made from the same column of the row that {columns} refers to, and a first row has none but itself, since {columns} may not be NULL; make {columns} nullable, and say what a root holds, as in coalesce({}.{} + 1, 0)",
                columns.split(", ").next().unwrap_or_default(),
                name(read)
            ),
        })
    })
}
