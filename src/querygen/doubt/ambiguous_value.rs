//! A value that stands in two columns which are equally near to the rows asked for: orders "for Oslo", the customer's city or the restaurant's.
//!
//! Invariant: each reading is the same intent with one condition more, and no nearer column holds the value.

use super::{DoubtClass, Grounds, shared, texts_of};
use crate::query::doubt::Doubt;
use crate::query::ir::{Body, Compare, Expr, Predicate, QueryIr};
use crate::querygen::builder::Builder;
use crate::querygen::shape;

/// The registry entry.
pub(super) const CLASS: DoubtClass = DoubtClass {
    name: "ambiguous_value",
    about: "names a value that occurs in two columns",
    build,
};

const SHAPES: &[&str] = &["count", "count", "aggregate", "projection", "sorted"];

fn build(b: &mut Builder<'_, '_>, grounds: &Grounds) -> Option<Doubt> {
    let world = b.world;
    let shared = grounds.shared.get(b.number(0, grounds.shared.len().checked_sub(1)?))?;
    let entity = world.entities.get(shared.entity)?;
    let base = (0..super::TRIES * 4).find_map(|_| {
        let shape = shape::by_name(b.one_of(SHAPES)?)?;
        let body = shape.intent(b)?;
        let Body::Select(select) = &body else { return None };
        let fits = select.table(0) == Some(entity.id.as_str()) && select.joins.is_empty() && select.filter.len() < 2 && !select.distinct;
        let query = QueryIr {
            shape: shape.name.to_owned(),
            body: body.clone(),
        };
        (fits && query.plain().is_some()).then_some(query)
    })?;
    let Body::Select(plain) = &base.body else { return None };
    let used: Vec<String> = plain.filter.iter().flat_map(super::super::builder::columns_of).collect();
    let mut readings = Vec::new();
    for place in &shared.places {
        if place.path.is_empty() && used.contains(&place.column) {
            return None;
        }
        let mut select = plain.clone();
        let source = shared::join(world, &mut select, &place.path)?;
        select.filter.push(Predicate::Compare {
            left: Expr::column(source, &place.column),
            op: Compare::Eq,
            value: shared.value.clone(),
        });
        let query = QueryIr {
            shape: base.shape.clone(),
            body: Body::Select(select),
        };
        readings.push((query, shared::column(place, source)));
    }
    let away = shared.places.iter().all(|p| !p.path.is_empty());
    let is_place = |c: &(String, String)| shared.places.iter().any(|p| p.path.is_empty() && p.column == c.1);
    let absent = texts_of(entity).into_iter().filter(|c| away || !is_place(c)).collect();
    Some(Doubt::AmbiguousValue {
        value: shared.value.clone(),
        base,
        readings,
        absent,
    })
}
