//! Places that a row's word can point to: its own columns, and those of the rows it refers to, one or two foreign keys away.
//!
//! Limits: values are looked for among each column's most frequent ones. Invariant: the places of one [`Shared`] are equally near, so that none of them is
//! what people would mean first.

use crate::ir::Value;
use crate::query::ir::{ColumnRef, Select};
use crate::querygen::world::{Edge, Field, World};
use crate::schema::role::Role;
use std::collections::BTreeMap;

/// Most places that a value or a word may have: more is not a choice but a list.
const PLACES_MAX: usize = 3;

/// A column that belongs to a row, and the foreign keys (indexes of edges) that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// From child to parent, in order; none for the row's own column.
    pub path: Vec<usize>,
    /// Index of the entity at the end.
    pub entity: usize,
    /// The column there.
    pub column: String,
}

/// A value of an entity's rows that stands in several places.
pub(super) struct Shared {
    /// Index of the entity.
    pub entity: usize,
    /// The value.
    pub value: Value,
    /// Where.
    pub places: Vec<Place>,
}

/// The rows that an entity's rows refer to: paths of one or two keys, none through the entity itself.
///
/// Left out is what a row has by itself: a far row whose key it carries on the way (an item's restaurant, by its dish), and a second way to a table
/// that its plain word does not mean (an absence's approver, beside its employee).
pub(super) fn paths(world: &World<'_>, from: usize) -> Vec<(Vec<usize>, usize)> {
    let out_of = |entity: usize| {
        let edges = world.edges.iter().enumerate();
        edges.filter(move |(_, e)| e.child == entity && e.parent != from && e.parent != entity)
    };
    let plain = |e: &Edge<'_>| world.entities.get(e.parent).is_some_and(|p| p.words.singular == e.words.role);
    let mut found = Vec::new();
    for (first, edge) in out_of(from) {
        if !plain(edge) && out_of(from).any(|(_, other)| other.parent == edge.parent && plain(other)) {
            continue;
        }
        found.push((vec![first], edge.parent));
        for (second, next) in out_of(edge.parent) {
            if !next.key.columns.iter().all(|c| edge.key.ref_columns.contains(c)) {
                found.push((vec![first, second], next.parent));
            }
        }
    }
    found
}

/// Joins a path to a SELECT's source 0; returns the last source.
pub(super) fn join(world: &World<'_>, select: &mut Select, path: &[usize]) -> Option<usize> {
    let mut source = 0;
    for index in path {
        let edge = world.edges.get(*index)?;
        source = select.join(source, edge.key, &world.entities.get(edge.parent)?.id, true, false);
    }
    Some(source)
}

/// A place as a column of a SELECT that it was joined to.
pub(super) fn column(place: &Place, source: usize) -> ColumnRef {
    ColumnRef {
        source,
        column: place.column.clone(),
    }
}

/// Every value that stands in several places of some entity.
pub(super) fn find(world: &World<'_>) -> Vec<Shared> {
    let mut out = Vec::new();
    for (index, entity) in world.entities.iter().enumerate().filter(|(_, e)| e.is_subject()) {
        let own: Vec<Place> = named(world, index, &[]);
        let away: Vec<Place> = paths(world, index)
            .iter()
            .flat_map(|(path, end)| named(world, *end, path))
            .collect();
        let held = |places: &[Place]| {
            let mut by_value: BTreeMap<String, (Value, Vec<Place>)> = BTreeMap::new();
            for place in places {
                let Some(field) = world.entities.get(place.entity).and_then(|e| e.field(&place.column)) else {
                    continue;
                };
                for (value, _) in field.profile.top.iter().filter(|(v, _)| is_name(v)) {
                    let entry = by_value.entry(value.to_string()).or_insert_with(|| (value.clone(), Vec::new()));
                    entry.1.push(place.clone());
                }
            }
            by_value
        };
        let (near, far) = (held(&own), held(&away));
        let several = |places: &[Place]| (2..=PLACES_MAX).contains(&places.len());
        for (text, (value, places)) in near.iter().chain(far.iter().filter(|(text, _)| !near.contains_key(*text))) {
            if several(places) && !text.eq_ignore_ascii_case(&entity.words.singular) {
                out.push(Shared {
                    entity: index,
                    value: value.clone(),
                    places: places.clone(),
                });
            }
        }
    }
    out
}

/// Columns of an entity whose values people name.
fn named(world: &World<'_>, entity: usize, path: &[usize]) -> Vec<Place> {
    let says =
        |f: &Field<'_>| f.column.sql_type.is_text() && f.is_showable() && !f.in_key && matches!(f.role(), Role::Category | Role::Name);
    let fields = world.entities.get(entity).map(|e| e.such(says)).unwrap_or_default();
    fields
        .into_iter()
        .map(|f| Place {
            path: path.to_vec(),
            entity,
            column: f.column.name.clone(),
        })
        .collect()
}

/// A name: "Oslo", "Crime"; codes and labels that stand for something are not said alone.
fn is_name(value: &Value) -> bool {
    match value {
        Value::Text(t) => {
            let plain = t.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '-');
            t.len() > 3 && t.len() <= 30 && plain && t.starts_with(char::is_uppercase) && t.chars().any(char::is_lowercase)
        }
        _ => false,
    }
}
