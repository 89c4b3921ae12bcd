//! Is an ordered result determined?
//!
//! A whole list whose order is no part of the answer (`ordered` is false) is, however its rows tie.
//! Rows that tie in the sort keys must be the same in every shown column. Where all keys are shown and nothing is cut off, the rows at hand
//! tell; else the query runs once more with the hidden keys beside its columns and one row past its LIMIT. Where that row ties
//! with the last, where it takes no more columns (DISTINCT, set operations) or its LIMIT is not a plain number it runs twice, ties broken by its columns upwards and downwards.
//! The rows of a LATERAL subquery with a LIMIT are determined when as many rows have a rank up to it.
//! Limits: an ORDER BY at the outermost level or in a LATERAL subquery; window functions in this house's shapes rank with ties and need no order of their own.

use super::Case;
use crate::database::{Backend, DbError, ResultSet};
use crate::query::ast;
use sqlparser::ast::{
    BinaryOperator, Expr, Ident, LimitClause, OrderBy, OrderByKind, Query, SelectItem, SetExpr, TableFactor, Value, ValueWithSpan,
    WindowSpec,
};

/// Name of the check.
pub const NAME: &str = "deterministic";

const TIED: &str = "rows tie in the requested order";

/// Refuses results that depend on how ties are broken.
pub fn check(case: &Case<'_>, rows: &ResultSet) -> Result<(), String> {
    if let Some(ranked) = ranked_laterals(case.query) {
        let all = case
            .backend
            .query(&ranked.to_string(), case.timeout_ms)
            .map_err(|e| e.to_string())?;
        if all.row_count() != rows.row_count() {
            return Err(TIED.to_owned());
        }
    }
    let Some(order) = &case.query.order_by else {
        return if case.query.limit_clause.is_some() {
            Err("LIMIT without ORDER BY".to_owned())
        } else {
            Ok(())
        };
    };
    if !case.ordered && limit(case.query) == Ok(None) {
        // A whole list taken as a bag: however its ties fall, its rows are the same.
        return Ok(());
    }
    let run = |query: &Query| case.backend.query(&query.to_string(), case.timeout_ms).map_err(|e| e.to_string());
    let width = rows.columns.len();
    let sound = match (keys(order), limit(case.query)) {
        (Some(keys), Ok(limit)) => {
            let (mut shown, mut hidden) = (Vec::new(), Vec::new());
            for key in keys {
                match position(key, case.query, &rows.columns) {
                    Some(at) => shown.push(at),
                    None => hidden.push(key.clone()),
                }
            }
            shown.extend(width..width + hidden.len());
            let cut = limit.is_some_and(|most| rows.row_count() >= most);
            if hidden.is_empty() && !cut {
                Some(untied(rows, width, &shown))
            } else if let Some(wider) = widened(case.query, hidden, limit) {
                let more = run(&wider)?;
                let same = more
                    .rows()
                    .zip(rows.rows())
                    .all(|(more, row)| more.get(..width) == Some(row.as_slice()));
                let sound = same && more.row_count() >= rows.row_count() && untied(&more, width, &shown);
                (!sound || !ties_past(&more, limit, &shown)).then_some(sound)
            } else {
                None
            }
        }
        _ => None,
    };
    let sound = match sound {
        Some(sound) => sound,
        None => {
            let expected = rows.hash(true);
            run(&settled(case.query, width, false))?.hash(true) == expected
                && run(&settled(case.query, width, true))?.hash(true) == expected
        }
    };
    if sound { Ok(()) } else { Err(TIED.to_owned()) }
}

/// The rows of an ordered query from one run that also tells whether they are determined: `Ok(None)` when rows tie. `None` where one run
/// cannot tell, or where a plain run is as good.
pub fn determined(query: &Query, backend: &dyn Backend, timeout_ms: u64) -> Option<Result<Option<ResultSet>, DbError>> {
    let keys = keys(query.order_by.as_ref()?)?;
    let limit = limit(query).ok()?;
    let names = names(query)?;
    let width = names.len();
    let (mut shown, mut hidden) = (Vec::new(), Vec::new());
    for key in keys {
        match position(key, query, &names) {
            Some(at) => shown.push(at),
            None => hidden.push(key.clone()),
        }
    }
    if hidden.is_empty() && limit.is_none() {
        return None;
    }
    shown.extend(width..width + hidden.len());
    let wider = widened(query, hidden, limit)?;
    let most = limit.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let ran = backend.query(&wider.to_string(), timeout_ms);
    if ran
        .as_ref()
        .is_ok_and(|rows| untied(rows, width, &shown) && ties_past(rows, limit, &shown))
    {
        return None;
    }
    Some(ran.map(|rows| untied(&rows, width, &shown).then(|| rows.first(most, width))))
}

/// The names of a SELECT's columns as it says them; empty for an expression without one.
fn names(query: &Query) -> Option<Vec<String>> {
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    let name = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(|name| name.value.clone()),
        SelectItem::UnnamedExpr(_) => Some(String::new()),
        _ => None,
    };
    select.projection.iter().map(name).collect()
}

/// Refuses results that are ordered by a shown column with NULL in it: nothing is not the highest of anything.
pub fn ranked(case: &Case<'_>, rows: &ResultSet) -> Result<(), String> {
    let Some(order) = &case.query.order_by else { return Ok(()) };
    let shown: Vec<usize> = keys(order)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|key| position(key, case.query, &rows.columns))
        .collect();
    let null = rows.rows().any(|row| shown.iter().any(|key| matches!(row.get(*key), Some(None))));
    if null {
        Err("NULL stands among the values that the rows are ordered by".to_owned())
    } else {
        Ok(())
    }
}

/// The sort keys, when they are plain expressions.
fn keys(order: &OrderBy) -> Option<Vec<&Expr>> {
    match &order.kind {
        OrderByKind::Expressions(keys) => Some(keys.iter().map(|key| &key.expr).collect()),
        OrderByKind::All(_) => None,
    }
}

/// The LIMIT: none, a number, or something else.
fn limit(query: &Query) -> Result<Option<u64>, ()> {
    match &query.limit_clause {
        None if query.fetch.is_none() => Ok(None),
        Some(LimitClause::LimitOffset {
            limit: Some(Expr::Value(ValueWithSpan {
                value: Value::Number(n, _),
                ..
            })),
            offset: None,
            limit_by,
        }) if limit_by.is_empty() => n.to_string().parse().map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

/// The output column that a sort key is: by its name, or as the same expression.
fn position(key: &Expr, query: &Query, columns: &[String]) -> Option<usize> {
    if let Expr::Identifier(name) = key {
        let mut named = columns.iter().enumerate().filter(|(_, column)| is_named(column, name));
        if let (Some((at, _)), None) = (named.next(), named.next()) {
            return Some(at);
        }
    }
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    select.projection.iter().position(|item| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => expr == key,
        _ => false,
    })
}

fn is_named(column: &str, name: &Ident) -> bool {
    match name.quote_style {
        Some(_) => column == name.value,
        None => column.eq_ignore_ascii_case(&name.value),
    }
}

/// The query with its hidden sort keys as further columns and one row more; `None` where columns cannot be added.
fn widened(query: &Query, hidden: Vec<Expr>, limit: Option<u64>) -> Option<Query> {
    let mut wider = query.clone();
    if !hidden.is_empty() {
        let SetExpr::Select(select) = wider.body.as_mut() else {
            return None;
        };
        let stars = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
        if select.distinct.is_some() || select.projection.iter().any(stars) {
            return None;
        }
        select.projection.extend(hidden.into_iter().map(SelectItem::UnnamedExpr));
    }
    if let Some(most) = limit {
        wider.limit_clause = ast::query(SetExpr::Select(Box::new(ast::select())), None, Some(most.saturating_add(1))).limit_clause;
    }
    Some(wider)
}

/// Whether the row past the LIMIT ties with the last one: more rows may tie with both, and differ.
fn ties_past(rows: &ResultSet, limit: Option<u64>, keys: &[usize]) -> bool {
    let at = limit.and_then(|n| usize::try_from(n).ok()?.checked_sub(1));
    let Some(at) = at else { return false };
    let mut cut = rows.rows().skip(at);
    match (cut.next(), cut.next()) {
        (Some(last), Some(past)) => keys.iter().all(|key| last.get(*key) == past.get(*key)),
        _ => false,
    }
}

/// Whether rows with equal keys are equal in their first `width` columns.
fn untied(rows: &ResultSet, width: usize, keys: &[usize]) -> bool {
    let mut before: Option<Vec<Option<String>>> = None;
    rows.rows().all(|row| {
        let fine = before.as_ref().is_none_or(|last| {
            let differ = keys.iter().any(|key| last.get(*key) != row.get(*key));
            differ || last.get(..width) == row.get(..width)
        });
        before = Some(row);
        fine
    })
}

/// Whether a LATERAL subquery of the query sorts and cuts its rows.
pub fn cuts_each(query: &Query) -> bool {
    ranked_laterals(query).is_some()
}

/// The query with every `LATERAL (SELECT ... ORDER BY keys LIMIT n)` as the rows whose rank by those keys is at most n; `None` without any.
fn ranked_laterals(query: &Query) -> Option<Query> {
    let mut out = query.clone();
    let SetExpr::Select(select) = out.body.as_mut() else { return None };
    let mut found = false;
    for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
        let TableFactor::Derived {
            lateral: true, subquery, ..
        } = &mut join.relation
        else {
            continue;
        };
        let Some(Some(most)) = limit(subquery).ok() else { continue };
        let Some(order) = subquery.order_by.take() else { continue };
        let OrderByKind::Expressions(keys) = order.kind else { continue };
        let SetExpr::Select(inner) = subquery.body.as_mut() else { continue };
        let over = ast::Call {
            over: Some(WindowSpec {
                window_name: None,
                partition_by: Vec::new(),
                order_by: keys,
                window_frame: None,
            }),
            ..ast::Call::default()
        };
        let rank = ast::function("RANK", Vec::new(), false, over);
        inner.qualify = Some(ast::binary(rank, BinaryOperator::LtEq, ast::number(&most.to_string())));
        subquery.limit_clause = None;
        found = true;
    }
    found.then_some(out)
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
        verdict_as(true, sql)
    }

    fn verdict_as(ordered: bool, sql: &str) -> Result<(), String> {
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
            ordered,
            backend: &duck,
            timeout_ms: 1_000,
        };
        let rows = crate::database::Backend::query(&duck, sql, 1_000).map_err(|e| e.to_string())?;
        check(&case, &rows)
    }

    #[test]
    fn one_run_gives_the_rows_of_the_plain_query_or_says_that_they_tie() -> Result<(), Box<dyn std::error::Error>> {
        let duck = Duck::in_memory()?;
        duck.execute("CREATE TABLE t AS SELECT * FROM (VALUES (1, 'a'), (1, 'b'), (2, 'c')) v(x, y)")?;
        let one = |sql: &str| -> Result<Option<Option<ResultSet>>, Box<dyn std::error::Error>> {
            let query = crate::query::parse::query(sql)?;
            Ok(determined(&query, &duck, 1_000).transpose()?)
        };
        for sql in [
            "SELECT y FROM t ORDER BY x DESC LIMIT 1",
            "SELECT t.y AS z, x FROM t ORDER BY z LIMIT 2",
            "SELECT y FROM t ORDER BY x, y",
            "SELECT x, COUNT(*) AS n FROM t GROUP BY x ORDER BY n DESC LIMIT 1",
        ] {
            let plain = Backend::query(&duck, sql, 1_000)?;
            let rows = one(sql)?.flatten().ok_or(sql)?;
            assert_eq!((rows.hash(true), &rows.columns), (plain.hash(true), &plain.columns), "{sql}");
        }
        assert_eq!(one("SELECT y FROM t ORDER BY x LIMIT 1")?, Some(None));
        let alike = "SELECT y FROM (VALUES (2, 'a'), (2, 'a'), (2, 'b')) v(x, y) ORDER BY x LIMIT 1";
        assert_eq!(one(alike)?, None);
        assert_eq!(one("SELECT y FROM t ORDER BY x")?, Some(None));
        assert_eq!(one("SELECT y FROM t ORDER BY y")?, None);
        Ok(())
    }

    #[test]
    fn a_tie_at_the_cut_or_inside_is_refused_and_a_settled_order_is_not() {
        assert!(verdict("SELECT y FROM t ORDER BY x LIMIT 1").is_err());
        // The row past the cut ties and looks alike; one further on does not.
        let of = |last: i32| format!("SELECT y FROM (VALUES (2, 'a'), (2, 'a'), (2, 'a'), ({last}, 'b')) v(x, y) ORDER BY x DESC LIMIT 1");
        assert!(verdict(&of(2)).is_err());
        assert_eq!(verdict(&of(1)), Ok(()));
        assert!(verdict("SELECT y FROM t ORDER BY x").is_err());
        assert!(verdict("SELECT y FROM t LIMIT 1").is_err());
        assert_eq!(verdict("SELECT y FROM t ORDER BY x, y LIMIT 1"), Ok(()));
        assert_eq!(verdict("SELECT x FROM t ORDER BY x LIMIT 1"), Ok(()));
        assert_eq!(verdict("SELECT y FROM t ORDER BY x DESC LIMIT 1"), Ok(()));
        assert!(verdict("SELECT x, y FROM t ORDER BY x").is_err());
        assert_eq!(verdict_as(false, "SELECT x, y FROM t ORDER BY x"), Ok(()));
        assert!(verdict_as(false, "SELECT y FROM t ORDER BY x LIMIT 1").is_err());
        assert_eq!(verdict("SELECT x, y FROM t ORDER BY y"), Ok(()));
        assert_eq!(verdict("SELECT x FROM t ORDER BY x LIMIT 2"), Ok(()));
        assert_eq!(verdict("SELECT DISTINCT x FROM t ORDER BY x LIMIT 1"), Ok(()));
        assert!(verdict("SELECT x, COUNT(*) AS n FROM t GROUP BY x ORDER BY n DESC LIMIT 1").is_ok());
        assert!(verdict("SELECT y, COUNT(*) AS n FROM t GROUP BY y ORDER BY n LIMIT 1").is_err());
        assert!(verdict("SELECT y FROM t GROUP BY y ORDER BY COUNT(*) LIMIT 2").is_err());
        assert!(verdict("SELECT y FROM t ORDER BY x LIMIT 1 OFFSET 1").is_err());
        assert!(verdict("SELECT x FROM t UNION SELECT 5 ORDER BY x LIMIT 2").is_ok());
        let each = |n: u8| {
            format!("SELECT a.y, p.y FROM t AS a CROSS JOIN LATERAL (SELECT y FROM t AS b WHERE b.x >= a.x ORDER BY x LIMIT {n}) AS p")
        };
        assert!(verdict(&each(1)).is_err());
        assert_eq!(verdict(&each(2)), Ok(()));
    }
}
