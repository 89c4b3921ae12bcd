//! Values that some row has together, for a query whose own gave no rows.
//!
//! Two values that are each common may never meet: flights of one airline to one airport. The data says which do. Limits: equality with texts and
//! whole numbers, in one SELECT or on both sides of an INTERSECT. Invariant: only values change, so that the form of the SQL stays.

use crate::database::Backend;
use crate::ir::{LogicalIr, Value};
use crate::kernel::seed::Rng;
use crate::query::ir::{Body, Compare, Expr, Item, Predicate, QueryIr, Select, SetOp};
use crate::query::render;
use crate::querygen::literals::sayable;
use rand::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// The same intent with values that occur together; nothing where it has none to change, or none do.
pub(super) fn witnessed(intent: &QueryIr, schema: &LogicalIr, backend: &dyn Backend, timeout_ms: u64, rng: &mut Rng) -> Option<QueryIr> {
    let rows_of = |select: Select| rows(&intent.shape, select, schema, backend, timeout_ms);
    let mut out = intent.clone();
    match &mut out.body {
        Body::Select(select) => {
            let at = equalities(select);
            // One value alone was chosen because it occurs.
            if at.len() < 2 && select.joins.is_empty() {
                return None;
            }
            let found = rows_of(probe(select, &at, Vec::new()))?;
            let row = one(rng, &found)?;
            for (i, text) in at.into_iter().zip(row) {
                set(select.filter.get_mut(i)?, text)?;
            }
        }
        Body::SetOp {
            op: SetOp::Intersect,
            left,
            right,
            ..
        } => {
            let ([i], [j]) = (&equalities(left)[..], &equalities(right)[..]) else {
                return None;
            };
            let shared = left.filter.get(*i).and_then(compared) == right.filter.get(*j).and_then(compared) && left.sources == right.sources;
            let shown = left.items.clone();
            let found = rows_of(probe(left, &[*i], shown)).filter(|_| shared)?;
            let mut met: BTreeMap<&[String], BTreeSet<&String>> = BTreeMap::new();
            for row in &found {
                let (shown, value) = row.split_at(row.len().checked_sub(1)?);
                met.entry(shown).or_default().extend(value);
            }
            let pairs: Vec<BTreeSet<&String>> = met.into_values().filter(|values| values.len() > 1).collect();
            let mut values: Vec<&String> = one(rng, &pairs)?.iter().copied().collect();
            let first = values.swap_remove(rng.random_range(0..values.len()));
            let second = one(rng, &values)?;
            set(left.filter.get_mut(*i)?, first)?;
            set(right.filter.get_mut(*j)?, second)?;
        }
        _ => return None,
    }
    (out != *intent).then_some(out)
}

fn one<'t, T>(rng: &mut Rng, of: &'t [T]) -> Option<&'t T> {
    (!of.is_empty()).then(|| of.get(rng.random_range(0..of.len())))?
}

/// Places of the conditions that want one value of a column.
fn equalities(select: &Select) -> Vec<usize> {
    (0..select.filter.len())
        .filter(|i| select.filter.get(*i).is_some_and(|p| compared(p).is_some()))
        .collect()
}

fn compared(predicate: &Predicate) -> Option<&Expr> {
    match predicate {
        Predicate::Compare {
            left: left @ Expr::Column(_),
            op: Compare::Eq,
            value: Value::Text(_) | Value::Int(_),
        } => Some(left),
        _ => None,
    }
}

/// The values that the rows have where the conditions stood, after what is shown.
fn probe(select: &Select, at: &[usize], mut items: Vec<Item>) -> Select {
    let asked = |i: &usize| Some(compared(select.filter.get(*i)?)?.clone());
    items.extend(at.iter().filter_map(asked).map(|expr| Item { expr, alias: None }));
    let others = select.filter.iter().enumerate().filter(|(i, _)| !at.contains(i));
    Select {
        sources: select.sources.clone(),
        joins: select.joins.clone(),
        items,
        distinct: true,
        filter: others.map(|(_, p)| p.clone()).collect(),
        ..Select::default()
    }
}

/// Rows without NULL, in their own order: what the engine returns first is its own affair.
fn rows(shape: &str, select: Select, schema: &LogicalIr, backend: &dyn Backend, timeout_ms: u64) -> Option<Vec<Vec<String>>> {
    let query = QueryIr {
        shape: shape.to_owned(),
        body: Body::Select(select),
    };
    let found = backend.query(&render::query(&query, schema).to_string(), timeout_ms).ok()?;
    let mut rows: Vec<Vec<String>> = found.rows().filter_map(|row| row.iter().cloned().collect()).collect();
    rows.sort();
    Some(rows)
}

/// Gives a condition another value of its kind.
fn set(predicate: &mut Predicate, text: &str) -> Option<()> {
    let Predicate::Compare { value, .. } = predicate else { return None };
    let new = match value {
        Value::Text(_) => Value::Text(text.to_owned()),
        _ => Value::Int(text.parse().ok()?),
    };
    sayable(&new).then(|| *value = new)
}
