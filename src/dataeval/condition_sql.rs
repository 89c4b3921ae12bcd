//! A CHECK as DuckDB counts it: what DuckDB lacks, or means something else by, in its own words.
//!
//! DuckDB knows `~` too, and means the whole text by it where PostgreSQL means any part. `CURRENT_DATE` and `now()` are the end of generated history,
//! since a report does not depend on the day it is made. Limit: an expression that sqlparser does not read, or that nests deeper than is read, stays
//! as it is. Invariant: where nothing is to be said otherwise the text is unchanged.

use super::derived_sql::call::formatted;
use crate::kernel::limits;
use crate::schema::regex;
use sqlparser::ast::{BinaryOperator, Expr, Function, FunctionArguments, visit_expressions_mut};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;
use std::ops::ControlFlow;

/// What "today" and "now" are to the data engine.
const TODAY: &str = "DATE '2025-12-31'";
const NOW: &str = "TIMESTAMP '2025-12-31 23:59:59'";

/// The condition in DuckDB's words.
pub(super) fn condition(sql: &str) -> String {
    let nested = sql.bytes().filter(|b| *b == b'(').count();
    if nested > limits::SQL_NESTING_MAX || sql.len() > limits::SQL_BYTES_MAX {
        return sql.to_owned();
    }
    let Some(mut expr) = read(sql) else { return sql.to_owned() };
    let mut changed = false;
    let _: ControlFlow<()> = visit_expressions_mut(&mut expr, |expr| {
        if let Some(rewritten) = rewritten(expr).as_deref().and_then(read) {
            *expr = rewritten;
            changed = true;
        }
        ControlFlow::Continue(())
    });
    if changed { expr.to_string() } else { sql.to_owned() }
}

fn read(sql: &str) -> Option<Expr> {
    let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).ok()?;
    let expr = parser.parse_expr().ok()?;
    (parser.peek_token().token == Token::EOF).then_some(expr)
}

fn rewritten(expr: &Expr) -> Option<String> {
    let matches = |text: &Expr, pattern: &dyn std::fmt::Display, negated: bool, flags: &str| {
        let not = if negated { "NOT " } else { "" };
        // A point is any character, a line's end too.
        format!("({not}regexp_matches({text}, {pattern}, '{flags}s'))")
    };
    Some(match expr {
        Expr::BinaryOp { left, op, right } => {
            let (negated, flags) = match op {
                BinaryOperator::PGRegexMatch => (false, ""),
                BinaryOperator::PGRegexIMatch => (false, "i"),
                BinaryOperator::PGRegexNotMatch => (true, ""),
                BinaryOperator::PGRegexNotIMatch => (true, "i"),
                _ => return None,
            };
            matches(left, right, negated, flags)
        }
        Expr::SimilarTo {
            negated,
            expr,
            pattern,
            escape_char: None,
        } => {
            let Expr::Value(value) = pattern.as_ref() else { return None };
            let pattern = regex::similar(&value.value.clone().into_string()?);
            matches(expr, &crate::database::load::literal(&pattern), *negated, "")
        }
        Expr::AtTimeZone { timestamp, time_zone } if time_zone.to_string().eq_ignore_ascii_case("'utc'") => format!("({timestamp})"),
        Expr::Function(function) => call(function)?,
        _ => return None,
    })
}

/// A function that DuckDB calls otherwise, or does not have.
fn call(function: &Function) -> Option<String> {
    let name = function.name.to_string().to_lowercase();
    let args: Vec<String> = match &function.args {
        FunctionArguments::List(list) => list.args.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    Some(match (name.rsplit('.').next()?, args.as_slice()) {
        ("regexp_like", [_, _, ..]) => format!("regexp_matches({})", args.join(", ")),
        ("btrim", [x]) => format!("trim({x})"),
        ("current_date", []) => TODAY.to_owned(),
        ("now" | "current_timestamp" | "localtimestamp", []) => NOW.to_owned(),
        ("cardinality", [x]) => format!("len({x})"),
        // Of the first dimension; of none PostgreSQL has no length.
        ("array_length", [x, one]) if one == "1" => format!("nullif(len({x}), 0)"),
        ("to_char", [x, format]) => formatted(x, format)?,
        ("num_nonnulls" | "num_nulls", [_, ..]) => {
            let not = if name.ends_with("nonnulls") { "NOT " } else { "" };
            let each: Vec<String> = args.iter().map(|a| format!("CAST(({a}) IS {not}NULL AS INTEGER)")).collect();
            format!("({})", each.join(" + "))
        }
        ("jsonb_typeof" | "json_typeof", [x]) => format!(
            "(CASE json_type({x}) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'boolean' \
             WHEN 'NULL' THEN 'null' ELSE CASE WHEN json_type({x}) IS NOT NULL THEN 'number' END END)"
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::condition;
    use duckdb::Connection;

    #[test]
    fn regular_expressions_mean_what_they_mean_in_postgresql() -> Result<(), Box<dyn std::error::Error>> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE TABLE t AS SELECT 'AB-12' AS code, 5 AS n, DATE '2025-12-31' AS d, NULL AS e, '{\"a\": [1]}'::JSON AS j, [1, 2] AS l",
        )?;
        for (sql, want) in [
            ("code ~ 'B-'", true),
            ("code ~ '^B'", false),
            ("(code)::text ~ '^[A-Z]{2}-\\d+$'::text", true),
            ("code ~* '^ab' AND code !~ 'ab' AND n = 5", true),
            ("code !~* 'AB'", false),
            ("NOT (code ~ 'x' OR code ~ 'y')", true),
            ("code SIMILAR TO '(AB|CD)-%'", true),
            ("code SIMILAR TO 'AB'", false),
            ("code NOT SIMILAR TO '__.12'", true),
            ("regexp_like(code, 'b-1', 'i')", true),
            ("code || E'\\n' || 'x' ~ '^AB.*x$'", true),
            ("num_nonnulls(code, n, e) = 2 AND num_nulls(code, e) = 1", true),
            ("d <= CURRENT_DATE AND d > now() - interval '1 year'", true),
            ("char_length(btrim(' ' || code)) = 5", true),
            ("to_char(d, 'YYYY-MM') = '2025-12'", true),
            (
                "jsonb_typeof(j) = 'object' AND jsonb_typeof(j -> 'a') = 'array' AND jsonb_typeof(j -> 'a' -> 0) = 'number'",
                true,
            ),
            ("cardinality(l) = 2", true),
            ("CAST(d AS timestamp) AT TIME ZONE 'UTC' > '2000-01-01'", true),
        ] {
            let found: bool = connection.query_row(&format!("SELECT {} FROM t", condition(sql)), [], |r| r.get(0))?;
            assert_eq!(found, want, "{sql}: {}", condition(sql));
        }
        assert_eq!(condition("n  >  4"), "n  >  4");
        assert_eq!(condition("n ~ ("), "n ~ (");
        Ok(())
    }
}
