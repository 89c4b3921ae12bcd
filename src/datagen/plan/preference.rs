//! How a reference chooses its parents as its entry says ([`crate::ir::reference`] reads it).
//!
//! Limit: listed values are looked up among [`PARENTS_MAX`] parents. Invariant: what is not done as the entry says is told or refused.

use super::super::cell::Cell;
use super::super::distribution::{held, zipf_ranks};
use super::super::error::DataGenError;
use super::super::family::Family;
use super::super::key::{Choice, for_each_row};
use super::super::permute::GrowingOrder;
use super::Plan;
use super::compile::Scope;
use super::link::{family_seed, grown};
use crate::ir::generation::Distribution;
use crate::ir::reference::{Preference, Reference};
use crate::ir::{SqlType, Table};
use crate::kernel::seed::Seed;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Most parents of which some are named by their values: each has a share of its own.
const PARENTS_MAX: u64 = 1_000_000;

/// A foreign key whose entry is read.
pub(super) struct Key<'a> {
    /// (own column, parent's column).
    pub pairs: &'a [(usize, usize)],
    pub parent: usize,
    pub parents: u64,
    /// The parent's key alone is unique here too: every row has its own parent.
    pub each: bool,
    /// Why it chooses no parent by itself, if it does not: "refers to its own table".
    pub bound: Option<&'static str>,
    pub seed: Seed,
}

/// How a foreign key chooses that nothing restricts: as the entry of its first column says.
pub(super) fn choice(scope: &Scope<'_>, plan: &Plan, key: &Key<'_>, notes: &mut Vec<String>) -> Result<Choice, DataGenError> {
    let first = key.pairs.first().map_or(0, |(c, _)| *c);
    let (parent, parents) = (key.parent, key.parents);
    let entry = scope.plan(first).map(|p| &p.distribution);
    let said = Reference::of(entry);
    let mut skew = 0.0;
    match said.preference {
        Preference::Even { bounds: given } => notes.extend(given.and_then(|given| bounds(scope, key, given))),
        Preference::Skewed { exponent, ranks } => {
            skew = exponent;
            if let Some(n) = ranks.filter(|n| *n != parents) {
                let told = format!(
                    "its n is {n}, and rows refer to any of the {parents} rows of {}",
                    name(scope, parent)
                );
                notes.push(note(scope, first, "zipf", &told));
            }
        }
        Preference::Listed { values, probs } => {
            if !probs.is_empty() && probs.len() != values.len() {
                let message = format!("{} values have {} probabilities; give one each, or none", values.len(), probs.len());
                return Err(scope.plan_error(first, message));
            }
            return listed(scope, plan, key, values, probs);
        }
        Preference::Counted(children) => {
            let family =
                Family::new(children, parents, said.coverage, family_seed(scope, first)).map_err(|m| scope.plan_error(first, m))?;
            return Ok(Choice::Family(Arc::new(family)));
        }
        Preference::Weighted { weights, skew } => return weighted(scope, first, parents, weights, skew),
        // A key that is its parent's key: numbers in order are what it has.
        Preference::InOrder if key.each => {}
        Preference::InOrder | Preference::Unread => {
            let message = entry.map_or_else(String::new, |d| not_read(scope, key, d));
            return Err(scope.plan_error(first, message));
        }
    }
    if !skew.is_finite() || skew < 0.0 {
        return Err(scope.plan_error(first, format!("skew is {skew}; give 0 for uniform or a number above it")));
    }
    let ranks = if skew != 0.0 && parents > 0 {
        let order = GrowingOrder::new(&grown(scope, parent, parents), key.seed.child("order"));
        Some(zipf_ranks(parents, skew, Some(order)).map_err(|m| scope.plan_error(first, m))?)
    } else {
        None
    };
    Ok(Choice::Drawn { parents, ranks })
}

/// Tells or refuses what the entries of a reference say beyond what it does: those of its further columns, and of a reference that chooses no parent.
pub(super) fn unread(scope: &Scope<'_>, key: &Key<'_>, notes: &mut Vec<String>) -> Result<(), DataGenError> {
    let first = key.pairs.first().and_then(|(c, _)| scope.plan(*c)).map(|p| &p.distribution);
    for (place, (column, _)) in key.pairs.iter().enumerate() {
        let Some(distribution) = scope.plan(*column).map(|p| &p.distribution) else {
            continue;
        };
        let said = Reference::of(Some(distribution));
        if place > 0 && first != Some(distribution) && !said.is_plain() {
            let told = "on a composite key the entry of the first column counts";
            notes.push(note(scope, *column, distribution.kind(), told));
        } else if let (0, Some(bound)) = (place, key.bound) {
            match said.preference {
                // Coverage and children are refused where the choice is known.
                Preference::Even { .. } | Preference::Counted(_) => {}
                Preference::Skewed { .. } | Preference::Weighted { .. } => {
                    let told = format!("skew and weights are for references that choose freely, and this one {bound}");
                    notes.push(note(scope, *column, distribution.kind(), &told));
                }
                Preference::Listed { .. } | Preference::InOrder | Preference::Unread => {
                    return Err(scope.plan_error(*column, not_read(scope, key, distribution)));
                }
            }
        }
    }
    Ok(())
}

/// What is told of an entry that is followed in part.
pub(super) fn note(scope: &Scope<'_>, column: usize, kind: &str, told: &str) -> String {
    let column = scope.names.get(column).copied().unwrap_or_default();
    format!("{}.{column}: {kind} is not followed to the letter: {told}", scope.id)
}

fn name(scope: &Scope<'_>, table: usize) -> String {
    scope.ir.logical.tables.get(table).map_or_else(String::new, Table::id)
}

/// `parent.id`: what the first column of a reference has the values of.
fn key_name(scope: &Scope<'_>, key: &Key<'_>) -> String {
    let column = key.pairs.first().map_or(usize::MAX, |(_, p)| *p);
    let table = scope.ir.logical.tables.get(key.parent);
    let column = table.and_then(|t| t.columns.get(column)).map_or("", |c| c.name.as_str());
    format!("{}.{column}", name(scope, key.parent))
}

/// Why an entry cannot be followed, and where preferences are written.
fn not_read(scope: &Scope<'_>, key: &Key<'_>, distribution: &Distribution) -> String {
    let why = match (key.bound, distribution) {
        (Some(bound), _) => format!("and {bound}"),
        (None, Distribution::Sequence { .. }) => "and numbers that go on are no choice among them".to_owned(),
        _ => format!("and {} says nothing of them", distribution.kind()),
    };
    format!(
        "a reference takes its values from {}, {why}; write {{\"kind\": \"foreign_key\"}}, with \"skew\" or \"weights\" where some parents are to be preferred",
        key_name(scope, key)
    )
}

/// A note where the bounds of uniform numbers are not those of the parents' keys.
fn bounds(scope: &Scope<'_>, key: &Key<'_>, (low, high): (f64, f64)) -> Option<String> {
    let (column, theirs) = *key.pairs.first()?;
    let table = scope.ir.logical.tables.get(key.parent)?;
    let plan = scope.ir.generation.plan(&table.id(), &table.columns.get(theirs)?.name);
    let ends = match plan.map(|p| &p.distribution) {
        Some(Distribution::Sequence { start, step }) => {
            let last = *start as f64 + *step as f64 * key.parents.saturating_sub(1) as f64;
            Some((last.min(*start as f64), last.max(*start as f64)))
        }
        Some(Distribution::Uniform { low, high, .. }) => Some((*low, *high)),
        _ => None,
    };
    let shown = match ends {
        Some(ends) if ends == (low, high) => return None,
        Some((first, last)) => format!("which are from {first} to {last}"),
        None => "whatever they are".to_owned(),
    };
    let told = format!(
        "the bounds {low} and {high} are not those of the keys; every row refers to any of the {} rows of {}, by its {}, {shown}",
        key.parents,
        table.id(),
        key_name(scope, key)
    );
    Some(note(scope, column, "uniform", &told))
}

fn weighted(scope: &Scope<'_>, first: usize, parents: u64, weights: &[f64], skew: f64) -> Result<Choice, DataGenError> {
    let sum: f64 = weights.iter().sum();
    if weights.iter().any(|w| !w.is_finite() || *w < 0.0) || sum <= 0.0 || !sum.is_finite() || skew != 0.0 {
        let message = format!("weights {weights:?} with skew {skew}: weights are not below 0, one is above, and skew is left out");
        return Err(scope.plan_error(first, message));
    }
    if weights.len() as u64 > parents && parents > 0 {
        let message = format!("{} weights for {parents} parents; give at most one each", weights.len());
        return Err(scope.plan_error(first, message));
    }
    // A row more or less in a run of many is nothing; among few parents runs would not be the equal ones that are declared.
    let count = weights.len() as u64;
    if parents > 0 && !parents.is_multiple_of(count) && parents < 20 * count {
        let message = format!(
            "{count} weights cannot stand for equal runs of {parents} parents; give {parents} weights, one a parent, or as many as divide {parents}"
        );
        return Err(scope.plan_error(first, message));
    }
    let mut total = 0.0;
    let cumulative = weights.iter().map(|w| {
        total += w / sum;
        total
    });
    Ok(Choice::Weighted {
        parents,
        cumulative: cumulative.collect(),
    })
}

/// Listed values are the weights of the parents that have them; every one of them must be a parent's key.
fn listed(scope: &Scope<'_>, plan: &Plan, key: &Key<'_>, values: &[Value], probs: &[f64]) -> Result<Choice, DataGenError> {
    let first = key.pairs.first().map_or(0, |(c, _)| *c);
    let fail = |message: String| scope.plan_error(first, message);
    let sum: f64 = probs.iter().sum();
    if values.is_empty() {
        return Err(fail("values is empty; list at least one".to_owned()));
    }
    if let Some(p) = probs.iter().find(|p| !(0.0..=1.0 + 1e-9).contains(*p)) {
        return Err(fail(format!("{p} is no probability; one is from 0 to 1")));
    }
    if !probs.is_empty() && (sum - 1.0).abs() > 0.01 {
        return Err(fail(format!("the probabilities sum to {sum}; they sum to 1")));
    }
    let theirs = key_name(scope, key);
    if key.pairs.len() > 1 {
        let message = format!(
            "a reference of {} columns takes its values from the rows of {} together, and one column's values name none of them; write {{\"kind\": \"foreign_key\"}} with \"skew\" or \"weights\"",
            key.pairs.len(),
            name(scope, key.parent)
        );
        return Err(fail(message));
    }
    if key.parents > PARENTS_MAX {
        let message = format!(
            "values are looked up among {PARENTS_MAX} parents at most, and {theirs} has {}; write {{\"kind\": \"foreign_key\"}} with \"skew\" or \"weights\"",
            key.parents
        );
        return Err(fail(message));
    }
    let kind = scope.table.columns.get(first).map_or(&SqlType::Text, |c| &c.sql_type);
    let rows = rows_by_key(plan, key)?;
    let mut shares = vec![0.0; key.parents as usize];
    for (i, value) in values.iter().enumerate() {
        let cell = held(value, kind, &scope.ir.logical.enums).map_err(fail)?;
        let share = rows.get(&cell.text()).and_then(|row| shares.get_mut(*row as usize));
        let Some(share) = share.filter(|_| cell != Cell::Null) else {
            let way = if cell == Cell::Null {
                "for rows without a parent write null_fraction".to_owned()
            } else {
                format!(
                    "list keys that {} has, or write {{\"kind\": \"foreign_key\"}} with \"skew\" or \"weights\"",
                    name(scope, key.parent)
                )
            };
            return Err(fail(format!(
                "a reference takes its values from {theirs}, and none of the {} there is {value}; {way}",
                key.parents
            )));
        };
        *share += probs.get(i).copied().unwrap_or(1.0);
    }
    let sum: f64 = shares.iter().sum();
    let last = shares.iter().rposition(|s| *s > 0.0).unwrap_or(0);
    let mut total = 0.0;
    let cumulative = shares.iter().enumerate().map(|(at, share)| {
        total += share / sum;
        // No parent past the last that is named.
        if at >= last { 1.0 } else { total }
    });
    Ok(Choice::Weighted {
        parents: key.parents,
        cumulative: cumulative.collect(),
    })
}

/// The parents' rows by the texts of their keys.
fn rows_by_key(plan: &Plan, key: &Key<'_>) -> Result<HashMap<String, u64>, DataGenError> {
    let column = key.pairs.first().map_or(0, |(_, p)| *p);
    let mut out = HashMap::new();
    for_each_row(plan, key.parent, &[column], |row, cells| {
        if let Some(cell) = cells.first() {
            out.entry(cell.text()).or_insert(row);
        }
    })?;
    Ok(out)
}
