//! Integrity: every constraint of the schema, counted in SQL.
//!
//! A constraint that DuckDB cannot plan (a CHECK in words only PostgreSQL has) is reported as not proven, never as passed.

use super::condition_sql::condition;
use crate::database::DbError;
use crate::database::load::{literal, quoted, table_name};
use crate::ir::{LogicalIr, Table};
use duckdb::Connection;
use serde::{Deserialize, Serialize};

/// What was found: `data/data_report.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DataReport {
    /// Hash of the data it was measured on.
    pub db_hash: String,
    /// No constraint is violated.
    pub passed: bool,
    /// In schema order.
    pub tables: Vec<TableReport>,
    /// Things that were done otherwise than asked while generating, one sentence each.
    pub notes: Vec<String>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableReport {
    /// Table id.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// Every constraint of the table.
    pub constraints: Vec<ConstraintReport>,
}

/// One constraint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ConstraintReport {
    /// "primary_key", "unique", "foreign_key", "not_null", "enum", "check".
    pub kind: String,
    /// What it says: columns, or the condition.
    pub constraint: String,
    /// Rows that break it; None when it could not be measured.
    pub violations: Option<u64>,
    /// Why it could not be measured.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unproven: String,
}

impl DataReport {
    /// Constraints that are violated, as "table: kind (constraint): n rows".
    pub fn violations(&self) -> Vec<String> {
        let mut out = Vec::new();
        for table in &self.tables {
            for c in table.constraints.iter().filter(|c| c.violations.is_some_and(|n| n > 0)) {
                out.push(format!(
                    "{}: {} ({}): {} rows",
                    table.table,
                    c.kind,
                    c.constraint,
                    c.violations.unwrap_or(0)
                ));
            }
        }
        out
    }

    /// How many constraints were measured.
    pub fn measured(&self) -> usize {
        self.tables
            .iter()
            .flat_map(|t| &t.constraints)
            .filter(|c| c.violations.is_some())
            .count()
    }
}

/// Measures every constraint of `logical` on the database behind `connection`.
pub fn integrity(connection: &Connection, logical: &LogicalIr, db_hash: &str) -> Result<DataReport, DbError> {
    let mut report = DataReport {
        db_hash: db_hash.to_owned(),
        ..DataReport::default()
    };
    for table in logical.data_tables() {
        let rows = count(connection, &format!("SELECT count(*) FROM {}", table_name(table)))?;
        let constraints = queries(logical, table)
            .into_iter()
            .map(|query| {
                let measured = count(connection, &query.sql);
                let unproven = measured.as_ref().err().map_or(String::new(), ToString::to_string);
                ConstraintReport {
                    kind: query.kind.to_owned(),
                    constraint: query.constraint,
                    violations: measured.ok(),
                    unproven,
                }
            })
            .collect();
        report.tables.push(TableReport {
            table: table.id(),
            rows,
            constraints,
        });
    }
    report.passed = report.violations().is_empty();
    Ok(report)
}

/// One counting query.
pub(super) struct Query {
    pub kind: &'static str,
    pub constraint: String,
    pub sql: String,
}

/// One counting query a constraint.
pub(super) fn queries(logical: &LogicalIr, table: &Table) -> Vec<Query> {
    let from = table_name(table);
    let names = |columns: &[String]| columns.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(", ");
    let mut out = Vec::new();
    let keys = std::iter::once(("primary_key", &table.primary_key)).chain(table.unique.iter().map(|u| ("unique", u)));
    for (kind, key) in keys.filter(|(_, k)| !k.is_empty()) {
        // Rows with a NULL in a unique group equal no other.
        let present: Vec<String> = key.iter().map(|c| format!("{} IS NOT NULL", quoted(c))).collect();
        let sql = format!(
            "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {from} WHERE {} GROUP BY {} HAVING count(*) > 1)",
            present.join(" AND "),
            names(key)
        );
        out.push(Query {
            kind,
            constraint: key.join(", "),
            sql,
        });
    }
    for column in table.columns.iter().filter(|c| !c.nullable || table.primary_key.contains(&c.name)) {
        let sql = format!("SELECT count(*) FROM {from} WHERE {} IS NULL", quoted(&column.name));
        out.push(Query {
            kind: "not_null",
            constraint: column.name.clone(),
            sql,
        });
    }
    for column in &table.columns {
        if let crate::ir::SqlType::Enum(name) = &column.sql_type
            && let Some(values) = logical.enum_values(name)
        {
            let list: Vec<String> = values.iter().map(|v| literal(v)).collect();
            let sql = format!(
                "SELECT count(*) FROM {from} WHERE CAST({} AS VARCHAR) NOT IN ({})",
                quoted(&column.name),
                list.join(", ")
            );
            out.push(Query {
                kind: "enum",
                constraint: format!("{} {name}", column.name),
                sql,
            });
        }
    }
    for key in &table.foreign_keys {
        let Some(parent) = logical.table(&key.ref_table) else { continue };
        let present: Vec<String> = key.columns.iter().map(|c| format!("c.{} IS NOT NULL", quoted(c))).collect();
        let equal: Vec<String> = key
            .columns
            .iter()
            .zip(&key.ref_columns)
            .map(|(c, r)| format!("c.{} = p.{}", quoted(c), quoted(r)))
            .collect();
        let sql = format!(
            "SELECT count(*) FROM {from} AS c ANTI JOIN {} AS p ON {} WHERE {}",
            table_name(parent),
            equal.join(" AND "),
            present.join(" AND ")
        );
        let constraint = format!("{} -> {}({})", key.columns.join(", "), key.ref_table, key.ref_columns.join(", "));
        out.push(Query {
            kind: "foreign_key",
            constraint,
            sql,
        });
    }
    for check in &table.checks {
        let sql = format!("SELECT count(*) FROM {from} WHERE NOT ({})", condition(&check.sql));
        out.push(Query {
            kind: "check",
            constraint: check.sql.clone(),
            sql,
        });
    }
    out
}

fn count(connection: &Connection, sql: &str) -> Result<u64, DbError> {
    let count: i64 = connection
        .query_row(&format!("SELECT CAST(({sql}) AS BIGINT)"), [], |row| row.get(0))
        .map_err(|e| DbError::Run(e.to_string()))?;
    Ok(count.max(0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Check, Column, EnumType, ForeignKey, SqlType};

    #[test]
    fn every_kind_of_violation_is_counted() -> Result<(), Box<dyn std::error::Error>> {
        let column = |name: &str, sql_type: SqlType, nullable: bool| Column {
            nullable,
            ..Column::new(name, sql_type)
        };
        let table = Table {
            name: "t".into(),
            columns: vec![
                column("id", SqlType::Int32, false),
                column("up", SqlType::Int32, true),
                column("e", SqlType::Enum("e".into()), true),
            ],
            primary_key: vec!["id".into()],
            unique: vec![vec!["up".into(), "e".into()]],
            foreign_keys: vec![ForeignKey {
                name: None,
                columns: vec!["up".into()],
                ref_table: "t".into(),
                ref_columns: vec!["id".into()],
                inferred: false,
            }],
            checks: vec![
                Check {
                    name: None,
                    sql: "id > 1".into(),
                },
                Check {
                    name: None,
                    sql: "frob(id)".into(),
                },
            ],
            ..Table::default()
        };
        let enums = vec![EnumType {
            name: "e".into(),
            values: vec!["a".into()],
        }];
        let logical = LogicalIr {
            name: "d".into(),
            enums,
            tables: vec![table],
            ..LogicalIr::default()
        };
        let connection = Connection::open_in_memory()?;
        connection.execute_batch("CREATE TABLE t (id INTEGER, up INTEGER, e VARCHAR); INSERT INTO t VALUES (1, 9, 'a'), (2, 1, 'b'), (2, NULL, 'a'), (NULL, 9, 'a');")?;
        let report = integrity(&connection, &logical, "h")?;
        let found: Vec<(String, Option<u64>)> = report.tables[0]
            .constraints
            .iter()
            .map(|c| (c.kind.clone(), c.violations))
            .collect();
        let expected = [
            ("primary_key", Some(1)),
            ("unique", Some(1)),
            ("not_null", Some(1)),
            ("enum", Some(1)),
            ("foreign_key", Some(2)),
            ("check", Some(1)),
            ("check", None),
        ];
        assert_eq!(found, expected.map(|(k, n)| (k.to_owned(), n)));
        assert!(!report.passed && report.tables[0].constraints[6].unproven.contains("frob"));
        Ok(())
    }
}
