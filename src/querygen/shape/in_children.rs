//! Rows that some row of another table refers to: `IN (SELECT ...)`.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from};
use crate::querygen::literals;
use crate::querygen::world::Edge;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "in_children",
    about: "rows that some (or no) row with a condition refers to, by IN or NOT IN",
    often: 2.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let negated = b.chance(0.35);
    let fits = |e: &Edge<'_>| {
        e.child != e.parent && e.key.columns.len() == 1 && world.entities[e.parent].is_subject() && !world.entities[e.child].words.bridge
    };
    let edge = if negated { b.lacking(fits) } else { b.relation(fits) }?;
    let (parent, child) = (b.entity(edge.parent), b.entity(edge.child));
    let mut inner = from(child);
    inner.items = vec![Item::column(0, edge.key.columns.first()?)];
    if !negated || b.chance(0.6) {
        inner.filter = b.conditions(child, 0, 1, &[]);
    }
    if negated && !b.wide && b.chance(0.7) {
        literals::in_whole_years(&mut inner.filter);
    }
    let missing = edge.key.columns.iter().filter_map(|c| child.field(c)).any(|f| f.has_nulls());
    if negated && missing {
        // NOT IN a list that holds a NULL keeps nothing.
        inner.filter.push(Predicate::IsNull {
            expr: Expr::column(0, edge.key.columns.first()?),
            negated: true,
        });
    }
    if inner.filter.is_empty() && !negated {
        return None;
    }
    let mut select = from(parent);
    let extra = b.number(0, 1);
    select.items = b.show(parent, 0, extra);
    if b.chance(0.25) {
        select.filter = b.conditions(parent, 0, 1, &[]);
    }
    let left = Expr::column(0, edge.key.ref_columns.first()?);
    select.filter.push(Predicate::InQuery {
        left,
        query: Box::new(inner),
        negated,
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}
