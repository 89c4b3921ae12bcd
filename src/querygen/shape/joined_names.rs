//! The names or values of a group's rows in one text: STRING_AGG.

use super::Shape;
use crate::ir::SqlType;
use crate::query::ir::{Body, Expr, Item};
use crate::querygen::builder::{Builder, slug};
use crate::querygen::world::{Entity, Field};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "joined_names",
    about: "the names of each group's rows, or the different values of a category, in one comma-separated text",
    often: 1.0,
    build,
};

/// Rows of a group whose names still make a line that is read.
const ROWS_MAX: f64 = 12.0;

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    // PostgreSQL joins text alone, and a char(n) without its blanks.
    let is_text = |f: &Field<'_>| matches!(f.column.sql_type, SqlType::Text | SqlType::Varchar(_)) && !f.in_key;
    // Half of a name in two columns says nothing.
    let name = |e: &Entity<'_>, f: &Field<'_>| is_text(f) && e.words.display == [f.column.name.clone()] && !f.has_nulls();
    let value = |f: &Field<'_>| is_text(f) && f.role() == Role::Category && f.profile.distinct <= 40;
    let (mut select, entity, avoid) = b.grouped(|e| !e.such(|f| name(e, f) || value(f)).is_empty())?;
    let groups = match select.joins.first() {
        Some(_) => select
            .table(1)
            .and_then(|id| b.world.entities.iter().find(|e| e.id == id))
            .map_or(1, |e| e.rows),
        None => avoid
            .iter()
            .filter_map(|c| entity.field(c))
            .map(|f| f.profile.distinct)
            .max()
            .unwrap_or(1),
    };
    let fresh = |f: &Field<'_>| !avoid.contains(&f.column.name);
    let by_name = b.field(entity, |f| name(entity, f) && fresh(f)).filter(|_| b.chance(0.6));
    let (field, distinct) = match by_name {
        Some(field) => (field, !field.is_unique()),
        None => (b.field(entity, |f| value(f) && fresh(f))?, true),
    };
    let mut avoid = avoid;
    avoid.push(field.column.name.clone());
    let crowded = !distinct && entity.rows as f64 / groups.max(1) as f64 > ROWS_MAX;
    let n = if crowded { 2 } else { b.number(0, 1) };
    select.filter = b.conditions(entity, 0, n, &avoid);
    let joined = Expr::Joined {
        of: Box::new(Expr::column(0, &field.column.name)),
        distinct,
    };
    select.items.push(Item::named(joined, &slug(&field.words.plural)));
    Some(Body::Select(select))
}
