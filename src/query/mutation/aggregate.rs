//! `aggregate`: the wrong aggregate function.

use super::{Candidate, Ground, Mutation, edit, error};
use crate::query::{functions, sites};
use sqlparser::ast::{DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName};

pub(super) const MUTATION: Mutation = Mutation {
    name: "aggregate",
    about: "another aggregate: AVG, SUM, MAX and MIN for each other, COUNT(*) and COUNT(DISTINCT column)",
    error: error::AGGREGATE_FUNCTIONS,
    find,
};

fn find(ground: &Ground<'_>, found: &mut Vec<Candidate>) {
    sites::for_each(ground.query, |expr, number, site| {
        let Expr::Function(function) = expr else { return };
        if function.over.is_some() {
            return;
        }
        let name = functions::function_name(function);
        if functions::has_star(function) && name == "COUNT" {
            for column in countable(ground, site.select) {
                let change = format!("COUNT(*) became COUNT(DISTINCT {column})");
                found.push(Candidate::new(change, move |query| {
                    edit::expr(query, number, |expr| {
                        if let Expr::Function(function) = expr {
                            count_distinct(function, column.clone());
                        }
                    });
                }));
            }
            return;
        }
        // Text and dates are neither summed nor averaged.
        let number_like = functions::only_argument(function).is_some_and(|arg| match ground.column(number + 1) {
            Some((_, _, column)) => column.sql_type.is_numeric(),
            None => !matches!(arg, Expr::Identifier(_) | Expr::CompoundIdentifier(_)),
        });
        for new in replacements(&name)
            .iter()
            .filter(|new| number_like || matches!(**new, "MIN" | "MAX"))
        {
            found.push(Candidate::new(format!("{name} became {new}"), move |query| {
                edit::expr(query, number, |expr| {
                    if let Expr::Function(function) = expr {
                        function.name = ObjectName::from(Ident::new(*new));
                    }
                });
            }));
        }
    });
}

fn replacements(name: &str) -> &'static [&'static str] {
    match name {
        "AVG" => &["SUM", "MAX"],
        "SUM" => &["AVG", "MAX"],
        "MAX" => &["MIN", "AVG"],
        "MIN" => &["MAX", "AVG"],
        _ => &[],
    }
}

/// Columns that the SELECT names outside its aggregates and that repeat: what one might count instead of rows.
fn countable(ground: &Ground<'_>, select: usize) -> Vec<Expr> {
    let mut columns: Vec<Expr> = Vec::new();
    sites::for_each(ground.query, |expr, number, site| {
        if site.select != select || columns.len() == 2 {
            return;
        }
        if let Some((_, table, column)) = ground.column(number)
            && !table.is_unique(std::slice::from_ref(&column.name))
            && !columns.contains(expr)
        {
            columns.push(expr.clone());
        }
    });
    columns
}

fn count_distinct(function: &mut Function, column: Expr) {
    if let FunctionArguments::List(list) = &mut function.args {
        list.duplicate_treatment = Some(DuplicateTreatment::Distinct);
        list.args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(column))];
    }
}
