//! Rows above or below the average of all: a scalar subquery.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "above_average",
    about: "rows whose measure is above or below the average of all rows",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.thing(|_, e| !e.such(|f| f.is_measure()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.is_measure())?;
    let column = Expr::column(0, &field.column.name);
    let mut select = from(entity);
    select.items = b.show(entity, 0, 0);
    if b.chance(0.4) && !select.items.iter().any(|i| i.expr == column) {
        select.items.push(Item::column(0, &field.column.name));
    }
    let mut average = from(entity);
    average.items = vec![Item {
        expr: Expr::aggregate(Aggregate::Avg, Some(column.clone())),
        alias: None,
    }];
    if b.chance(0.4) {
        select.filter = b.conditions(entity, 0, 1, std::slice::from_ref(&field.column.name));
    }
    let op = if b.chance(0.7) { Compare::Gt } else { Compare::Lt };
    select.filter.push(Predicate::CompareQuery {
        left: column,
        op,
        query: Box::new(average),
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}
