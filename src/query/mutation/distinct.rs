//! `distinct`: DISTINCT forgotten or added.

use super::{Candidate, Ground, Mutation, edit};
use crate::query::{functions, sites};
use sqlparser::ast::{Distinct, DuplicateTreatment, Expr, FunctionArguments, GroupByExpr, Select, SelectItem};

pub(super) const MUTATION: Mutation = Mutation {
    name: "distinct",
    about: "DISTINCT is removed or added, of rows or inside COUNT",
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    edit::each_select(ground.query, |select, number| match &select.distinct {
        Some(Distinct::Distinct) => found.push(Candidate::new("DISTINCT was removed", move |query| {
            edit::select(query, number, |s| s.distinct = None)
        })),
        None if number == 0 && may_repeat(ground, select) => {
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

/// Whether output rows can repeat: no aggregate, no grouping, no key among the columns.
fn may_repeat(ground: &Ground<'_>, select: &Select) -> bool {
    if !matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty()) {
        return false;
    }
    let plain = |item: &SelectItem| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
            matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        }
        _ => false,
    };
    let columns = ground
        .scope
        .sites
        .iter()
        .zip(&ground.scope.uses)
        .filter(|(site, _)| site.clause == sites::Clause::Select && site.select == 0);
    let keyed = columns.filter_map(|(_, used)| *used).any(|used| {
        let table = ground.schema.tables.get(used.table);
        table.is_some_and(|t| {
            t.columns
                .get(used.column)
                .is_some_and(|c| t.is_unique(std::slice::from_ref(&c.name)))
        })
    });
    select.projection.iter().all(plain) && !(keyed && ground.scope.tables.len() == 1)
}
