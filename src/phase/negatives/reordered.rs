//! Mutants that change nothing but the order of rows.
//!
//! Where that is not part of the answer no data can tell them from the right SQL, so they survive without a run. Limits: sort keys at the outermost
//! level, reversed; without a LIMIT.

use sqlparser::ast::{Distinct, Expr, OrderByExpr, OrderByKind, Query, SetExpr};

/// Whether two queries give the same rows, at most in another order: no data can tell them apart where that is not part of the answer.
pub(super) fn only_order_differs(right: &Query, mutant: &Query) -> bool {
    let (Some(from), Some(to)) = (sort_keys(right), sort_keys(mutant)) else {
        return false;
    };
    let unordered = |query: &Query| Query {
        order_by: None,
        ..query.clone()
    };
    // The keys after those of DISTINCT ON say which row of each group is shown.
    let grouped = |key: &Expr| match right.body.as_ref() {
        SetExpr::Select(select) => match &select.distinct {
            Some(Distinct::On(groups)) => groups.contains(key),
            _ => true,
        },
        _ => true,
    };
    let mut keys = from.iter().zip(to);
    from.len() == to.len()
        && right.limit_clause.is_none()
        && right.fetch.is_none()
        && keys.all(|(from, to)| from == to || from.expr == to.expr && grouped(&from.expr))
        && unordered(right) == unordered(mutant)
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
