//! JSON sources: LogicalIr, DatasetIr, Spider's `tables.json`, told apart by their keys and then read strictly.
//!
//! An unknown key is an error with its place and the nearest known key, so that a typo never becomes a silent default.

use super::spider::{self, SpiderDatabase, SpiderError};
use crate::ir::{DatasetIr, LogicalIr, QaIssue, repair};
use crate::kernel::suggest;
use serde::de::DeserializeOwned;
use std::fmt;

/// What a JSON file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Document {
    /// A schema.
    Logical(LogicalIr),
    /// A whole dataset description, and what was put right in it.
    Dataset(Box<DatasetIr>, Vec<QaIssue>),
    /// Spider's schemas.
    Spider(Vec<SpiderDatabase>),
}

/// Why a JSON text is none of these.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It is no JSON.
    #[error("line {line}, column {column}: this is no valid JSON: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The parser's words.
        message: String,
    },
    /// A key or value does not fit.
    #[error("{place}: {message}{hint}")]
    Shape {
        /// Path inside the document, with the line.
        place: String,
        /// What does not fit.
        message: String,
        /// `; did you mean "x"?` or nothing.
        hint: String,
    },
    /// It is JSON of another kind.
    #[error(
        "this JSON has {found}; expected a schema (\"name\", \"tables\"), a dataset (\"logical\", \"generation\") or a list of Spider schemas (\"db_id\", \"table_names_original\"){hint}"
    )]
    OtherKind {
        /// What stands at its top.
        found: String,
        /// `; did you mean "x"?` or nothing.
        hint: String,
    },
    /// A Spider schema does not fit.
    #[error(transparent)]
    Spider(#[from] SpiderError),
}

/// The keys at the top of a document; their values are passed over.
struct Top {
    keys: Vec<String>,
    list: bool,
}

impl<'de> serde::Deserialize<'de> for Top {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Top;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list of objects")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Top, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(Top { keys, list: false })
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Top, A::Error> {
                let keys = list.next_element::<Top>()?.map(|first| first.keys).unwrap_or_default();
                while list.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(Top { keys, list: true })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Reads a document of any of the three kinds.
pub fn parse(text: &str) -> Result<Document, JsonError> {
    let top: Top = serde_json::from_str(text).map_err(|error| syntax(text, &error))?;
    let has = |key: &str| top.keys.iter().any(|k| k == key);
    if top.list && has("db_id") {
        return Ok(Document::Spider(strict(text)?));
    }
    if top.list {
        let found = if top.keys.is_empty() {
            "an empty list".to_owned()
        } else {
            format!("a list of objects with {}", shown(&top.keys))
        };
        return Err(JsonError::OtherKind {
            found,
            hint: String::new(),
        });
    }
    if has("db_id") {
        Ok(Document::Spider(vec![strict(text)?]))
    } else if has("logical") {
        let mut value: serde_json::Value = serde_json::from_str(text).map_err(|error| syntax(text, &error))?;
        let issues = repair::dataset(&mut value);
        // As written, errors have their line.
        if issues.is_empty() {
            return Ok(Document::Dataset(strict(text)?, issues));
        }
        let dataset = serde_path_to_error::deserialize(value).map_err(|error| shape(error.path().to_string(), error.inner()))?;
        Ok(Document::Dataset(dataset, issues))
    } else if has("tables") || has("name") {
        Ok(Document::Logical(strict(text)?))
    } else {
        let near = top
            .keys
            .iter()
            .map(|k| suggest::hint(k, ["logical", "tables", "name", "db_id"]))
            .find(|h| !h.is_empty());
        Err(JsonError::OtherKind {
            found: shown(&top.keys),
            hint: near.unwrap_or_default(),
        })
    }
}

fn shown(keys: &[String]) -> String {
    let some: Vec<String> = keys.iter().take(5).map(|k| format!("{k:?}")).collect();
    if some.is_empty() {
        "no keys".into()
    } else {
        format!("the keys {}{}", some.join(", "), if keys.len() > 5 { ", ..." } else { "" })
    }
}

fn syntax(text: &str, error: &serde_json::Error) -> JsonError {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let near: String = line.chars().skip(error.column().saturating_sub(10)).take(20).collect();
    // What Python writes for numbers that are none.
    let message = match ["NaN", "Infinity"].iter().find(|word| near.contains(**word)) {
        Some(word) => format!("{word} is no number in JSON; give a finite one"),
        None => without_place(error).replace("number out of range", "number out of range; give a finite one"),
    };
    JsonError::Syntax {
        line: error.line(),
        column: error.column(),
        message,
    }
}

/// serde_json's message without its own " at line 1 column 2".
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ")
        .map_or(text.as_str(), |(message, _)| message)
        .to_owned()
}

/// Deserializes and says where and why it failed.
fn strict<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner());
        match shape(path, inner) {
            JsonError::Shape { place, message, hint } => JsonError::Shape {
                place: format!("line {}, {place}", inner.line()),
                message,
                hint,
            },
            other => other,
        }
    })?;
    deserializer.end().map_err(|error| syntax(text, &error))?;
    Ok(value)
}

/// What is expected, in words instead of Rust's names of types.
fn plainly(message: String) -> String {
    let Some((found, kind)) = message.rsplit_once(", expected ") else {
        return message;
    };
    let words = match kind {
        "f32" | "f64" => "a finite number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of at least 0",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        _ => return message,
    };
    format!("{found}, expected {words}")
}

fn shape(path: String, inner: &serde_json::Error) -> JsonError {
    let place = if path == "." { "at the top".to_owned() } else { path };
    let message = plainly(without_place(inner));
    // "unknown field `x`, expected one of `a`, `b`": the names stand between backticks.
    let mut names = message.split('`').skip(1).step_by(2);
    let hint = match names.next() {
        Some(unknown) if message.starts_with("unknown ") => suggest::hint(unknown, names),
        _ => String::new(),
    };
    JsonError::Shape { place, message, hint }
}

/// The Spider schema with this id, or the only one.
pub fn choose(databases: Vec<SpiderDatabase>, wanted: Option<&str>) -> Result<super::Parsed, JsonError> {
    Ok(spider::convert(&spider::choose(databases, wanted)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(text).err().map(|e| e.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_typo_is_told_with_its_place_and_the_key_that_was_meant() {
        let text = "{\"name\": \"a\",\n \"tables\": [{\"name\": \"t\", \"colums\": []}]}";
        assert!(
            error(text).contains("line 2, tables[0].colums") && error(text).contains("did you mean \"columns\"?"),
            "{}",
            error(text)
        );
        let text = r#"{"name": "a", "tables": [{"name": "t", "columns": [{"name": "x", "type": "VARCHAR(q)"}]}]}"#;
        assert!(error(text).contains("tables[0].columns[0].type"), "{}", error(text));
        assert!(
            error("{\"tabels\": []}").contains("did you mean \"tables\"?"),
            "{}",
            error("{\"tabels\": []}")
        );
        let normal = |mean: &str| {
            format!(
                r#"{{"logical": {{"name": "a", "tables": []}}, "generation": {{"columns": [{{"table": "t", "column": "x", "distribution": {{"kind": "normal", "mean": {mean}, "std": 1}}}}]}}}}"#
            )
        };
        assert!(
            error(&normal("\"NaN\"")).contains("columns[0].distribution: invalid type: string \"NaN\", expected a finite number"),
            "{}",
            error(&normal("\"NaN\""))
        );
        assert!(error(&normal("1e999")).contains("give a finite one"), "{}", error(&normal("1e999")));
        assert!(error("{\"name\": ").contains("no valid JSON"));
        assert!(error("[]").contains("an empty list"));
        assert!(error(&"[".repeat(100_000)).contains("no valid JSON"));
    }

    #[test]
    fn the_three_kinds_are_told_apart() {
        let logical = r#"{"name": "a", "tables": [{"name": "t", "columns": [{"name": "x", "type": "INT32"}]}]}"#;
        assert!(matches!(parse(logical), Ok(Document::Logical(schema)) if schema.tables.len() == 1));
        let dataset = format!("{{\"logical\": {logical}}}");
        assert!(matches!(parse(&dataset), Ok(Document::Dataset(set, _)) if set.logical.name == "a" && set.version == 1));
    }
}
