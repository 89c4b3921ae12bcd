//! What the engine honours, measured on generated values.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]
#![allow(clippy::needless_range_loop, reason = "a row number reads several columns")]

mod derived;
mod distributions;
mod entities;
mod noise;
mod references;
mod rules;
mod tuples;

use super::block::Block;
use super::cell::{Cell, cell};
use super::{Plan, RowCounts};
use crate::ir::DatasetIr;
use crate::kernel::seed::Seed;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A made table: column name to cells.
pub(super) type Made = BTreeMap<String, Vec<Cell>>;

/// A dataset from short forms: tables as `(name, rows, columns as "name TYPE" with "!" for NOT NULL and "*" for the key, foreign keys)`.
pub(super) fn dataset(tables: &[(&str, u64, &[&str], &[(&str, &str)])], generation: Value, constraints: Value) -> DatasetIr {
    let tables: Vec<Value> = tables
        .iter()
        .map(|(name, rows, columns, keys)| {
            let key: Vec<&str> = columns
                .iter()
                .filter(|c| c.ends_with('*'))
                .filter_map(|c| c.split(' ').next())
                .collect();
            let columns: Vec<Value> = columns
                .iter()
                .map(|c| {
                    let (name, kind) = c.split_once(' ').unwrap();
                    json!({"name": name, "type": kind.trim_end_matches(['*', '!']), "nullable": !kind.ends_with(['*', '!'])})
                })
                .collect();
            let keys: Vec<Value> = keys
                .iter()
                .map(|(column, parent)| {
                    let (table, to) = parent.split_once('.').unwrap();
                    json!({"columns": [column], "ref_table": table, "ref_columns": [to]})
                })
                .collect();
            json!({"name": name, "row_count": rows, "columns": columns, "primary_key": key, "foreign_keys": keys})
        })
        .collect();
    serde_json::from_value(json!({
        "logical": {"name": "test", "tables": tables},
        "generation": generation,
        "constraints": constraints,
    }))
    .unwrap()
}

/// A column's entry.
pub(super) fn column(place: &str, distribution: Value) -> Value {
    let (table, column) = place.split_once('.').unwrap();
    json!({"table": table, "column": column, "distribution": distribution})
}

pub(super) fn plan(ir: &DatasetIr) -> Result<Plan, String> {
    let counts = RowCounts {
        default_rows: 100,
        ..RowCounts::default()
    };
    Plan::new(ir, &counts, Seed(11)).map_err(|e| e.to_string())
}

/// All rows of all tables.
pub(super) fn make(ir: &DatasetIr) -> Result<BTreeMap<String, Made>, String> {
    let plan = plan(ir)?;
    let mut out = BTreeMap::new();
    for (index, table) in plan.tables() {
        let mut made: Made = table.shown().map(|c| (c.name.clone(), Vec::new())).collect();
        // Blocks of an odd size: what a row holds must not depend on them.
        for start in (0..table.rows).step_by(777) {
            let rows: Vec<u64> = (start..(start + 777).min(table.rows)).collect();
            let arrays = Block::new(&plan, index, &rows).finish().map_err(|e| e.to_string())?;
            for (column, array) in table.shown().zip(&arrays) {
                made.get_mut(&column.name).unwrap().extend((0..array.len()).map(|i| cell(array, i)));
            }
        }
        out.insert(table.id.clone(), made);
    }
    Ok(out)
}

pub(super) fn numbers(cells: &[Cell]) -> Vec<f64> {
    cells.iter().map(|c| c.number().unwrap_or(f64::NAN)).collect()
}

pub(super) fn mean_std(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt())
}

pub(super) fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let ((ma, sa), (mb, sb)) = (mean_std(a), mean_std(b));
    a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / a.len() as f64 / sa / sb
}

pub(super) fn shop() -> Vec<(&'static str, u64, &'static [&'static str], &'static [(&'static str, &'static str)])> {
    vec![
        ("product", 50, &["id INT32*", "list_price DECIMAL(8,2)!", "name TEXT!"], &[]),
        (
            "sale",
            3000,
            &[
                "id INT32*",
                "product_id INT32",
                "quantity INT32!",
                "amount DECIMAL(12,2)",
                "label TEXT",
                "share FLOAT64",
            ],
            &[("product_id", "product.id")],
        ),
    ]
}
