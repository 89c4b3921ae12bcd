//! Rows chosen by a condition two foreign keys away.

use super::Shape;
use crate::query::ir::Body;
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::{Edge, World};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "two_hops",
    about: "rows chosen by a condition on the row that their parent refers to",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let far = |parent: usize| world.edges.iter().any(|e| e.child == parent && e.parent != parent);
    let fits = |e: &Edge<'_>| world.entities[e.child].is_subject() && e.child != e.parent && far(e.parent);
    let told = |e: &Edge<'_>| fits(e) && world.entities[e.parent].is_asked_about();
    let first = if b.chance_or(0.85, 0.0) {
        b.edge(told).or_else(|| b.edge(fits))
    } else {
        b.edge(fits)
    }?;
    let onward: Vec<_> = world
        .parents(first.parent)
        .into_iter()
        .filter(|e| e.parent != first.parent && e.parent != first.child)
        .collect();
    let second = World::pick(b.rng, b.usage, &onward, |e| e.name.as_str())?;
    let (child, middle, far) = (b.entity(first.child), b.entity(first.parent), b.entity(second.parent));
    let mut select = from(child);
    let near = select.join(0, first.key, &middle.id, true, false);
    let end = select.join(near, second.key, &far.id, true, false);
    let extra = b.number(0, 1);
    select.items = b.show(child, 0, extra);
    if b.chance(0.35) {
        select.items.extend(b.show(middle, near, 0));
    }
    select.filter = b.conditions(far, end, 1, &[]);
    (!select.filter.is_empty() && !select.items.is_empty()).then_some(Body::Select(select))
}
