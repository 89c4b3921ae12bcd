//! Rows of a table chosen by what they refer to.

use super::Shape;
use crate::query::ir::Body;
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "of_parent",
    about: "rows chosen by a condition on the row they refer to",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let edge = b.edge(|e| world.entities[e.child].is_subject() && e.child != e.parent)?;
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    let mut select = from(child);
    let source = select.join(0, edge.key, &parent.id, true, false);
    let extra = b.number(0, 2);
    select.items = b.show(child, 0, extra);
    if b.chance(0.3) {
        select.filter = b.conditions(child, 0, 1, &[]);
    }
    let on_parent = b.conditions(parent, source, 1, &[]);
    if on_parent.is_empty() || select.items.is_empty() {
        return None;
    }
    select.filter.extend(on_parent);
    Some(Body::Select(select))
}
