//! Texts: the value provider whose patterns fit the column's name best, by exact words, then by their end, then by likeness.

use super::regex::{self, LISTED, LISTED_UNIQUE, Texts, Wanted};
use super::{Choice, Subject, categorical, category, key, name, uneven};
use crate::ir::generation::{Abilities, ColumnPlan, Distribution, ProviderInfo};
use crate::ir::{SqlType, Table};
use crate::schema::regex::Regex;
use crate::schema::role::{self, Role};
use serde_json::{Map, Value};

/// Least score of a match: below this a name says nothing.
const MATCH_MIN: f64 = 0.8;
/// Words that are like a name of something else by chance: no "contact" is meant.
const LOOKALIKES: &[&str] = &["contract"];
/// A lookup table has at most this many values.
const LOOKUP_ROWS_MAX: u64 = 100;

struct Match<'a> {
    provider: &'a ProviderInfo,
    pattern: &'static str,
    score: f64,
    /// Words before the match: "billing" of "billing city".
    before: String,
}

/// Text columns.
pub(super) fn rule(subject: &Subject<'_>) -> Option<Choice> {
    if !subject.column.sql_type.is_text() {
        return None;
    }
    let bounds = subject.bounds.of(&subject.column.name);
    if let Some(choice) = bounds.like.as_ref().and_then(|wanted| satisfying(subject, wanted)) {
        return Some(choice);
    }
    // Few words have just so many letters; some codes do.
    if let Some(length) = bounds.min_length.filter(|_| bounds.min_length == bounds.max_length) {
        if let Some(choice) = spoken(subject).filter(|choice| as_long(subject, choice, length as usize)) {
            return Some(choice);
        }
        let pattern = key::pattern(subject);
        return Some(Choice::new(Distribution::Pattern { pattern }, "as long as its CHECK wants it"));
    }
    if let Some(choice) = spoken(subject).filter(|choice| !bounds.lower || is_lower(subject, choice)) {
        return Some(choice);
    }
    if bounds.lower {
        let pattern = key::pattern(subject);
        return Some(Choice::new(
            Distribution::Pattern { pattern },
            "without capitals, as its CHECK wants it",
        ));
    }
    let words = subject.words.as_str();
    let width = key::width(subject);
    let last = words.split(' ').next_back().unwrap_or_default();
    if ["abbreviation", "abbrev", "abbr", "acronym", "initials"].contains(&last) {
        let pattern = "?".repeat(width.min(3));
        return Some(Choice::new(Distribution::Pattern { pattern }, "a few capitals"));
    }
    let coded = ["id", "code", "cd", "no", "number", "nr", "num", "key", "ref", "contract"].contains(&last);
    if coded || bounds.min_length.is_some() {
        return Some(Choice::new(
            Distribution::Pattern {
                pattern: key::pattern(subject),
            },
            "a code as wide as the column allows",
        ));
    }
    if width <= 4 {
        let values = ["A", "B", "C", "D", "E"].map(str::to_owned);
        return Some(Choice::new(categorical(&values, uneven(5)), "a short code"));
    }
    if width == usize::MAX && !subject.unique {
        return Some(loose(words));
    }
    let provider = if width >= 100 {
        "text.sentence"
    } else if width >= 24 {
        "text.phrase"
    } else {
        "text.word"
    };
    Some(Choice::new(
        Distribution::Provider {
            name: provider.into(),
            options: Map::new(),
        },
        "nothing in its name says what it holds",
    ))
}

/// Whether no text of a choice has a capital.
pub(super) fn is_lower(subject: &Subject<'_>, choice: &Choice) -> bool {
    let small = |text: &str| !text.chars().any(char::is_uppercase);
    match &choice.distribution {
        Distribution::Provider { name, .. } => (subject.abilities.samples)(name).iter().all(|t| small(t)),
        Distribution::Categorical { values, .. } => values.iter().all(|v| v.as_str().is_some_and(small)),
        _ => false,
    }
}

/// Whether all texts of a choice have just so many characters.
pub(super) fn as_long(subject: &Subject<'_>, choice: &Choice, length: usize) -> bool {
    let Distribution::Provider { name, .. } = &choice.distribution else {
        return false;
    };
    let samples = (subject.abilities.samples)(name);
    !samples.is_empty() && samples.iter().all(|text| text.chars().count() == length)
}

/// What its name asks for where all of that satisfies the CHECK, else what the CHECK says.
fn satisfying(subject: &Subject<'_>, wanted: &Wanted) -> Option<Choice> {
    let holds = |regex: &Regex, distribution: &Distribution| match distribution {
        Distribution::Provider { name, .. } => {
            let samples = (subject.abilities.samples)(name);
            !samples.is_empty() && samples.iter().all(|text| regex.is_found(text))
        }
        Distribution::Categorical { values, .. } => values.iter().all(|v| v.as_str().is_some_and(|text| regex.is_found(text))),
        _ => false,
    };
    if let Some(choice) = spoken(subject)
        && wanted.regex().is_some_and(|regex| holds(&regex, &choice.distribution))
    {
        return Some(choice);
    }
    let reason = "as its CHECK wants it";
    let (count, width) = (if subject.unique { LISTED_UNIQUE } else { LISTED }, key::width(subject));
    Some(match regex::texts(wanted, width, count)? {
        Texts::Pattern(pattern) => Choice::new(Distribution::Pattern { pattern }, reason),
        Texts::Listed(values) if subject.unique => Choice::new(categorical(&values, Vec::new()), reason),
        Texts::Listed(values) => Choice::new(categorical(&values, uneven(values.len())), reason),
    })
}

/// A column of no declared width that nothing else fits: a year, a day, a yes or no written as text, else one of a dozen labels, so that
/// rows can be asked for by it.
fn loose(words: &str) -> Choice {
    let has = |wanted: &[&str]| words.split(' ').any(|w| wanted.contains(&w));
    let of = |values: Vec<String>, reason: &str| {
        let probs = uneven(values.len());
        Choice::new(categorical(&values, probs), reason)
    };
    if has(&["year", "years", "yr"]) || words == "start from" {
        return of((0..14).map(|n| (2010 + n * 9 % 14).to_string()).collect(), "a year written as text");
    }
    if has(&["date", "day"]) {
        let days = (0..40).map(|n| format!("20{:02}-{:02}-{:02}", 12 + n * 7 % 12, 1 + n * 5 % 12, 1 + n * 11 % 28));
        return of(days.collect(), "a day written as text");
    }
    if words.starts_with("is ") || words.starts_with("if ") || words.starts_with("has ") || words.ends_with(" flag") {
        return of(vec!["T".into(), "F".into()], "yes or no written as text");
    }
    if has(&[
        "rank",
        "share",
        "percentage",
        "score",
        "mpg",
        "horsepower",
        "points",
        "seq",
        "count",
        "price",
        "cost",
    ]) {
        return of((0..24).map(|n| (4 + n * 37 % 96).to_string()).collect(), "a number written as text");
    }
    of(
        LABELS.iter().map(|l| (*l).to_owned()).collect(),
        "nothing in its name says what it holds",
    )
}

/// Values of a column of which nothing is known.
const LABELS: [&str; 12] = [
    "Amber", "Birch", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Indigo", "Juniper", "Lunar", "Maple",
];

/// The provider or category that the column's name asks for.
pub(super) fn spoken(subject: &Subject<'_>) -> Option<Choice> {
    let width = key::width(subject);
    let found = best(subject, width);
    if !subject.unique
        && let Some(choice) = category::by_table(subject)
    {
        return Some(choice);
    }
    let sure = found.as_ref().is_some_and(|m| m.score >= 1.0);
    if !sure && !subject.unique {
        // "order status" is a category even where some provider's name is near.
        if let Some(choice) = category::by_name(subject) {
            return Some(choice);
        }
    }
    let found = found?;
    let mut options = Map::new();
    if !found.before.is_empty() {
        options.insert("group".into(), Value::String(found.before.clone()));
    }
    // Pets share their names; breeds and drugs are named once.
    let lookup = found.pattern.contains('/') && found.provider.name != "animal.name" && found.provider.shared && names_row(subject, &found);
    if lookup {
        options.insert("unique".into(), Value::Bool(true));
    } else if found.provider.shared
        && !subject.unique
        && found.provider.name.starts_with("place.")
        && found.before.is_empty()
        && own_city(subject)
    {
        options.insert("each".into(), Value::Bool(true));
    } else if found.provider.shared && !subject.unique && found.provider.name.starts_with("place.") {
        options.insert("distinct".into(), Value::from(30));
        options.insert("skew".into(), Value::from(0.6));
    }
    // The record company of an orchestra is one of a few that many share.
    let of_others = found.provider.name.starts_with("company.") && !found.before.is_empty() && !subject.unique;
    if of_others && role::infer(subject.logical, subject.table, subject.column) == Role::Category {
        options.insert("distinct".into(), Value::from(40));
        options.insert("skew".into(), Value::from(0.6));
    }
    let reason = if found.score >= 1.0 {
        format!("its name is {:?}", found.pattern)
    } else {
        format!("its name is like {:?}", found.pattern)
    };
    if lookup {
        return Some(
            Choice::new(
                Distribution::Provider {
                    name: found.provider.name.into(),
                    options,
                },
                reason,
            )
            .nulls(0.0),
        );
    }
    let sparse = [
        "middle", "second", "comment", "note", "remark", "fax", "suite", "line 2", "address2", "2",
    ]
    .iter()
    .any(|w| subject.words.contains(w));
    let choice = Choice::new(
        Distribution::Provider {
            name: found.provider.name.into(),
            options,
        },
        reason,
    );
    Some(if sparse { choice.nulls(0.35) } else { choice })
}

/// Every row has its own city, or country: a sibling column that names it is unique.
fn own_city(subject: &Subject<'_>) -> bool {
    let named =
        |words: &str| words == "city" || words == "city name" || matches!(subject.kind, Some("city" | "country")) && words == "name";
    let mut columns = subject.table.columns.iter().zip(subject.siblings);
    columns.any(|(c, words)| named(words) && subject.table.is_unique(std::slice::from_ref(&c.name)))
}

/// A lookup table's own name column. A table of countries has each once, however much it says of them.
fn names_row(subject: &Subject<'_>, found: &Match<'_>) -> bool {
    let own = refined(subject).is_some_and(|k| found.pattern.split('/').next() == Some(k.as_str()));
    let few = subject.table.columns.len() <= 6 || subject.kind == Some("country");
    own && subject.table.foreign_keys.len() <= 2 && few
}

fn best<'a>(subject: &Subject<'a>, width: usize) -> Option<Match<'a>> {
    let words = subject.words.as_str();
    let kind = refined(subject);
    // "customer name" in a table of orders names a customer.
    let (own_noun, own_tail) = words
        .rsplit_once(' ')
        .map_or((None, words), |(head, tail)| (name::kind_of(head), tail));
    // A table without a kind of its own whose column repeats its name: `country.country`.
    let noun = name::singular(&name::words(&subject.table.name));
    let alone = (words == noun).then_some("name");
    let least = subject.bounds.of(&subject.column.name).min_length.unwrap_or(0) as usize;
    // A column of just three characters has another standard's codes.
    let exact = match subject.column.sql_type {
        SqlType::Char(n) => Some(n as usize),
        _ => None,
    };
    let other = |p: &ProviderInfo| match p.name {
        "place.country_code" => exact.is_some_and(|n| n != p.width),
        "place.country_code3" => exact != Some(p.width) || subject.unique,
        // In French that is wine.
        "code.vin" => words == "vin" && exact != Some(p.width) && subject.kind != Some("vehicle"),
        _ => false,
    };
    let mut out: Option<Match<'a>> = None;
    for provider in subject
        .abilities
        .providers
        .iter()
        .filter(|p| p.width >= least && !other(p))
        .filter(|p| p.width <= width + width / 2 || p.shared && p.width <= width * 2 || width >= 40)
    {
        for pattern in provider.patterns {
            let (score, before) = match pattern.split_once('/') {
                Some((wanted, tail)) => {
                    let own = words == tail || alone == Some(tail);
                    let of_row = own && kind.as_deref() == Some(wanted);
                    // An airline is a company, and has its own names.
                    let itself = own
                        && noun
                            .strip_suffix(wanted)
                            .is_some_and(|front| front.is_empty() || front.ends_with(' '));
                    let of_noun = own_noun == Some(wanted) && own_tail == tail;
                    if itself {
                        (1.25, "")
                    } else if of_row {
                        (1.2, "")
                    } else if of_noun {
                        let head = words.rsplit_once(' ').map_or("", |(h, _)| h);
                        // "ship country name" is of the same place as "ship city".
                        let place = provider.name.starts_with("place.");
                        (1.1, head.strip_suffix(wanted).filter(|_| place).map_or(head, str::trim_end))
                    } else {
                        continue;
                    }
                }
                // The orchestra of an orchestra is its name.
                None if alone == Some(*pattern) => (0.85, ""),
                None if words == *pattern => (1.0 + pattern.len() as f64 / 1000.0, ""),
                None => match words.strip_suffix(pattern).and_then(|head| head.strip_suffix(' ')) {
                    Some(head) if *pattern != "name" && *pattern != "title" => (0.9 + pattern.len() as f64 / 1000.0, head),
                    Some(_) => (0.8, ""),
                    None => {
                        let likeness = strsim::jaro_winkler(words, pattern);
                        if likeness < 0.94 || pattern.len() < 5 || LOOKALIKES.contains(&words) {
                            continue;
                        }
                        (likeness * 0.88, "")
                    }
                },
            };
            if score >= MATCH_MIN && out.as_ref().is_none_or(|m| score > m.score) {
                out = Some(Match {
                    provider,
                    pattern,
                    score,
                    before: before.to_owned(),
                });
            }
        }
    }
    out
}

/// The kind of the table's rows; a category's depends on what is categorised in this schema.
fn refined(subject: &Subject<'_>) -> Option<String> {
    let kind = subject.kind?;
    if kind != "category" && kind != "genre" {
        return Some(kind.to_owned());
    }
    let has = |wanted: &str| subject.logical.tables.iter().any(|t| name::kind(t) == Some(wanted));
    let of = [("film", "film genre"), ("book", "genre"), ("song", "music genre")]
        .into_iter()
        .find(|(k, _)| has(k));
    Some(of.map_or(kind, |(_, genre)| genre).to_owned())
}

/// Rows of a lookup table: as many as there are names.
pub(super) fn lookup_rows(table: &Table, plans: &[ColumnPlan], abilities: &Abilities) -> Option<u64> {
    let listed = |p: &ColumnPlan| match &p.distribution {
        Distribution::Categorical { values, .. } if table.is_unique(std::slice::from_ref(&p.column)) => Some(values.len() as u64),
        _ => None,
    };
    let mut rooms = plans.iter().filter_map(|p| match &p.distribution {
        Distribution::Provider { name, options } if options.get("unique") == Some(&Value::Bool(true)) => {
            abilities.providers.iter().find(|i| i.name == name).map(|i| i.distinct)
        }
        _ => None,
    });
    let rows = rooms.next().filter(|n| *n <= LOOKUP_ROWS_MAX)?;
    // A unique column of fewer listed values says how many.
    Some(plans.iter().filter_map(listed).fold(rows, u64::min))
}
