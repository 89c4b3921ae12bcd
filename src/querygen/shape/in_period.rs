//! Rows of a month or a year.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, Timed, slug};
use crate::querygen::literals;
use crate::querygen::world::Field;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "in_period",
    about: "rows of a month, a year or before a day, listed or counted",
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
    select.filter = vec![literals::period(b.rng, time.field, at)?];
    if b.chance(0.4) {
        select
            .filter
            .extend(b.conditions(entity, 0, 1, std::slice::from_ref(&time.field.column.name)));
    }
    if b.chance(0.35) {
        select.items = vec![Item::named(
            Expr::aggregate(Aggregate::Count, None),
            &format!("{}_count", slug(&entity.words.singular)),
        )];
    } else {
        let extra = b.number(0, 1);
        select.items = b.show(entity, 0, extra);
    }
    (!select.items.is_empty()).then_some(Body::Select(select))
}
