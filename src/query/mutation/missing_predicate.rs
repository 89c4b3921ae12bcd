//! `missing_predicate`: a condition is forgotten.

use super::{Candidate, Ground, Mutation, edit};
use crate::query::sites::Clause;
use sqlparser::ast::Expr;

pub(super) const MUTATION: Mutation = Mutation {
    name: "missing_predicate",
    about: "one condition of WHERE or HAVING is dropped, unless it joins",
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    edit::each_select(ground.query, |select, number| {
        for (clause, condition) in [(Clause::Where, &select.selection), (Clause::Having, &select.having)] {
            let first = ground
                .scope
                .sites
                .iter()
                .position(|site| site.select == number && site.clause == clause);
            let (Some(condition), Some(first)) = (condition, first) else {
                continue;
            };
            for (index, (conjunct, at)) in edit::conjuncts(condition, first).into_iter().enumerate() {
                if ground.joins(conjunct, at) || matches!(conjunct, Expr::Exists { .. }) {
                    continue;
                }
                found.push(Candidate::new(format!("the condition {conjunct} was dropped"), move |query| {
                    edit::select(query, number, |select| {
                        let part = if clause == Clause::Where {
                            &mut select.selection
                        } else {
                            &mut select.having
                        };
                        *part = part.take().and_then(|whole| edit::without_conjunct(whole, index));
                    });
                }));
            }
        }
    });
}
