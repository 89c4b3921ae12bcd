//! Rows in two sets, in either, or in the first only: INTERSECT, UNION, EXCEPT over two conditions on rows that refer to them.

use super::Shape;
use crate::query::ir::{Body, Item, Select, SetOp};
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::world::{Edge, World};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "set_of_rows",
    about: "names of rows that two different conditions select, combined by a set operation",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let own = |e: &Edge<'_>| e.child != e.parent && world.entities[e.parent].is_subject() && !world.entities[e.child].words.bridge;
    let edge = b.edge(own)?;
    let siblings: Vec<_> = world.children(edge.parent).into_iter().filter(|e| own(e)).collect();
    let other = World::pick(b.rng, b.usage, &siblings, |e| e.name.as_str())?;
    let left = side(b, edge, &[])?;
    let avoid = if edge.name == other.name {
        left.filter.iter().flat_map(columns_of).collect()
    } else {
        Vec::new()
    };
    let right = side(b, other, &avoid)?;
    let op = b.one_of(&[SetOp::Intersect, SetOp::Intersect, SetOp::Except, SetOp::Union])?;
    (left.filter != right.filter).then_some(Body::SetOp { op, left, right })
}

/// The parents that some child with a condition refers to: parent joined to child.
fn side<'a>(b: &mut Builder<'_, 'a>, edge: &Edge<'a>, avoid: &[String]) -> Option<Select> {
    let (parent, child) = (b.entity(edge.parent), b.entity(edge.child));
    let mut select = from(parent);
    let source = select.join(0, edge.key, &child.id, false, false);
    select.items = b.naming(parent).iter().map(|f| Item::column(0, &f.column.name)).collect();
    select.filter = b.conditions(child, source, 1, avoid);
    (!select.filter.is_empty() && !select.items.is_empty()).then_some(select)
}
