//! Constraints: what the schema and the ConstraintSpec forbid, counted. The threshold is 0; one row is a failure at any size.

use super::Measured;
use crate::database::load::{literal, quoted, table_name};
use crate::dataeval::integrity;
use crate::dataeval::scope::Scope;
use crate::ir::constraint::DependencyMode;
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::{Check, Column, SqlType, Table};
use std::collections::BTreeMap;

/// The table as integrity sees it, with the ConstraintSpec's keys and conditions among its own.
fn whole(scope: &Scope<'_>, table: &Table) -> Table {
    let id = table.id();
    let mut whole = table.clone();
    let spec = &scope.ir.constraints;
    whole
        .unique
        .extend(spec.composite_keys.iter().filter(|k| k.table == id).map(|k| k.columns.clone()));
    whole.checks.extend(spec.checks.iter().filter(|c| c.table == id).map(|c| Check {
        name: None,
        sql: c.sql.clone(),
    }));
    // Of a parent whose file could not be read nothing is known.
    whole.foreign_keys.retain(|k| !scope.unread.contains(&k.ref_table));
    whole
}

fn counted(scope: &Scope<'_>, table: &Table, kind: &str) -> Measured {
    let whole = whole(scope, table);
    let queries = integrity::queries(&scope.ir.logical, &whole).into_iter().filter(|q| q.kind == kind);
    Ok(queries.map(|q| violations(scope, kind, q.constraint, &q.sql)).collect())
}

/// A count of violations as a metric. What the database cannot run is not proven, and the report does not pass with it.
pub(super) fn violations(scope: &Scope<'_>, metric: &str, of: impl Into<String>, sql: &str) -> MetricResult {
    match scope.count(sql) {
        Ok(n) => MetricResult::judged(metric, of, n as f64, Bound::AtMost, 0.0),
        Err(error) => MetricResult::unproven(metric, of, first_line(&error.to_string())),
    }
}

pub(super) fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

pub(super) fn primary_key(scope: &Scope<'_>, table: &Table) -> Measured {
    counted(scope, table, "primary_key")
}
pub(super) fn unique(scope: &Scope<'_>, table: &Table) -> Measured {
    counted(scope, table, "unique")
}
pub(super) fn not_null(scope: &Scope<'_>, table: &Table) -> Measured {
    let id = table.id();
    let mut found = counted(scope, table, "not_null")?;
    // A cell that was left out since it is no value of its type is told as that.
    for metric in &mut found {
        let left_out = scope.mistyped.get(&(id.as_str(), metric.of.as_str())).copied().unwrap_or(0) as f64;
        if let Some(value) = metric.value.filter(|v| left_out > 0.0 && *v > 0.0) {
            *metric = MetricResult::judged("not_null", metric.of.clone(), (value - left_out).max(0.0), Bound::AtMost, 0.0);
        }
    }
    Ok(found)
}
pub(super) fn enumeration(scope: &Scope<'_>, table: &Table) -> Measured {
    counted(scope, table, "enum")
}
pub(super) fn foreign_key(scope: &Scope<'_>, table: &Table) -> Measured {
    counted(scope, table, "foreign_key")
}
pub(super) fn check(scope: &Scope<'_>, table: &Table) -> Measured {
    counted(scope, table, "check")
}

/// The rows that were asked for, where that is known: by whoever made the data, else by the declaration. An empty table proves nothing about anything.
pub(super) fn row_count(scope: &Scope<'_>, table: &Table) -> Measured {
    const NAME: &str = "row_count";
    let id = table.id();
    let rows = scope.rows(table) as f64;
    if let Some(made) = scope.made.get(&id).and_then(|runs| runs.last()) {
        let result = MetricResult::judged(NAME, "as made", (rows - *made as f64).abs(), Bound::AtMost, 0.0);
        return Ok(vec![result.with("rows", rows).with("made", *made as f64)]);
    }
    // Children that are counted make the rows of their table.
    let counted = table.foreign_keys.iter().any(|k| scope.reference(table, k).children().is_some());
    let asked = scope.ir.generation.rows.get(&id).copied().or(table.row_count).filter(|_| !counted);
    Ok(vec![match asked {
        Some(asked) => MetricResult::judged(NAME, "as declared", (rows - asked as f64).abs(), Bound::AtMost, 0.0)
            .with("rows", rows)
            .with("declared", asked as f64),
        None => MetricResult::judged(NAME, "", rows, Bound::AtLeast, 1.0),
    }])
}

/// Texts that are longer than their column, and floats that are no numbers.
pub(super) fn type_(scope: &Scope<'_>, table: &Table) -> Measured {
    let mut of = Vec::new();
    let mut conditions = BTreeMap::new();
    for column in &table.columns {
        let name = quoted(&column.name);
        let condition = match &column.sql_type {
            SqlType::Varchar(n) | SqlType::Char(n) => format!("length({name}) > {n}"),
            SqlType::Float32 | SqlType::Float64 => format!("NOT isfinite({name})"),
            _ => continue,
        };
        of.push(column);
        conditions.insert(column.name.clone(), condition);
    }
    let broken = scope.rows_with(table, conditions)?;
    let result = |column: &Column| {
        let n = broken.get(&column.name).copied().unwrap_or(0) as f64;
        MetricResult::judged("type", format!("{} {}", column.name, column.sql_type), n, Bound::AtMost, 0.0)
    };
    Ok(of.into_iter().map(result).collect())
}

/// Groups of equal determining values whose determined values differ; with a lookup, also rows that differ from what is listed.
pub(super) fn functional_dependency(scope: &Scope<'_>, table: &Table) -> Measured {
    let id = table.id();
    let mut out = Vec::new();
    for dependency in scope.ir.constraints.functional_dependencies.iter().filter(|d| d.table == id) {
        let names = |columns: &[String]| columns.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(", ");
        let of = format!("{} -> {}", dependency.lhs.join(", "), dependency.rhs.join(", "));
        let present: Vec<String> = dependency.lhs.iter().map(|c| format!("{} IS NOT NULL", quoted(c))).collect();
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(DISTINCT ROW({})) > 1)",
            table_name(table),
            present.join(" AND "),
            names(&dependency.lhs),
            names(&dependency.rhs)
        );
        out.push(violations(scope, "functional_dependency", of.clone(), &sql).noted("counts the groups of equal determining values"));
        if dependency.mode == DependencyMode::Lookup && !dependency.lookup.is_empty() {
            let columns: Vec<&String> = dependency.lhs.iter().chain(&dependency.rhs).collect();
            let rows: Vec<String> = dependency
                .lookup
                .iter()
                .map(|entry| format!("({})", entry.iter().map(json_text).collect::<Vec<_>>().join(", ")))
                .collect();
            let aliases: Vec<String> = (0..columns.len()).map(|i| format!("l{i}")).collect();
            let compare = |range: std::ops::Range<usize>, sign: &str| {
                columns
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| range.contains(i))
                    .map(|(i, c)| {
                        let typed = table
                            .column(c)
                            .map_or("VARCHAR".into(), |c| crate::database::load::type_name(&c.sql_type));
                        format!("t.{} {sign} TRY_CAST(l.l{i} AS {typed})", quoted(c))
                    })
                    .collect::<Vec<_>>()
            };
            let sql = format!(
                "SELECT count(*) FROM {} AS t JOIN (VALUES {}) AS l({}) ON {} WHERE {}",
                table_name(table),
                rows.join(", "),
                aliases.join(", "),
                compare(0..dependency.lhs.len(), "=").join(" AND "),
                compare(dependency.lhs.len()..columns.len(), "IS DISTINCT FROM").join(" OR ")
            );
            out.push(violations(scope, "functional_dependency", format!("{of} (lookup)"), &sql));
        }
    }
    Ok(out)
}

/// A JSON scalar as a SQL text, NULL as NULL.
pub(super) fn json_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "CAST(NULL AS VARCHAR)".into(),
        serde_json::Value::String(text) => literal(text),
        other => literal(&other.to_string()),
    }
}

/// Rows whose premise is true and whose conclusion is false.
pub(super) fn implication(scope: &Scope<'_>, table: &Table) -> Measured {
    let id = table.id();
    let rules = scope.ir.constraints.implications.iter().filter(|r| r.table == id);
    Ok(rules
        .map(|rule| {
            let of = rule
                .name
                .clone()
                .unwrap_or_else(|| format!("{} => {}", rule.premise.sql(), rule.conclusion.sql()));
            let sql = format!("SELECT count(*) FROM {} WHERE NOT ({})", table_name(table), rule.sql());
            violations(scope, "implication", of, &sql)
        })
        .collect())
}
