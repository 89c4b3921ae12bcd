//! LogicalIr to a Mermaid `erDiagram`. Pieces of partitioned tables are left out: they are not entities.

use crate::ir::{Column, ForeignKey, LogicalIr, SqlType, Table};
use std::collections::HashSet;
use std::fmt::Write;

/// The schema as a Mermaid entity-relationship diagram.
pub fn mermaid(schema: &LogicalIr) -> String {
    let mut out = String::from("erDiagram\n");
    let shown: HashSet<String> = schema.data_tables().map(Table::id).collect();
    // Writing into a String cannot fail.
    for table in schema.data_tables() {
        let _ = writeln!(out, "    {} {{", entity(&table.id()));
        for column in &table.columns {
            let _ = writeln!(out, "        {}", attribute(table, column));
        }
        out.push_str("    }\n");
    }
    for table in schema.data_tables() {
        for fk in table.foreign_keys.iter().filter(|f| shown.contains(&f.ref_table)) {
            let label = fk.columns.join(", ").replace('"', "'");
            let _ = writeln!(
                out,
                "    {} {} {} : \"{label}\"",
                entity(&fk.ref_table),
                cardinality(table, fk),
                entity(&table.id())
            );
        }
    }
    out
}

/// Parent on the left: exactly one or at most one; child on the right: any number, or at most one when the key is unique.
fn cardinality(table: &Table, fk: &ForeignKey) -> &'static str {
    let optional = fk.columns.iter().filter_map(|name| table.column(name)).any(|c| c.nullable);
    match (optional, table.is_unique(&fk.columns)) {
        (false, false) => "||--o{",
        (false, true) => "||--o|",
        (true, false) => "|o--o{",
        (true, true) => "|o--o|",
    }
}

fn entity(id: &str) -> String {
    if is_word(id) {
        id.to_owned()
    } else {
        format!("\"{}\"", id.replace('"', "'"))
    }
}

fn attribute(table: &Table, column: &Column) -> String {
    let name: String = column
        .name
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' || c == '-' { c } else { '_' })
        .collect();
    let mut keys = Vec::new();
    if table.primary_key.contains(&column.name) {
        keys.push("PK");
    }
    if table.foreign_keys_of(&column.name).next().is_some() {
        keys.push("FK");
    }
    if table.is_unique(std::slice::from_ref(&column.name)) && table.primary_key.as_slice() != [column.name.clone()] {
        keys.push("UK");
    }
    let mut line = format!("{} {name}", type_word(&column.sql_type));
    if !keys.is_empty() {
        line = format!("{line} {}", keys.join(", "));
    }
    let note = if name == column.name {
        column.comment.as_deref()
    } else {
        Some(column.name.as_str())
    };
    match note {
        Some(note) => format!(
            "{line} \"{}\"",
            note.replace('"', "'").split_whitespace().collect::<Vec<_>>().join(" ")
        ),
        None => line,
    }
}

/// A type in letters, digits and underscores; Mermaid takes no commas here.
fn type_word(sql_type: &SqlType) -> String {
    let text = match sql_type {
        SqlType::Enum(name) => name.clone(),
        other => other.to_string().to_lowercase(),
    };
    let word: String = text
        .replace("[]", "_array")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    word.trim_matches('_').to_owned()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
