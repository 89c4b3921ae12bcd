//! Columns: noun, unit, adjectives, events, and what values and NULLs mean.
//!
//! Invariant: no two columns of a table share a noun or an adjective, so that a phrase means one column.

use super::quantity::quantity;
use super::{ColumnWords, TableWords, comment, degree, edge, event, meaning, unit};
use crate::ir::{Column, ForeignKey, LogicalIr, SqlType, Table};
use crate::schema::morphology::{head, plural, with_article};
use crate::schema::role::{self, Role};
use crate::schema::{naming, rule};
use std::collections::{BTreeMap, BTreeSet};

/// What may not stand alone when the table's own noun is dropped: a customer's number is a "customer number".
#[rustfmt::skip]
const NEEDS_ITS_NOUN: &[&str] = &[
    "number", "code", "key", "date", "time", "day", "year", "month", "count", "no", "order", "line", "ID",
];
/// Nouns as people say them.
#[rustfmt::skip]
const SAID: &[(&str, &str)] = &[
    ("email", "e-mail address"), ("e-mail", "e-mail address"), ("email address", "e-mail address"), ("mail", "e-mail address"),
    ("phone", "phone number"), ("telephone", "phone number"), ("telephone number", "phone number"), ("mobile", "mobile number"),
    ("mobile phone", "mobile number"), ("fax", "fax number"), ("ZIP", "ZIP code"), ("zipcode", "ZIP code"),
    ("address 2", "second address line"), ("address line 2", "second address line"), ("address 1", "address"),
    ("address line 1", "address"), ("isbn13", "ISBN"), ("isbn10", "ISBN"), ("sex", "sex"), ("milliseconds", "duration"),
    ("seconds", "duration"), ("bytes", "file size"), ("firstname", "first name"), ("lastname", "last name"), ("surname", "last name"),
    ("forename", "first name"), ("birthdate", "date of birth"), ("homepage", "home page"), ("head of state", "head of state"),
    ("square feet", "floor area"), ("independence year", "year of independence"), ("birth year", "year of birth"),
    ("birth date", "date of birth"), ("death year", "year of death"), ("death date", "date of death"), ("built year", "year built"),
    ("year of construction", "year built"), ("birth month", "month of birth"), ("birth day", "day of birth"),
    ("birth country", "country of birth"), ("birth place", "place of birth"), ("year of founded", "year of founding"),
    ("founded year", "year of founding"), ("start from", "start year"), ("highest", "highest value"), ("lowest", "lowest value"), ("maximum", "maximum value"),
    ("minimum", "minimum value"),
];

/// Verbs of times, and their nouns.
const ENDS: &[(&str, &str)] = &[
    ("ends", "end"),
    ("starts", "start"),
    ("begins", "start"),
    ("expires", "expiry"),
    ("renews", "renewal"),
    ("opens", "opening"),
    ("closes", "closing"),
];

/// Words of the columns of one table.
pub(super) fn infer(ir: &LogicalIr, table: &Table, tables: &BTreeMap<String, TableWords>) -> Vec<(String, ColumnWords)> {
    let fallback = TableWords::default();
    let row = tables.get(&table.id()).unwrap_or(&fallback);
    let mut out: Vec<(String, ColumnWords)> = table
        .columns
        .iter()
        .map(|c| (c.name.clone(), one(ir, table, c, row, tables)))
        .collect();
    keep_currencies(table, &mut out);
    // Columns that would be called the same keep every word of their names, then every piece of them.
    let longer: [fn(&Table, &str) -> Vec<String>; 2] = [naming::column_words, naming::every_column_word];
    for full in longer {
        let same = |noun: &str| out.iter().filter(|(_, w)| w.noun == noun).count() > 1;
        let clashing: Vec<usize> = (0..out.len()).filter(|i| out.get(*i).is_some_and(|(_, w)| same(&w.noun))).collect();
        for i in clashing {
            if let Some((name, words)) = out.get_mut(i) {
                words.noun = full(table, name).join(" ");
                words.plural = plural(&words.noun);
                words.degree = None;
                // "price in pounds" says its unit itself.
                words.unit = words.unit.take().filter(|unit| !words.noun.contains(unit.as_str()));
            }
        }
    }
    settle(&mut out);
    leave_states(ir, table, &mut out);
    out
}

/// "Not yet returned" says a state where the table has one called so: the time says that it is missing.
fn leave_states(ir: &LogicalIr, table: &Table, columns: &mut [(String, ColumnWords)]) {
    let states: Vec<String> = table
        .columns
        .iter()
        .flat_map(|c| listed(ir, table, c))
        .map(|v| v.to_lowercase())
        .collect();
    for (_, words) in columns.iter_mut() {
        let stated = words.event.as_ref().is_some_and(|event| states.contains(&event.verb));
        if stated && words.when_null.is_some() {
            let time = with_article(&words.noun);
            (words.when_null, words.when_set) = (Some(format!("without {time}")), Some(format!("with {time}")));
        }
    }
}

/// Amounts of one thing in several currencies say theirs: "gross in USD" beside "gross local".
fn keep_currencies(table: &Table, columns: &mut [(String, ColumnWords)]) {
    let names: Vec<Vec<String>> = columns.iter().map(|(name, _)| naming::column_words(table, name)).collect();
    let quantity = |w: &ColumnWords| matches!(w.role, Role::Measure | Role::Ratio);
    let siblings = |i: usize, stem: &[String]| {
        let such = |(j, name): (usize, &Vec<String>)| {
            j != i && name.split_last().is_some_and(|(_, front)| front == stem) && columns.get(j).is_some_and(|(_, w)| quantity(w))
        };
        names.iter().enumerate().any(such)
    };
    let kept: Vec<(usize, String)> = (0..columns.len())
        .filter_map(|i| {
            let ((_, words), (currency, stem)) = (columns.get(i)?, names.get(i)?.split_last()?);
            let money = words.unit.as_deref().is_some_and(|unit| unit::MONEY.contains(&unit)) && unit::word(currency).is_some();
            let code = if currency.len() == 3 {
                currency.to_uppercase()
            } else {
                currency.clone()
            };
            (money && !stem.is_empty() && siblings(i, stem)).then(|| (i, format!("{} in {code}", stem.join(" "))))
        })
        .collect();
    for (i, noun) in kept {
        if let Some((_, words)) = columns.get_mut(i) {
            *words = ColumnWords {
                when_null: words.when_null.clone(),
                when_set: words.when_set.clone(),
                ..ColumnWords::plain(words.role, &noun)
            };
        }
    }
}

/// Leaves each adjective and each event to one column: the one with the shortest noun, the first of those. What is expensive is so by its price, where
/// it has one, not by what it cost.
fn settle(columns: &mut [(String, ColumnWords)]) {
    let of = |noun: &str, what: &str| head(noun).1 == what;
    if columns.iter().any(|(_, w)| of(&w.noun, "price")) {
        for (_, words) in columns.iter_mut().filter(|(_, w)| of(&w.noun, "cost")) {
            words.degree = None;
        }
    }
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|i| columns.get(*i).map_or(0, |(_, w)| w.noun.len()));
    let (mut adjectives, mut verbs, mut states) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for i in order {
        let Some((_, words)) = columns.get_mut(i) else { continue };
        if words.degree.as_ref().is_some_and(|d| !adjectives.insert(d.most.clone())) {
            words.degree = None;
        }
        // Two flags that would both say "active": the second is called by its noun.
        let said: BTreeSet<String> = words.values.values().cloned().collect();
        if said.is_disjoint(&states) {
            states.extend(said);
        } else {
            words.values.clear();
        }
        if words.event.as_ref().is_some_and(|e| !verbs.insert(e.verb.clone())) {
            words.event = None;
        }
    }
}

fn one(ir: &LogicalIr, table: &Table, column: &Column, row: &TableWords, tables: &BTreeMap<String, TableWords>) -> ColumnWords {
    let role = role::infer(ir, table, column);
    let read = naming::column_words(table, &column.name);
    let words = comment::column_noun(column.comment.as_deref(), &read).map_or(read, |noun| noun.split(' ').map(str::to_owned).collect());
    let full = words.clone();
    let mut words = without_own_noun(words, &row.singular);
    // The price in "eur t" of a price is its price.
    let only_unit = words.len() == 2 && unit::at_end(&words).is_some_and(|(kept, _)| kept == 0);
    if only_unit && matches!(role, Role::Measure | Role::Ratio) {
        words = full;
    }
    if role == Role::Name && words.join(" ") == row.singular {
        // The city of a city is its name.
        words = vec!["name".to_owned()];
    }
    let key = table
        .foreign_keys
        .iter()
        .find(|k| k.columns.len() == 1 && k.columns.first() == Some(&column.name));
    let mut said = match (role, key) {
        // A row that is half of another keeps its own ID.
        (Role::Identifier, Some(key)) if column.name.to_lowercase() != "id" || table.primary_key != key.columns => {
            identifier(&words, table, key, ir, tables)
        }
        (Role::Time, _) => time(&words, table, column, row),
        (Role::Flag, _) => flag(&words, table, column, row),
        (Role::Measure | Role::Ratio, _) => quantity(&words, role, column, table),
        _ => ColumnWords::plain(role, &spoken(&words)),
    };
    if said.unit.is_none() && matches!(role, Role::Measure | Role::Ratio) && !said.noun.starts_with("number of ") {
        said.unit = column.comment.as_deref().and_then(unit::of_comment).map(str::to_owned);
    }
    if role == Role::Ordinal {
        said.event = event::of_year(&words, &row.singular);
    }
    said.degree = match role {
        Role::Measure | Role::Ratio | Role::Ordinal | Role::Time => degree::of(&said.noun, row),
        _ => None,
    };
    if role == Role::Category {
        let listed = listed(ir, table, column);
        said.values = meaning::of_labels(&listed);
        // A state that things pass through, and no place: "quarantine", not "Ohio" or "OH".
        let passing = |v: &String| v.starts_with(char::is_lowercase) || (v.len() > 3 && !v.contains(char::is_lowercase));
        if said.noun == "state" && listed.iter().any(passing) {
            (said.noun, said.plural) = ("status".to_owned(), plural("status"));
        }
    }
    if let (Role::Category | Role::Flag | Role::Code, Some(text)) = (role, &column.comment) {
        said.values.extend(comment::meanings(text));
    }
    if column.nullable
        && column.generated.is_none()
        && role != Role::Opaque
        && said.when_null.is_none()
        && !table.primary_key.contains(&column.name)
    {
        let refers = table
            .foreign_keys_of(&column.name)
            .next()
            .map(|key| edge::role(table, key, ir, tables));
        (said.when_null, said.when_set) = meaning::of_null(role, &said.noun, refers.as_deref());
    }
    said
}

/// `book_title` of a book is its title; `customer_number` of a customer keeps its noun.
pub(super) fn without_own_noun(words: Vec<String>, own: &str) -> Vec<String> {
    let own: Vec<&str> = own.split(' ').collect();
    let last = own.get(own.len().saturating_sub(1)..).unwrap_or_default();
    let starts = |with: &[&str]| words.len() > with.len() && words.iter().zip(with).all(|(w, o)| w == o);
    let Some(drop) = [own.as_slice(), last].iter().find(|with| starts(with)).map(|with| with.len()) else {
        return words;
    };
    match words.get(drop..).unwrap_or_default() {
        [only] if NEEDS_ITS_NOUN.contains(&only.as_str()) || only.chars().all(|c| c.is_ascii_digit()) => words,
        rest => rest.to_vec(),
    }
}

/// The words as a noun phrase.
pub(super) fn spoken(words: &[String]) -> String {
    let mut phrase = words.join(" ");
    for ending in [" on", " at"] {
        if let Some(rest) = phrase.strip_suffix(ending).filter(|r| !r.is_empty()) {
            phrase = format!("{rest} date");
        }
    }
    // "gnp old", beside a "gnp".
    if let Some(rest) = phrase.strip_suffix(" old") {
        phrase = format!("old {rest}");
    }
    if let Some(rest) = phrase.strip_prefix("ship ").filter(|rest| *rest != "mode") {
        phrase = format!("shipping {rest}");
    }
    if let Some((_, noun)) = SAID.iter().find(|(name, _)| *name == phrase) {
        return (*noun).to_owned();
    }
    for (ending, noun) in [
        (" phone", "phone number"),
        (" fax", "fax number"),
        (" email", "e-mail address"),
        (" sequence", "sequence number"),
        (" date time", "time"),
    ] {
        if let Some(front) = phrase.strip_suffix(ending) {
            return format!("{front} {noun}");
        }
    }
    phrase
}

fn identifier(words: &[String], table: &Table, key: &ForeignKey, ir: &LogicalIr, tables: &BTreeMap<String, TableWords>) -> ColumnWords {
    let last = words.last().map_or("", String::as_str);
    // A text that is called as in the row that it refers to, and as no ID is, is what people say: the model of a car.
    let same = key.columns == key.ref_columns;
    let text = key
        .columns
        .first()
        .and_then(|own| table.column(own))
        .is_some_and(|c| c.sql_type.is_text());
    let coded = last.ends_with("id") || ["key", "no", "nr", "sk"].contains(&last);
    let natural = ["code", "number", "name", "symbol"].contains(&last) || (same && text && !coded);
    let noun = if natural {
        spoken(words)
    } else {
        // A surrogate key is not the ID that people know a row by, nor is a code.
        let to = key.ref_columns.first().zip(ir.table(&key.ref_table));
        let coded = text && to.is_some_and(|(column, to)| naming::column_words(to, column).last().is_some_and(|word| word == "code"));
        let called = match last {
            "key" => "key",
            _ if coded => "code",
            _ => "ID",
        };
        format!("{} {called}", edge::role(table, key, ir, tables))
    };
    ColumnWords::plain(Role::Identifier, &noun)
}

fn time(words: &[String], table: &Table, column: &Column, row: &TableWords) -> ColumnWords {
    let full = naming::column_words(table, &column.name);
    let Some(found) = event::of(&full, &row.singular).or_else(|| event::of(words, &row.singular)) else {
        // "trial ends at" is the trial's end.
        let ends = |word: &String| {
            ENDS.iter()
                .find(|(verb, _)| verb == word)
                .map_or_else(|| word.clone(), |(_, noun)| (*noun).to_owned())
        };
        let words: Vec<String> = words.iter().map(ends).collect();
        let noun = spoken(&words);
        let bare = ["from", "to", "until", "since", "through", "by", "for"]
            .iter()
            .any(|p| noun.ends_with(p));
        return ColumnWords::plain(Role::Time, &if bare { format!("{noun} date") } else { noun });
    };
    let mut said = ColumnWords::plain(Role::Time, &found.noun);
    if column.nullable && found.reached {
        (said.when_null, said.when_set) = meaning::of_event(&found.event, row.person);
    }
    said.event = Some(found.event);
    said
}

fn flag(words: &[String], table: &Table, column: &Column, row: &TableWords) -> ColumnWords {
    let truth = meaning::of_flag(words, row.person);
    let mut said = ColumnWords::plain(Role::Flag, &truth.noun);
    said.plural = truth.noun;
    let listed = rule::allowed(table, &column.name).values.unwrap_or_default();
    let stored: Vec<(String, bool)> = match column.sql_type {
        SqlType::Bool => vec![("true".into(), true), ("false".into(), false)],
        _ if column.sql_type.is_numeric() => vec![("1".into(), true), ("0".into(), false)],
        _ if !listed.is_empty() => listed
            .into_iter()
            .map(|v| (v.clone(), v.to_lowercase().starts_with(['y', 't', '1'])))
            .collect(),
        _ => [("Y", true), ("N", false), ("T", true), ("F", false)]
            .map(|(v, is)| (v.to_owned(), is))
            .to_vec(),
    };
    said.values = stored
        .into_iter()
        .map(|(value, is)| (value, if is { truth.yes.clone() } else { truth.no.clone() }))
        .collect();
    said
}

/// The values that a category may take, where the schema says so.
fn listed(ir: &LogicalIr, table: &Table, column: &Column) -> Vec<String> {
    let listed = match &column.sql_type {
        SqlType::Enum(name) => ir.enum_values(name).map(<[String]>::to_vec),
        _ => rule::allowed(table, &column.name).values,
    };
    listed.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::schema::lexicon::Lexicon;
    use crate::schema::source::ddl::{Source, parse};

    #[test]
    fn a_price_makes_a_thing_expensive_and_a_cost_only_where_there_is_none() {
        let most = |columns: &str| {
            let text = format!("CREATE TABLE product (id int PRIMARY KEY, name text, {columns});");
            let file = "a.sql".into();
            let lexicon = Lexicon::infer(&parse(&[Source { file, text }]).logical);
            let said = |name: &str| {
                lexicon
                    .columns
                    .get(&format!("product.{name}"))
                    .and_then(|w| w.degree.as_ref())
                    .is_some()
            };
            ["price", "list_price", "cost"].map(said)
        };
        assert_eq!(most("cost numeric(8,2), price numeric(8,2)"), [true, false, false]);
        assert_eq!(most("cost numeric(8,2), list_price numeric(8,2)"), [false, true, false]);
        assert_eq!(most("cost numeric(8,2)"), [false, false, true]);
    }
}
