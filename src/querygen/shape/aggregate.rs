//! Sums, averages, least and greatest values over rows.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, aggregate_alias, from, slug};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "aggregate",
    about: "one to three aggregates of a measure or a time over rows with conditions",
    often: 2.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.is_measure() || f.is_time()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.is_measure() || f.is_time())?;
    let column = || Expr::column(0, &field.column.name);
    let functions: &[Aggregate] = match field.role() {
        Role::Measure if field.adds_up() => &[Aggregate::Avg, Aggregate::Sum, Aggregate::Max, Aggregate::Min],
        Role::Measure | Role::Ratio => &[Aggregate::Avg, Aggregate::Max, Aggregate::Min],
        _ => &[Aggregate::Min, Aggregate::Max],
    };
    let mut select = from(entity);
    let first = b.one_of(functions)?;
    select.items = vec![Item::named(
        Expr::aggregate(first, Some(column())),
        &aggregate_alias(first, &field.words.noun),
    )];
    if b.chance(0.3) {
        let second = b.one_of(functions)?;
        if second != first {
            select.items.push(Item::named(
                Expr::aggregate(second, Some(column())),
                &aggregate_alias(second, &field.words.noun),
            ));
        }
    }
    if b.chance_or(0.2, 0.35)
        && let Some(other) = b.field(entity, |f| f.is_measure() && f.key != field.key)
    {
        let adds_up = b.wide && other.adds_up();
        let func = b.one_of(if adds_up {
            &[Aggregate::Avg, Aggregate::Max, Aggregate::Min, Aggregate::Sum]
        } else {
            &[Aggregate::Avg, Aggregate::Max, Aggregate::Min]
        })?;
        let expr = Expr::aggregate(func, Some(Expr::column(0, &other.column.name)));
        select.items.truncate(1);
        select.items.push(Item::named(expr, &aggregate_alias(func, &other.words.noun)));
    } else if b.chance(0.2) {
        select.items.insert(
            0,
            Item::named(
                Expr::aggregate(Aggregate::Count, None),
                &format!("{}_count", slug(&entity.words.singular)),
            ),
        );
    }
    let n = b.how_many(2);
    select.filter = b.conditions(entity, 0, n, std::slice::from_ref(&field.column.name));
    b.narrow_by_parent(&mut select, subject, 0.25);
    Some(Body::Select(select))
}
