//! Spider's `tables.json`: one schema a `db_id`, with names in lower case and in plain words.
//!
//! SQLite does not tell "Song_Name" from "song_name"; PostgreSQL reads the unquoted name as the latter, so that is the name here and no SQL
//! has to quote it. The plain words are the name's spelling: "flight number" of FlightNo is what questions say.
//!
//! Its types are five words ("text", "number", "time", "boolean", "others"); integers and days are told by the role of a column and its
//! name. Keys are single columns by position; what does not fit is left out and reported.

use super::{Parsed, reference};
use crate::ir::issue::Severity;
use crate::ir::{Column, ForeignKey, LogicalIr, QaIssue, SqlType, Table};
use crate::kernel::suggest;
use crate::schema::lexicon::is_person;
use crate::schema::{morphology, naming};
use serde::Deserialize;
use std::collections::HashSet;

/// One database of `tables.json`. Position -1 in `column_names` is `*`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SpiderDatabase {
    /// The database's id.
    pub db_id: String,
    /// Tables in plain words.
    #[serde(default)]
    pub table_names: Vec<String>,
    /// Tables as the database names them.
    pub table_names_original: Vec<String>,
    /// Table position and column in plain words.
    #[serde(default)]
    pub column_names: Vec<(i64, String)>,
    /// Table position and column as the database names it.
    pub column_names_original: Vec<(i64, String)>,
    /// One word a column.
    #[serde(default)]
    pub column_types: Vec<String>,
    /// Pairs of column positions: referring, referred to.
    #[serde(default)]
    pub foreign_keys: Vec<(usize, usize)>,
    /// Column positions, a list of them for a composite key.
    #[serde(default)]
    pub primary_keys: Vec<OneOrMany>,
}

/// A column position, or several that belong together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One column.
    One(usize),
    /// A composite key.
    Many(Vec<usize>),
}

/// Why a Spider schema cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum SpiderError {
    /// No id was given and there are several.
    #[error("the file holds {n} databases; choose one as FILE#db_id: {}{}", ids.join(", "), if *n > ids.len() { ", ..." } else { "" })]
    Several {
        /// How many.
        n: usize,
        /// Some ids.
        ids: Vec<String>,
    },
    /// The id is not there.
    #[error("there is no database {wanted:?} among the {n} of this file{hint}")]
    Unknown {
        /// The id asked for.
        wanted: String,
        /// How many there are.
        n: usize,
        /// `; did you mean "x"?` or nothing.
        hint: String,
    },
    /// The file holds none.
    #[error("the file holds no database")]
    Empty,
    /// The lists do not belong together.
    #[error("database {db_id:?}: {message}")]
    Inconsistent {
        /// The database.
        db_id: String,
        /// What does not fit.
        message: String,
    },
}

/// The database with this id, or the only one.
pub(super) fn choose(mut databases: Vec<SpiderDatabase>, wanted: Option<&str>) -> Result<SpiderDatabase, SpiderError> {
    let n = databases.len();
    match wanted {
        None if n > 1 => Err(SpiderError::Several {
            n,
            ids: databases.into_iter().take(8).map(|d| d.db_id).collect(),
        }),
        None => databases.pop().ok_or(SpiderError::Empty),
        Some(wanted) => match databases.iter().position(|d| d.db_id == wanted) {
            Some(at) => Ok(databases.swap_remove(at)),
            None => {
                let hint = suggest::hint(wanted, databases.iter().map(|d| d.db_id.as_str()));
                Err(SpiderError::Unknown {
                    wanted: wanted.to_owned(),
                    n,
                    hint,
                })
            }
        },
    }
}

/// Converts one database.
pub(super) fn convert(database: &SpiderDatabase) -> Result<Parsed, SpiderError> {
    let mut tables: Vec<Table> = Vec::new();
    for (n, name) in database.table_names_original.iter().enumerate() {
        tables.push(Table {
            name: name.to_lowercase(),
            spelling: spelling(name, database.table_names.get(n)),
            ..Table::default()
        });
    }
    let keys: HashSet<usize> = key_columns(database)
        .flatten()
        .chain(database.foreign_keys.iter().flat_map(|(a, b)| [*a, *b]))
        .collect();
    // What is called like a key holds what a key holds, also where the reference is not declared.
    let key_names: HashSet<String> = keys
        .iter()
        .filter_map(|n| database.column_names_original.get(*n))
        .map(|(_, name)| name.to_lowercase())
        .filter(|name| name.ends_with("id"))
        .collect();
    let mut issues = Issues {
        db_id: &database.db_id,
        found: Vec::new(),
    };
    for (n, (table, name)) in database.column_names_original.iter().enumerate() {
        // The first entry is `*`, of no table.
        let Ok(at) = usize::try_from(*table) else { continue };
        let Some(table) = tables.get_mut(at) else {
            let message = format!(
                "column {name:?} belongs to table number {at}, but there are {} tables",
                database.table_names_original.len()
            );
            return Err(SpiderError::Inconsistent {
                db_id: database.db_id.clone(),
                message,
            });
        };
        let folded = name.to_lowercase();
        if table.column(&folded).is_some() {
            issues.warn(
                "duplicate_column",
                &format!("table {:?} has two columns {name:?}; the second is left out", table.name),
            );
            continue;
        }
        let word = database.column_types.get(n).map_or("text", String::as_str);
        let spelling = spelling(name, database.column_names.get(n).map(|(_, words)| words));
        let spelled = naming::split(spelling.as_deref().unwrap_or(name)).join("_");
        table.columns.push(Column {
            spelling,
            ..Column::new(
                folded,
                column_type(word, &spelled, keys.contains(&n) || key_names.contains(&name.to_lowercase())),
            )
        });
    }
    let place = |n: usize| -> Option<(usize, String)> {
        let (table, name) = database.column_names_original.get(n)?;
        Some((usize::try_from(*table).ok()?, name.to_lowercase()))
    };
    for key in key_columns(database) {
        let members: Option<Vec<(usize, String)>> = key.iter().map(|n| place(*n)).collect();
        let Some(members) = members.filter(|m| !m.is_empty() && m.iter().all(|(t, _)| *t == m[0].0)) else {
            issues.warn(
                "unknown_column",
                &format!("the primary key {key:?} names no columns of one table; it is left out"),
            );
            continue;
        };
        // Several single entries for one table are a composite key.
        for (table, name) in members {
            if let Some(table) = tables.get_mut(table).filter(|t| !t.primary_key.contains(&name)) {
                table.primary_key.push(name.clone());
                table.columns.iter_mut().filter(|c| c.name == name).for_each(|c| c.nullable = false);
            }
        }
    }
    for (from, to) in &database.foreign_keys {
        let (Some((child, column)), Some((parent, ref_column))) = (place(*from), place(*to)) else {
            issues.warn(
                "unknown_column",
                &format!("the foreign key [{from}, {to}] names no column; it is left out"),
            );
            continue;
        };
        if from == to {
            issues.warn(
                "self_reference",
                &format!("the foreign key [{from}, {to}] refers from {column:?} to itself; it is left out"),
            );
            continue;
        }
        let ref_table = tables.get(parent).map(Table::id).unwrap_or_default();
        let fk = ForeignKey {
            name: None,
            columns: vec![column.clone()],
            ref_table,
            ref_columns: vec![ref_column.clone()],
            inferred: false,
        };
        if let Some(child) = tables.get_mut(child).filter(|t| !t.foreign_keys.contains(&fk)) {
            child.foreign_keys.push(fk);
        }
    }
    // SQLite keeps its counters in a table of its own.
    tables.retain(|t| t.name != "sqlite_sequence");
    let mut logical = LogicalIr {
        name: database.db_id.clone(),
        comment: None,
        enums: Vec::new(),
        tables,
    };
    complete_keys(&mut logical, &mut issues);
    reference::settle("spider", &mut logical, &mut issues.found);
    Ok(Parsed {
        logical,
        issues: issues.found,
        skipped: Default::default(),
    })
}

/// Many of these files hold only the first column of a composite key: a row would then exist once for each parent. A key that is one
/// foreign key and not the row's own "id" takes the table's other foreign keys with it, or else the column after it.
fn complete_keys(schema: &mut LogicalIr, issues: &mut Issues<'_>) {
    let referred: Vec<String> = schema
        .tables
        .iter()
        .flat_map(|t| t.foreign_keys.iter().map(|fk| fk.ref_table.clone()))
        .collect();
    for table in &mut schema.tables {
        let [key] = &table.primary_key[..] else { continue };
        let key = key.clone();
        if referred.contains(&table.id()) || key == "id" || !table.foreign_keys.iter().any(|fk| fk.columns[..] == [key.clone()]) {
            continue;
        }
        let mut more: Vec<String> = table
            .foreign_keys
            .iter()
            .flat_map(|fk| fk.columns.clone())
            .filter(|c| *c != key)
            .collect();
        if more.is_empty() {
            let after = table.columns.iter().skip_while(|c| c.name != key).nth(1);
            more.extend(after.map(|c| c.name.clone()));
        }
        more.dedup();
        if more.is_empty() {
            continue;
        }
        for column in table.columns.iter_mut().filter(|c| more.contains(&c.name)) {
            column.nullable = false;
        }
        issues.warn(
            "first_of_key",
            &format!(
                "the primary key {}({key}) is a foreign key alone; it is read as the first of {key}, {}",
                table.name,
                more.join(", ")
            ),
        );
        table.primary_key.extend(more);
    }
}

fn key_columns(database: &SpiderDatabase) -> impl Iterator<Item = Vec<usize>> {
    database.primary_keys.iter().map(|key| match key {
        OneOrMany::One(n) => vec![*n],
        OneOrMany::Many(many) => many.clone(),
    })
}

struct Issues<'a> {
    db_id: &'a str,
    found: Vec<QaIssue>,
}

impl Issues<'_> {
    fn warn(&mut self, code: &str, message: &str) {
        self.found
            .push(QaIssue::new("spider", Severity::Warning, code, self.db_id, message));
    }
}

/// The name in plain words, or as the database spells it where that shows more words: "countrycode" of CountryCode.
fn spelling(original: &str, words: Option<&String>) -> Option<String> {
    let count = |text: &str| naming::split(text).len();
    let said = words.map(|w| w.trim()).filter(|w| !w.is_empty() && count(w) >= count(original));
    let spelled = said.map_or_else(|| original.to_owned(), |w| w.replace(' ', "_"));
    (spelled != original.to_lowercase()).then_some(spelled)
}

/// A type from Spider's word, the column's part in keys, and its name.
fn column_type(word: &str, name: &str, key: bool) -> SqlType {
    #[rustfmt::skip]
    const WHOLE: [&str; 27] = [
        "id", "year", "age", "count", "number", "num", "no", "quantity", "rank", "ranking", "floor", "day", "month", "capacity",
        "population", "code", "size", "votes", "wins", "losses", "points", "stock", "season", "total", "grade", "major", "minor",
    ];
    // What a text of this name holds is a number all the same.
    #[rustfmt::skip]
    const QUANTITIES: [&str; 17] = [
        "weight", "height", "horsepower", "mpg", "price", "salary", "amount", "percentage", "share", "population", "age", "displacement",
        "attendance", "budget", "speed", "distance", "mileage",
    ];
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |wanted: &str| {
        words.contains(&wanted)
            || words
                .last()
                .is_some_and(|last| last.len() > wanted.len() && wanted.len() > 2 && last.ends_with(wanted))
    };
    match word {
        "number" if key => SqlType::Int64,
        // An adviser's number, the key of a person who stands in no table.
        "number" if WHOLE.iter().any(|w| has(w)) || words.last().is_some_and(|last| is_person(last)) => SqlType::Int64,
        "number" if words.last().is_some_and(|last| is_counted(last)) => SqlType::Int64,
        "number" => SqlType::Float64,
        "time" if has("year") => SqlType::Int32,
        "time" if has("time") || has("timestamp") || has("datetime") => SqlType::Timestamp,
        "time" => SqlType::Date,
        "boolean" => SqlType::Bool,
        // SQLite stores numbers in columns of any type.
        "text" if !key && words.contains(&"year") => SqlType::Int32,
        "text" if !key && words.last().is_some_and(|last| QUANTITIES.contains(last)) => SqlType::Float64,
        _ => SqlType::Text,
    }
}

/// Things that a row has so many of, whole ones: "cylinders". Money and measures are plural too.
fn is_counted(word: &str) -> bool {
    const AMOUNTS: [&str; 10] = [
        "sales",
        "earnings",
        "assets",
        "profits",
        "gross",
        "millions",
        "billions",
        "miles",
        "hours",
        "kilometers",
    ];
    morphology::is_plural(word) && !AMOUNTS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_the_spelling_unless_the_name_shows_more() {
        let words = |original: &str, plain: &str| spelling(original, Some(&plain.to_owned()));
        assert_eq!(words("Home_Town", "home town"), None);
        assert_eq!(words("HomeTown", "home town"), Some("home_town".into()));
        assert_eq!(words("hometown", "home town"), Some("home_town".into()));
        assert_eq!(words("emp_no", "employee number"), Some("employee_number".into()));
        assert_eq!(words("CountryCode", "countrycode"), Some("CountryCode".into()));
        assert_eq!(words("name", "name"), None);
        assert_eq!(spelling("FlightNo", None), Some("FlightNo".into()));
    }

    #[test]
    fn a_name_tells_what_a_coarse_type_holds() {
        let of = |word: &str, name: &str| column_type(word, name, false);
        assert_eq!(of("text", "Horsepower"), SqlType::Float64);
        assert_eq!(of("text", "engine_power_note"), SqlType::Text);
        assert_eq!(of("number", "Cylinders"), SqlType::Int64);
        assert_eq!(of("number", "Gross_Sales"), SqlType::Float64);
        assert_eq!(of("number", "Weight"), SqlType::Float64);
    }

    #[test]
    fn a_key_that_is_one_foreign_key_alone_takes_the_next_column_with_it() {
        let text = r#"[{"db_id": "d", "table_names_original": ["country", "spoken", "detail", "sqlite_sequence"],
            "column_names_original": [[-1, "*"], [0, "code"], [1, "code"], [1, "language"], [2, "id"], [2, "note"], [3, "seq"]],
            "column_types": ["text", "text", "text", "text", "text", "text", "text"], "primary_keys": [1, 2, 4],
            "foreign_keys": [[2, 1], [4, 1]]}]"#;
        let databases: Vec<SpiderDatabase> = serde_json::from_str(text).unwrap_or_default();
        let parsed = choose(databases, Some("d")).and_then(|d| convert(&d)).unwrap_or_default();
        let keys: Vec<&[String]> = parsed.logical.tables.iter().map(|t| &t.primary_key[..]).collect();
        assert_eq!(
            keys,
            [
                &["code".to_owned()][..],
                &["code".to_owned(), "language".to_owned()],
                &["id".to_owned()]
            ]
        );
        assert!(parsed.issues.iter().any(|i| i.code == "first_of_key"));
    }

    #[test]
    fn composite_keys_and_bad_references_are_handled() {
        let text = r#"[{"db_id": "d", "table_names_original": ["a", "b"], "column_names_original": [[-1, "*"], [0, "x"], [0, "y"], [1, "x"]],
            "column_types": ["text", "number", "text", "number"], "primary_keys": [[1, 2], 3], "foreign_keys": [[3, 1], [3, 3], [3, 99]]}]"#;
        let databases: Vec<SpiderDatabase> = serde_json::from_str(text).unwrap_or_default();
        let parsed = choose(databases, Some("d")).and_then(|d| convert(&d)).unwrap_or_default();
        assert_eq!(parsed.logical.tables[0].primary_key, ["x", "y"]);
        assert_eq!(parsed.logical.tables[1].foreign_keys.len(), 1);
        assert_eq!(parsed.logical.tables[0].unique, [["x"]]);
        assert_eq!(parsed.issues.len(), 3);
    }
}
