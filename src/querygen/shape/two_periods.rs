//! A figure of one year or month beside that of the one before: filtered aggregates.

use super::Shape;
use crate::ir::SqlType;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::literals::year_month;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "two_periods",
    about: "a count or sum of a year or month beside that of the one before, with the change in percent now and then",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let (mut select, entity, avoid) = if b.chance(0.5) {
        b.grouped(|e| !e.events().is_empty())?
    } else {
        let subject = b.subject(|_, e| !e.events().is_empty())?;
        (from(b.entity(subject)), b.entity(subject), Vec::new())
    };
    let time = b.event(entity)?;
    let at = time.profile.quantiles.get(b.number(4, 18))?.to_string();
    let (year, month) = year_month(&at)?;
    let before = time.profile.quantiles.get(1).and_then(|v| year_month(&v.to_string()))?;
    let monthly = b.chance(0.35);
    let (earlier, later) = if monthly {
        let last = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        ((last.0, Some(last.1)), (year, Some(month)))
    } else {
        ((year - 1, None), (year, None))
    };
    if (earlier.0, earlier.1.unwrap_or(12)) < before {
        return None;
    }
    let measure = b
        .field(entity, |f| f.adds_up() && is_exact(&f.column.sql_type))
        .filter(|_| b.chance(0.35));
    let (func, noun) = match measure {
        Some(field) => (Aggregate::Sum, field.words.noun.as_str()),
        None => (Aggregate::Count, entity.words.plural.as_str()),
    };
    let figure = |(year, month): (i32, Option<u32>)| Expr::Aggregate {
        func,
        distinct: false,
        arg: measure.map(|f| Box::new(Expr::column(0, &f.column.name))),
        filter: Some(Box::new(Predicate::During {
            expr: Expr::column(0, &time.column.name),
            year,
            month,
        })),
    };
    let alias = |(year, month): (i32, Option<u32>)| match month {
        Some(month) => format!("{}_{year}_{month:02}", slug(noun)),
        None => format!("{}_{year}", slug(noun)),
    };
    select.items.push(Item::named(figure(earlier), &alias(earlier)));
    select.items.push(Item::named(figure(later), &alias(later)));
    if b.chance(0.3) {
        let change = Expr::Percent {
            part: Box::new(Expr::Minus {
                left: Box::new(figure(later)),
                right: Box::new(figure(earlier)),
            }),
            whole: Box::new(figure(earlier)),
        };
        select.items.push(Item::named(change, "change_percentage"));
    }
    let mut avoid = avoid;
    avoid.push(time.column.name.clone());
    avoid.extend(measure.map(|f| f.column.name.clone()));
    if select.joins.is_empty() && b.chance(0.3) {
        select.filter = b.conditions(entity, 0, 1, &avoid);
    }
    Some(Body::Select(select))
}

/// PostgreSQL rounds exact numbers to digits, and no others.
pub(super) fn is_exact(sql_type: &SqlType) -> bool {
    sql_type.is_integer() || matches!(sql_type, SqlType::Decimal(..))
}
