//! Rows that satisfy one condition or another.

use super::Shape;
use crate::query::ir::{Body, Compare, Item, Predicate};
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::literals;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "either_condition",
    about: "rows that satisfy one of two conditions",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, _| true)?;
    let entity = b.entity(subject);
    let mut select = from(entity);
    let extra = b.number(0, 1);
    select.items = b.show(entity, 0, extra);
    let mut either = b.conditions(entity, 0, 2, &[]);
    if b.chance(0.3)
        && let [first @ Predicate::Compare { op: Compare::Eq, .. }, ..] = &either[..]
        && let Some(second) = literals::another(b.rng, entity, first)
    {
        either = vec![first.clone(), second];
    }
    let used: Vec<String> = either.iter().flat_map(columns_of).collect();
    if b.chance(0.35) {
        let (figure, alias) = b.aggregate(entity, 0, 0.4);
        if !figure.base_column().is_some_and(|c| used.contains(&c.column)) {
            select.items = vec![Item::named(figure, &alias)];
        }
    }
    if either.len() < 2 || select.items.is_empty() {
        return None;
    }
    select.filter = vec![Predicate::Any(either)];
    if b.chance(0.25) {
        select.filter.extend(b.conditions(entity, 0, 1, &used));
    }
    Some(Body::Select(select))
}
