//! The glossary: what people call rows with a high or a low value, for questions that are vague or speak in figures.
//!
//! Inferred from the lexicon's nouns (`terms.txt`) and the data's quantiles; a user's YAML file replaces or removes any entry. A term says nothing exact: the evidence of
//! a question that uses one says what it means there. `from` keeps it fair, so that nothing cheap is called pricey.
//! Invariant: every entry is a column of the schema whose values are ordered.

mod yaml;

pub use yaml::GlossaryError;

use super::lexicon::{ColumnWords, Lexicon, TableWords};
use super::morphology::with_article;
use super::profile::{Profile, QUANTILES};
use super::role::Role;
use crate::ir::{LogicalIr, Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The terms of one schema, by `table.column`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Glossary(pub BTreeMap<String, Sides>);

/// The terms of one column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sides {
    /// Of values above a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<Term>,
    /// Of values below a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub less: Option<Term>,
}

/// What rows on one side of a bound are called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The bound from which on (up or down) rows are called so.
    pub from: Bound,
    /// A vague word: "pricey".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vague: Option<String>,
    /// A figure of speech: "as thick as a brick".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figurative: Option<String>,
}

/// A number, or a day in ISO form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Bound {
    /// A whole number.
    Whole(i64),
    /// Another number.
    Number(f64),
    /// A day or an instant.
    Day(String),
}

impl Bound {
    fn of(value: &Value) -> Option<Bound> {
        match value {
            Value::Int(n) => Some(Bound::Whole(*n)),
            Value::Number(text) => text.parse().ok().map(Bound::Number),
            Value::Date(day) | Value::Timestamp(day) => Some(Bound::Day(day.get(..10)?.to_owned())),
            _ => None,
        }
    }

    /// Whether a value lies at the bound or beyond it, upwards or downwards.
    pub fn allows(&self, value: &Value, upwards: bool) -> bool {
        let order = match (self, value) {
            (Bound::Day(day), Value::Date(other) | Value::Timestamp(other)) => other.get(..10).map(|other| other.cmp(day.as_str())),
            (Bound::Whole(n), _) => value.as_f64().map(|x| x.total_cmp(&(*n as f64))),
            (Bound::Number(n), _) => value.as_f64().map(|x| x.total_cmp(n)),
            _ => None,
        };
        order.is_some_and(|o| if upwards { o.is_ge() } else { o.is_le() })
    }
}

impl Glossary {
    /// The term for values of a column on one side of a bound.
    pub fn term(&self, column: &str, value: &Value, upwards: bool) -> Option<&Term> {
        let sides = self.0.get(column)?;
        let term = if upwards { &sides.more } else { &sides.less };
        term.as_ref().filter(|t| t.from.allows(value, upwards))
    }

    /// The terms of a schema, from its words and values.
    pub fn infer(schema: &LogicalIr, lexicon: &Lexicon, profile: &Profile) -> Glossary {
        let mut out = BTreeMap::new();
        for table in schema.data_tables() {
            let id = table.id();
            let (Some(row), Some(measured)) = (lexicon.tables.get(&id), profile.table(&id)) else {
                continue;
            };
            let is_key = |name: &str| table.primary_key.iter().any(|c| c == name) || table.foreign_keys_of(name).next().is_some();
            for column in table.columns.iter().filter(|c| !is_key(&c.name)) {
                let Some(words) = lexicon.column(&id, &column.name) else { continue };
                let quantile = |n: usize| measured.column(&column.name).and_then(|c| c.quantiles.get(n)).and_then(Bound::of);
                // Beyond the middle fifth: what is neither high nor low has no such name.
                if let (Some([more, less]), Some(high), Some(low)) =
                    (of(words, row), quantile(QUANTILES * 11 / 20), quantile(QUANTILES * 9 / 20))
                {
                    let sides = Sides {
                        more: Some(more.at(high)),
                        less: Some(less.at(low)),
                    };
                    out.insert(format!("{id}.{}", column.name), sides);
                }
            }
        }
        Glossary(out)
    }
}

/// A plain term and a figure of speech.
#[derive(Clone)]
struct Said {
    vague: Option<String>,
    figurative: Option<String>,
}

impl Said {
    fn at(self, from: Bound) -> Term {
        Term {
            from,
            vague: self.vague,
            figurative: self.figurative,
        }
    }
}

struct Entry {
    who: &'static str,
    nouns: Vec<&'static str>,
    sides: [(&'static str, &'static str); 2],
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let lines = include_str!("terms.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines
        .filter_map(|line| {
            let [who, nouns, more, less] = <[&str; 4]>::try_from(line.split(" | ").collect::<Vec<_>>()).ok()?;
            Some(Entry {
                who,
                nouns: nouns.split(", ").collect(),
                sides: [more.split_once(" / ")?, less.split_once(" / ")?],
            })
        })
        .collect()
});

/// What rows with a high and with a low value of a column are called.
fn of(words: &ColumnWords, row: &TableWords) -> Option<[Said; 2]> {
    let noun = &words.noun;
    let who = if row.person { "person" } else { "thing" };
    let fits = |entry: &Entry| entry.who == "any" || entry.who == who;
    let length = |n: &str| (noun == n || noun.ends_with(&format!(" {n}"))).then_some(n.len());
    let longest = |entry: &Entry| entry.nouns.iter().filter_map(|n| length(n)).max();
    let entry = ENTRIES
        .iter()
        .rev()
        .filter(|e| fits(e) && longest(e).is_some())
        .max_by_key(|e| longest(e));
    let filled = |text: &str| (text != "-").then(|| text.replace("{noun}", noun));
    if let Some(entry) = entry {
        return Some(entry.sides.map(|(vague, figurative)| Said {
            vague: filled(vague),
            figurative: filled(figurative),
        }));
    }
    let said = |vague: String, figurative: Option<String>| Said {
        vague: Some(vague),
        figurative,
    };
    match words.role {
        Role::Measure | Role::Ratio => Some(match noun.strip_prefix("number of ") {
            Some(things) => [
                said(format!("with many {things}"), Some(format!("with {things} galore"))),
                said(format!("with few {things}"), None),
            ],
            None => [
                said(
                    format!("with a high {noun}"),
                    Some(format!("with {} through the roof", with_article(noun))),
                ),
                said(format!("with a low {noun}"), Some(format!("with a rock-bottom {noun}"))),
            ],
        }),
        Role::Time => Some(match &words.event {
            Some(event) if event.passive => [
                said(format!("recently {}", event.verb), None),
                said(
                    format!("{} long ago", event.verb),
                    Some(format!("{} in the mists of time", event.verb)),
                ),
            ],
            _ => [
                said(
                    format!("with a recent {noun}"),
                    Some(format!("with {} as fresh as morning dew", with_article(noun))),
                ),
                said(
                    format!("with {} long ago", with_article(noun)),
                    Some(format!("with {} in the mists of time", with_article(noun))),
                ),
            ],
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(noun: &str, role: Role, person: bool) -> Option<(String, String)> {
        let row = TableWords {
            person,
            ..TableWords::default()
        };
        let [more, less] = of(&ColumnWords::plain(role, noun), &row)?;
        Some((more.vague?, less.vague?))
    }

    #[test]
    fn terms_fit_the_column_and_the_row() {
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(said("list price", Role::Measure, false), pair("pricey", "affordable"));
        assert_eq!(
            said("late fee", Role::Measure, false),
            pair("with a steep late fee", "with a modest late fee")
        );
        assert_eq!(said("price level", Role::Ordinal, false), pair("upscale", "budget-friendly"));
        assert_eq!(
            said("number of renewals", Role::Measure, false),
            pair("with many renewals", "with few renewals")
        );
        assert_eq!(
            said("wingspan", Role::Measure, false),
            pair("with a high wingspan", "with a low wingspan")
        );
        assert_eq!(said("date of birth", Role::Time, true), pair("young", "elderly"));
        assert_eq!(said("city", Role::Category, false), None);
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = include_str!("terms.txt")
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .count();
        assert_eq!(ENTRIES.len(), lines);
        assert!(ENTRIES.iter().all(|e| ["person", "thing", "any"].contains(&e.who)));
    }

    #[test]
    fn a_bound_keeps_a_term_fair() {
        assert!(Bound::Whole(40).allows(&Value::Number("40.5".into()), true));
        assert!(!Bound::Whole(40).allows(&Value::Int(39), true));
        assert!(Bound::Day("2020-05-01".into()).allows(&Value::Date("2019-01-01".into()), false));
        assert!(!Bound::Day("2020-05-01".into()).allows(&Value::Int(3), false));
    }
}
