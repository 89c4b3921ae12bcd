//! Parents that need two rows: a CHECK says that two references of one row lead to different ones (`from_account <> to_account`).
//!
//! Rows that nobody asked for of that table are raised from one to two, with a note; without them its children would have no row that holds.

use super::super::cell::Cell;
use super::super::expression::Expression;
use super::RowCounts;
use crate::ir::{DatasetIr, Table};

/// Raises the rows of such parents; `rows` are those of every table.
pub(super) fn raise(ir: &DatasetIr, counts: &RowCounts, rows: &mut [u64], notes: &mut Vec<String>) {
    if counts.rows_max.is_some_and(|most| most < 2) {
        return;
    }
    for table in &ir.logical.tables {
        for parent in parents(ir, table) {
            let said = counts.rows.contains_key(&parent) || ir.generation.rows.contains_key(&parent);
            let Some(index) = ir.logical.table_index(&parent).filter(|_| !said) else {
                continue;
            };
            if let Some(count) = rows.get_mut(index).filter(|n| **n == 1) {
                *count = 2;
                notes.push(format!(
                    "{parent}: 2 rows instead of 1, since rows of {} refer to two different ones",
                    table.id()
                ));
            }
        }
    }
}

/// Tables that a row refers to twice, differently.
fn parents(ir: &DatasetIr, table: &Table) -> Vec<String> {
    let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let reference = |column: &usize| {
        let name = names.get(*column)?;
        let firm = table.column(name).is_some_and(|c| !c.nullable) || table.primary_key.iter().any(|k| k == name);
        let mut keys = table.foreign_keys_of(name).filter(|k| k.columns.len() == 1 && firm);
        keys.next().map(|k| (k.ref_table.clone(), k.ref_columns.clone()))
    };
    let id = table.id();
    let added = ir.constraints.checks.iter().filter(|c| c.table == id).map(|c| c.sql.as_str());
    let mut out = Vec::new();
    for sql in table.checks.iter().map(|c| c.sql.as_str()).chain(added) {
        let Ok(condition) = Expression::compile(sql, &names) else {
            continue;
        };
        let [one, other] = condition.columns.as_slice() else { continue };
        let (Some(one), Some(other)) = (reference(one), reference(other)) else {
            continue;
        };
        if one == other && !condition.holds(&|_| Cell::Int(1)) {
            out.push(one.0);
        }
    }
    out
}
