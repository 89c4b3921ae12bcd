//! Any source to LogicalIr: SQL files in order, a JSON file, one database of Spider's `tables.json`, a DuckDB file, a live PostgreSQL database.
//!
//! What a source is follows from its name; a text that begins like JSON is read as JSON whatever its name. Invariant: a loaded schema has a
//! name of `[a-z0-9_]` (Spider's ids as they are) and at least one table. It may still have problems: they are among the issues.

use super::duck::{Access, Duck};
use super::postgres::{Address, catalogue, is_address, without_secrets};
use super::{Backend, DbError, introspect};
use crate::ir::{DatasetIr, LogicalIr, QaIssue, Table};
use crate::schema::relate::Guess;
use crate::schema::source::json::{self, Document, JsonError};
use crate::schema::source::list::{self, ListError};
use crate::schema::source::text::{self, TextError};
use crate::schema::source::{Parsed, advice, ddl};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a source holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// The schema.
    pub logical: LogicalIr,
    /// The whole dataset description, when the source was one; its `logical` equals the one above.
    pub dataset: Option<DatasetIr>,
    /// What was lost or guessed, with its place; then the schema's own problems.
    pub issues: Vec<QaIssue>,
    /// Statements that say nothing about tables, by kind.
    pub skipped: BTreeMap<String, u64>,
}

impl Loaded {
    /// The issues, and what a reader should know before using the schema: each once.
    pub fn findings(&self) -> Vec<QaIssue> {
        // A reader that knows lines has told these already; what keeps a schema from being used, every reader of a file.
        let by_lines = |i: &QaIssue| ["names_alike", "contradicting_checks"].contains(&i.code.as_str());
        let told = |i: &QaIssue| self.issues.iter().any(|t| t == i || by_lines(i) && t.code == i.code);
        let advice = advice(&self.logical).into_iter().filter(|i| !told(i));
        self.issues.iter().cloned().chain(advice).collect()
    }
}

/// Why a source cannot be used. The message names the place and the way out.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing was named.
    #[error(
        "no source was named; give .sql files in order, a .json file, tables.json#db_id, a .duckdb file, or postgresql://HOST/DATABASE"
    )]
    None,
    /// A server cannot be reached or read.
    #[error("{0}; pg_dump --schema-only --no-owner makes a file of its schema where it can be reached")]
    Server(DbError),
    /// A description in English.
    #[error("{}: a description in English needs an LLM key and the phase \"design\" of a later version; until then write the schema as IR JSON or SQL", path.display())]
    English {
        /// The file.
        path: PathBuf,
    },
    /// Sources of different kinds.
    #[error("{}: this stands alone; only SQL files can be named together", path.display())]
    Mixed {
        /// The source that cannot be joined with others.
        path: PathBuf,
    },
    /// A file is no text or not there.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A JSON file does not fit.
    #[error("{}: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What does not fit and where.
        source: JsonError,
    },
    /// A word list that a JSON file names cannot be read.
    #[error("{}: {source}", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// Which list, and why.
        source: ListError,
    },
    /// A database file cannot be read.
    #[error(transparent)]
    Database(#[from] DbError),
    /// There is no table in it.
    #[error("{shown}: no table was found{detail}")]
    NoTables {
        /// The source.
        shown: String,
        /// What was found instead.
        detail: String,
    },
}

/// Loads one schema from its source: SQL files in order, or one JSON file, or one DuckDB file.
pub fn load(specs: &[String]) -> Result<Loaded, SourceError> {
    let first = specs.first().ok_or(SourceError::None)?;
    let mut sources = Vec::new();
    let mut issues = Vec::new();
    for spec in specs {
        if is_address(spec) {
            return match specs.len() {
                1 => load_server(spec),
                _ => Err(SourceError::Mixed {
                    path: without_secrets(spec).into(),
                }),
            };
        }
        let (path, fragment) = split_fragment(spec);
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let alone = |path: &Path| {
            if specs.len() > 1 {
                Err(SourceError::Mixed { path: path.to_owned() })
            } else {
                Ok(())
            }
        };
        match extension.as_str() {
            "txt" | "md" => return Err(SourceError::English { path }),
            "duckdb" | "ddb" => {
                alone(&path)?;
                return named(introspect::introspect(&path)?, None, &path);
            }
            "db" if is_duckdb(&path) => {
                alone(&path)?;
                return named(introspect::introspect(&path)?, None, &path);
            }
            _ => {}
        }
        let (content, issue) = text::read(&path)?;
        issues.extend(issue);
        if extension == "json" || fragment.is_some() || content.trim_start().starts_with(['{', '[']) {
            alone(&path)?;
            let mut loaded = load_json(&path, fragment.as_deref(), &content)?;
            loaded.issues.splice(0..0, issues);
            return Ok(loaded);
        }
        sources.push(ddl::Source {
            file: path.display().to_string(),
            text: content,
        });
    }
    let mut parsed = ddl::parse(&sources);
    issues.append(&mut parsed.issues);
    parsed.issues = issues;
    parsed.logical.name = name_of_files(specs).unwrap_or_else(|| stem(Path::new(first)));
    named(parsed, None, Path::new(first))
}

/// The guesses that the source's rows do not speak against: every value is one of the table referred to. Only a DuckDB file is asked; files
/// have no rows, and a server is not made to scan its tables.
pub fn not_refuted(specs: &[String], schema: &LogicalIr, guesses: Vec<Guess>) -> Vec<Guess> {
    let [spec] = specs else { return guesses };
    let path = Path::new(spec);
    if is_address(spec) || guesses.is_empty() || !is_duckdb(path) {
        return guesses;
    }
    let Ok(database) = Duck::open(path, Access::ReadOnly) else {
        return guesses;
    };
    let holds = |guess: &Guess| {
        let child = schema.tables.get(guess.table)?;
        let parent = schema.table(&guess.key.ref_table)?;
        let (column, key) = (guess.key.columns.first()?, guess.key.ref_columns.first()?);
        let name = |t: &Table| {
            let parts = t.schema.iter().chain([&t.name]);
            parts.map(|part| quote_always(part)).collect::<Vec<_>>().join(".")
        };
        let (column, key) = (quote_always(column), quote_always(key));
        let sql = format!(
            "SELECT 1 FROM {} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {key} FROM {} WHERE {key} IS NOT NULL) LIMIT 1",
            name(child),
            name(parent)
        );
        database.query(&sql, INCLUSION_MS).ok().map(|rows| rows.row_count() == 0)
    };
    guesses.into_iter().filter(|guess| holds(guess) == Some(true)).collect()
}

/// How long the rows of one guess are looked at.
const INCLUSION_MS: u64 = 60_000;

fn quote_always(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn load_server(spec: &str) -> Result<Loaded, SourceError> {
    let address = Address::parse(spec).map_err(SourceError::Server)?;
    let mut parsed = catalogue::introspect(&address).map_err(SourceError::Server)?;
    parsed.logical.name = sanitised(address.database());
    named(parsed, None, Path::new(&without_secrets(spec)))
}

fn load_json(path: &Path, fragment: Option<&str>, content: &str) -> Result<Loaded, SourceError> {
    let failed = |source| SourceError::Json {
        path: path.to_owned(),
        source,
    };
    let logical = |logical| Parsed {
        logical,
        ..Parsed::default()
    };
    match json::parse(content).map_err(failed)? {
        Document::Logical(schema) => named(logical(schema), None, path),
        Document::Dataset(mut dataset, repaired) => {
            let base = path.parent().unwrap_or(Path::new(""));
            list::inline(&mut dataset.generation, base).map_err(|source| SourceError::List {
                path: path.to_owned(),
                source,
            })?;
            let mut parsed = logical(dataset.logical.clone());
            parsed.issues = repaired;
            named(parsed, Some(*dataset), path)
        }
        Document::Spider(databases) => named(json::choose(databases, fragment).map_err(failed)?, None, path),
    }
}

/// Gives the schema its name, adds its problems to the issues, and refuses one without tables.
fn named(mut parsed: Parsed, mut dataset: Option<DatasetIr>, path: &Path) -> Result<Loaded, SourceError> {
    if parsed.logical.tables.is_empty() {
        let skipped: Vec<String> = parsed.skipped.iter().map(|(kind, n)| format!("{n} x {kind}")).take(4).collect();
        let found = if skipped.is_empty() {
            String::new()
        } else {
            format!("; passed over: {}", skipped.join(", "))
        };
        let first = parsed.issues.first().map(|issue| format!("; {issue}")).unwrap_or_default();
        let hint = "; a schema needs at least one CREATE TABLE, or \"tables\" in JSON";
        return Err(SourceError::NoTables {
            shown: path.display().to_string(),
            detail: format!("{found}{first}{hint}"),
        });
    }
    if parsed.logical.name.is_empty() {
        parsed.logical.name = stem(path);
    }
    if let Some(dataset) = &mut dataset {
        dataset.logical.name.clone_from(&parsed.logical.name);
    }
    parsed.issues.extend(parsed.logical.problems());
    Ok(Loaded {
        logical: parsed.logical,
        dataset,
        issues: parsed.issues,
        skipped: parsed.skipped,
    })
}

/// `file.json#db_id`, unless a file has that very name.
fn split_fragment(spec: &str) -> (PathBuf, Option<String>) {
    match spec.rsplit_once('#') {
        Some((path, id)) if !Path::new(spec).exists() && path.to_ascii_lowercase().ends_with(".json") => (path.into(), Some(id.to_owned())),
        _ => (spec.into(), None),
    }
}

/// DuckDB's mark, eight bytes into the file.
fn is_duckdb(path: &Path) -> bool {
    use std::io::Read;
    let mut head = [0_u8; 12];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head.ends_with(b"DUCK")
}

/// The file's name without extension, as a database name.
fn stem(path: &Path) -> String {
    sanitised(&path.file_stem().unwrap_or_default().to_string_lossy())
}

fn sanitised(name: &str) -> String {
    let mapped: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let parts: Vec<&str> = mapped.split('_').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "database".to_owned() } else { parts.join("_") }
}

/// What several files' names begin with (pagila-schema.sql, pagila-data.sql: pagila), else the directory they are all in.
fn name_of_files(specs: &[String]) -> Option<String> {
    let paths: Vec<&Path> = specs.iter().map(Path::new).collect();
    let stems: Vec<String> = paths.iter().map(|p| stem(p)).collect();
    let (first, others) = stems.split_first().filter(|(_, others)| !others.is_empty())?;
    let words = |name: &str| name.split('_').map(str::to_owned).collect::<Vec<_>>();
    let shared = others.iter().fold(words(first), |shared, other| {
        shared
            .into_iter()
            .zip(words(other))
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a)
            .collect()
    });
    if !shared.is_empty() {
        return Some(shared.join("_"));
    }
    let directory = paths.first().and_then(|p| p.parent()).and_then(Path::file_name)?;
    Some(sanitised(&directory.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_what_files_share() {
        let name = |specs: &[&str]| name_of_files(&specs.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(name(&["a/pagila-schema.sql", "a/pagila-data.sql"]), Some("pagila".into()));
        assert_eq!(name(&["tpcds/item.sql", "tpcds/keys.sql"]), Some("tpcds".into()));
        assert_eq!(name(&["one.sql"]), None);
        assert_eq!(stem(Path::new("x/My Shop (2).SQL")), "my_shop_2");
    }

    #[test]
    fn a_server_and_a_description_are_refused_with_the_way_out() {
        let message = |spec: &str| load(&[spec.to_owned()]).err().map(|e| e.to_string()).unwrap_or_default();
        let nobody = message("postgresql://me:secret@127.0.0.1:1/db");
        assert!(
            nobody.contains("postgresql://127.0.0.1:1/db") && nobody.contains("pg_dump --schema-only"),
            "{nobody}"
        );
        assert!(!nobody.contains("secret"), "{nobody}");
        assert!(message("shop.txt").contains("LLM key"));
        assert!(message("none.sql").contains("no such file"));
        assert!(load(&[]).is_err());
    }
}
