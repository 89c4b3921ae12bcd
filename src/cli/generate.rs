//! `sqlmint generate`: data alone, one file a table, from any source.
//!
//! A table that could not be made leaves the others there, and the same command goes on where it stopped; the exit code is 2 when what the user wrote is
//! the reason, as with `run`, and 1 when a file is.

use super::failure::Usage;
use super::screen::Screen;
use super::{Voice, data_report, print, print_json, say};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde_json::json;
use sqlmint::database::source;
use sqlmint::datagen::{self, DataGenError, Delivery, Format, Part, RowCounts};
use sqlmint::design;
use sqlmint::ir::issue::Severity;
use sqlmint::ir::{DatasetIr, Table};
use sqlmint::kernel::files;
use sqlmint::kernel::seed::Seed;
use sqlmint::kernel::suggest;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Most shares that a table is cut into.
const PARTS_MAX: u64 = 1_000_000;

#[derive(Args)]
pub(super) struct Generate {
    /// A DatasetIr .json, or any other source of a schema
    #[arg(value_name = "SOURCE")]
    source: String,
    /// Directory of the files
    #[arg(value_name = "OUT_DIR", required_unless_present = "stdout")]
    dir: Option<PathBuf>,
    /// Rows of one table (TABLE=N), or of every table that says nothing itself (N); repeatable
    #[arg(long, value_name = "TABLE=N")]
    rows: Vec<String>,
    /// File format
    #[arg(long, value_enum, default_value_t = FileFormat::Csv)]
    format: FileFormat,
    /// Worker threads, 0 for all; output does not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Make the I-th of N equal shares of every table; concatenated in order they are the whole (part 1 alone has a CSV header)
    #[arg(long, value_name = "I/N", value_parser = part)]
    part: Option<Part>,
    /// Root of every random choice
    #[arg(long, value_name = "N", default_value_t = 42)]
    seed: u64,
    /// Make this table only; repeatable
    #[arg(long, value_name = "TABLE")]
    table: Vec<String>,
    /// Write this table to standard output, and nothing else anywhere
    #[arg(long, value_name = "TABLE", conflicts_with_all = ["dir", "table", "fresh", "report"])]
    stdout: Option<String>,
    /// Make every file anew, whatever is there
    #[arg(long)]
    fresh: bool,
    /// Add rows to the data set in OUT_DIR until --rows are there; what it holds stays, keys hold between old and new rows, and new children prefer the
    /// parents that the old ones do
    #[arg(long, conflicts_with_all = ["part", "table", "fresh", "stdout"])]
    append: bool,
    /// Measure the data in DuckDB and add columns and constraints to report.json (whole data sets)
    #[arg(long)]
    report: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FileFormat {
    /// RFC 4180 with a header line; NULL is nothing, the empty text is ""
    Csv,
    /// Parquet, without compression
    Parquet,
}

fn part(text: &str) -> Result<Part, String> {
    let read = |n: &str| n.parse::<u64>().ok();
    match text.split_once('/').and_then(|(i, n)| Some((read(i)?, read(n)?))) {
        Some((number, of)) if (1..=of).contains(&number) && of <= PARTS_MAX => Ok(Part { number, of }),
        _ => Err(format!(
            "expected I/N with I from 1 to N and N at most {PARTS_MAX}, for example 1/4"
        )),
    }
}

impl Generate {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        let delivery = Delivery {
            format: match self.format {
                FileFormat::Csv => Format::Csv,
                FileFormat::Parquet => Format::Parquet,
            },
            part: self.part.unwrap_or_default(),
            tables: self.table.clone(),
            fresh: self.fresh,
            append: self.append,
        };
        if self.report && (delivery.part.of > 1 || !delivery.tables.is_empty()) {
            return Err(Usage("--report measures whole data sets; leave out --part and --table".into()).into());
        }
        let loaded = source::load(std::slice::from_ref(&self.source))?;
        if !voice.quiet {
            for issue in loaded.issues.iter().filter(|i| i.severity == Severity::Warning) {
                say(&format!("sqlmint: {issue}"));
            }
        }
        let mut dataset = loaded.dataset.unwrap_or_else(|| DatasetIr {
            version: 1,
            logical: loaded.logical,
            ..DatasetIr::default()
        });
        design::complete(&mut dataset, &datagen::abilities());
        let counts = self.counts(&dataset)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = if self.threads == 0 { cores } else { self.threads };
        // The same seed as the phase of a run, so that both leave the same bytes.
        let options = datagen::Options {
            seed: Seed(self.seed).child("populate"),
            threads,
            counts,
        };
        match (&self.stdout, &self.dir) {
            (Some(table), _) => stream(&dataset, &options, &delivery, table),
            (None, Some(dir)) => self.deliver(&dataset, &options, &delivery, dir, voice),
            (None, None) => Err(Usage("OUT_DIR is missing: the directory of the files".into()).into()),
        }
    }

    fn deliver(&self, dataset: &DatasetIr, options: &datagen::Options, delivery: &Delivery, dir: &Path, voice: Voice) -> Result<ExitCode> {
        let screen = Screen::new(voice);
        let report_file = dir.join("report.json");
        let first = !dir.join(datagen::delivery::FINISHED_DIR).exists();
        if first && !delivery.fresh && report_file.exists() {
            return Err(Usage(format!(
                "{}: it is not a report that was made here, and it would be lost; move it away, choose another directory, or give --fresh",
                report_file.display()
            ))
            .into());
        }
        let summary = datagen::deliver(dataset, options, delivery, dir, &screen)?;
        for note in &summary.notes {
            screen.line(note);
        }
        let mut report = data_report::made(dataset, &summary, self.seed);
        if self.report && summary.failures.is_empty() {
            data_report::measure(dataset, dir, delivery, options.threads, &mut report, &screen)?;
        }
        // A part, or a choice of tables, is not the data set that the report is about.
        if delivery.part.of == 1 && delivery.tables.is_empty() {
            files::write_json(&report_file, &report)?;
        }
        if voice.json {
            let tables = summary
                .tables
                .iter()
                .map(|t| json!({"table": t.table, "rows": t.rows, "bytes": t.bytes, "path": t.path, "reused": t.reused}));
            print_json(&tables.collect::<Vec<_>>())?;
        } else if !voice.quiet {
            let kept = |reused: bool| if reused { " (there already)" } else { "" };
            let lines: String = summary
                .tables
                .iter()
                .map(|t| format!("{}  {} rows, {} bytes{}\n", t.path.display(), t.rows, t.bytes, kept(t.reused)))
                .collect();
            print(lines.as_bytes())?;
        }
        for failure in &summary.failures {
            say(&format!("sqlmint: {} was not made: {}", failure.table, failure.error));
            if !failure.dependants.is_empty() {
                let dependants = failure.dependants.join(", ");
                say(&format!(
                    "sqlmint: {dependants}: not made either, since it leads to {}",
                    failure.table
                ));
            }
        }
        Ok(match summary.failures.as_slice() {
            [] => ExitCode::SUCCESS,
            failures if failures.iter().all(|f| f.input) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        })
    }

    fn counts(&self, dataset: &DatasetIr) -> Result<RowCounts, Usage> {
        let ids: Vec<String> = dataset.logical.data_tables().map(Table::id).collect();
        let mut bare = None;
        let mut rows = BTreeMap::new();
        for text in &self.rows {
            let (table, count) = text
                .split_once('=')
                .map_or((None, text.as_str()), |(table, count)| (Some(table), count));
            let count: u64 = count
                .replace('_', "")
                .parse()
                .map_err(|_| Usage(format!("--rows {text}: expected TABLE=N or N, for example loan=5000")))?;
            match table {
                None => bare = Some(count),
                Some(table) if ids.iter().any(|id| id == table) => drop(rows.insert(table.to_owned(), count)),
                Some(table) => {
                    let hint = suggest::hint(table, ids.iter().map(String::as_str));
                    return Err(Usage(format!("--rows {text}: no table \"{table}\"{hint}")));
                }
            }
        }
        // A table that is there goes on with the rows it has: what is meant for all has to be said of each.
        if let (true, Some(count)) = (self.append, bare) {
            let sized = |table: &&Table| table.row_count.is_none() && !dataset.generation.rows.contains_key(&table.id());
            for table in dataset.logical.data_tables().filter(sized) {
                rows.entry(table.id()).or_insert(count);
            }
        }
        Ok(RowCounts {
            default_rows: bare.unwrap_or(1000),
            rows,
            rows_max: None,
        })
    }
}

/// One table through a pipe; a reader that has enough is not an error.
fn stream(dataset: &DatasetIr, options: &datagen::Options, delivery: &Delivery, table: &str) -> Result<ExitCode> {
    // Not `stdout()`: its line buffer would look through every byte.
    let mut out = raw_stdout()?;
    match datagen::stream(dataset, options, delivery, table, &mut out) {
        Ok(_) => out.flush().context("cannot write to stdout")?,
        Err(DataGenError::File(error)) if error.source.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
fn raw_stdout() -> Result<std::fs::File> {
    use std::os::fd::AsFd;
    let descriptor = io::stdout().as_fd().try_clone_to_owned().context("cannot use stdout")?;
    Ok(descriptor.into())
}

#[cfg(not(unix))]
fn raw_stdout() -> Result<io::BufWriter<io::Stdout>> {
    Ok(io::BufWriter::with_capacity(1 << 20, io::stdout()))
}
