//! Derived columns, recomputed in SQL from the columns they are derived from, in this row and in the rows its foreign keys refer to.
//!
//! Decimals are taken as the floats that the data engine computes with; a value may be off by the half unit that its column's type rounds away.

use super::{Measured, constraint};
use crate::database::load::{quoted, table_name, type_name};
use crate::dataeval::derived_sql::to_sql;
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::evaluation::MetricResult;
use crate::ir::generation::Distribution;
use crate::ir::{Column, SqlType, Table};

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let Distribution::Derived { expression } = &subject.plan.distribution else {
        return Ok(Vec::new());
    };
    if scope.is_reference(subject.table, &subject.column.name) {
        return Ok(Vec::new());
    }
    // What the schema generates is PostgreSQL's SQL, whose settings this connection has; the rest is the expression language.
    let sql = match subject
        .column
        .generated
        .as_ref()
        .map_or_else(|| to_sql(expression), |_| Ok(expression.clone()))
    {
        Ok(sql) => sql,
        Err(message) => return Ok(vec![MetricResult::unmeasured("derived", expression, message)]),
    };
    let differs = differs(
        subject.column,
        &sql,
        subject.plan.null_fraction > 0.0 || subject.plan.dirty.is_some(),
    );
    // The row alone first: names that parents have too are the row's own.
    let alone = constraint::violations(
        scope,
        "derived",
        expression,
        &format!("SELECT count(*) FROM {} WHERE {differs}", row(subject.table)),
    );
    if alone.value.is_some() || subject.table.foreign_keys.is_empty() {
        return Ok(vec![alone]);
    }
    let with_parents = format!("SELECT count(*) FROM {} WHERE {differs}", beside_parents(scope, subject.table));
    let result = constraint::violations(scope, "derived", expression, &with_parents);
    Ok(vec![if result.value.is_some() { result } else { alone }])
}

/// A column as the data engine computes with it: whole decimals are integers, others floats.
fn operand(column: &Column, prefix: &str) -> String {
    let name = format!("{prefix}{}", quoted(&column.name));
    match &column.sql_type {
        SqlType::Decimal(_, 0) => format!("CAST({name} AS BIGINT)"),
        t if t.is_integer() => format!("CAST({name} AS BIGINT)"),
        t if t.is_numeric() => format!("CAST({name} AS DOUBLE)"),
        SqlType::Enum(_) => format!("CAST({name} AS VARCHAR)"),
        _ => name,
    }
}

fn operands(table: &Table, prefix: &str) -> Vec<String> {
    table
        .columns
        .iter()
        .map(|c| format!("{} AS {}", operand(c, prefix), quoted(&c.name)))
        .collect()
}

fn row(table: &Table) -> String {
    format!("(SELECT {} FROM {})", operands(table, "").join(", "), table_name(table))
}

/// The row with its parents' columns: by their own name where the row has none such and one parent has, and as `parent.column`.
fn beside_parents(scope: &Scope<'_>, table: &Table) -> String {
    let mut select = operands(table, "c.");
    let mut joins = String::new();
    let mut named: Vec<String> = table.columns.iter().map(|c| c.name.to_lowercase()).collect();
    let mut structs: Vec<String> = Vec::new();
    for (i, key) in table.foreign_keys.iter().enumerate() {
        let Some(parent) = scope.ir.logical.table(&key.ref_table) else {
            continue;
        };
        let prefix = format!("p{i}.");
        let equal: Vec<String> = key
            .columns
            .iter()
            .zip(&key.ref_columns)
            .map(|(c, r)| format!("c.{} = {prefix}{}", quoted(c), quoted(r)))
            .collect();
        joins.push_str(&format!(" LEFT JOIN {} AS p{i} ON {}", table_name(parent), equal.join(" AND ")));
        for column in &parent.columns {
            let lower = column.name.to_lowercase();
            if !named.contains(&lower) {
                named.push(lower);
                select.push(format!("{} AS {}", operand(column, &prefix), quoted(&column.name)));
            }
        }
        if !structs.contains(&parent.name) && !named.contains(&parent.name.to_lowercase()) {
            let fields: Vec<String> = parent
                .columns
                .iter()
                .map(|c| format!("{} := {}", quoted(&c.name), operand(c, &prefix)))
                .collect();
            select.push(format!("struct_pack({}) AS {}", fields.join(", "), quoted(&parent.name)));
            structs.push(parent.name.clone());
        }
    }
    format!("(SELECT {} FROM {} AS c{joins})", select.join(", "), table_name(table))
}

/// The condition that a row's value is not the recomputed one.
fn differs(column: &Column, sql: &str, may_be_missing: bool) -> String {
    let own = quoted(&column.name);
    let missing = if may_be_missing {
        format!("{own} IS NOT NULL AND ({sql}) IS NULL")
    } else {
        format!("({own} IS NULL) <> (({sql}) IS NULL)")
    };
    let other = match &column.sql_type {
        t if t.is_numeric() => {
            let unit = match t {
                SqlType::Decimal(_, scale) => 10_f64.powi(-i32::from(*scale)),
                SqlType::Float32 | SqlType::Float64 => 0.0,
                _ => 1.0,
            };
            let relative = if *t == SqlType::Float32 { "1e-5" } else { "1e-9" };
            // An outlandish value is cut to what the type holds, which is no difference of the expression.
            let cut = match t {
                SqlType::Decimal(p, s) => format!(" AND abs({own}) < {:e}", 10_f64.powi(i32::from(*p) - i32::from(*s)) - 1.0),
                _ => String::new(),
            };
            format!(
                "abs({own} - CAST({sql} AS DOUBLE)) > {:e} + {relative} * abs({own}){cut}",
                unit * 0.500_001
            )
        }
        SqlType::Varchar(n) | SqlType::Char(n) => format!("{own} <> left(CAST({sql} AS VARCHAR), {n})"),
        SqlType::Enum(_) | SqlType::Text => format!("{own} <> CAST({sql} AS VARCHAR)"),
        t => format!("{own} <> CAST({sql} AS {})", type_name(t)),
    };
    format!("({missing}) OR ({other})")
}
