//! Rows beyond the value of one row, or of rows of another kind: "cars heavier than the car with the highest horsepower"; and rows that refer to
//! the row with an extreme.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Compare, Expr, Item, OrderKey, Predicate, Select};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::literals;
use crate::querygen::world::Entity;
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "beyond_row",
    about: "rows, or how many, whose measure lies beyond that of the row with an extreme, or beyond the extreme of rows of another kind",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    match b.number(0, 2) {
        0 => of_extreme_parent(b),
        1 => beyond_one(b),
        _ => beyond_kind(b),
    }
}

/// "How many concerts were there in the stadium with the highest capacity?"
fn of_extreme_parent(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let ordered = |e: &Entity<'_>| !e.such(|f| f.is_orderable() && !f.has_nulls()).is_empty();
    let edge = b.edge(|e| {
        e.child != e.parent && e.key.columns.len() == 1 && world.entities[e.child].is_subject() && ordered(&world.entities[e.parent])
    })?;
    let (child, parent) = (b.entity(edge.child), b.entity(edge.parent));
    let by = b.field(parent, |f| f.is_orderable() && !f.has_nulls())?;
    let key = Item::column(0, edge.key.ref_columns.first()?);
    let extreme = first(b, parent, key, &by.column.name);
    let mut select = asked(b, child);
    select.filter = vec![Predicate::CompareQuery {
        left: Expr::column(0, edge.key.columns.first()?),
        op: Compare::Eq,
        query: Box::new(extreme),
    }];
    (!select.items.is_empty()).then_some(Body::Select(select))
}

/// "How many cars accelerate more than the one with the highest horsepower?"
fn beyond_one(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.thing(|_, e| e.such(|f| f.is_orderable() && !f.has_nulls()).len() > 1 && !e.such(|f| f.is_measure()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.is_measure())?;
    let by = b.field(entity, |f| f.is_orderable() && !f.has_nulls() && f.key != field.key)?;
    let item = Item::column(0, &field.column.name);
    let extreme = first(b, entity, item, &by.column.name);
    let mut select = asked(b, entity);
    select.filter = vec![Predicate::CompareQuery {
        left: Expr::column(0, &field.column.name),
        op: b.one_of(&[Compare::Gt, Compare::Gt, Compare::Lt])?,
        query: Box::new(extreme),
    }];
    (!select.items.is_empty()).then_some(Body::Select(select))
}

/// "Which countries in Africa have fewer inhabitants than the largest in Asia?"
fn beyond_kind(b: &mut Builder<'_, '_>) -> Option<Body> {
    let kind = |e: &Entity<'_>| !e.such(|f| f.is_groupable() && f.role() == Role::Category).is_empty();
    let subject = b.thing(|_, e| kind(e) && !e.such(|f| f.is_measure()).is_empty())?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.is_measure())?;
    let category = b.field(entity, |f| f.is_groupable() && f.role() == Role::Category)?;
    let among = literals::equality(b.rng, category, Expr::column(0, &category.column.name)).filter(literals::is_plain)?;
    let func = b.one_of(&[Aggregate::Max, Aggregate::Min])?;
    let mut extreme = from(entity);
    extreme.items = vec![Item {
        expr: Expr::aggregate(func, Some(Expr::column(0, &field.column.name))),
        alias: None,
    }];
    let mut select = asked(b, entity);
    if b.chance(0.6) {
        select.filter.extend(literals::another(b.rng, entity, &among));
    }
    extreme.filter = vec![among];
    select.filter.push(Predicate::CompareQuery {
        left: Expr::column(0, &field.column.name),
        op: b.one_of(&[Compare::Gt, Compare::Lt])?,
        query: Box::new(extreme),
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}

/// What is asked of the rows: mostly a name, or how many they are.
fn asked<'b, 'a>(b: &mut Builder<'b, 'a>, entity: &'b Entity<'a>) -> Select {
    let mut select = from(entity);
    select.items = if b.chance(0.35) {
        let alias = format!("{}_count", slug(&entity.words.singular));
        vec![Item::named(Expr::aggregate(Aggregate::Count, None), &alias)]
    } else {
        b.show(entity, 0, 0)
    };
    select
}

/// One value of the row with an extreme.
fn first(b: &mut Builder<'_, '_>, entity: &Entity<'_>, item: Item, by: &str) -> Select {
    let mut extreme = from(entity);
    extreme.items = vec![item];
    extreme.order = vec![OrderKey {
        expr: Expr::column(0, by),
        descending: b.chance(0.6),
        tie_break: false,
    }];
    extreme.limit = Some(1);
    extreme
}
