//! How many days lie between two days of a row.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "duration",
    about: "days between two days of the same row: listed, or averaged, or the most",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| e.such(|f| f.is_time()).len() >= 2)?;
    let entity = b.entity(subject);
    let first = b.field(entity, |f| f.is_time())?;
    let second = b.field(entity, |f| f.is_time() && f.key != first.key)?;
    // The earlier of the two by their medians is the start.
    let median = |f: &crate::querygen::world::Field<'_>| f.profile.quantiles.get(10).map(ToString::to_string);
    let (from_field, to_field) = if median(first) <= median(second) {
        (first, second)
    } else {
        (second, first)
    };
    let column = |name: &str| Expr::column(0, name);
    let days = Expr::DaysBetween {
        from: Box::new(column(&from_field.column.name)),
        to: Box::new(column(&to_field.column.name)),
    };
    let mut select = from(entity);
    let avoid = [from_field.column.name.clone(), to_field.column.name.clone()];
    select.filter = b.conditions(entity, 0, 1, &avoid);
    if b.chance(0.6) {
        let func = b.one_of(&[Aggregate::Avg, Aggregate::Max, Aggregate::Min])?;
        let name = match func {
            Aggregate::Avg => "avg_days",
            Aggregate::Max => "max_days",
            _ => "min_days",
        };
        select.items = vec![Item::named(Expr::aggregate(func, Some(days)), name)];
    } else {
        select.items = b.show(entity, 0, 0);
        select.items.push(Item::named(days, "days"));
        for field in [from_field, to_field].into_iter().filter(|f| f.has_nulls()) {
            select.filter.push(Predicate::IsNull {
                expr: column(&field.column.name),
                negated: true,
            });
        }
    }
    (!select.filter.is_empty()).then_some(Body::Select(select))
}
