//! Rows with the row of the same table that each refers to.

use super::Shape;
use crate::query::ir::{Body, Compare, Expr, Predicate};
use crate::querygen::builder::{Builder, from};
use crate::querygen::literals;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "self_join",
    about: "rows beside the row of the same table they refer to",
    often: 0.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let edge = b.edge(|e| e.child == e.parent)?;
    let entity = b.entity(edge.child);
    let mut select = from(entity);
    let up = select.join(0, edge.key, &entity.id, true, false);
    select.items = b.show(entity, 0, 0);
    let compared = b.field(entity, |f| f.is_orderable() && !f.has_nulls()).filter(|_| b.chance(0.5));
    match compared {
        Some(field) => {
            let op = if b.chance(0.6) { Compare::Gt } else { Compare::Lt };
            select.filter = vec![Predicate::CompareExpr {
                left: Expr::column(0, &field.column.name),
                op,
                right: Expr::column(up, &field.column.name),
            }];
            if b.chance(0.5) {
                select.items.extend(b.show(entity, up, 0));
            }
        }
        None => {
            select.items.extend(b.show(entity, up, 0));
            let source = if b.chance(0.6) { 0 } else { up };
            select.filter = b.conditions(entity, source, 1, &[]);
            if select.filter.is_empty() {
                // Nothing but a name to ask by: "the cuisines within Asian".
                select.items = b.show(entity, 0, 0);
                select.filter.extend(literals::lookup(b.rng, b.usage, entity, up));
            }
        }
    }
    b.keep_without(&mut select, entity, up);
    (!select.filter.is_empty() && !select.items.is_empty()).then_some(Body::Select(select))
}
