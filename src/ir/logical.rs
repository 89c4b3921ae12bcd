//! LogicalIr: tables, columns, keys. The one schema model for every source.
//!
//! A table's identity is [`Table::id`]: its name, preceded by its schema when that is not the default one. Foreign keys
//! refer to that id. Names keep the case the database gives them (PostgreSQL folds what is not quoted).
//! Limits: [`crate::kernel::limits`]. Invariant after [`LogicalIr::problems`] is empty: every reference resolves.

use super::issue::{QaIssue, Severity};
use super::sql_type::SqlType;
use crate::kernel::suggest;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{HashMap, HashSet};

/// Longest id of a table: its files' names, the longest of which tells a part of it and a note that waits, have 255 bytes.
const NAME_BYTES_MAX: usize = 200;

/// A database schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogicalIr {
    /// The database's name: `db_id` of every record made on it.
    pub name: String,
    /// What the database is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Named enum types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enums: Vec<EnumType>,
    /// Tables in source order.
    pub tables: Vec<Table>,
}

/// A named list of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumType {
    /// Type name.
    pub name: String,
    /// Values in the type's order.
    pub values: Vec<String>,
}

/// A number of rows; the error says what one is.
fn rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let written = Option::<serde_json::Number>::deserialize(deserializer)?;
    let count = |n: serde_json::Number| {
        n.as_u64().ok_or_else(|| {
            serde::de::Error::custom(format!(
                "{n} is no number of rows; write a whole number of at least 1, or leave it out"
            ))
        })
    };
    written.map(count).transpose()
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Schema, when not the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Name without schema.
    pub name: String,
    /// The name's words as its writer set them apart, where the database folds that away: `NextOfKin` of `nextofkin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spelling: Option<String>,
    /// The table's comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Rows to generate when nothing else says how many.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "rows")]
    pub row_count: Option<u64>,
    /// Columns in order.
    pub columns: Vec<Column>,
    /// Primary key columns, in key order; empty when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// Unique column groups beside the primary key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique: Vec<Vec<String>>,
    /// Foreign keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// CHECK constraints (a domain's checks are copied to its columns).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Id of the partitioned table that this one is a piece of. Pieces hold no data of their own here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<String>,
    /// Of a partitioned table: how, as SQL: "RANGE (day)".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// Of a piece: what it takes, as SQL: "FROM ('2023-01-01') TO ('2024-01-01')", "IN ('a')", "DEFAULT".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_bound: Option<String>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name.
    pub name: String,
    /// As of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spelling: Option<String>,
    /// Type.
    #[serde(rename = "type")]
    pub sql_type: SqlType,
    /// May be NULL. Primary key columns never may.
    #[serde(default = "yes")]
    pub nullable: bool,
    /// DEFAULT expression, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// GENERATED ALWAYS AS expression, as SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// Identity, serial or default nextval: numbered by the database.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identity: bool,
    /// The column's comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A foreign key: `columns` refer to `ref_columns` of `ref_table`, pairwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// Constraint name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Referring columns.
    pub columns: Vec<String>,
    /// [`Table::id`] of the table referred to.
    pub ref_table: String,
    /// Columns referred to.
    pub ref_columns: Vec<String>,
    /// Read from names, not declared by the source.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
}

/// A CHECK constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Constraint name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The condition, as PostgreSQL SQL, without the word CHECK.
    pub sql: String,
}

fn yes() -> bool {
    true
}

impl Column {
    /// The name as its writer spelled it: for its words, never for SQL.
    pub fn written(&self) -> &str {
        self.spelling.as_deref().unwrap_or(&self.name)
    }

    /// A nullable column without anything else.
    pub fn new(name: impl Into<String>, sql_type: SqlType) -> Self {
        Self {
            name: name.into(),
            spelling: None,
            sql_type,
            nullable: true,
            default: None,
            generated: None,
            identity: false,
            comment: None,
        }
    }
}

impl LogicalIr {
    /// The table with this id.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.is(id))
    }
    /// Position of the table with this id.
    pub fn table_index(&self, id: &str) -> Option<usize> {
        self.tables.iter().position(|t| t.is(id))
    }
    /// Values of a named enum.
    pub fn enum_values(&self, name: &str) -> Option<&[String]> {
        self.enums.iter().find(|e| e.name == name).map(|e| e.values.as_slice())
    }
    /// Tables that hold data: all but partitions' pieces.
    pub fn data_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(|t| t.partition_of.is_none())
    }

    /// Everything that keeps this schema from being used, each with its place.
    pub fn problems(&self) -> Vec<QaIssue> {
        let mut out = Vec::new();
        let mut error =
            |code: &str, place: String, message: String| out.push(QaIssue::new("logical_ir", Severity::Error, code, place, message));
        if self.tables.is_empty() {
            error(
                "empty_schema",
                self.name.clone(),
                "the schema has no tables; give a source with at least one CREATE TABLE".into(),
            );
        }
        let mut ids = HashSet::new();
        let by_id: HashMap<String, &Table> = self.tables.iter().map(|t| (t.id(), t)).collect();
        for table in &self.tables {
            let id = table.id();
            if !ids.insert(id.clone()) {
                error(
                    "duplicate_table",
                    id.clone(),
                    "two tables have this name; rename one or put it into another schema".into(),
                );
            }
            if id.len() > NAME_BYTES_MAX {
                let shown: String = id.chars().take(40).collect();
                error(
                    "long_name",
                    format!("{shown}..."),
                    format!(
                        "the table's name has {} bytes, and files that are named after it hold {NAME_BYTES_MAX}; give it a shorter one",
                        id.len()
                    ),
                );
            }
            if table.columns.is_empty() {
                error(
                    "no_columns",
                    id.clone(),
                    "the table has no columns; remove it or give it one".into(),
                );
            }
            let mut names = HashSet::new();
            for column in &table.columns {
                if !names.insert(column.name.as_str()) {
                    error(
                        "duplicate_column",
                        format!("{id}.{}", column.name),
                        "two columns have this name".into(),
                    );
                }
                if matches!(column.sql_type, SqlType::Varchar(0) | SqlType::Char(0)) {
                    error(
                        "empty_type",
                        format!("{id}.{}", column.name),
                        format!("{} holds no text; give it a length of at least 1, or make it TEXT", column.sql_type),
                    );
                }
                if let SqlType::Enum(name) = &column.sql_type
                    && self.enum_values(name).is_none_or(<[String]>::is_empty)
                {
                    error(
                        "unknown_enum",
                        format!("{id}.{}", column.name),
                        format!("enum {name:?} has no values here; add it under \"enums\""),
                    );
                }
            }
            let keys = std::iter::once(&table.primary_key)
                .chain(&table.unique)
                .chain(table.foreign_keys.iter().map(|f| &f.columns));
            for name in keys.flatten().filter(|n| !names.contains(n.as_str())) {
                error(
                    "unknown_column",
                    format!("{id}.{name}"),
                    format!("a key names a column that does not exist{}", suggest::hint(name, names_of(table))),
                );
            }
            for fk in &table.foreign_keys {
                let place = format!("{id}({})", fk.columns.join(", "));
                match by_id.get(&fk.ref_table) {
                    None => error(
                        "unknown_table",
                        place,
                        format!(
                            "the foreign key refers to table {:?}, which does not exist{}",
                            fk.ref_table,
                            suggest::hint(&fk.ref_table, self.tables.iter().map(|t| t.name.as_str()))
                        ),
                    ),
                    Some(parent) => {
                        if fk.columns.len() != fk.ref_columns.len() || fk.columns.is_empty() {
                            error(
                                "foreign_key_arity",
                                place.clone(),
                                format!("{} columns refer to {}", fk.columns.len(), fk.ref_columns.len()),
                            );
                        }
                        for name in fk.ref_columns.iter().filter(|n| parent.column(n).is_none()) {
                            error(
                                "unknown_column",
                                place.clone(),
                                format!(
                                    "the foreign key refers to {}.{name}, which does not exist{}",
                                    parent.id(),
                                    suggest::hint(name, names_of(parent))
                                ),
                            );
                        }
                    }
                }
            }
        }
        out
    }
}

fn names_of(table: &Table) -> impl Iterator<Item = &str> {
    table.columns.iter().map(|c| c.name.as_str())
}

impl ForeignKey {
    /// Whether both say the same, whatever their names.
    pub fn same_reference(&self, other: &ForeignKey) -> bool {
        self.columns == other.columns && self.ref_table == other.ref_table && self.ref_columns == other.ref_columns
    }
}

impl Table {
    /// The name as its writer spelled it: for its words, never for SQL.
    pub fn written(&self) -> &str {
        self.spelling.as_deref().unwrap_or(&self.name)
    }

    /// The table's identity: `name`, or `schema.name` outside the default schema.
    pub fn id(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.clone(),
        }
    }
    /// Whether `id` is this table's identity.
    pub fn is(&self, id: &str) -> bool {
        match &self.schema {
            Some(schema) => id.strip_prefix(schema.as_str()).and_then(|rest| rest.strip_prefix('.')) == Some(&self.name),
            None => self.name == id,
        }
    }
    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
    /// Position of the column with this name.
    pub fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
    /// Whether the primary key or a unique constraint consists of exactly these columns, in any order.
    pub fn is_unique(&self, columns: &[String]) -> bool {
        self.keys()
            .any(|key| key.len() == columns.len() && key.iter().all(|k| columns.contains(k)))
    }
    /// The primary key, if there is one, and the unique constraints.
    pub fn keys(&self) -> impl Iterator<Item = &Vec<String>> {
        std::iter::once(&self.primary_key).chain(&self.unique).filter(|key| !key.is_empty())
    }
    /// The foreign keys that `column` is part of.
    pub fn foreign_keys_of<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a ForeignKey> {
        self.foreign_keys.iter().filter(move |f| f.columns.iter().any(|c| c == column))
    }
}
