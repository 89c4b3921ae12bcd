//! `set_operation`: the wrong way to combine two results.

use super::{Candidate, Ground, Mutation, edit, error};
use sqlparser::ast::{SetExpr, SetOperator, SetQuantifier};

pub(super) const MUTATION: Mutation = Mutation {
    name: "set_operation",
    about: "UNION, INTERSECT and EXCEPT for each other, ALL added or removed, EXCEPT the other way round",
    error: error::LOGICAL_OPERATOR,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    use SetOperator as Op;
    edit::each_query(ground.query, |query, number| {
        let SetExpr::SetOperation { op, set_quantifier, .. } = &*query.body else {
            return;
        };
        let all = *set_quantifier == SetQuantifier::All;
        let others = match op {
            Op::Union => [Op::Intersect, Op::Except],
            Op::Intersect => [Op::Except, Op::Union],
            Op::Except | Op::Minus => [Op::Intersect, Op::Union],
        };
        let others = if ground.is_recursive() { &[][..] } else { &others[..] };
        for new in others.iter().copied() {
            found.push(Candidate::new(format!("{op} became {new}"), move |query| {
                edit::query(query, number, |query| {
                    if let SetExpr::SetOperation { op, .. } = &mut *query.body {
                        *op = new;
                    }
                });
            }));
        }
        // A recursion that ends visits every row once: ALL changes nothing there.
        if *op == Op::Union && !ground.is_recursive() {
            let change = if all { "UNION ALL became UNION" } else { "UNION became UNION ALL" };
            found.push(Candidate::new(change, move |query| {
                edit::query(query, number, |query| {
                    if let SetExpr::SetOperation { set_quantifier, .. } = &mut *query.body {
                        *set_quantifier = if all { SetQuantifier::None } else { SetQuantifier::All };
                    }
                });
            }));
        }
        if *op == Op::Except {
            found.push(Candidate::new("the sides of EXCEPT were exchanged", move |query| {
                edit::query(query, number, |query| {
                    if let SetExpr::SetOperation { left, right, .. } = &mut *query.body {
                        std::mem::swap(left, right);
                    }
                });
            }));
        }
    });
}
