//! Rows in two sets, in either, or in the first only: INTERSECT, UNION, EXCEPT over conditions on rows that refer to them, also through a
//! bridge; or all rows but those that something refers to.

use super::Shape;
use crate::query::ir::{Body, Compare, Item, Predicate, Select, SetOp};
use crate::querygen::builder::{Builder, from};
use crate::querygen::literals;
use crate::querygen::world::{Edge, World};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "set_of_rows",
    about: "rows that two different conditions select, or that none does, combined by a set operation",
    often: 2.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let own = |e: &Edge<'_>| e.child != e.parent && world.entities[e.parent].is_subject();
    let form = b.number(0, 9);
    let edge = if form < 5 { b.lacking(own) } else { b.relation(own) }?;
    let parent = b.entity(edge.parent);
    if form < 1 && b.wide {
        return keys(b, edge);
    }
    // Rows as sets: what is shown tells them apart, so that "those who" are the rows meant.
    let mut items = b.identifying(parent);
    if let ([key], true) = (&edge.key.ref_columns[..], b.chance_or(0.0, 0.2)) {
        items = vec![Item::column(0, key)];
    }
    // "The first names that students with cats share with students with dogs."
    let mut of_values = false;
    if b.chance_or(0.0, 0.2)
        && let Some(field) = b.field(parent, |f| {
            parent.says_something(f) && !f.is_unique() && f.column.sql_type.is_text()
        })
    {
        of_values = true;
        items = vec![Item::column(0, &field.column.name)];
    }
    if items.is_empty() {
        return None;
    }
    if !of_values && b.chance(0.25) {
        let shown: Vec<String> = items
            .iter()
            .filter_map(|i| i.expr.base_column().map(|c| c.column.clone()))
            .collect();
        let more = b.field(parent, |f| {
            parent.says_something(f) && !f.is_life_day() && !shown.contains(&f.column.name)
        });
        items.extend(more.map(|f| Item::column(0, &f.column.name)));
    }
    if form < 5 {
        let mut left = from(parent);
        left.items.clone_from(&items);
        // Most people say NOT IN for what nothing refers to.
        let all = form < 2 && b.chance_or(1.0, 0.1);
        let mut right = b.referred(edge, usize::from(!all))?;
        right.items = items;
        if !b.wide && b.chance(0.7) {
            literals::in_whole_years(&mut right.filter);
        }
        let plain = right.filter.iter().all(literals::is_plain);
        return (plain && near(&right)).then_some(Body::SetOp {
            op: SetOp::Except,
            left,
            right,
            of_values,
        });
    }
    let mut left = b.referred(edge, 1)?;
    let mut right = left.clone();
    let mut often = world.refers_often(edge);
    let first = left.filter.first()?.clone();
    if let (true, Predicate::Compare { op: Compare::Eq, .. }) = (b.chance(0.7), &first) {
        right.filter = vec![literals::another(b.rng, b.condition_entity(&left)?, &first)?];
    } else {
        let siblings: Vec<_> = world
            .children(edge.parent)
            .into_iter()
            .filter(|e| own(e) && !e.words.children.ends_with(')'))
            .collect();
        let other = World::pick(b.rng, b.usage, &siblings, |e| e.name.as_str())?;
        if edge.name == other.name {
            // Loans of 2022 and loans of 2023; a fine here and a date there have nothing to do with each other.
            let Predicate::During { expr, year, .. } = &first else {
                return None;
            };
            left.filter = vec![Predicate::During {
                expr: expr.clone(),
                year: *year,
                month: None,
            }];
            right.filter = vec![Predicate::During {
                expr: expr.clone(),
                year: year + 1,
                month: None,
            }];
        } else {
            // Two relations say enough: one condition at most, and that a state or a time.
            right = b.referred(other, 0)?;
            often = world.refers_often(other);
            if !b.wide && world.refers_nearly_always(other) {
                // "And also offer dishes", as every restaurant does.
                return None;
            }
            let measured = matches!(
                first,
                Predicate::Compare {
                    op: Compare::Lt | Compare::LtEq | Compare::Gt | Compare::GtEq,
                    ..
                } | Predicate::Between { .. }
            );
            if measured || b.chance(0.4) {
                left.filter.clear();
            }
        }
    }
    left.items.clone_from(&items);
    right.items = items;
    let op = match b.set_operation()? {
        SetOp::Except if !b.wide && !often => SetOp::Intersect,
        // "Restaurants that have received five-star reviews or any orders" are those of two questions.
        SetOp::Union if !b.wide && (left.joins != right.joins || b.chance(0.8)) => SetOp::Intersect,
        op => op,
    };
    let plain = left.filter.iter().chain(&right.filter).all(literals::is_plain);
    (plain && near(&left) && near(&right) && left.filter != right.filter).then_some(Body::SetOp {
        op,
        left,
        right,
        of_values,
    })
}

/// Whether the rows that refer to these do so at first hand, or across a bridge: two relations in one sentence are enough.
fn near(side: &Select) -> bool {
    side.joins.iter().filter(|j| !j.to_parent).count() == 1
}

/// The keys that nothing refers to: `SELECT id FROM parent EXCEPT SELECT parent_id FROM child`.
fn keys(b: &mut Builder<'_, '_>, edge: &Edge<'_>) -> Option<Body> {
    let (parent, child) = (b.entity(edge.parent), b.entity(edge.child));
    let ([key], [reference]) = (&edge.key.ref_columns[..], &edge.key.columns[..]) else {
        return None;
    };
    let (mut left, mut right) = (from(parent), from(child));
    left.items = vec![Item::column(0, key)];
    right.items = vec![Item::column(0, reference)];
    if b.chance(0.4) {
        right.filter = b.conditions(child, 0, 1, &[]);
    }
    Some(Body::SetOp {
        op: SetOp::Except,
        left,
        right,
        of_values: false,
    })
}
