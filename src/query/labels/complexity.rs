//! Complexity: counts over the whole query, by name.
//!
//! | key | counts |
//! |---|---|
//! | joins | tables joined to another, by JOIN or comma |
//! | depth | deepest nesting of subqueries and derived tables; 0 without any; a CTE's body is not nested |
//! | ctes | common table expressions |
//! | windows | calls with OVER |
//! | set_ops | UNION, INTERSECT, EXCEPT |
//! | aggregates | aggregate calls |
//! | predicates | atomic conditions of WHERE, HAVING and QUALIFY |
//! | functions | other calls: EXTRACT, COALESCE, CAST, ... |
//! | projections | output columns of the first SELECT |
//! | group_keys, order_keys | keys of GROUP BY, of ORDER BY of queries |

use crate::query::functions;
use crate::query::relation::leftmost;
use crate::query::sites::{Clause, Tracker, is_window};
use crate::query::walk::{self, Look};
use sqlparser::ast::{BinaryOperator, Expr, GroupByExpr, OrderByKind, Query, Select, SetExpr};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// All keys, sorted.
pub const KEYS: [&str; 11] = [
    "aggregates",
    "ctes",
    "depth",
    "functions",
    "group_keys",
    "joins",
    "order_keys",
    "predicates",
    "projections",
    "set_ops",
    "windows",
];

/// The counts; every key of [`KEYS`] is there.
pub(super) fn of(query: &Query) -> BTreeMap<String, u32> {
    let mut counter = Counter {
        counts: KEYS.iter().map(|key| (*key, 0)).collect(),
        tracker: Tracker::default(),
        depth: 0,
        bodies: Vec::new(),
    };
    let _ = walk::look(query, &mut counter);
    let projections = leftmost(&query.body).map_or(0, |select| select.projection.len());
    counter.add("projections", projections);
    counter.counts.into_iter().map(|(key, n)| (key.to_owned(), n)).collect()
}

struct Counter {
    counts: BTreeMap<&'static str, u32>,
    tracker: Tracker,
    depth: usize,
    /// Bodies of CTEs, which are not nested.
    bodies: Vec<*const Query>,
}

impl Counter {
    fn add(&mut self, key: &'static str, n: usize) {
        *self.counts.entry(key).or_default() += u32::try_from(n).unwrap_or(u32::MAX);
    }

    fn nests(&self, query: &Query) -> usize {
        usize::from(!self.bodies.contains(&std::ptr::from_ref(query)))
    }
}

impl Look for Counter {
    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.tracker.enter_query(query);
        self.depth += self.nests(query);
        let depth = u32::try_from(self.depth.saturating_sub(1)).unwrap_or(u32::MAX);
        self.counts.entry("depth").and_modify(|deepest| *deepest = (*deepest).max(depth));
        if let Some(with) = &query.with {
            self.add("ctes", with.cte_tables.len());
            self.bodies
                .extend(with.cte_tables.iter().map(|cte| std::ptr::from_ref(&*cte.query)));
        }
        self.add("set_ops", set_operations(&query.body));
        if let Some(OrderByKind::Expressions(keys)) = query.order_by.as_ref().map(|order| &order.kind) {
            self.add("order_keys", keys.len());
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.tracker.leave();
        self.depth -= self.nests(query);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.tracker.enter_select(select);
        let joined: usize = select.from.iter().map(|from| from.joins.len()).sum();
        self.add("joins", joined + select.from.len().saturating_sub(1));
        if let GroupByExpr::Expressions(keys, _) = &select.group_by {
            self.add("group_keys", keys.len());
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.tracker.leave();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let (_, site) = self.tracker.enter_expr(expr);
        if functions::is_aggregate(expr) {
            self.add("aggregates", 1);
        } else if is_window(expr) {
            self.add("windows", 1);
        } else if functions::name(expr).is_some() {
            self.add("functions", 1);
        }
        if matches!(site.clause, Clause::Where | Clause::Having | Clause::Qualify) && is_condition(expr) {
            self.add("predicates", 1);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.tracker.leave_expr(expr);
        ControlFlow::Continue(())
    }
}

fn set_operations(body: &SetExpr) -> usize {
    match body {
        SetExpr::SetOperation { left, right, .. } => 1 + set_operations(left) + set_operations(right),
        _ => 0,
    }
}

/// Whether an expression is a condition that is not made of smaller ones.
fn is_condition(expr: &Expr) -> bool {
    use BinaryOperator as B;
    match expr {
        Expr::BinaryOp { op, .. } => {
            let comparison = matches!(op, B::Eq | B::NotEq | B::Lt | B::LtEq | B::Gt | B::GtEq | B::Spaceship);
            comparison
                || matches!(
                    op,
                    B::PGRegexMatch | B::PGRegexIMatch | B::PGRegexNotMatch | B::PGRegexNotIMatch | B::PGLikeMatch | B::PGILikeMatch
                )
        }
        Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::IsTrue(_) | Expr::IsNotTrue(_) | Expr::IsFalse(_) | Expr::IsNotFalse(_) => true,
        Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) | Expr::InList { .. } | Expr::InSubquery { .. } | Expr::InUnnest { .. } => {
            true
        }
        Expr::Between { .. } | Expr::Like { .. } | Expr::ILike { .. } | Expr::SimilarTo { .. } | Expr::RLike { .. } => true,
        Expr::Exists { .. } | Expr::AnyOp { .. } | Expr::AllOp { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_taken() -> Result<(), Box<dyn std::error::Error>> {
        let sql = "WITH w AS (SELECT a, count(*) n FROM t GROUP BY a, b HAVING count(*) > 1) \
            SELECT w.a, upper(u.b), rank() OVER (ORDER BY n) FROM w JOIN u ON w.a = u.a, v \
            WHERE u.c BETWEEN 1 AND 2 AND u.d IN (SELECT d FROM x WHERE d IS NULL) UNION SELECT 1, 'b', 2 ORDER BY 1, 2";
        let counts = of(&crate::query::parse::query(sql)?);
        let text = counts.iter().map(|(key, n)| format!("{key}={n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(
            text,
            "aggregates=2 ctes=1 depth=1 functions=1 group_keys=2 joins=2 order_keys=2 predicates=4 projections=3 set_ops=1 windows=1"
        );
        assert!(KEYS.is_sorted());
        Ok(())
    }
}
