//! Figures over the rows that nothing refers to, and their columns: `NOT IN (SELECT ...)`, also through a bridge.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, aggregate_alias, from, slug};
use crate::querygen::literals;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "unreferred_figure",
    about: "rows that no row (with a condition) refers to, or a figure over them, by NOT IN; also through a bridge",
    often: 1.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let edge = b.lacking(|e| e.child != e.parent && e.key.columns.len() == 1 && world.entities[e.parent].is_subject())?;
    let (parent, child) = (b.entity(edge.parent), b.entity(edge.child));
    let (key, reference) = (edge.key.ref_columns.first()?, edge.key.columns.first()?);
    let mut inner = if b.chance(0.5) {
        let mut inner = from(child);
        inner.items = vec![Item::column(0, reference)];
        if !child.words.bridge && b.chance(0.3) {
            inner.filter = b.conditions(child, 0, 1, &[]);
        }
        if child.field(reference).is_some_and(|f| f.has_nulls()) {
            inner.filter.push(Predicate::IsNull {
                expr: Expr::column(0, reference),
                negated: true,
            });
        }
        inner
    } else {
        // Without a condition there is nothing to join for.
        let mut inner = b.referred(edge, 1)?;
        inner.items = vec![Item::column(0, key)];
        inner
    };
    if !b.wide && b.chance(0.7) {
        literals::in_whole_years(&mut inner.filter);
    }
    let mut select = from(parent);
    let form = b.number(0, 9);
    if form < 5 {
        let extra = b.one_of(&[0, 1, 2])?;
        select.items = b.show(parent, 0, extra);
    } else {
        let (figure, alias) = if form < 7 {
            (
                Expr::aggregate(Aggregate::Count, None),
                format!("{}_count", slug(&parent.words.singular)),
            )
        } else {
            let field = b.field(parent, |f| f.is_orderable() && f.column.sql_type.is_numeric())?;
            let func = b.one_of(if field.is_measure() {
                &[Aggregate::Avg, Aggregate::Avg, Aggregate::Max, Aggregate::Min]
            } else {
                &[Aggregate::Max, Aggregate::Min]
            })?;
            let column = Expr::column(0, &field.column.name);
            (Expr::aggregate(func, Some(column)), aggregate_alias(func, &field.words.noun))
        };
        select.items = vec![Item::named(figure, &alias)];
    }
    // "The fewest seats of restaurants without outdoor seating that offer no dishes" is one condition too many.
    let plain = inner.filter.iter().all(|p| matches!(p, Predicate::IsNull { .. }));
    if plain && (form < 7 || b.wide) && b.chance(0.2) {
        select.filter = b.conditions(parent, 0, 1, &[]);
    }
    select.filter.push(Predicate::InQuery {
        left: Expr::column(0, key),
        query: Box::new(inner),
        negated: true,
    });
    (!select.items.is_empty()).then_some(Body::Select(select))
}
