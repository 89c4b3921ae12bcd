//! The skeleton: a query with its names and literals masked, its structure and operators kept.
//!
//! Names become `_`, literals `?`; aliases, redundant words (INNER, OUTER, ASC) and spellings of one thing (`::`, CAST) go. Lists of literals in IN
//! and rows of VALUES shrink to one. Invariant: queries that differ only in names, aliases or literals have equal skeletons.

use crate::query::walk::{self, Change};
use sqlparser::ast::{
    CastKind, Expr, Ident, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, OrderByExpr, OrderBySort, Query, Select, SelectItem,
    SetExpr, TableAlias, TableFactor, UnaryOperator, Value, WildcardAdditionalOptions, WindowType,
};
use std::ops::ControlFlow;

/// The skeleton's text.
pub fn of(query: &Query) -> String {
    let mut query = query.clone();
    let _ = walk::change(&mut query, &mut Mask);
    query.to_string()
}

struct Mask;

impl Change for Mask {
    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            cte.alias = TableAlias {
                explicit: cte.alias.explicit,
                name: any(),
                columns: Vec::new(),
                at: None,
            };
        }
        if let SetExpr::Values(values) = &mut *query.body {
            values.rows.truncate(1);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        for item in &mut select.projection {
            match item {
                SelectItem::ExprWithAlias { expr, .. } => *item = SelectItem::UnnamedExpr(expr.clone()),
                SelectItem::QualifiedWildcard(..) => *item = SelectItem::Wildcard(WildcardAdditionalOptions::default()),
                _ => {}
            }
        }
        for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
            plain_join(&mut join.join_operator);
        }
        for window in &mut select.named_window {
            window.0 = any();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table { name, alias, .. } => {
                *name = any_object();
                *alias = None;
            }
            TableFactor::Derived { alias, .. } | TableFactor::Function { alias, .. } | TableFactor::UNNEST { alias, .. } => *alias = None,
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => *expr = Expr::Identifier(any()),
            Expr::Value(value) if value.value != Value::Null => *expr = literal(),
            Expr::TypedString(_) => *expr = literal(),
            Expr::UnaryOp {
                op: UnaryOperator::Minus | UnaryOperator::Plus,
                expr: inner,
            } if is_literal(inner) => *expr = literal(),
            Expr::InList { list, .. } if list.iter().all(is_literal) => list.truncate(1),
            Expr::Cast {
                kind: kind @ (CastKind::Cast | CastKind::DoubleColon),
                ..
            } => *kind = CastKind::Cast,
            Expr::Function(function) => {
                for part in &mut function.name.0 {
                    if let ObjectNamePart::Identifier(ident) = part {
                        *ident = Ident::new(ident.value.to_uppercase());
                    }
                }
                if let Some(WindowType::NamedWindow(name)) = &mut function.over {
                    *name = any();
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_order_by_expr(&mut self, key: &mut OrderByExpr) -> ControlFlow<()> {
        if key.options.sort == Some(OrderBySort::Asc) {
            key.options.sort = None;
        }
        ControlFlow::Continue(())
    }
}

fn plain_join(operator: &mut JoinOperator) {
    use JoinOperator as J;
    let mut constraint = match operator {
        J::Inner(c) | J::Join(c) | J::LeftOuter(c) | J::Left(c) | J::RightOuter(c) | J::Right(c) => c.clone(),
        _ => return,
    };
    if let JoinConstraint::Using(names) = &mut constraint {
        names.iter_mut().for_each(|name| *name = any_object());
    }
    *operator = match operator {
        J::LeftOuter(_) | J::Left(_) => J::Left(constraint),
        J::RightOuter(_) | J::Right(_) => J::Right(constraint),
        _ => J::Join(constraint),
    };
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(_) | Expr::TypedString(_)) || matches!(expr, Expr::UnaryOp { expr, .. } if matches!(**expr, Expr::Value(_)))
}

fn literal() -> Expr {
    Expr::Value(Value::Placeholder("?".to_owned()).with_empty_span())
}

fn any() -> Ident {
    Ident::new("_")
}

fn any_object() -> ObjectName {
    ObjectName(vec![ObjectNamePart::Identifier(any())])
}

#[cfg(test)]
mod tests {
    use crate::query::parse::{ParseError, query};

    fn skeleton(sql: &str) -> Result<String, ParseError> {
        query(sql).map(|query| super::of(&query))
    }

    #[test]
    fn names_literals_and_spellings_are_masked_and_structure_is_kept() -> Result<(), ParseError> {
        let a = skeleton(
            "SELECT t.a AS x, Count(*) FROM s.t AS t INNER JOIN u ON t.i = u.i WHERE a = -1 AND b IN ('p', 'q') AND d >= DATE '2024-01-01' GROUP BY t.a ORDER BY x ASC LIMIT 3",
        )?;
        let b = skeleton(
            "SELECT name, count(*) AS n FROM author JOIN \"Book\" b ON author.id = b.id WHERE c = 5 AND k IN ('r') AND z >= DATE '2020-02-02' GROUP BY name ORDER BY 1 LIMIT 10",
        )?;
        assert_eq!(
            a,
            "SELECT _, COUNT(*) FROM _ JOIN _ ON _ = _ WHERE _ = ? AND _ IN (?) AND _ >= ? GROUP BY _ ORDER BY _ LIMIT ?"
        );
        assert_eq!(b.replace("ORDER BY ?", "ORDER BY _"), a);
        assert_ne!(skeleton("SELECT a FROM t WHERE a > 1")?, skeleton("SELECT a FROM t WHERE a >= 1")?);
        assert_ne!(
            skeleton("SELECT a FROM t WHERE a IS NULL")?,
            skeleton("SELECT a FROM t WHERE a IS NOT NULL")?
        );
        assert_eq!(
            skeleton("WITH x AS (SELECT a::int FROM t) SELECT * FROM x y")?,
            skeleton("WITH z(q) AS (SELECT CAST(b AS int) FROM u) SELECT z.* FROM z")?
        );
        Ok(())
    }
}
