//! `report.json` of generated data: what was made in which order, by which keys; with `--report` also what is in it, measured in DuckDB,
//! and what might be the key of a table that declares none.
//!
//! The measures read every file once more, so they are taken only when asked for: generation itself keeps no statistics.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use sqlmint::database::attach::attach;
use sqlmint::database::{load, profile};
use sqlmint::dataeval::integrity::integrity;
use sqlmint::datagen::Summary;
use sqlmint::datagen::delivery::{Delivery, Format, path};
use sqlmint::ir::{DatasetIr, Table};
use sqlmint::kernel::progress::Progress;
use sqlmint::schema::profile::{ColumnProfile, Profile, TableProfile};
use std::path::Path;

/// Most frequent values of a column that the report shows.
const SAMPLES: usize = 5;

/// The report without measures.
pub(super) fn made(ir: &DatasetIr, summary: &Summary, seed: u64) -> Value {
    let tables = summary.tables.iter().map(|t| {
        let file = t.path.file_name().map(|n| n.to_string_lossy().into_owned());
        (t.table.clone(), json!({"rows": t.rows, "bytes": t.bytes, "file": file}))
    });
    let keys = ir.logical.data_tables().map(|t| {
        let foreign = t
            .foreign_keys
            .iter()
            .map(|k| json!({"columns": k.columns, "ref_table": k.ref_table, "ref_columns": k.ref_columns}));
        let keys = json!({"primary_key": t.primary_key, "unique": t.unique, "foreign_keys": foreign.collect::<Vec<_>>()});
        (t.id(), keys)
    });
    json!({"meta": {
        "engine": concat!("sqlmint ", env!("CARGO_PKG_VERSION")),
        "seed": seed,
        "table_order": summary.order,
        "keys": keys.collect::<serde_json::Map<_, _>>(),
        "tables": tables.collect::<serde_json::Map<_, _>>(),
        "failures": summary.failures,
        "notes": summary.notes,
    }})
}

/// Columns that are unique and never NULL in a table that declares no primary key: what its key might be. Those named like one come first, then as the
/// table has them. A key of one row, or of none, would be chance.
fn inferred(table: &Table, profile: &TableProfile) -> Option<Value> {
    if !table.primary_key.is_empty() || profile.rows < 2 {
        return None;
    }
    let unique = |c: &&ColumnProfile| c.nulls == 0 && c.distinct == profile.rows;
    let mut keys: Vec<&str> = profile.columns.iter().filter(unique).map(|c| c.column.as_str()).collect();
    keys.sort_by_key(|name| key_rank(&table.name, name));
    let keys = keys.iter().map(|name| json!({"columns": [name]})).collect::<Vec<_>>();
    Some(json!({"inferred": true, "from": format!("unique and never NULL in all {} rows", profile.rows), "keys": keys}))
}

/// How unlike a key's a column's name is: `id` and the table's own before any other, those of codes and numbers next.
fn key_rank(table: &str, column: &str) -> u8 {
    let (table, column) = (table.to_lowercase(), column.to_lowercase());
    let own = |end: &str| {
        column
            .strip_suffix(end)
            .is_some_and(|rest| !rest.is_empty() && table.starts_with(rest.trim_end_matches('_')))
    };
    let ends = |words: &[&str]| words.iter().any(|w| column == *w || column.ends_with(&format!("_{w}")));
    match () {
        () if column == "id" || own("id") => 0,
        () if own("key") || own("code") || own("no") || own("number") => 1,
        () if ends(&["id", "key", "uuid", "guid"]) => 2,
        () if ends(&["code", "no", "number", "nr"]) => 3,
        () => 4,
    }
}

/// Adds each column's NULL share, distinct values and samples, and how many rows break each constraint.
pub(super) fn measure(
    ir: &DatasetIr,
    dir: &Path,
    delivery: &Delivery,
    threads: usize,
    report: &mut Value,
    progress: &dyn Progress,
) -> Result<()> {
    let attached = attach(&ir.logical, dir, &dir.join(".report.duckdb"), threads, progress)?;
    if delivery.format != Format::Csv
        && let Some(other) = attached.findings.values().flat_map(|f| &f.beside).next()
    {
        bail!(
            "{}: {other} and a CSV file hold the same table, so none was measured; move one away",
            dir.display()
        );
    }
    let hash = load::data_hash(&ir.logical, |table| path(dir, table, delivery))?;
    let connection = attached.duck.connection();
    let proof = integrity(connection, &ir.logical, &hash)?;
    let profile = profile::measure(connection, &ir.logical, &hash)?;
    report["meta"]["data_hash"] = json!(profile.db_hash);
    report["meta"]["validation"] = json!({
        "passed": proof.violations().is_empty(),
        "constraints_measured": proof.measured(),
        "violations": proof.violations(),
    });
    for table in ir.logical.data_tables() {
        let id = table.id();
        report["meta"]["tables"][&id]["columns"] = columns(&profile, &id);
        if let Some(keys) = profile.table(&id).and_then(|p| inferred(table, p)) {
            report["meta"]["keys"][&id]["inferred_primary_key"] = keys;
        }
    }
    Ok(())
}

fn columns(profile: &Profile, table: &str) -> Value {
    let Some(table) = profile.table(table) else { return Value::Null };
    let rows = table.rows.max(1) as f64;
    let column = |c: &ColumnProfile| {
        let samples: Vec<_> = c.top.iter().take(SAMPLES).map(|(value, _)| value).collect();
        (
            c.column.clone(),
            json!({"null_share": c.nulls as f64 / rows, "distinct": c.distinct, "samples": samples}),
        )
    };
    table.columns.iter().map(column).collect::<serde_json::Map<_, _>>().into()
}
