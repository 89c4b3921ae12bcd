//! How many rows there are for one row referred to, on average: a count over a distinct count.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from, slug};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "per_one",
    about: "how many rows there are on average for each row that they refer to",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let fit = |e: &&crate::querygen::world::Edge<'_>| {
        e.child != e.parent && e.key.columns.len() == 1 && world.entities[e.child].is_subject() && world.entities[e.parent].is_subject()
    };
    // No join is made, so use does not tell which were asked for.
    let fit: Vec<_> = world.edges.iter().filter(fit).collect();
    let told: Vec<_> = fit.iter().copied().filter(|e| world.entities[e.parent].is_asked_about()).collect();
    let edge = b.one_of(if told.is_empty() { &fit } else { &told })?;
    let child = b.entity(edge.child);
    let column = edge.key.columns.first()?;
    let field = child.field(column)?;
    if field.is_unique() || field.profile.distinct < 2 {
        return None;
    }
    let mut select = from(child);
    let n = b.number(0, 1);
    select.filter = b.conditions(child, 0, n, std::slice::from_ref(column));
    if field.has_nulls() {
        // Rows that refer to nothing belong to none of them.
        select.filter.push(Predicate::IsNull {
            expr: Expr::column(0, column),
            negated: true,
        });
    }
    let ratio = Expr::Ratio {
        part: Box::new(Expr::aggregate(Aggregate::Count, None)),
        whole: Box::new(Expr::Aggregate {
            func: Aggregate::Count,
            distinct: true,
            arg: Some(Box::new(Expr::column(0, column))),
            filter: None,
        }),
    };
    let alias = format!("{}_per_{}", slug(&child.words.plural), slug(&edge.words.role));
    select.items = vec![Item::named(ratio, &alias)];
    Some(Body::Select(select))
}
