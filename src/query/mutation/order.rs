//! `order`: the wrong end of the list.

use super::{Candidate, Ground, Mutation, edit, error};
use sqlparser::ast::{OrderByExpr, OrderByKind, OrderBySort, Query, SetExpr, TableFactor};

pub(super) const MUTATION: Mutation = Mutation {
    name: "order",
    about: "the first sort key is reversed, or the order under a LIMIT is dropped",
    error: error::ASC_DESC,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    edit::each_query(ground.query, |query, number| {
        let Some(OrderByKind::Expressions(keys)) = query.order_by.as_ref().map(|order| &order.kind) else {
            return;
        };
        // Later keys only settle ties.
        if let Some(key) = keys.first() {
            let (from, to) = if is_descending(key) { ("DESC", "ASC") } else { ("ASC", "DESC") };
            found.push(Candidate::new(format!("{from} became {to} on {}", key.expr), move |query| {
                edit::query(query, number, |query| {
                    if let Some(OrderByKind::Expressions(keys)) = query.order_by.as_mut().map(|order| &mut order.kind)
                        && let Some(key) = keys.first_mut()
                    {
                        key.options.sort = (!is_descending(key)).then_some(OrderBySort::Desc);
                    }
                });
            }));
        }
        // What LATERAL reads for each row has no stored order.
        if query.limit_clause.is_some() && in_stored_order(query) && !has_lateral(ground.query) {
            let dropped = Candidate::new("ORDER BY was dropped under LIMIT", move |query| {
                edit::query(query, number, |query| query.order_by = None)
            });
            found.push(dropped.of(error::CLAUSE_MISSING));
        }
    });
}

fn has_lateral(query: &Query) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    let mut joins = select.from.iter().flat_map(|from| &from.joins);
    joins.any(|join| matches!(join.relation, TableFactor::Derived { lateral: true, .. }))
}

fn is_descending(key: &OrderByExpr) -> bool {
    key.options.sort == Some(OrderBySort::Desc)
}

/// Whether rows come in a fixed order without ORDER BY: a plain read of one table. Anything else gives no reproducible proof.
fn in_stored_order(query: &Query) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    let grouped = !matches!(&select.group_by, sqlparser::ast::GroupByExpr::Expressions(keys, _) if keys.is_empty());
    matches!(select.from.as_slice(), [from] if from.joins.is_empty()) && !grouped && select.distinct.is_none()
}
