//! The same rows, stored in another order.
//!
//! A session sees temporary copies of the tables, sorted once by where their rows are stored; from `COPIED_MAX` rows on, temporary views that sort when
//! they are asked. Names that say no schema find the copy or view; nothing of the database is written. What a statement gives here and on the tables themselves is the same if it depends on the
//! rows alone. Limits: a table outside the default schema, and one that a statement names with its schema, stays as it is.

use super::load::quoted;
use super::{DbError, Duck};
use serde::{Deserialize, Serialize};

/// Most rows that a session copies, all tables together. Sorting a small table takes as long as a statement on it.
const COPIED_MAX: i64 = 50_000;
/// As many rows as a copy counts at least, so that few are made of many tables.
const COPY_MIN: i64 = 500;

/// An order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stored {
    /// The last row first.
    Reversed,
    /// Without any order that a person would see.
    Shuffled,
}

impl Stored {
    /// Every order.
    pub const ALL: [Stored; 2] = [Stored::Reversed, Stored::Shuffled];

    /// What rows are sorted by.
    fn key(self) -> &'static str {
        match self {
            Stored::Reversed => "rowid DESC",
            Stored::Shuffled => "hash(rowid), rowid",
        }
    }
}

/// A session on the same database that sees its rows so.
pub(super) fn session(duck: &Duck, order: Stored) -> Result<Duck, DbError> {
    let other = duck.try_clone()?;
    let failed = |e: duckdb::Error| DbError::Run(e.to_string());
    let mut statement = other
        .connection()
        .prepare(
            "SELECT database_name, table_name, estimated_size FROM duckdb_tables() WHERE NOT internal AND NOT temporary AND database_name = current_database() \
             AND schema_name = 'main' ORDER BY table_oid",
        )
        .map_err(failed)?;
    let tables = statement
        .query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })
        .map_err(failed)?;
    let tables: Vec<(String, String, i64)> = tables.collect::<Result<_, _>>().map_err(failed)?;
    drop(statement);
    let mut left = COPIED_MAX;
    for (database, table, rows) in tables {
        let rows = rows.max(COPY_MIN);
        let (database, name, key) = (quoted(&database), quoted(&table), order.key());
        // With its database: the temporary schema is called main too.
        let make = |kind: &str| {
            other.execute(&format!(
                "CREATE TEMP {kind} {name} AS SELECT * FROM {database}.main.{name} ORDER BY {key}"
            ))
        };
        // A table that cannot be copied fails when it is asked, and no other with it.
        if rows <= left && make("TABLE").is_ok() {
            left -= rows;
        } else {
            make("VIEW")?;
        }
    }
    Ok(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Backend;

    #[test]
    fn rows_come_in_another_order_and_are_the_same() -> Result<(), DbError> {
        let duck = Duck::in_memory()?;
        duck.execute("CREATE TABLE t AS SELECT range AS x FROM range(100); CREATE TABLE big AS SELECT range AS x FROM range(60000); CREATE TABLE \"o d\" (\"rowid\" INT); INSERT INTO \"o d\" VALUES (1), (2)")?;
        for (order, table) in Stored::ALL.into_iter().flat_map(|order| [(order, "t"), (order, "big")]) {
            let sql = format!("SELECT x FROM {table}");
            let other = duck.query_stored(&sql, 5_000, order).ok_or(DbError::Timeout(0))??;
            let plain = duck.query(&sql, 5_000)?;
            assert_eq!(plain.hash(false), other.hash(false));
            assert_ne!(plain.hash(true), other.hash(true), "{order:?} of {table}");
        }
        let first = |sql: &str| {
            duck.query_stored(sql, 5_000, Stored::Reversed)
                .ok_or(DbError::Timeout(0))?
                .map(|r| r.shown(true, 1))
        };
        assert_eq!(first("SELECT x FROM t LIMIT 1")?, [[Some("99".to_owned())]]);
        // A CTE of the table's name stands before it, and reads the rows in that order.
        assert_eq!(
            first("WITH t AS (SELECT x + 1 AS x FROM t) SELECT x FROM t LIMIT 1")?,
            [[Some("100".to_owned())]]
        );
        // This session is as it was.
        assert_eq!(
            duck.query("SELECT x FROM t LIMIT 1", 5_000)?.shown(true, 1),
            [[Some("0".to_owned())]]
        );
        Ok(())
    }
}
