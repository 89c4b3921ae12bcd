//! Mutants that change nothing but the order of rows.
//!
//! Where that is not part of the answer no data can tell them from the right SQL: they survive without a run. Of a list whose rows tie in the order
//! that was asked for they are wrong, which comparing bags cannot prove. Limits: sort keys at the outermost level; without a LIMIT.

use sqlparser::ast::{Distinct, Expr, OrderByExpr, OrderByKind, Query, SetExpr};

/// Whether two queries give the same rows, at most in another order: no data can tell them apart where that is not part of the answer.
pub(super) fn only_order_differs(right: &Query, mutant: &Query) -> bool {
    let Some(from) = sort_keys(right) else { return false };
    let to = sort_keys(mutant).unwrap_or_default();
    let unordered = |query: &Query| Query {
        order_by: None,
        ..query.clone()
    };
    // The keys after those of DISTINCT ON say which row of each group is shown.
    let same = |groups: &[Expr]| {
        let mut keys = from.iter().zip(to);
        from.len() == to.len() && keys.all(|(from, to)| from == to || from.expr == to.expr && groups.contains(&from.expr))
    };
    right.limit_clause.is_none() && right.fetch.is_none() && first_of_each(right).is_none_or(same) && unordered(right) == unordered(mutant)
}

/// What tells the groups apart of which a query shows the first row: `DISTINCT ON`.
pub(super) fn first_of_each(query: &Query) -> Option<&[Expr]> {
    match query.body.as_ref() {
        SetExpr::Select(select) => match &select.distinct {
            Some(Distinct::On(groups)) => Some(groups),
            _ => None,
        },
        _ => None,
    }
}

fn sort_keys(query: &Query) -> Option<&[OrderByExpr]> {
    match &query.order_by.as_ref()?.kind {
        OrderByKind::Expressions(keys) => Some(keys),
        OrderByKind::All(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn another_order_of_the_same_rows_is_known_without_a_run() -> Result<(), Box<dyn std::error::Error>> {
        let same = |right: &str, mutant: &str| -> Result<bool, Box<dyn std::error::Error>> {
            Ok(only_order_differs(&parse::query(right)?, &parse::query(mutant)?))
        };
        assert!(same("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC")?);
        assert!(same("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY b")?);
        assert!(same("SELECT a FROM t ORDER BY a", "SELECT a FROM t")?);
        assert!(!same(
            "SELECT DISTINCT ON (a) b FROM t ORDER BY a, c",
            "SELECT DISTINCT ON (a) b FROM t"
        )?);
        assert!(same(
            "SELECT DISTINCT ON (a) b FROM t ORDER BY a, c",
            "SELECT DISTINCT ON (a) b FROM t ORDER BY a DESC, c"
        )?);
        assert!(!same(
            "SELECT DISTINCT ON (a) b FROM t ORDER BY a, c",
            "SELECT DISTINCT ON (a) b FROM t ORDER BY a, c DESC"
        )?);
        assert!(!same(
            "SELECT a FROM t ORDER BY a LIMIT 3",
            "SELECT a FROM t ORDER BY a DESC LIMIT 3"
        )?);
        assert!(!same("SELECT a FROM t ORDER BY a", "SELECT b FROM t ORDER BY a DESC")?);
        assert!(!same(
            "SELECT a FROM (SELECT a FROM t ORDER BY a LIMIT 1) s",
            "SELECT a FROM (SELECT a FROM t ORDER BY a DESC LIMIT 1) s"
        )?);
        Ok(())
    }
}
