//! The plain cost of a corpus: statements of a finished run, executed once and nothing else.
//!
//! `cargo run --release --example replay -- RUN_DIR [THREADS]` opens the run's database as the run does (same settings, one connection a
//! thread) and times two sets of statements: `corpus`, every right and wrong SQL of `corpus/records.jsonl`; and `tried`, every SQL that the
//! run had to execute for it: right ones, mutants told apart or not, refused candidates (not the second runs that prove an order).
//! It prints one line of JSON. A statement that fails is counted, not hidden.

use anyhow::{Context, Result};
use sqlmint::corpus::lines;
use sqlmint::database::duck::Access;
use sqlmint::database::{Backend, Duck};
use sqlmint::ir::Record;
use sqlmint::ir::record::Reject;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// The same as the command's, so that only the work differs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Past this a statement is taken to hang.
const TIMEOUT_MS: u64 = 60_000;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let run = PathBuf::from(args.next().context("usage: replay RUN_DIR [THREADS]")?);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.next().map_or(Ok(cores), |n| n.parse()).context("THREADS is a number")?.max(1);

    let records: Vec<Record> = lines::read_all(&run.join("corpus/records.jsonl"))?;
    let right = records.iter().map(|r| r.sql.clone());
    let wrong = records.iter().flat_map(|r| r.negatives.iter().map(|n| n.sql.clone()));
    let corpus: Vec<String> = right.clone().chain(wrong).collect();
    let trials: Vec<Trial> = lines::read_all(&run.join("negatives/mutants.jsonl"))?;
    let mutants = trials.into_iter().flat_map(|t| t.mutants).map(|m| m.sql);
    let refused = refused(&run)?;
    let tried: Vec<String> = right.chain(mutants).chain(refused).collect();
    let report = serde_json::json!({
        "pairs": records.len(),
        "threads": threads,
        "corpus": replay(&run, &corpus, threads)?,
        "tried": replay(&run, &tried, threads)?,
    });
    println!("{report}");
    Ok(())
}

#[derive(serde::Deserialize)]
struct Trial {
    mutants: Vec<Mutant>,
}

#[derive(serde::Deserialize)]
struct Mutant {
    sql: String,
}

/// Candidates that were refused after they had been executed.
fn refused(run: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(run)? {
        let rejects = entry?.path().join("rejects.jsonl");
        if rejects.exists() && !rejects.starts_with(run.join("corpus")) {
            let rejects: Vec<Reject> = lines::read_all(&rejects)?;
            let executed = |r: &Reject| matches!(r.reason.as_str(), "non_empty" | "bearable" | "deterministic" | "timeout");
            found.extend(rejects.into_iter().filter(executed).map(|r| r.sql));
        }
    }
    Ok(found)
}

/// Executes the statements on as many connections as threads.
fn replay(run: &Path, statements: &[String], threads: usize) -> Result<serde_json::Value> {
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
    Ok(serde_json::json!({
        "statements": statements.len(),
        "failed": failed.into_inner(),
        "rows": rows.into_inner(),
        "seconds": seconds,
    }))
}
