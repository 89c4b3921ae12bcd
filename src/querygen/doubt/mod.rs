//! Doubts: questions that no SQL answers, or several do. One file a class and one line in [`DOUBTS`].
//!
//! A class takes an intent of an ordinary shape and puts into it what the schema or the data lacks, or what they hold twice. What it claims is
//! checked again where it can be executed. Invariant: a class never claims that something is missing where a name, a comment or a label of
//! the schema could mean it.

mod ambiguous_column;
mod ambiguous_value;
mod missing_column;
mod missing_value;
mod out_of_scope;
mod shared;

use super::builder::Builder;
use super::shape;
use super::world::{Entity, World};
use crate::query::doubt::Doubt;
use crate::query::ir::{Body, QueryIr, Select};
use crate::schema::morphology::singular;
use crate::schema::naming;
use std::collections::BTreeSet;

pub use out_of_scope::KINDS as OUT_OF_SCOPE;

/// A class of doubts.
pub struct DoubtClass {
    /// Registry name; the record's `class`.
    pub name: &'static str,
    /// What it asks, for help and reports.
    pub about: &'static str,
    /// Makes one.
    build: fn(&mut Builder<'_, '_>, &Grounds) -> Option<Doubt>,
}

/// Every class.
pub static DOUBTS: &[DoubtClass] = &[
    missing_column::CLASS,
    missing_value::CLASS,
    out_of_scope::CLASS,
    ambiguous_column::CLASS,
    ambiguous_value::CLASS,
];

/// Intents tried for one doubt.
const TRIES: usize = 12;

/// The class of a name.
pub fn by_name(name: &str) -> Option<&'static DoubtClass> {
    DOUBTS.iter().find(|d| d.name == name)
}

impl DoubtClass {
    /// One doubt in this world, or nothing where it has no place for it.
    pub fn doubt(&self, builder: &mut Builder<'_, '_>, grounds: &Grounds) -> Option<Doubt> {
        (self.build)(builder, grounds)
    }
}

/// What all classes look at, gathered once.
pub struct Grounds {
    /// Every word that the schema says anywhere, lower case, as written and in the singular.
    words: BTreeSet<String>,
    /// Values that stand in two places that are equally near.
    shared: Vec<shared::Shared>,
}

impl Grounds {
    /// Reads a world.
    pub fn of(world: &World<'_>) -> Self {
        Grounds {
            words: words(world),
            shared: shared::find(world),
        }
    }

    /// Whether the schema may hold what these signs stand for.
    fn may_hold(&self, signs: &[&str]) -> bool {
        signs.iter().any(|sign| {
            let begins = sign.len() >= 4 && self.words.range((*sign).to_owned()..).next().is_some_and(|w| w.starts_with(sign));
            begins || self.words.contains(*sign)
        })
    }
}

/// Names, comments, labels and words of the whole schema.
fn words(world: &World<'_>) -> BTreeSet<String> {
    let mut texts: Vec<String> = Vec::new();
    for table in &world.schema.tables {
        texts.push(naming::table_words(table).join(" "));
        texts.extend(table.comment.clone());
        for column in &table.columns {
            texts.push(naming::column_words(table, &column.name).join(" "));
            texts.extend(column.comment.clone());
            if let crate::ir::SqlType::Enum(name) = &column.sql_type {
                texts.extend(world.schema.enum_values(name).unwrap_or_default().iter().cloned());
            }
        }
    }
    for words in world.words.tables.values() {
        texts.extend([words.singular.clone(), words.plural.clone()]);
    }
    for words in world.words.columns.values() {
        texts.push(words.noun.clone());
        texts.extend(words.unit.clone());
        texts.extend(words.values.values().cloned());
    }
    for words in world.words.edges.values() {
        texts.extend([words.role.clone(), words.children.clone()]);
    }
    let split = |text: &String| -> Vec<String> {
        let lower = text.to_lowercase();
        let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        parts.flat_map(|w| [w.to_owned(), singular(w)]).collect()
    };
    texts.iter().flat_map(split).collect()
}

/// An intent of one of these shapes that is one plain SELECT and satisfies a condition.
fn intent<T>(
    b: &mut Builder<'_, '_>,
    shapes: &[&str],
    mut fit: impl FnMut(&mut Builder<'_, '_>, &QueryIr, &Select) -> Option<T>,
) -> Option<T> {
    for _ in 0..TRIES {
        let Some(shape) = b.one_of(shapes).and_then(shape::by_name) else {
            continue;
        };
        let Some(body @ Body::Select(_)) = shape.intent(b) else {
            continue;
        };
        let query = QueryIr {
            shape: shape.name.to_owned(),
            body,
        };
        if let Some(select) = query.plain()
            && let Some(found) = fit(b, &query, select)
        {
            return Some(found);
        }
    }
    None
}

/// The entity that a source of a SELECT is.
fn entity_of<'b, 'a>(world: &'b World<'a>, select: &Select, source: usize) -> Option<&'b Entity<'a>> {
    let id = select.table(source)?;
    world.entities.iter().find(|e| e.id == id)
}

/// Text columns of an entity and of what it is joined with, where a value could hide.
fn texts_near(world: &World<'_>, index: usize) -> Vec<(String, String)> {
    let near = |e: &&super::world::Edge<'_>| e.child == index || e.parent == index;
    let mut ids: BTreeSet<usize> = world.edges.iter().filter(near).flat_map(|e| [e.child, e.parent]).collect();
    ids.insert(index);
    let entities = ids.into_iter().filter_map(|i| world.entities.get(i));
    entities.flat_map(texts_of).collect()
}

/// Text columns of an entity, prose apart.
fn texts_of(entity: &Entity<'_>) -> Vec<(String, String)> {
    let text = entity.such(|f| f.column.sql_type.is_text() && f.is_showable() && f.role() != crate::schema::role::Role::FreeText);
    text.into_iter().map(|f| (entity.id.clone(), f.column.name.clone())).collect()
}
