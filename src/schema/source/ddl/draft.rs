//! The draft: tables, types and keys as statements add, change and drop them, before names are resolved.
//!
//! Tables are found by a map, so thousands of statements cost no more than their length. A dropped table leaves a hole, so positions hold.
//! Limits: [`TABLES_MAX`], [`COLUMNS_MAX`], [`ISSUES_MAX`].

use super::cursor::Name;
use super::types::TypeRef;
use crate::ir::issue::Severity;
use crate::ir::{Check, Column, EnumType, QaIssue};
use crate::kernel::limits::{COLUMNS_MAX, TABLES_MAX};
use crate::kernel::suggest;
use std::collections::{BTreeMap, HashMap};

/// Findings kept of one source; the rest are counted.
const ISSUES_MAX: usize = 300;

/// Most columns of all tables together, with copies by inheritance; long checks weigh as columns.
const WEIGHT_MAX: usize = 1_000_000;

/// A schema in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) comment: Option<String>,
    /// Schemas searched for a name without one, the first also takes new objects; none is the default schema.
    pub(super) search_path: Vec<Option<String>>,
    pub(super) tables: Vec<Option<TableDraft>>,
    pub(super) index: HashMap<Name, usize>,
    /// Table positions by bare name, for the last resort of a lookup.
    by_bare_name: HashMap<String, Vec<usize>>,
    pub(super) enums: Vec<EnumType>,
    pub(super) enum_index: HashMap<String, usize>,
    pub(super) domains: HashMap<Name, Domain>,
    /// Composite types, for `CREATE TABLE ... OF`.
    pub(super) composites: HashMap<Name, Vec<ColumnDraft>>,
    /// Unique indexes by name: table and columns.
    pub(super) indexes: HashMap<String, (usize, Vec<String>)>,
    pub(super) issues: Vec<QaIssue>,
    issues_left_out: u64,
    weight: usize,
    pub(super) skipped: BTreeMap<String, u64>,
    pub(super) file: String,
}

/// A table in the making.
#[derive(Debug, Clone, Default)]
pub(super) struct TableDraft {
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) spelling: Option<String>,
    pub(super) comment: Option<String>,
    pub(super) columns: Vec<ColumnDraft>,
    pub(super) primary_key: Option<Key>,
    pub(super) unique: Vec<Key>,
    pub(super) foreign_keys: Vec<ForeignKeyDraft>,
    pub(super) checks: Vec<Check>,
    /// Where CHECKs are written, by their SQL.
    pub(super) check_lines: BTreeMap<String, u32>,
    pub(super) partition_of: Option<usize>,
    pub(super) partition_by: Option<String>,
    pub(super) partition_bound: Option<String>,
    pub(super) place: String,
}

/// A column whose type may still be a name.
#[derive(Debug, Clone)]
pub(super) struct ColumnDraft {
    pub(super) column: Column,
    pub(super) written: TypeRef,
    pub(super) line: u32,
}

/// A primary key or a unique group.
#[derive(Debug, Clone, Default)]
pub(super) struct Key {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) line: u32,
}

/// A foreign key whose target may be defined later.
#[derive(Debug, Clone)]
pub(super) struct ForeignKeyDraft {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) target: Target,
    /// Empty: the target's primary key.
    pub(super) ref_columns: Vec<String>,
    pub(super) place: String,
}

/// Where a foreign key points.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Found(usize),
    Written(Name),
}

/// A domain. In its checks VALUE is cut out: the column's name goes between the pieces.
#[derive(Debug, Clone)]
pub(super) struct Domain {
    pub(super) written: TypeRef,
    pub(super) not_null: bool,
    pub(super) default: Option<String>,
    pub(super) checks: Vec<Vec<String>>,
}

impl TableDraft {
    pub(super) fn id(&self) -> String {
        Name {
            schema: self.schema.clone(),
            name: self.name.clone(),
        }
        .to_string()
    }
    pub(super) fn column_mut(&mut self, name: &str) -> Option<&mut ColumnDraft> {
        self.columns.iter_mut().find(|c| c.column.name == name)
    }
    pub(super) fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|c| c.column.name == name)
    }
    /// A constraint's name as PostgreSQL makes it up: `table_a_b_key`.
    pub(super) fn constraint_name(&self, columns: &[String], suffix: &str) -> String {
        let mut parts = vec![self.name.as_str()];
        parts.extend(columns.iter().map(String::as_str));
        parts.push(suffix);
        parts.join("_")
    }
}

impl Draft {
    pub(super) fn place(&self, line: u32) -> String {
        format!("{}:{line}", self.file)
    }

    pub(super) fn report(&mut self, severity: Severity, code: &str, place: String, message: String) {
        if self.issues.len() < ISSUES_MAX {
            self.issues.push(QaIssue::new("ddl", severity, code, place, message));
        } else {
            self.issues_left_out += 1;
        }
    }
    pub(super) fn warn(&mut self, code: &str, line: u32, message: impl Into<String>) {
        self.report(Severity::Warning, code, self.place(line), message.into());
    }
    /// A last finding that says how many more there were.
    pub(super) fn close_issues(&mut self) {
        if self.issues_left_out > 0 {
            let message = format!(
                "{} more findings like these; fix the first ones and read the source again",
                self.issues_left_out
            );
            self.issues
                .push(QaIssue::new("ddl", Severity::Warning, "more_findings", self.file.clone(), message));
        }
    }
    pub(super) fn skip(&mut self, kind: &str, n: u64) {
        *self.skipped.entry(kind.to_owned()).or_default() += n;
    }

    /// The schema as the IR says it: the default one has no name.
    pub(super) fn qualified(mut name: Name) -> Name {
        if name.schema.as_deref().is_some_and(is_default_schema) {
            name.schema = None;
        }
        name
    }
    /// The name a new object gets.
    pub(super) fn new_name(&self, mut name: Name) -> Name {
        if name.schema.is_none() {
            name.schema = self.search_path.first().cloned().flatten();
        }
        Self::qualified(name)
    }
    /// The names to look for, in order of the search path.
    pub(super) fn candidates(&self, name: &Name) -> Vec<Name> {
        if name.schema.is_some() {
            return vec![Self::qualified(name.clone())];
        }
        let path = self.search_path.iter().cloned().chain([None]);
        path.map(|schema| Name {
            schema,
            name: name.name.clone(),
        })
        .collect()
    }

    /// The table a name means: by search path, else the only table of that name, in whatever schema or case.
    pub(super) fn find_table(&self, name: &Name) -> Option<usize> {
        if let Some(found) = self.candidates(name).iter().find_map(|n| self.index.get(n)) {
            return Some(*found);
        }
        match self.by_bare_name.get(&name.name.to_lowercase()).map(Vec::as_slice) {
            Some([only]) => self.tables.get(*only).and_then(Option::as_ref).map(|_| *only),
            _ => None,
        }
    }
    pub(super) fn table_mut(&mut self, at: usize) -> Option<&mut TableDraft> {
        self.tables.get_mut(at).and_then(Option::as_mut)
    }
    pub(super) fn table(&self, at: usize) -> Option<&TableDraft> {
        self.tables.get(at).and_then(Option::as_ref)
    }
    /// `; did you mean "x"?` about a table that was not found.
    pub(super) fn table_hint(&self, name: &Name) -> String {
        suggest::hint(&name.name, self.tables.iter().flatten().take(2000).map(|t| t.name.as_str()))
    }

    /// Whether the limit on columns in all is reached: nothing is copied any more.
    pub(super) fn is_full(&self) -> bool {
        self.weight > WEIGHT_MAX
    }

    pub(super) fn add_table(&mut self, mut table: TableDraft, line: u32) {
        if self.tables.len() >= TABLES_MAX {
            self.warn(
                "too_many_tables",
                line,
                format!("table {:?} is left out: {TABLES_MAX} tables is the limit", table.name),
            );
            return;
        }
        if table.columns.len() > COLUMNS_MAX {
            self.warn(
                "too_many_columns",
                line,
                format!("table {:?} keeps its first {COLUMNS_MAX} columns", table.name),
            );
            table.columns.truncate(COLUMNS_MAX);
        }
        self.weight += table.columns.len() + table.checks.iter().map(|c| 1 + c.sql.len() / 64).sum::<usize>();
        if self.weight > WEIGHT_MAX {
            self.warn(
                "too_many_columns",
                line,
                format!("table {:?} is left out: {WEIGHT_MAX} columns in all is the limit", table.name),
            );
            return;
        }
        let at = self.tables.len();
        self.index.insert(
            Name {
                schema: table.schema.clone(),
                name: table.name.clone(),
            },
            at,
        );
        self.by_bare_name.entry(table.name.to_lowercase()).or_default().push(at);
        self.tables.push(Some(table));
    }

    pub(super) fn drop_table(&mut self, at: usize) {
        if let Some(table) = self.tables.get_mut(at).and_then(Option::take) {
            self.forget(at, &table.schema, &table.name);
        }
    }
    fn forget(&mut self, at: usize, schema: &Option<String>, name: &str) {
        self.index.remove(&Name {
            schema: schema.clone(),
            name: name.to_owned(),
        });
        if let Some(positions) = self.by_bare_name.get_mut(&name.to_lowercase()) {
            positions.retain(|p| *p != at);
        }
    }

    /// Gives a table another schema and name, unless another table has them.
    pub(super) fn rename_table(&mut self, at: usize, to: Name) -> bool {
        let to = Self::qualified(to);
        let Some(table) = self.table(at) else { return false };
        if self.index.contains_key(&to) {
            return false;
        }
        let (schema, name) = (table.schema.clone(), table.name.clone());
        self.forget(at, &schema, &name);
        self.by_bare_name.entry(to.name.to_lowercase()).or_default().push(at);
        self.index.insert(to.clone(), at);
        if let Some(table) = self.table_mut(at) {
            (table.schema, table.name, table.spelling) = (to.schema, to.name, None);
        }
        true
    }

    /// Position of the enum that a name means.
    pub(super) fn find_enum(&self, name: &Name) -> Option<usize> {
        self.candidates(name)
            .iter()
            .find_map(|n| self.enum_index.get(&n.to_string()).copied())
    }
    pub(super) fn add_enum(&mut self, name: String, values: Vec<String>) {
        if !self.enum_index.contains_key(&name) {
            self.enum_index.insert(name.clone(), self.enums.len());
            self.enums.push(EnumType { name, values });
        }
    }
}

/// Schemas whose name says nothing: PostgreSQL's, DuckDB's and SQL Server's defaults.
fn is_default_schema(name: &str) -> bool {
    matches!(name, "public" | "main" | "dbo")
}
