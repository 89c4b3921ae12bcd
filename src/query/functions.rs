//! Functions: which expressions are calls, what they are called, and which of them aggregate.
//!
//! SQL gives some functions a syntax of their own (EXTRACT, SUBSTRING ... FROM, CAST); here they are functions like others.

use sqlparser::ast::{DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments};

/// Names of aggregate functions of PostgreSQL and DuckDB, upper case, sorted.
pub const AGGREGATES: &[&str] = &[
    "ANY_VALUE",
    "APPROX_COUNT_DISTINCT",
    "ARG_MAX",
    "ARG_MIN",
    "ARRAY_AGG",
    "AVG",
    "BIT_AND",
    "BIT_OR",
    "BOOL_AND",
    "BOOL_OR",
    "CORR",
    "COUNT",
    "COVAR_POP",
    "COVAR_SAMP",
    "EVERY",
    "FIRST",
    "GROUPING",
    "GROUP_CONCAT",
    "JSON_AGG",
    "LAST",
    "LIST",
    "MAX",
    "MEDIAN",
    "MIN",
    "MODE",
    "PERCENTILE_CONT",
    "PERCENTILE_DISC",
    "QUANTILE_CONT",
    "QUANTILE_DISC",
    "REGR_SLOPE",
    "STDDEV",
    "STDDEV_POP",
    "STDDEV_SAMP",
    "STRING_AGG",
    "SUM",
    "VARIANCE",
    "VAR_POP",
    "VAR_SAMP",
];

/// A call's name, upper case; `None` when the expression is no call.
pub fn name(expr: &Expr) -> Option<String> {
    let fixed = match expr {
        Expr::Function(function) => return Some(function_name(function)),
        Expr::Cast { .. } | Expr::Convert { .. } => "CAST",
        Expr::Extract { .. } => "EXTRACT",
        Expr::Ceil { .. } => "CEIL",
        Expr::Floor { .. } => "FLOOR",
        Expr::Position { .. } => "POSITION",
        Expr::Substring { .. } => "SUBSTRING",
        Expr::Trim { .. } => "TRIM",
        Expr::Overlay { .. } => "OVERLAY",
        _ => return None,
    };
    Some(fixed.to_owned())
}

/// The name of a function without its schema, upper case.
pub fn function_name(function: &Function) -> String {
    function
        .name
        .0
        .last()
        .and_then(|part| part.as_ident())
        .map(|ident| ident.value.to_uppercase())
        .unwrap_or_default()
}

/// Whether the call aggregates rows into one (a window function does not).
pub fn is_aggregate(expr: &Expr) -> bool {
    matches!(expr, Expr::Function(function) if function.over.is_none() && AGGREGATES.binary_search(&function_name(function).as_str()).is_ok())
}

/// The single argument of a call, when it is an expression.
pub fn only_argument(function: &Function) -> Option<&Expr> {
    match plain_arguments(function)? {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => Some(expr),
        _ => None,
    }
}

/// Whether the call is `name(*)`.
pub fn has_star(function: &Function) -> bool {
    matches!(plain_arguments(function), Some([FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]))
}

/// Whether the call is over distinct values.
pub fn is_distinct(function: &Function) -> bool {
    matches!(&function.args, FunctionArguments::List(list) if list.duplicate_treatment == Some(DuplicateTreatment::Distinct))
}

fn plain_arguments(function: &Function) -> Option<&[FunctionArg]> {
    match &function.args {
        FunctionArguments::List(list) => Some(&list.args),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::AGGREGATES;

    #[test]
    fn aggregates_are_sorted_so_that_they_are_found() {
        assert!(AGGREGATES.is_sorted());
    }
}
