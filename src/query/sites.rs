//! Sites: where in a query each expression stands.
//!
//! Expressions and SELECTs are numbered in the order in which sqlparser's visitors meet them, which is the same for reading and for changing;
//! so a number found while reading addresses the same place when a copy is edited. [`Tracker`] keeps count for any visitor.
//! Invariant: an expression's number exceeds its parent's; the left side of a binary operator follows it directly.

use super::functions;
use super::walk::{self, Look};
use sqlparser::ast::{Expr, Query, Select, Visit};
use std::ops::ControlFlow;

/// The clause an expression belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clause {
    /// The list of output columns.
    Select,
    /// Tables and join conditions.
    From,
    /// Conditions on rows.
    Where,
    /// Group keys.
    GroupBy,
    /// Conditions on groups.
    Having,
    /// Conditions on windows.
    Qualify,
    /// Sort keys of a query.
    OrderBy,
    /// LIMIT, OFFSET, FETCH.
    Limit,
    /// Anything else: named windows, VALUES.
    Other,
}

/// One expression's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// Clause of the innermost query or SELECT around it.
    pub clause: Clause,
    /// Number of the SELECT it belongs to; for ORDER BY and LIMIT, of the first SELECT of their query.
    pub select: usize,
    /// It is an argument of an aggregate function.
    pub in_aggregate: bool,
    /// It is inside a window function's call.
    pub in_window: bool,
}

/// Keeps count of expressions and SELECTs for a visitor, which must pass on every hook.
#[derive(Debug, Default)]
pub struct Tracker {
    exprs: usize,
    selects: usize,
    frames: Vec<Frame>,
    aggregates: usize,
    windows: usize,
}

#[derive(Debug)]
struct Frame {
    /// First expression number past each clause, ascending.
    ends: Vec<(usize, Clause)>,
    select: usize,
}

impl Tracker {
    /// On entering a query, before its parts.
    pub fn enter_query(&mut self, query: &Query) {
        let counts = [
            (count(&query.with) + count(&query.body), Clause::Other),
            (count(&query.order_by), Clause::OrderBy),
            (count(&query.limit_clause) + count(&query.fetch), Clause::Limit),
        ];
        let first = self.selects + count_selects(&query.with);
        self.push(&counts, first);
    }

    /// On entering a SELECT, before its parts; returns its number.
    pub fn enter_select(&mut self, select: &Select) -> usize {
        let number = self.selects;
        self.selects += 1;
        let projection =
            count(&select.distinct) + count(&select.top) + count(&select.projection) + count(&select.exclude) + count(&select.into);
        let counts = [
            (projection, Clause::Select),
            (count(&select.from) + count(&select.lateral_views), Clause::From),
            (
                count(&select.prewhere) + count(&select.selection) + count(&select.connect_by),
                Clause::Where,
            ),
            (count(&select.group_by), Clause::GroupBy),
            (
                count(&select.cluster_by) + count(&select.distribute_by) + count(&select.sort_by),
                Clause::Other,
            ),
            (count(&select.having), Clause::Having),
            (count(&select.named_window), Clause::Other),
            (count(&select.qualify), Clause::Qualify),
        ];
        self.push(&counts, number);
        number
    }

    /// On leaving a query or SELECT.
    pub fn leave(&mut self) {
        self.frames.pop();
    }

    /// On entering an expression; returns its number and place.
    pub fn enter_expr(&mut self, expr: &Expr) -> (usize, Site) {
        let number = self.exprs;
        self.exprs += 1;
        let site = self.site();
        self.aggregates += usize::from(functions::is_aggregate(expr));
        self.windows += usize::from(is_window(expr));
        (number, site)
    }

    /// On leaving an expression.
    pub fn leave_expr(&mut self, expr: &Expr) {
        self.aggregates -= usize::from(functions::is_aggregate(expr));
        self.windows -= usize::from(is_window(expr));
    }

    /// The place of whatever is being visited, as of the last expression entered.
    pub fn site(&self) -> Site {
        let last = self.exprs.saturating_sub(1);
        let clause = |frame: &Frame| {
            frame
                .ends
                .iter()
                .find(|(end, _)| last < *end)
                .map_or(Clause::Other, |(_, clause)| *clause)
        };
        Site {
            clause: self.frames.last().map_or(Clause::Other, clause),
            select: self.frames.last().map_or(0, |frame| frame.select),
            in_aggregate: self.aggregates > 0,
            in_window: self.windows > 0,
        }
    }

    fn push(&mut self, counts: &[(usize, Clause)], select: usize) {
        let mut end = self.exprs;
        let ends = counts.iter().map(|(n, clause)| {
            end += n;
            (end, *clause)
        });
        let ends = ends.collect();
        self.frames.push(Frame { ends, select });
    }
}

/// A call with OVER.
pub fn is_window(expr: &Expr) -> bool {
    matches!(expr, Expr::Function(function) if function.over.is_some())
}

/// How many expressions there are in any piece of the AST.
pub fn count<T: Visit>(part: &T) -> usize {
    struct Counter(usize);
    impl Look for Counter {
        fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Continue(())
        }
    }
    let mut counter = Counter(0);
    let _ = walk::look(part, &mut counter);
    counter.0
}

fn count_selects<T: Visit>(part: &T) -> usize {
    struct Counter(usize);
    impl Look for Counter {
        fn pre_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Continue(())
        }
    }
    let mut counter = Counter(0);
    let _ = walk::look(part, &mut counter);
    counter.0
}

/// Calls `each` with every expression of the query, its number and its place.
pub fn for_each(query: &Query, mut each: impl FnMut(&Expr, usize, Site)) {
    struct Walk<'a> {
        tracker: Tracker,
        each: &'a mut dyn FnMut(&Expr, usize, Site),
    }
    impl Look for Walk<'_> {
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            self.tracker.enter_query(query);
            ControlFlow::Continue(())
        }
        fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            self.tracker.leave();
            ControlFlow::Continue(())
        }
        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            self.tracker.enter_select(select);
            ControlFlow::Continue(())
        }
        fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
            self.tracker.leave();
            ControlFlow::Continue(())
        }
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            let (number, site) = self.tracker.enter_expr(expr);
            (self.each)(expr, number, site);
            ControlFlow::Continue(())
        }
        fn post_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            self.tracker.leave_expr(expr);
            ControlFlow::Continue(())
        }
    }
    let _ = walk::look(
        query,
        &mut Walk {
            tracker: Tracker::default(),
            each: &mut each,
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clause_is_told_apart_at_every_depth() -> Result<(), Box<dyn std::error::Error>> {
        let sql = "WITH w AS (SELECT 0 AS z) SELECT 1, sum(2) FROM t JOIN u ON 3 = 3 WHERE x IN (SELECT 5 FROM v WHERE 6 = 6) \
            GROUP BY 7 HAVING count(8) > 9 ORDER BY 10 LIMIT 11";
        let mut found = Vec::new();
        for_each(&crate::query::parse::query(sql)?, |expr, _, site| {
            if let Expr::Value(value) = expr {
                found.push(format!(
                    "{value}:{:?}:{:?}{}",
                    site.clause,
                    site.select,
                    if site.in_aggregate { ":agg" } else { "" }
                ));
            }
        });
        let expected = "0:Select:0 1:Select:1 2:Select:1:agg 3:From:1 3:From:1 5:Select:2 6:Where:2 6:Where:2 7:GroupBy:1 \
            8:Having:1:agg 9:Having:1 10:OrderBy:1 11:Limit:1";
        assert_eq!(found.join(" "), expected);
        Ok(())
    }
}
