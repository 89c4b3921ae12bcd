//! `SELECT DISTINCT column`: which values occur.

use super::Shape;
use crate::query::ir::{Body, Item};
use crate::querygen::builder::{Builder, from};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "distinct_values",
    about: "the different values of a column, among rows with a condition",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let groupable = |e: &crate::querygen::world::Entity<'_>| !e.such(|f| f.is_groupable() && f.role() != Role::Flag).is_empty();
    let subject = b.thing(|_, e| groupable(e))?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.is_groupable() && f.role() != Role::Flag)?;
    let mut select = from(entity);
    select.items = vec![Item::column(0, &field.column.name)];
    select.distinct = true;
    let n = b.how_many(2);
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&field.column.name));
    Some(Body::Select(select))
}
