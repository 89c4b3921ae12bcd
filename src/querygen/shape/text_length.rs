//! The longest or shortest texts, by characters.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, OrderKey, Predicate};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::{Entity, Field};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "text_length",
    about: "the n texts with the most or fewest characters, seldom names",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let fits: fn(&Field<'_>) -> bool = if b.chance(0.8) { is_prose } else { is_title };
    let has = |e: &Entity<'_>, fits: fn(&Field<'_>) -> bool| e.rows > 5 && !e.words.person && !e.such(fits).is_empty();
    let fits = if b.world.entities.iter().any(|e| e.is_subject() && has(e, is_prose)) {
        fits
    } else {
        is_title
    };
    let subject = b.subject(|_, e| has(e, fits))?;
    let entity = b.entity(subject);
    let field = b.field(entity, fits)?;
    let column = Expr::column(0, &field.column.name);
    let mut select = from(entity);
    select.items = vec![Item::column(0, &field.column.name)];
    let length = Expr::Length(Box::new(column.clone()));
    if b.chance(0.5) {
        select.items.push(Item::named(length.clone(), "characters"));
    }
    // Of a few chosen texts nobody wants the longest.
    let n = if is_prose(field) && b.wide { b.number(0, 1) } else { 0 };
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&field.column.name));
    if field.has_nulls() {
        select.filter.push(Predicate::IsNull {
            expr: column.clone(),
            negated: true,
        });
    }
    let descending = b.chance(0.8);
    let key = |expr: Expr, descending: bool, tie_break: bool| OrderKey {
        expr,
        descending,
        tie_break,
    };
    select.order = vec![key(length, descending, false)];
    if !b.leaves_ties() {
        select.order.push(key(column, false, true));
    }
    select.limit = b.one_of(&[1, 3, 5, 10]);
    Some(Body::Select(select))
}

/// Text that people write: a comment, a description.
fn is_prose(field: &Field<'_>) -> bool {
    field.column.sql_type.is_text() && field.role() == Role::FreeText && occurs_once(field)
}

/// A title or a name of its own.
fn is_title(field: &Field<'_>) -> bool {
    let last = field.words.noun.rsplit(' ').next().unwrap_or("");
    let kind = ["title", "name", "headline", "label", "caption", "subject"].contains(&last);
    field.column.sql_type.is_text() && field.role() == Role::Name && kind && !field.in_key && occurs_once(field)
}

/// No two rows share a text, so that texts and rows are one.
fn occurs_once(field: &Field<'_>) -> bool {
    field.profile.distinct > 5 && field.profile.distinct + field.profile.nulls == field.rows
}
