//! `sqlmint generate`: data alone, one CSV file a table, from any source.

use super::failure::Usage;
use super::screen::Screen;
use super::{Voice, print, print_json};
use anyhow::Result;
use clap::Args;
use serde_json::json;
use sqlmint::database::source;
use sqlmint::datagen::{self, RowCounts};
use sqlmint::design;
use sqlmint::ir::{DatasetIr, Table};
use sqlmint::kernel::seed::Seed;
use sqlmint::kernel::suggest;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub(super) struct Generate {
    /// A DatasetIr .json, or any other source of a schema
    #[arg(value_name = "SOURCE")]
    source: String,
    /// Directory of the CSV files
    #[arg(value_name = "OUT_DIR")]
    dir: PathBuf,
    /// Rows of one table (TABLE=N), or of every table that says nothing itself (N); repeatable
    #[arg(long, value_name = "TABLE=N")]
    rows: Vec<String>,
    /// Worker threads, 0 for all; output does not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Root of every random choice
    #[arg(long, value_name = "N", default_value_t = 42)]
    seed: u64,
}

impl Generate {
    pub(super) fn run(&self, voice: Voice) -> Result<ExitCode> {
        let loaded = source::load(std::slice::from_ref(&self.source))?;
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
        let screen = Screen::new(voice);
        let summary = datagen::generate(&dataset, &options, &self.dir, &screen)?;
        for note in &summary.notes {
            screen.line(note);
        }
        if voice.json {
            let tables = summary
                .tables
                .iter()
                .map(|t| json!({"table": t.table, "rows": t.rows, "bytes": t.bytes, "path": t.path}));
            return print_json(&tables.collect::<Vec<_>>());
        }
        let lines: String = summary
            .tables
            .iter()
            .map(|t| format!("{}  {} rows, {} bytes\n", t.path.display(), t.rows, t.bytes))
            .collect();
        if voice.quiet {
            Ok(ExitCode::SUCCESS)
        } else {
            print(lines.as_bytes())
        }
    }

    fn counts(&self, dataset: &DatasetIr) -> Result<RowCounts, Usage> {
        let ids: Vec<String> = dataset.logical.data_tables().map(Table::id).collect();
        let mut default_rows = 1000;
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
                None => default_rows = count,
                Some(table) if ids.iter().any(|id| id == table) => drop(rows.insert(table.to_owned(), count)),
                Some(table) => {
                    let hint = suggest::hint(table, ids.iter().map(String::as_str));
                    return Err(Usage(format!("--rows {text}: no table \"{table}\"{hint}")));
                }
            }
        }
        Ok(RowCounts {
            default_rows,
            rows,
            rows_max: None,
        })
    }
}
