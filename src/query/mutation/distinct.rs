//! `distinct`: DISTINCT forgotten, or added inside COUNT. Added to rows it makes another right answer to "the countries of all airports".

use super::{Candidate, Ground, Mutation, edit, equivalent, error};
use crate::query::{functions, sites};
use sqlparser::ast::{Distinct, DuplicateTreatment, Expr, FunctionArguments};

pub(super) const MUTATION: Mutation = Mutation {
    name: "distinct",
    about: "DISTINCT is removed from rows, or removed or added inside COUNT",
    error: error::DISTINCT,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    edit::each_select(ground.query, |select, number| match &select.distinct {
        _ if equivalent::has_no_duplicates(ground, select, number) => {}
        Some(Distinct::Distinct) => found.push(Candidate::new("DISTINCT was removed", move |query| {
            edit::select(query, number, |s| s.distinct = None)
        })),
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
