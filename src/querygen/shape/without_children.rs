//! Rows that no row of another table refers to: the anti-join, written with LEFT JOIN or NOT EXISTS.

use super::Shape;
use crate::query::ir::{Body, Expr, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "without_children",
    about: "rows that nothing refers to (LEFT JOIN ... IS NULL)",
    often: 0.05,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let edge = b.lacking(|e| world.entities[e.parent].is_subject() && e.child != e.parent && !world.entities[e.child].words.bridge)?;
    let (parent, child) = (b.entity(edge.parent), b.entity(edge.child));
    let mut select = from(parent);
    let source = select.join(0, edge.key, &child.id, false, true);
    let extra = b.number(0, 1);
    select.items = b.show(parent, 0, extra);
    if b.chance_or(0.5, 0.85) {
        select.filter = b.conditions(parent, 0, 1, &[]);
    }
    select.filter.push(Predicate::IsNull {
        expr: Expr::column(source, edge.key.columns.first()?),
        negated: false,
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}
