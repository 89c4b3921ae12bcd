//! An aggregate for each value of a column of the row referred to: revenue per customer country.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, OrderKey};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::{Edge, Entity, Field};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "per_parent_category",
    about: "an aggregate for each category of the row referred to",
    often: 0.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let fits = |e: &Edge<'_>| {
        let parent = &world.entities[e.parent];
        e.child != e.parent && world.entities[e.child].is_subject() && !parent.such(|f| groups(parent, f)).is_empty()
    };
    // "By the head's employment type": a person in one role among others is no kind of row.
    let own = |e: &Edge<'_>| !world.entities[e.parent].words.person || e.words.role == world.entities[e.parent].words.singular;
    let edge = match b.wide {
        true => b.relation(fits),
        false => b.relation(|e| fits(e) && own(e)).or_else(|| b.relation(fits)),
    }?;
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    let key = b.field(parent, |f| groups(parent, f))?;
    let mut select = from(child);
    let source = select.join(0, edge.key, &parent.id, true, false);
    let (measure, alias) = b.aggregate(child, 0, 0.55);
    let key_expr = Expr::column(source, &key.column.name);
    select.group = vec![key_expr.clone()];
    select.items = vec![Item::column(source, &key.column.name), Item::named(measure.clone(), &alias)];
    let n = b.number(0, 1);
    let avoid: Vec<String> = measure.base_column().map(|c| c.column.clone()).into_iter().collect();
    select.filter = b.conditions(child, 0, n, &avoid);
    if b.chance(0.4) {
        select.order = vec![
            OrderKey {
                expr: measure,
                descending: true,
                tie_break: false,
            },
            OrderKey {
                expr: key_expr,
                descending: false,
                tie_break: true,
            },
        ];
        if b.leaves_ties() {
            select.order.truncate(1);
        }
        let few = if b.wide { 2 } else { 4 };
        if b.chance(0.6) && key.profile.distinct > few {
            select.limit = b.one_of(&[1, 1, 3]);
            if b.chance(0.4) {
                select.items.truncate(1);
            }
        }
    }
    Some(Body::Select(select))
}

/// A category, or a text that several rows share: the city of an airport. People who share a name are no group.
fn groups(parent: &Entity<'_>, field: &Field<'_>) -> bool {
    let shared =
        !parent.words.person && field.role() == Role::Name && field.profile.distinct > 1 && field.profile.distinct * 10 <= field.rows * 9;
    // The name of a row stands for the row.
    let name = parent.words.display.contains(&field.column.name);
    !parent.calendar && !name && (field.is_groupable() || (shared && !field.in_key))
}
