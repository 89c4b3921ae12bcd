//! What a row refers to, chosen by the row's own values: the airline of each flight to Oslo, the model of the lightest car.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, Predicate, Select};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::{Entity, Field};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "about_parent",
    about: "columns of the row that each row refers to, for rows with a condition, above the average, or with the highest value",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let (mut select, [child, parent], source) = b.child_and_parent()?;
    if !parent.is_asked_about() && b.chance_or(0.8, 0.4) {
        return None;
    }
    let extra = b.one_of(&[0, 0, 1])?;
    select.items = b.show(parent, source, extra);
    if b.chance_or(0.0, 0.5) {
        let field = b.field(parent, |f| parent.says_something(f))?;
        select.items = vec![Item::column(source, &field.column.name)];
    }
    let form = b.number(0, 9);
    if form < 4 {
        let n = b.one_of(&[1, 1, 2])?;
        select.filter = b.conditions(child, 0, n, &[]);
        if b.chance(0.2) {
            select.filter.extend(b.conditions(parent, source, 1, &[]));
        }
        beside_child(b, &mut select, child);
        b.keep_without(&mut select, child, source);
        return (!select.filter.is_empty() && !select.items.is_empty()).then_some(Body::Select(select));
    }
    if parent.display().is_empty() && !b.wide {
        // "What is the order's ID for the order line with the lowest value?"
        return None;
    }
    let by = b.field(child, |f| f.is_orderable())?;
    let column = Expr::column(0, &by.column.name);
    if b.chance(0.35) {
        let (on, at) = if b.chance(0.6) { (child, 0) } else { (parent, source) };
        select.filter = b.conditions(on, at, 1, std::slice::from_ref(&by.column.name));
    }
    if form < 8 {
        if b.chance(0.25) {
            select.items.insert(0, Item::column(0, &by.column.name));
        } else if b.chance(0.25) {
            // "For a given model, how many cylinders does the slowest car have?"
            let shown = b.field(child, |f| f.is_showable() && f.role() != Role::Flag && f.key != by.key)?;
            select.items = vec![Item::column(0, &shown.column.name)];
            select.filter = b.conditions(parent, source, 1, &[]);
            if select.filter.is_empty() {
                return None;
            }
        }
        b.rank_by(&mut select, by, column);
        select.limit = b.one_of(&[1, 1, 1, 3]);
        if (select.limit != Some(1) || !b.wide)
            && select
                .items
                .iter()
                .all(|i| i.expr.base_column().is_some_and(|c| c.source == source))
        {
            beside_child(b, &mut select, child);
        }
        b.keep_without(&mut select, child, source);
        return (!select.items.is_empty()).then_some(Body::Select(select));
    }
    if !by.is_measure() {
        return None;
    }
    let mut average = from(child);
    average.items = vec![Item {
        expr: Expr::aggregate(Aggregate::Avg, Some(column.clone())),
        alias: None,
    }];
    select.filter.push(Predicate::CompareQuery {
        left: column,
        op: b.one_of(&[Compare::Gt, Compare::Gt, Compare::Lt])?,
        query: Box::new(average),
    });
    beside_child(b, &mut select, child);
    b.keep_without(&mut select, child, source);
    (!select.items.is_empty()).then_some(Body::Select(select))
}

/// What a row refers to says little without the row: mostly the row's own name stands before it.
fn beside_child(b: &mut Builder<'_, '_>, select: &mut Select, child: &Entity<'_>) {
    if b.chance_or(0.0, 0.5) || select.items.is_empty() {
        return;
    }
    let names = child.display();
    let keys = child.table.primary_key.iter().filter_map(|c| child.field(c));
    let fields: Vec<&Field<'_>> = if names.is_empty() { keys.collect() } else { names };
    let own = fields.iter().filter(|f| f.is_showable()).map(|f| Item::column(0, &f.column.name));
    select.items.splice(0..0, own);
}
