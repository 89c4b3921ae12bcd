//! Rows with, or without, a row that refers to them: `EXISTS`.

use super::Shape;
use crate::query::ir::{Body, Predicate};
use crate::querygen::builder::{Builder, from};
use crate::querygen::literals;
use crate::querygen::world::Edge;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "exists_child",
    about: "rows with (or without) a row that refers to them and satisfies a condition",
    often: 0.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let negated = b.chance(0.4);
    let fits = |e: &Edge<'_>| e.child != e.parent && world.entities[e.parent].is_subject() && !world.entities[e.child].words.bridge;
    let edge = if negated { b.lacking(fits) } else { b.relation(fits) }?;
    let (parent, child) = (b.entity(edge.parent), b.entity(edge.child));
    let mut inner = from(child);
    // Who has none at all is asked with NOT IN; one question has one SQL.
    let n = if b.chance(0.8) || (b.wide && negated) { 1 } else { 0 };
    inner.filter = b.conditions(child, 0, n, &[]);
    if negated && !b.wide && b.chance(0.7) {
        literals::in_whole_years(&mut inner.filter);
    }
    if b.wide && negated && inner.filter.is_empty() {
        return None;
    }
    let mut select = from(parent);
    let extra = b.number(0, 1);
    select.items = b.show(parent, 0, extra);
    if b.chance(0.25) {
        select.filter = b.conditions(parent, 0, 1, &[]);
    }
    select.filter.push(Predicate::Exists {
        of: 0,
        key: edge.key.clone(),
        query: Box::new(inner),
        negated,
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}
