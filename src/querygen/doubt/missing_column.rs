//! An attribute that people ask such rows for and that no column of the schema holds.
//!
//! Attributes are those of `attributes.txt`. Limits: they are English, and for common kinds of tables; a table of no known kind gets none.

use super::{DoubtClass, Grounds, entity_of, intent};
use crate::query::doubt::Doubt;
use crate::query::ir::{ColumnRef, Expr, Select};
use crate::querygen::builder::Builder;
use crate::querygen::world::{Entity, Usage, World};
use crate::schema::morphology::head;
use crate::schema::role::Role;
use std::sync::LazyLock;

/// The registry entry.
pub(super) const CLASS: DoubtClass = DoubtClass {
    name: "missing_column",
    about: "asks for an attribute that no column of the schema holds",
    build,
};

/// Shapes whose intents show a column or compute with it.
const SHAPES: &[&str] = &[
    "projection",
    "lookup",
    "in_period",
    "of_parent",
    "sorted",
    "aggregate",
    "group_by_category",
    "per_parent",
    "top_n",
];

/// One attribute.
struct Attribute {
    noun: &'static str,
    role: &'static str,
    signs: Vec<&'static str>,
}

/// Attributes of one kind of table.
struct Kind {
    nouns: Vec<&'static str>,
    attributes: Vec<Attribute>,
}

static ATTRIBUTES: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let mut kinds: Vec<Kind> = Vec::new();
    for line in include_str!("attributes.txt")
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        if let Some((_, nouns)) = line.trim_matches(['[', ']']).split_once(": ").filter(|_| line.starts_with('[')) {
            kinds.push(Kind {
                nouns: nouns.split(' ').collect(),
                attributes: Vec::new(),
            });
        } else if let ([noun, role, signs], Some(kind)) = (&line.split(" | ").collect::<Vec<_>>()[..], kinds.last_mut()) {
            kind.attributes.push(Attribute {
                noun,
                role,
                signs: signs.split(' ').collect(),
            });
        }
    }
    kinds
});

fn build(b: &mut Builder<'_, '_>, grounds: &Grounds) -> Option<Doubt> {
    let world = b.world;
    intent(b, SHAPES, |b, query, select| {
        let entity = entity_of(world, select, 0)?;
        let (place, is_measure) = place(b, entity, select)?;
        let is_group = select
            .group
            .iter()
            .any(|e| e.base_column().is_some_and(|c| c.source == 0 && c.column == place));
        let column = ColumnRef { source: 0, column: place };
        // Rows are grouped by a category, not by a name. It stands where words about its values, and the words of the real column, are not said.
        let fit: Vec<&'static Attribute> = of(entity)
            .filter(|a| (a.role == "measure") == is_measure && (a.role == "category" || !is_group) && !grounds.may_hold(&a.signs))
            .collect();
        let key = |a: &'static Attribute| a.noun;
        let attribute = World::pick(b.rng, &named(b.usage, &fit, &entity.id), &fit, key)?;
        Some(Doubt::MissingColumn {
            asked: query.clone(),
            place: column,
            noun: attribute.noun.to_owned(),
            is_measure,
        })
    })
}

/// The attributes of an entity's kinds.
fn of(entity: &Entity<'_>) -> impl Iterator<Item = &'static Attribute> {
    let noun = head(&entity.words.singular).1.to_owned();
    let person = entity.words.person;
    ATTRIBUTES
        .iter()
        .filter(move |kind| kind.nouns.iter().any(|n| *n == noun || (*n == "*" && person)))
        .flat_map(|kind| &kind.attributes)
}

/// How often each attribute was asked of this table.
fn named(usage: &Usage, attributes: &[&'static Attribute], table: &str) -> Usage {
    let mut out = Usage::default();
    for attribute in attributes {
        for _ in 0..usage.of(&format!("{table}: {}", attribute.noun)) {
            out.add(attribute.noun);
        }
    }
    out
}

/// A column of source 0 whose place an attribute can take: shown or computed with, in no condition; and whether it is a quantity there.
fn place(b: &mut Builder<'_, '_>, entity: &Entity<'_>, select: &Select) -> Option<(String, bool)> {
    let mut places: Vec<(String, bool)> = Vec::new();
    for item in &select.items {
        let Some(column) = item.expr.base_column().filter(|c| c.source == 0) else {
            continue;
        };
        let field = entity.field(&column.column)?;
        let measured = matches!(item.expr, Expr::Aggregate { .. });
        let sorted = select.order.iter().any(|k| k.expr.base_column() == Some(column));
        let filtered = select
            .filter
            .iter()
            .any(|p| super::super::builder::columns_of(p).contains(&column.column));
        let naming = entity.words.display.contains(&column.column) || field.in_key;
        let measure = matches!(field.role(), Role::Measure | Role::Ratio);
        let plain = matches!(item.expr, Expr::Column(_)) && (!sorted || measure);
        if !filtered && !naming && (plain || (measured && measure)) && (measure || field.role() != Role::Time) {
            places.push((column.column.clone(), measure));
        }
    }
    let at = b.number(0, places.len().checked_sub(1)?);
    places.into_iter().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_attribute_is_a_sign_of_itself() {
        assert!(ATTRIBUTES.len() > 15);
        for kind in ATTRIBUTES.iter() {
            assert!(!kind.attributes.is_empty(), "{:?}", kind.nouns);
            for attribute in &kind.attributes {
                let grounds = Grounds {
                    words: attribute
                        .noun
                        .to_lowercase()
                        .replace("'s", "")
                        .split([' ', '-'])
                        .map(str::to_owned)
                        .collect::<BTreeSet<_>>(),
                    shared: Vec::new(),
                };
                assert!(
                    grounds.may_hold(&attribute.signs),
                    "{} would be asked for where it is",
                    attribute.noun
                );
                assert!(
                    ["measure", "category", "name", "code"].contains(&attribute.role),
                    "{}",
                    attribute.role
                );
            }
        }
    }
}
