//! Editing: changes to a copy of a query at a numbered place.
//!
//! Numbers are those of [`crate::query::sites`]: expressions, SELECTs and queries each counted in visiting order.
//! Invariant: an edit changes the addressed places and nothing else; a number that does not exist changes nothing.

use crate::query::walk::{self, Change, Look};
use crate::query::{ast, sites};
use sqlparser::ast::{BinaryOperator, Expr, Query, Select};
use std::ops::ControlFlow;

/// Changes the expression with this number.
pub fn expr(query: &mut Query, number: usize, mut change: impl FnMut(&mut Expr)) {
    edit(query, number, Edit::Expr(&mut change));
}

/// Changes the SELECT with this number.
pub fn select(query: &mut Query, number: usize, mut change: impl FnMut(&mut Select)) {
    edit(query, number, Edit::Select(&mut change));
}

/// Changes the query with this number; 0 is the whole one.
pub fn query(whole: &mut Query, number: usize, mut change: impl FnMut(&mut Query)) {
    edit(whole, number, Edit::Query(&mut change));
}

/// What is counted, and what is done to the one that is meant.
enum Edit<'a> {
    Expr(&'a mut dyn FnMut(&mut Expr)),
    Select(&'a mut dyn FnMut(&mut Select)),
    Query(&'a mut dyn FnMut(&mut Query)),
}

/// Counts down to the place.
struct Editor<'a> {
    left: usize,
    edit: Edit<'a>,
}

fn edit(query: &mut Query, number: usize, edit: Edit<'_>) {
    let _ = walk::change(query, &mut Editor { left: number, edit });
}

/// One more of what is counted: changed when it is the one.
fn count<T>(left: &mut usize, part: &mut T, change: &mut dyn FnMut(&mut T)) -> ControlFlow<()> {
    if *left == 0 {
        change(part);
        return ControlFlow::Break(());
    }
    *left -= 1;
    ControlFlow::Continue(())
}

impl Change for Editor<'_> {
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match &mut self.edit {
            Edit::Expr(change) => count(&mut self.left, expr, change),
            _ => ControlFlow::Continue(()),
        }
    }
    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        match &mut self.edit {
            Edit::Select(change) => count(&mut self.left, select, change),
            _ => ControlFlow::Continue(()),
        }
    }
    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        match &mut self.edit {
            Edit::Query(change) => count(&mut self.left, query, change),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Calls `each` with every SELECT and its number.
pub fn each_select(query: &Query, mut each: impl FnMut(&Select, usize)) {
    struct Walk<'a>(usize, &'a mut dyn FnMut(&Select, usize));
    impl Look for Walk<'_> {
        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            (self.1)(select, self.0);
            self.0 += 1;
            ControlFlow::Continue(())
        }
    }
    let _ = walk::look(query, &mut Walk(0, &mut each));
}

/// Calls `each` with every query and its number.
pub fn each_query(query: &Query, mut each: impl FnMut(&Query, usize)) {
    struct Walk<'a>(usize, &'a mut dyn FnMut(&Query, usize));
    impl Look for Walk<'_> {
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            (self.1)(query, self.0);
            self.0 += 1;
            ControlFlow::Continue(())
        }
    }
    let _ = walk::look(query, &mut Walk(0, &mut each));
}

/// The conditions that AND joins, with their numbers; `number` is that of `expr`.
pub fn conjuncts(expr: &Expr, number: usize) -> Vec<(&Expr, usize)> {
    match expr {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
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
            Expr::BinaryOp {
                left,
                op: BinaryOperator::And,
                right,
            } => {
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
    all.into_iter().reduce(|left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::And,
        right: Box::new(right),
    })
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
