//! What the groups of a query are: values of a column, periods, or rows of another table, and how one and all of them are said.
//!
//! Limits: one or two keys. Invariant: a noun that says nothing alone ("status", "type") is said with what it is of.

use super::{implied, says_all};
use crate::nlgen::attach::with_modifiers;
use crate::nlgen::condition;
use crate::nlgen::items::{merge, period};
use crate::nlgen::modifier::conditions;
use crate::nlgen::phrase::Phrase;
use crate::nlgen::place::is_place;
use crate::nlgen::speaker::Speaker;
use crate::query::ir::Expr;
use crate::schema::morphology::possessive;
use crate::words;
use std::collections::BTreeSet;

/// What a group stands for.
#[derive(Clone)]
pub(super) struct Key {
    /// "genre", "author", "year they were hired".
    pub one: Phrase,
    /// "genres", "authors".
    pub many: Phrase,
    /// The source whose rows are the groups, when they are rows.
    pub entity: Option<usize>,
    /// Conditions that grouping takes for granted.
    pub implied: Vec<usize>,
    /// It is said as somebody's: "employee's pay grade".
    pub owned: bool,
}

impl Key {
    /// The groups, without a word on how they are shown.
    pub(super) fn rows(&self) -> &str {
        let many = self.many.text();
        many.split_once(" (").map_or(many, |(rows, _)| rows)
    }
}

/// What the groups are; tags the items and group keys it says.
pub(super) fn key(speaker: &Speaker<'_>) -> Option<Key> {
    let select = speaker.select;
    let tag_group = |p: Phrase| (0..select.group.len()).fold(p, |p, i| p.says(speaker.id(&format!("group.{i}"))));
    let shown: Vec<usize> = (0..select.items.len())
        .filter(|i| select.group.contains(&select.items[*i].expr))
        .collect();
    let tag = |p: Phrase| shown.iter().fold(tag_group(p), |p, i| p.says(speaker.id(&format!("item.{i}"))));
    let sources: Vec<usize> = select.group.iter().filter_map(|e| e.base_column()).map(|c| c.source).collect();
    let none: Vec<&Expr> = select.group.iter().collect();
    let implied = implied(speaker, &none);
    if let [only] = &select.group[..]
        && let Some(period) = period(speaker, only)
    {
        let said = says_all(tag(period), speaker, &implied);
        return Some(Key {
            one: said.clone(),
            many: said,
            entity: None,
            implied,
            owned: false,
        });
    }
    let columns: Option<Vec<_>> = select
        .group
        .iter()
        .map(|e| if let Expr::Column(c) = e { Some(c) } else { None })
        .collect();
    let columns = columns?;
    let source = *sources.first()?;
    let table = speaker.voice.schema.table(select.table(source)?)?;
    let has_all = |wanted: &[String]| !wanted.is_empty() && wanted.iter().all(|k| columns.iter().any(|c| &c.column == k));
    let named = columns.iter().all(|c| speaker.is_display(c)) && has_all(&speaker.table(source)?.display);
    let is_row = source > 0 && sources.iter().all(|s| *s == source) && (has_all(&table.primary_key) || named);
    if is_row {
        // A row is shown by its name; by another column only when it has none.
        let by_name = shown
            .iter()
            .all(|i| select.items[*i].expr.base_column().is_some_and(|c| speaker.is_display(c)));
        let one = speaker.noun(source, false)?;
        // "per home branch", but "which branches have the most members": there the verb tells which way they belong together.
        // "customers who have web sales billed to them", not "billing customers who".
        let to_them = speaker.join_of(source).is_some_and(|(_, edge)| edge.children.ends_with("them"));
        let many = if speaker.is_only_way(source) || to_them {
            &speaker.table(source)?.plural
        } else {
            speaker.noun(source, true)?
        };
        let by = if by_name {
            String::new()
        } else {
            format!("(by {})", names(speaker, &shown, false)?)
        };
        // "students in Oslo with the most friends", not "with the most friends of students in Oslo".
        let chosen = conditions(speaker, source, &implied)?;
        let own = |i: &usize| select.filter.get(*i).and_then(condition::source_of) == Some(source);
        let implied = (0..select.filter.len()).filter(own).chain(implied).collect();
        let who = speaker.relative(source);
        return Some(Key {
            one: with_modifiers(tag(words![one, &by]), condition::to_singular(chosen.clone()), who),
            many: with_modifiers(tag(words![many, &by]), chosen, who),
            entity: Some(source),
            implied,
            owned: false,
        });
    }
    let mut ones = Vec::new();
    let mut manies = Vec::new();
    let mut owned = false;
    for (i, column) in columns.iter().enumerate() {
        let words = speaker.column(column)?;
        let owner = if column.source > 0 {
            speaker.noun(column.source, false)?
        } else {
            ""
        };
        // "each pay grade" where nothing near has another, "each order status", else "each restaurant's city".
        let owner = if owner.is_empty() || words.noun.contains(owner) {
            String::new()
        } else if !stands_alone(speaker, column.source, &words.noun) {
            // "each branch city", "each employee's pay grade".
            owned |= !is_place(&words.noun);
            if is_place(&words.noun) {
                owner.to_owned()
            } else {
                possessive(owner)
            }
        } else if OF_WHAT.contains(&words.noun.as_str()) || words.noun.ends_with(" year") {
            owner.to_owned()
        } else {
            String::new()
        };
        let say = |noun: &str| {
            let item = select.items.iter().position(|it| it.expr == select.group[i]);
            let phrase = words![owner.as_str(), noun].says(speaker.id(&format!("group.{i}")));
            item.map_or(phrase.clone(), |k| phrase.says(speaker.id(&format!("item.{k}"))))
        };
        ones.push(say(&words.noun));
        manies.push(say(&words.plural));
    }
    let (one, many) = if ones.len() > 1 {
        (words!["combination of", merge(ones)], words!["combinations of", merge(manies)])
    } else {
        (ones.pop()?, manies.pop()?)
    };
    Some(Key {
        one,
        many,
        entity: None,
        implied: Vec::new(),
        owned,
    })
}

/// Nouns that say nothing without what they are of.
pub(super) const OF_WHAT: &[&str] = &[
    "type",
    "kind",
    "status",
    "condition",
    "category",
    "class",
    "reason",
    "role",
    "name",
    "purpose",
    "priority",
    "level",
];

/// "departing flights" of a city instead of flights of a "source airport city": half the time, where what the rows are called tells by which
/// key they belong to the place.
pub(super) fn rows_by_way<'s>(speaker: &Speaker<'s>, key: &mut Key) -> Option<&'s str> {
    let ([Expr::Column(column)], [join], false) = (&speaker.select.group[..], &speaker.select.joins[..], key.owned) else {
        return None;
    };
    let (_, edge) = speaker.join_of(column.source)?;
    let noun = speaker.column(column)?.noun.as_str();
    let plain = &speaker.table(0)?.plural;
    // "departing flights that depart from" would say it twice.
    let told = speaker.select.filter.is_empty() && join.to_parent && edge.children != *plain && edge.children.ends_with(plain.as_str());
    let apart = told && is_place(noun) && named_near(speaker, column.source, noun) == 1;
    let owner = format!("{} ", edge.role);
    if !apart || !key.one.text().starts_with(&owner) || speaker.voice.below(2) == 0 {
        return None;
    }
    key.one = key.one.clone().with_first_word(owner.trim(), "").trimmed();
    key.many = key.many.clone().with_first_word(owner.trim(), "").trimmed();
    Some(&edge.children)
}

/// Whether a parent's column can be meant by its noun alone: neither the rows' own table nor another that they refer to has one called so.
fn stands_alone(speaker: &Speaker<'_>, source: usize, noun: &str) -> bool {
    // Many things are in a country or were built in a year.
    let vague = is_place(noun) || noun.starts_with("year ");
    // "departments per employment type" would be the departments' own.
    let person = speaker.table(source).is_some_and(|t| t.person);
    !vague && !person && speaker.is_only_way(source) && named_near(speaker, source, noun) == 1
}

/// How many columns of the rows' own table, of what they refer to, and of a source are called so.
fn named_near(speaker: &Speaker<'_>, source: usize, noun: &str) -> usize {
    let lexicon = speaker.voice.lexicon;
    let Some(child) = speaker.select.table(0).and_then(|id| speaker.voice.schema.table(id)) else {
        return 0;
    };
    let near: BTreeSet<String> = child
        .foreign_keys
        .iter()
        .map(|key| key.ref_table.clone())
        .chain([child.id()])
        .chain(speaker.select.table(source).map(str::to_owned))
        .collect();
    let named = |id: &String| {
        let columns = speaker.voice.schema.table(id).into_iter().flat_map(|table| &table.columns);
        columns
            .filter(|column| {
                lexicon
                    .columns
                    .get(&format!("{id}.{}", column.name))
                    .is_some_and(|w| w.noun == noun)
            })
            .count()
    };
    near.iter().map(named).sum()
}

/// The key at the head of a sentence, before its rows are named: "order status", not "status".
pub(super) fn told(speaker: &Speaker<'_>, key: Key) -> Phrase {
    match speaker.noun(0, false).filter(|_| is_bare(speaker, &key)) {
        Some(row) => words![row, key.one],
        None => key.one,
    }
}

/// The same in the plural: "which absence types", not "which types".
pub(super) fn told_many(speaker: &Speaker<'_>, key: &Key) -> Phrase {
    match speaker.noun(0, false).filter(|_| is_bare(speaker, key)) {
        Some(row) => words![row, key.many.clone()],
        None => key.many.clone(),
    }
}

/// Whether the groups are values of the rows' own column whose noun says nothing alone.
fn is_bare(speaker: &Speaker<'_>, key: &Key) -> bool {
    let own = matches!(&speaker.select.group[..], [Expr::Column(column)] if column.source == 0);
    own && OF_WHAT.contains(&key.one.text())
}

/// What is shown of the groups: "name and city", in the plural "names and cities".
pub(super) fn names(speaker: &Speaker<'_>, shown: &[usize], plural: bool) -> Option<String> {
    let noun = |i: &usize| {
        let words = speaker.words_of(&speaker.select.items.get(*i)?.expr)?;
        Some(Phrase::from(if plural { &words.plural } else { &words.noun }))
    };
    let nouns: Option<Vec<Phrase>> = shown.iter().map(noun).collect();
    Some(merge(nouns?).text().to_owned())
}
