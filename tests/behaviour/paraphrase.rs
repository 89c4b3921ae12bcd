//! Paraphrases: the same SQL in other words, measured, tied to their pair.

use crate::project::Project;
use sqlmint::ir::record::Record;
use sqlmint::nlgen::style::STYLES;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

fn records(project: &Project, file: &str) -> Result<Vec<Record>, Box<dyn Error>> {
    let text = project.read(&format!("generated_datasets/library/{file}"))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn a_pair_has_other_wordings_of_the_same_sql_in_its_own_split() -> Result<(), Box<dyn Error>> {
    let project = Project::new()?;
    let config = project.read("config.yaml")?;
    let phases = "phases: [schema, populate, single_table, aggregation, paraphrase, negatives, export]\n";
    let head = config.split("\nphases:").next().unwrap_or_default().to_owned();
    project.write("config.yaml", &format!("{head}\n{phases}"))?;
    let done = project.run(&["--threads", "2"])?;
    assert_eq!(done.code, Some(0), "{}", done.stderr);

    let pairs: BTreeMap<String, Record> = ["single_table", "aggregation"]
        .iter()
        .map(|phase| records(&project, &format!("{phase}/records.jsonl")))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .map(|r| (r.id.clone(), r))
        .collect();
    let worded = records(&project, "paraphrase/records.jsonl")?;
    let mut of_pair: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for record in &worded {
        let pair = &pairs[&record.origin.parent];
        assert_eq!((&record.sql, &record.answer), (&pair.sql, &pair.answer));
        assert!(record.verdict.scores["distance"] >= 0.15, "{}", record.question);
        assert!(STYLES.iter().any(|s| s.name == record.style), "{}", record.style);
        for span in &record.alignment {
            assert!(record.question.get(span.start..span.end).is_some_and(|words| !words.is_empty()));
        }
        assert!(of_pair.entry(&record.origin.parent).or_default().insert(&record.question));
    }
    let full = of_pair.values().filter(|w| w.len() == 5).count();
    assert!(full * 2 >= pairs.len(), "only {full} of {} pairs have five wordings", pairs.len());

    let corpus = records(&project, "corpus/records.jsonl")?;
    let kept: BTreeMap<&str, &Record> = corpus.iter().map(|r| (r.id.as_str(), r)).collect();
    let children: Vec<&&Record> = kept.values().filter(|r| !r.origin.parent.is_empty()).collect();
    assert!(children.len() > pairs.len());
    for record in children {
        let pair = kept[record.origin.parent.as_str()];
        assert_eq!((&record.split, &record.negatives), (&pair.split, &pair.negatives));
    }
    Ok(())
}

#[test]
fn a_style_that_does_not_exist_is_named() -> Result<(), Box<dyn Error>> {
    let project = Project::new()?;
    project.write("phases/paraphrase.yaml", "kind: paraphrase\nstyles: [formall]\n")?;
    project.write(
        "config.yaml",
        "version: 1\nsource: {ddl: schemas/library_mgm.ddl}\nphases: [paraphrase]\n",
    )?;
    let done = project.run(&[])?;
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    assert!(
        done.stderr.contains("unknown style \"formall\"") && done.stderr.contains("did you mean \"formal\""),
        "{}",
        done.stderr
    );
    Ok(())
}
