//! The latest or highest rows of each row referred to: LATERAL.

use super::Shape;
use crate::query::ir::{Body, ColumnRef, Expr, Item, OrderKey, Predicate, Source};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::Edge;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "first_of_each",
    about: "for each row the latest or highest n of the rows that refer to it",
    often: 1.0,
    build,
};

/// Name of the subquery in the SQL.
const NAME: &str = "picked";

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let fits = |e: &Edge<'_>| {
        let (child, parent) = (&world.entities[e.child], &world.entities[e.parent]);
        let sorts = !child.such(|f| (f.is_measure() || f.is_time()) && !f.is_groupable()).is_empty();
        e.child != e.parent
            && !child.table.is_unique(&e.key.columns)
            && child.is_subject()
            && parent.is_subject()
            && sorts
            && child.rows * 2 >= parent.rows
    };
    // Where one row in two has nothing, or one, there is no first of several.
    let several = |e: &Edge<'_>| world.entities[e.child].rows >= world.entities[e.parent].rows * 2;
    let edge = b.relation(|e| fits(e) && several(e)).or_else(|| b.relation(fits))?;
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    let by = b.field(child, |f| (f.is_measure() || f.is_time()) && !f.is_groupable())?;
    let key = Expr::column(0, &by.column.name);
    let mut each = from(child);
    each.items = b.naming(child).iter().map(|f| Item::column(0, &f.column.name)).collect();
    // A row that only its key names is shown by what else it has.
    if child.display().is_empty() {
        each.items = b.show(child, 0, 1);
    }
    if !each.items.iter().any(|item| item.expr == key) {
        each.items.push(Item::column(0, &by.column.name));
    }
    each.order = vec![OrderKey {
        expr: key.clone(),
        descending: b.chance(0.8),
        tie_break: false,
    }];
    if !by.is_unique() {
        // The first n of rows that tie are any n of them: the key settles which, and is shown.
        for column in child
            .table
            .primary_key
            .iter()
            .filter(|c| !edge.key.columns.contains(c) && **c != by.column.name)
        {
            let column = Expr::column(0, column);
            if !each.items.iter().any(|item| item.expr == column) {
                each.items.insert(
                    0,
                    Item {
                        expr: column.clone(),
                        alias: None,
                    },
                );
            }
            each.order.push(OrderKey {
                expr: column,
                descending: false,
                tie_break: true,
            });
        }
    }
    each.items
        .retain(|item| item.expr.base_column().is_none_or(|c| !edge.key.columns.contains(&c.column)));
    each.limit = b.one_of(&[1, 2, 2, 3, 3]);
    // Where each has but a few, a condition leaves none of them.
    if child.rows >= parent.rows * 4 && b.chance(0.15) {
        each.filter = b.plain_conditions(child, 0, 1, std::slice::from_ref(&by.column.name));
    }
    if by.has_nulls() {
        // Nothing is not the highest of anything.
        each.filter.push(Predicate::IsNull { expr: key, negated: true });
    }
    let mut outer = from(parent);
    outer.sources.push(Source::Stage);
    outer.items = b.naming(parent).iter().map(|f| Item::column(0, &f.column.name)).collect();
    if parent.rows > 200 || b.chance(0.4) {
        outer.filter = b.conditions(parent, 0, 1, &[]);
    }
    for item in &each.items {
        let Expr::Column(column) = &item.expr else { return None };
        let shown = Expr::Column(ColumnRef {
            source: 1,
            column: column.column.clone(),
        });
        outer.items.push(Item { expr: shown, alias: None });
    }
    Some(Body::Each {
        name: NAME.to_owned(),
        key: edge.key.clone(),
        each,
        outer,
    })
}
