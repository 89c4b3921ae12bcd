//! Rows that satisfy one condition or another.

use super::Shape;
use crate::query::ir::{Body, Compare, Expr, Item, Predicate};
use crate::querygen::builder::{Builder, columns_of, from};
use crate::querygen::literals;
use crate::querygen::world::{Entity, World};
use crate::schema::profile::QUANTILES;
use crate::schema::role::Role;

/// The registry entry.
pub(super) const SHAPE: Shape = Shape {
    name: "either_condition",
    about: "rows that satisfy one of two conditions",
    often: 0.7,
    build,
};

/// The greatest part of the rows that one side of an "or" may keep.
const SHARE_MAX: f64 = 0.4;
/// The least.
const SHARE_MIN: f64 = 0.005;

fn build(b: &mut Builder<'_, '_>) -> Option<Body> {
    let subject = b.thing(|_, _| true)?;
    let entity = b.entity(subject);
    let mut select = from(entity);
    let extra = b.number(0, 1);
    select.items = b.show(entity, 0, extra);
    let either = pair(b, entity)?;
    let used: Vec<String> = either.iter().flat_map(columns_of).collect();
    if b.chance(0.35) {
        let (figure, alias) = b.aggregate(entity, 0, 0.4);
        if !figure.base_column().is_some_and(|c| used.contains(&c.column)) {
            select.items = vec![Item::named(figure, &alias)];
        }
    }
    let broad = |p: &Predicate| literals::share(entity, p).is_none_or(|kept| !(SHARE_MIN..=SHARE_MAX).contains(&kept));
    if either.iter().any(broad) || select.items.is_empty() {
        return None;
    }
    select.filter = vec![Predicate::Any(either)];
    if b.chance(0.1) {
        select.filter.extend(b.plain_conditions(entity, 0, 1, &used));
    }
    Some(Body::Select(select))
}

/// Two conditions that people join by "or": two values of one column, both ends of a figure, or conditions on two columns of a kind.
fn pair(b: &mut Builder<'_, '_>, entity: &Entity<'_>) -> Option<Vec<Predicate>> {
    let form = b.number(0, 9);
    if form < 1 {
        let field = World::pick(b.rng, b.usage, &entity.such(|f| f.is_measure() && f.profile.distinct >= 10), |f| {
            f.key.as_str()
        })?;
        let low = literals::bound(field, b.number(1, QUANTILES / 4))?;
        let high = literals::bound(field, QUANTILES - b.number(1, QUANTILES / 4))?;
        let side = |op, value| Predicate::Compare {
            left: Expr::column(0, &field.column.name),
            op,
            value,
        };
        let ordered = low.as_f64()? < high.as_f64()?;
        return ordered.then(|| vec![side(Compare::Lt, low), side(Compare::Gt, high)]);
    }
    let first = literals::condition(b.rng, b.usage, entity, 0, &[], b.wide).filter(literals::is_plain)?;
    if let (true, Predicate::Compare { op: Compare::Eq, .. }) = (form < 7, &first) {
        let second = literals::another(b.rng, entity, &first)?;
        return Some(vec![first, second]);
    }
    let used = columns_of(&first);
    let second = literals::condition(b.rng, b.usage, entity, 0, &used, b.wide).filter(literals::is_plain)?;
    if [&first, &second].into_iter().any(|p| matches!(p, Predicate::In { .. })) {
        // "in Oslo or Bergen or with a café" has an "or" too many.
        return None;
    }
    let kinds = (kind(b, entity, &first)?, kind(b, entity, &second)?);
    // Two times of a row are no two choices.
    let alike = kinds.0 == kinds.1 && kinds.0 != 1;
    alike.then(|| vec![first, second])
}

/// What kind of thing a condition is about: a figure, a time, or a state.
fn kind(b: &Builder<'_, '_>, entity: &Entity<'_>, predicate: &Predicate) -> Option<u8> {
    let columns = columns_of(predicate);
    Some(match entity.field(columns.first()?)?.role() {
        Role::Measure | Role::Ratio => 0,
        // "with eight cylinders or from before 1980"
        Role::Ordinal if b.wide => 0,
        Role::Time => 1,
        Role::Category | Role::Flag => 2,
        _ => return None,
    })
}
