//! The rows with the greatest or least value, all of them when several tie.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, columns_of, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "extreme_rows",
    about: "every row that has the greatest or least value of a column",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.thing(|_, e| !e.such(|f| f.is_orderable()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.is_orderable())?;
    let column = Expr::column(0, &field.column.name);
    let func = if b.chance(0.6) { Aggregate::Max } else { Aggregate::Min };
    let mut extreme = from(entity);
    extreme.items = vec![Item {
        expr: Expr::aggregate(func, Some(column.clone())),
        alias: None,
    }];
    let mut select = from(entity);
    let extra = b.number(0, 1);
    select.items = b.show(entity, 0, extra);
    if b.chance(0.4) {
        // The condition stands in both: the greatest among these rows.
        select.filter = b.conditions(entity, 0, 1, std::slice::from_ref(&field.column.name));
        extreme.filter.clone_from(&select.filter);
        if select.filter.iter().any(|p| columns_of(p).is_empty()) {
            return None;
        }
    }
    select.filter.push(Predicate::CompareQuery {
        left: column,
        op: Compare::Eq,
        query: Box::new(extreme),
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}
