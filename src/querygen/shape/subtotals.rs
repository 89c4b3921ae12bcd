//! Figures for groups, for their groups, and for the whole: ROLLUP and GROUPING SETS.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Grouping, Item};
use crate::querygen::builder::{Builder, from};
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "subtotals",
    about: "a figure for each combination of two categories with subtotals and a grand total, or for each of them alone",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    // A missing value would look like a subtotal.
    let fits = |f: &Field<'_>| f.is_groupable() && !f.has_nulls() && f.profile.distinct <= 30;
    let subject = b.subject(|_, e| !e.such(fits).is_empty())?;
    let entity = b.entity(subject);
    let first = b.field(entity, fits)?;
    let second = b.field(entity, |f| fits(f) && f.key != first.key).filter(|_| b.chance(0.8));
    let mut select = from(entity);
    let keys: Vec<&Field<'_>> = [Some(first), second].into_iter().flatten().collect();
    select.items = keys.iter().map(|f| Item::column(0, &f.column.name)).collect();
    select.group = select.items.iter().map(|item| item.expr.clone()).collect();
    select.grouping = if keys.len() == 2 && b.chance(0.35) {
        Grouping::Alone
    } else {
        Grouping::Rollup
    };
    let (measure, alias) = b.aggregate(entity, 0, 0.55);
    // The least of all leasts is seldom wanted beside them.
    if let Expr::Aggregate {
        func: Aggregate::Min | Aggregate::Max,
        ..
    } = measure
    {
        return None;
    }
    let mut avoid: Vec<String> = keys.iter().map(|f| f.column.name.clone()).collect();
    avoid.extend(measure.base_column().map(|c| c.column.clone()));
    select.items.push(Item::named(measure, &alias));
    if b.chance(0.4) {
        select.filter = b.conditions(entity, 0, 1, &avoid);
    }
    Some(Body::Select(select))
}
