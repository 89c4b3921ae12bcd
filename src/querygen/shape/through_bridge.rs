//! Many-to-many: rows on one side of a bridge table with, or by, rows on the other.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Select};
use crate::querygen::builder::{Builder, slug};
use crate::querygen::world::World;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "through_bridge",
    about: "pairs of rows that a bridge table connects, with conditions on its sides, or how many different rows they lead to",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let edge = b.edge(|e| world.entities[e.child].words.bridge)?;
    let others: Vec<_> = world.parents(edge.child).into_iter().filter(|e| e.parent != edge.parent).collect();
    let other = World::pick(b.rng, b.usage, &others, |e| e.name.as_str())?;
    let (bridge, left, right) = (b.entity(edge.child), b.entity(edge.parent), b.entity(other.parent));
    let mut select = Select::from_table(&bridge.id);
    let first = select.join(0, edge.key, &left.id, true, false);
    let second = select.join(0, other.key, &right.id, true, false);
    if b.chance(0.35) {
        let [key] = &other.key.columns[..] else { return None };
        let count = Expr::Aggregate {
            func: Aggregate::Count,
            distinct: true,
            arg: Some(Box::new(Expr::column(0, key))),
            filter: None,
        };
        select.items = vec![Item::named(count, &format!("{}_count", slug(&right.words.singular)))];
        let (on_right, on_left) = (b.conditions(right, second, 1, &[]), b.conditions(left, first, 1, &[]));
        let asked = !on_right.is_empty() && !on_left.is_empty();
        select.filter = [on_right, on_left].concat();
        return asked.then_some(Body::Select(select));
    }
    select.items = b.show(left, first, 0);
    let both = b.chance(0.6);
    if both {
        select.items.extend(b.show(right, second, 0));
    }
    let on_left = b.chance(0.4) && both;
    select.filter = if on_left {
        b.conditions(left, first, 1, &[])
    } else {
        b.conditions(right, second, 1, &[])
    };
    select.distinct = !both;
    (!select.filter.is_empty() && !select.items.is_empty()).then_some(Body::Select(select))
}
