//! Rows of a table with something about the row each refers to.

use super::Shape;
use crate::query::ir::{Body, Expr, Predicate};
use crate::querygen::builder::Builder;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "with_parent",
    about: "rows with columns of the row they refer to, conditions on either side",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let (mut select, [child, parent], source) = b.child_and_parent()?;
    let extra = b.number(0, 1);
    select.items = b.show(child, 0, extra);
    let more = b.number(0, 1);
    let shown = if parent.display().is_empty() {
        b.show(parent, source, 1)
    } else {
        b.show(parent, source, more)
    };
    let shows_parent = !shown.is_empty();
    select.items.extend(shown);
    let form = if b.chance_or(0.0, 0.2) { 0 } else { b.number(0, 9) };
    if form > 3 {
        select.filter = b.conditions(child, 0, 1, &[]);
    }
    if form > 0 && (select.filter.is_empty() || b.chance(0.3)) {
        select.filter.extend(b.conditions(parent, source, 1, &[]));
    }
    let asks_of_parent = select
        .filter
        .iter()
        .filter_map(Predicate::subject)
        .filter_map(Expr::base_column)
        .any(|c| c.source == source);
    if !shows_parent && !asks_of_parent {
        return None;
    }
    b.keep_without(&mut select, child, source);
    (select.items.len() >= 2 && (!select.filter.is_empty() || child.rows <= 1000)).then_some(Body::Select(select))
}
