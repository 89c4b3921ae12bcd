//! The plain cost of a corpus: statements of a finished run, executed once and nothing else.
//!
//! `cargo run --release --example replay -- RUN_DIR [THREADS]` opens the run's database as the run does (same settings, one connection a
//! thread) and times two sets of statements: `corpus`, every right and wrong SQL of `corpus/records.jsonl`; and `tried`, every SQL that the
//! run had to execute for it: right ones, mutants told apart or not, refused candidates (not the second runs that prove an order). Where a
//! mutant was told apart elsewhere, both statements on that instance are among them; runs elsewhere that told nothing are not.
//! It prints one line of JSON. A statement that fails is counted, not hidden.

use anyhow::{Context, Result};
use sqlmint::corpus::lines;
use sqlmint::database::duck::Access;
use sqlmint::database::{Backend, Duck};
use sqlmint::ir::Record;
use sqlmint::ir::record::Reject;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// The same as the command's, so that only the work differs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Databases of a run.
const DATABASES: [&str; 3] = ["database", "witness_1", "witness_2"];
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
    let corpus: Vec<Statement> = right.clone().chain(wrong).map(Statement::here).collect();
    let trials: Vec<Trial> = lines::read_all(&run.join("negatives/mutants.jsonl"))?;
    let sqls: BTreeMap<&str, &str> = records.iter().map(|r| (r.id.as_str(), r.sql.as_str())).collect();
    let elsewhere = trials.iter().flat_map(|trial| {
        let right = sqls.get(trial.id.as_str()).copied();
        let told = trial.mutants.iter().filter(|mutant| !mutant.on.is_empty());
        told.flat_map(move |mutant| right.into_iter().chain([mutant.sql.as_str()]).map(|sql| mutant.statement(sql)))
    });
    let elsewhere: Vec<Statement> = elsewhere.collect();
    let mutants = trials.iter().flat_map(|t| &t.mutants).map(|m| m.sql.clone());
    let refused = refused(&run)?;
    let tried = right.chain(mutants).chain(refused).map(Statement::here).chain(elsewhere);
    let tried: Vec<Statement> = tried.collect();
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
    id: String,
    mutants: Vec<Mutant>,
}

/// A statement, and the run's database that it is for.
struct Statement {
    database: &'static str,
    sql: String,
}

impl Statement {
    fn here(sql: String) -> Self {
        Statement {
            database: DATABASES[0],
            sql,
        }
    }
}

#[derive(serde::Deserialize)]
struct Mutant {
    sql: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    instance: String,
}

impl Mutant {
    /// A statement on the instance that told this mutant apart.
    fn statement(&self, sql: &str) -> Statement {
        let sql = match (
            self.instance.as_str(),
            sql.strip_prefix("WITH RECURSIVE "),
            sql.strip_prefix("WITH "),
        ) {
            ("", ..) => sql.to_owned(),
            (instance, Some(rest), _) => format!("WITH RECURSIVE {instance}, {rest}"),
            (instance, _, Some(rest)) => format!("WITH {instance}, {rest}"),
            (instance, ..) => format!("WITH {instance} {sql}"),
        };
        let database = DATABASES.into_iter().find(|name| self.on.starts_with(name)).unwrap_or(DATABASES[0]);
        Statement { database, sql }
    }
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
fn replay(run: &Path, statements: &[Statement], threads: usize) -> Result<serde_json::Value> {
    let open = |name: &str| Duck::open(&run.join(format!("data/{name}.duckdb")), Access::ReadOnly);
    let first = DATABASES.iter().map(|name| open(name)).collect::<Result<Vec<_>, _>>()?;
    let worker = || first.iter().map(Duck::try_clone).collect::<Result<Vec<_>, _>>();
    let workers = (0..threads).map(|_| worker()).collect::<Result<Vec<_>, _>>()?;
    let started = Instant::now();
    let (next, failed, rows) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for ducks in workers {
            let (next, failed, rows, statements) = (&next, &failed, &rows, &statements);
            scope.spawn(move || {
                while let Some(Statement { database, sql }) = statements.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(duck) = ducks
                        .iter()
                        .zip(DATABASES)
                        .find_map(|(duck, name)| (name == *database).then_some(duck))
                    else {
                        continue;
                    };
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
