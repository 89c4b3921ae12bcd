//! Verdicts of a second engine: what became of every pair and every negative there, and what the corpus makes of it.
//!
//! A line of `judge/verdicts.jsonl` is one statement. A pair on which the engines agree names both in its verdict; one on which they do not is
//! dropped with the reason, and so is a negative. Invariant: a corpus that was judged holds no SQL that only one engine answers so.

use super::{CorpusError, lines};
use crate::ir::Record;
use crate::ir::record::Reject;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

/// How one statement fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// One answer on both engines.
    #[default]
    Agrees,
    /// Two answers.
    Differs,
    /// No answer from one of them.
    Fails,
}

/// One statement on two engines.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EngineVerdict {
    /// The pair's id.
    pub id: String,
    /// 0: the pair's own SQL; n: its nth negative.
    pub negative: u32,
    /// The second engine and its version.
    pub engine: String,
    /// What was found.
    pub finding: Finding,
    /// Class of the reason; empty when they agree, but for "float4_digits": they agree to the digits that a `real` has.
    pub reason: String,
    /// What exactly; empty without a reason.
    pub detail: String,
    /// Hash of the first engine's result; empty without one.
    pub first_hash: String,
    /// Hash of the second engine's result; empty without one. Types may differ where values agree, and hashes then differ too.
    pub second_hash: String,
    /// The SQL, where they do not agree.
    pub sql: String,
}

/// Reads the verdicts into the records: engines are named, what does not agree is dropped and returned.
pub fn apply(path: &Path, records: &mut Vec<Record>) -> Result<Vec<Reject>, CorpusError> {
    let mut by_id: HashMap<String, Vec<EngineVerdict>> = HashMap::new();
    lines::read(path, |_, verdict: EngineVerdict| {
        by_id.entry(verdict.id.clone()).or_default().push(verdict);
        Ok(())
    })?;
    let stale = |id: &str| CorpusError::Line {
        path: path.to_owned(),
        line: 1,
        found: format!("no line has a verdict on the pair {id:?}"),
        way_out: "the pairs have changed since; run the judge phase again".to_owned(),
    };
    let mut dropped = Vec::new();
    let mut kept = Vec::with_capacity(records.len());
    for mut record in std::mem::take(records) {
        // A paraphrase has its pair's SQL, and so its verdict.
        let known = by_id.get(&record.id).or_else(|| by_id.get(&record.origin.parent));
        let verdicts = known.map(Vec::as_slice).unwrap_or_default();
        let of = |n: usize| verdicts.iter().find(|v| usize::try_from(v.negative) == Ok(n));
        let Some(own) = of(0) else {
            return Err(stale(&record.id));
        };
        if own.finding != Finding::Agrees {
            dropped.push(Reject {
                reason: format!("judge_{}", own.reason),
                detail: format!(
                    "{}: {}; pair {} of phase {}",
                    own.engine, own.detail, record.id, record.labels.phase
                ),
                question: record.question,
                sql: record.sql,
                shape: record.labels.shape,
                seed: record.origin.seed,
            });
            continue;
        }
        record.verdict.engine = format!("{} and {}", record.verdict.engine, own.engine);
        record.verdict.checks.push("judge".to_owned());
        let mut at = 0;
        record.negatives.retain(|_| {
            at += 1;
            of(at).is_some_and(|v| v.finding == Finding::Agrees)
        });
        kept.push(record);
    }
    *records = kept;
    Ok(dropped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::fixture;
    use crate::ir::record::Negative;

    #[test]
    fn what_the_engines_do_not_agree_on_leaves_the_corpus() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("verdicts.jsonl");
        let mut good = fixture::record("joins", "Which books are there?", "SELECT title FROM book");
        let negative = |sql: &str| Negative {
            sql: sql.into(),
            ..Negative::default()
        };
        good.negatives = vec![negative("SELECT id FROM book"), negative("SELECT title FROM author")];
        let bad = fixture::record("joins", "How many?", "SELECT count(*) FROM book");
        let verdict = |record: &Record, negative: u32, finding: Finding| EngineVerdict {
            id: record.id.clone(),
            negative,
            engine: "postgresql 15.18".into(),
            finding,
            reason: if finding == Finding::Agrees { "" } else { "values" }.into(),
            ..EngineVerdict::default()
        };
        let verdicts = [
            verdict(&good, 0, Finding::Agrees),
            verdict(&good, 1, Finding::Differs),
            verdict(&good, 2, Finding::Agrees),
            verdict(&bad, 0, Finding::Differs),
        ];
        lines::write(&path, &verdicts)?;
        let mut worded = fixture::record("paraphrase", "Name the books.", "SELECT title FROM book");
        worded.origin.parent.clone_from(&good.id);
        let mut again = fixture::record("paraphrase", "Count them.", "SELECT count(*) FROM book");
        again.origin.parent.clone_from(&bad.id);
        let mut records = vec![good.clone(), bad, worded, again];
        let dropped = apply(&path, &mut records)?;
        assert_eq!((records.len(), dropped.len()), (2, 2));
        assert_eq!(records[0].verdict.engine, "duckdb 1.5.6 and postgresql 15.18");
        assert_eq!(records[0].negatives, [negative("SELECT title FROM author")]);
        assert_eq!(dropped[0].reason, "judge_values");
        assert_eq!(records[1].verdict.engine, records[0].verdict.engine);
        let mut unknown = vec![fixture::record("joins", "New?", "SELECT 1")];
        assert!(apply(&path, &mut unknown).is_err_and(|e| e.to_string().contains("run the judge phase again")));
        Ok(())
    }
}
