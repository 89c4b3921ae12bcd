//! Every row with its rank among all or within its category: a window function in the answer.

use super::Shape;
use crate::query::ir::{Body, Expr, Item, OrderKey, Predicate, Window};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "ranking",
    about: "rows with their rank by a column, overall or within a category",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.is_orderable()).is_empty())?;
    let entity = b.entity(subject);
    // A few values that all share leave ranks with nothing between them.
    const VALUES_MIN: u64 = 15;
    let many = b.field(entity, |f| f.is_orderable() && f.profile.distinct >= VALUES_MIN);
    let by = many.or_else(|| b.field(entity, |f| f.is_orderable()))?;
    let key = b
        .field(entity, |f| f.is_groupable() && f.key != by.key && !f.has_nulls())
        .filter(|_| b.chance(0.5));
    let descending = b.chance(0.7);
    let mut select = from(entity);
    select.items = b.show(entity, 0, 0);
    select.items.retain(|i| {
        i.expr
            .base_column()
            .is_some_and(|c| c.column != by.column.name && key.is_none_or(|k| k.column.name != c.column))
    });
    if let Some(key) = key {
        select.items.push(Item::column(0, &key.column.name));
    }
    select.items.push(Item::column(0, &by.column.name));
    let rank = Expr::Window {
        func: Window::Rank,
        arg: None,
        partition: key.map(|k| Expr::column(0, &k.column.name)).into_iter().collect(),
        order: vec![OrderKey {
            expr: Expr::column(0, &by.column.name),
            descending,
            tie_break: false,
        }],
    };
    select.items.push(Item::named(rank, "position"));
    let mut avoid = vec![by.column.name.clone()];
    avoid.extend(key.map(|k| k.column.name.clone()));
    select.filter = b.conditions(entity, 0, 1, &avoid);
    b.mostly_by_kind(entity, &mut select.filter);
    if select.filter.is_empty() {
        return None;
    }
    if by.has_nulls() {
        // What has no value has no rank.
        select.filter.push(Predicate::IsNull {
            expr: Expr::column(0, &by.column.name),
            negated: true,
        });
    }
    if b.chance(0.3)
        && let Some(Item {
            expr: Expr::Window { func, .. },
            ..
        }) = select.items.last_mut()
    {
        *func = Window::DenseRank;
    }
    (select.items.len() > 2).then_some(Body::Select(select))
}
