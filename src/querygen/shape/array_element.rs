//! Rows whose array has an element: `= ANY`.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate, Select};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::literals;
use crate::querygen::world::Entity;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "array_element",
    about: "rows whose array has an element",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.has_elements()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.has_elements())?;
    let expr = Expr::column(0, &field.column.name);
    let value = literals::inner(b.rng, field)?;
    let mut select = from(entity);
    select.filter = vec![Predicate::Holds { expr, value }];
    rows_or_count(b, entity, select)
}

/// The rows that satisfy what the SELECT asks of them, or how many they are; now and then with one more condition.
pub(super) fn rows_or_count<'b, 'a>(b: &mut Builder<'b, 'a>, entity: &'b Entity<'a>, mut select: Select) -> Option<Body> {
    if b.chance(0.3) {
        select.filter.extend(b.conditions(entity, 0, 1, &[]));
    }
    if b.chance(0.35) {
        let alias = format!("{}_count", slug(&entity.words.singular));
        select.items = vec![Item::named(Expr::aggregate(Aggregate::Count, None), &alias)];
    } else {
        let extra = b.number(0, 1);
        select.items = b.show(entity, 0, extra);
    }
    (!select.items.is_empty()).then_some(Body::Select(select))
}
