//! A count or aggregate per year, quarter, month or weekday.

use super::Shape;
use crate::query::ir::{Body, DatePart, Expr, Item, OrderKey, Predicate};
use crate::querygen::builder::{Builder, Timed};
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "per_period",
    about: "an aggregate per year, quarter, month or weekday, of one year or of all",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let Timed {
        mut select,
        entity,
        time,
        at,
    } = b.timed(Field::is_time)?;
    let of = Box::new(at.clone());
    // Who was born on a Monday is asked by nobody, nor on which weekday the few shops opened.
    let often = entity.display().is_empty();
    let year = time
        .field
        .profile
        .quantiles
        .get(b.number(2, 18))
        .and_then(|v| crate::querygen::literals::year_month(&v.to_string()))
        .map(|(year, _)| year);
    let (period, name, within) = match b.number(0, 9) {
        _ if time.field.is_life_day() => (Expr::Part { part: DatePart::Year, of }, "year", None),
        0..=1 => (Expr::Part { part: DatePart::Year, of }, "year", None),
        2 => (Expr::Part { part: DatePart::Month, of }, "month", None),
        3..=4 => (Expr::Part { part: DatePart::Month, of }, "month", year),
        5..=6 => (
            Expr::Part {
                part: DatePart::Quarter,
                of,
            },
            "quarter",
            year,
        ),
        7..=8 if often => (
            Expr::Part {
                part: DatePart::Weekday,
                of,
            },
            "weekday",
            year.filter(|_| b.chance(0.5)),
        ),
        7 => (
            Expr::Trunc {
                part: DatePart::Quarter,
                of,
            },
            "quarter",
            None,
        ),
        8 => (Expr::Part { part: DatePart::Year, of }, "year", None),
        _ => (Expr::Trunc { part: DatePart::Month, of }, "month", None),
    };
    let (measure, alias) = b.aggregate(entity, 0, 0.6);
    select.group = vec![period.clone()];
    select.items = vec![Item::named(period.clone(), name), Item::named(measure.clone(), &alias)];
    let mut avoid = vec![time.field.column.name.clone()];
    avoid.extend(measure.base_column().map(|c| c.column.clone()));
    if let Some(year) = within {
        select.filter = vec![Predicate::During {
            expr: at,
            year,
            month: None,
        }];
        if b.chance(0.4) {
            // Loans due in May by month of return ask for two calendars at once.
            avoid.extend(entity.such(|f| f.is_time()).into_iter().map(|f| f.column.name.clone()));
            select.filter.extend(b.conditions(entity, 0, 1, &avoid));
        }
    } else if time.may_miss() {
        select.filter.push(Predicate::IsNull { expr: at, negated: true });
    } else {
        let n = b.number(0, 1);
        select.filter = b.conditions(entity, 0, n, &avoid);
    }
    if b.chance(0.4) {
        select.order = vec![OrderKey {
            expr: period,
            descending: false,
            tie_break: false,
        }];
    }
    Some(Body::Select(select))
}
