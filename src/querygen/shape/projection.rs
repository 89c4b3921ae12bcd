//! `SELECT columns FROM table [WHERE ...]`: rows of one table.

use super::Shape;
use crate::query::ir::{Body, Item};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::{Entity, Field};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "projection",
    about: "columns of the rows of one table, with up to two conditions",
    often: 2.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    if b.covering
        && b.chance(0.2)
        && let Some(body) = own_of_a_bridge(b)
    {
        return Some(body);
    }
    let subject = b.subject(|_, _| true)?;
    let entity = b.entity(subject);
    let mut select = from(entity);
    let extra = b.number(0, 2);
    select.items = b.show(entity, 0, extra);
    let n = if b.wide { b.how_many(2) } else { b.one_of(&[0, 1, 1, 1, 2, 2])? };
    select.filter = b.conditions(entity, 0, n, &[]);
    (!select.items.is_empty() && (!select.filter.is_empty() || entity.rows <= 1000)).then_some(Body::Select(select))
}

/// A column of a bridge that refers to nothing, which questions through the bridge do not show: its own key.
fn own_of_a_bridge(b: &mut Builder<'_, '_>) -> Option<Body> {
    let unasked = |e: &&Entity<'_>, f: &&Field<'_>| {
        let refers = e.table.foreign_keys.iter().any(|key| key.columns.contains(&f.column.name));
        !refers && b.usage.of(&f.key) == 0
    };
    let mut bridges = b.world.entities.iter().filter(|e| e.words.bridge && e.rows > 0);
    let (bridge, field) = bridges.find_map(|e| Some((e, e.fields.iter().find(|f| unasked(&e, f))?)))?;
    let mut select = from(bridge);
    select.items = vec![Item::column(0, &field.column.name)];
    Some(Body::Select(select))
}
