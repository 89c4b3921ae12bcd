//! What share of a sum comes from the rows that satisfy a condition: a filtered sum over a sum.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "share_of_sum",
    about: "what percentage of the total of a measure comes from the rows that satisfy a condition, of all or for each group",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    // Negative amounts have no shares.
    let positive = |f: &Field<'_>| {
        f.profile
            .quantiles
            .first()
            .and_then(crate::ir::Value::as_f64)
            .is_some_and(|least| least >= 0.0)
    };
    let exact = |f: &Field<'_>| super::two_periods::is_exact(&f.column.sql_type);
    let fits = |f: &Field<'_>| f.adds_up() && exact(f) && positive(f);
    let (mut select, entity, mut avoid) = if b.chance(0.4) {
        b.grouped(|e| !e.such(fits).is_empty())?
    } else {
        let subject = b.subject(|_, e| !e.such(fits).is_empty())?;
        (from(b.entity(subject)), b.entity(subject), Vec::new())
    };
    let field = b.field(entity, |f| fits(f) && !avoid.contains(&f.column.name))?;
    avoid.push(field.column.name.clone());
    let some = b.conditions(entity, 0, 1, &avoid).pop()?;
    // Per row referred to, parts are kinds and times: what is dear by the piece is so each time.
    let amount = columns_of(&some)
        .iter()
        .filter_map(|name| entity.field(name))
        .any(Field::is_measure);
    if matches!(some, Predicate::IsNull { .. } | Predicate::During { month: Some(_), .. }) || (amount && !select.joins.is_empty()) {
        return None;
    }
    avoid.extend(columns_of(&some));
    // Loans due in one year of those returned in another ask for two calendars at once.
    if columns_of(&some).iter().filter_map(|name| entity.field(name)).any(Field::is_time) {
        avoid.extend(entity.such(|f| f.is_time()).into_iter().map(|f| f.column.name.clone()));
    }
    let sum = |filter: Option<Predicate>| Expr::Aggregate {
        func: Aggregate::Sum,
        distinct: false,
        arg: Some(Box::new(Expr::column(0, &field.column.name))),
        filter: filter.map(Box::new),
    };
    let share = Expr::Percent {
        part: Box::new(sum(Some(some))),
        whole: Box::new(sum(None)),
    };
    select.items.push(Item::named(share, "percentage"));
    if b.chance(0.3) {
        select.filter = b.conditions(entity, 0, 1, &avoid);
    }
    Some(Body::Select(select))
}
