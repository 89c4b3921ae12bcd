//! How many rows satisfy conditions, here or on the row they refer to.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::world::World;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "count",
    about: "how many rows satisfy conditions",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, _| true)?;
    let entity = b.entity(subject);
    let mut select = from(entity);
    select.items = vec![Item::named(
        Expr::aggregate(Aggregate::Count, None),
        &format!("{}_count", slug(&entity.words.singular)),
    )];
    let n = b.one_of(&[0, 1, 1, 1, 2, 2])?;
    select.filter = b.conditions(entity, 0, n, &[]);
    let parents: Vec<_> = b.world.parents(subject).into_iter().filter(|e| e.parent != subject).collect();
    if b.chance(0.3)
        && let Some(edge) = World::pick(b.rng, b.usage, &parents, |e| e.name.as_str())
    {
        let parent = b.entity(edge.parent);
        let source = select.sources.len();
        let extra = b.conditions(parent, source, 1, &[]);
        if !extra.is_empty() {
            select.join(0, edge.key, &parent.id, true, false);
            select.filter.truncate(1);
            select.filter.extend(extra);
        }
    }
    Some(Body::Select(select))
}
