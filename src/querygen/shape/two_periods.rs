//! A figure of one year beside that of the year before, or of the same month of both: filtered aggregates.

use super::Shape;
use crate::ir::SqlType;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, slug};
use crate::querygen::literals::year_month;
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "two_periods",
    about: "a count or sum of a year, or of a month, beside that of a year before, with the change in percent now and then",
    often: 1.0,
    build,
};

/// Rows that a row referred to has, on average, for a comparison of its years.
const GROUP_ROWS_MIN: u64 = 5;

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let grouped = if b.chance(0.5) {
        b.grouped(|e| !e.events().is_empty())
    } else {
        None
    };
    let (mut select, entity, avoid, time, when) = match grouped {
        Some((select, entity, avoid)) => {
            let time = b.field(entity, Field::is_event)?;
            (select, entity, avoid, time, Expr::column(0, &time.column.name))
        }
        None => {
            let timed = b.timed(Field::is_event)?;
            (timed.select, timed.entity, Vec::new(), timed.time.field, timed.at)
        }
    };
    // Orders delivered per status are all of one status.
    let tells = |name: &String| entity.field(name).is_some_and(is_stage);
    if time.has_nulls() && avoid.iter().any(tells) {
        return None;
    }
    // The two loans of a copy are no figures to compare.
    let many = |id: &str| {
        b.world
            .entities
            .iter()
            .any(|e| e.id == id && e.rows * GROUP_ROWS_MIN <= entity.rows)
    };
    if select.is_grouped() && select.table(1).is_some_and(|id| !many(id)) {
        return None;
    }
    let at = time.profile.quantiles.get(b.number(4, 18))?.to_string();
    let (year, month) = year_month(&at)?;
    let before = time.profile.quantiles.get(1).and_then(|v| year_month(&v.to_string()))?;
    let month = b.chance(0.25).then_some(month);
    let (earlier, later) = ((year - 1, month), (year, month));
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
            expr: when.clone(),
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
    // Projects of one March that ended in one year or the next ask for two calendars at once.
    avoid.extend(entity.such(|f| f.is_time()).into_iter().map(|f| f.column.name.clone()));
    avoid.extend(measure.map(|f| f.column.name.clone()));
    // A figure for each group of a part of the rows compares next to nothing.
    if !select.is_grouped() && b.chance(0.4) {
        select.filter = b.conditions(entity, 0, 1, &avoid);
    }
    Some(Body::Select(select))
}

/// PostgreSQL rounds exact numbers to digits, and no others.
pub(super) fn is_exact(sql_type: &SqlType) -> bool {
    sql_type.is_integer() || matches!(sql_type, SqlType::Decimal(..))
}

/// A column that says how far a row has come, and so whether its times are known.
pub(super) fn is_stage(field: &Field<'_>) -> bool {
    field
        .words
        .noun
        .split(' ')
        .any(|word| ["status", "state", "stage", "phase"].contains(&word))
}
