//! The median, a quartile or the 90th percentile of a measure.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, aggregate_alias, from};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "quantile",
    about: "the median, a quartile or the 90th percentile of a measure: of all rows, or for each category or row referred to",
    often: 1.0,
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let fits =
        |f: &crate::querygen::world::Field<'_>| f.is_measure() || (f.role() == Role::Ordinal && f.is_orderable() && !f.is_groupable());
    let (mut select, entity, mut avoid) = if b.chance(0.5) {
        b.grouped(|e| !e.such(fits).is_empty())?
    } else {
        let subject = b.subject(|_, e| !e.such(fits).is_empty())?;
        (from(b.entity(subject)), b.entity(subject), Vec::new())
    };
    let field = b.field(entity, |f| fits(f) && !avoid.contains(&f.column.name))?;
    let percent = b.one_of(&[50, 50, 50, 50, 25, 75, 90])?;
    let func = Aggregate::Percentile(percent);
    // A decimal's percentile is a decimal on one engine and a double on the other.
    let column = Expr::column(0, &field.column.name);
    let of = if field.column.sql_type.is_integer() {
        column
    } else {
        Expr::Double(Box::new(column))
    };
    let figure = Expr::aggregate(func, Some(of));
    select.items.push(Item::named(figure, &aggregate_alias(func, &field.words.noun)));
    avoid.push(field.column.name.clone());
    let n = b.number(0, if select.is_grouped() { 1 } else { 2 });
    select.filter = b.conditions(entity, 0, n, &avoid);
    Some(Body::Select(select))
}
