//! Rendering: LogicalIr to DDL, diagrams and words.

mod ddl;
mod diff;
mod mermaid;
mod text;

use crate::ir::LogicalIr;

pub use ddl::postgres_ddl;
pub use diff::{Change, diff};
pub use mermaid::mermaid;
pub use text::text;

/// How much a schema holds, counted as PostgreSQL's catalogue counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Tables; partitioned parents and partitions both count.
    pub tables: usize,
    /// Columns of all tables.
    pub columns: usize,
    /// Tables with a primary key.
    pub primary_keys: usize,
    /// Foreign keys; one that a partitioned table shares with its pieces is counted at the pieces.
    pub foreign_keys: usize,
    /// Named enum types.
    pub enums: usize,
}

/// Counts a schema.
pub fn counts(schema: &LogicalIr) -> Counts {
    let declared_by_pieces = |table: &crate::ir::Table, fk: &crate::ir::ForeignKey| {
        let id = table.id();
        schema.tables.iter().filter(|p| p.partition_of.as_deref() == Some(&id)).any(|p| p.foreign_keys.iter().any(|f| f.same_reference(fk)))
    };
    Counts {
        tables: schema.tables.len(),
        columns: schema.tables.iter().map(|t| t.columns.len()).sum(),
        primary_keys: schema.tables.iter().filter(|t| !t.primary_key.is_empty()).count(),
        foreign_keys: schema.tables.iter().map(|t| t.foreign_keys.iter().filter(|f| !declared_by_pieces(t, f)).count()).sum(),
        enums: schema.enums.len(),
    }
}
