//! Advice: what a reader of the schema should know before using it.
use crate::ir::{LogicalIr, QaIssue};

/// Problems first, then findings worth a look.
pub fn advice(schema: &LogicalIr) -> Vec<QaIssue> {
    schema.problems()
}
