//! Every record says how its SQL follows from its question, whatever its shape.

use super::project::Project;
use serde_json::Value;
use sqlmint::check::spoken;
use sqlmint::query::parse;
use std::collections::BTreeSet;

#[test]
fn a_rationale_names_every_table_and_literal_and_ends_in_the_sql() -> Result<(), Box<dyn std::error::Error>> {
    let project = Project::new()?;
    let library = project.path("schemas/library_mgm.ddl").display().to_string();
    let logical = sqlmint::database::source::load(&[library])?.logical;
    let names: Vec<&str> = sqlmint::querygen::shape::with_place(&logical).map(|shape| shape.name).collect();
    project.write(
        "phases/all.yaml",
        &format!("kind: pairs\npairs: 450\nshapes: [{}]\n", names.join(", ")),
    )?;
    project.run(&["--set", "phases=[schema, populate, all]"])?.says(0, &[]);
    let mut shapes = BTreeSet::new();
    for line in project.read("generated_datasets/library/all/records.jsonl")?.lines() {
        let record: Value = serde_json::from_str(line)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (sql, rationale) = (text(&record["sql"]), text(&record["rationale"]));
        let steps = rationale
            .strip_suffix(&format!("\nSo the SQL is: {sql}"))
            .ok_or_else(|| format!("no SQL at the end of: {rationale}"))?;
        let n = steps.lines().count();
        assert!((2..=9).contains(&n), "{n} steps: {rationale}");
        for (index, step) in steps.lines().enumerate() {
            assert!(step.starts_with(&format!("{}. ", index + 1)) && step.ends_with('.'), "{step}");
        }
        for table in record["labels"]["tables"].as_array().into_iter().flatten() {
            let table = text(table);
            assert!(steps.contains(&table), "no table {table} in: {rationale}");
        }
        for literal in spoken::literals(&parse::query(&sql)?) {
            assert!(steps.contains(&literal.replace('\'', "''")), "no literal {literal} in: {rationale}");
        }
        shapes.insert(text(&record["labels"]["shape"]));
    }
    let missing: Vec<&&str> = names.iter().filter(|name| !shapes.contains(**name)).collect();
    assert!(missing.is_empty(), "no pair of {missing:?}");
    Ok(())
}
