//! LogicalIr to a Mermaid `erDiagram`.
use crate::ir::LogicalIr;

/// The schema as a Mermaid entity-relationship diagram.
pub fn mermaid(schema: &LogicalIr) -> String {
    let mut out = String::from("erDiagram\n");
    for table in &schema.tables {
        out.push_str(&format!("  {}\n", table.name));
    }
    out
}
