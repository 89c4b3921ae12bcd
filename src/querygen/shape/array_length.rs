//! Rows by how many elements their array has: ARRAY_LENGTH.

use super::{Shape, array_element::rows_or_count};
use crate::ir::Value;
use crate::query::ir::{Body, Compare, Expr, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "array_length",
    about: "rows whose array has so many elements",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.has_elements()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.has_elements())?;
    // An empty array has length 0 on one engine and NULL on the other: no bound takes it in.
    let (op, n) = b.one_of(&[
        (Compare::GtEq, 2),
        (Compare::Eq, 1),
        (Compare::Eq, 2),
        (Compare::GtEq, 3),
        (Compare::Gt, 1),
        (Compare::Eq, 3),
    ])?;
    let mut select = from(entity);
    select.filter = vec![Predicate::Compare {
        left: Expr::Elements(Box::new(Expr::column(0, &field.column.name))),
        op,
        value: Value::Int(n),
    }];
    rows_or_count(b, entity, select)
}
