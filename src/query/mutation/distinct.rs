//! `distinct`: DISTINCT forgotten or added.

use super::{Candidate, Ground, Mutation, edit, equivalent, error};
use crate::query::{functions, sites};
use sqlparser::ast::{Distinct, DuplicateTreatment, Expr, FunctionArguments, GroupByExpr, OrderByKind, Query, Select, SelectItem};

pub(super) const MUTATION: Mutation = Mutation {
    name: "distinct",
    about: "DISTINCT is removed or added, of rows or inside COUNT",
    error: error::DISTINCT,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    edit::each_select(ground.query, |select, number| match &select.distinct {
        _ if equivalent::has_no_duplicates(ground, select, number) => {}
        Some(Distinct::Distinct) => found.push(Candidate::new("DISTINCT was removed", move |query| {
            edit::select(query, number, |s| s.distinct = None)
        })),
        None if ground.is_outermost(select) && may_repeat(ground, select, number) && shows_its_order(ground.query, select) => {
            found.push(Candidate::new("DISTINCT was added", move |query| {
                edit::select(query, number, |s| s.distinct = Some(Distinct::Distinct))
            }));
        }
        _ => {}
    });
    sites::for_each(ground.query, |expr, number, site| {
        let Expr::Function(function) = expr else { return };
        if functions::function_name(function) != "COUNT" || function.over.is_some() || functions::has_star(function) {
            return;
        }
        let distinct = functions::is_distinct(function);
        // A unique column of a lone table is counted the same either way.
        let alone = ground.scope.tables.len() == 1;
        let unique = ground
            .column(number + 1)
            .is_some_and(|(_, table, column)| alone && table.is_unique(std::slice::from_ref(&column.name)));
        if unique || site.in_window {
            return;
        }
        let change = if distinct {
            "COUNT(DISTINCT) became COUNT"
        } else {
            "COUNT became COUNT(DISTINCT)"
        };
        found.push(Candidate::new(change, move |query| {
            edit::expr(query, number, |expr| {
                if let Expr::Function(function) = expr
                    && let FunctionArguments::List(list) = &mut function.args
                {
                    list.duplicate_treatment = (!distinct).then_some(DuplicateTreatment::Distinct);
                }
            });
        }));
    });
}

/// Whether everything that rows are sorted by is shown: SELECT DISTINCT takes no other sort keys on PostgreSQL.
fn shows_its_order(query: &Query, select: &Select) -> bool {
    let shown = |key: &Expr| {
        select.projection.iter().any(|item| match item {
            SelectItem::UnnamedExpr(expr) => expr == key,
            SelectItem::ExprWithAlias { expr, alias } => expr == key || matches!(key, Expr::Identifier(name) if name == alias),
            _ => false,
        })
    };
    match query.order_by.as_ref().map(|order| &order.kind) {
        None => true,
        Some(OrderByKind::Expressions(keys)) => keys.iter().all(|key| shown(&key.expr)),
        Some(OrderByKind::All(_)) => false,
    }
}

/// Whether output rows are likely to repeat: no aggregate, no grouping, and every column repeats.
fn may_repeat(ground: &Ground<'_>, select: &Select, number: usize) -> bool {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    let plain = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        }
        _ => false,
    };
    let shown = |site: &sites::Site| site.clause == sites::Clause::Select && site.select == number;
    let mut columns = ground.scope.sites.iter().enumerate().filter(|(_, site)| shown(site));
    !grouped && select.projection.iter().all(plain) && columns.all(|(index, _)| ground.repeats(index))
}
