//! How many days lie between two days of a row.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, Time, from};
use crate::querygen::world::{Field, World};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "duration",
    about: "days between two days of the same row: listed, or averaged, or the most",
    build,
};

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let world = b.world;
    let days = |i: usize| {
        world
            .edges
            .iter()
            .filter(|e| e.child == i && world.entities[e.parent].day().is_some())
            .count()
    };
    // Ages are counted in years.
    let subject = b.subject(|i, e| e.events().len() + days(i) >= 2)?;
    let entity = b.entity(subject);
    let times = b.times(subject, Field::is_event);
    let first = World::pick(b.rng, b.usage, &times, |t| t.key())?;
    let others: Vec<Time<'_, '_>> = times.into_iter().filter(|t| t.key() != first.key()).collect();
    let second = World::pick(b.rng, b.usage, &others, |t| t.key())?;
    let (start, end) = if is_later(first, second) {
        (second, first)
    } else {
        (first, second)
    };
    let mut select = from(entity);
    let (from_day, to_day) = (start.join(&mut select, world), end.join(&mut select, world));
    let days = Expr::DaysBetween {
        from: Box::new(from_day),
        to: Box::new(to_day),
    };
    let avoid = [start.field.column.name.clone(), end.field.column.name.clone()];
    select.filter = b.conditions(entity, 0, 1, &avoid);
    let mostly_open = [start, end].iter().any(|t| t.field.profile.nulls * 3 > t.field.rows);
    if mostly_open || b.chance(0.6) {
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
    }
    (!select.filter.is_empty()).then_some(Body::Select(select))
}

/// Whether the first of two times of a row comes after the second: by their medians, or by what the days of one calendar are called.
fn is_later(first: Time<'_, '_>, second: Time<'_, '_>) -> bool {
    const LATER: &[&str] = &["return", "shipping", "delivery", "closing", "end", "last", "completion", "payment"];
    let median = |t: Time<'_, '_>| t.field.profile.quantiles.get(10).map(ToString::to_string);
    if first.edge.is_none() || second.edge.is_none() {
        return median(first) > median(second);
    }
    let later = |t: Time<'_, '_>| t.noun().split(' ').next().is_some_and(|word| LATER.contains(&word));
    later(first) && !later(second)
}
