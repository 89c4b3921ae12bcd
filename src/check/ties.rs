//! Is an ordered result determined?
//!
//! The query runs twice more with every output column appended to its ORDER BY, ascending and descending. Where sort keys tie, the two runs
//! disagree unless the tied rows are equal in every shown column. Limits: an ORDER BY at the outermost level; window functions in this
//! house's shapes rank with ties and need no order of their own.

use super::Case;
use crate::database::ResultSet;
use crate::query::ast;
use sqlparser::ast::{OrderByKind, Query, SetExpr};

/// Refuses results that depend on how ties are broken.
pub fn check(case: &Case<'_>, rows: &ResultSet) -> Result<(), String> {
    if case.query.order_by.is_none() {
        return if case.query.limit_clause.is_some() {
            Err("LIMIT without ORDER BY".to_owned())
        } else {
            Ok(())
        };
    }
    let width = rows.columns.len();
    let run = |descending: bool| {
        let sql = settled(case.query, width, descending).to_string();
        case.backend
            .query(&sql, case.timeout_ms)
            .map(|r| r.hash(true))
            .map_err(|e| e.to_string())
    };
    let expected = rows.hash(true);
    if run(false)? == expected && run(true)? == expected {
        Ok(())
    } else {
        Err("rows tie in the requested order".to_owned())
    }
}

/// The query with output columns 1 to `width` as further sort keys.
fn settled(query: &Query, width: usize, descending: bool) -> Query {
    let mut out = query.clone();
    let distinct = matches!(out.body.as_ref(), SetExpr::Select(s) if s.distinct.is_some());
    if let (Some(order), false) = (&mut out.order_by, distinct)
        && let OrderByKind::Expressions(keys) = &mut order.kind
    {
        keys.extend((1..=width).map(|i| ast::sort(ast::number(&i.to_string()), descending)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Duck;
    use sqlparser::ast::Statement;
    use sqlparser::dialect::PostgreSqlDialect;
    use sqlparser::parser::Parser;

    fn verdict(sql: &str) -> Result<(), String> {
        let duck = Duck::in_memory().map_err(|e| e.to_string())?;
        duck.execute("CREATE TABLE t AS SELECT * FROM (VALUES (1, 'a'), (1, 'b'), (2, 'c')) v(x, y)")
            .map_err(|e| e.to_string())?;
        let Some(Statement::Query(query)) = Parser::parse_sql(&PostgreSqlDialect {}, sql).map_err(|e| e.to_string())?.pop() else {
            return Err("not a query".to_owned());
        };
        let case = Case {
            sql,
            query: &query,
            question: "",
            evidence: "",
            alignment: &[],
            ordered: true,
            backend: &duck,
            timeout_ms: 1_000,
        };
        let rows = crate::database::Backend::query(&duck, sql, 1_000).map_err(|e| e.to_string())?;
        check(&case, &rows)
    }

    #[test]
    fn a_tie_at_the_cut_or_inside_is_refused_and_a_settled_order_is_not() {
        assert!(verdict("SELECT y FROM t ORDER BY x LIMIT 1").is_err());
        assert!(verdict("SELECT y FROM t ORDER BY x").is_err());
        assert!(verdict("SELECT y FROM t LIMIT 1").is_err());
        assert_eq!(verdict("SELECT y FROM t ORDER BY x, y LIMIT 1"), Ok(()));
        assert_eq!(verdict("SELECT x FROM t ORDER BY x LIMIT 1"), Ok(()));
        assert_eq!(verdict("SELECT y FROM t ORDER BY x DESC LIMIT 1"), Ok(()));
    }
}
