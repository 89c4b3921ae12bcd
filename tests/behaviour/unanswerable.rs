//! Questions without one SQL: what each claims is true of schema and data, and none is among the pairs.

use crate::project::Project;
use sqlmint::database::Backend;
use sqlmint::database::duck::{Access, Duck};
use sqlmint::ir::Doubt;
use sqlmint::ir::record::{Answerability, Record};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

const TIMEOUT_MS: u64 = 20_000;
const PHASES: &str = "phases: [schema, populate, single_table, aggregation, unanswerable, export, report]\n";

fn made(threads: &str) -> Result<Project, Box<dyn Error>> {
    let project = Project::new()?;
    let recipe = project.read("phases/unanswerable.yaml")?;
    project.write("phases/unanswerable.yaml", &recipe.replace("questions: 20", "questions: 90"))?;
    let config = project.read("config.yaml")?;
    let head = config.split("\nphases:").next().unwrap_or_default().to_owned();
    project.write("config.yaml", &format!("{head}\n{PHASES}"))?;
    let done = project.sqlmint(&[
        "run",
        "--set",
        "populate.rows=300",
        "--set",
        "source.ddl=schemas/restaurants.ddl",
        "--set",
        "run.name=library",
        "--threads",
        threads,
    ])?;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    Ok(project)
}

fn lines<T: serde::de::DeserializeOwned>(project: &Project, file: &str) -> Result<Vec<T>, Box<dyn Error>> {
    let text = project.read(&format!("generated_datasets/library/{file}"))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn every_claim_is_true_and_no_line_passes_for_a_pair() -> Result<(), Box<dyn Error>> {
    let project = made("2")?;
    let doubts: Vec<Doubt> = lines(&project, "corpus/unanswerable.jsonl")?;
    let duck = Duck::open(&project.path("generated_datasets/library/data/database.duckdb"), Access::ReadOnly)?;
    let schema = project.read("schemas/restaurants.ddl")?.to_lowercase();
    let mut classes: BTreeMap<&str, u32> = BTreeMap::new();
    for doubt in &doubts {
        *classes.entry(&doubt.class).or_default() += 1;
        assert!(doubt.question.contains(&doubt.focus) && !doubt.reason.is_empty(), "{doubt:?}");
        assert!(doubt.reply.ends_with(['?', '.']), "{}", doubt.reply);
        assert!(["train", "validation", "test"].contains(&doubt.split.as_str()));
        let ambiguous = doubt.class.starts_with("ambiguous");
        assert_eq!(doubt.answerability == Answerability::Ambiguous, ambiguous);
        assert_eq!(doubt.readings.len() >= 2, ambiguous, "{}", doubt.question);
        let mut answers = BTreeSet::new();
        for reading in &doubt.readings {
            let rows = duck.query(&reading.sql, TIMEOUT_MS)?;
            assert_eq!(rows.hash(reading.answer.ordered), reading.answer.hash, "{}", reading.sql);
            assert!(reading.answer.row_count > 0 && reading.checks.iter().any(|c| c == "executes"));
            assert!(reading.question != doubt.question);
            assert!(answers.insert(&reading.answer.hash), "{}", doubt.question);
        }
        for probe in &doubt.probes {
            assert_eq!(
                (duck.query(&probe.sql, TIMEOUT_MS)?.row_count(), probe.rows),
                (0, 0),
                "{}",
                probe.sql
            );
        }
        if doubt.class == "missing_column" {
            let head = doubt.focus.trim_end_matches('s').to_lowercase().replace(' ', "_");
            assert!(!doubt.focus.is_empty() && !schema.contains(&head), "{} is a column", doubt.focus);
        }
        if doubt.class == "ambiguous_value" {
            for column in &doubt.columns {
                let (table, column) = column.split_once('.').ok_or("not a column")?;
                let sql = format!("SELECT 1 FROM {table} WHERE {column} = '{}'", doubt.focus);
                assert!(duck.query(&sql, TIMEOUT_MS)?.row_count() > 0, "{sql}");
            }
        }
    }
    let expected = [
        "ambiguous_column",
        "ambiguous_value",
        "missing_column",
        "missing_value",
        "out_of_scope",
    ];
    assert_eq!(classes.keys().copied().collect::<Vec<_>>(), expected);
    assert!(doubts.iter().any(|d| d.class == "missing_value" && !d.probes.is_empty()));

    let pairs: Vec<Record> = lines(&project, "corpus/records.jsonl")?;
    assert!(pairs.iter().all(|r| r.answerability == Answerability::Answerable));
    let asked: BTreeSet<&str> = pairs.iter().map(|r| r.question.as_str()).collect();
    assert!(doubts.iter().all(|d| !asked.contains(d.question.as_str())));
    for raw in lines::<serde_json::Value>(&project, "corpus/unanswerable.jsonl")? {
        assert!(raw.get("sql").is_none() && raw["answerability"] != "answerable");
    }
    for raw in lines::<serde_json::Value>(&project, "corpus/records.jsonl")? {
        assert_eq!(raw["answerability"], "answerable");
    }
    let card = project.read("generated_datasets/library/corpus/README.md")?;
    assert!(
        card.contains("config_name: unanswerable") && card.contains("| ambiguous_column |"),
        "{card}"
    );
    let report = project.read("generated_datasets/library/report.html")?;
    assert!(report.contains("Questions without one answer"));
    Ok(())
}

#[test]
fn the_same_bytes_at_any_thread_count() -> Result<(), Box<dyn Error>> {
    let file = "generated_datasets/library/unanswerable/unanswerable.jsonl";
    assert_eq!(made("1")?.read(file)?, made("3")?.read(file)?);
    Ok(())
}

#[test]
fn a_class_that_does_not_exist_is_named() -> Result<(), Box<dyn Error>> {
    let project = Project::new()?;
    project.write("phases/unanswerable.yaml", "kind: unanswerable\nclasses: [missing_colum]\n")?;
    project.write(
        "config.yaml",
        "version: 1\nsource: {ddl: schemas/library_mgm.ddl}\nphases: [unanswerable]\n",
    )?;
    let done = project.run(&[])?;
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    assert!(done.stderr.contains("did you mean \"missing_column\""), "{}", done.stderr);
    Ok(())
}
