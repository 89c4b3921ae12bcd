//! Foreign keys of one table: which of them choose a parent, and in what order, when they share columns.

use super::super::error::DataGenError;
use super::super::key::{Choice, Cover, ForeignKeyPlan};
use super::super::permute::Permutation;
use super::Plan;
use super::compile::Scope;
use super::preference::{self, Key};
use crate::datagen::family::Family;
use crate::ir::reference::Preference;
use crate::ir::{ForeignKey, LogicalIr, Table};
use crate::kernel::seed::Seed;
use std::sync::OnceLock;

/// The foreign keys that choose, in the order they must: a key that depends on another's columns comes after it.
pub(super) fn link(scope: &Scope<'_>, plan: &Plan, notes: &mut Vec<String>) -> Result<Vec<ForeignKeyPlan>, DataGenError> {
    let logical = &scope.ir.logical;
    let mut keys: Vec<&ForeignKey> = Vec::new();
    for (i, key) in scope.table.foreign_keys.iter().enumerate() {
        let earlier = scope
            .table
            .foreign_keys
            .iter()
            .take(i)
            .any(|k| k.columns == key.columns && k.ref_table == key.ref_table && k.ref_columns == key.ref_columns);
        let implied = scope.table.foreign_keys.iter().enumerate().any(|(j, other)| {
            // A foreign key that may be NULL says nothing about its other columns where it is, and one to the own table would prove itself.
            let firm = other
                .columns
                .iter()
                .all(|c| key.columns.contains(c) || !nullable(scope.table, scope.column(c)));
            j != i && other != key && firm && other.ref_table != scope.id && implies(logical, other, key, 0)
        });
        if !earlier && !implied {
            keys.push(key);
        }
    }
    // Firm ones first, then the widest: narrower ones may follow from it, or be chosen within it. The own table comes last: its rows must exist.
    keys.sort_by_key(|k| {
        let loose = k.columns.iter().any(|c| nullable(scope.table, scope.column(c)));
        (k.ref_table == scope.id, loose, std::cmp::Reverse(k.columns.len()))
    });
    let mut out: Vec<ForeignKeyPlan> = Vec::new();
    let mut set: Vec<usize> = Vec::new();
    for key in keys {
        let Some(parent) = logical.table_index(&key.ref_table) else {
            continue;
        };
        let Some(parent_table) = logical.tables.get(parent) else { continue };
        let pairs: Vec<(usize, usize)> = key
            .columns
            .iter()
            .zip(&key.ref_columns)
            .map(|(c, r)| (scope.column(c), parent_table.column_index(r).unwrap_or(usize::MAX)))
            .collect();
        let (shared, own): (Vec<_>, Vec<_>) = pairs
            .iter()
            .copied()
            .partition(|(c, r)| set.contains(c) || (parent == scope.index && c == r));
        // Where one of its columns must have a value, a NULL in another would leave that without a source.
        let nullable = own.iter().all(|(c, _)| {
            scope
                .table
                .columns
                .get(*c)
                .is_some_and(|c| c.nullable && !scope.table.primary_key.contains(&c.name))
        });
        let seed = scope.seed.child("foreign_key").child(&key.columns.join(","));
        let parents = scope.rows.get(parent).copied().unwrap_or(0);
        if own.is_empty() {
            restrict(scope, &mut out, &shared, parent)?;
            continue;
        }
        if parents == 0 && !nullable && scope.rows.get(scope.index).is_some_and(|r| *r > 0) {
            let message = format!(
                "refers to {}, which gets no rows; give it some, or give {} none",
                key.ref_table, scope.id
            );
            return Err(DataGenError::Schema {
                place: format!("{}({})", scope.id, key.columns.join(", ")),
                message,
            });
        }
        let null_fraction = if nullable {
            own.iter()
                .filter_map(|(c, _)| scope.plan(*c))
                .map(|p| p.null_fraction)
                .fold(0.0, f64::max)
        } else {
            0.0
        };
        let free = Key {
            pairs: &own,
            parent,
            parents,
            each: unique_alone(scope.table, &key.columns),
            bound: if parent == scope.index {
                Some("refers to its own table")
            } else {
                (!shared.is_empty()).then_some("shares columns with another")
            },
            seed,
        };
        preference::unread(scope, &free, notes)?;
        let choice = if !shared.is_empty() {
            // Where a parent that agrees must exist, whoever sets the shared columns chooses among values that have one.
            if !nullable && parent != scope.index {
                restrict(scope, &mut out, &shared, parent).ok();
            }
            Choice::Within {
                shared,
                own: parent == scope.index,
                nullable,
                index: OnceLock::new(),
            }
        } else if parent == scope.index {
            Choice::Earlier { nullable }
        } else {
            preference::choice(scope, plan, &free, notes)?
        };
        let cover = match own.first().map(|(c, _)| (*c, scope.reference(*c))) {
            Some((first, said)) => {
                let counted = matches!(said.preference, Preference::Counted(_));
                if (said.coverage || counted) && !matches!(choice, Choice::Drawn { .. } | Choice::Weighted { .. } | Choice::Family(_)) {
                    let message = format!(
                        "coverage and children are for foreign keys that choose freely, and this one {}",
                        free.bound.unwrap_or_default()
                    );
                    return Err(scope.plan_error(first, message));
                }
                let rows = scope.rows.get(scope.index).copied().unwrap_or(0);
                let (rows, parents) = (
                    rows.saturating_sub(scope.kept(scope.index)),
                    parents.saturating_sub(scope.kept(parent)),
                );
                if said.coverage && !counted {
                    if rows < parents {
                        let message = format!(
                            "coverage: {rows} rows cannot give each of {parents} rows of {} a child; raise the rows of {} to {parents}, or lower those of {}",
                            key.ref_table, scope.id, key.ref_table
                        );
                        return Err(scope.plan_error(first, message));
                    }
                    // Of two keys within the same unique columns each row stands for a parent of both.
                    let together = |other: &&ForeignKeyPlan| {
                        let columns = || other.pairs.iter().chain(&own).filter_map(|(c, _)| scope.names.get(*c));
                        unique_groups(scope).any(|g| columns().all(|c| g.iter().any(|n| n == c)))
                    };
                    let other = out
                        .iter()
                        .filter(|k| k.after.0 == scope.kept(scope.index))
                        .find(|k| k.cover.is_some() && together(k));
                    let own = || Permutation::new(rows, seed.child("cover"));
                    Some(Cover {
                        places: other.and_then(|k| k.cover).map_or_else(own, |c| c.places),
                        order: other.map(|_| Permutation::new(parents, seed.child("cover"))),
                    })
                } else {
                    None
                }
            }
            None => None,
        };
        set.extend(own.iter().map(|(c, _)| *c));
        out.push(ForeignKeyPlan {
            parent,
            pairs: own,
            choice,
            cover,
            after: (scope.kept(scope.index), scope.kept(parent)),
            null_fraction,
            seed,
        });
    }
    // What a later key restricts chooses among some parents only.
    let restricted = out.iter().find(|k| k.cover.is_some() && matches!(k.choice, Choice::Listed { .. }));
    if let Some((first, _)) = restricted.and_then(|k| k.pairs.first()) {
        let message = "coverage is for foreign keys that choose freely, and this one shares columns with another".to_owned();
        return Err(scope.plan_error(*first, message));
    }
    Ok(out)
}

/// All groups of columns that are unique together.
fn unique_groups<'a>(scope: &Scope<'a>) -> impl Iterator<Item = &'a Vec<String>> {
    let (table, id) = (scope.table, scope.id.clone());
    let keys = scope.ir.constraints.composite_keys.iter().filter(move |k| k.table == id);
    std::iter::once(&table.primary_key)
        .chain(&table.unique)
        .chain(keys.map(|k| &k.columns))
}

/// How many rows a table had after each run that made some of them, then now: those that children preferred stay preferred when rows are added.
pub(super) fn grown(scope: &Scope<'_>, table: usize, rows: u64) -> Vec<u64> {
    let earlier = std::iter::successors(scope.base, |plan| plan.base.as_deref());
    let mut ends: Vec<u64> = earlier.map(|plan| plan.table(table).map_or(0, |t| t.rows)).collect();
    ends.reverse();
    ends.push(rows);
    ends
}

pub(super) fn family_seed(scope: &Scope<'_>, column: usize) -> Seed {
    scope
        .seed
        .child("children")
        .child(scope.names.get(column).copied().unwrap_or_default())
}

/// The foreign key whose children are counted, if the table has one, and how many rows that makes: (first column, rows).
pub(super) fn counted_rows(scope: &Scope<'_>) -> Result<Option<(usize, u64)>, DataGenError> {
    let mut found: Option<(usize, u64)> = None;
    for key in &scope.table.foreign_keys {
        let Some(first) = key.columns.first().map(|c| scope.column(c)) else {
            continue;
        };
        let said = scope.reference(first);
        let Preference::Counted(children) = said.preference else {
            continue;
        };
        if let Some((earlier, _)) = found.filter(|(c, _)| *c != first) {
            let message = format!(
                "children: {} counts them too, and the rows of a table follow from one foreign key only; remove one",
                scope.names.get(earlier).copied().unwrap_or_default()
            );
            return Err(scope.plan_error(first, message));
        }
        let parents = scope
            .ir
            .logical
            .table_index(&key.ref_table)
            .and_then(|p| scope.rows.get(p))
            .copied()
            .unwrap_or(0);
        if scope.ir.logical.table_index(&key.ref_table) == Some(scope.index) {
            return Err(scope.plan_error(first, "children: a table cannot count its own rows' children; use skew".to_owned()));
        }
        let family = Family::new(children, parents, said.coverage, family_seed(scope, first)).map_err(|m| scope.plan_error(first, m))?;
        found = Some((first, family.rows()));
    }
    Ok(found)
}

/// Whether every row that satisfies `has` satisfies `wanted`: same parent and columns, or by way of the parent's own foreign keys.
fn implies(logical: &LogicalIr, has: &ForeignKey, wanted: &ForeignKey, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    // Where the parent has what each wanted column holds.
    let there: Option<Vec<&String>> = wanted
        .columns
        .iter()
        .map(|c| has.columns.iter().position(|h| h == c).and_then(|i| has.ref_columns.get(i)))
        .collect();
    let Some(there) = there else { return false };
    if has.ref_table == wanted.ref_table && there.iter().copied().eq(wanted.ref_columns.iter()) {
        return true;
    }
    let Some(parent) = logical.table(&has.ref_table) else {
        return false;
    };
    let as_seen = ForeignKey {
        name: None,
        columns: there.into_iter().cloned().collect(),
        ref_table: wanted.ref_table.clone(),
        ref_columns: wanted.ref_columns.clone(),
        inferred: false,
    };
    parent.foreign_keys.iter().any(|key| {
        let same =
            |k: &ForeignKey| k.columns == as_seen.columns && k.ref_table == as_seen.ref_table && k.ref_columns == as_seen.ref_columns;
        same(key) || implies(logical, key, &as_seen, depth + 1)
    })
}

/// A foreign key all of whose columns other keys set: the one that sets them chooses among parents that exist in this table too.
fn restrict(scope: &Scope<'_>, keys: &mut [ForeignKeyPlan], shared: &[(usize, usize)], parent: usize) -> Result<(), DataGenError> {
    let owner = keys
        .iter_mut()
        .find(|k| shared.iter().all(|(c, _)| k.pairs.iter().any(|(own, _)| own == c)));
    let place = || {
        let names: Vec<&str> = shared.iter().filter_map(|(c, _)| scope.names.get(*c).copied()).collect();
        format!("{}({})", scope.id, names.join(", "))
    };
    let Some(owner) = owner else {
        let message =
            "three or more foreign keys share these columns in a way that is not supported; drop one of them from the schema".to_owned();
        return Err(DataGenError::Schema { place: place(), message });
    };
    let pairs = shared
        .iter()
        .filter_map(|(c, there)| owner.pairs.iter().find(|(own, _)| own == c).map(|(_, here)| (*here, *there)))
        .collect();
    match &mut owner.choice {
        Choice::Listed { also, .. } => also.push((parent, pairs)),
        _ => {
            owner.choice = Choice::Listed {
                also: vec![(parent, pairs)],
                list: OnceLock::new(),
            }
        }
    }
    Ok(())
}

/// Whether no two rows have the same values of these columns, and of no fewer.
fn unique_alone(table: &Table, columns: &[String]) -> bool {
    let same = |group: &Vec<String>| group.len() == columns.len() && group.iter().all(|c| columns.contains(c));
    std::iter::once(&table.primary_key).chain(&table.unique).any(same)
}

/// Whether one of a table's columns may be NULL.
pub(super) fn nullable(table: &Table, column: usize) -> bool {
    table
        .columns
        .get(column)
        .is_some_and(|c| c.nullable && !table.primary_key.contains(&c.name))
}
