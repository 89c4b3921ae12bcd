//! `missing_predicate`: a condition is forgotten.

use super::{Candidate, Ground, Mutation, edit, error};
use crate::query::sites::Clause;
use sqlparser::ast::{Expr, GroupByExpr};

pub(super) const MUTATION: Mutation = Mutation {
    name: "missing_predicate",
    about: "one condition of WHERE or HAVING is dropped, unless it joins",
    error: error::EXPLICIT_CONDITION_MISSING,
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
                // A period of nothing is one that nobody asked for, and that some would show.
                if let (Expr::IsNotNull(of), GroupByExpr::Expressions(keys, _)) = (conjunct, &select.group_by)
                    && keys
                        .iter()
                        .any(|key| key != of.as_ref() && key.to_string().contains(&of.to_string()))
                {
                    continue;
                }
                let error = if matches!(conjunct, Expr::IsNotNull(_)) {
                    error::IMPLICIT_CONDITION_MISSING
                } else {
                    error::EXPLICIT_CONDITION_MISSING
                };
                found.push(
                    Candidate::new(format!("the condition {conjunct} was dropped"), move |query| {
                        edit::select(query, number, |select| {
                            let part = if clause == Clause::Where {
                                &mut select.selection
                            } else {
                                &mut select.having
                            };
                            *part = part.take().and_then(|whole| edit::without_conjunct(whole, index));
                        });
                    })
                    .of(error),
                );
            }
        }
    });
}
