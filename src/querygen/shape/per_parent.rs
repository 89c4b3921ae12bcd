//! An aggregate for each row that others refer to: loans per member.

use super::Shape;
use crate::ir::Value;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, OrderKey, Predicate};
use crate::querygen::builder::{Builder, count_condition, from, slug};
use crate::querygen::world::{Entity, Field};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "per_parent",
    about: "an aggregate of the rows that refer to each row of another table, all, top n or chosen by HAVING",
    often: 4.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let edge = b.relation(|e| {
        e.child != e.parent && !world.entities[e.child].table.is_unique(&e.key.columns) && world.entities[e.parent].is_subject()
    })?;
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    if let ([key], true) = (&edge.key.columns[..], b.chance_or(0.0, 0.15)) {
        return by_number(child, key);
    }
    let mut select = from(child);
    let source = select.join(0, edge.key, &parent.id, true, false);
    let form = b.number(0, 9);
    // Who has most is told by its key more often than each of a list is.
    let (mut group, mut shown) = match b.wide && form >= 7 && b.chance(0.8) {
        true => b.group_by_key(parent, source),
        false => b.group_by_entity(parent, source),
    };
    // "Show the name and theme of every concert and the number of singers in it."
    let keyed = parent
        .table
        .primary_key
        .iter()
        .all(|key| group.contains(&Expr::column(source, key)));
    if b.wide && keyed && b.chance(0.25) {
        let named = |f: &Field<'_>| shown.iter().any(|i| i.expr == Expr::column(source, &f.column.name));
        if let Some(more) = b.field(parent, |f| parent.says_something(f) && !named(f)) {
            let more = Item::column(source, &more.column.name);
            group.push(more.expr.clone());
            if b.chance(0.3) {
                // "When were the orchestras founded that have performed more than once?"
                shown.clear();
            }
            shown.push(more);
        }
    }
    let counting = if child.words.bridge { 1.0 } else { 0.55 };
    let (measure, alias) = b.aggregate(child, 0, counting);
    select.group = group;
    select.items = shown.clone();
    if !child.words.bridge {
        let n = b.one_of(&[0, 0, 1])?;
        let avoid: Vec<String> = measure.base_column().map(|c| c.column.clone()).into_iter().collect();
        select.filter = b.conditions(child, 0, n, &avoid);
    }
    let of_child = !select.filter.is_empty();
    if b.wide && !of_child && b.chance(0.2) {
        // "The students above grade 5 who have at least two friends."
        select.filter = b.conditions(parent, source, 1, &[]);
    }
    if (5..=6).contains(&form) && !of_child {
        let mean = child.rows as f64 / parent.rows.max(1) as f64;
        let (op, n) = match count_condition(b.rng, mean.max(1.0)) {
            // Rows without any are in no group.
            (Compare::Lt, n) if n <= 2 && b.wide && b.chance(0.7) => (Compare::Lt, 3),
            (Compare::Lt, n) if n <= 2 => (Compare::Eq, 1),
            (Compare::Lt, n) if !b.wide => (Compare::GtEq, n),
            bound => bound,
        };
        select.having = vec![Predicate::Compare {
            left: Expr::aggregate(Aggregate::Count, None),
            op,
            value: Value::Int(n),
        }];
        // Of exactly one the number is said, and the average is that one.
        if b.chance(0.5) && op != Compare::Eq {
            select.items.push(Item::named(measure, &alias));
        }
        return Some(Body::Select(select));
    }
    if form >= 7 {
        // The fewest are none, where there are rows that nothing refers to.
        let referring = edge.key.columns.first().and_then(|column| child.field(column));
        let all = referring.is_some_and(|f| f.profile.distinct == parent.rows) && select.filter.is_empty();
        let descending = b.chance(0.8) || !all;
        select.order = vec![OrderKey {
            expr: measure.clone(),
            descending,
            tie_break: false,
        }];
        if !b.leaves_ties() {
            select.order.extend(shown.iter().map(|i| OrderKey {
                expr: i.expr.clone(),
                descending: false,
                tie_break: true,
            }));
        }
        select.limit = b.one_of(if b.wide { &[1, 1, 1, 1, 3, 5, 10] } else { &[1, 1, 1, 3, 5, 5, 10] });
        if b.chance(0.4) {
            // "Which author has the most books?"
            return Some(Body::Select(select));
        }
    }
    select.items.push(Item::named(measure, &alias));
    Some(Body::Select(select))
}

/// "Show the student IDs and the number of friends of each": by the reference itself, nothing joined.
fn by_number(child: &Entity<'_>, key: &str) -> Option<Body> {
    let number = child.field(key).filter(|f| f.is_showable() && !f.has_nulls())?;
    let alias = format!("{}_count", slug(&child.words.singular));
    let mut select = from(child);
    select.group = vec![Expr::column(0, &number.column.name)];
    select.items = vec![
        Item::column(0, &number.column.name),
        Item::named(Expr::aggregate(Aggregate::Count, None), &alias),
    ];
    Some(Body::Select(select))
}
