//! The first n rows of each group, everything that ties for the last place included: RANK in a CTE.

use super::Shape;
use crate::ir::Value;
use crate::query::ir::{Body, Compare, Expr, Item, OrderKey, Predicate, Select, Source, Window};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::Field;
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "top_per_group",
    about: "the n rows with the highest or lowest value in each category, ties included",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.thing(|_, e| !e.such(|f| f.is_orderable()).is_empty() && !e.such(|f| f.is_groupable()).is_empty())?;
    let entity = b.entity(subject);
    let sorts = |f: &Field<'_>| !f.is_groupable() && (f.is_measure() || f.is_time());
    let by = b.field(entity, sorts)?;
    let key = b.field(entity, |f| f.is_groupable() && f.role() == Role::Category && f.key != by.key)?;
    let descending = b.chance(0.7);
    let mut stage = from(entity);
    stage.items = vec![Item::column(0, &key.column.name)];
    stage.items.extend(b.naming(entity).iter().map(|f| Item::column(0, &f.column.name)));
    stage.items.push(Item::column(0, &by.column.name));
    let rank = Expr::Window {
        func: Window::Rank,
        arg: None,
        partition: vec![Expr::column(0, &key.column.name)],
        order: vec![OrderKey {
            expr: Expr::column(0, &by.column.name),
            descending,
            tie_break: false,
        }],
    };
    stage.items.push(Item::named(rank, "position"));
    if b.chance(0.2) {
        stage.filter = b.plain_conditions(entity, 0, 1, &[key.column.name.clone(), by.column.name.clone()]);
        b.mostly_by_kind(entity, &mut stage.filter);
    }
    for field in [by, key].into_iter().filter(|f| f.has_nulls()) {
        // Nothing is not the highest of anything, and no category.
        stage.filter.push(Predicate::IsNull {
            expr: Expr::column(0, &field.column.name),
            negated: true,
        });
    }
    let mut names: Vec<String> = stage
        .items
        .iter()
        .filter_map(|i| {
            if let Expr::Column(c) = &i.expr {
                Some(c.column.clone())
            } else {
                None
            }
        })
        .collect();
    let all = names.len();
    names.sort();
    names.dedup();
    if names.len() < all || names.iter().any(|n| n == "position") {
        return None;
    }
    let mut outer = Select {
        sources: vec![Source::Stage],
        ..Select::default()
    };
    outer.items = stage
        .items
        .iter()
        .filter_map(|i| {
            if let Expr::Column(c) = &i.expr {
                Some(Item::column(0, &c.column))
            } else {
                None
            }
        })
        .collect();
    let n = b.one_of(&[1, 2, 3, 3, 5])?;
    let op = if n == 1 { Compare::Eq } else { Compare::LtEq };
    outer.filter = vec![Predicate::Compare {
        left: Expr::column(0, "position"),
        op,
        value: Value::Int(n),
    }];
    Some(Body::Staged {
        name: "ranked".to_owned(),
        stage,
        outer,
    })
}
