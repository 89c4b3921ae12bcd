//! How many different values, or different parents, rows have.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::world::Field;
use crate::schema::role::Role;

/// Different values that a column has at least, for their number to be asked.
const COUNTED_MIN: u64 = 6;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "count_distinct",
    about: "how many different values of a column, or different rows referred to, there are",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    if b.chance(0.4)
        && let Some(edge) = b.relation(|e| world.entities[e.child].is_subject() && e.key.columns.len() == 1 && e.child != e.parent)
    {
        let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
        let mut select = from(child);
        let arg = Some(Box::new(Expr::column(0, edge.key.columns.first()?)));
        let count = Expr::Aggregate {
            func: Aggregate::Count,
            distinct: true,
            arg,
            filter: None,
        };
        select.items = vec![Item::named(count, &format!("{}_count", slug(&parent.words.singular)))];
        select.filter = b.conditions(child, 0, 1, &[]);
        return (!select.filter.is_empty()).then_some(Body::Select(select));
    }
    // Of a handful of statuses, nobody asks how many there are.
    // "How many languages are spoken in the world?"
    let wide = b.wide;
    let named = |f: &Field<'_>| wide && f.is_showable() && f.column.sql_type.is_text() && !f.is_unique();
    let counted = |f: &Field<'_>| (f.is_groupable() || named(f)) && f.role() != Role::Flag && f.profile.distinct >= COUNTED_MIN;
    let subject = b.thing(|_, e| !e.such(counted).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, counted)?;
    let mut select = from(entity);
    let arg = Some(Box::new(Expr::column(0, &field.column.name)));
    let count = Expr::Aggregate {
        func: Aggregate::Count,
        distinct: true,
        arg,
        filter: None,
    };
    select.items = vec![Item::named(count, &format!("{}_count", slug(&field.words.noun)))];
    let n = if b.wide { b.how_many(2) } else { b.one_of(&[0, 1, 1, 1])? };
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&field.column.name));
    b.narrow_by_parent(&mut select, subject, 0.25);
    Some(Body::Select(select))
}
