//! The latest or highest row of each row referred to: DISTINCT ON.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, OrderKey, Predicate};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::Edge;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "one_of_each",
    about: "for each row the latest or highest one of the rows that refer to it",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let fits = |e: &Edge<'_>| {
        let (child, parent) = (&world.entities[e.child], &world.entities[e.parent]);
        let sorts = !child.such(|f| (f.is_measure() || f.is_time()) && !f.is_groupable()).is_empty();
        // A key that is unique has one row for each anyway.
        let several = !child.table.is_unique(&e.key.columns);
        several && e.child != e.parent && child.is_subject() && parent.is_subject() && sorts && child.rows >= parent.rows
    };
    // Another shape asks for the first rows of many parents; the answer to this one has a row for each of them.
    let edge = b.relation(|e| fits(e) && world.entities[e.parent].rows <= super::EACH_MAX)?;
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    let by = b.field(child, |f| (f.is_measure() || f.is_time()) && !f.is_groupable())?;
    let key = Expr::column(0, &by.column.name);
    let plain = |expr: Expr, descending: bool, tie_break: bool| OrderKey {
        expr,
        descending,
        tie_break,
    };
    let mut select = from(child);
    let source = select.join(0, edge.key, &parent.id, true, false);
    select.distinct_on = edge.key.columns.iter().map(|c| Expr::column(0, c)).collect();
    select.order = select.distinct_on.iter().map(|key| plain(key.clone(), false, false)).collect();
    select.order.push(plain(key.clone(), b.chance(0.8), false));
    let named = |fields: Vec<&crate::querygen::world::Field<'_>>, source: usize| -> Vec<Item> {
        fields.iter().map(|f| Item::column(source, &f.column.name)).collect()
    };
    let mut own = named(b.naming(child), 0);
    if child.display().is_empty() {
        own = b.show(child, 0, 1);
    }
    if !own.iter().any(|item| item.expr == key) {
        own.push(Item::column(0, &by.column.name));
    }
    if !by.is_unique() {
        // The first of rows that tie is any of them: the key settles which, and is shown.
        for column in child
            .table
            .primary_key
            .iter()
            .filter(|c| !edge.key.columns.contains(c) && **c != by.column.name)
            .rev()
        {
            let column = Expr::column(0, column);
            if !own.iter().any(|item| item.expr == column) {
                own.insert(
                    0,
                    Item {
                        expr: column.clone(),
                        alias: None,
                    },
                );
            }
        }
        let keys = child
            .table
            .primary_key
            .iter()
            .filter(|c| !edge.key.columns.contains(c) && **c != by.column.name);
        select.order.extend(keys.map(|c| plain(Expr::column(0, c), false, true)));
    }
    own.retain(|item| item.expr.base_column().is_none_or(|c| !edge.key.columns.contains(&c.column)));
    select.items = named(b.naming(parent), source);
    select.items.extend(own);
    if b.chance(0.4) {
        select.filter = b.plain_conditions(child, 0, 1, std::slice::from_ref(&by.column.name));
        b.mostly_by_kind(child, &mut select.filter);
    }
    if by.has_nulls() {
        // Nothing is not the highest of anything.
        select.filter.push(Predicate::IsNull { expr: key, negated: true });
    }
    Some(Body::Select(select))
}
