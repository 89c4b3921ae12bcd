//! The end of a run: how many pairs, what was refused and why, what is covered, where the files are, what to try next.

use serde::Serialize;
use sqlmint::config::Settings;
use sqlmint::database::duck;
use sqlmint::ir::coverage::{Coverage, Measure};
use sqlmint::kernel::files;
use sqlmint::runner::{Finished, Report};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Most reasons in the text.
const REASONS_SHOWN: usize = 6;

/// What a run made.
#[derive(Serialize)]
pub(super) struct Summary {
    run: String,
    directory: PathBuf,
    /// Pairs certified by the phases that were asked for, now or before.
    certified: u64,
    /// Refused candidates by reason.
    rejected: BTreeMap<String, u64>,
    /// Covered and total, in the order of coverage.json; empty before there is one.
    coverage: Vec<(&'static str, u64, u64)>,
    excluded: usize,
    tables: u64,
    phases: Vec<Finished>,
    /// Time that this run spent in DuckDB, all threads together.
    database_seconds: f64,
    /// Files to look at, those that exist.
    files: Vec<(PathBuf, &'static str)>,
}

/// What the summary points at.
const FILES: [(&str, &str); 4] = [
    ("corpus/train.jsonl", "question and SQL, one pair a line"),
    ("corpus/README.md", "the dataset card"),
    ("report.html", "the same for reviewers"),
    ("data/database.duckdb", "the database"),
];

impl Summary {
    pub(super) fn of(settings: &Settings, report: Report) -> Self {
        let mut certified: u64 = 0;
        let mut rejected: BTreeMap<String, u64> = BTreeMap::new();
        for (name, n) in report.phases.iter().flat_map(|p| &p.outcome.counts) {
            match name.split_once('.') {
                None if name == "certified" => certified += n,
                Some(("rejected", reason)) => *rejected.entry(reason.to_owned()).or_default() += n,
                // Certified on its own, but the same as a pair of another phase.
                Some(("dropped", reason)) => {
                    certified = certified.saturating_sub(*n);
                    *rejected.entry(reason.to_owned()).or_default() += n;
                }
                _ => {}
            }
        }
        let coverage: Option<Coverage> = files::read_json(&settings.dir.join("coverage.json")).ok();
        Summary {
            run: settings.run.clone(),
            directory: settings.dir.clone(),
            certified,
            rejected,
            excluded: coverage.as_ref().map_or(0, |c| c.excluded.len()),
            tables: coverage.as_ref().map_or(0, |c| c.tables.total),
            coverage: coverage.as_ref().map(shares).unwrap_or_default(),
            phases: report.phases,
            database_seconds: duck::spent().as_secs_f64(),
            files: FILES
                .iter()
                .map(|(path, what)| (settings.dir.join(path), *what))
                .filter(|(path, _)| path.exists())
                .collect(),
        }
    }
}

fn shares(coverage: &Coverage) -> Vec<(&'static str, u64, u64)> {
    let share = |what, m: &Measure| (what, m.covered, m.total);
    vec![
        share("tables", &coverage.tables),
        share("columns", &coverage.columns),
        share("join edges", &coverage.join_edges),
        share("shapes", &coverage.shapes),
        share("functions", &coverage.functions),
    ]
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.phases.iter().any(|p| p.outcome.counts.contains_key("certified")) {
            let mut reasons: Vec<(&String, &u64)> = self.rejected.iter().collect();
            reasons.sort_by_key(|(name, n)| (std::cmp::Reverse(**n), *name));
            let shown: Vec<String> = reasons.iter().take(REASONS_SHOWN).map(|(name, n)| format!("{name} {n}")).collect();
            let more = if reasons.len() > REASONS_SHOWN { ", ..." } else { "" };
            let total: u64 = self.rejected.values().sum();
            writeln!(
                f,
                "{} pairs certified, {total} candidates rejected: {}{more}",
                self.certified,
                shown.join(", ")
            )?;
        }
        if !self.coverage.is_empty() {
            let shares: Vec<String> = self
                .coverage
                .iter()
                .map(|(what, part, whole)| format!("{what} {part}/{whole}"))
                .collect();
            let left_out = match self.excluded {
                0 => String::new(),
                n => format!(" ({n} tables and columns left out: coverage.json says why)"),
            };
            writeln!(f, "coverage: {}{left_out}", shares.join(", "))?;
            if self.coverage.iter().any(|(what, _, whole)| *what == "join edges" && *whole == 0) && self.tables > 1 {
                writeln!(
                    f,
                    "no foreign keys are declared, so no question joins tables: add them to the source to have joins"
                )?;
            }
        }
        for (path, what) in &self.files {
            writeln!(f, "{}  {what}", path.display())?;
        }
        writeln!(
            f,
            "next: edit schema/dataset_ir.json or schema/lexicon.yaml there, or a recipe in phases/, and run again"
        )
    }
}
