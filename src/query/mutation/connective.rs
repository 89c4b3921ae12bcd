//! `connective`: AND becomes OR, OR becomes AND.

use super::{Candidate, Ground, Mutation, edit, error};
use crate::query::sites::{self, Clause};
use sqlparser::ast::{BinaryOperator, Expr};

pub(super) const MUTATION: Mutation = Mutation {
    name: "connective",
    about: "AND becomes OR between two conditions, or OR becomes AND",
    error: error::LOGICAL_OPERATOR,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    sites::for_each(ground.query, |expr, number, site| {
        let Expr::BinaryOp { left, op, right } = expr else { return };
        if !matches!(site.clause, Clause::Where | Clause::Having) {
            return;
        }
        match op {
            BinaryOperator::And => {
                // Of a chain only the first two: the rest must still hold. A join condition under OR explodes.
                let chained = matches!(
                    **left,
                    Expr::BinaryOp {
                        op: BinaryOperator::And,
                        ..
                    }
                );
                if chained || ground.joins(left, number + 1) || ground.joins(right, number + 1 + sites::count(&**left)) {
                    return;
                }
                found.push(Candidate::new(format!("AND became OR between {left} and {right}"), move |query| {
                    edit::expr(query, number, |expr| {
                        if let Expr::BinaryOp { op, .. } = expr {
                            *op = BinaryOperator::Or;
                        }
                        *expr = Expr::Nested(Box::new(expr.clone()));
                    });
                }));
            }
            BinaryOperator::Or => found.push(Candidate::new(format!("OR became AND between {left} and {right}"), move |query| {
                edit::expr(query, number, |expr| {
                    if let Expr::BinaryOp { op, .. } = expr {
                        *op = BinaryOperator::And;
                    }
                });
            })),
            _ => {}
        }
    });
}
