//! An aggregate for each combination of two columns.

use super::Shape;
use crate::query::ir::{Body, Expr, Item};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "group_by_two",
    about: "an aggregate for each combination of two categories",
    often: 0.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| e.such(|f| f.is_groupable()).len() >= 2)?;
    let entity = b.entity(subject);
    let first = b.field(entity, |f| f.is_groupable())?;
    let second = b.field(entity, |f| f.is_groupable() && f.key != first.key)?;
    let mut select = from(entity);
    let (measure, alias) = b.aggregate(entity, 0, 0.5);
    select.group = vec![Expr::column(0, &first.column.name), Expr::column(0, &second.column.name)];
    select.items = vec![
        Item::column(0, &first.column.name),
        Item::column(0, &second.column.name),
        Item::named(measure, &alias),
    ];
    let n = b.number(0, 1);
    select.filter = b.conditions(entity, 0, n, &[first.column.name.clone(), second.column.name.clone()]);
    Some(Body::Select(select))
}
