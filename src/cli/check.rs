//! `sqlmint check`: certifies anyone's question/SQL pairs and says what is wrong with each. Exit code 3 when a pair is refused.
//!
//! Statements run in a process of their own ([`Confined`]), which is this program with the hidden command `validator`.

mod judge;

use super::failure::Usage;
use super::label::{self, UNREAD};
use super::{Voice, on_a_deep_stack, print, say};
use anyhow::{Context, Result};
use clap::Args;
use judge::{Engine, Judge};
use serde_json::{Value, json};
use sqlmint::check::engines::Second;
use sqlmint::check::outside::{self, Bench, Entry, Finding, Report};
use sqlmint::corpus::intake::Pair;
use sqlmint::database::attach::{self, Attached};
use sqlmint::database::schemas::Schemas;
use sqlmint::database::{Backend, Confined, confined, load};
use sqlmint::datagen::{self, RowCounts};
use sqlmint::design;
use sqlmint::ir::{DatasetIr, LogicalIr};
use sqlmint::kernel::progress::Silent;
use sqlmint::kernel::seed::Seed;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The longest that a statement may be given: a day.
const TIMEOUT_MS_MAX: u64 = 86_400_000;
/// Reasons told a pair without --json.
const REASONS_SHOWN: usize = 3;

#[derive(Args)]
pub(super) struct Check {
    /// Spider or BIRD .json, .jsonl, .csv with a header, .sql; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Schema of the SQL: .sql files in order (repeat the flag), tables.json, IR .json, .duckdb
    #[arg(long, value_name = "SOURCE", required = true)]
    schema: Vec<String>,
    /// Data to run on: a .duckdb file, a run directory, a directory of CSV or Parquet files, or one with <db_id>.duckdb or <db_id>/ in it;
    /// without it data is made from the schema, and an empty result or a tie only warns
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Rows a table of made-up data
    #[arg(long, value_name = "N", default_value_t = 200, conflicts_with = "data", value_parser = clap::value_parser!(u64).range(1..))]
    rows: u64,
    /// How long one statement may run; what needs longer is tried once more, alone and with four times as long
    #[arg(long, value_name = "MS", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=TIMEOUT_MS_MAX))]
    timeout_ms: u64,
    /// A second engine that every statement must run on, with the same rows: `postgres` is a private throwaway server with a copy of the data, or the
    /// database that DATABASE_URL names as it stands, which is only read (its answers are compared when --data says that the rows are the same)
    #[arg(long, value_name = "ENGINE", value_enum)]
    judge: Option<Engine>,
}

/// The hidden command: the engine's process.
#[derive(Args)]
pub(super) struct Validator {
    database: PathBuf,
}

impl Validator {
    pub(super) fn run(&self) -> Result<ExitCode> {
        confined::serve(&self.database)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Check {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        let pairs = label::read_all(&self.files)?;
        let mut schemas = Schemas::load(&self.schema)?;
        if let Some(data) = self.data.as_deref().filter(|data| !data.exists()) {
            return Err(Usage(format!("--data {}: there is no such file or directory", data.display())).into());
        }
        let judge = self
            .judge
            .map(|engine| Judge::new(engine, &schemas, self.data.is_some()))
            .transpose()?;
        let seed = Seed(42).child("populate");
        on_a_deep_stack(move || {
            let mut databases = Databases {
                data: self.data.as_deref(),
                rows: self.rows,
                seed,
                scratch: Scratch::new()?,
                files: BTreeMap::new(),
                engine: None,
                judge,
            };
            let mut reports = Vec::new();
            for pair in &pairs {
                reports.push(self.certify(pair, &mut schemas, &mut databases)?);
            }
            self.tell(&pairs, &mut schemas, reports, voice)
        })
    }

    fn certify(&self, pair: &Pair, schemas: &mut Schemas, databases: &mut Databases<'_>) -> Result<Report> {
        let refused = |check, place: &str, detail: String| Report {
            reasons: vec![Finding {
                check,
                place: place.to_owned(),
                detail,
            }],
            ..Report::default()
        };
        if let Some(error) = &pair.error {
            return Ok(refused("parse", "file", error.clone()));
        }
        let schema = match schemas.of(pair.db_id.as_deref()) {
            Ok(schema) => schema,
            Err(e) => return Ok(refused("schema", "db_id", e.to_string())),
        };
        let (engine, made_up, second) = match databases.of(pair.db_id.as_deref(), schema)? {
            Ok(found) => found,
            Err(message) => return Ok(refused("data", "db_id", message)),
        };
        let bench = Bench {
            backend: engine,
            timeout_ms: self.timeout_ms,
            made_up,
            second,
        };
        Ok(outside::certify(&pair.sql, &pair.question, &pair.evidence, schema, &bench))
    }

    fn tell(&self, pairs: &[Pair], schemas: &mut Schemas, mut reports: Vec<Report>, voice: Voice) -> Result<ExitCode> {
        let entries: Vec<Entry<'_>> = pairs
            .iter()
            .map(|pair| Entry {
                place: &pair.place,
                db_id: pair.db_id.as_deref().unwrap_or_default(),
                question: &pair.question,
                sql: &pair.sql,
            })
            .collect();
        outside::across(&entries, &mut reports);
        let mut out = String::new();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (pair, report) in pairs.iter().zip(&reports) {
            for finding in &report.reasons {
                *counts.entry(finding.check).or_default() += 1;
            }
            if voice.json {
                out.push_str(&line(pair, report, schemas).to_string());
                out.push('\n');
            } else {
                out.push_str(&row(pair, report));
            }
        }
        print(out.as_bytes())?;
        let refused = reports.iter().filter(|r| !r.reasons.is_empty()).count();
        if !voice.quiet {
            let warned = reports.iter().filter(|r| r.reasons.is_empty() && !r.warnings.is_empty()).count();
            let certified = reports.len() - refused;
            say(&format!(
                "{} pairs: {certified} certified ({warned} with warnings), {refused} refused",
                reports.len()
            ));
            for (check, n) in counts {
                say(&format!("  refused by {check}: {n}"));
            }
            if self.data.is_none() {
                say("the data was made up from the schema; with --data an empty result refuses a pair");
            }
        }
        Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(UNREAD) })
    }
}

fn verdict(report: &Report) -> &'static str {
    if report.reasons.is_empty() { "certified" } else { "refused" }
}

fn line(pair: &Pair, report: &Report, schemas: &mut Schemas) -> Value {
    let labels = report.labels.as_ref().and_then(|_| label::label(pair, Some(schemas)).ok());
    json!({
        "place": pair.place,
        "db_id": labels.as_ref().map(|l| l.db_id.clone()).or_else(|| pair.db_id.clone()),
        "question": pair.question,
        "sql": pair.sql,
        "verdict": verdict(report),
        "reasons": report.reasons,
        "warnings": report.warnings,
        "checks": report.checks,
        "engines": report.engines,
        "answer": report.answer,
        "labels": labels.as_ref().map(label::entries),
    })
}

fn row(pair: &Pair, report: &Report) -> String {
    let mut out = format!("{:<24} {}\n", pair.place, verdict(report));
    for (kind, findings) in [("", &report.reasons), ("warning: ", &report.warnings)] {
        for finding in findings.iter().take(REASONS_SHOWN) {
            out.push_str(&format!("    {kind}{} at {}: {}\n", finding.check, finding.place, finding.detail));
        }
    }
    out
}

/// A directory that goes away with the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let dir = std::env::temp_dir().join(format!("sqlmint-check-{}", std::process::id()));
        std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        Ok(Scratch(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is only disk space in the temporary directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The databases of the pairs, each made or found once; one engine at a time.
struct Databases<'a> {
    data: Option<&'a Path>,
    rows: u64,
    seed: Seed,
    scratch: Scratch,
    files: BTreeMap<String, Result<File, String>>,
    engine: Option<(String, Confined)>,
    judge: Option<Judge>,
}

/// Where a pair runs: the engine, whether its data was made up, and the second engine.
type Place<'d> = (&'d dyn Backend, bool, Option<Second<'d>>);

struct File {
    path: PathBuf,
    /// Keeps the loaded directory's file.
    _attached: Option<Attached>,
}

impl Databases<'_> {
    /// The engines on a pair's database; the inner error is the pair's alone.
    fn of(&mut self, db_id: Option<&str>, schema: &LogicalIr) -> Result<std::result::Result<Place<'_>, String>> {
        let id = schema.name.clone();
        if !self.files.contains_key(&id) {
            let file = match self.data {
                Some(data) => self.find(data, db_id.unwrap_or(&id), schema),
                None => self.make(schema),
            };
            self.files.insert(id.clone(), file);
        }
        let path = match self.files.get(&id) {
            Some(Ok(file)) => &file.path,
            Some(Err(message)) => return Ok(Err(message.clone())),
            None => return Ok(Err("no database".to_owned())),
        };
        if self.engine.as_ref().is_none_or(|(of, _)| *of != id) {
            let program = std::env::current_exe().context("cannot tell where this program is")?;
            let program: Vec<OsString> = vec![program.into(), "validator".into()];
            self.engine = Some((id, Confined::start(program, path)?));
        }
        let second = match &mut self.judge {
            Some(judge) => Some(judge.on(schema, path)?),
            None => None,
        };
        let engine = self.engine.as_ref().map(|(_, engine)| engine as &dyn Backend);
        Ok(engine
            .map(|engine| (engine, self.data.is_none(), second))
            .ok_or_else(|| "no engine".to_owned()))
    }

    /// A database file as it is, or the files of a directory loaded into one.
    fn find(&self, data: &Path, db_id: &str, schema: &LogicalIr) -> std::result::Result<File, String> {
        let safe = !db_id.contains(['/', '\\']) && !db_id.starts_with('.');
        let own = data.join(db_id);
        let mut candidates = vec![data.to_owned(), data.join("data/database.duckdb"), data.join("database.duckdb")];
        if safe {
            candidates.extend([
                data.join(format!("{db_id}.duckdb")),
                own.join("data/database.duckdb"),
                own.join("database.duckdb"),
                own.join(format!("{db_id}.duckdb")),
            ]);
        }
        if let Some(path) = candidates.into_iter().find(|path| path.is_file()) {
            return Ok(File { path, _attached: None });
        }
        let dirs = [own.join("data"), own, data.join("data"), data.to_owned()];
        let dir = dirs.iter().skip(if safe { 0 } else { 2 }).find(|dir| has_tables(dir, schema));
        let Some(dir) = dir else {
            return Err(format!(
                "{}: no database.duckdb, {db_id}.duckdb, or CSV or Parquet file named after a table of {db_id}",
                data.display()
            ));
        };
        let path = self.scratch.0.join(format!("{}.duckdb", self.files.len()));
        let attached = attach::attach(schema, dir, &path, 1, &Silent).map_err(|e| e.to_string())?;
        Ok(File {
            path,
            _attached: Some(attached),
        })
    }

    /// A database of made-up data.
    fn make(&self, schema: &LogicalIr) -> std::result::Result<File, String> {
        let mut dataset = DatasetIr {
            version: 1,
            logical: schema.clone(),
            ..DatasetIr::default()
        };
        design::complete(&mut dataset, &datagen::abilities());
        let dir = self.scratch.0.join(self.files.len().to_string());
        let options = datagen::Options {
            seed: self.seed,
            threads: 1,
            counts: RowCounts {
                default_rows: self.rows,
                ..RowCounts::default()
            },
        };
        let failed = |e: &dyn std::fmt::Display| format!("no data could be made from the schema: {e}; give --data");
        // A foreign key between columns of different types cannot be kept; without any, the rest can be made.
        if datagen::generate(&dataset, &options, &dir, &Silent).is_err() {
            let mut loose = schema.clone();
            loose.tables.iter_mut().for_each(|table| table.foreign_keys.clear());
            dataset = DatasetIr {
                version: 1,
                logical: loose,
                ..DatasetIr::default()
            };
            design::complete(&mut dataset, &datagen::abilities());
            datagen::generate(&dataset, &options, &dir, &Silent).map_err(|e| failed(&e))?;
        }
        let path = dir.join("database.duckdb");
        load::build(&dataset.logical, &dir, &path, &Silent).map_err(|e| failed(&e))?;
        Ok(File { path, _attached: None })
    }
}

fn has_tables(dir: &Path, schema: &LogicalIr) -> bool {
    schema.data_tables().any(|table| {
        let csv = load::csv_path(dir, &table.id());
        csv.is_file() || csv.with_extension("parquet").is_file()
    })
}
