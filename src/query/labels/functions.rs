//! Names of the functions a query calls.

use crate::query::{functions, sites};
use sqlparser::ast::Query;
use std::collections::BTreeSet;

/// Upper case, sorted, each once.
pub(super) fn of(query: &Query) -> Vec<String> {
    let mut names = BTreeSet::new();
    sites::for_each(query, |expr, _, _| names.extend(functions::name(expr)));
    names.into_iter().collect()
}
