//! LogicalIr to PostgreSQL DDL that loads as it stands and reads back to an equal schema.
//!
//! Tables keep their order; foreign keys come last, so cycles need no care. Where the IR does not say how a
//! table is partitioned, pieces are attached by hash. Row counts are no DDL and are left out.

use super::identifier::{quote_identifier, quote_list, quote_qualified, quote_text, spelled};
use crate::ir::{Column, LogicalIr, SqlType, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// The schema as PostgreSQL DDL.
pub fn postgres_ddl(schema: &LogicalIr) -> String {
    let mut out = format!("-- {}\n", schema.name.replace(['\n', '\r'], " "));
    // Writing into a String cannot fail.
    let _ = write_all(&mut out, schema);
    out
}

fn write_all(out: &mut String, schema: &LogicalIr) -> std::fmt::Result {
    let enum_schemas = schema.enums.iter().filter_map(|e| e.name.split_once('.').map(|(schema, _)| schema));
    let schemas: BTreeSet<&str> = schema
        .tables
        .iter()
        .filter_map(|t| t.schema.as_deref())
        .chain(enum_schemas)
        .collect();
    for name in schemas {
        writeln!(out, "\nCREATE SCHEMA {};", quote_identifier(name))?;
    }
    for kind in &schema.enums {
        let values: Vec<String> = kind.values.iter().map(|v| quote_text(v)).collect();
        writeln!(out, "\nCREATE TYPE {} AS ENUM ({});", type_name(&kind.name), values.join(", "))?;
    }
    let ids: HashMap<String, &Table> = schema.tables.iter().map(|t| (t.id(), t)).collect();
    let mut pieces: BTreeMap<&str, Vec<&Table>> = BTreeMap::new();
    for piece in &schema.tables {
        if let Some(parent) = piece.partition_of.as_deref().filter(|id| ids.contains_key(*id)) {
            pieces.entry(parent).or_default().push(piece);
        }
    }
    for table in &schema.tables {
        let pieces = pieces.get(table.id().as_str()).map(Vec::as_slice);
        write_table(out, table, pieces.map(|p| partitioning(table, p)).as_deref())?;
    }
    for table in &schema.tables {
        let pieces = pieces.get(table.id().as_str()).map(Vec::as_slice).unwrap_or_default();
        for (n, piece) in pieces.iter().enumerate() {
            let values = match piece.partition_bound.as_deref().filter(|_| known(table, pieces)) {
                Some("DEFAULT") => "DEFAULT".to_owned(),
                Some(bound) => format!("FOR VALUES {bound}"),
                None => format!("FOR VALUES WITH (MODULUS {}, REMAINDER {n})", pieces.len()),
            };
            writeln!(
                out,
                "\nALTER TABLE {} ATTACH PARTITION {} {values};",
                name_of(table),
                name_of(piece)
            )?;
        }
    }
    for table in &schema.tables {
        for fk in &table.foreign_keys {
            let name = fk
                .name
                .as_ref()
                .map(|n| format!("CONSTRAINT {} ", quote_identifier(n)))
                .unwrap_or_default();
            let parent = ids.get(&fk.ref_table).map_or_else(|| type_name(&fk.ref_table), |t| name_of(t));
            let columns = quote_list(&fk.columns);
            writeln!(
                out,
                "\nALTER TABLE {} ADD {name}FOREIGN KEY {columns} REFERENCES {parent} {};",
                name_of(table),
                quote_list(&fk.ref_columns)
            )?;
        }
    }
    write_comments(out, schema)
}

/// The table's name where it is defined.
fn defined(table: &Table) -> String {
    let name = spelled(&table.name, table.written());
    match &table.schema {
        Some(schema) => format!("{}.{name}", quote_identifier(schema)),
        None => name,
    }
}

fn name_of(table: &Table) -> String {
    quote_qualified(table.schema.as_deref(), &table.name)
}

/// Whether the IR says how the table is partitioned, and what each piece takes.
fn known(table: &Table, pieces: &[&Table]) -> bool {
    table.partition_by.is_some() && pieces.iter().all(|p| p.partition_bound.is_some())
}

/// How a table with pieces is partitioned: as the IR says, else by the hash of a column that every key has.
fn partitioning(table: &Table, pieces: &[&Table]) -> String {
    match table.partition_by.as_ref().filter(|_| known(table, pieces)) {
        Some(strategy) => strategy.clone(),
        None => format!("HASH ({})", quote_identifier(partition_column(table))),
    }
}

fn write_table(out: &mut String, table: &Table, partitioning: Option<&str>) -> std::fmt::Result {
    let in_partitions = partitioning.is_some() || table.partition_of.is_some();
    let mut lines = Vec::new();
    for column in &table.columns {
        // An identity wants an integer that is never NULL, in a table of its own; elsewhere a sequence does the same.
        let by_sequence = column.identity && (in_partitions || column.nullable || !column.sql_type.is_integer());
        let sequence = by_sequence.then(|| quote_qualified(table.schema.as_deref(), &format!("{}_{}_seq", table.name, column.name)));
        if let Some(sequence) = &sequence {
            writeln!(out, "\nCREATE SEQUENCE {sequence};")?;
        }
        lines.push(column_line(table, column, sequence.as_deref()));
    }
    if !table.primary_key.is_empty() {
        lines.push(format!("PRIMARY KEY {}", quote_list(&table.primary_key)));
    }
    lines.extend(table.unique.iter().map(|columns| format!("UNIQUE {}", quote_list(columns))));
    for check in &table.checks {
        let name = check
            .name
            .as_ref()
            .map(|n| format!("CONSTRAINT {} ", quote_identifier(n)))
            .unwrap_or_default();
        lines.push(format!("{name}CHECK ({})", check.sql));
    }
    write!(out, "\nCREATE TABLE {} (\n    {}\n)", defined(table), lines.join(",\n    "))?;
    if let Some(partitioning) = partitioning {
        write!(out, " PARTITION BY {partitioning}")?;
    }
    out.push_str(";\n");
    Ok(())
}

/// A column that every key of the table has, as PostgreSQL asks of a partition key.
fn partition_column(table: &Table) -> &str {
    let keys: Vec<&Vec<String>> = std::iter::once(&table.primary_key)
        .chain(&table.unique)
        .filter(|k| !k.is_empty())
        .collect();
    let names = || table.columns.iter().map(|c| &c.name);
    names()
        .find(|name| keys.iter().all(|k| k.contains(name)))
        .or_else(|| names().next())
        .map_or("", String::as_str)
}

fn column_line(table: &Table, column: &Column, sequence: Option<&str>) -> String {
    let mut line = format!("{} {}", spelled(&column.name, column.written()), postgres_type(&column.sql_type));
    if let Some(expression) = &column.generated {
        line.push_str(&format!(" GENERATED ALWAYS AS ({expression}) STORED"));
    } else if let Some(sequence) = sequence {
        line.push_str(&format!(" DEFAULT nextval({})", quote_text(sequence)));
    } else if column.identity {
        line.push_str(" GENERATED BY DEFAULT AS IDENTITY");
    } else if let Some(default) = &column.default {
        line.push_str(&format!(" DEFAULT {default}"));
    }
    let implied = table.primary_key.contains(&column.name) || (column.identity && sequence.is_none());
    if !column.nullable && !implied {
        line.push_str(" NOT NULL");
    }
    line
}

fn write_comments(out: &mut String, schema: &LogicalIr) -> std::fmt::Result {
    if let Some(comment) = &schema.comment {
        writeln!(out, "\nCOMMENT ON SCHEMA public IS {};", quote_text(comment))?;
    }
    for table in &schema.tables {
        if let Some(comment) = &table.comment {
            writeln!(out, "\nCOMMENT ON TABLE {} IS {};", name_of(table), quote_text(comment))?;
        }
        for column in &table.columns {
            if let Some(comment) = &column.comment {
                writeln!(
                    out,
                    "\nCOMMENT ON COLUMN {}.{} IS {};",
                    name_of(table),
                    quote_identifier(&column.name),
                    quote_text(comment)
                )?;
            }
        }
    }
    Ok(())
}

/// A type as PostgreSQL writes it.
pub fn postgres_type(sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Int16 => "smallint".into(),
        SqlType::Int32 => "integer".into(),
        SqlType::Int64 => "bigint".into(),
        SqlType::Float32 => "real".into(),
        SqlType::Float64 => "double precision".into(),
        SqlType::Decimal(p, s) => format!("numeric({p},{s})"),
        SqlType::Text => "text".into(),
        SqlType::Varchar(n) => format!("varchar({n})"),
        SqlType::Char(n) => format!("char({n})"),
        SqlType::Date => "date".into(),
        SqlType::Timestamp => "timestamp".into(),
        SqlType::TimestampTz => "timestamptz".into(),
        SqlType::Time => "time".into(),
        SqlType::Interval => "interval".into(),
        SqlType::Bool => "boolean".into(),
        SqlType::Uuid => "uuid".into(),
        SqlType::Json => "jsonb".into(),
        SqlType::Bytes => "bytea".into(),
        SqlType::Enum(name) => type_name(name),
        SqlType::Array(element) => format!("{}[]", postgres_type(element)),
        SqlType::Geometry(kind, srid) if is_word(kind) => format!("geometry({kind},{srid})"),
        SqlType::Geometry(kind, _) => quote_identifier(kind),
        SqlType::Other(name) => other_type(name),
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A foreign type goes out as it came in, unless it holds what no type holds.
fn other_type(name: &str) -> String {
    let mut depth = 0_i32;
    let harmless = name.chars().all(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth >= 0 && (c.is_alphanumeric() || "_ .()".contains(c) || (c == ',' && depth > 0))
    });
    if harmless && depth == 0 && !name.is_empty() {
        name.to_owned()
    } else {
        quote_identifier(name)
    }
}

/// An enum's or a table's id as SQL: what stands before the first dot is its schema.
fn type_name(id: &str) -> String {
    match id.split_once('.') {
        Some((schema, name)) => quote_qualified(Some(schema), name),
        None => quote_identifier(id),
    }
}
