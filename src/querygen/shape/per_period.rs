//! A count or aggregate per year, quarter, month or weekday.

use super::Shape;
use crate::query::ir::{Body, DatePart, Expr, Item, OrderKey, Predicate};
use crate::querygen::builder::{Builder, from};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "per_period",
    about: "an aggregate per year, quarter, calendar month, weekday, or month or quarter of a year",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.is_time()).is_empty())?;
    let entity = b.entity(subject);
    let time = b.field(entity, |f| f.is_time())?;
    let of = Box::new(Expr::column(0, &time.column.name));
    let (period, name) = match b.number(0, 5) {
        0 => (Expr::Part { part: DatePart::Year, of }, "year"),
        1 => (Expr::Part { part: DatePart::Month, of }, "month"),
        2 => (
            Expr::Part {
                part: DatePart::Quarter,
                of,
            },
            "quarter",
        ),
        3 => (
            Expr::Part {
                part: DatePart::Weekday,
                of,
            },
            "weekday",
        ),
        4 => (
            Expr::Trunc {
                part: DatePart::Quarter,
                of,
            },
            "quarter",
        ),
        _ => (Expr::Trunc { part: DatePart::Month, of }, "month"),
    };
    let (measure, alias) = b.aggregate(entity, 0, 0.6);
    let mut select = from(entity);
    select.group = vec![period.clone()];
    select.items = vec![Item::named(period.clone(), name), Item::named(measure.clone(), &alias)];
    let mut avoid = vec![time.column.name.clone()];
    avoid.extend(measure.base_column().map(|c| c.column.clone()));
    if time.has_nulls() {
        select.filter.push(Predicate::IsNull {
            expr: Expr::column(0, &time.column.name),
            negated: true,
        });
    } else {
        let n = b.number(0, 1);
        select.filter = b.conditions(entity, 0, n, &avoid);
    }
    if b.chance(0.5) {
        select.order = vec![OrderKey {
            expr: period,
            descending: false,
            tie_break: false,
        }];
    }
    Some(Body::Select(select))
}
