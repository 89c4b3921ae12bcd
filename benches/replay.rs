//! The plain cost of a corpus: every right and every wrong SQL of a finished run, executed once and nothing else.
//!
//! `cargo run --release --example replay -- RUN_DIR [THREADS]` opens the run's database as the run does (same settings, one connection a
//! thread), executes the statements of `corpus/records.jsonl` and prints one line of JSON. A statement that fails is counted, not hidden.

use anyhow::{Context, Result};
use sqlmint::corpus::lines;
use sqlmint::database::duck::Access;
use sqlmint::database::{Backend, Duck};
use sqlmint::ir::Record;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Past this a statement is taken to hang.
const TIMEOUT_MS: u64 = 60_000;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let run = PathBuf::from(args.next().context("usage: replay RUN_DIR [THREADS]")?);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.next().map_or(Ok(cores), |n| n.parse()).context("THREADS is a number")?.max(1);

    let records: Vec<Record> = lines::read_all(&run.join("corpus/records.jsonl"))?;
    let statements: Vec<&str> = records
        .iter()
        .flat_map(|r| std::iter::once(r.sql.as_str()).chain(r.negatives.iter().map(|n| n.sql.as_str())))
        .collect();
    let first = Duck::open(&run.join("data/database.duckdb"), Access::ReadOnly)?;
    let workers = (0..threads).map(|_| first.try_clone()).collect::<Result<Vec<_>, _>>()?;

    let started = Instant::now();
    let (next, failed, rows) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for duck in workers {
            let (next, failed, rows, statements) = (&next, &failed, &rows, &statements);
            scope.spawn(move || {
                while let Some(sql) = statements.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match duck.query(sql, TIMEOUT_MS) {
                        Ok(result) => rows.fetch_add(usize::try_from(result.row_count()).unwrap_or(0), Ordering::Relaxed),
                        Err(_) => failed.fetch_add(1, Ordering::Relaxed),
                    };
                }
            });
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    let report = serde_json::json!({
        "pairs": records.len(),
        "statements": statements.len(),
        "failed": failed.into_inner(),
        "rows": rows.into_inner(),
        "threads": threads,
        "seconds": seconds,
        "statements_per_s": statements.len() as f64 / seconds,
    });
    println!("{report}");
    Ok(())
}
