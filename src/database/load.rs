//! Loading: CSV files into one DuckDB file, whole or not at all.
//!
//! Tables keep their names as they are (quoted), NOT NULL, primary keys and comments; enums become enum types. Foreign keys, unique groups and CHECKs are
//! not declared but proven (`dataeval::integrity`), since DuckDB's loading under them is slow and order-bound.
//! The same CSV files give the same bytes. Instants with a zone become TIMESTAMP in UTC. Limit: DuckDB does not tell names apart that differ
//! in case only; such a schema is an error here.

use super::DbError;
use crate::ir::{LogicalIr, SqlType, Table};
use crate::kernel::files::At;
use crate::kernel::fingerprint;
use crate::kernel::progress::Progress;
use duckdb::{Config, Connection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Most bytes of CSV that are loaded in one transaction, which holds them in memory.
const TOGETHER_BYTES_MAX: u64 = 32 << 20;

/// Bytes of a block of such a database, DuckDB's least: every column of a small table takes a part of a block, and a thousand tables of ten rows
/// are half a gigabyte of the usual blocks.
const SMALL_BLOCK: &str = "16384";

/// The CSV file of a table. Characters that a file name may not have become `%` and their number, so that two tables never share a file.
pub fn csv_path(dir: &Path, table: &str) -> PathBuf {
    let mut name = String::new();
    for c in table.chars() {
        match c {
            '/' | '\\' | '%' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\0'..='\x1f' => name.push_str(&format!("%{:02X}", u32::from(c))),
            _ => name.push(c),
        }
    }
    if name.starts_with('.') {
        name.insert(0, '%');
    }
    dir.join(format!("{name}.csv"))
}

/// The hash of a database's data: of every table's id and the hash of its file, in schema order. Every verdict carries it.
pub fn data_hash(logical: &LogicalIr, file: impl Fn(&str) -> PathBuf) -> Result<String, DbError> {
    let mut parts = Vec::new();
    for table in logical.data_tables() {
        let path = file(&table.id());
        parts.push(table.id());
        parts.push(fingerprint::of_file(&path).at("read", &path)?);
    }
    Ok(fingerprint::of_parts(parts.iter().map(String::as_str)))
}

/// Builds `db_path` from the CSV files of `csv_dir`. What was there before is replaced at the end.
pub fn build(logical: &LogicalIr, csv_dir: &Path, db_path: &Path, progress: &dyn Progress) -> Result<(), DbError> {
    same_names(logical)?;
    let temp = db_path.with_extension("duckdb.inprogress");
    let wal = db_path.with_extension("duckdb.inprogress.wal");
    for leftover in [&temp, &wal] {
        if leftover.exists() {
            std::fs::remove_file(leftover).at("remove", leftover)?;
        }
    }
    // Its own file: no database that could be out of reach.
    let open_error = |e: duckdb::Error| DbError::Run(format!("cannot write {}: {e}", temp.display()));
    let bytes = |table: &Table| std::fs::metadata(csv_path(csv_dir, &table.id())).map_or(0, |m| m.len());
    let together = logical.data_tables().map(bytes).sum::<u64>() <= TOGETHER_BYTES_MAX;
    let mut config = Config::default();
    if together {
        config = config.with("default_block_size", SMALL_BLOCK).map_err(open_error)?;
    }
    let connection = Connection::open_with_flags(&temp, config).map_err(open_error)?;
    let result = fill(&connection, logical, csv_dir, together, progress);
    let closed = connection.close().map_err(|(_, e)| DbError::Run(e.to_string()));
    if let Err(error) = result.and(closed) {
        // The half-built file is worthless; the first error is the one to tell.
        let _ = std::fs::remove_file(&temp);
        let _ = std::fs::remove_file(&wal);
        return Err(error);
    }
    std::fs::rename(&temp, db_path).at("rename to", db_path)?;
    let dir = db_path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    crate::kernel::files::sync_dir(dir)?;
    Ok(())
}

fn fill(connection: &Connection, logical: &LogicalIr, csv_dir: &Path, together: bool, progress: &dyn Progress) -> Result<(), DbError> {
    let run = |sql: &str| {
        connection
            .execute_batch(sql)
            .map_err(|e| DbError::Run(format!("{e}; in: {}", sql.chars().take(400).collect::<String>())))
    };
    // The same file for the same data: two threads lay out its blocks as they happen to meet, and FSST takes its symbols from a random sample.
    run("SET preserve_insertion_order = true; SET threads = 1; SET disabled_compression_methods = 'fsst,dict_fsst';")?;
    // A commit is a wait for the disk: many small tables share one.
    if together {
        run("BEGIN TRANSACTION;")?;
    }
    run(&definitions(logical))?;
    progress.start("load", Some(logical.data_tables().count() as u64), "tables");
    for table in logical.data_tables() {
        run(&insert(table, &csv_path(csv_dir, &table.id())))?;
        progress.advance(1);
    }
    if together {
        run("COMMIT;")?;
    }
    progress.finish();
    run("CHECKPOINT;")
}

/// The DuckDB statements that make an empty database of this schema: types, tables, primary keys, comments.
pub fn definitions(logical: &LogicalIr) -> String {
    let mut sql = String::new();
    for kind in &logical.enums {
        let values: Vec<String> = kind.values.iter().map(|v| literal(v)).collect();
        sql.push_str(&format!("CREATE TYPE {} AS ENUM ({});\n", quoted(&kind.name), values.join(", ")));
    }
    let schemas: std::collections::BTreeSet<&String> = logical.data_tables().filter_map(|t| t.schema.as_ref()).collect();
    for schema in schemas {
        sql.push_str(&format!("CREATE SCHEMA IF NOT EXISTS {};\n", quoted(schema)));
    }
    for table in logical.data_tables() {
        let mut lines: Vec<String> = Vec::new();
        for column in &table.columns {
            let required = !column.nullable || table.primary_key.contains(&column.name);
            // DuckDB 1.5 packs what stood in memory where a value of one or two bytes is missing into its bits: not the same file twice.
            let small = matches!(column.sql_type, SqlType::Int16 | SqlType::Enum(_) | SqlType::Bool);
            let unpacked = small && !required;
            lines.push(format!(
                "  {} {}{}{}",
                quoted(&column.name),
                type_name(&column.sql_type),
                if required { " NOT NULL" } else { "" },
                if unpacked { " USING COMPRESSION uncompressed" } else { "" }
            ));
        }
        if !table.primary_key.is_empty() {
            let names: Vec<String> = table.primary_key.iter().map(|c| quoted(c)).collect();
            lines.push(format!("  PRIMARY KEY ({})", names.join(", ")));
        }
        sql.push_str(&format!("CREATE TABLE {} (\n{}\n);\n", table_name(table), lines.join(",\n")));
        if let Some(comment) = &table.comment {
            sql.push_str(&format!("COMMENT ON TABLE {} IS {};\n", table_name(table), literal(comment)));
        }
        for column in table.columns.iter().filter(|c| c.comment.is_some()) {
            let comment = column.comment.as_deref().unwrap_or_default();
            sql.push_str(&format!(
                "COMMENT ON COLUMN {}.{} IS {};\n",
                table_name(table),
                quoted(&column.name),
                literal(comment)
            ));
        }
    }
    sql
}

/// The statement that copies one CSV file into its table.
fn insert(table: &Table, csv: &Path) -> String {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in &table.columns {
        let (read, value) = reading(&column.sql_type, &quoted(&column.name));
        columns.push(format!("{}: {}", literal(&column.name), literal(&read)));
        values.push(value);
    }
    format!(
        "INSERT INTO {} SELECT {} FROM read_csv({}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', \
         allow_quoted_nulls = false, strict_mode = true, null_padding = false, max_line_size = 16777216, columns = {{{}}});",
        table_name(table),
        values.join(", "),
        literal(&csv.to_string_lossy()),
        columns.join(", ")
    )
}

/// How a column is read from CSV: the type it is read as, and the expression that makes its value. CSV holds PostgreSQL's text of a value.
pub fn reading(sql_type: &SqlType, name: &str) -> (String, String) {
    match sql_type {
        SqlType::Array(_) => (
            "VARCHAR".into(),
            format!("CAST('[' || {name}[2:-2] || ']' AS {})", type_name(sql_type)),
        ),
        SqlType::Bytes => ("VARCHAR".into(), format!("unhex({name}[3:])")),
        SqlType::Interval => ("VARCHAR".into(), format!("CAST({name} AS INTERVAL)")),
        SqlType::Enum(_) => ("VARCHAR".into(), name.to_owned()),
        _ => (type_name(sql_type), name.to_owned()),
    }
}

/// The DuckDB type of a column.
pub fn type_name(sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Int16 => "SMALLINT".into(),
        SqlType::Int32 => "INTEGER".into(),
        SqlType::Int64 => "BIGINT".into(),
        SqlType::Float32 => "FLOAT".into(),
        SqlType::Float64 => "DOUBLE".into(),
        SqlType::Decimal(p, s) => format!("DECIMAL({},{})", (*p).clamp(1, 38), (*s).min((*p).clamp(1, 38))),
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Geometry(..) | SqlType::Other(_) => "VARCHAR".into(),
        SqlType::Date => "DATE".into(),
        // DuckDB computes with TIMESTAMPTZ only through an extension that is not in the binary; UTC without a zone means the same everywhere.
        SqlType::Timestamp | SqlType::TimestampTz => "TIMESTAMP".into(),
        SqlType::Time => "TIME".into(),
        SqlType::Interval => "INTERVAL".into(),
        SqlType::Bool => "BOOLEAN".into(),
        SqlType::Uuid => "UUID".into(),
        SqlType::Json => "JSON".into(),
        SqlType::Bytes => "BLOB".into(),
        SqlType::Enum(name) => quoted(name),
        SqlType::Array(inner) => format!("{}[]", type_name(inner)),
    }
}

/// A table's name in SQL.
pub fn table_name(table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&table.name)),
        None => quoted(&table.name),
    }
}

/// A name in SQL, exactly as it is.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in SQL.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn same_names(logical: &LogicalIr) -> Result<(), DbError> {
    let clash = |what: &str, a: &str, b: &str| {
        Err(DbError::Run(format!(
            "{what} {a:?} and {b:?} differ only in case, which DuckDB does not tell apart; rename one of them in the schema"
        )))
    };
    let mut tables: BTreeMap<String, String> = BTreeMap::new();
    for table in logical.data_tables() {
        if let Some(other) = tables.insert(table.id().to_lowercase(), table.id()) {
            return clash("the tables", &other, &table.id());
        }
        let mut columns: BTreeMap<String, &str> = BTreeMap::new();
        for column in &table.columns {
            if let Some(other) = columns.insert(column.name.to_lowercase(), &column.name) {
                return clash(&format!("in table {}, the columns", table.id()), other, &column.name);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Column;
    use crate::kernel::progress::Silent;

    fn column(name: &str, sql_type: &str) -> Column {
        let sql_type = sql_type.parse().unwrap_or(SqlType::Text);
        Column {
            comment: Some("it's".into()),
            ..Column::new(name, sql_type)
        }
    }

    #[test]
    fn every_type_survives_the_way_from_csv() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let types = [
            "INT32",
            "DECIMAL(9,2)",
            "TEXT",
            "TEXT[]",
            "BYTES",
            "TIMESTAMPTZ",
            "TIME",
            "INTERVAL",
            "UUID",
            "JSON",
            "BOOL",
            "OTHER(tsvector)",
        ];
        let columns = types.iter().enumerate().map(|(i, t)| column(&format!("C {i}"), t)).collect();
        let table = Table {
            schema: Some("My Schema".into()),
            name: "odd/name".into(),
            columns,
            ..Table::default()
        };
        let logical = LogicalIr {
            name: "d".into(),
            tables: vec![table],
            ..LogicalIr::default()
        };
        let names: Vec<String> = (0..types.len()).map(|i| format!("C {i}")).collect();
        let row = "7,-1.50,\"a \"\"b\"\"\",\"{x,\"\"y z\"\"}\",\\xdead,2024-03-01 12:00:00,08:30:00,3 days,6f2b8c1e-0000-4000-8000-000000000001,\"{\"\"a\"\": 1}\",true,word";
        let nothing = ",".repeat(types.len() - 1);
        let path = csv_path(dir.path(), &logical.tables[0].id());
        assert_eq!(path.file_name().and_then(|n| n.to_str()), Some("My Schema.odd%2Fname.csv"));
        std::fs::write(&path, format!("{}\n{row}\n{nothing}\n", names.join(",")))?;
        let db = dir.path().join("database.duckdb");
        build(&logical, dir.path(), &db, &Silent)?;
        assert!(!dir.path().join("database.duckdb.inprogress").exists() && !dir.path().join("database.duckdb.wal").exists());
        let connection = Connection::open(&db)?;
        let text: String = connection.query_row(
            "SELECT concat_ws('|', \"C 1\", \"C 2\", \"C 3\"[2], hex(\"C 4\"), \"C 6\", \"C 7\", \"C 9\"->>'a') FROM \"My Schema\".\"odd/name\" WHERE \"C 0\" = 7",
            [],
            |r| r.get(0),
        )?;
        assert_eq!(text, "-1.50|a \"b\"|y z|DEAD|08:30:00|3 days|1");
        let nulls: i64 = connection.query_row(
            "SELECT count(*) FROM \"My Schema\".\"odd/name\" WHERE \"C 2\" IS NULL AND \"C 4\" IS NULL",
            [],
            |r| r.get(0),
        )?;
        assert_eq!(nulls, 1);
        Ok(())
    }

    #[test]
    fn names_that_differ_in_case_only_are_refused() {
        let table = Table {
            name: "t".into(),
            columns: vec![column("Id", "INT32"), column("id", "INT32")],
            ..Table::default()
        };
        let logical = LogicalIr {
            name: "d".into(),
            tables: vec![table],
            ..LogicalIr::default()
        };
        assert!(matches!(same_names(&logical), Err(DbError::Run(m)) if m.contains("\"Id\" and \"id\"")));
    }

    #[test]
    fn the_same_rows_give_the_same_file() -> Result<(), Box<dyn std::error::Error>> {
        let texts = (0..12).map(|i| column(&format!("t{i}"), "TEXT")).collect();
        let table = Table {
            name: "t".into(),
            columns: texts,
            ..Table::default()
        };
        let logical = LogicalIr {
            name: "d".into(),
            tables: vec![table],
            ..LogicalIr::default()
        };
        // Sentences that are nearly all different: whether symbols pay for them is a close call, which must not be drawn by lot.
        let parts = [
            [
                "The courier",
                "Our team",
                "A colleague",
                "The workshop",
                "Every visitor",
                "One customer",
                "The system",
            ],
            [
                " asked for",
                " praised",
                " returned",
                " recommended",
                " checked",
                " repaired",
                " forgot",
            ],
            [
                " a second copy",
                " the missing parts",
                " the updated price",
                " its final version",
                " the overall design",
                " it",
                " friendly service",
            ],
            [
                " with great care.",
                " at the last minute.",
                " on short notice.",
                " with some hesitation.",
                " today.",
                " in spring.",
                " twice.",
            ],
        ];
        let sentence = |n: u64| {
            let mixed = (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
            let word = |k: usize| parts[k][(mixed as usize / 7_usize.pow(k as u32)) % 7];
            (0..4).map(word).collect::<String>()
        };
        let header = (0..12).map(|i| format!("t{i}")).collect::<Vec<_>>().join(",");
        let line = |row: u64| (0..12).map(|c| sentence(row * 12 + c)).collect::<Vec<_>>().join(",");
        let rows: Vec<String> = (0..1000).map(line).collect();
        let mut files = std::collections::BTreeSet::new();
        for _ in 0..4 {
            let dir = tempfile::tempdir()?;
            std::fs::write(csv_path(dir.path(), "t"), format!("{header}\n{}\n", rows.join("\n")))?;
            let db = dir.path().join("database.duckdb");
            build(&logical, dir.path(), &db, &Silent)?;
            files.insert(fingerprint::of_file(&db)?);
        }
        assert_eq!(files.len(), 1);
        Ok(())
    }

    #[test]
    fn small_values_that_are_missing_leave_no_trace_of_memory() -> Result<(), Box<dyn std::error::Error>> {
        let logical = LogicalIr {
            tables: vec![Table {
                name: "t".into(),
                columns: vec![column("id", "INT32"), column("x", "INT16"), column("y", "BOOL")],
                ..Table::default()
            }],
            ..LogicalIr::default()
        };
        let line = |i: u32| match i % 7 {
            3 => format!("{i},,"),
            n => format!("{i},{},{}", i * 37 % 500, n > 3),
        };
        let rows: Vec<String> = (1..=200).map(line).collect();
        let mut files = std::collections::BTreeSet::new();
        for _ in 0..8 {
            let dir = tempfile::tempdir()?;
            std::fs::write(csv_path(dir.path(), "t"), format!("id,x,y\n{}\n", rows.join("\n")))?;
            let db = dir.path().join("database.duckdb");
            build(&logical, dir.path(), &db, &Silent)?;
            files.insert(fingerprint::of_file(&db)?);
        }
        assert_eq!(files.len(), 1);
        Ok(())
    }
}
