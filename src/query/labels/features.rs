//! Features: which constructs of SQL a query uses, by name.
//!
//! Limits: named by syntax, so `a JOIN a` counts as a self join and a join of two CTEs over one table does not.

use crate::query::functions;
use crate::query::sites::is_window;
use crate::query::walk::{self, Look};
use sqlparser::ast::{
    BinaryOperator, Distinct, Expr, GroupByExpr, GroupByWithModifier, JoinConstraint, JoinOperator, LimitClause, ObjectName, Query, Select,
    SetExpr, SetOperator, SetQuantifier, TableFactor, TableWithJoins,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// The features of a query, sorted.
pub fn of(query: &Query) -> Vec<String> {
    let mut found = Found(BTreeSet::new());
    let _ = walk::look(query, &mut found);
    found.0.into_iter().map(str::to_owned).collect()
}

struct Found(BTreeSet<&'static str>);

impl Found {
    fn add(&mut self, name: &'static str, there: bool) {
        if there {
            self.0.insert(name);
        }
    }

    fn body(&mut self, body: &SetExpr) {
        match body {
            SetExpr::SetOperation {
                op,
                set_quantifier,
                left,
                right,
            } => {
                let all = matches!(set_quantifier, SetQuantifier::All);
                self.0.insert(match op {
                    SetOperator::Union if all => "union_all",
                    SetOperator::Union => "union",
                    SetOperator::Intersect => "intersect",
                    SetOperator::Except | SetOperator::Minus => "except",
                });
                self.body(left);
                self.body(right);
            }
            SetExpr::Values(_) => self.add("values", true),
            _ => {}
        }
    }

    /// Joins and what stands in FROM; the names of tables are collected.
    fn joined<'a>(&mut self, from: &'a TableWithJoins, names: &mut Vec<&'a ObjectName>) {
        self.factor(&from.relation, names);
        for join in &from.joins {
            use JoinOperator as J;
            self.0.insert(match &join.join_operator {
                J::Left(_) | J::LeftOuter(_) => "left_join",
                J::Right(_) | J::RightOuter(_) => "right_join",
                J::FullOuter(_) => "full_join",
                J::CrossJoin(_) | J::CrossApply | J::OuterApply => "cross_join",
                _ => "join",
            });
            match crate::query::relation::constraint(&join.join_operator) {
                Some(JoinConstraint::Using(_)) => self.add("using", true),
                Some(JoinConstraint::Natural) => self.add("natural_join", true),
                _ => {}
            }
            self.factor(&join.relation, names);
        }
    }

    fn factor<'a>(&mut self, factor: &'a TableFactor, names: &mut Vec<&'a ObjectName>) {
        match factor {
            TableFactor::Table { name, args: None, .. } => names.push(name),
            TableFactor::Derived { lateral, .. } => {
                self.add("derived_table", true);
                self.add("lateral", *lateral);
            }
            TableFactor::NestedJoin { table_with_joins, .. } => self.joined(table_with_joins, names),
            _ => self.add("table_function", true),
        }
    }
}

impl Look for Found {
    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.add("cte", query.with.is_some());
        self.add("recursive_cte", query.with.as_ref().is_some_and(|with| with.recursive));
        self.add("order_by", query.order_by.is_some());
        self.add("limit", query.limit_clause.is_some() || query.fetch.is_some());
        let skips = match &query.limit_clause {
            Some(LimitClause::LimitOffset { offset, .. }) => offset.is_some(),
            Some(LimitClause::OffsetCommaLimit { .. }) => true,
            None => false,
        };
        self.add("offset", skips);
        self.body(&query.body);
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.add("distinct", matches!(select.distinct, Some(Distinct::Distinct)));
        self.add("distinct_on", matches!(select.distinct, Some(Distinct::On(_))));
        self.add("where", select.selection.is_some());
        self.add("having", select.having.is_some());
        self.add("qualify", select.qualify.is_some());
        match &select.group_by {
            GroupByExpr::Expressions(keys, modifiers) => {
                self.add("group_by", !keys.is_empty());
                self.add("rollup", modifiers.contains(&GroupByWithModifier::Rollup));
                self.add("cube", modifiers.contains(&GroupByWithModifier::Cube));
            }
            GroupByExpr::All(_) => self.add("group_by", true),
        }
        let mut names = Vec::new();
        for from in &select.from {
            self.joined(from, &mut names);
        }
        self.add("join", select.from.len() > 1);
        let mut seen = BTreeSet::new();
        let twice = names.iter().any(|name| !seen.insert(name.to_string().to_lowercase()));
        self.add("self_join", twice);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.add("aggregate", functions::is_aggregate(expr));
        self.add("window", is_window(expr));
        match expr {
            Expr::Function(function) => {
                self.add("distinct_aggregate", functions::is_distinct(function));
                self.add("filtered_aggregate", function.filter.is_some());
            }
            Expr::BinaryOp { op, .. } => match op {
                BinaryOperator::Or => self.add("or", true),
                BinaryOperator::Plus
                | BinaryOperator::Minus
                | BinaryOperator::Multiply
                | BinaryOperator::Divide
                | BinaryOperator::Modulo => {
                    self.add("arithmetic", true);
                }
                BinaryOperator::StringConcat => self.add("concatenation", true),
                _ => {}
            },
            Expr::Subquery(_) => self.add("scalar_subquery", true),
            Expr::InSubquery { .. } => self.add("in_subquery", true),
            Expr::Exists { .. } => self.add("exists", true),
            Expr::InList { .. } => self.add("in_list", true),
            Expr::Between { .. } => self.add("between", true),
            Expr::Like { .. } => self.add("like", true),
            Expr::ILike { .. } => self.add("ilike", true),
            Expr::IsNull(_) | Expr::IsNotNull(_) => self.add("is_null", true),
            Expr::Case { .. } => self.add("case", true),
            Expr::Cast { .. } => self.add("cast", true),
            Expr::Extract { .. } => self.add("extract", true),
            Expr::Interval(_) => self.add("interval", true),
            Expr::GroupingSets(_) => self.add("grouping_sets", true),
            Expr::Rollup(_) => self.add("rollup", true),
            Expr::Cube(_) => self.add("cube", true),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use crate::query::parse::{ParseError, query};

    #[test]
    fn constructs_are_named() -> Result<(), ParseError> {
        let names = |sql: &str| query(sql).map(|q| super::of(&q).join(" "));
        assert_eq!(names("SELECT a FROM t")?, "");
        assert_eq!(
            names("SELECT DISTINCT a FROM t x LEFT JOIN t y USING (i), LATERAL (SELECT 1) z WHERE b IS NULL OR c > 1 LIMIT 2 OFFSET 1")?,
            "derived_table distinct is_null join lateral left_join limit offset or self_join using where"
        );
        assert_eq!(
            names(
                "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 2) SELECT count(DISTINCT a), rank() OVER (ORDER BY a) FROM r GROUP BY ROLLUP (a)"
            )?,
            "aggregate cte distinct_aggregate group_by recursive_cte rollup union_all window"
        );
        Ok(())
    }
}
