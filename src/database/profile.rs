//! Profiling: what values the columns hold. Two statements a table, whatever the number of its columns.
//!
//! Opaque columns (bytes, intervals, search vectors) get counts only; of arrays the most frequent elements are kept, of JSON the most frequent entries,
//! each as an object of that one text. Invariant: the same data gives the same profile.

use super::DbError;
use super::load::{quoted, table_name};
use crate::ir::{LogicalIr, SqlType, Table, Value};
use crate::schema::profile::{ColumnProfile, Profile, QUANTILES, TOP_MAX, TableProfile};
use duckdb::Connection;

/// Columns measured in one statement: DuckDB's planner slows down with thousands of expressions.
const COLUMNS_AT_ONCE: usize = 60;

/// Measures every data table of `logical`.
pub fn measure(connection: &Connection, logical: &LogicalIr, db_hash: &str) -> Result<Profile, DbError> {
    let mut tables = Vec::new();
    for table in logical.data_tables() {
        tables.push(table_profile(connection, table)?);
    }
    Ok(Profile {
        db_hash: db_hash.to_owned(),
        tables,
    })
}

fn table_profile(connection: &Connection, table: &Table) -> Result<TableProfile, DbError> {
    let mut out = TableProfile {
        table: table.id(),
        ..TableProfile::default()
    };
    for columns in table.columns.chunks(COLUMNS_AT_ONCE) {
        let (rows, mut measured) = counts(connection, table, columns)?;
        frequent(connection, table, columns, &mut measured)?;
        out.rows = rows;
        out.columns.append(&mut measured);
    }
    Ok(out)
}

fn failed(error: duckdb::Error) -> DbError {
    DbError::Run(error.to_string())
}

/// Rows, NULLs, distinct values and quantiles.
fn counts(connection: &Connection, table: &Table, columns: &[crate::ir::Column]) -> Result<(u64, Vec<ColumnProfile>), DbError> {
    let marks: Vec<String> = (0..=QUANTILES).map(|i| format!("{}", i as f64 / QUANTILES as f64)).collect();
    let mut select = vec!["CAST(count(*) AS VARCHAR)".to_owned()];
    for column in columns {
        let name = quoted(&column.name);
        let quantiles = if ordered(&column.sql_type) {
            format!(
                "list_aggregate(CAST(quantile_disc({name}, [{}]) AS VARCHAR[]), 'string_agg', '|')",
                marks.join(", ")
            )
        } else {
            "NULL".to_owned()
        };
        select.push(format!(
            "concat_ws(';', count({name}), count(DISTINCT {name}), coalesce({quantiles}, ''))"
        ));
    }
    let sql = format!("SELECT {} FROM {}", select.join(", "), table_name(table));
    let mut statement = connection.prepare(&sql).map_err(failed)?;
    let texts: Vec<String> = statement
        .query_row([], |row| (0..select.len()).map(|i| row.get(i)).collect())
        .map_err(failed)?;
    let mut texts = texts.into_iter();
    let rows: u64 = texts.next().and_then(|t| t.parse().ok()).unwrap_or(0);
    let measured = columns.iter().zip(texts).map(|(column, text)| {
        let mut parts = text.splitn(3, ';');
        let present: u64 = parts.next().and_then(|t| t.parse().ok()).unwrap_or(0);
        let distinct = parts.next().and_then(|t| t.parse().ok()).unwrap_or(0);
        let quantiles = parts.next().unwrap_or_default();
        let quantiles = quantiles
            .split('|')
            .filter(|t| !t.is_empty())
            .map(|t| value(&column.sql_type, t))
            .collect();
        ColumnProfile {
            column: column.name.clone(),
            nulls: rows - present,
            distinct,
            top: Vec::new(),
            quantiles,
        }
    });
    Ok((rows, measured.collect()))
}

/// The most frequent values. Of a column whose values all differ these are any: not those that come first in the alphabet.
fn frequent(connection: &Connection, table: &Table, columns: &[crate::ir::Column], out: &mut [ColumnProfile]) -> Result<(), DbError> {
    let queries: Vec<String> = columns
        .iter()
        .enumerate()
        .filter(|(_, c)| !opaque(&c.sql_type))
        .map(|(i, c)| {
            let values = values(table, c);
            format!(
                "(SELECT {i} AS c, CAST(x AS VARCHAR) AS v, n FROM \
                 (SELECT x, count(*) AS n FROM ({values}) WHERE x IS NOT NULL GROUP BY 1) ORDER BY n DESC, hash(x), x LIMIT {TOP_MAX})"
            )
        })
        .collect();
    if queries.is_empty() {
        return Ok(());
    }
    // One after the other, each in its order: a common order of all would need a place in each, which costs more than the counting.
    let sql = queries.join(" UNION ALL ");
    let mut statement = connection.prepare(&sql).map_err(failed)?;
    let mut rows = statement.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let (index, text, count): (i64, String, i64) = (
            row.get(0).map_err(failed)?,
            row.get(1).map_err(failed)?,
            row.get(2).map_err(failed)?,
        );
        if let (Some(profile), Some(column)) = (out.get_mut(index as usize), columns.get(index as usize)) {
            profile.top.push((value(&column.sql_type, &text), count as u64));
        }
    }
    Ok(())
}

/// What is counted of a column, as a query of one column `x`.
fn values(table: &Table, column: &crate::ir::Column) -> String {
    let (name, table) = (quoted(&column.name), table_name(table));
    match &column.sql_type {
        SqlType::Array(inner) => format!("SELECT {} AS x FROM (SELECT unnest({name}) AS e FROM {table})", plain(inner, "e")),
        // Objects and their texts under plain keys only: what else JSON holds has no words.
        SqlType::Json => format!(
            "SELECT json_object(k, e ->> '$') AS x FROM (SELECT k, CASE WHEN regexp_full_match(k, '[A-Za-z0-9_ ]+') THEN json_extract(j, '$.\"' || k || '\"') END AS e FROM \
             (SELECT {name} AS j, unnest(json_keys({name})) AS k FROM {table} WHERE json_type({name}) = 'OBJECT')) WHERE json_type(e) = 'VARCHAR'"
        ),
        other => format!("SELECT {} AS x FROM {table}", plain(other, &name)),
    }
}

/// Enums order by their place in the type; ties go by text everywhere.
fn plain(sql_type: &SqlType, name: &str) -> String {
    match sql_type {
        SqlType::Enum(_) => format!("CAST({name} AS VARCHAR)"),
        _ => name.to_owned(),
    }
}

fn ordered(sql_type: &SqlType) -> bool {
    sql_type.is_numeric() || sql_type.is_temporal()
}

fn opaque(sql_type: &SqlType) -> bool {
    let nested = |inner: &SqlType| opaque(inner) || matches!(inner, SqlType::Array(_) | SqlType::Json);
    if let SqlType::Array(inner) = sql_type {
        return nested(inner);
    }
    matches!(
        sql_type,
        SqlType::Bytes | SqlType::Interval | SqlType::Geometry(..) | SqlType::Other(_)
    )
}

fn value(sql_type: &SqlType, text: &str) -> Value {
    match sql_type {
        SqlType::Bool => Value::Bool(text == "true"),
        t if t.is_integer() => text.parse().map_or_else(|_| Value::Number(text.to_owned()), Value::Int),
        t if t.is_numeric() => Value::Number(text.to_owned()),
        SqlType::Date => Value::Date(text.to_owned()),
        SqlType::Timestamp | SqlType::TimestampTz => Value::Timestamp(text.to_owned()),
        SqlType::Array(inner) => value(inner, text),
        _ => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Column;

    #[test]
    fn counts_top_values_and_quantiles() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE TABLE t (n INTEGER, m DECIMAL(6,2), s VARCHAR, d DATE, b BOOLEAN, w TIMESTAMP, j JSON);
             INSERT INTO t SELECT i, i / 4, ['x', 'y', 'x'][i % 3 + 1], DATE '2024-01-01' + i::INTEGER, i % 2 = 0, TIMESTAMP '2024-01-01 08:00:00', '{}'
             FROM range(100) r(i);
             INSERT INTO t (n) VALUES (NULL);",
        )?;
        let column = |name: &str, t: &str| Column::new(name, t.parse().unwrap_or(SqlType::Text));
        let columns = [
            ("n", "INT32"),
            ("m", "DECIMAL(6,2)"),
            ("s", "TEXT"),
            ("d", "DATE"),
            ("b", "BOOL"),
            ("w", "DATETIME"),
            ("j", "JSON"),
        ]
        .map(|(n, t)| column(n, t));
        let table = Table {
            name: "t".into(),
            columns: columns.into(),
            ..Table::default()
        };
        let logical = LogicalIr {
            name: "d".into(),
            tables: vec![table],
            ..LogicalIr::default()
        };
        let profile = measure(&connection, &logical, "h")?;
        let table = profile.table("t").ok_or("no table")?;
        assert_eq!(table.rows, 101);
        let n = table.column("n").ok_or("no n")?;
        assert_eq!(
            (n.nulls, n.distinct, n.quantiles.len(), n.top.len()),
            (1, 100, QUANTILES + 1, TOP_MAX)
        );
        assert_eq!(
            (n.quantiles.first(), n.quantiles.last()),
            (Some(&Value::Int(0)), Some(&Value::Int(99)))
        );
        let s = table.column("s").ok_or("no s")?;
        assert_eq!(s.top, [(Value::Text("x".into()), 67), (Value::Text("y".into()), 33)]);
        let w = table.column("w").ok_or("no w")?;
        assert_eq!(w.top, [(Value::Timestamp("2024-01-01 08:00:00".into()), 100)]);
        assert_eq!(
            table.column("m").and_then(|m| m.quantiles.last().cloned()),
            Some(Value::Number("24.75".into()))
        );
        assert_eq!(table.column("b").map(|b| b.top.len()), Some(2));
        assert_eq!(table.column("j").map(|j| (j.top.len(), j.distinct)), Some((0, 1)));
        Ok(())
    }

    #[test]
    fn elements_and_entries_are_counted() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE TABLE t (a VARCHAR[], j JSON); INSERT INTO t VALUES (['x', 'y'], '{\"k\": \"red\", \"n\": 1}'), (['x'], '{\"k\": \"red\"}'),
             (NULL, '[1]'), ([], NULL), ([NULL], '{\"o\\\"d\": \"blue\"}');",
        )?;
        let column = |name: &str, t: &str| Column::new(name, t.parse().unwrap_or(SqlType::Text));
        let table = Table {
            name: "t".into(),
            columns: vec![column("a", "TEXT[]"), column("j", "JSON")],
            ..Table::default()
        };
        let logical = LogicalIr {
            name: "d".into(),
            tables: vec![table],
            ..LogicalIr::default()
        };
        let profile = measure(&connection, &logical, "h")?;
        let top = |name: &str| profile.table("t").and_then(|t| t.column(name)).map(|c| c.top.clone());
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(top("a"), Some(vec![(text("x"), 2), (text("y"), 1)]));
        assert_eq!(top("j").and_then(|top| top.first().cloned()), Some((text("{\"k\":\"red\"}"), 2)));
        Ok(())
    }
}
