//! The cells of a file as values of the schema's types, in SQL; and the condition under which one is none.
//!
//! Limits: the forms that the data engine and PostgreSQL write. Invariant: a cell that is no value of its type is NULL and flagged, and fails no other.

use super::{FileFindings, lines};
use crate::database::DbError;
use crate::database::load::{literal, quoted, reading, type_name};
use crate::ir::{Column, SqlType, Table};
use crate::kernel::suggest;
use duckdb::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file as the database reads it.
pub(super) struct Reading {
    /// The columns' values.
    pub values: Vec<String>,
    /// Columns whose values may be none of their type: position, condition, the value as text.
    pub wrong: Vec<(usize, String, String)>,
    /// What is read: a table function.
    pub source: String,
}

pub(super) fn from_csv(table: &Table, files: &[PathBuf], found: &mut FileFindings) -> Result<Reading, DbError> {
    let path = files.first().map_or(Path::new(""), PathBuf::as_path);
    let Some(header) = lines::header(path)? else {
        return Err(DbError::Run(format!(
            "{}: the file is empty; it needs a header line with the columns of table {}",
            path.display(),
            table.id()
        )));
    };
    let columns: Vec<String> = header.iter().map(|name| format!("{}: 'VARCHAR'", literal(name))).collect();
    found.added = header.iter().filter(|n| table.column(n).is_none()).cloned().collect();
    complete(table, path, &header)?;
    let mut values = Vec::new();
    let mut wrong = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let name = quoted(&column.name);
        let read = as_value(&column.sql_type, &name);
        match mistyped(&column.sql_type, &name, &read) {
            Some(condition) => {
                values.push(format!("CASE WHEN {condition} THEN NULL ELSE {read} END AS {name}"));
                wrong.push((at, condition, name.clone()));
            }
            None => values.push(format!("{read} AS {name}")),
        }
    }
    let read = |(i, path): (usize, &PathBuf)| {
        format!(
            "read_csv({}, header = {}, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', \
             allow_quoted_nulls = false, strict_mode = true, null_padding = false, max_line_size = 16777216, columns = {{{}}})",
            literal(&path.to_string_lossy()),
            // The parts one after another are the file.
            i == 0,
            columns.join(", ")
        )
    };
    let mut reads: Vec<String> = files.iter().enumerate().map(read).collect();
    let source = if reads.len() == 1 {
        reads.remove(0)
    } else {
        format!("(FROM {})", reads.join(" UNION ALL FROM "))
    };
    Ok(Reading { values, wrong, source })
}

/// A text as a value of the type; NULL when it is none.
pub(super) fn as_value(sql_type: &SqlType, name: &str) -> String {
    match sql_type {
        SqlType::Array(_) | SqlType::Bytes | SqlType::Interval => format!("TRY({})", reading(sql_type, name).1),
        _ => match plain(sql_type).as_str() {
            "VARCHAR" => name.to_owned(),
            typed => format!("TRY_CAST({name} AS {typed})"),
        },
    }
}

/// A day as files have it.
const DAY: &str = "[0-9]{4,6}-[0-9]{2}-[0-9]{2}( ?\\(BC\\))?";

/// The condition that a text is no value of the type as it is written in files. The database reads "1.5" as the whole number 2, " 5" as 5 and
/// "2024/01/05 12:00" as a day; here they are none.
pub(super) fn mistyped(sql_type: &SqlType, name: &str, read: &str) -> Option<String> {
    let form = match sql_type {
        t if t.is_integer() => " OR NOT regexp_full_match(NAME, '[+-]?[0-9]+')".to_owned(),
        SqlType::Decimal(_, scale) => format!(" OR NOT regexp_full_match(NAME, '[+-]?[0-9]*(\\.[0-9]{{0,{scale}}}0*)?')"),
        SqlType::Date => format!(" OR NOT isfinite({read}) OR NOT regexp_full_match(NAME, '{DAY}')"),
        SqlType::Timestamp | SqlType::TimestampTz => {
            format!(" OR NOT isfinite({read}) OR NOT regexp_full_match(NAME, '{DAY}([ T][0-9].*)?')")
        }
        SqlType::Bytes => " OR NOT regexp_full_match(NAME, '\\\\x([0-9a-fA-F]{2})*')".to_owned(),
        SqlType::Array(_) => " OR NOT (starts_with(NAME, '{') AND ends_with(NAME, '}'))".to_owned(),
        t if plain(t) == "VARCHAR" => return None,
        t if t.is_numeric() || matches!(t, SqlType::Bool | SqlType::Time | SqlType::Uuid) => " OR NAME <> trim(NAME)".to_owned(),
        _ => String::new(),
    };
    Some(format!("{name} IS NOT NULL AND ({read} IS NULL{})", form.replace("NAME", name)))
}

pub(super) fn from_parquet(
    connection: &Connection,
    table: &Table,
    files: &[PathBuf],
    found: &mut FileFindings,
) -> Result<Reading, DbError> {
    let path = files.first().map_or(Path::new(""), PathBuf::as_path);
    let paths: Vec<String> = files.iter().map(|f| literal(&f.to_string_lossy())).collect();
    let source = format!("read_parquet([{}])", paths.join(", "));
    let failed = |e: duckdb::Error| DbError::Run(format!("{}: {e}", path.display()));
    let mut statement = connection
        .prepare(&format!("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {source})"))
        .map_err(failed)?;
    let there: BTreeMap<String, String> = statement
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .map_err(failed)?
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    let names: Vec<String> = there.keys().cloned().collect();
    complete(table, path, &names)?;
    found.added = names.iter().filter(|n| table.column(n).is_none()).cloned().collect();
    let mut values = Vec::new();
    let mut wrong = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let Some(kept) = there.get(&column.name) else { continue };
        let name = quoted(&column.name);
        let wanted = plain(&column.sql_type);
        // Lists, bytes and spans of time are kept as PostgreSQL's text of them, as in CSV.
        let text = kept == "VARCHAR" && matches!(column.sql_type, SqlType::Array(_) | SqlType::Bytes | SqlType::Interval);
        let read = if text {
            as_value(&column.sql_type, &name)
        } else {
            format!("TRY_CAST({name} AS {wanted})")
        };
        if text {
            wrong.extend(mistyped(&column.sql_type, &name, &read).map(|condition| (at, condition, name.clone())));
        } else if *kept != wanted && wanted != "VARCHAR" {
            let back = format!("TRY_CAST({read} AS {kept}) IS DISTINCT FROM {name}");
            // A text has many spellings of one value.
            let back = if kept == "VARCHAR" { "false".to_owned() } else { back };
            wrong.push((
                at,
                format!("{name} IS NOT NULL AND ({read} IS NULL OR {back})"),
                format!("CAST({name} AS VARCHAR)"),
            ));
        }
        values.push(format!("{read} AS {name}"));
    }
    Ok(Reading { values, wrong, source })
}

/// The columns that a file lacks, if any.
fn complete(table: &Table, path: &Path, there: &[String]) -> Result<(), DbError> {
    let missing: Vec<&Column> = table.columns.iter().filter(|c| !there.contains(&c.name)).collect();
    let what = match missing.as_slice() {
        [] => return Ok(()),
        [one] => format!("is no column \"{}\"", one.name),
        several => {
            let names: Vec<String> = several.iter().map(|c| format!("\"{}\"", c.name)).collect();
            format!("are no columns {}", names.join(", "))
        }
    };
    let hint = match missing.as_slice() {
        [one] => suggest::hint(&one.name, there.iter().map(String::as_str)),
        _ => format!("; its columns are {}", there.join(", ")),
    };
    Err(DbError::Run(format!(
        "{}: there {what} of table {}{hint}",
        path.display(),
        table.id()
    )))
}

/// An enum's values are text here: a value outside it is to be counted.
pub(super) fn plain(sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Enum(_) => "VARCHAR".into(),
        other => type_name(other),
    }
}
