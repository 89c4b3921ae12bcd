//! Rows whose text starts with, ends in or contains something.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::literals;
use crate::querygen::world::Field;
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "text_search",
    about: "rows whose name or text starts with, ends in or contains a piece of text",
    often: 1.0,
    build,
};

/// As few codes as this are known by heart.
const CODES_MIN: u64 = 30;

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    // Who knows the few codes there are does not look for a piece of one.
    let wide = b.wide;
    let many = |f: &Field<'_>| wide || f.role() != Role::Code || f.profile.distinct > CODES_MIN;
    let text =
        |f: &Field<'_>| f.column.sql_type.is_text() && matches!(f.role(), Role::Name | Role::FreeText | Role::Code) && !f.in_key && many(f);
    let subject = b.subject(|_, e| !e.such(text).is_empty())?;
    let entity = b.entity(subject);
    // Of free text nobody knows a word beforehand; it is searched once, so that it is covered.
    let usage = b.usage;
    let known = |f: &Field<'_>| text(f) && (wide || f.role() != Role::FreeText || usage.of(&f.key) == 0);
    let field = b.field(entity, known)?;
    let mut select = from(entity);
    select.filter = vec![literals::text_match(b.rng, field, Expr::column(0, &field.column.name))?];
    if b.chance(0.1) {
        select
            .filter
            .extend(b.conditions(entity, 0, 1, std::slice::from_ref(&field.column.name)));
    }
    if b.chance(0.3) {
        select.items = vec![Item::named(
            Expr::aggregate(Aggregate::Count, None),
            &format!("{}_count", slug(&entity.words.singular)),
        )];
    } else {
        let extra = b.number(0, 1);
        select.items = b.show(entity, 0, extra);
    }
    (!select.items.is_empty()).then_some(Body::Select(select))
}
