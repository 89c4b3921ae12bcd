//! The rows with the longest or shortest text, by characters.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, OrderKey, Predicate};
use crate::querygen::builder::{Builder, from};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "text_length",
    about: "the n rows whose name has the most or fewest characters",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let text = |f: &crate::querygen::world::Field<'_>| f.column.sql_type.is_text() && f.role() == Role::Name && !f.in_key;
    let subject = b.subject(|_, e| e.rows > 5 && !e.such(text).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, text)?;
    let column = Expr::column(0, &field.column.name);
    let mut select = from(entity);
    select.items = vec![Item::column(0, &field.column.name)];
    let length = Expr::Length(Box::new(column.clone()));
    if b.chance(0.5) {
        select.items.push(Item::named(length.clone(), "characters"));
    }
    let n = b.number(0, 1);
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&field.column.name));
    if field.has_nulls() {
        select.filter.push(Predicate::IsNull {
            expr: column.clone(),
            negated: true,
        });
    }
    let descending = b.chance(0.6);
    select.order = vec![
        OrderKey {
            expr: length,
            descending,
            tie_break: false,
        },
        OrderKey {
            expr: column,
            descending: false,
            tie_break: true,
        },
    ];
    select.limit = b.one_of(&[1, 3, 5, 5]);
    Some(Body::Select(select))
}
