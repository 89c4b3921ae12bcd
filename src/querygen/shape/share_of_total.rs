//! Each category's share of the whole, in percent.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item, Window};
use crate::querygen::builder::{Builder, from, slug};
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "share_of_total",
    about: "what percentage of all rows, or of a sum, each category has",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.subject(|_, e| !e.such(|f| f.is_groupable()).is_empty())?;
    let entity = b.entity(subject);
    let key = b.field(entity, |f| f.is_groupable())?;
    // PostgreSQL rounds no floating-point number to digits.
    let fits = |f: &Field<'_>| f.adds_up() && !f.has_nulls() && super::two_periods::is_exact(&f.column.sql_type);
    let measure = b.field(entity, fits).filter(|_| b.chance(0.5));
    let part = match measure {
        Some(field) => Expr::aggregate(Aggregate::Sum, Some(Expr::column(0, &field.column.name))),
        None => Expr::aggregate(Aggregate::Count, None),
    };
    let whole = Expr::Window {
        func: Window::Sum,
        arg: Some(Box::new(part.clone())),
        partition: Vec::new(),
        order: Vec::new(),
    };
    let mut select = from(entity);
    select.group = vec![Expr::column(0, &key.column.name)];
    let noun = measure.map_or(entity.words.singular.as_str(), |f| f.words.noun.as_str());
    let share = Expr::Percent {
        part: Box::new(part),
        whole: Box::new(whole),
    };
    select.items = vec![
        Item::column(0, &key.column.name),
        Item::named(share, &format!("{}_percentage", slug(noun))),
    ];
    let n = b.number(0, 1);
    let mut avoid = vec![key.column.name.clone()];
    avoid.extend(measure.map(|f| f.column.name.clone()));
    select.filter = b.conditions(entity, 0, n, &avoid);
    Some(Body::Select(select))
}
