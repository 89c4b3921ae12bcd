//! Export: one corpus out of all phases, split by skeleton, described by its card, the same bytes each time.

use crate::hand_made::{Result, Run};
use sqlmint::corpus::lines;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

#[test]
fn no_skeleton_is_in_two_splits_and_every_pair_is_in_one() -> Result<()> {
    let run = Run::new()?;
    let outcome = run.phase("export")?;
    assert_eq!(outcome.counts["pairs"], 60);

    let records = run.records("corpus/records.jsonl")?;
    let mut split_of = BTreeMap::new();
    for record in &records {
        let before = split_of.insert(record.labels.skeleton.clone(), record.split.clone());
        assert!(
            before.is_none_or(|split| split == record.split),
            "{} is in two splits",
            record.labels.skeleton
        );
    }
    let mut questions = BTreeSet::new();
    for split in ["train", "validation", "test"] {
        let pairs: Vec<serde_json::Value> = lines::read_all(&run.dir.join(format!("corpus/{split}.jsonl")))?;
        let wanted = records.iter().filter(|r| r.split == split).count();
        assert_eq!((pairs.len(), outcome.counts[split]), (wanted, wanted as u64));
        assert!(wanted > 0, "{split} is empty");
        for pair in pairs {
            assert_eq!(
                pair.as_object().map(serde_json::Map::len),
                Some(2),
                "a lean pair is question and sql: {pair}"
            );
            assert!(questions.insert(pair["question"].to_string()), "twice: {pair}");
        }
    }
    assert_eq!(questions.len(), 60);
    Ok(())
}

#[test]
fn negatives_rejects_and_coverage_are_counted_with_their_denominators() -> Result<()> {
    let run = Run::new()?;
    run.phase("export")?;
    let joined = run
        .records("corpus/records.jsonl")?
        .iter()
        .filter(|r| r.negatives.len() == 1 && r.verdict.mutants.total == 2)
        .count();
    assert_eq!(joined, 40);
    let (coverage, quality) = (run.json("coverage.json")?, run.json("quality.json")?);
    assert_eq!(
        (&coverage["tables"]["covered"], &coverage["tables"]["total"]),
        (&1.into(), &2.into())
    );
    assert_eq!(coverage["tables"]["missing"][0], "author");
    assert_eq!(coverage["excluded"][0]["name"], "book.cover");
    assert_eq!(coverage["join_edges"]["missing"][0], "book(author_id)->author");
    assert_eq!(coverage["phases"]["joins"]["rejected"]["empty_result"], 3);
    assert_eq!(quality["mutants"]["kill_rate"], 0.5);
    Ok(())
}

#[test]
fn the_card_names_files_that_exist() -> Result<()> {
    let run = Run::new()?;
    run.phase("export")?;
    let card = run.text("corpus/README.md")?;
    let front = card
        .split("\n---\n")
        .next()
        .and_then(|t| t.strip_prefix("---\n"))
        .ok_or("no front matter")?;
    let front: serde_json::Value = serde_saphyr::from_str(front)?;
    for file in front["configs"][0]["data_files"].as_array().ok_or("no data files")? {
        let path = run.dir.join("corpus").join(file["path"].as_str().unwrap_or_default());
        assert!(path.is_file(), "{}", path.display());
    }
    assert!(card.contains("CREATE TABLE author"));
    Ok(())
}

#[test]
fn the_same_records_make_the_same_bytes() -> Result<()> {
    let (a, b) = (Run::new()?, Run::new()?);
    a.phase("export")?;
    b.phase("export")?;
    assert_eq!(a.written("export")?, b.written("export")?);
    Ok(())
}

#[test]
fn a_half_written_line_is_named() -> Result<()> {
    let run = Run::new()?;
    std::fs::OpenOptions::new()
        .append(true)
        .open(run.dir.join("joins/records.jsonl"))?
        .write_all(b"{\"id\": \"12")?;
    let said = run.phase("export").err().map(|e| e.to_string()).unwrap_or_default();
    assert!(
        said.contains("joins/records.jsonl, line 41: the file ends inside this line"),
        "{said}"
    );
    Ok(())
}
