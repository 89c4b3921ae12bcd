//! A run directory made by hand: a schema of two tables and the records of two pairs phases, for phases that read them.

use sqlmint::config::{Flags, Settings};
use sqlmint::corpus::lines;
use sqlmint::corpus::merge::PairNegatives;
use sqlmint::ir::record::{Answer, Labels, Mutants, Negative, Proof, Reject, Verdict};
use sqlmint::ir::{Column, DatasetIr, ForeignKey, LogicalIr, Record, SqlType, Table};
use sqlmint::kernel::files;
use sqlmint::kernel::progress::Silent;
use sqlmint::kernel::seed::Seed;
use sqlmint::runner::{Context, Outcome, PhaseError};
use sqlmint::schema::profile::{ColumnProfile, Profile, TableProfile};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A finished run up to its pairs, and the phases that come after.
pub(crate) struct Run {
    _home: tempfile::TempDir,
    pub(crate) dir: PathBuf,
    settings: Settings,
}

impl Run {
    /// Forty pairs of eight skeletons in phase `joins`, twenty of ten in `grouping`.
    pub(crate) fn new() -> Result<Run> {
        let home = tempfile::tempdir()?;
        std::fs::write(home.path().join("library.sql"), "CREATE TABLE book (title text);\n")?;
        let config = "version: 1\nrun: {name: library}\nsource: {ddl: library.sql}\nphases: [joins, grouping, negatives, export, report]\n";
        std::fs::write(home.path().join("config.yaml"), config)?;
        files::write(&home.path().join("phases/negatives.yaml"), b"kind: negatives\n")?;
        let settings = Settings::load(&Flags {
            cwd: home.path().to_owned(),
            ..Flags::default()
        })?;
        let run = Run {
            dir: settings.dir.clone(),
            _home: home,
            settings,
        };
        files::write_json(
            &run.dir.join("schema/dataset_ir.json"),
            &DatasetIr {
                version: 1,
                logical: library(),
                ..DatasetIr::default()
            },
        )?;
        files::write(
            &run.dir.join("schema/findings.json"),
            b"{\"read_over\":{\"CREATE VIEW\":3},\"findings\":[{\"stage\":\"ddl\",\"severity\":\"warning\",\"code\":\"not_enforced\",\"location\":\"a.sql:7\",\"message\":\"EXCLUDE is not enforced\"}]}",
        )?;
        files::write(
            &run.dir.join("schema/schema.sql"),
            b"CREATE TABLE author (author_id integer PRIMARY KEY, name text);\n",
        )?;
        files::write(&run.dir.join("schema/lexicon.yaml"), b"# nothing to correct\n")?;
        files::write_json(&run.dir.join("data/profile.json"), &profile())?;
        let joins: Vec<Record> = (0..40).map(|n| record("joins", n, n % 8)).collect();
        let grouping: Vec<Record> = (0..20).map(|n| record("grouping", n, n % 10)).collect();
        lines::write(&run.dir.join("joins/records.jsonl"), &joins)?;
        lines::write(&run.dir.join("grouping/records.jsonl"), &grouping)?;
        lines::write(
            &run.dir.join("joins/rejects.jsonl"),
            vec![
                Reject {
                    reason: "empty_result".into(),
                    ..Reject::default()
                };
                3
            ],
        )?;
        lines::write(&run.dir.join("grouping/rejects.jsonl"), Vec::<Reject>::new())?;
        lines::write(&run.dir.join("negatives/negatives.jsonl"), joins.iter().map(negatives))?;
        Ok(run)
    }

    /// Runs one phase on what is there.
    pub(crate) fn phase(&self, name: &str) -> Result<Outcome> {
        let phases = sqlmint::phase::build(&self.settings)?;
        let phase = phases.iter().find(|p| p.name() == name).ok_or("no such phase")?;
        let context = Context {
            dir: &self.dir,
            seed: Seed(42).child(name),
            key: "k".into(),
            threads: 1,
            progress: &Silent,
            stop: &AtomicBool::new(false),
        };
        for path in phase.reads() {
            assert!(
                self.dir.join(&path).exists(),
                "{name} reads {}, which is not part of a run",
                path.display()
            );
        }
        let outcome: std::result::Result<Outcome, PhaseError> = phase.run(&context);
        let outcome = outcome?;
        for path in phase.writes() {
            assert!(self.dir.join(&path).is_file(), "{name} did not write {}", path.display());
        }
        Ok(outcome)
    }

    /// The files a phase writes, with their bytes.
    pub(crate) fn written(&self, name: &str) -> Result<Vec<(PathBuf, Vec<u8>)>> {
        let phases = sqlmint::phase::build(&self.settings)?;
        let phase = phases.iter().find(|p| p.name() == name).ok_or("no such phase")?;
        phase
            .writes()
            .into_iter()
            .map(|path| Ok((path.clone(), std::fs::read(self.dir.join(path))?)))
            .collect()
    }

    pub(crate) fn text(&self, path: &str) -> Result<String> {
        Ok(std::fs::read_to_string(self.dir.join(path))?)
    }
    pub(crate) fn json(&self, path: &str) -> Result<serde_json::Value> {
        Ok(serde_json::from_str(&self.text(path)?)?)
    }
    pub(crate) fn records(&self, path: impl AsRef<Path>) -> Result<Vec<Record>> {
        Ok(lines::read_all(&self.dir.join(path))?)
    }
}

fn library() -> LogicalIr {
    let column = |name: &str, sql_type| Column::new(name, sql_type);
    let author = Table {
        name: "author".into(),
        columns: vec![column("author_id", SqlType::Int32), column("name", SqlType::Text)],
        primary_key: vec!["author_id".into()],
        ..Table::default()
    };
    let key = ForeignKey {
        name: None,
        columns: vec!["author_id".into()],
        ref_table: "author".into(),
        ref_columns: vec!["author_id".into()],
        inferred: false,
    };
    let book = Table {
        name: "book".into(),
        columns: vec![
            column("title", SqlType::Text),
            column("author_id", SqlType::Int32),
            column("cover", SqlType::Bytes),
        ],
        foreign_keys: vec![key],
        ..Table::default()
    };
    LogicalIr {
        name: "library".into(),
        tables: vec![author, book],
        ..LogicalIr::default()
    }
}

fn profile() -> Profile {
    let title = ColumnProfile {
        column: "title".into(),
        distinct: 12,
        ..ColumnProfile::default()
    };
    Profile {
        db_hash: "db".into(),
        tables: vec![TableProfile {
            table: "book".into(),
            rows: 12,
            columns: vec![title],
        }],
    }
}

fn record(phase: &str, n: usize, skeleton: usize) -> Record {
    let mut record = Record {
        db_id: "library".into(),
        question: format!("Which books of {phase} have the number {n}?"),
        sql: format!("SELECT title FROM book WHERE {phase}{skeleton} = {n}"),
        dialect: "postgresql".into(),
        style: "interrogative".into(),
        answer: Answer {
            columns: vec!["title".into()],
            rows: vec![vec![Some("Dune".into())]],
            row_count: 1,
            ordered: false,
            hash: "aa".into(),
        },
        labels: Labels {
            phase: phase.into(),
            shape: "projection".into(),
            tables: vec!["book".into()],
            columns: vec!["book.title".into()],
            skeleton: format!("SELECT _ FROM _ WHERE {phase}{skeleton} = _"),
            ..Labels::default()
        },
        verdict: Verdict {
            engine: "duckdb".into(),
            db_hash: "db".into(),
            checks: vec!["plans".into()],
            ..Verdict::default()
        },
        ..Record::default()
    };
    record.id = record.computed_id();
    record
}

fn negatives(record: &Record) -> PairNegatives {
    let proof = Proof {
        expected_hash: "aa".into(),
        expected_rows: 1,
        actual_hash: "bb".into(),
        actual_rows: 2,
    };
    let wrong = Negative {
        sql: format!("{} OR true", record.sql),
        error_class: "literal".into(),
        change: "a wider condition".into(),
        proof,
        ..Negative::default()
    };
    PairNegatives {
        id: record.id.clone(),
        mutants: Mutants { total: 2, killed: 1 },
        negatives: vec![wrong],
    }
}
