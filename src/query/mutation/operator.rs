//! `operator`: a comparison becomes its neighbour, a condition its opposite.

use super::{Candidate, Ground, Mutation, edit, error};
use crate::query::sites::{self, Clause};
use sqlparser::ast::{BinaryOperator, Expr};

pub(super) const MUTATION: Mutation = Mutation {
    name: "operator",
    about: "a comparison becomes its neighbour (> and >=, = and <>), a condition its opposite (IN and NOT IN)",
    error: error::COMPARISON_OPERATOR,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    sites::for_each(ground.query, |expr, number, site| {
        if site.clause == Clause::From || ground.joins(expr, number) {
            return;
        }
        match expr {
            Expr::BinaryOp { left, op, .. } => {
                for new in neighbours(op) {
                    let change = format!("{op} became {new} after {left}");
                    found.push(Candidate::new(change, move |query| {
                        edit::expr(query, number, |expr| {
                            if let Expr::BinaryOp { op, .. } = expr {
                                *op = new.clone();
                            }
                        });
                    }));
                }
            }
            _ => {
                let mut opposite = expr.clone();
                if let Some(change) = negate(&mut opposite) {
                    let error = match expr {
                        Expr::IsNull(_) | Expr::IsNotNull(_) => error::COMPARISON_OPERATOR,
                        _ => error::LOGICAL_OPERATOR,
                    };
                    found.push(Candidate::new(change, move |query| edit::expr(query, number, |expr| *expr = opposite.clone())).of(error));
                }
            }
        }
    });
}

fn neighbours(op: &BinaryOperator) -> Vec<BinaryOperator> {
    use BinaryOperator as B;
    match op {
        B::Gt => vec![B::GtEq, B::Lt],
        B::GtEq => vec![B::Gt, B::LtEq],
        B::Lt => vec![B::LtEq, B::Gt],
        B::LtEq => vec![B::Lt, B::GtEq],
        B::Eq => vec![B::NotEq],
        B::NotEq => vec![B::Eq],
        _ => Vec::new(),
    }
}

/// Turns a condition into its opposite; says how.
fn negate(expr: &mut Expr) -> Option<String> {
    let turn = |negated: &mut bool, word: &str| {
        *negated = !*negated;
        Some(if *negated {
            format!("{word} became NOT {word}")
        } else {
            format!("NOT {word} became {word}")
        })
    };
    match expr {
        Expr::InList { negated, .. } | Expr::InSubquery { negated, .. } => turn(negated, "IN"),
        Expr::Like { negated, .. } | Expr::ILike { negated, .. } => turn(negated, "LIKE"),
        Expr::Exists { negated, .. } => turn(negated, "EXISTS"),
        Expr::IsNull(inner) => {
            *expr = Expr::IsNotNull(inner.clone());
            Some("IS NULL became IS NOT NULL".to_owned())
        }
        Expr::IsNotNull(inner) => {
            *expr = Expr::IsNull(inner.clone());
            Some("IS NOT NULL became IS NULL".to_owned())
        }
        _ => None,
    }
}
