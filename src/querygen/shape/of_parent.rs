//! Rows of a table chosen by what they refer to.

use super::Shape;
use crate::query::ir::Body;
use crate::querygen::builder::Builder;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "of_parent",
    about: "rows chosen by a condition on the row they refer to",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let (mut select, [child, parent], source) = b.child_and_parent()?;
    let extra = b.number(0, 2);
    select.items = b.show(child, 0, extra);
    if b.chance(0.3) {
        select.filter = b.conditions(child, 0, 1, &[]);
    }
    let on_parent = b.parent_conditions(parent, source);
    if on_parent.is_empty() || select.items.is_empty() {
        return None;
    }
    select.filter.extend(on_parent);
    Some(Body::Select(select))
}
