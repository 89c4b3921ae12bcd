//! Derived columns, recomputed in SQL from the columns they are derived from, in this row and in the rows its foreign keys refer to.
//!
//! Decimals are taken as the floats that the data engine computes with; a value may be off by the half unit that its column's type rounds away. A query
//! recomputes [`CHUNK`] columns and reads no others than those it needs, so the time is that of the columns. A column that cannot be recomputed is
//! unproven, which fails the report: it may hold anything.

use super::Measured;
use crate::database::load::{quoted, table_name, type_name};
use crate::dataeval::derived_sql::{Computed, Kind, finite, to_sql};
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::{ColumnPlan, Distribution};
use crate::ir::{Column, SqlType, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Columns that one query recomputes.
const CHUNK: usize = 64;

const NAME: &str = "derived";

/// What one column's recomputation reads, and the condition that a row differs.
struct Check<'a> {
    column: &'a Column,
    expression: &'a str,
    differs: String,
    /// Where NULLs are declared: the condition that the expression has a value.
    there: Option<String>,
    /// Own columns.
    own: BTreeSet<usize>,
    /// Columns of parents: position of the foreign key, of the column.
    parents: BTreeSet<(usize, usize)>,
}

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let Distribution::Derived { .. } = &subject.plan.distribution else {
        return Ok(Vec::new());
    };
    let found = scope.once_per_table(&subject.table.id(), || recomputed(scope, subject.table));
    Ok(found.get(&subject.column.name).cloned().into_iter().collect())
}

/// Every derived column of a table.
fn recomputed(scope: &Scope<'_>, table: &Table) -> BTreeMap<String, MetricResult> {
    let id = table.id();
    let mut out = BTreeMap::new();
    let mut checks = Vec::new();
    for column in &table.columns {
        let Some(plan) = scope.plan(&id, &column.name) else { continue };
        let Distribution::Derived { expression } = &plan.distribution else {
            continue;
        };
        if scope.draws_parents(table, &column.name) {
            continue;
        }
        match check(scope, table, column, plan, expression) {
            Ok(check) => checks.push(check),
            Err(message) => drop(out.insert(column.name.clone(), MetricResult::unproven(NAME, expression, message))),
        }
    }
    for chunk in checks.chunks(CHUNK) {
        match counted(scope, table, chunk) {
            Ok(counts) => out.extend(
                chunk
                    .iter()
                    .zip(counts)
                    .map(|(c, n)| (c.column.name.clone(), judged(scope, table, c, n))),
            ),
            // One that the database refuses spoils its neighbours' query, so each is asked alone.
            Err(_) => out.extend(chunk.iter().map(|c| {
                let result = match counted(scope, table, std::slice::from_ref(c)) {
                    Ok(counts) => match counts.first() {
                        Some(found) => judged(scope, table, c, *found),
                        None => MetricResult::unproven(NAME, c.expression, "the database gave no answer"),
                    },
                    Err(message) => MetricResult::unproven(NAME, c.expression, super::constraint::first_line(&message)),
                };
                (c.column.name.clone(), result)
            })),
        }
    }
    out
}

fn judged(scope: &Scope<'_>, table: &Table, check: &Check<'_>, found: Found) -> MetricResult {
    let mut result = MetricResult::judged(NAME, check.expression, found.differ as f64, Bound::AtMost, 0.0);
    if check.there.is_some() {
        result = result.with("computed", found.computed as f64).with("missing", found.missing as f64);
    }
    let id = table.id();
    let noisy = |table: &str, column: &str| {
        let dirt = scope.plan(table, column).and_then(|p| p.dirty);
        dirt.is_some_and(|d| d.nulls + d.typos + d.case + d.whitespace + d.outliers + d.units > 0.0)
    };
    let own = check.own.iter().filter_map(|c| table.columns.get(*c)).find(|c| noisy(&id, &c.name));
    let theirs = check.parents.iter().find_map(|(k, c)| {
        let parent = scope.ir.logical.table(&table.foreign_keys.get(*k)?.ref_table)?;
        parent.columns.get(*c).filter(|c| noisy(&parent.id(), &c.name))
    });
    match own.or(theirs) {
        Some(dirty) => result.unjudged(format!(
            "{} is declared dirty: what was computed from it was computed before",
            dirty.name
        )),
        None => result,
    }
}

/// Rows of one check.
#[derive(Debug, Clone, Copy)]
struct Found {
    /// Whose value is not the recomputed one.
    differ: u64,
    /// Whose expression has a value.
    computed: u64,
    /// That are NULL all the same.
    missing: u64,
}

/// The rows of each check.
fn counted(scope: &Scope<'_>, table: &Table, checks: &[Check<'_>]) -> Result<Vec<Found>, String> {
    let own: BTreeSet<usize> = checks.iter().flat_map(|c| c.own.iter().copied()).collect();
    let parents: BTreeSet<(usize, usize)> = checks.iter().flat_map(|c| c.parents.iter().copied()).collect();
    let mut select: Vec<String> = own
        .iter()
        .filter_map(|c| table.columns.get(*c))
        .map(|c| format!("{} AS {}", operand(c, "c."), quoted(&c.name)))
        .collect();
    let mut joins = String::new();
    for (key, of) in parents
        .iter()
        .map(|(k, _)| *k)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .filter_map(|k| Some((k, table.foreign_keys.get(k)?)))
    {
        let Some(parent) = scope.ir.logical.table(&of.ref_table) else {
            continue;
        };
        let equal: Vec<String> = of
            .columns
            .iter()
            .zip(&of.ref_columns)
            .map(|(c, r)| format!("c.{} = p{key}.{}", quoted(c), quoted(r)))
            .collect();
        joins.push_str(&format!(" LEFT JOIN {} AS p{key} ON {}", table_name(parent), equal.join(" AND ")));
        let theirs = parents
            .iter()
            .filter(|(k, _)| *k == key)
            .filter_map(|(_, c)| parent.columns.get(*c));
        select.extend(theirs.map(|c| format!("{} AS {}", operand(c, &format!("p{key}.")), quoted(&borrowed(key, &c.name)))));
    }
    let counts: Vec<String> = checks
        .iter()
        .flat_map(|c| {
            let there = c.there.as_deref().unwrap_or("false");
            let missing = format!("{there} AND {} IS NULL", quoted(&c.column.name));
            [c.differs.clone(), there.to_owned(), missing].map(|condition| format!("CAST(count(*) FILTER (WHERE {condition}) AS BIGINT)"))
        })
        .collect();
    let sql = format!(
        "SELECT {} FROM (SELECT {} FROM {} AS c{joins})",
        counts.join(", "),
        select.join(", "),
        table_name(table)
    );
    let mut statement = scope.connection.prepare(&sql).map_err(|e| e.to_string())?;
    statement
        .query_row([], |row| {
            let count = |i: usize| row.get::<_, i64>(i).map(|n| n.max(0) as u64);
            let found = (0..checks.len()).map(|i| {
                Ok(Found {
                    differ: count(3 * i)?,
                    computed: count(3 * i + 1)?,
                    missing: count(3 * i + 2)?,
                })
            });
            found.collect()
        })
        .map_err(|e| e.to_string())
}

/// The name of a parent's column beside the row's own; a space keeps it apart from any name that an expression can write unquoted.
fn borrowed(key: usize, column: &str) -> String {
    format!("parent {key}: {column}")
}

fn check<'a>(scope: &Scope<'_>, table: &'a Table, column: &'a Column, plan: &ColumnPlan, expression: &'a str) -> Result<Check<'a>, String> {
    let mut own: BTreeSet<usize> = table.column_index(&column.name).into_iter().collect();
    let mut parents = BTreeSet::new();
    // What the schema generates is PostgreSQL's SQL, whose settings this connection has; the rest is the expression language.
    let computed = if column.generated.is_some() {
        own.extend(0..table.columns.len());
        Computed {
            sql: expression.to_owned(),
            words: format!("CAST(({expression}) AS VARCHAR)"),
            real: false,
        }
    } else {
        to_sql(expression, &mut |qualifier, name, exact| {
            let id = table.id();
            let mine = |q: &str| q.eq_ignore_ascii_case(&id) || q.eq_ignore_ascii_case(&table.name);
            if qualifier.is_none_or(mine)
                && let Some(at) = position(table, name, exact)
            {
                own.insert(at);
                let found = table.columns.get(at)?;
                return Some((quoted(&found.name), kind(found)));
            }
            table.foreign_keys.iter().enumerate().find_map(|(k, key)| {
                let parent = scope.ir.logical.table(&key.ref_table)?;
                let says = |q: &str| {
                    let mut names = [&key.ref_table, &parent.name].into_iter().chain(&key.columns);
                    let short = |own: &String| key.ref_table == id && own.strip_suffix("_id").is_some_and(|s| s.eq_ignore_ascii_case(q));
                    names.any(|own| own.eq_ignore_ascii_case(q)) || key.columns.iter().any(short)
                };
                let at = position(parent, name, exact).filter(|_| qualifier.is_none_or(says))?;
                parents.insert((k, at));
                let found = parent.columns.get(at)?;
                Some((quoted(&borrowed(k, &found.name)), kind(found)))
            })
        })?
    };
    let may_be_missing = plan.null_fraction > 0.0 || plan.dirty.is_some();
    Ok(Check {
        column,
        expression,
        differs: differs(column, &computed, may_be_missing),
        there: may_be_missing.then(|| format!("({}) IS NOT NULL", value(column, &computed))),
        own,
        parents,
    })
}

/// Not quoted: the folded name first, then any case, as the data engine finds names.
pub(super) fn position(table: &Table, name: &str, exact: bool) -> Option<usize> {
    let folded = name.to_lowercase();
    match exact {
        true => table.column_index(name),
        false => table
            .column_index(&folded)
            .or_else(|| table.columns.iter().position(|c| c.name.eq_ignore_ascii_case(name))),
    }
}

/// What a column's values are in an expression.
pub(super) fn kind(column: &Column) -> Kind {
    match &column.sql_type {
        SqlType::Decimal(_, 0) => Kind::Int,
        t if t.is_integer() => Kind::Int,
        t if t.is_numeric() => Kind::Real,
        SqlType::Bool => Kind::Bool,
        SqlType::Date => Kind::Day,
        SqlType::Timestamp | SqlType::TimestampTz => Kind::Instant,
        SqlType::Time => Kind::Time,
        SqlType::Enum(_) | SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => Kind::Text,
        _ => Kind::Any,
    }
}

/// A column as the data engine computes with it: whole decimals are integers, others floats.
fn operand(column: &Column, prefix: &str) -> String {
    let name = format!("{prefix}{}", quoted(&column.name));
    match &column.sql_type {
        SqlType::Decimal(_, 0) => format!("CAST({name} AS BIGINT)"),
        t if t.is_integer() => format!("CAST({name} AS BIGINT)"),
        // A float's shortest text is the number that was written; its nearest double is another.
        SqlType::Float32 => format!("CAST(CAST({name} AS VARCHAR) AS DOUBLE)"),
        t if t.is_numeric() => format!("CAST({name} AS DOUBLE)"),
        SqlType::Enum(_) => format!("CAST({name} AS VARCHAR)"),
        _ => name,
    }
}

/// The recomputed value: what is no number is NULL.
fn value(column: &Column, computed: &Computed) -> String {
    match computed {
        Computed { sql, real: true, .. } if column.sql_type.is_numeric() => finite(&format!("CAST({sql} AS DOUBLE)")),
        Computed { sql, .. } => sql.clone(),
    }
}

/// The condition that a row's value is not the recomputed one.
fn differs(column: &Column, computed: &Computed, may_be_missing: bool) -> String {
    let own = quoted(&column.name);
    let numeric = column.sql_type.is_numeric();
    let sql = value(column, computed);
    let missing = if may_be_missing {
        format!("{own} IS NOT NULL AND ({sql}) IS NULL")
    } else {
        format!("({own} IS NULL) <> (({sql}) IS NULL)")
    };
    let other = match &column.sql_type {
        t if numeric => {
            let unit = match t {
                SqlType::Decimal(_, scale) => 10_f64.powi(-i32::from(*scale)),
                SqlType::Float32 | SqlType::Float64 => 0.0,
                _ => 1.0,
            };
            let relative = if *t == SqlType::Float32 { "1e-5" } else { "1e-9" };
            let float = matches!(t, SqlType::Float32 | SqlType::Float64);
            let broken = if float { format!(" OR NOT isfinite({own})") } else { String::new() };
            format!(
                "abs({own} - CAST({sql} AS DOUBLE)) > {:e} + {relative} * abs({own}){broken}",
                unit * 0.500_001
            )
        }
        t if t.is_text() || matches!(t, SqlType::Enum(_)) => format!("{own} <> {}", computed.words),
        t => format!("{own} <> CAST({sql} AS {})", type_name(t)),
    };
    format!("({missing}) OR ({other})")
}
