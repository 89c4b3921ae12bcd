//! What an instance may change: found once a schema, by asking DuckDB which of its conditions it understands.

use crate::database::Backend;
use crate::database::load::table_name;
use crate::ir::{Column, LogicalIr};
use std::collections::BTreeSet;

/// Longest time that a CHECK may take to be understood, milliseconds.
const CHECK_TIMEOUT_MS: u64 = 2_000;

/// What may be changed in the tables of a schema, found once.
pub(in super::super) struct Rules<'a> {
    pub(in super::super) schema: &'a LogicalIr,
    /// By table and column: never changed.
    pub(super) fixed: BTreeSet<(usize, usize)>,
    /// By table: the CHECKs that DuckDB understands.
    pub(super) checks: Vec<Vec<&'a str>>,
    /// By table: the generated columns that DuckDB can compute anew, and how.
    pub(super) generated: Vec<Vec<(&'a Column, &'a str)>>,
}

impl<'a> Rules<'a> {
    /// Reads the schema; `backend` says which CHECKs can be asked.
    pub(in super::super) fn new(schema: &'a LogicalIr, backend: &dyn Backend) -> Self {
        let mut fixed = BTreeSet::new();
        let (mut checks, mut generated) = (Vec::new(), Vec::new());
        for (index, table) in schema.tables.iter().enumerate() {
            let mut fix = |names: &[String]| fixed.extend(names.iter().filter_map(|name| Some((index, table.column_index(name)?))));
            for child in &schema.tables {
                for key in child.foreign_keys.iter().filter(|key| table.is(&key.ref_table)) {
                    fix(&key.ref_columns);
                }
            }
            for key in table.foreign_keys.iter().filter(|key| key.columns.len() > 1) {
                fix(&key.columns);
            }
            let named_in = |sql: &str| {
                let names = table.columns.iter().map(|column| column.name.clone());
                names.filter(|name| mentions(sql, name)).collect::<Vec<_>>()
            };
            let asks = |what: &str| {
                let sql = format!("SELECT count({what}) FROM (SELECT * FROM {}) c", table_name(table));
                backend.query(&sql, CHECK_TIMEOUT_MS).is_ok()
            };
            let mut computed = Vec::new();
            for column in &table.columns {
                if let Some(sql) = &column.generated {
                    fix(std::slice::from_ref(&column.name));
                    if asks(&format!("({sql})")) {
                        computed.push((column, sql.as_str()));
                    } else {
                        fix(&named_in(sql));
                    }
                }
            }
            generated.push(computed);
            let mut understood = Vec::new();
            for check in &table.checks {
                if asks(&format!("CASE WHEN ({}) THEN 1 END", check.sql)) {
                    understood.push(check.sql.as_str());
                } else {
                    fix(&named_in(&check.sql));
                }
            }
            checks.push(understood);
        }
        Rules {
            schema,
            fixed,
            checks,
            generated,
        }
    }
}

/// Whether a text has `name` as a word.
pub(super) fn mentions(sql: &str, name: &str) -> bool {
    let mut words = sql.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|word| word.eq_ignore_ascii_case(name)) || sql.contains(name)
}
