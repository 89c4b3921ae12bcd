//! Rendering: LogicalIr to DDL, diagrams, words, and the comparison of two schemas.

mod ddl;
mod diff;
mod identifier;
mod mermaid;
mod text;

use crate::ir::{ForeignKey, LogicalIr, Table};
use std::collections::HashMap;

pub use ddl::{postgres_ddl, postgres_type};
pub use diff::{Change, diff};
pub use identifier::quote_identifier;
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
    let mut of_pieces: HashMap<&str, Vec<&ForeignKey>> = HashMap::new();
    for piece in &schema.tables {
        if let Some(parent) = &piece.partition_of {
            of_pieces.entry(parent).or_default().extend(&piece.foreign_keys);
        }
    }
    let declared = |table: &Table| {
        let of_pieces = of_pieces.get(table.id().as_str()).map(Vec::as_slice).unwrap_or_default();
        table
            .foreign_keys
            .iter()
            .filter(|fk| !of_pieces.iter().any(|f| f.same_reference(fk)))
            .count()
    };
    Counts {
        tables: schema.tables.len(),
        columns: schema.tables.iter().map(|t| t.columns.len()).sum(),
        primary_keys: schema.tables.iter().filter(|t| !t.primary_key.is_empty()).count(),
        foreign_keys: schema.tables.iter().map(declared).sum(),
        enums: schema.enums.len(),
    }
}
