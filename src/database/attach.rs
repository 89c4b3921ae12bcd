//! A data directory as a database to look at: every table's CSV or Parquet file, loaded without declaring anything, so that what breaks a constraint can
//! be counted instead of refused.
//!
//! Columns are found by name: the file may have them in any order, and more of them, which are named. A file that cannot be read leaves its table empty,
//! and a text that is no value of its column's type, or is written otherwise than the type's values are, is NULL; both are among the [`FileFindings`],
//! so that one bad cell hides nothing else. The database is one temporary file, so memory is bounded by the engine's buffers; it goes away with
//! [`Attached`].
//! Which files are a table's is in `files.rs`, what the database makes of their cells in `reading.rs`, their lines in `lines.rs`.

mod files;
mod lines;
mod reading;

use super::duck::Access;
use super::load::{quoted, table_name};
use super::{DbError, Duck};
use crate::ir::{LogicalIr, Table};
use crate::kernel::files::At;
use crate::kernel::progress::Progress;
use duckdb::Connection;
use files::find;
use reading::{Reading, from_csv, from_parquet, plain};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the engine may keep in memory; past it, it spills beside the temporary file.
const MEMORY: &str = "SET memory_limit = '2GB';";

/// A loaded data directory.
pub struct Attached {
    /// A read-only connection to it.
    pub duck: Duck,
    /// Tables of the schema that have no file.
    pub absent: Vec<String>,
    /// What is wrong with the files, by table; those that are as they should be have none.
    pub findings: BTreeMap<String, FileFindings>,
    file: PathBuf,
}

impl Drop for Attached {
    fn drop(&mut self) {
        // Unlinked while still open, which Unix allows; a leftover is named so that the next run replaces it.
        let _ = std::fs::remove_file(&self.file);
    }
}

/// What is wrong with one table's file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileFindings {
    /// Why it could not be read at all; its table is empty then.
    pub unreadable: Option<String>,
    /// There is none.
    pub absent: bool,
    /// Files of the same table that were not read, since another one was.
    pub beside: Vec<String>,
    /// Columns that the schema does not have.
    pub added: Vec<String>,
    /// Cells that are no values of their column's type.
    pub mistyped: Vec<Mistyped>,
    /// Blank lines between the rows, and the first of them as "file:line".
    pub blank_lines: Option<(u64, String)>,
}

/// Cells of one column that are no values of its type; they are left out of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistyped {
    /// Column name.
    pub column: String,
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub example: String,
    /// Its file and, of a CSV file, line: "loan.csv:17".
    pub place: String,
}

/// Loads every table of `logical` that has a file in `dir` into a temporary database at `temp`.
pub fn attach(logical: &LogicalIr, dir: &Path, temp: &Path, threads: usize, progress: &dyn Progress) -> Result<Attached, DbError> {
    super::load::same_names(logical)?;
    if !dir.is_dir() {
        let missing = std::io::Error::new(std::io::ErrorKind::NotFound, "there is no such directory");
        return Err(crate::kernel::files::FileError::new("read", dir, missing).into());
    }
    let wal = temp.with_extension("wal");
    for leftover in [temp, &wal] {
        if leftover.exists() {
            std::fs::remove_file(leftover).at("remove", leftover)?;
        }
    }
    let mut findings = BTreeMap::new();
    let result = fill(logical, dir, temp, threads, progress, &mut findings);
    let opened = result.and_then(|()| {
        let duck = Duck::open(temp, Access::ReadOnly)?;
        duck.execute(MEMORY)?;
        Ok(duck)
    });
    match opened {
        Ok(duck) => Ok(Attached {
            duck,
            absent: findings.iter().filter(|(_, f)| f.absent).map(|(id, _)| id.clone()).collect(),
            findings,
            file: temp.to_owned(),
        }),
        Err(error) => {
            // The half-built file is worthless; the error is the one to tell.
            let _ = std::fs::remove_file(temp);
            let _ = std::fs::remove_file(&wal);
            Err(error)
        }
    }
}

fn fill(
    logical: &LogicalIr,
    dir: &Path,
    temp: &Path,
    threads: usize,
    progress: &dyn Progress,
    findings: &mut BTreeMap<String, FileFindings>,
) -> Result<(), DbError> {
    // Its own file: no database that could be out of reach.
    let open_error = |e: duckdb::Error| DbError::Run(format!("cannot write {}: {e}", temp.display()));
    let connection = Connection::open(temp).map_err(open_error)?;
    let run = |sql: &str| connection.execute_batch(sql);
    let settings = format!("{MEMORY} SET preserve_insertion_order = true; SET threads = {};", threads.max(1));
    run(&settings).map_err(open_error)?;
    let schemas: std::collections::BTreeSet<&String> = logical.data_tables().filter_map(|t| t.schema.as_ref()).collect();
    for schema in schemas {
        run(&format!("CREATE SCHEMA IF NOT EXISTS {};", quoted(schema))).map_err(open_error)?;
    }
    progress.start("load", Some(logical.data_tables().count() as u64), "tables");
    for table in logical.data_tables() {
        let mut found = FileFindings::default();
        if let Err(error) = one(&connection, table, dir, &mut found) {
            found.unreadable = Some(error.to_string().lines().take(4).collect::<Vec<_>>().join(" "));
        }
        found.absent = find(dir, &table.id()).is_none();
        if found.absent || found.unreadable.is_some() {
            run(&format!("CREATE OR REPLACE TABLE {} AS {};", table_name(table), nothing(table))).map_err(open_error)?;
        }
        if found != FileFindings::default() {
            findings.insert(table.id(), found);
        }
        progress.advance(1);
    }
    progress.finish();
    run("CHECKPOINT;").map_err(open_error)?;
    connection.close().map_err(|(_, e)| DbError::Run(e.to_string()))
}

/// The flag column of a loading table: whether some value of the row is none of its type.
const FLAG: &str = "\"not a value\"";

/// Most columns whose expressions are compared with each other.
const COMPARED_MAX: usize = 100;

/// Loads one table's file, if it has one.
fn one(connection: &Connection, table: &Table, dir: &Path, found: &mut FileFindings) -> Result<(), DbError> {
    let Some(data) = find(dir, &table.id()) else { return Ok(()) };
    found.beside.clone_from(&data.beside);
    if let Some((_, of)) = data.missing.first() {
        let numbers: Vec<String> = data.missing.iter().map(|(n, _)| n.to_string()).collect();
        return Err(DbError::Run(format!(
            "table {} is there in parts, and of {of} these are missing: {}; make them with --part, or put them into {}",
            table.id(),
            numbers.join(", "),
            dir.display()
        )));
    }
    let Some(path) = data.files.first().cloned() else { return Ok(()) };
    let csv = data.csv;
    let reading = if csv {
        from_csv(table, &data.files, found)?
    } else {
        from_parquet(connection, table, &data.files, found)?
    };
    let failed = |e: duckdb::Error| DbError::Run(e.to_string());
    let name = table_name(table);
    // Looking for what expressions have in common takes the square of their number.
    let disabled = if table.columns.len() > COMPARED_MAX {
        "common_subexpressions"
    } else {
        ""
    };
    connection
        .execute_batch(&format!("SET disabled_optimizers = '{disabled}';"))
        .map_err(failed)?;
    let conditions: Vec<String> = reading.wrong.iter().map(|(_, condition, _)| format!("({condition})")).collect();
    let flag = if conditions.is_empty() {
        "false".to_owned()
    } else {
        conditions.join(" OR ")
    };
    connection
        .execute_batch(&format!(
            "CREATE OR REPLACE TABLE {name} AS SELECT {}, {flag} AS {FLAG} FROM {};",
            reading.values.join(", "),
            reading.source
        ))
        .map_err(|e| DbError::Run(format!("table {}: its file cannot be read as the schema says: {e}", table.id())))?;
    let flagged: bool = connection
        .query_row(&format!("SELECT coalesce(bool_or({FLAG}), false) FROM {name}"), [], |r| r.get(0))
        .map_err(failed)?;
    connection
        .execute_batch(&format!("ALTER TABLE {name} DROP COLUMN {FLAG};"))
        .map_err(failed)?;
    let file = path.file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
    let mut firsts = Vec::new();
    if flagged {
        firsts = mistyped_cells(connection, table, &reading, found)?;
    }
    // Of a single column a blank line is a row without a value.
    if csv && data.files.len() == 1 && (flagged || table.columns.len() + found.added.len() > 1) {
        let walk = lines::walk(&path, &firsts)?;
        for (cell, line) in found.mistyped.iter_mut().zip(&walk.lines) {
            cell.place = format!("{file}:{line}");
        }
        if walk.blank > 0 && table.columns.len() + found.added.len() > 1 {
            found.blank_lines = Some((walk.blank, format!("{file}:{}", walk.first_blank)));
        }
    } else {
        found.mistyped.iter_mut().for_each(|m| m.place.clone_from(&file));
    }
    Ok(())
}

/// Counts the cells of each column that are no values of its type; returns the number of the first one's row, from 0. The file is read once more: only
/// files with such cells are.
fn mistyped_cells(connection: &Connection, table: &Table, reading: &Reading, found: &mut FileFindings) -> Result<Vec<u64>, DbError> {
    let failed = |e: duckdb::Error| DbError::Run(e.to_string());
    let mut firsts = Vec::new();
    for (at, condition, text) in &reading.wrong {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE wrong), min(row) FILTER (WHERE wrong), coalesce(arg_min(text, row) FILTER (WHERE wrong), '') \
             FROM (SELECT ({condition}) AS wrong, {text} AS text, row_number() OVER () - 1 AS row FROM {})",
            reading.source
        );
        let (rows, first, example): (i64, Option<i64>, String) = connection
            .query_row(&sql, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
            .map_err(failed)?;
        if let (Some(column), Some(first)) = (table.columns.get(*at), first) {
            found.mistyped.push(Mistyped {
                column: column.name.clone(),
                rows: rows.max(0) as u64,
                example: example.chars().take(60).collect(),
                place: String::new(),
            });
            firsts.push(first.max(0) as u64);
        }
    }
    Ok(firsts)
}

/// The columns of a table without rows.
fn nothing(table: &Table) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|c| format!("CAST(NULL AS {}) AS {}", plain(&c.sql_type), quoted(&c.name)))
        .collect();
    format!("SELECT {} LIMIT 0", columns.join(", "))
}

#[cfg(test)]
mod tests {
    use super::reading::{as_value, mistyped};
    use super::*;
    use crate::ir::{Column, SqlType};
    use crate::kernel::progress::Silent;

    fn schema() -> LogicalIr {
        let column = |name: &str, sql_type: &str| Column {
            nullable: false,
            ..Column::new(name, sql_type.parse().unwrap_or(SqlType::Text))
        };
        let table = |name: &str| Table {
            name: name.into(),
            columns: vec![column("id", "INT32"), column("a b", "TEXT")],
            primary_key: vec!["id".into()],
            ..Table::default()
        };
        LogicalIr {
            name: "d".into(),
            tables: vec![table("t"), table("u"), table("v")],
            ..LogicalIr::default()
        }
    }

    #[test]
    fn files_of_any_order_and_both_formats_are_read_and_broken_rows_are_kept() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("t.csv"), "more,\"a b\",id\nx,one,1\ny,,1\n")?;
        let parquet = dir.path().join("u.parquet");
        Connection::open_in_memory()?.execute_batch(&format!(
            "COPY (SELECT 'z' AS \"a b\", range AS id FROM range(3)) TO '{}'",
            parquet.display()
        ))?;
        let temp = dir.path().join("look.duckdb");
        let attached = attach(&schema(), dir.path(), &temp, 2, &Silent)?;
        assert_eq!(attached.absent, ["v"]);
        let count = |sql: &str| attached.duck.connection().query_row(sql, [], |r| r.get::<_, i64>(0));
        assert_eq!(count("SELECT count(*) FROM t WHERE id = 1")?, 2, "a repeated key is kept");
        assert_eq!(count("SELECT count(*) FROM t WHERE \"a b\" IS NULL")?, 1);
        assert_eq!(count("SELECT sum(id)::BIGINT FROM u")?, 3);
        assert_eq!(count("SELECT count(*) FROM v")?, 0);
        drop(attached);
        assert!(!temp.exists());
        Ok(())
    }

    #[test]
    fn what_cannot_be_read_is_told_of_its_table_and_hides_no_other() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let temp = dir.path().join("look.duckdb");
        std::fs::write(dir.path().join("u.csv"), "id,a b\n1,x\n")?;
        let found = |bytes: &[u8]| -> Result<FileFindings, Box<dyn std::error::Error>> {
            std::fs::write(dir.path().join("t.csv"), bytes)?;
            let attached = attach(&schema(), dir.path(), &temp, 1, &Silent)?;
            let rows: i64 = attached.duck.connection().query_row("SELECT count(*) FROM u", [], |r| r.get(0))?;
            assert_eq!(rows, 1, "the other table is there");
            Ok(attached.findings.get("t").cloned().unwrap_or_default())
        };
        assert_eq!(found(b"id,a b\n1,x\n")?, FileFindings::default());
        let message = found(b"idd,a b\n1,x\n")?.unreadable.unwrap_or_default();
        assert!(message.contains("t.csv") && message.contains("did you mean \"idd\"?"), "{message}");
        for (text, want) in [
            (&b"id,a b\n1,x,y\n"[..], "table t"),
            (b"", "t.csv: the file is empty"),
            (b"\n", "the file is empty"),
            (b"id,a b\n1,\xff\xfe\n", "table t"),
            (b"\xff,a b\n", "t.csv"),
        ] {
            let message = found(text)?.unreadable.unwrap_or_default();
            assert!(message.contains(want), "{text:?}: {message}");
        }
        let cells = found(b"more,id,a b\n,one,x\n,1.5,x\n,7,x\n\n,99999999999,x\n, 5,\"x\ny\"\n,0x5,x\n")?;
        let all = Mistyped {
            column: "id".to_owned(),
            rows: 5,
            example: "one".to_owned(),
            place: "t.csv:2".to_owned(),
        };
        assert_eq!(cells.mistyped, [all]);
        assert_eq!(cells.blank_lines, Some((1, "t.csv:5".to_owned())));
        assert_eq!(cells.added, ["more"]);
        let nowhere = attach(&schema(), &dir.path().join("nowhere"), &temp, 1, &Silent)
            .err()
            .map_or_else(String::new, |e| e.to_string());
        assert!(nowhere.contains("nowhere"), "{nowhere}");
        assert!(!temp.exists());
        Ok(())
    }

    #[test]
    fn lists_and_bytes_are_read_from_parquet_as_from_csv() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let mut logical = schema();
        logical.tables.truncate(1);
        for (name, sql_type) in [("tags", "TEXT[]"), ("raw", "BYTES"), ("span", "INTERVAL")] {
            logical.tables[0].columns.push(Column::new(name, sql_type.parse()?));
        }
        let attached = |rows: &str| -> Result<Attached, Box<dyn std::error::Error>> {
            let parquet = dir.path().join("t.parquet");
            let columns = "t(id, \"a b\", tags, raw, span)";
            Connection::open_in_memory()?.execute_batch(&format!("COPY (FROM (VALUES {rows}) AS {columns}) TO '{}'", parquet.display()))?;
            Ok(attach(&logical, dir.path(), &dir.path().join("look.duckdb"), 1, &Silent)?)
        };
        let right = attached("(1, 'x', '{a,\"b c\"}', '\\xDEAD', '3 days'), (2, 'x', NULL, NULL, NULL)")?;
        assert_eq!(right.findings, BTreeMap::new());
        let text: String = right.duck.connection().query_row(
            "SELECT concat_ws('|', max(tags[2]), max(hex(raw)), max(span), count(*) FILTER (tags IS NULL)) FROM t",
            [],
            |r| r.get(0),
        )?;
        assert_eq!(text, "b c|DEAD|3 days|1");
        drop(right);
        let wrong = attached("(1, 'x', 'a', 'DEAD', 'soon')")?;
        let columns = wrong
            .findings
            .get("t")
            .map(|f| f.mistyped.iter().map(|m| m.column.as_str()).collect::<Vec<_>>());
        assert_eq!(columns, Some(vec!["tags", "raw", "span"]));
        Ok(())
    }

    #[test]
    fn numbers_of_another_form_than_the_type_s_are_found_in_both_formats() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        for (kind, good, bad) in [
            ("INT16", &["1", "-7", "007"][..], &["1.0", "1e2", "40000", "x"][..]),
            ("DECIMAL(5,2)", &["1", "1.25", "-.5", "1.2500"], &["1.255", "1000", "1,5", ""]),
            (
                "DATE",
                &["2024-02-29"],
                &["2024-02-30", "infinity", "soon", "2024/01/05", "2024-01-05 00:00:00", " 2024-01-05"],
            ),
            ("INT32", &["5"], &[" 5", "0x5", "5 "]),
            ("FLOAT64", &["5", "1e3"], &[" 5"]),
            ("TIMESTAMP", &["2024-01-05 00:00:00.5", "2024-01-05"], &["2024/01/05 00:00:00"]),
            ("BOOL", &["true", "false"], &["maybe"]),
            ("TEXT[]", &["{a,b}", "{}"], &["a,b", "[a,b]"]),
            ("BYTES", &["\\xdead", "\\x"], &["dead", "\\xde0", "\\xgg"]),
        ] {
            let sql_type: SqlType = kind.parse()?;
            let condition = mistyped(&sql_type, "x", &as_value(&sql_type, "x")).unwrap_or("false".to_owned());
            for (texts, want) in [(good, false), (bad, true)] {
                for text in texts {
                    let found: bool = connection.query_row(&format!("SELECT {condition} FROM (SELECT '{text}' AS x)"), [], |r| r.get(0))?;
                    assert_eq!(found, want, "{kind} {text:?}");
                }
            }
        }
        let dir = tempfile::tempdir()?;
        let parquet = dir.path().join("t.parquet");
        connection.execute_batch(&format!(
            "COPY (SELECT 'z' AS \"a b\", range + 0.5 AS id FROM range(3)) TO '{}'",
            parquet.display()
        ))?;
        let attached = attach(&schema(), dir.path(), &dir.path().join("look.duckdb"), 1, &Silent)?;
        let found = attached.findings.get("t").map(|f| f.mistyped.len());
        assert_eq!(found, Some(1));
        Ok(())
    }
}
