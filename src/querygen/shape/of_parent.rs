//! Rows of a table chosen by what they refer to: by a condition on it, or by how it compares with others.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "of_parent",
    about: "rows chosen by a condition on the row they refer to, or by how that one compares with others",
    often: 2.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    if b.wide && b.chance(0.4) {
        return compared(b);
    }
    let (mut select, [child, parent], source) = b.child_and_parent()?;
    let extra = b.number(0, 2);
    select.items = b.show(child, 0, extra);
    if b.chance(0.3) {
        select.filter = b.conditions(child, 0, 1, &[]);
    }
    let on_parent = b.parent_conditions(parent, source);
    if on_parent.is_empty() || select.items.is_empty() {
        return None;
    }
    select.filter.extend(on_parent);
    Some(Body::Select(select))
}

/// "The model of the car whose data has the highest horsepower", "... is below the average": what stands in another table is asked of as if it
/// were the row's own.
fn compared(b: &mut Builder<'_, '_>) -> Option<Body> {
    let (mut select, [child, parent], source) = b.child_and_parent()?;
    let by = b.field(parent, |f| f.is_orderable())?;
    let column = Expr::column(source, &by.column.name);
    let form = b.number(0, 9);
    let (own, other) = (b.field(child, |f| f.is_showable())?, b.field(parent, |f| f.is_showable())?);
    select.items = vec![Item::column(0, &own.column.name)];
    match form {
        0..=5 => {}
        6..=7 => select.items = vec![Item::column(source, &other.column.name)],
        _ => select.items.push(Item::column(source, &by.column.name)),
    }
    if b.chance(0.4) {
        select.filter = if b.chance(0.5) {
            b.conditions(parent, source, 1, std::slice::from_ref(&by.column.name))
        } else {
            b.conditions(child, 0, 1, &[])
        };
    }
    if by.is_measure() && b.chance(0.4) {
        let mut average = from(parent);
        average.items = vec![Item {
            expr: Expr::aggregate(Aggregate::Avg, Some(Expr::column(0, &by.column.name))),
            alias: None,
        }];
        select.filter.push(Predicate::CompareQuery {
            left: column,
            op: b.one_of(&[Compare::Gt, Compare::Lt])?,
            query: Box::new(average),
        });
        return Some(Body::Select(select));
    }
    b.rank_by(&mut select, by, column);
    select.limit = Some(1);
    Some(Body::Select(select))
}
