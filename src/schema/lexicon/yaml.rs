//! The lexicon as a YAML file, and corrections from one.
//!
//! A file of corrections holds any subset of entries and fields; `null` removes an optional field. Names are checked against the schema: a
//! table, column, key or field that does not exist is an error with its line.

use super::{ColumnWords, EdgeWords, Lexicon, TableWords};
use crate::ir::LogicalIr;
use crate::kernel::suggest;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;
use std::marker::PhantomData;

const HEADER: &str = "\
# How this schema is said in English. Inferred; correct what a person would not say and keep only what you changed.
# Phrases are lower case, without articles, as they stand in the middle of a sentence.
#   tables    singular, plural, person (who, not that), bridge (only connects others), display (columns that name a row)
#   columns   role, noun, plural, unit, degree {more, less, most, least}, event {verb, passive}, when_null, when_set, values
#   edges     role, role_plural, of_parent (books \"written by\" an author), has_child (authors who \"have written\" books), children, child
";

/// Fields of each section.
const TABLE_FIELDS: &[&str] = &["singular", "plural", "person", "bridge", "display"];
#[rustfmt::skip]
const COLUMN_FIELDS: &[&str] = &[
    "role", "noun", "plural", "unit", "degree", "event", "when_null", "when_set", "values",
];
const EDGE_FIELDS: &[&str] = &["role", "role_plural", "of_parent", "has_child", "children", "child"];

/// Why a lexicon file was refused.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// Not YAML, or not of this form.
    #[error("the lexicon cannot be read: {0}")]
    Syntax(String),
    /// An entry for something the schema does not have.
    #[error("line {line}: {section} has no {key:?}{hint}")]
    UnknownEntry {
        /// Line in the file.
        line: u64,
        /// "tables", "columns" or "edges".
        section: &'static str,
        /// What the file says.
        key: String,
        /// "did you mean", or nothing.
        hint: String,
    },
    /// A field that no entry has.
    #[error("line {line}: {entry} has an unknown field {field:?}{hint}; known fields: {known}")]
    UnknownField {
        /// Line in the file.
        line: u64,
        /// The entry.
        entry: String,
        /// What the file says.
        field: String,
        /// "did you mean", or nothing.
        hint: String,
        /// All fields.
        known: String,
    },
    /// A field's value has the wrong form.
    #[error("line {line}: {entry}: {message}")]
    BadValue {
        /// Line in the file.
        line: u64,
        /// The entry.
        entry: String,
        /// What is wrong.
        message: String,
    },
    /// A display column that the table does not have.
    #[error("line {line}: {table}.display names column {column:?}, which does not exist{hint}")]
    UnknownDisplay {
        /// Line in the file.
        line: u64,
        /// The table.
        table: String,
        /// What the file says.
        column: String,
        /// "did you mean", or nothing.
        hint: String,
    },
}

/// A mapping in file order, with the place of every value.
struct Entries<V>(Vec<(Spanned<String>, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for InOrder<V> {
            type Value = Entries<V>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a mapping")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Entries(Vec::new()))
            }
        }
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Corrections {
    tables: Entries<Entries<Value>>,
    columns: Entries<Entries<Value>>,
    edges: Entries<Entries<Value>>,
}

/// A lexicon as its file says it.
#[derive(serde::Serialize)]
struct Written<'a> {
    tables: &'a BTreeMap<String, TableWords>,
    columns: BTreeMap<&'a str, WrittenColumn<'a>>,
    edges: &'a BTreeMap<String, EdgeWords>,
}

#[derive(serde::Serialize)]
struct WrittenColumn<'a> {
    #[serde(flatten)]
    words: &'a ColumnWords,
    /// Fields that the schema says and a correction took away.
    #[serde(flatten)]
    removed: BTreeMap<&'static str, ()>,
}

/// The optional fields that `before` has and `after` lacks.
fn removed(before: &ColumnWords, after: &ColumnWords) -> BTreeMap<&'static str, ()> {
    [
        ("unit", before.unit.is_some() && after.unit.is_none()),
        ("degree", before.degree.is_some() && after.degree.is_none()),
        ("event", before.event.is_some() && after.event.is_none()),
        ("when_null", before.when_null.is_some() && after.when_null.is_none()),
        ("when_set", before.when_set.is_some() && after.when_set.is_none()),
        ("values", !before.values.is_empty() && after.values.is_empty()),
    ]
    .into_iter()
    .filter(|(_, gone)| *gone)
    .map(|(field, _)| (field, ()))
    .collect()
}

impl Lexicon {
    /// The whole lexicon of `ir` as a YAML file with a header that explains it. What a correction removed is written as `null`: the file
    /// is read onto what the schema says, which would bring it back.
    pub fn to_yaml(&self, ir: &LogicalIr) -> String {
        let inferred = Lexicon::on_tables(ir, self.tables.clone());
        let columns = self.columns.iter().map(|(key, words)| {
            let removed = inferred.columns.get(key).map(|before| removed(before, words)).unwrap_or_default();
            (key.as_str(), WrittenColumn { words, removed })
        });
        let written = Written {
            tables: &self.tables,
            columns: columns.collect(),
            edges: &self.edges,
        };
        // Writing a plain tree of maps and strings into memory has no way to fail.
        format!("{HEADER}{}", serde_saphyr::to_string(&written).unwrap_or_default())
    }

    /// Corrects this lexicon of `ir` by a YAML file. Nothing is changed when the file has an error.
    pub fn overrides(&mut self, yaml: &str, ir: &LogicalIr) -> Result<(), LexiconError> {
        if yaml
            .lines()
            .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
        {
            return Ok(());
        }
        let read: Corrections = serde_saphyr::from_str(yaml).map_err(|e| LexiconError::Syntax(e.to_string()))?;
        let mut corrected = self.clone();
        merge(&mut corrected.tables, "tables", TABLE_FIELDS, read.tables)?;
        corrected.follow_tables(&self.tables, ir);
        for (key, entry) in merge(&mut corrected.columns, "columns", COLUMN_FIELDS, read.columns)? {
            renumber(&mut corrected.columns, &key, &entry);
        }
        merge(&mut corrected.edges, "edges", EDGE_FIELDS, read.edges)?;
        displays(&corrected, yaml, ir)?;
        *self = corrected;
        Ok(())
    }
}

impl Lexicon {
    /// Columns and keys that still are as inferred from the old words of tables follow the new ones: a "book copy" that is now a "copy".
    fn follow_tables(&mut self, old: &BTreeMap<String, super::TableWords>, ir: &LogicalIr) {
        if self.tables == *old {
            return;
        }
        let (before, after) = (Lexicon::on_tables(ir, old.clone()), Lexicon::on_tables(ir, self.tables.clone()));
        follow(&mut self.columns, &before.columns, after.columns);
        follow(&mut self.edges, &before.edges, after.edges);
    }
}

fn follow<T: PartialEq>(mine: &mut BTreeMap<String, T>, before: &BTreeMap<String, T>, after: BTreeMap<String, T>) {
    for (key, new) in after {
        if let Some(entry) = mine.get_mut(&key).filter(|entry| before.get(&key) == Some(entry)) {
            *entry = new;
        }
    }
}

/// A corrected noun brings its plural along, unless the file gives that too.
fn renumber(columns: &mut BTreeMap<String, super::ColumnWords>, key: &str, fields: &[String]) {
    let has = |field: &str| fields.iter().any(|f| f == field);
    if let Some(words) = columns.get_mut(key).filter(|_| has("noun") && !has("plural")) {
        words.plural = super::plural(&words.noun);
    }
}

type Merged = Vec<(String, Vec<String>)>;

fn merge<T>(
    known: &mut BTreeMap<String, T>,
    section: &'static str,
    fields: &[&str],
    read: Entries<Entries<Value>>,
) -> Result<Merged, LexiconError>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let mut merged = Vec::new();
    for (key, changes) in read.0 {
        let line = key.referenced.line();
        let Some(entry) = known.get(&key.value) else {
            let hint = suggest::hint(&key.value, known.keys().map(String::as_str));
            return Err(LexiconError::UnknownEntry {
                line,
                section,
                key: key.value,
                hint,
            });
        };
        let bad = |line: u64, message: String| LexiconError::BadValue {
            line,
            entry: format!("{section}: {}", key.value),
            message,
        };
        let mut tree = serde_json::to_value(entry).map_err(|e| bad(line, e.to_string()))?;
        let mut names = Vec::new();
        for (field, value) in changes.0 {
            let line = field.referenced.line();
            if !fields.contains(&field.value.as_str()) {
                let hint = suggest::hint(&field.value, fields.iter().copied());
                return Err(LexiconError::UnknownField {
                    line,
                    entry: key.value.clone(),
                    field: field.value,
                    hint,
                    known: fields.join(", "),
                });
            }
            if let Some(object) = tree.as_object_mut() {
                object.insert(
                    field.value.clone(),
                    if value.is_null() && field.value == "values" {
                        Value::Object(serde_json::Map::new())
                    } else {
                        value
                    },
                );
            }
            // Field by field, so that an error has its line.
            if let Some(message) = tree.get(&field.value).and_then(unsayable) {
                return Err(bad(line, format!("{}: {message}", field.value)));
            }
            serde_json::from_value::<T>(tree.clone()).map_err(|e| bad(line, e.to_string()))?;
            names.push(field.value);
        }
        let corrected = serde_json::from_value(tree).map_err(|e| bad(line, e.to_string()))?;
        merged.push((key.value.clone(), names));
        known.insert(key.value, corrected);
    }
    Ok(merged)
}

/// Why a value's texts cannot stand in a sentence.
fn unsayable(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(text) if text.trim().is_empty() => Some("a phrase is empty; write what a person would say, or leave the field out"),
        Value::String(text) if text.contains(char::is_control) => Some("a phrase goes over several lines; write it on one"),
        Value::Array(items) => items.iter().find_map(unsayable),
        Value::Object(entries) => entries.values().find_map(unsayable),
        _ => None,
    }
}

/// Every display column exists.
fn displays(lexicon: &Lexicon, yaml: &str, ir: &LogicalIr) -> Result<(), LexiconError> {
    for table in &ir.tables {
        let id = table.id();
        let Some(words) = lexicon.tables.get(&id) else { continue };
        if let Some(column) = words.display.iter().find(|c| table.column(c).is_none()) {
            let line = yaml.lines().position(|l| l.contains(column.as_str())).map_or(0, |i| i as u64 + 1);
            let hint = suggest::hint(column, table.columns.iter().map(|c| c.name.as_str()));
            return Err(LexiconError::UnknownDisplay {
                line,
                table: id,
                column: column.clone(),
                hint,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Column, ForeignKey, SqlType, Table};

    fn schema() -> LogicalIr {
        let column = |name: &str, sql_type: SqlType| Column {
            nullable: false,
            ..Column::new(name, sql_type)
        };
        let book = Table {
            name: "book".into(),
            columns: vec![column("id", SqlType::Int32), column("price", SqlType::Decimal(6, 2))],
            primary_key: vec!["id".into()],
            ..Table::default()
        };
        let key = ForeignKey {
            name: None,
            columns: vec!["book_id".into()],
            ref_table: "book".into(),
            ref_columns: vec!["id".into()],
            inferred: false,
        };
        let copy = Table {
            name: "book_copy".into(),
            columns: vec![column("book_id", SqlType::Int32), column("worn", SqlType::Bool)],
            foreign_keys: vec![key],
            ..Table::default()
        };
        LogicalIr {
            name: "x".into(),
            tables: vec![book, copy],
            ..LogicalIr::default()
        }
    }

    fn refused(yaml: &str) -> String {
        let ir = schema();
        let mut lexicon = Lexicon::infer(&ir);
        let before = lexicon.clone();
        let error = lexicon.overrides(yaml, &ir).expect_err("the file is wrong").to_string();
        assert_eq!(lexicon, before, "a wrong file changes nothing");
        error
    }

    #[test]
    fn corrections_are_merged_and_the_rest_follows() {
        let ir = schema();
        let mut lexicon = Lexicon::infer(&ir);
        let yaml = "# ours\ntables:\n  book_copy: {singular: copy, plural: copies}\ncolumns:\n  book.price:\n    noun: list price\n    unit: euros\n    degree: null\nedges:\n";
        lexicon.overrides(yaml, &ir).expect("the file is right");
        let price = lexicon.column("book", "price").expect("it is there");
        assert_eq!(
            (price.noun.as_str(), price.plural.as_str(), price.unit.as_deref(), &price.degree),
            ("list price", "list prices", Some("euros"), &None)
        );
        let edge = lexicon.edges.get("book_copy(book_id)->book").expect("it is there");
        assert_eq!((edge.child.as_str(), edge.children.as_str()), ("copy", "copies"));
    }

    #[test]
    fn what_is_written_reads_back() {
        let ir = schema();
        let lexicon = Lexicon::infer(&ir);
        let mut again = Lexicon::infer(&ir);
        again.overrides(&lexicon.to_yaml(&ir), &ir).expect("its own file is right");
        assert_eq!(lexicon, again);
        let mut ours = Lexicon::infer(&ir);
        let gone = "tables:\n  book_copy: {singular: copy, plural: copies}\ncolumns:\n  book.price: {degree: null}\n  book_copy.worn: {values: null}\n";
        ours.overrides(gone, &ir).expect("the file is right");
        again.overrides(&ours.to_yaml(&ir), &ir).expect("its own file is right");
        assert_eq!(ours, again, "what a correction removed stays removed");
        let mut again = lexicon.clone();
        again.overrides("# nothing\n", &ir).expect("an empty file is right");
        assert_eq!(lexicon, again);
    }

    #[test]
    fn errors_name_the_line_and_the_way_out() {
        assert_eq!(
            refused("tables:\n  bok: {singular: b}"),
            "line 2: tables has no \"bok\"; did you mean \"book\"?"
        );
        assert!(
            refused("columns:\n  book.price:\n    nuon: price")
                .starts_with("line 3: book.price has an unknown field \"nuon\"; did you mean \"noun\"?")
        );
        assert!(
            refused("columns:\n  book.price:\n    noun: p\n    role: meassure")
                .starts_with("line 4: columns: book.price: unknown variant `meassure`")
        );
        assert!(
            refused("tables:\n  book: {display: [titel]}").starts_with("line 2: book.display names column \"titel\", which does not exist")
        );
        assert!(refused("tables:\n  book: {singular: \"\"}").starts_with("line 2: tables: book: singular: a phrase is empty"));
        assert!(
            refused("columns:\n  book_copy.worn: {values: {\"true\": \"a\\nb\"}}").contains("values: a phrase goes over several lines")
        );
        assert!(refused("tabels: {}").contains("unknown field `tabels`"));
        assert!(refused("tables: [").contains("cannot be read"));
    }
}
