//! Loading: a schema and its rows, in CSV files or in a DuckDB file, into a throwaway cluster, by COPY.
//!
//! What is loaded is what the embedded database holds: tables with their types, NOT NULL, primary and unique keys. Defaults, generated
//! columns, CHECKs and foreign keys are left out: values come from the files, and `dataeval::integrity` has counted what breaks them.
//! A type that the server does not have (an extension's) becomes text, as it is in the embedded database. The server reads the files
//! itself, one at a time, from a copy in its own directory, so memory and extra disk are bounded by one table.

use super::super::DbError;
use super::super::load::{csv_path, literal, quoted, table_name};
use super::cluster::Cluster;
use super::driver::Driver;
use super::{Address, words};
use crate::ir::{Column, LogicalIr, SqlType, Table};
use crate::kernel::files::At;
use crate::kernel::progress::Progress;
use crate::schema::render::{postgres_ddl, quote_identifier};
use duckdb::{AccessMode, Config, Connection};
use std::path::Path;
use std::time::Duration;
use tokio_postgres::NoTls;

/// How long one statement of a load may take: a large table's COPY is the longest.
const LOAD_SECONDS: u64 = 3_600;

/// Types beyond the IR's own words that every server has.
#[rustfmt::skip]
const BUILT_IN: [&str; 28] = [
    "tsvector", "tsquery", "inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box", "path", "polygon", "circle",
    "bit", "varbit", "oid", "regclass", "regproc", "pg_lsn", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
    "jsonpath", "int4multirange", "money",
];

/// Makes `database` from the CSV files of `csv_dir`.
pub fn load(cluster: &Cluster, database: &str, logical: &LogicalIr, csv_dir: &Path, progress: &dyn Progress) -> Result<(), DbError> {
    copy_all(cluster, database, logical, progress, |table, staged| {
        let csv = csv_path(csv_dir, &table.id());
        std::fs::copy(&csv, staged).at("copy", &csv)?;
        Ok(())
    })
}

/// Makes `database` from a DuckDB file, which is only read.
pub fn load_file(cluster: &Cluster, database: &str, logical: &LogicalIr, file: &Path, progress: &dyn Progress) -> Result<(), DbError> {
    let failed = |e: duckdb::Error| DbError::Open {
        place: file.display().to_string(),
        message: e.to_string(),
    };
    let config = Config::default().access_mode(AccessMode::ReadOnly).map_err(failed)?;
    let connection = Connection::open_with_flags(file, config).map_err(failed)?;
    copy_all(cluster, database, logical, progress, |table, staged| {
        let columns: Vec<String> = table.columns.iter().map(written).collect();
        let sql = format!(
            "COPY (SELECT {} FROM {}) TO {} (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '')",
            columns.join(", "),
            table_name(table),
            literal(&staged.to_string_lossy())
        );
        let unread = |e: duckdb::Error| DbError::Run(format!("table {} of {}: {e}", table.id(), file.display()));
        connection.execute_batch(&sql).map_err(unread)
    })
}

/// How a column of a DuckDB file is written to CSV: as PostgreSQL's text of its value.
fn written(column: &Column) -> String {
    let name = quoted(&column.name);
    match &column.sql_type {
        SqlType::Array(_) => {
            let text = "replace(replace(CAST(e AS VARCHAR), '\\', '\\\\'), '\"', '\\\"')";
            let element = format!("CASE WHEN e IS NULL THEN 'NULL' ELSE '\"' || {text} || '\"' END");
            format!("'{{' || array_to_string(list_transform({name}, lambda e: {element}), ',') || '}}' AS {name}")
        }
        SqlType::Bytes => format!("'\\x' || lower(hex({name})) AS {name}"),
        _ => name,
    }
}

/// Makes `database`; `stage` writes each table's rows to the file that the server reads.
fn copy_all(
    cluster: &Cluster,
    database: &str,
    logical: &LogicalIr,
    progress: &dyn Progress,
    stage: impl Fn(&Table, &Path) -> Result<(), DbError>,
) -> Result<(), DbError> {
    define(cluster, database, &postgres_ddl(&loadable(logical)))?;
    let staged = cluster.home().join("load.csv");
    progress.start("load", Some(logical.data_tables().count() as u64), "tables");
    for table in logical.data_tables() {
        stage(table, &staged)?;
        let columns: Vec<String> = table.columns.iter().map(|c| quote_identifier(&c.name)).collect();
        let sql = format!(
            "COPY {} ({}) FROM '{}' WITH (FORMAT csv, HEADER true)",
            name_of(table),
            columns.join(", "),
            staged.display()
        );
        cluster.execute(database, &sql).map_err(|e| match e {
            DbError::Run(message) => DbError::Run(format!("table {}: PostgreSQL does not take its rows: {message}", table.id())),
            other => other,
        })?;
        progress.advance(1);
    }
    progress.finish();
    std::fs::remove_file(&staged).at("remove", &staged)?;
    cluster.execute(database, "ANALYZE")
}

/// Makes `database` from DDL, without data.
pub fn define(cluster: &Cluster, database: &str, ddl: &str) -> Result<(), DbError> {
    cluster.execute("postgres", &format!("CREATE DATABASE {}", quote_identifier(database)))?;
    cluster.execute(database, ddl)
}

fn name_of(table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", quote_identifier(schema), quote_identifier(&table.name)),
        None => quote_identifier(&table.name),
    }
}

/// The schema as the embedded database has it.
fn loadable(logical: &LogicalIr) -> LogicalIr {
    let column = |column: &Column| Column {
        sql_type: on_any_server(&column.sql_type),
        default: None,
        generated: None,
        identity: false,
        ..column.clone()
    };
    let table = |table: &Table| Table {
        columns: table.columns.iter().map(column).collect(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        ..table.clone()
    };
    LogicalIr {
        tables: logical.data_tables().map(table).collect(),
        ..logical.clone()
    }
}

fn on_any_server(sql_type: &SqlType) -> SqlType {
    match sql_type {
        SqlType::Geometry(..) => SqlType::Text,
        SqlType::Other(name) if !BUILT_IN.contains(&name.split('(').next().unwrap_or_default().trim()) => SqlType::Text,
        SqlType::Array(element) => SqlType::Array(Box::new(on_any_server(element))),
        other => other.clone(),
    }
}

/// Runs statements on a connection of its own. Only for databases of a throwaway cluster.
pub(super) fn execute(address: &Address, sql: &str) -> Result<(), DbError> {
    let driver = Driver::start().map_err(|e| address.unreachable(e.to_string()))?;
    let done = driver.wait(Duration::from_secs(LOAD_SECONDS), async {
        let (client, connection) = address.config.connect(NoTls).await.map_err(|e| address.unreachable(words(&e)))?;
        let connection = tokio::spawn(connection);
        let result = client.batch_execute(sql).await;
        drop(client);
        // Ends with its client; what it could say, the result has said.
        let _ = connection.await;
        result.map_err(|e| DbError::Run(words(&e)))
    });
    done.unwrap_or(Err(DbError::Timeout(LOAD_SECONDS * 1_000)))
}
