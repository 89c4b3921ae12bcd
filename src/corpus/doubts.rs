//! Questions without one answer, of all phases, beside the corpus and never in it.
//!
//! A question that is a pair's question too is dropped here: the pair stays. What a line is about (an attribute of a table, a value, a pair of columns)
//! decides its split by its hash, so that no such thing is in two splits.
//! Invariant: `unanswerable.jsonl` holds each question once, and none that is in the corpus.

use super::merge::question_key;
use super::split::{Shares, Split};
use super::{CorpusError, lines};
use crate::ir::record::Answerability;
use crate::ir::{Doubt, Record};
use crate::kernel::seed::Seed;
use rand::RngExt;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

/// The file, in the corpus directory.
pub const FILE: &str = "unanswerable.jsonl";

/// Reads the lines of all phases, in order, and sets their splits.
pub fn gather(paths: &[PathBuf], records: &[Record], shares: Shares, seed: Seed) -> Result<Vec<Doubt>, CorpusError> {
    let parts = shares.checked()?;
    let mut taken: HashSet<String> = records.iter().map(|r| question_key(&r.question)).collect();
    let mut out = Vec::new();
    for path in paths {
        lines::read(path, |line, mut doubt: Doubt| {
            let found = if doubt.answerability == Answerability::Answerable {
                Some("it says that it is answerable".to_owned())
            } else if doubt.id != doubt.computed_id() {
                Some(format!(
                    "the id is {:?}, but db_id, class and question make {:?}",
                    doubt.id,
                    doubt.computed_id()
                ))
            } else {
                None
            };
            if let Some(found) = found {
                return Err(CorpusError::Line {
                    path: path.clone(),
                    line,
                    found,
                    way_out: "the line was changed after it was proven; remove the file and run again: its phase writes it anew".to_owned(),
                });
            }
            if taken.insert(question_key(&doubt.question)) {
                doubt.split = split(&doubt, parts, seed).name().to_owned();
                out.push(doubt);
            }
            Ok(())
        })?;
    }
    Ok(out)
}

/// How many there are, by class.
pub fn classes(doubts: &[Doubt]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for doubt in doubts {
        *counts.entry(doubt.class.clone()).or_default() += 1;
    }
    counts
}

fn split(doubt: &Doubt, parts: [f64; 3], seed: Seed) -> Split {
    let about = if doubt.focus.is_empty() { &doubt.question } else { &doubt.focus };
    let key = format!("{} {} {}", doubt.class, about.to_lowercase(), doubt.columns.join(" "));
    let mut at = seed.child(&key).rng().random::<f64>();
    for (split, part) in Split::ALL.into_iter().zip(parts) {
        at -= part;
        if at < 0.0 {
            return split;
        }
    }
    Split::Train
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::fixture;

    fn doubt(question: &str, focus: &str) -> Doubt {
        let mut doubt = Doubt {
            db_id: "library".into(),
            class: "missing_column".into(),
            answerability: Answerability::Unanswerable,
            question: question.into(),
            focus: focus.into(),
            ..Doubt::default()
        };
        doubt.id = doubt.computed_id();
        doubt
    }

    #[test]
    fn a_pair_s_question_is_not_in_doubt_and_one_thing_stays_in_one_split() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join(FILE);
        let pair = fixture::record("joins", "Which books are there?", "SELECT title FROM book");
        let mut all: Vec<Doubt> = (0..40)
            .map(|n| doubt(&format!("Who published book {n}?"), &format!("f{}", n % 20)))
            .collect();
        all.push(doubt("which books  are there", "books"));
        all.push(all[0].clone());
        lines::write(&path, &all)?;
        let kept = gather(std::slice::from_ref(&path), &[pair], Shares::default(), Seed(1))?;
        assert_eq!(kept.len(), 40);
        let mut of: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        for doubt in &kept {
            of.entry(&doubt.focus).or_default().insert(&doubt.split);
        }
        assert!(of.values().all(|splits| splits.len() == 1));
        assert!(of.values().flatten().collect::<HashSet<_>>().len() > 1, "all in one split");

        let mut changed = doubt("Who published it?", "publisher");
        changed.question.push('!');
        lines::write(&path, [&changed])?;
        let said = gather(&[path], &[], Shares::default(), Seed(1))
            .err()
            .map(|e| e.to_string())
            .unwrap_or_default();
        assert!(said.contains("line 1: the id is"), "{said}");
        Ok(())
    }
}
