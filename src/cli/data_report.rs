//! `report.json` of generated data: what was made in which order, by which keys; with `--report` also what is in it, measured in DuckDB.
//!
//! The measures read every file once more, so they are taken only when asked for: generation itself keeps no statistics.

use anyhow::Result;
use serde_json::{Value, json};
use sqlmint::database::duck::Access;
use sqlmint::database::{Duck, load, profile};
use sqlmint::dataeval::integrity::integrity;
use sqlmint::datagen::Summary;
use sqlmint::ir::{DatasetIr, Table};
use sqlmint::kernel::progress::Progress;
use sqlmint::schema::profile::Profile;
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

/// Adds each column's NULL share, distinct values and samples, and how many rows break each constraint.
pub(super) fn measure(ir: &DatasetIr, dir: &Path, report: &mut Value, progress: &dyn Progress) -> Result<()> {
    let database = dir.join(".report.duckdb");
    let measured = load::build(&ir.logical, dir, &database, progress)
        .map_err(anyhow::Error::from)
        .and_then(|()| {
            let hash = load::data_hash(&ir.logical, dir)?;
            let duck = Duck::open(&database, Access::ReadOnly)?;
            let proof = integrity(duck.connection(), &ir.logical, &hash)?;
            Ok((proof, profile::measure(duck.connection(), &ir.logical, &hash)?))
        });
    // Only what was measured is kept; a leftover is replaced by the next run.
    let _ = std::fs::remove_file(&database);
    let (proof, profile) = measured?;
    report["meta"]["data_hash"] = json!(profile.db_hash);
    report["meta"]["validation"] = json!({
        "passed": proof.violations().is_empty(),
        "constraints_measured": proof.measured(),
        "violations": proof.violations(),
    });
    for table in ir.logical.data_tables().map(Table::id) {
        report["meta"]["tables"][&table]["columns"] = columns(&profile, &table);
    }
    Ok(())
}

fn columns(profile: &Profile, table: &str) -> Value {
    let Some(table) = profile.table(table) else { return Value::Null };
    let rows = table.rows.max(1) as f64;
    let column = |c: &sqlmint::schema::profile::ColumnProfile| {
        let samples: Vec<_> = c.top.iter().take(SAMPLES).map(|(value, _)| value).collect();
        (
            c.column.clone(),
            json!({"null_share": c.nulls as f64 / rows, "distinct": c.distinct, "samples": samples}),
        )
    };
    table.columns.iter().map(column).collect::<serde_json::Map<_, _>>().into()
}
