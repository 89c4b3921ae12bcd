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
fn vague_words_have_their_evidence_and_dialogues_their_turns() -> Result<(), Box<dyn Error>> {
    let project = Project::new()?;
    project.write(
        "phases/paraphrase.yaml",
        "kind: paraphrase\nper_pair: 3\nstyles: [vague, metaphorical, dialogue]\n",
    )?;
    // A term of the user's own, and one taken away.
    project.write(
        "schemas/library_mgm.glossary.yaml",
        "book.list_price:\n  more: {from: 0, vague: costing a small fortune}\nbook.page_count: null\n",
    )?;
    let config = project.read("config.yaml")?;
    let head = config.split("\nphases:").next().unwrap_or_default().to_owned();
    let recipe = project.read("phases/single_table.yaml")?;
    project.write("phases/single_table.yaml", &recipe.replace("pairs: 24", "pairs: 300"))?;
    project.write(
        "config.yaml",
        &format!("{head}\nphases: [schema, populate, glossary, single_table, paraphrase, export]\n"),
    )?;
    let done = project.run(&["--threads", "2"])?;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert!(
        project
            .read("generated_datasets/library/schema/glossary.yaml")?
            .contains("costing a small fortune")
    );

    let pairs: BTreeMap<String, Record> = records(&project, "single_table/records.jsonl")?
        .into_iter()
        .map(|r| (r.id.clone(), r))
        .collect();
    let mut of_style: BTreeMap<String, u32> = BTreeMap::new();
    let mut ours = 0;
    for record in records(&project, "paraphrase/records.jsonl")? {
        *of_style.entry(record.style.clone()).or_default() += 1;
        assert_eq!(record.sql, pairs[&record.origin.parent].sql);
        let said = |evidence: bool| record.alignment.iter().filter(move |s| s.evidence == evidence);
        for span in said(true) {
            let words = record.evidence.get(span.start..span.end).unwrap_or_default();
            assert!(!words.is_empty() && !span.literals.is_empty(), "{record:?}");
            // The clause is in the question too, without its literals.
            let own: Vec<_> = said(false).filter(|s| s.clause == span.clause).collect();
            assert!(!own.is_empty() && own.iter().all(|s| s.literals.is_empty()), "{}", record.question);
        }
        if record.style == "dialogue" {
            assert!(record.turns.len() >= 3 && record.turns.len() % 2 == 1 && record.evidence.is_empty());
            let flat: Vec<String> = record
                .turns
                .iter()
                .map(|t| format!("{}: {}", if t.role == "user" { "User" } else { "Assistant" }, t.content))
                .collect();
            assert_eq!(record.question, flat.join(" "));
            assert_eq!(record.turns.last().map(|t| t.role.as_str()), Some("user"));
        } else {
            assert!(record.turns.is_empty() && said(true).count() > 0, "{}", record.question);
            assert!(record.rationale.contains(&record.evidence), "{}", record.rationale);
        }
        ours += u32::from(record.evidence.contains("costing a small fortune: "));
        assert!(!record.evidence.contains("as thick as a brick"), "{}", record.evidence);
    }
    for style in ["vague", "metaphorical", "dialogue"] {
        assert!(of_style.get(style).is_some_and(|n| *n >= 10), "{of_style:?}");
    }
    assert!(ours > 0, "the user's own term is never used");
    Ok(())
}

#[test]
fn a_share_of_a_corpus_is_wordings_of_the_plainest_pairs() -> Result<(), Box<dyn Error>> {
    let project = Project::new()?;
    project.write("phases/single_table.yaml", "kind: pairs\nshapes: [projection, count]\nshare: 60\n")?;
    project.write(
        "phases/wordings.yaml",
        "kind: paraphrase\nstyles: [plain]\nper_pair: 6\nshare: 40\ndistance_min: 0.1\n",
    )?;
    let phases = "phases=[schema, populate, single_table, wordings]";
    let done = project.run(&["--set", phases, "--set", "run.pairs=300"])?;
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let (pairs, worded) = (
        records(&project, "single_table/records.jsonl")?,
        records(&project, "wordings/records.jsonl")?,
    );
    assert_eq!((pairs.len(), worded.len()), (180, 120));
    let questions: BTreeSet<&str> = pairs.iter().chain(&worded).map(|r| r.question.as_str()).collect();
    assert_eq!(questions.len(), 300, "a question stands twice");
    // Counting a whole table is the plainest: six sentences that begin in several ways.
    let count = pairs.iter().find(|r| r.labels.shape == "count" && !r.sql.contains("WHERE"));
    let count = count.ok_or("no table is counted")?;
    let mine: Vec<&str> = worded
        .iter()
        .filter(|r| r.origin.parent == count.id)
        .map(|r| r.question.as_str())
        .collect();
    let openers: BTreeSet<&str> = mine.iter().filter_map(|q| q.split(' ').next()).collect();
    assert!(mine.len() >= 4 && openers.len() >= 3, "{mine:?}");
    // The first pairs have most, those without a value to vary twice as many, and the least plain none.
    let of_pair: BTreeSet<&str> = worded.iter().map(|r| r.origin.parent.as_str()).collect();
    assert!(of_pair.len() >= 12 && of_pair.len() <= 90, "{}", of_pair.len());
    Ok(())
}

#[test]
fn a_style_that_takes_terms_needs_a_glossary() -> Result<(), Box<dyn Error>> {
    let project = Project::new()?;
    project.write("phases/paraphrase.yaml", "kind: paraphrase\nstyles: [vague]\n")?;
    project.write(
        "config.yaml",
        "version: 1\nsource: {ddl: schemas/library_mgm.ddl}\nphases: [schema, populate, single_table, paraphrase]\n",
    )?;
    let done = project.run(&[])?;
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    assert!(done.stderr.contains("list the phase \"glossary\""), "{}", done.stderr);
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
