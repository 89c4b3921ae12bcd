//! Rows in an order that the question asks for.

use super::Shape;
use crate::query::ir::{Body, Expr, OrderKey};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "sorted",
    about: "rows with a condition, sorted by a column",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.is_orderable()).is_empty())?;
    let entity = b.entity(subject);
    let by = b
        .field(entity, |f| f.is_orderable() && !f.has_nulls())
        .or_else(|| b.field(entity, |f| f.is_orderable()))?;
    let mut select = from(entity);
    let extra = b.number(0, 1);
    select.items = b.show(entity, 0, extra);
    let n = b.how_many(2);
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&by.column.name));
    let descending = b.chance(0.5);
    select.order = vec![OrderKey {
        expr: Expr::column(0, &by.column.name),
        descending,
        tie_break: false,
    }];
    let untied = by.is_unique() || (b.wide && b.leaves_ties());
    if !untied {
        select.order.extend(b.tie_breakers(entity, 0));
    }
    if by.has_nulls() {
        select.filter.push(crate::query::ir::Predicate::IsNull {
            expr: Expr::column(0, &by.column.name),
            negated: true,
        });
    }
    (!select.items.is_empty() && (!select.filter.is_empty() || entity.rows <= 1000)).then_some(Body::Select(select))
}
