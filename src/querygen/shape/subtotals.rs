//! Figures for groups, for their groups, and for the whole: ROLLUP and GROUPING SETS.

use super::Shape;
use crate::query::ir::{Aggregate, Body, DatePart, Expr, Grouping, Item, Predicate, Select};
use crate::querygen::builder::{Builder, Timed, from};
use crate::querygen::world::{Entity, Field};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "subtotals",
    about: "a figure for each combination of two categories with subtotals and a grand total, or for each of them alone",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    if b.chance(0.5) {
        return by_period(b);
    }
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
    let avoid = keys.iter().map(|f| f.column.name.clone()).collect();
    measured(b, select, entity, avoid)
}

/// Years and their quarters or months, with the years and the whole.
fn by_period(b: &mut Builder<'_, '_>) -> Option<Body> {
    let Timed {
        mut select,
        entity,
        time,
        at,
    } = b.timed(Field::is_event)?;
    let (part, name) = b.one_of(&[(DatePart::Quarter, "quarter"), (DatePart::Month, "month")])?;
    let of = |part: DatePart| Expr::Part {
        part,
        of: Box::new(at.clone()),
    };
    select.items = vec![Item::named(of(DatePart::Year), "year"), Item::named(of(part), name)];
    select.group = vec![of(DatePart::Year), of(part)];
    select.grouping = Grouping::Rollup;
    if time.may_miss() {
        // A missing value would look like a subtotal.
        select.filter = vec![Predicate::IsNull {
            expr: at.clone(),
            negated: true,
        }];
    }
    let times = entity.such(|f| f.is_time()).into_iter().map(|f| f.column.name.clone());
    measured(b, select, entity, times.collect())
}

/// The figure, and now and then a condition.
fn measured<'b, 'a>(b: &mut Builder<'b, 'a>, mut select: Select, entity: &'b Entity<'a>, mut avoid: Vec<String>) -> Option<Body> {
    let (measure, alias) = b.aggregate(entity, 0, 0.55);
    // The least of all leasts is seldom wanted beside them.
    if let Expr::Aggregate {
        func: Aggregate::Min | Aggregate::Max,
        ..
    } = measure
    {
        return None;
    }
    avoid.extend(measure.base_column().map(|c| c.column.clone()));
    select.items.push(Item::named(measure, &alias));
    if b.chance(0.4) {
        select.filter.extend(b.conditions(entity, 0, 1, &avoid));
    }
    Some(Body::Select(select))
}
