//! How many rows satisfy conditions, here or on the row they refer to.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::literals;
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
    let n = if b.wide { b.how_many(2) } else { b.one_of(&[0, 1, 1, 1, 2, 2])? };
    select.filter = b.conditions(entity, 0, n, &[]);
    let parents: Vec<_> = b.world.parents(subject).into_iter().filter(|e| e.parent != subject).collect();
    if b.chance(0.4)
        && let Some(edge) = World::pick(b.rng, b.usage, &parents, |e| e.name.as_str())
    {
        let parent = b.entity(edge.parent);
        let source = select.sources.len();
        let extra = b.parent_conditions(parent, source);
        if !extra.is_empty() {
            select.join(0, edge.key, &parent.id, true, false);
            let own = b.one_of(&[0, 0, 1])?;
            select.filter.truncate(own);
            let either = match extra.first() {
                Some(first @ Predicate::Compare { op: Compare::Eq, .. }) if b.chance(0.25) => {
                    literals::another(b.rng, parent, first).map(|second| vec![Predicate::Any(vec![first.clone(), second])])
                }
                _ => None,
            };
            select.filter.extend(either.unwrap_or(extra));
            let others: Vec<_> = parents.into_iter().filter(|e| e.name != edge.name).collect();
            if b.chance(0.3)
                && let Some(second) = World::pick(b.rng, b.usage, &others, |e| e.name.as_str())
            {
                let (other, at) = (b.entity(second.parent), select.sources.len());
                let extra = b.conditions(other, at, 1, &[]);
                if !extra.is_empty() {
                    select.join(0, second.key, &other.id, true, false);
                    select.filter.extend(extra);
                }
            }
        }
    }
    Some(Body::Select(select))
}
