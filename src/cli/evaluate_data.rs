//! `sqlmint evaluate-data`: a data directory against what its IR declares; against a gold schema and real tables when there are any.

use super::failure::Usage;
use super::screen::Screen;
use super::{Voice, environment, print_json};
use anyhow::{Context, Result};
use clap::Args;
use sqlmint::config::{Flags, Override, Settings};
use sqlmint::database::attach::{Attached, attach};
use sqlmint::database::source;
use sqlmint::dataeval::{self, Evaluation};
use sqlmint::datagen::Format;
use sqlmint::ir::evaluation::EvaluationReport;
use sqlmint::ir::{DatasetIr, LogicalIr, Table};
use sqlmint::kernel::files;
use sqlmint::{datagen, design};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Most failures told on stderr; the report has all.
const FAILURES_SHOWN: usize = 20;

#[derive(Args)]
pub(super) struct EvaluateData {
    /// A DatasetIr .json, or any other source of a schema
    #[arg(value_name = "SOURCE")]
    source: String,
    /// Directory of the CSV or Parquet files, one a table
    #[arg(value_name = "DATA_DIR")]
    dir: PathBuf,
    /// File of the report
    #[arg(value_name = "REPORT.json")]
    report: PathBuf,
    /// A schema to compare the source's schema with
    #[arg(long, value_name = "SCHEMA")]
    gold: Option<String>,
    /// Directory of real tables of the same names, to compare the data with
    #[arg(long, value_name = "DIR")]
    real: Option<PathBuf>,
    /// Configuration file whose section "evaluate" has the thresholds [default: config.yaml, when there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Set a threshold, for example evaluate.ks_max=0.05 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Threads of the database, 0 for all; the report does not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

impl EvaluateData {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        let overrides = self.sets.iter().map(|text| Override::parse(text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(other) = overrides.iter().find(|o| !o.key.starts_with("evaluate.")) {
            return Err(Usage(format!(
                "{}: only keys of the section \"evaluate\" matter here, for example evaluate.ks_max=0.05",
                other.origin
            ))
            .into());
        }
        let thresholds = Settings::thresholds(&Flags {
            config: self.config.clone(),
            overrides,
            cwd: std::env::current_dir().context("cannot tell the current directory")?,
            environment: environment(),
        })?;
        let ir = self.declaration()?;
        let gold = self
            .gold
            .as_ref()
            .map(|spec| source::load(std::slice::from_ref(spec)))
            .transpose()?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if self.threads == 0 { cores } else { self.threads };
        let screen = Screen::new(voice);
        let load = |dir: &Path, word: &str| -> Result<Attached> {
            let mut temp = self.report.clone().into_os_string();
            temp.push(format!(".{word}.inprogress"));
            Ok(attach(&ir.logical, dir, Path::new(&temp), threads, &screen)?)
        };
        if let Some(parent) = self.report.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).with_context(|| format!("cannot create directory {}", parent.display()))?;
        }
        // An error must not leave an earlier verdict standing.
        if self.report.is_file() {
            std::fs::remove_file(&self.report).with_context(|| format!("cannot replace {}", self.report.display()))?;
        }
        let data = load(&self.dir, "data")?;
        // Of several tables none is a wrong directory; one alone is a missing file, and its own failure.
        let several = ir.logical.data_tables().count() > 1;
        if several && data.absent.len() == ir.logical.data_tables().count() {
            let wanted: Vec<String> = ir.logical.data_tables().map(|t| format!("{}.csv", t.id())).collect();
            let message = format!(
                "{}: no table of {} is there; expected {}",
                self.dir.display(),
                self.source,
                super::few(&wanted)
            );
            return Err(Usage(message).into());
        }
        for table in &data.absent {
            screen.line(&format!(
                "{table}: no file {table}.csv or {table}.parquet in {}",
                self.dir.display()
            ));
        }
        let made = self.made(&ir.logical);
        let real = self.real.as_ref().map(|dir| load(dir, "real")).transpose()?;
        let real_tables = match &real {
            Some(real) => self.real_tables(&ir.logical, real)?,
            None => Vec::new(),
        };
        let evaluation = Evaluation {
            ir: &ir,
            data: &data.duck,
            abilities: &datagen::abilities(),
            thresholds: &thresholds,
            gold: gold.as_ref().map(|g| &g.logical),
            real: real.as_ref().map(|r| &r.duck),
            real_tables,
            real_files: real.as_ref().map(|r| r.findings.clone()).unwrap_or_default(),
            made,
            files: data.findings.clone(),
            threads,
            timed: true,
        };
        let report = dataeval::evaluate(&evaluation, &screen)?;
        files::write_json(&self.report, &report)?;
        summary(&report, &screen);
        screen.line(&format!("report: {}", self.report.display()));
        if voice.json {
            print_json(&report)?;
        }
        Ok(if report.passed { ExitCode::SUCCESS } else { ExitCode::from(3) })
    }

    /// The declaration, completed exactly as `generate` completes it.
    fn declaration(&self) -> Result<DatasetIr> {
        let loaded = source::load(std::slice::from_ref(&self.source))?;
        let mut dataset = loaded.dataset.unwrap_or_else(|| DatasetIr {
            version: 1,
            logical: loaded.logical,
            ..DatasetIr::default()
        });
        design::complete(&mut dataset, &datagen::abilities());
        if let Some(problem) = dataset.logical.problems().into_iter().next() {
            return Err(Usage(format!("{}: {problem}", self.source)).into());
        }
        Ok(dataset)
    }

    /// Rows of each table as `generate` noted them beside its files.
    fn made(&self, logical: &LogicalIr) -> BTreeMap<String, Vec<u64>> {
        let noted = |id: String| {
            let csv = datagen::csv_path(&self.dir, &id).is_file();
            let rows = datagen::rows_made(&self.dir, &id, if csv { Format::Csv } else { Format::Parquet })?;
            Some((id, rows))
        };
        logical.data_tables().map(Table::id).filter_map(noted).collect()
    }

    /// Tables that the real directory has; none of several is a slip, and of one table it is that table's failure.
    fn real_tables(&self, logical: &LogicalIr, real: &Attached) -> Result<Vec<String>> {
        let all: Vec<String> = logical.data_tables().map(Table::id).collect();
        if all.len() == 1 {
            return Ok(all);
        }
        let tables: Vec<String> = all.into_iter().filter(|id| !real.absent.contains(id)).collect();
        if tables.is_empty() {
            let dir = self.real.as_deref().unwrap_or(Path::new(""));
            return Err(Usage(format!("--real {}: no table of {} is there", dir.display(), self.source)).into());
        }
        Ok(tables)
    }
}

/// What a person wants to know first.
fn summary(report: &EvaluationReport, screen: &Screen) {
    let count = |name: &str| report.counts.get(name).copied().unwrap_or(0);
    for table in report.tables.iter().chain(&report.real) {
        let verdict = if table.passed { "passed" } else { "failed" };
        let metrics = table.metrics.len() + table.columns.iter().map(|c| c.metrics.len()).sum::<usize>();
        screen.line(&format!("{}: {} rows, {metrics} metrics, {verdict}", table.table, table.rows));
    }
    for query in &report.workload {
        let number = |x: Option<f64>| x.map_or("-".to_owned(), |x| format!("{x:.3}"));
        screen.line(&format!(
            "{}: {} rows in {} ms, Gini {}, top share {}: {}",
            query.kind,
            query.rows.map_or("no".to_owned(), |n| n.to_string()),
            query.elapsed_ms.map_or("-".to_owned(), |ms| ms.to_string()),
            number(query.gini),
            number(query.top1_share),
            query.sql.chars().take(80).collect::<String>()
        ));
    }
    for failure in report.failures.iter().take(FAILURES_SHOWN) {
        screen.line(&format!("FAILED {failure}"));
    }
    if report.failures.len() > FAILURES_SHOWN {
        screen.line(&format!(
            "and {} more failures, in the report",
            report.failures.len() - FAILURES_SHOWN
        ));
    }
    screen.line(&format!(
        "{}: {} passed, {} failed, {} unproven, {} shown, {} unmeasured",
        if report.passed { "passed" } else { "not passed" },
        count("passed"),
        count("failed"),
        count("unproven"),
        count("shown"),
        count("unmeasured")
    ));
}
