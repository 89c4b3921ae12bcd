//! LogicalIr to PostgreSQL DDL.
use crate::ir::LogicalIr;

/// The schema as PostgreSQL DDL.
pub fn postgres_ddl(schema: &LogicalIr) -> String {
    format!("-- {}\n", schema.name)
}
