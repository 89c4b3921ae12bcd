//! Introspection: the catalogue of a DuckDB file to LogicalIr.
//!
//! The file is opened read-only and nothing outside it is read. Views are left out and counted. Schema `main` is the default one.
//! Limit: DuckDB keeps no names of foreign keys and resolves them inside one schema; they come back so.

use super::duck::{Access, Duck};
use super::{Backend, DbError};
use crate::ir::issue::Severity;
use crate::ir::{Check, Column, EnumType, ForeignKey, LogicalIr, QaIssue, SqlType, Table};
use crate::schema::source::{Parsed, ddl};
use std::collections::HashMap;
use std::path::Path;

/// Between the members of a list that comes back as one text: a character that no name has.
const SEPARATOR: char = '\u{1e}';
const TIMEOUT_MS: u64 = 60_000;

const TABLES: &str = "SELECT schema_name, table_name, comment, sql FROM duckdb_tables()
    WHERE NOT internal AND NOT temporary AND database_name = current_database() ORDER BY table_oid";
const COLUMNS: &str =
    "SELECT schema_name, table_name, column_name, data_type, column_default, is_nullable::VARCHAR, comment FROM duckdb_columns()
    WHERE NOT internal AND database_name = current_database() ORDER BY table_oid, column_index";
const CONSTRAINTS: &str = "SELECT schema_name, table_name, constraint_type, expression, array_to_string(constraint_column_names, chr(30)),
    referenced_table, array_to_string(referenced_column_names, chr(30)) FROM duckdb_constraints()
    WHERE database_name = current_database() ORDER BY table_oid, constraint_index";
const INDEXES: &str = "SELECT schema_name, table_name, sql FROM duckdb_indexes()
    WHERE is_unique AND database_name = current_database() ORDER BY index_oid";
const ENUMS: &str = "SELECT schema_name, type_name, array_to_string(labels, chr(30)) FROM duckdb_types()
    WHERE logical_type = 'ENUM' AND NOT internal AND database_name = current_database() ORDER BY type_oid";
const VIEWS: &str =
    "SELECT count(*)::VARCHAR FROM duckdb_views() WHERE NOT internal AND NOT temporary AND database_name = current_database()";

/// Reads the schema of a DuckDB file.
pub fn introspect(path: &Path) -> Result<Parsed, DbError> {
    if !path.is_file() {
        let message = if path.exists() { "it is no file" } else { "there is no such file" };
        return Err(DbError::Open {
            place: path.display().to_string(),
            message: message.into(),
        });
    }
    let database = Duck::open(path, Access::ReadOnly)?;
    let rows = |sql: &str| -> Result<Vec<Row>, DbError> { Ok(database.query(sql, TIMEOUT_MS)?.rows().map(Row).collect()) };
    let mut reader = Reader::default();
    for row in rows(ENUMS)? {
        let values = row.list(2);
        reader.enums.push(EnumType {
            name: qualified(row.text(0), row.text(1)),
            values,
        });
    }
    rows(TABLES)?.iter().for_each(|row| reader.table(row));
    rows(COLUMNS)?.iter().for_each(|row| reader.column(row));
    rows(CONSTRAINTS)?.iter().for_each(|row| reader.constraint(row));
    rows(INDEXES)?.iter().for_each(|row| reader.index(row));
    let mut parsed = reader.finish();
    let views: u64 = rows(VIEWS)?.first().and_then(|row| row.text(0).parse().ok()).unwrap_or(0);
    if views > 0 {
        parsed.skipped.insert("VIEW".into(), views);
    }
    Ok(parsed)
}

/// One row of the catalogue.
struct Row(Vec<Option<String>>);

impl Row {
    fn maybe(&self, at: usize) -> Option<&str> {
        self.0.get(at).and_then(Option::as_deref).filter(|text| !text.is_empty())
    }
    fn text(&self, at: usize) -> &str {
        self.maybe(at).unwrap_or_default()
    }
    fn list(&self, at: usize) -> Vec<String> {
        self.maybe(at)
            .map(|text| text.split(SEPARATOR).map(str::to_owned).collect())
            .unwrap_or_default()
    }
}

fn schema_of(name: &str) -> Option<String> {
    (name != "main").then(|| name.to_owned())
}

fn qualified(schema: &str, name: &str) -> String {
    Table {
        schema: schema_of(schema),
        name: name.to_owned(),
        ..Table::default()
    }
    .id()
}

#[derive(Default)]
struct Reader {
    enums: Vec<EnumType>,
    tables: Vec<Table>,
    index: HashMap<String, usize>,
    /// Generated columns' expressions by table and column: only the table's own SQL has them.
    generated: HashMap<(usize, String), String>,
    issues: Vec<QaIssue>,
}

impl Reader {
    fn table(&mut self, row: &Row) {
        let table = Table {
            schema: schema_of(row.text(0)),
            name: row.text(1).to_owned(),
            comment: row.maybe(2).map(str::to_owned),
            ..Table::default()
        };
        let at = self.tables.len();
        let source = ddl::Source {
            file: table.id(),
            text: row.text(3).to_owned(),
        };
        for column in ddl::parse(&[source]).logical.tables.into_iter().flat_map(|t| t.columns) {
            if let Some(expression) = column.generated {
                self.generated.insert((at, column.name.to_lowercase()), expression);
            }
        }
        self.index.insert(table.id(), at);
        self.tables.push(table);
    }

    fn find(&mut self, row: &Row) -> Option<&mut Table> {
        let at = *self.index.get(&qualified(row.text(0), row.text(1)))?;
        self.tables.get_mut(at)
    }

    fn column(&mut self, row: &Row) {
        let Some(at) = self.index.get(&qualified(row.text(0), row.text(1))).copied() else {
            return;
        };
        let name = row.text(2).to_owned();
        let default = row.maybe(4);
        let generated = self.generated.get(&(at, name.to_lowercase())).cloned();
        let identity = default.is_some_and(|d| d.to_ascii_lowercase().starts_with("nextval("));
        let plain = !identity && generated.is_none();
        let column = Column {
            sql_type: self.column_type(at, &name, row.text(3)),
            nullable: row.text(5) == "true",
            // DuckDB says NULL where nothing was said.
            default: default.filter(|d| plain && !d.eq_ignore_ascii_case("NULL")).map(str::to_owned),
            generated,
            identity,
            spelling: None,
            comment: row.maybe(6).map(str::to_owned),
            name,
        };
        self.tables[at].columns.push(column);
    }

    /// An enum's values are looked up among the named ones; others get the column's name.
    fn column_type(&mut self, at: usize, column: &str, text: &str) -> SqlType {
        let (element, array) = match text.strip_suffix("[]") {
            Some(element) => (element, true),
            None => (text, false),
        };
        let element = match ddl::parse_type(element) {
            Ok(SqlType::Other(name)) if self.enums.iter().any(|e| e.name == name) => SqlType::Enum(name),
            Ok(known) => known,
            Err(values) => SqlType::Enum(self.enum_name(values, format!("{}_{column}", self.tables[at].name))),
        };
        if let SqlType::Other(name) = &element {
            let place = format!("{}.{column}", self.tables[at].id());
            let message = format!("type {name} has no counterpart here; it is kept by name");
            self.issues
                .push(QaIssue::new("introspect", Severity::Warning, "unknown_type", place, message));
        }
        if array && !matches!(element, SqlType::Array(_)) {
            SqlType::Array(Box::new(element))
        } else {
            element
        }
    }

    fn enum_name(&mut self, values: Vec<String>, fallback: String) -> String {
        if let Some(known) = self.enums.iter().find(|e| e.values == values) {
            return known.name.clone();
        }
        self.enums.push(EnumType {
            name: fallback.clone(),
            values,
        });
        fallback
    }

    fn constraint(&mut self, row: &Row) {
        let (kind, expression, columns) = (row.text(2).to_owned(), row.text(3).to_owned(), row.list(4));
        let (ref_name, ref_columns) = (row.text(5).to_owned(), row.list(6));
        let sibling = qualified(row.text(0), &ref_name);
        let ref_table = if self.index.contains_key(&sibling) { sibling } else { ref_name };
        let Some(table) = self.find(row) else { return };
        match kind.as_str() {
            "PRIMARY KEY" => {
                table
                    .columns
                    .iter_mut()
                    .filter(|c| columns.contains(&c.name))
                    .for_each(|c| c.nullable = false);
                table.primary_key = columns;
            }
            "UNIQUE" => table.unique.push(columns),
            "FOREIGN KEY" => {
                let fk = ForeignKey {
                    name: None,
                    columns,
                    ref_table,
                    ref_columns,
                    inferred: false,
                };
                if !table.foreign_keys.contains(&fk) {
                    table.foreign_keys.push(fk);
                }
            }
            "CHECK" => {
                let check = ddl::bare_expression(&expression);
                table.checks.push(Check { name: None, sql: check });
            }
            _ => {}
        }
    }

    /// A unique index on plain columns says what a unique constraint says.
    fn index(&mut self, row: &Row) {
        let columns = ddl::unique_index_columns(row.text(2));
        if let (Some(columns), Some(table)) = (columns, self.find(row))
            && !table.is_unique(&columns)
        {
            table.unique.push(columns);
        }
    }

    fn finish(self) -> Parsed {
        let logical = LogicalIr {
            name: String::new(),
            comment: None,
            enums: self.enums,
            tables: self.tables,
        };
        Parsed {
            logical,
            issues: self.issues,
            skipped: Default::default(),
        }
    }
}
