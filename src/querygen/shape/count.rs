//! How many rows satisfy conditions, here or on the row they refer to.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::literals;
use crate::querygen::world::{Edge, World};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "count",
    about: "how many rows satisfy conditions",
    often: 3.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    if b.wide
        && b.chance(0.1)
        && let Some(edge) = b.edge(|e| world.entities[e.child].words.bridge)
    {
        return links_of(b, edge);
    }
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

/// "How many likes does Kyle have?": rows that only connect others, of one of those; or of those on one side with those on the other.
fn links_of(b: &mut Builder<'_, '_>, edge: &Edge<'_>) -> Option<Body> {
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    let mut select = from(child);
    select.items = vec![Item::named(
        Expr::aggregate(Aggregate::Count, None),
        &format!("{}_count", slug(&child.words.singular)),
    )];
    let source = select.join(0, edge.key, &parent.id, true, false);
    select.filter = b.parent_conditions(parent, source);
    let others: Vec<_> = b.world.parents(edge.child).into_iter().filter(|e| e.name != edge.name).collect();
    if b.chance(0.5)
        && let Some(other) = World::pick(b.rng, b.usage, &others, |e| e.name.as_str())
    {
        let far = b.entity(other.parent);
        let at = select.join(0, other.key, &far.id, true, false);
        let on_far = b.conditions(far, at, 1, &[]);
        if on_far.is_empty() {
            return None;
        }
        select.filter.extend(on_far);
    }
    (!select.filter.is_empty()).then_some(Body::Select(select))
}
