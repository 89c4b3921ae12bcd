//! `SELECT columns FROM table [WHERE ...]`: rows of one table.

use super::Shape;
use crate::query::ir::Body;
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "projection",
    about: "columns of the rows of one table, with up to two conditions",
    often: 2.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, _| true)?;
    let entity = b.entity(subject);
    let mut select = from(entity);
    let extra = b.number(0, 2);
    select.items = b.show(entity, 0, extra);
    let n = if b.wide { b.how_many(2) } else { b.one_of(&[0, 1, 1, 1, 2, 2])? };
    select.filter = b.conditions(entity, 0, n, &[]);
    (!select.items.is_empty() && (!select.filter.is_empty() || entity.rows <= 1000)).then_some(Body::Select(select))
}
