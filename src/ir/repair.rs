//! Repair: the usual slips of IRs that people and language models write, put right on the JSON before it is read strictly.
//!
//! | file | slips |
//! |---|---|
//! | this one | of tables and columns |
//! | `distribution.rs`, `season.rs` | of the distribution of a column |
//! | `form.rs` | of any entry: other spellings of a key, numbers in quotes |
//! | `kind.rs` | the spellings themselves |
//!
//! Only what has one plausible meaning is changed: another spelling of a name, a number in quotes, dates in a uniform range, probabilities that miss 1
//! by rounding, a parameter left out that has a usual value. Every change is a [`QaIssue`] with its JSON path. What is not listed here stays as it
//! is, and the strict reader or the data engine refuses it. Invariant: a document without slips is returned as it was, without issues.

mod distribution;
mod form;
mod kind;
mod season;

pub use kind::kinds;

use super::issue::QaIssue;
use super::sql_type::SqlType;
use form::{Report, number, rename};
use kind::Form;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Puts right what can be in the JSON of a DatasetIr.
pub fn dataset(ir: &mut Value) -> Vec<QaIssue> {
    let mut report = Report(Vec::new());
    let types = column_types(ir);
    if let Some(tables) = ir.pointer_mut("/logical/tables").and_then(Value::as_array_mut) {
        for (i, table) in tables.iter_mut().filter_map(Value::as_object_mut).enumerate() {
            rename(
                table,
                "row_count",
                &["rows", "n_rows", "num_rows"],
                &format!("logical.tables[{i}]"),
                &mut report,
            );
            number(table, "row_count", Form::Whole, &format!("logical.tables[{i}]"), &mut report);
        }
    }
    if let Some(rows) = ir.pointer_mut("/generation/rows").and_then(Value::as_object_mut) {
        let tables: Vec<String> = rows.keys().cloned().collect();
        for table in tables {
            number(rows, &table, Form::Whole, "generation.rows", &mut report);
        }
    }
    if let Some(columns) = ir.pointer_mut("/generation/columns").and_then(Value::as_array_mut) {
        for (i, entry) in columns.iter_mut().enumerate() {
            if let Some(entry) = entry.as_object_mut() {
                column(entry, &format!("generation.columns[{i}]"), &types, &mut report);
            }
        }
    }
    report.0
}

/// Types by table and column: looked up once for each of what may be tens of thousands of columns.
type Types = HashMap<(String, String), SqlType>;

/// (table, column) to type, as far as the JSON tells.
fn column_types(ir: &Value) -> Types {
    let text = |v: &Value, key: &str| v.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut out = Types::new();
    for table in ir.pointer("/logical/tables").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = text(table, "name") else { continue };
        let id = text(table, "schema").map_or(name.clone(), |schema| format!("{schema}.{name}"));
        for column in table.get("columns").and_then(Value::as_array).into_iter().flatten() {
            if let (Some(column), Some(Ok(kind))) = (text(column, "name"), text(column, "type").map(|t| t.parse::<SqlType>())) {
                out.entry((id.clone(), column)).or_insert(kind);
            }
        }
    }
    out
}

fn column(entry: &mut Map<String, Value>, place: &str, types: &Types, report: &mut Report) {
    rename(entry, "distribution", &["dist", "generator", "generation"], place, report);
    rename(
        entry,
        "null_fraction",
        &["null_rate", "null_prob", "nulls", "null_probability", "null_ratio"],
        place,
        report,
    );
    number(entry, "null_fraction", Form::Float, place, report);
    percent(entry, "null_fraction", place, report);
    if let Some(dirty) = entry.get_mut("dirty").and_then(Value::as_object_mut) {
        for rate in ["nulls", "typos", "case", "whitespace", "outliers", "units"] {
            number(dirty, rate, Form::Float, &format!("{place}.dirty"), report);
            percent(dirty, rate, &format!("{place}.dirty"), report);
        }
    }
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
    let kind = types.get(&(text("table").to_owned(), text("column").to_owned())).cloned();
    if let Some(value) = entry.get_mut("distribution") {
        distribution::distribution(value, &format!("{place}.distribution"), kind.as_ref(), report);
    }
}

/// A share that was written as percent: whole, or too large to be one with its point in the wrong place. 1.5 may be 0.15 or 1.5 %, and stays as it is.
fn percent(map: &mut Map<String, Value>, key: &str, place: &str, report: &mut Report) {
    let means_percent = |x: &f64| *x <= 100.0 && (*x >= 10.0 || *x >= 2.0 && x.fract() == 0.0);
    if let Some(percent) = map.get(key).and_then(Value::as_f64).filter(means_percent) {
        map.insert(key.to_owned(), json!(percent / 100.0));
        report.say(
            "percent",
            &format!("{place}.{key}"),
            format!("{percent} was read as percent: {}", percent / 100.0),
        );
    }
}
