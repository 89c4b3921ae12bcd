//! How many days lie between two days of a row.

use super::Shape;
use crate::query::ir::{Aggregate, Body, Expr, Item};
use crate::querygen::builder::{Builder, Time, from};
use crate::querygen::world::{Field, World};

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "duration",
    about: "days between two days of the same row: listed, or averaged, or the most",
    often: 1.0,
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
    let (start, end) = if is_later(first, second)? {
        (second, first)
    } else {
        (first, second)
    };
    if start.edge.is_none() && end.edge.is_none() && same_day(start, end) {
        return None;
    }
    let mut select = from(entity);
    let (from_day, to_day) = (start.join(&mut select, world), end.join(&mut select, world));
    let days = Expr::DaysBetween {
        from: Box::new(from_day),
        to: Box::new(to_day),
    };
    // Orders in preparation have no delivery to wait for.
    let stages = entity
        .such(|f| super::two_periods::is_stage(f))
        .into_iter()
        .map(|f| f.column.name.clone());
    let avoid: Vec<String> = [start, end].iter().map(|t| t.field.column.name.clone()).chain(stages).collect();
    select.filter = b.conditions(entity, 0, 1, &avoid);
    let referring = |t: &Time<'_, '_>| t.edge.and_then(|edge| entity.field(edge.key.columns.first()?));
    let may_miss = |t: &Time<'_, '_>| t.may_miss() || referring(t).is_some_and(Field::has_nulls);
    if [start, end].iter().any(may_miss) || b.chance(0.6) {
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

/// Whether two times of a row mostly lie within one day: instants are called so, and days are the same.
fn same_day(start: Time<'_, '_>, end: Time<'_, '_>) -> bool {
    if [start, end].iter().all(|t| t.noun().ends_with("time")) {
        return true;
    }
    let days = |t: Time<'_, '_>| -> Vec<String> {
        let text = t.field.profile.quantiles.iter().map(ToString::to_string);
        text.map(|at| at.chars().take(10).collect()).collect()
    };
    let (start, end) = (days(start), days(end));
    start.iter().zip(&end).filter(|(a, b)| a == b).count() * 2 > start.len()
}

/// Whether the first of two times of a row comes after the second, by what they are called or by their values; `None` where neither tells, as of
/// times that have nothing to do with each other.
fn is_later(first: Time<'_, '_>, second: Time<'_, '_>) -> Option<bool> {
    const LATER: &[&str] = &["return", "shipping", "delivery", "closing", "end", "last", "completion", "payment"];
    const EARLIER: &[&str] = &[
        "creation",
        "opening",
        "start",
        "hire",
        "registration",
        "joining",
        "order",
        "founding",
    ];
    const DEADLINES: &[&str] = &["due", "required", "scheduled", "planned", "expected"];
    let values = |t: Time<'_, '_>| t.field.profile.quantiles.iter().map(ToString::to_string).collect::<Vec<_>>();
    let begins = |t: Time<'_, '_>, words: &[&str]| t.noun().split(' ').next().is_some_and(|word| words.contains(&word));
    // From the creation to the access, whatever their medians.
    if begins(first, EARLIER) != begins(second, EARLIER) {
        return Some(begins(second, EARLIER));
    }
    // From the due date to the return date: days late.
    for (one, other, later) in [(first, second, false), (second, first, true)] {
        if begins(one, DEADLINES) && begins(other, LATER) {
            return Some(later);
        }
    }
    if first.edge.is_none() || second.edge.is_none() {
        let (one, other) = (values(first), values(second));
        let pairs = || one.iter().zip(&other);
        return match (pairs().all(|(a, b)| a <= b), pairs().all(|(a, b)| a >= b)) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        };
    }
    Some(begins(first, LATER) && !begins(second, LATER))
}
