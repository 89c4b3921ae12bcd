//! Negatives are proven: every one, run again, gives the result its proof names, which is not the pair's; and a killed phase loses nothing.

use sqlmint::config::{Flags, Settings};
use sqlmint::corpus::lines;
use sqlmint::corpus::merge::PairNegatives;
use sqlmint::database::Backend;
use sqlmint::database::duck::{Access, Duck};
use sqlmint::ir::record::{Answer, Record};
use sqlmint::ir::{DatasetIr, LogicalIr};
use sqlmint::kernel::files;
use sqlmint::kernel::progress::{Progress, Silent};
use sqlmint::kernel::seed::Seed;
use sqlmint::runner::{Context, Outcome, Phase, PhaseError};
use sqlmint::schema::profile::Profile;
use sqlmint::schema::source::ddl;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const DDL: &str = "CREATE TABLE shelf (shelf_id integer PRIMARY KEY, room text NOT NULL, wing text NOT NULL);
CREATE TABLE book (book_id integer PRIMARY KEY, shelf_id integer NOT NULL REFERENCES shelf, spare_id integer REFERENCES shelf,
  title text NOT NULL, genre text NOT NULL, pages integer NOT NULL, price numeric(6,2), bought date NOT NULL);";
const ROWS: &str = "INSERT INTO shelf SELECT i, 'room ' || (i % 4), CASE WHEN i % 3 = 0 THEN 'east' ELSE 'west' END FROM range(1, 11) t(i);
INSERT INTO book SELECT i, 1 + i * 7 % 9, 1 + i % 10, 'title ' || i * 31 % 97, ['crime', 'poetry', 'travel'][1 + i % 3], 80 + i * 37 % 400,
  CASE WHEN i % 11 = 0 THEN NULL ELSE 5 + i * 13 % 60 END, DATE '2021-01-01' + CAST(i * 17 % 900 AS integer) FROM range(1, 301) t(i);";

struct Run {
    _home: tempfile::TempDir,
    dir: PathBuf,
    settings: Settings,
    pairs: Vec<Record>,
}

/// Each SQL with the whole range of its number.
fn sqls() -> Vec<String> {
    let ranged = [
        "SELECT title FROM book WHERE pages > {} AND genre = 'crime'",
        "SELECT COUNT(*) FROM book WHERE price <= {}",
        "SELECT s.room, COUNT(*) AS n FROM book AS b JOIN shelf AS s ON b.shelf_id = s.shelf_id WHERE b.pages >= {} GROUP BY s.room",
        "SELECT title, pages FROM book WHERE book_id <> {} ORDER BY pages DESC, book_id LIMIT 7",
        "SELECT DISTINCT genre, shelf_id FROM book WHERE pages < {}",
        "SELECT wing, AVG(pages) AS mean FROM shelf JOIN book ON book.shelf_id = shelf.shelf_id WHERE book.book_id > {} GROUP BY wing HAVING COUNT(*) > 1 ORDER BY wing",
    ];
    ranged
        .iter()
        .flat_map(|sql| (100..200).map(move |n| sql.replace("{}", &n.to_string())))
        .collect()
}

impl Run {
    fn new() -> Result<Run> {
        let home = tempfile::tempdir()?;
        std::fs::write(home.path().join("books.sql"), DDL)?;
        std::fs::write(
            home.path().join("config.yaml"),
            "version: 1\nrun: {name: books}\nsource: {ddl: books.sql}\nphases: [joins, negatives]\n",
        )?;
        let settings = Settings::load(&Flags {
            cwd: home.path().to_owned(),
            ..Flags::default()
        })?;
        let mut logical: LogicalIr = ddl::parse(&[ddl::Source {
            file: "books.sql".into(),
            text: DDL.into(),
        }])
        .logical;
        logical.name = "books".into();
        let dir = settings.dir.clone();
        files::write_json(
            &dir.join("schema/dataset_ir.json"),
            &DatasetIr {
                version: 1,
                logical,
                ..DatasetIr::default()
            },
        )?;
        files::write_json(&dir.join("data/profile.json"), &Profile::default())?;
        let duck = Duck::open(&dir.join("data/database.duckdb"), Access::ReadWrite)?;
        duck.execute(DDL)?;
        duck.execute(ROWS)?;
        for (name, rows) in [("witness_1", 30), ("witness_2", 90)] {
            let witness = Duck::open(&dir.join(format!("data/{name}.duckdb")), Access::ReadWrite)?;
            witness.execute(DDL)?;
            witness.execute(&ROWS.replace("range(1, 301)", &format!("range(1, {rows})")))?;
        }
        let pairs = sqls().iter().map(|sql| pair(&duck, sql)).collect::<Result<Vec<_>>>()?;
        lines::write(&dir.join("joins/records.jsonl"), &pairs)?;
        Ok(Run {
            _home: home,
            dir,
            settings,
            pairs,
        })
    }

    fn run(&self, threads: usize, stop: &AtomicBool, progress: &dyn Progress) -> std::result::Result<Outcome, PhaseError> {
        let context = Context {
            dir: &self.dir,
            seed: Seed(42).child("negatives"),
            key: "k".into(),
            threads,
            progress,
            stop,
        };
        self.phase().map_err(|e| PhaseError::Failed(e.to_string()))?.run(&context)
    }

    fn phase(&self) -> Result<Box<dyn Phase>> {
        Ok(sqlmint::phase::build(&self.settings)?
            .into_iter()
            .find(|phase| phase.name() == "negatives")
            .ok_or("no such phase")?)
    }

    fn bytes(&self) -> Result<Vec<Vec<u8>>> {
        self.phase()?
            .writes()
            .iter()
            .map(|path| Ok(std::fs::read(self.dir.join(path))?))
            .collect()
    }
}

fn pair(duck: &Duck, sql: &str) -> Result<Record> {
    let rows = duck.query(sql, 5_000)?;
    let ordered = sql.contains("ORDER BY");
    let answer = Answer {
        columns: rows.columns.clone(),
        row_count: rows.row_count(),
        ordered,
        hash: rows.hash(ordered),
        ..Answer::default()
    };
    let mut record = Record {
        db_id: "books".into(),
        question: format!("What does {sql} give?"),
        sql: sql.into(),
        answer,
        ..Record::default()
    };
    record.id = record.computed_id();
    Ok(record)
}

/// Asks to stop as soon as some work is done.
struct StopAfterFirst<'a>(&'a AtomicBool);

impl Progress for StopAfterFirst<'_> {
    fn start(&self, _: &str, _: Option<u64>, _: &str) {}
    fn advance(&self, n: u64) {
        self.0.fetch_or(n > 0, Ordering::Relaxed);
    }
    fn finish(&self) {}
}

#[test]
fn every_negative_is_another_result_than_the_pair_s() -> Result<()> {
    let run = Run::new()?;
    let outcome = run.run(2, &AtomicBool::new(false), &Silent)?;
    let found: Vec<PairNegatives> = lines::read_all(&run.dir.join("negatives/negatives.jsonl"))?;
    assert_eq!(found.len(), run.pairs.len(), "one line a pair, in their order");
    let duck = Duck::open(&run.dir.join("data/database.duckdb"), Access::ReadOnly)?;
    let mut classes = BTreeSet::new();
    for (pair, found) in run.pairs.iter().zip(&found) {
        assert_eq!(pair.id, found.id);
        assert!(
            found.negatives.len() <= 3
                && found.negatives.len() as u32 <= found.mutants.killed
                && found.mutants.killed <= found.mutants.total
        );
        for negative in &found.negatives {
            let rows = duck.query(&negative.sql, 5_000)?;
            let proof = &negative.proof;
            assert_eq!(
                (rows.hash(pair.answer.ordered), rows.row_count()),
                (proof.actual_hash.clone(), proof.actual_rows),
                "{}",
                negative.sql
            );
            assert_eq!(
                (&proof.expected_hash, proof.expected_rows),
                (&pair.answer.hash, pair.answer.row_count)
            );
            assert_ne!(
                proof.actual_hash, proof.expected_hash,
                "{} is no wrong answer to {}",
                negative.sql, pair.sql
            );
            classes.insert(negative.error_class.clone());
            assert!(
                negative.error_type.ends_with(" Errors")
                    && !negative.sub_error_type.is_empty()
                    && ["E1", "E2"].contains(&negative.error_level.as_str()),
                "{negative:?}"
            );
        }
    }
    assert!(classes.len() >= 9, "{classes:?}");
    assert!(outcome.counts["negatives"] >= run.pairs.len() as u64 * 2, "{outcome:?}");
    let summary: serde_json::Value = files::read_json(&run.dir.join("negatives/summary.json"))?;
    assert_eq!(summary["negatives"], outcome.counts["negatives"]);
    assert_eq!(summary["mutants"]["killed"], outcome.counts["killed"]);
    assert!(elsewhere_is_proven(&run)? > 20);
    let (killed, total) = (outcome.counts["killed"], outcome.counts["mutants"]);
    assert!(killed * 100 >= total * 97, "{killed} of {total} are told apart");
    Ok(())
}

/// Runs again what was told apart elsewhere: the same result on the database, another one where the trial says; how many there are.
fn elsewhere_is_proven(run: &Run) -> Result<usize> {
    let open = |name: &str| Duck::open(&run.dir.join(format!("data/{name}.duckdb")), Access::ReadOnly);
    let ducks = [
        ("database", open("database")?),
        ("witness_1", open("witness_1")?),
        ("witness_2", open("witness_2")?),
    ];
    let trials: Vec<serde_json::Value> = lines::read_all(&run.dir.join("negatives/mutants.jsonl"))?;
    let mut proven = 0;
    for (pair, trial) in run.pairs.iter().zip(&trials) {
        for mutant in trial["mutants"].as_array().ok_or("no mutants")? {
            let text = |key: &str| mutant[key].as_str().unwrap_or_default().to_owned();
            let (on, instance, sql) = (text("on"), text("instance"), text("sql"));
            assert_eq!(mutant["fate"] == "killed_elsewhere", !on.is_empty());
            if on.is_empty() {
                continue;
            }
            let over = |sql: &str| {
                if instance.is_empty() {
                    sql.to_owned()
                } else {
                    format!("WITH {instance} {sql}")
                }
            };
            let hash = |duck: &Duck, sql: &str| -> Result<String> { Ok(duck.query(sql, 5_000)?.hash(pair.answer.ordered)) };
            let (_, there) = ducks.iter().find(|(name, _)| on.starts_with(name)).ok_or("no such database")?;
            assert_eq!(hash(&ducks[0].1, &sql)?, pair.answer.hash, "{sql}");
            assert_ne!(hash(there, &over(&sql))?, hash(there, &over(&pair.sql))?, "{on}: {sql}");
            proven += 1;
        }
    }
    Ok(proven)
}

#[test]
fn neither_threads_nor_a_stop_midway_change_a_byte() -> Result<()> {
    let undisturbed = Run::new()?;
    undisturbed.run(1, &AtomicBool::new(false), &Silent)?;
    let stopped = Run::new()?;
    let stop = AtomicBool::new(false);
    assert!(matches!(stopped.run(2, &stop, &StopAfterFirst(&stop)), Err(PhaseError::Stopped)));
    assert!(
        !stopped.dir.join("negatives/negatives.jsonl").exists(),
        "half a phase has no outputs"
    );
    stopped.run(3, &AtomicBool::new(false), &Silent)?;
    assert_eq!(undisturbed.bytes()?, stopped.bytes()?);
    Ok(())
}
