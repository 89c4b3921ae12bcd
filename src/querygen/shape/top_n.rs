//! The first n rows by a measure or a time: superlatives.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, OrderKey, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "top_n",
    about: "the n rows with the highest or lowest value of a column",
    often: 2.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| e.rows > 10 && !e.such(|f| f.is_orderable()).is_empty())?;
    let entity = b.entity(subject);
    let by = b.field(entity, |f| f.is_orderable())?;
    let column = Expr::column(0, &by.column.name);
    let mut select = from(entity);
    let extra = if b.wide { b.number(0, 2) } else { b.one_of(&[0, 0, 0, 1, 2])? };
    select.items = b.show(entity, 0, extra);
    if b.chance_or(0.4, 0.2) && !select.items.iter().any(|i| i.expr == column) {
        select.items.push(Item::column(0, &by.column.name));
    }
    let n = b.how_many(2);
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&by.column.name));
    if by.has_nulls() {
        select.filter.push(Predicate::IsNull {
            expr: column.clone(),
            negated: true,
        });
    }
    let descending = b.chance(0.65);
    select.order = vec![OrderKey {
        expr: column,
        descending,
        tie_break: false,
    }];
    if !by.is_unique() && !b.leaves_ties() {
        select.order.extend(b.tie_breakers(entity, 0));
    }
    select.limit = b.one_of(if b.wide {
        &[1, 1, 1, 1, 1, 1, 3, 5]
    } else {
        &[1, 1, 1, 3, 3, 5, 5, 10]
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}
