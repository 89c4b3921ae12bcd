//! An aggregate for each value of a column.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, OrderKey};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "group_by_category",
    about: "an aggregate for each value of a category, flag or ordinal",
    often: 2.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.is_groupable()).is_empty())?;
    let entity = b.entity(subject);
    let wide = b.wide;
    let key = b.field(entity, |f| f.is_groupable() || (wide && f.is_small_number()))?;
    let mut select = from(entity);
    let key_expr = Expr::column(0, &key.column.name);
    let (measure, alias) = b.aggregate(entity, 0, 0.45);
    select.group = vec![key_expr.clone()];
    select.items = vec![Item::column(0, &key.column.name), Item::named(measure.clone(), &alias)];
    let n = if b.wide { b.how_many(2) } else { b.one_of(&[0, 0, 1, 1, 2])? };
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&key.column.name));
    b.narrow_by_parent(&mut select, subject, 0.2);
    if b.chance_or(0.3, 0.45) {
        let descending = b.chance(0.7);
        select.order = vec![OrderKey {
            expr: measure,
            descending,
            tie_break: false,
        }];
        if !b.leaves_ties() {
            select.order.push(OrderKey {
                expr: key_expr,
                descending: false,
                tie_break: true,
            });
        }
        let few = if b.wide { 2 } else { 4 };
        if b.chance(0.6) && key.profile.distinct > few {
            select.limit = b.one_of(if b.wide { &[1, 1, 1, 1, 3] } else { &[1, 1, 3, 3, 5] });
            if b.chance_or(0.4, 0.6) {
                // "Which genre has the most books?"
                select.items.truncate(1);
            }
        }
    }
    Some(Body::Select(select))
}
