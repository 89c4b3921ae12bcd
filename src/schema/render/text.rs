//! LogicalIr to an overview for people.
use crate::ir::LogicalIr;

/// The schema as an overview for people.
pub fn text(schema: &LogicalIr) -> String {
    format!("{}\n", schema.name)
}
