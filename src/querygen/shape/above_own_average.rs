//! Rows above the average of their own group: a correlated subquery.

use super::Shape;
use crate::query::ir::{Aggregate, Body, ColumnRef, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "above_own_average",
    about: "rows whose measure is above or below the average of the rows with the same category or parent",
    often: 0.5,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let grouping =
        |f: &crate::querygen::world::Field<'_>| (f.is_groupable() && f.role() != crate::schema::role::Role::Flag) && !f.has_nulls();
    let world = b.world;
    let refers = |i: usize| world.parents(i).iter().any(|e| e.key.columns.len() == 1 && e.parent != i);
    let subject = b.subject(|i, e| !e.such(|f| f.is_measure()).is_empty() && (refers(i) || !e.such(grouping).is_empty()))?;
    let entity = b.entity(subject);
    let field = b.field(entity, |f| f.is_measure())?;
    // Rows are measured by others of a thing with a name, not by those of one address.
    let wide = b.wide;
    let edge = b.edge(|e| {
        let told = wide || !world.entities[e.parent].display().is_empty();
        e.child == subject && e.key.columns.len() == 1 && e.parent != subject && told
    });
    let same = match edge {
        Some(edge) if b.chance(0.5) => edge.key.columns.first()?.clone(),
        _ => b
            .field(entity, |f| grouping(f) && f.key != field.key && (wide || !f.is_street()))?
            .column
            .name
            .clone(),
    };
    let column = Expr::column(0, &field.column.name);
    let mut average = from(entity);
    average.items = vec![Item {
        expr: Expr::aggregate(Aggregate::Avg, Some(column.clone())),
        alias: None,
    }];
    let outer = Expr::OuterColumn(ColumnRef {
        source: 0,
        column: same.clone(),
    });
    average.filter = vec![Predicate::CompareExpr {
        left: Expr::column(0, &same),
        op: Compare::Eq,
        right: outer,
    }];
    let mut select = from(entity);
    select.items = b.show(entity, 0, 0);
    let op = if b.chance(0.75) { Compare::Gt } else { Compare::Lt };
    select.filter = vec![Predicate::CompareQuery {
        left: column,
        op,
        query: Box::new(average),
    }];
    (!select.items.is_empty()).then_some(Body::Select(select))
}
