//! A word that fits several columns of the rows asked for: the "date" of a loan, or the "city" of an order, the customer's or the restaurant's.
//!
//! Own columns share the last word of their nouns, none of them being called by it alone; columns of the rows referred to share their noun.
//! Invariant: all columns that the word fits are readings, and the readings differ in that column alone.

use super::{DoubtClass, Grounds, entity_of, intent, shared};
use crate::query::doubt::Doubt;
use crate::query::ir::{Body, ColumnRef, QueryIr, Select};
use crate::querygen::builder::{Builder, columns_of, slug};
use crate::querygen::world::{Entity, Field};
use crate::schema::morphology::{PREPOSITIONS, head};
use crate::schema::role::Role;

/// The registry entry.
pub(super) const CLASS: DoubtClass = DoubtClass {
    name: "ambiguous_column",
    about: "uses a word that fits several columns",
    build,
};

const OWN: &[&str] = &["projection", "lookup", "sorted", "aggregate", "in_period", "top_n", "of_parent"];
/// Most columns that one word may fit.
const READINGS_MAX: usize = 4;
/// Last words that say nothing by themselves, or that people take for the row's own.
const EMPTY: &[&str] = &["number", "name", "id", "ID", "code", "count", "key", "type", "level", "title"];

/// Ends of German, French and Spanish names, as "am" of "angelegt am" is, where no English one stands.
#[rustfmt::skip]
const FOREIGN_PREPOSITIONS: &[&str] = &[
    "bis", "von", "nach", "seit", "vor", "aus", "bei", "mit", "für", "fuer", "zum", "zur", "par", "pour", "sur", "depuis", "avec", "desde", "hasta", "para",
    "por", "con",
];

fn build(b: &mut Builder<'_, '_>, _: &Grounds) -> Option<Doubt> {
    if b.chance(0.5) {
        own(b).or_else(|| of_parents(b))
    } else {
        of_parents(b).or_else(|| own(b))
    }
}

/// Columns of the row itself.
fn own(b: &mut Builder<'_, '_>) -> Option<Doubt> {
    let world = b.world;
    intent(b, OWN, |_, query, select| {
        let entity = entity_of(world, select, 0)?;
        let used: Vec<ColumnRef> = entity
            .fields
            .iter()
            .map(|f| column(0, &f.column.name))
            .filter(|c| query.uses(c) > 0)
            .collect();
        let (place, noun, fits) = used.iter().find_map(|c| {
            let (noun, fits) = alike(entity, &c.column)?;
            // "Members with a date before July" is nobody's words: it is shown, sorted by or computed with.
            let filtered = select.filter.iter().any(|p| columns_of(p).contains(&c.column));
            let alone = !filtered && !fits.iter().any(|f| *f != c.column && used.iter().any(|u| u.column == *f));
            alone.then(|| (c.clone(), noun, fits))
        })?;
        readings(query, &place, noun, &fits, entity)
    })
}

/// The columns that share the last word of a column's noun, and that word.
fn alike(entity: &Entity<'_>, name: &str) -> Option<(String, Vec<String>)> {
    let word = |f: &Field<'_>| head(&f.words.noun).1.to_owned();
    let one = entity.field(name).filter(|f| asked_for(f))?;
    let noun = word(one);
    if EMPTY.contains(&noun.as_str()) || !is_noun(&noun) || entity.fields.iter().any(|f| f.words.noun == noun) {
        return None;
    }
    let all: Vec<&Field<'_>> = entity.such(|f| word(f) == noun);
    let same = |f: &&Field<'_>| {
        asked_for(f)
            && f.role() == one.role()
            && f.column.sql_type.is_numeric() == one.column.sql_type.is_numeric()
            && f.words.unit == one.words.unit
    };
    let fits = all.len() >= 2 && all.len() <= READINGS_MAX && all.iter().all(same);
    fits.then(|| (noun, all.iter().map(|f| f.column.name.clone()).collect()))
}

/// Whether a word may name something: no preposition of a common language, nothing of two letters.
fn is_noun(word: &str) -> bool {
    word.chars().count() > 2 && !PREPOSITIONS.contains(&word) && !FOREIGN_PREPOSITIONS.contains(&word)
}

fn asked_for(field: &Field<'_>) -> bool {
    !field.in_key && field.is_showable() && matches!(field.role(), Role::Time | Role::Measure | Role::Ratio | Role::Category)
}

/// The intent with each of the columns in turn.
fn readings(query: &QueryIr, place: &ColumnRef, noun: String, fits: &[String], entity: &Entity<'_>) -> Option<Doubt> {
    let from = slug(&entity.field(&place.column)?.words.noun);
    let mut out = Vec::new();
    for name in fits {
        let to = column(0, name);
        let mut reading = query.with_column(place, &to)?;
        rename(&mut reading, &from, &slug(&entity.field(name)?.words.noun));
        out.push((reading, to));
    }
    Some(Doubt::AmbiguousColumn { noun, readings: out })
}

/// Result columns that are called after one column are called after another.
fn rename(query: &mut QueryIr, from: &str, to: &str) {
    if let Body::Select(select) = &mut query.body {
        for item in &mut select.items {
            item.alias = item.alias.take().map(|alias| alias.replace(from, to));
        }
    }
}

/// Columns of two rows that the row refers to: an aggregate for each value.
fn of_parents(b: &mut Builder<'_, '_>) -> Option<Doubt> {
    let world = b.world;
    intent(b, &["per_parent_category"], |b, query, select| {
        let child = world.entities.iter().position(|e| Some(e.id.as_str()) == select.table(0))?;
        let key = select.group.first()?.base_column()?.clone();
        let parent = entity_of(world, select, key.source)?;
        let noun = parent.field(&key.column)?.words.noun.clone();
        // What the row itself has is what people mean.
        let entity = b.entity(child);
        if entity.fields.iter().any(|f| f.words.noun == noun || head(&f.words.noun).1 == noun) {
            return None;
        }
        let same = |f: &Field<'_>| f.words.noun == noun && f.is_groupable();
        let mut places: Vec<(Vec<usize>, String)> = Vec::new();
        for (path, end) in shared::paths(world, child) {
            for field in b.entity(end).such(same) {
                places.push((path.clone(), field.column.name.clone()));
            }
        }
        if !(2..=READINGS_MAX).contains(&places.len()) || select.joins.len() != 1 {
            return None;
        }
        let mut out = Vec::new();
        for (path, name) in places {
            let mut alone = Select {
                sources: select.sources.iter().take(1).cloned().collect(),
                joins: Vec::new(),
                ..select.clone()
            };
            let source = shared::join(world, &mut alone, &path)?;
            let query = QueryIr {
                shape: query.shape.clone(),
                body: Body::Select(alone),
            };
            let to = column(source, &name);
            out.push((query.with_column(&key, &to)?, to));
        }
        Some(Doubt::AmbiguousColumn { noun, readings: out })
    })
}

fn column(source: usize, name: &str) -> ColumnRef {
    ColumnRef {
        source,
        column: name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_noun;

    #[test]
    fn a_preposition_is_no_word_in_doubt() {
        assert!(is_noun("date") && is_noun("price") && is_noun("datum"));
        for word in ["am", "le", "by", "until", "bis", "hasta"] {
            assert!(!is_noun(word), "{word}");
        }
    }
}
