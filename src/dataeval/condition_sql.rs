//! A CHECK as DuckDB counts it: PostgreSQL's regular expressions by DuckDB's function for them.
//!
//! DuckDB knows `~` too, and means the whole text by it where PostgreSQL means any part. Limit: an expression that sqlparser does not read, or that
//! nests deeper than is read, stays as it is. Invariant: without a regular expression the text is unchanged.

use crate::kernel::limits;
use crate::schema::regex;
use sqlparser::ast::{BinaryOperator, Expr, visit_expressions_mut};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::ops::ControlFlow;

/// The condition in DuckDB's words.
pub(super) fn condition(sql: &str) -> String {
    let upper = sql.to_ascii_uppercase();
    let nested = sql.bytes().filter(|b| *b == b'(').count();
    if !["~", "SIMILAR", "REGEXP_LIKE"].iter().any(|w| upper.contains(w)) || nested > limits::SQL_NESTING_MAX || sql.len() > limits::SQL_BYTES_MAX {
        return sql.to_owned();
    }
    let Some(mut expr) = read(sql) else { return sql.to_owned() };
    let _: ControlFlow<()> = visit_expressions_mut(&mut expr, |expr| {
        if let Some(rewritten) = rewritten(expr).as_deref().and_then(read) {
            *expr = rewritten;
        }
        ControlFlow::Continue(())
    });
    expr.to_string()
}

fn read(sql: &str) -> Option<Expr> {
    Parser::new(&PostgreSqlDialect {}).try_with_sql(sql).ok()?.parse_expr().ok()
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
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("regexp_like") => {
            format!("regexp_matches{}", function.args)
        }
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
        connection.execute_batch("CREATE TABLE t AS SELECT 'AB-12' AS code, 5 AS n")?;
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
        ] {
            let found: bool = connection.query_row(&format!("SELECT {} FROM t", condition(sql)), [], |r| r.get(0))?;
            assert_eq!(found, want, "{sql}: {}", condition(sql));
        }
        assert_eq!(condition("n  >  4"), "n  >  4");
        assert_eq!(condition("n ~ ("), "n ~ (");
        Ok(())
    }
}
