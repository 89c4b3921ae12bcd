//! Editing: changes to a copy of a query at a numbered place.
//!
//! Numbers are those of [`crate::query::sites`]: expressions, SELECTs and queries each counted in visiting order.
//! Invariant: an edit changes the addressed places and nothing else; a number that does not exist changes nothing.

use crate::query::{ast, sites};
use sqlparser::ast::{BinaryOperator, Expr, Query, Select, Visit, VisitMut, Visitor, VisitorMut};
use std::ops::ControlFlow;

/// Changes the expression with this number.
pub fn expr<F: FnMut(&mut Expr)>(query: &mut Query, number: usize, change: F) {
    struct Editor<F> {
        next: usize,
        number: usize,
        change: F,
    }
    impl<F: FnMut(&mut Expr)> VisitorMut for Editor<F> {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            self.next += 1;
            if self.next - 1 == self.number {
                (self.change)(expr);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    let _ = query.visit(&mut Editor { next: 0, number, change });
}

/// Changes the SELECT with this number.
pub fn select<F: FnMut(&mut Select)>(query: &mut Query, number: usize, change: F) {
    struct Editor<F> {
        next: usize,
        number: usize,
        change: F,
    }
    impl<F: FnMut(&mut Select)> VisitorMut for Editor<F> {
        type Break = ();
        fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
            self.next += 1;
            if self.next - 1 == self.number {
                (self.change)(select);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    let _ = query.visit(&mut Editor { next: 0, number, change });
}

/// Changes the query with this number; 0 is the whole one.
pub fn query<F: FnMut(&mut Query)>(whole: &mut Query, number: usize, change: F) {
    struct Editor<F> {
        next: usize,
        number: usize,
        change: F,
    }
    impl<F: FnMut(&mut Query)> VisitorMut for Editor<F> {
        type Break = ();
        fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
            self.next += 1;
            if self.next - 1 == self.number {
                (self.change)(query);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    let _ = whole.visit(&mut Editor { next: 0, number, change });
}

/// Calls `each` with every SELECT and its number.
pub fn each_select<F: FnMut(&Select, usize)>(query: &Query, each: F) {
    struct Walk<F>(usize, F);
    impl<F: FnMut(&Select, usize)> Visitor for Walk<F> {
        type Break = ();
        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            (self.1)(select, self.0);
            self.0 += 1;
            ControlFlow::Continue(())
        }
    }
    let _ = query.visit(&mut Walk(0, each));
}

/// Calls `each` with every query and its number.
pub fn each_query<F: FnMut(&Query, usize)>(query: &Query, each: F) {
    struct Walk<F>(usize, F);
    impl<F: FnMut(&Query, usize)> Visitor for Walk<F> {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            (self.1)(query, self.0);
            self.0 += 1;
            ControlFlow::Continue(())
        }
    }
    let _ = query.visit(&mut Walk(0, each));
}

/// The conditions that AND joins, with their numbers; `number` is that of `expr`.
pub fn conjuncts(expr: &Expr, number: usize) -> Vec<(&Expr, usize)> {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            let mut all = conjuncts(left, number + 1);
            all.extend(conjuncts(right, number + 1 + sites::count(&**left)));
            all
        }
        _ => vec![(expr, number)],
    }
}

/// Drops the `index`-th of the conditions that AND joins; nothing is left of a single one.
pub fn without_conjunct(expr: Expr, index: usize) -> Option<Expr> {
    fn flat(expr: Expr, into: &mut Vec<Expr>) {
        match expr {
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                flat(*left, into);
                flat(*right, into);
            }
            other => into.push(other),
        }
    }
    let mut all = Vec::new();
    flat(expr, &mut all);
    if index < all.len() {
        all.remove(index);
    }
    all.into_iter().reduce(|left, right| Expr::BinaryOp { left: Box::new(left), op: BinaryOperator::And, right: Box::new(right) })
}

/// Puts another column's name into a column expression, keeping its qualifier.
pub fn rename_column(expr: &mut Expr, name: &str) {
    match expr {
        Expr::Identifier(ident) => *ident = ast::ident(name),
        Expr::CompoundIdentifier(parts) => {
            if let Some(last) = parts.last_mut() {
                *last = ast::ident(name);
            }
        }
        _ => {}
    }
}
