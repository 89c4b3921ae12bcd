//! Values of a column among rows with one condition and rows with another, combined by a set operation.

use super::Shape;
use crate::query::ir::{Body, Compare, Item, Predicate, SetOp};
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::literals;
use crate::querygen::world::{Entity, Field};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "set_of_values",
    about: "values of a category among two sets of rows, combined by a set operation",
    often: 2.0,
    build,
};

/// Values that a set of them is asked of: of four statuses everything is found nearly everywhere.
const VALUES_MIN: u64 = 8;

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let among = |f: &Field<'_>, least: u64| f.is_groupable() && f.role() == Role::Category && f.profile.distinct >= least;
    let rich = |e: &Entity<'_>| e.is_subject() && !e.such(|f| among(f, VALUES_MIN)).is_empty();
    let least = if world.entities.iter().any(rich) { VALUES_MIN } else { 4 };
    let subject = b.thing(|_, e| !e.such(|f| among(f, least)).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| among(f, least))?;
    let mut avoid = vec![field.column.name.clone()];
    if field.is_place() {
        // What lies in one city lies in no two countries.
        avoid.extend(entity.such(|f| f.is_place()).iter().map(|f| f.column.name.clone()));
    }
    let mut left = from(entity);
    left.items = vec![Item::column(0, &field.column.name)];
    let mut right = left.clone();
    left.filter = b.plain_conditions(entity, 0, 1, &avoid);
    for condition in &mut left.filter {
        // Of all that happened in one month there is little in any one city.
        if let Predicate::During { month, .. } = condition {
            *month = None;
        }
    }
    // Two unrelated conditions on one column overlap, or exclude each other, whatever the data says; two values of it do not.
    let other = [&avoid[..], &left.filter.iter().flat_map(columns_of).collect::<Vec<_>>()].concat();
    right.filter = match left.filter.first() {
        Some(first @ Predicate::Compare { op: Compare::Eq, .. }) if b.chance(0.8) => {
            literals::another(b.rng, entity, first).into_iter().collect()
        }
        // "opened in 2021 but none opened in 2022"
        Some(Predicate::During { expr, year, month: None }) => vec![Predicate::During {
            expr: expr.clone(),
            year: year + 1,
            month: None,
        }],
        // "founded before 2003 and after 2003": of values that some rows have on either side.
        Some(bound @ Predicate::Compare { .. }) if b.chance_or(0.0, 0.6) => literals::opposite(b.rng, entity, bound).into_iter().collect(),
        _ => b.plain_conditions(entity, 0, 1, &other),
    };
    let broad = |p: &Predicate| literals::share(entity, p).is_some_and(|kept| kept > 0.6);
    if left.filter.iter().chain(&right.filter).any(broad) || left.filter.is_empty() || right.filter.is_empty() {
        return None;
    }
    // One thing twice, seldom two states: what was made in September and what is preferred have little to do with each other.
    let state = |p: &Predicate| matches!(p, Predicate::Compare { op: Compare::Eq, .. } | Predicate::In { .. });
    let alike = columns_of(left.filter.first()?) == columns_of(right.filter.first()?);
    let both_states = b.chance_or(0.1, 1.0) && [&left, &right].iter().all(|s| s.filter.iter().all(state));
    if !alike && !both_states {
        return None;
    }
    // One of two values of a column is one condition, not two sets.
    let op = match b.set_operation()? {
        SetOp::Union if alike => b.one_of(&[SetOp::Intersect, SetOp::Except])?,
        op => op,
    };
    (left.filter != right.filter).then_some(Body::SetOp {
        op,
        left,
        right,
        of_values: true,
    })
}
