//! Merging: the records of all pairs phases, with their negatives, as one list without duplicates.
//!
//! Phases come in the order of the run, records in the order of their files; of two that clash the earlier one stays.
//! Invariant: no two records share a question, and no two share a SQL unless one was worded from the other (`origin.parent`).

use super::{CorpusError, lines};
use crate::ir::Record;
use crate::ir::record::{Mutants, Negative, Reject};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// A line of `negatives/negatives.jsonl`: what the negatives phase found for one pair.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PairNegatives {
    /// The pair's id.
    pub id: String,
    /// Near misses executed, and told apart.
    pub mutants: Mutants,
    /// Those kept.
    pub negatives: Vec<Negative>,
}

/// What merging leaves.
#[derive(Debug, Default)]
pub struct Merged {
    /// The corpus, negatives joined in, splits not yet set.
    pub records: Vec<Record>,
    /// What was dropped, and why.
    pub dropped: Vec<Reject>,
}

/// Reads, on so many threads, and merges. `negatives` is `None` when the run has no such phase.
pub fn merge(threads: usize, record_files: &[PathBuf], negatives: Option<&Path>) -> Result<Merged, CorpusError> {
    let mut merged = Merged::default();
    let mut seen = Seen::default();
    let mut known = HashSet::new();
    for path in record_files {
        let read = |line, record: Record| check(path, line, &record).map(|()| record);
        lines::read_on(threads, path, read, |record| {
            known.insert(record.id.clone());
            match seen.clash(&record, &merged.records) {
                Some((reason, detail)) => merged.dropped.push(refuse(&record, reason, detail)),
                None => {
                    seen.add(&record, merged.records.len());
                    merged.records.push(record);
                }
            }
            Ok(())
        })?;
    }
    if let Some(path) = negatives {
        let position: HashMap<String, usize> = merged.records.iter().enumerate().map(|(at, r)| (r.id.clone(), at)).collect();
        lines::read(path, |line, found: PairNegatives| {
            // A pair that was dropped above has negatives too; only an id that nobody has is a fault.
            if !known.contains(&found.id) {
                return Err(CorpusError::Line {
                    path: path.to_owned(),
                    line,
                    found: format!("no pair has the id {:?}", found.id),
                    way_out: "the pairs have changed since; run the negatives phase again".to_owned(),
                });
            }
            if let Some(record) = position.get(&found.id).and_then(|at| merged.records.get_mut(*at)) {
                record.verdict.mutants = found.mutants;
                record.negatives = found.negatives;
            }
            Ok(())
        })?;
        let told: HashMap<String, (Mutants, Vec<Negative>)> = merged
            .records
            .iter()
            .filter(|r| r.origin.parent.is_empty())
            .map(|r| (r.id.clone(), (r.verdict.mutants, r.negatives.clone())))
            .collect();
        // Another wording of a pair has its SQL, so what is wrong for the pair is wrong for it.
        for record in &mut merged.records {
            if let Some((mutants, negatives)) = told.get(&record.origin.parent) {
                record.verdict.mutants = *mutants;
                record.negatives.clone_from(negatives);
            }
        }
    }
    Ok(merged)
}

fn check(path: &Path, line: usize, record: &Record) -> Result<(), CorpusError> {
    let id = record.computed_id();
    if record.id == id {
        return Ok(());
    }
    Err(CorpusError::Line {
        path: path.to_owned(),
        line,
        found: format!("the id is {:?}, but db_id, sql and question make {id:?}", record.id),
        way_out: "the line was changed after it was certified; remove the file and run again: its phase writes it anew".to_owned(),
    })
}

fn refuse(record: &Record, reason: &str, detail: String) -> Reject {
    Reject {
        reason: reason.to_owned(),
        detail: format!("{detail}; this one is {} of phase {}", record.id, record.labels.phase),
        question: record.question.clone(),
        sql: record.sql.clone(),
        shape: record.labels.shape.clone(),
        seed: record.origin.seed,
    }
}

/// What the corpus already holds, by what must not come twice. The maps are only looked into, never walked.
#[derive(Default)]
struct Seen {
    by_question: HashMap<(String, String), usize>,
    by_sql: HashMap<(String, String), usize>,
    ids: HashSet<String>,
}

impl Seen {
    fn clash(&self, record: &Record, records: &[Record]) -> Option<(&'static str, String)> {
        let earlier = |map: &HashMap<_, usize>, text: String| map.get(&(record.db_id.clone(), text)).and_then(|at| records.get(*at));
        if let Some(other) = earlier(&self.by_question, question_key(&record.question)) {
            let place = format!("{} of phase {}", other.id, other.labels.phase);
            return Some(if other.sql == record.sql {
                ("duplicate_pair", format!("the same pair as {place}"))
            } else {
                (
                    "question_conflict",
                    format!("the same question as {place}, with another SQL: {}", other.sql),
                )
            });
        }
        if !record.origin.parent.is_empty() && !self.ids.contains(&record.origin.parent) {
            return Some((
                "parent_dropped",
                format!("the pair {} that it words anew is not there", record.origin.parent),
            ));
        }
        if record.origin.parent.is_empty()
            && let Some(other) = earlier(&self.by_sql, record.sql.clone())
        {
            return Some((
                "duplicate_sql",
                format!(
                    "the same SQL as {} of phase {}, asked as {:?}",
                    other.id, other.labels.phase, other.question
                ),
            ));
        }
        None
    }

    fn add(&mut self, record: &Record, at: usize) {
        self.ids.insert(record.id.clone());
        self.by_question.insert((record.db_id.clone(), question_key(&record.question)), at);
        self.by_sql.entry((record.db_id.clone(), record.sql.clone())).or_insert(at);
    }
}

/// Two questions with one key are one question: case, spacing and closing punctuation change no meaning.
pub(super) fn question_key(question: &str) -> String {
    let words: Vec<String> = question.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['?', '.', '!', ' ']).to_owned()
}

/// How many were dropped, by reason.
pub fn reasons(rejects: &[Reject]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for reject in rejects {
        *counts.entry(reject.reason.clone()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::fixture;

    fn write(dir: &Path, name: &str, records: &[Record]) -> Result<PathBuf, CorpusError> {
        let path = dir.join(name);
        lines::write(&path, records)?;
        Ok(path)
    }

    #[test]
    fn the_earlier_of_two_that_clash_stays() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let first = fixture::record("single_table", "Which books are there?", "SELECT title FROM book");
        let same = fixture::record("joins", "Which books  are there", "SELECT title FROM book");
        let conflict = fixture::record("joins", "which books are there?", "SELECT id FROM book");
        let again = fixture::record("joins", "List the titles of all books.", "SELECT title FROM book");
        let mut worded = fixture::record("paraphrase", "Name every book.", "SELECT title FROM book");
        worded.origin.parent = first.id.clone();
        let files = [
            write(dir.path(), "a", std::slice::from_ref(&first))?,
            write(dir.path(), "b", &[same, conflict, again])?,
            write(dir.path(), "c", &[worded])?,
        ];
        let merged = merge(2, &files, None)?;
        let kept: Vec<&str> = merged.records.iter().map(|r| r.question.as_str()).collect();
        assert_eq!(kept, ["Which books are there?", "Name every book."]);
        let why: Vec<&str> = merged.dropped.iter().map(|r| r.reason.as_str()).collect();
        assert_eq!(why, ["duplicate_pair", "question_conflict", "duplicate_sql"]);
        assert!(merged.dropped[1].detail.contains(&first.id));
        Ok(())
    }

    #[test]
    fn negatives_are_joined_and_a_stranger_is_named() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let record = fixture::record("single_table", "How many books?", "SELECT COUNT(*) FROM book");
        let files = [write(dir.path(), "a", std::slice::from_ref(&record))?];
        let path = dir.path().join("negatives.jsonl");
        let found = PairNegatives {
            id: record.id.clone(),
            mutants: Mutants { total: 4, killed: 3 },
            negatives: vec![Negative::default()],
        };
        lines::write(&path, [&found])?;
        let merged = merge(2, &files, Some(&path))?;
        assert_eq!(
            (merged.records[0].verdict.mutants, merged.records[0].negatives.len()),
            (Mutants { total: 4, killed: 3 }, 1)
        );

        lines::write(
            &path,
            [
                &found,
                &PairNegatives {
                    id: "feed".into(),
                    ..found.clone()
                },
            ],
        )?;
        let said = merge(2, &files, Some(&path)).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(said.contains("negatives.jsonl, line 2: no pair has the id \"feed\""), "{said}");
        Ok(())
    }

    #[test]
    fn an_edited_record_is_refused() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let mut record = fixture::record("single_table", "How many books?", "SELECT COUNT(*) FROM book");
        record.sql = "SELECT COUNT(*) FROM loan".into();
        let said = merge(2, &[write(dir.path(), "a", &[record])?], None)
            .err()
            .map(|e| e.to_string())
            .unwrap_or_default();
        assert!(said.contains("a, line 1: the id is"), "{said}");
        Ok(())
    }
}
