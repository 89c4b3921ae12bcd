//! Rows in two sets, in either, or in the first only: INTERSECT, UNION, EXCEPT over conditions on rows that refer to them, also through a
//! bridge; or all rows but those that something refers to.

use super::Shape;
use crate::query::ir::{Body, Item, Select, SetOp};
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::literals;
use crate::querygen::world::{Edge, World};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "set_of_rows",
    about: "rows that two different conditions select, or that none does, combined by a set operation",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let own = |e: &Edge<'_>| e.child != e.parent && world.entities[e.parent].is_subject();
    let edge = b.edge(own)?;
    let parent = b.entity(edge.parent);
    let form = b.number(0, 9);
    if form < 2 {
        return keys(b, edge);
    }
    let extra = b.one_of(&[0, 0, 1])?;
    let items = match &parent.table.primary_key[..] {
        [key] if b.chance(0.15) => vec![Item::column(0, key)],
        _ => b.show(parent, 0, extra),
    };
    if items.is_empty() {
        return None;
    }
    if form < 5 {
        let mut left = from(parent);
        left.items.clone_from(&items);
        let mut right = b.referred(edge, usize::from(form > 2))?;
        right.items = items;
        return Some(Body::SetOp {
            op: SetOp::Except,
            left,
            right,
        });
    }
    let mut left = b.referred(edge, 1)?;
    let mut right = left.clone();
    if b.chance(0.5) {
        let first = left.filter.first()?;
        right.filter = vec![literals::opposite(b.rng, b.condition_entity(&left)?, first)?];
    } else {
        let siblings: Vec<_> = world.children(edge.parent).into_iter().filter(|e| own(e)).collect();
        let other = World::pick(b.rng, b.usage, &siblings, |e| e.name.as_str())?;
        right = b.referred(other, 1)?;
        let columns = |s: &Select| s.filter.iter().flat_map(columns_of).collect::<Vec<_>>();
        if edge.name == other.name && columns(&left) == columns(&right) {
            return None;
        }
    }
    left.items.clone_from(&items);
    right.items = items;
    let op = b.one_of(&[SetOp::Intersect, SetOp::Intersect, SetOp::Except, SetOp::Union])?;
    let everything = op == SetOp::Union && literals::are_opposite(&left.filter, &right.filter);
    (left.filter != right.filter && !everything).then_some(Body::SetOp { op, left, right })
}

/// The keys that nothing refers to: `SELECT id FROM parent EXCEPT SELECT parent_id FROM child`.
fn keys(b: &mut Builder<'_, '_>, edge: &Edge<'_>) -> Option<Body> {
    let (parent, child) = (b.entity(edge.parent), b.entity(edge.child));
    let ([key], [reference]) = (&edge.key.ref_columns[..], &edge.key.columns[..]) else {
        return None;
    };
    let (mut left, mut right) = (from(parent), from(child));
    left.items = vec![Item::column(0, key)];
    right.items = vec![Item::column(0, reference)];
    if b.chance(0.4) {
        right.filter = b.conditions(child, 0, 1, &[]);
    }
    Some(Body::SetOp {
        op: SetOp::Except,
        left,
        right,
    })
}
