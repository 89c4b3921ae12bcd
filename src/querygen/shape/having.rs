//! Groups chosen by a condition on their rows: HAVING.

use super::Shape;
use crate::ir::Value;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, count_condition, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "having",
    about: "values of a category with enough (or few) rows, and an aggregate of each",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.thing(|_, e| !e.such(|f| f.is_groupable() && f.profile.distinct >= 3).is_empty())?;
    let entity = b.entity(subject);
    let key = b.field(entity, |f| f.is_groupable() && f.profile.distinct >= 3)?;
    let mut select = from(entity);
    select.group = vec![Expr::column(0, &key.column.name)];
    select.items = vec![Item::column(0, &key.column.name)];
    if b.chance(0.7) {
        let (measure, alias) = b.aggregate(entity, 0, 0.4);
        select.items.push(Item::named(measure, &alias));
    }
    if b.chance(0.4) {
        select.filter = b.conditions(entity, 0, 1, std::slice::from_ref(&key.column.name));
    }
    let mean = entity.rows as f64 / key.profile.distinct as f64;
    let (op, n) = match count_condition(b.rng, mean) {
        // Values without any such row are in no group.
        (Compare::Lt, n) if !select.filter.is_empty() => (Compare::GtEq, n),
        // Nobody averages the small groups alone.
        (Compare::Lt, n) if select.items.len() > 1 && !b.wide => (Compare::GtEq, n),
        bound => bound,
    };
    select.having = vec![Predicate::Compare {
        left: Expr::aggregate(Aggregate::Count, None),
        op,
        value: Value::Int(n),
    }];
    Some(Body::Select(select))
}
