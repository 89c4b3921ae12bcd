//! A data directory as a database to look at: every table's CSV or Parquet file, loaded without declaring anything, so that what breaks a constraint can
//! be counted instead of refused.
//!
//! Columns are found by name: the file may have them in any order, and more of them. The database is one temporary file, so memory is bounded by the
//! engine's buffers; it goes away with [`Attached`].

use super::duck::Access;
use super::load::{csv_path, literal, quoted, reading, table_name, type_name};
use super::{DbError, Duck};
use crate::ir::{Column, LogicalIr, SqlType, Table};
use crate::kernel::files::At;
use crate::kernel::progress::Progress;
use crate::kernel::suggest;
use duckdb::Connection;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// What the engine may keep in memory; past it, it spills beside the temporary file.
const MEMORY: &str = "SET memory_limit = '2GB';";
/// Longest header line, bytes.
const HEADER_BYTES_MAX: u64 = 4 << 20;

/// A loaded data directory.
pub struct Attached {
    /// A read-only connection to it.
    pub duck: Duck,
    /// Tables of the schema that have no file.
    pub absent: Vec<String>,
    file: PathBuf,
}

impl Drop for Attached {
    fn drop(&mut self) {
        // Unlinked while still open, which Unix allows; a leftover is named so that the next run replaces it.
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Where a table's rows are.
enum Data {
    Csv(PathBuf),
    Parquet(PathBuf),
}

fn find(dir: &Path, table: &str) -> Option<Data> {
    let csv = csv_path(dir, table);
    if csv.is_file() {
        return Some(Data::Csv(csv));
    }
    let name = csv.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let parquet = dir.join(format!("{name}.parquet"));
    parquet.is_file().then_some(Data::Parquet(parquet))
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
    let mut absent = Vec::new();
    let result = fill(logical, dir, temp, threads, progress, &mut absent);
    let opened = result.and_then(|()| {
        let duck = Duck::open(temp, Access::ReadOnly)?;
        duck.execute(MEMORY)?;
        Ok(duck)
    });
    match opened {
        Ok(duck) => Ok(Attached {
            duck,
            absent,
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
    absent: &mut Vec<String>,
) -> Result<(), DbError> {
    let open_error = |e: duckdb::Error| DbError::Open {
        place: temp.display().to_string(),
        message: e.to_string(),
    };
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
        let select = match find(dir, &table.id()) {
            None => {
                absent.push(table.id());
                let columns: Vec<String> = table
                    .columns
                    .iter()
                    .map(|c| format!("CAST(NULL AS {}) AS {}", plain(&c.sql_type), quoted(&c.name)))
                    .collect();
                format!("SELECT {} LIMIT 0", columns.join(", "))
            }
            Some(Data::Csv(path)) => from_csv(table, &path)?,
            Some(Data::Parquet(path)) => from_parquet(&connection, table, &path)?,
        };
        run(&format!("CREATE TABLE {} AS {select};", table_name(table))).map_err(|e| {
            DbError::Run(format!(
                "table {}: its file cannot be read as the schema says: {}",
                table.id(),
                e.to_string().lines().take(4).collect::<Vec<_>>().join(" ")
            ))
        })?;
        progress.advance(1);
    }
    progress.finish();
    run("CHECKPOINT;").map_err(open_error)?;
    connection.close().map_err(|(_, e)| DbError::Run(e.to_string()))
}

/// An enum's values are text here: a value outside it is to be counted.
fn plain(sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Enum(_) => "VARCHAR".into(),
        other => type_name(other),
    }
}

fn absent_column(table: &Table, column: &Column, path: &Path, there: &[String]) -> DbError {
    let hint = suggest::hint(&column.name, there.iter().map(String::as_str));
    DbError::Run(format!(
        "{}: there is no column \"{}\" of table {}{hint}",
        path.display(),
        column.name,
        table.id()
    ))
}

fn from_csv(table: &Table, path: &Path) -> Result<String, DbError> {
    let header = header(path)?;
    let mut columns = Vec::new();
    for name in &header {
        let read = table
            .column(name)
            .map_or("VARCHAR".to_owned(), |c| reading(&c.sql_type, &quoted(name)).0);
        columns.push(format!("{}: {}", literal(name), literal(&read)));
    }
    let mut values = Vec::new();
    for column in &table.columns {
        if !header.contains(&column.name) {
            return Err(absent_column(table, column, path, &header));
        }
        let name = quoted(&column.name);
        values.push(format!("{} AS {name}", reading(&column.sql_type, &name).1));
    }
    Ok(format!(
        "SELECT {} FROM read_csv({}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', \
         allow_quoted_nulls = false, strict_mode = true, null_padding = false, max_line_size = 16777216, columns = {{{}}})",
        values.join(", "),
        literal(&path.to_string_lossy()),
        columns.join(", ")
    ))
}

/// The names in a CSV file's first line.
fn header(path: &Path) -> Result<Vec<String>, DbError> {
    let file = std::fs::File::open(path).at("open", path)?;
    let mut line = String::new();
    BufReader::new(file.take(HEADER_BYTES_MAX)).read_line(&mut line).at("read", path)?;
    let line = line.trim_start_matches('\u{feff}').trim_end_matches(['\n', '\r']);
    let mut names = vec![String::new()];
    let mut inside = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                names.last_mut().into_iter().for_each(|n| n.push('"'));
            }
            '"' => inside = !inside,
            ',' if !inside => names.push(String::new()),
            c => names.last_mut().into_iter().for_each(|n| n.push(c)),
        }
    }
    Ok(names)
}

fn from_parquet(connection: &Connection, table: &Table, path: &Path) -> Result<String, DbError> {
    let source = format!("read_parquet({})", literal(&path.to_string_lossy()));
    let failed = |e: duckdb::Error| DbError::Run(format!("{}: {e}", path.display()));
    let mut statement = connection
        .prepare(&format!("SELECT column_name FROM (DESCRIBE SELECT * FROM {source})"))
        .map_err(failed)?;
    let there: Vec<String> = statement
        .query_map([], |r| r.get(0))
        .map_err(failed)?
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    let mut values = Vec::new();
    for column in &table.columns {
        if !there.contains(&column.name) {
            return Err(absent_column(table, column, path, &there));
        }
        let name = quoted(&column.name);
        values.push(format!("CAST({name} AS {}) AS {name}", plain(&column.sql_type)));
    }
    Ok(format!("SELECT {} FROM {source}", values.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::progress::Silent;

    fn schema() -> LogicalIr {
        let column = |name: &str, sql_type: &str| Column {
            name: name.into(),
            sql_type: sql_type.parse().unwrap_or(SqlType::Text),
            nullable: false,
            default: None,
            generated: None,
            identity: false,
            comment: None,
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
    fn what_cannot_be_read_says_where() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let temp = dir.path().join("look.duckdb");
        let error = |text: &str| -> String {
            std::fs::write(dir.path().join("t.csv"), text)
                .map_err(|e| e.to_string())
                .err()
                .unwrap_or_else(|| {
                    attach(&schema(), dir.path(), &temp, 1, &Silent)
                        .err()
                        .map_or_else(|| "read".into(), |e| e.to_string())
                })
        };
        let message = error("idd,a b\n1,x\n");
        assert!(message.contains("t.csv") && message.contains("did you mean \"idd\"?"), "{message}");
        let message = error("id,a b\none,x\n");
        assert!(message.contains("table t") && message.contains("one"), "{message}");
        assert!(!temp.exists());
        let nowhere = attach(&schema(), &dir.path().join("nowhere"), &temp, 1, &Silent)
            .err()
            .map_or_else(String::new, |e| e.to_string());
        assert!(nowhere.contains("nowhere"), "{nowhere}");
        Ok(())
    }
}
