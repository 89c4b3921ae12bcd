//! Schema: the drawing, what of the source was read over or cannot be enforced, and every table with its columns.

use super::Section;
use crate::ir::{LogicalIr, Table};
use crate::report::{Material, diagram};
use serde_json::{Value, json};

/// Most findings on the page; `schema/findings.json` has all.
const WARNINGS_SHOWN: usize = 40;

/// The section.
pub(super) struct Schema;

impl Section for Schema {
    fn id(&self) -> &'static str {
        "schema"
    }
    fn title(&self) -> &'static str {
        "Schema"
    }
    fn template(&self) -> &'static str {
        include_str!("schema.html")
    }
    fn values(&self, m: &Material) -> Option<Value> {
        let tables: Vec<Value> = m.logical.data_tables().map(|t| table(t, &m.logical)).collect();
        let keys = m.logical.tables.iter().flat_map(|t| &t.foreign_keys);
        let inferred = keys.filter(|key| key.inferred).count();
        let warnings: Vec<String> = m.reading.warnings().map(ToString::to_string).collect();
        (!tables.is_empty()).then(|| {
            json!({
                "diagram": diagram::svg(&m.logical),
                "tables": tables,
                "inferred": inferred,
                "read_over": m.reading.read_over.iter().map(|(kind, n)| format!("{n} {kind}")).collect::<Vec<_>>(),
                "warnings": warnings.iter().take(WARNINGS_SHOWN).collect::<Vec<_>>(),
                "more_warnings": warnings.len().saturating_sub(WARNINGS_SHOWN),
            })
        })
    }
}

fn table(table: &Table, logical: &LogicalIr) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|c| {
            let fk: Vec<String> = table
                .foreign_keys_of(&c.name)
                .map(|fk| {
                    let read = if fk.inferred { " (read from the name)" } else { "" };
                    format!("{}({}){read}", fk.ref_table, fk.ref_columns.join(", "))
                })
                .collect();
            json!({
                "name": c.name,
                "type": c.sql_type,
                "values": match &c.sql_type { crate::ir::SqlType::Enum(name) => logical.enum_values(name), _ => None },
                "primary": table.primary_key.contains(&c.name),
                "required": !c.nullable || table.primary_key.contains(&c.name),
                "refers": fk,
                "comment": c.comment,
            })
        })
        .collect();
    json!({"id": table.id(), "comment": table.comment, "columns": columns, "checks": table.checks.iter().map(|c| &c.sql).collect::<Vec<_>>()})
}
