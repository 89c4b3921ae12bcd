//! LogicalIr to an overview for people: one line a column, keys and references beside it.

use super::counts;
use crate::ir::{LogicalIr, SqlType, Table};
use std::fmt::Write;

/// Longest comment shown, characters.
const COMMENT_MAX: usize = 80;

/// The schema as an overview for people.
pub fn text(schema: &LogicalIr) -> String {
    let n = counts(schema);
    let mut out = format!(
        "{}: {}, {}, {}, {}, {}\n",
        schema.name,
        several(n.tables, "table"),
        several(n.columns, "column"),
        several(n.primary_keys, "primary key"),
        several(n.foreign_keys, "foreign key"),
        several(n.enums, "enum")
    );
    if let Some(comment) = &schema.comment {
        out.push_str(&format!("{}\n", shortened(comment)));
    }
    // Writing into a String cannot fail.
    for kind in &schema.enums {
        let _ = writeln!(out, "\nenum {}: {}", kind.name, kind.values.join(", "));
    }
    for table in &schema.tables {
        let _ = write_table(&mut out, schema, table);
    }
    out
}

fn write_table(out: &mut String, schema: &LogicalIr, table: &Table) -> std::fmt::Result {
    let piece = table
        .partition_of
        .as_ref()
        .map(|parent| format!(" (a piece of {parent})"))
        .unwrap_or_default();
    let comment = table
        .comment
        .as_deref()
        .map(|c| format!("  -- {}", shortened(c)))
        .unwrap_or_default();
    writeln!(out, "\n{}{piece}{comment}", table.id())?;
    if !piece.is_empty() {
        return Ok(());
    }
    let name_width = table.columns.iter().map(|c| c.name.chars().count()).max().unwrap_or(0);
    let type_width = table
        .columns
        .iter()
        .map(|c| type_word(&c.sql_type).chars().count())
        .max()
        .unwrap_or(0);
    for column in &table.columns {
        let mut notes = Vec::new();
        if table.primary_key.contains(&column.name) {
            notes.push("key".to_owned());
        } else if !column.nullable {
            notes.push("not null".to_owned());
        }
        if table.unique.iter().any(|u| u.as_slice() == [column.name.clone()]) {
            notes.push("unique".to_owned());
        }
        if column.generated.is_some() {
            notes.push("generated".to_owned());
        }
        notes.extend(
            table
                .foreign_keys
                .iter()
                .filter(|f| f.columns.as_slice() == [column.name.clone()])
                .map(|f| format!("-> {}", f.ref_table)),
        );
        let comment = column
            .comment
            .as_deref()
            .map(|c| format!("  -- {}", shortened(c)))
            .unwrap_or_default();
        let line = format!(
            "  {:name_width$}  {:type_width$}  {}{comment}",
            column.name,
            type_word(&column.sql_type),
            notes.join(", ")
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    for fk in table.foreign_keys.iter().filter(|f| f.columns.len() > 1) {
        writeln!(
            out,
            "  ({}) -> {} ({})",
            fk.columns.join(", "),
            fk.ref_table,
            fk.ref_columns.join(", ")
        )?;
    }
    for columns in table.unique.iter().filter(|u| u.len() > 1) {
        writeln!(out, "  unique ({})", columns.join(", "))?;
    }
    for check in &table.checks {
        writeln!(out, "  check {}", shortened(&check.sql))?;
    }
    let pieces = schema
        .tables
        .iter()
        .filter(|t| t.partition_of.as_deref().is_some_and(|id| table.is(id)))
        .count();
    if pieces > 0 {
        writeln!(out, "  in {}", several(pieces, "piece"))?;
    }
    Ok(())
}

fn type_word(sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Enum(name) => name.clone(),
        other => other.to_string(),
    }
}

fn several(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(COMMENT_MAX) {
        Some((cut, _)) => format!("{}...", &line[..cut]),
        None => line,
    }
}
