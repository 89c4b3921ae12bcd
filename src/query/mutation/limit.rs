//! `limit`: one row too many or too few.

use super::{Candidate, Ground, Mutation, edit, error};
use sqlparser::ast::{Expr, LimitClause, Query, Value};

pub(super) const MUTATION: Mutation = Mutation {
    name: "limit",
    about: "LIMIT n becomes n + 1 or n - 1",
    error: error::VALUE_MISMATCH,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    edit::each_query(ground.query, |query, number| {
        let Some(rows) = rows(query) else { return };
        // A scalar subquery returns one row or fails.
        let more = (number == 0 || rows > 1).then_some(rows + 1);
        let fewer = (rows > 1).then(|| rows - 1);
        for new in [more, fewer].into_iter().flatten() {
            found.push(Candidate::new(format!("LIMIT {rows} became LIMIT {new}"), move |query| {
                edit::query(query, number, |query| {
                    if let Some(LimitClause::LimitOffset { limit, .. }) = &mut query.limit_clause {
                        *limit = Some(Expr::Value(Value::Number(new.to_string(), false).with_empty_span()));
                    }
                });
            }));
        }
    });
}

fn rows(query: &Query) -> Option<u64> {
    match &query.limit_clause {
        Some(LimitClause::LimitOffset {
            limit: Some(Expr::Value(value)),
            ..
        }) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
