//! `lean`: `{"question", "sql"}` and nothing else, one pair a line.
//!
//! When some record of the corpus has evidence, every line has the key `evidence` too, since loaders infer columns from any prefix.

use super::Format;
use crate::corpus::split::Split;
use crate::corpus::{Corpus, CorpusError, lines};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// The lean pair.
pub(super) struct Lean;

#[derive(Serialize)]
struct Pair<'a> {
    question: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a str>,
    sql: &'a str,
}

impl Format for Lean {
    fn name(&self) -> &'static str {
        "lean"
    }
    fn about(&self) -> &'static str {
        "the question and its SQL, and nothing else"
    }
    fn path(&self, split: Split) -> PathBuf {
        format!("{}.jsonl", split.name()).into()
    }
    fn write(&self, corpus: &Corpus<'_>, dir: &Path) -> Result<(), CorpusError> {
        let has_evidence = corpus.records.iter().any(|r| !r.evidence.is_empty());
        for split in Split::ALL {
            let pairs = corpus.of(split).map(|r| Pair {
                question: &r.question,
                evidence: has_evidence.then_some(&r.evidence),
                sql: &r.sql,
            });
            lines::write(&dir.join(self.path(split)), pairs)?;
        }
        Ok(())
    }
}
