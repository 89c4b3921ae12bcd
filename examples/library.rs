//! sqlmint as a library: a schema, its data, ten question/SQL pairs, and every answer checked again.
//!
//! `cargo run --release --example library`
#![allow(unreachable_pub, reason = "a test includes this file as a module")]

use sqlmint::config::{Recipe, Settings};
use sqlmint::corpus::lines;
use sqlmint::database::duck::Access;
use sqlmint::database::{Backend, Duck};
use sqlmint::ir::Record;
use sqlmint::kernel::progress::Silent;
use sqlmint::phase;
use sqlmint::runner::{Request, Runner};
use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// How long one statement may run.
const TIMEOUT_MS: u64 = 2_000;

/// Recipes, as `phases/*.yaml` would have them.
const RECIPES: [(&str, &str); 3] = [
    ("schema", "kind: schema"),
    ("populate", "kind: populate"),
    (
        "ten",
        "kind: pairs\nshapes: [with_parent, group_by_category, above_average]\npairs: 10",
    ),
];

/// Prints ten questions about the library, each with its SQL.
pub fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    for pair in ten_pairs(&format!("{}/schemas/library_mgm.ddl", env!("CARGO_MANIFEST_DIR")), dir.path())? {
        println!("{}\n    {}\n    {} rows\n", pair.question, pair.sql, pair.answer.row_count);
    }
    Ok(())
}

/// Ten certified pairs on a small database of this schema, each executed once more.
pub fn ten_pairs(source: &str, dir: &Path) -> Result<Vec<Record>, Box<dyn Error>> {
    let recipes = RECIPES
        .iter()
        .map(|(name, text)| Recipe::parse(name, "RECIPES", text))
        .collect::<Result<Vec<_>, _>>()?;
    let settings = Settings {
        rows: 200,
        ..Settings::for_source(source, dir, recipes)
    };
    let phases = phase::build(&settings)?;
    let runner = Runner {
        dir: &settings.dir,
        phases: &phases,
        seed: settings.seed,
        threads: settings.threads,
    };
    runner.run(&Request::default(), &Silent, &AtomicBool::new(false))?;

    let records: Vec<Record> = lines::read_all(&settings.dir.join("ten/records.jsonl"))?;
    let database = Duck::open(&settings.dir.join("data/database.duckdb"), Access::ReadOnly)?;
    for record in &records {
        let rows = database.query(&record.sql, TIMEOUT_MS)?;
        if rows.hash(record.answer.ordered) != record.answer.hash {
            return Err(format!("{} does not return what its record says", record.sql).into());
        }
    }
    Ok(records)
}
