//! One certified question/SQL pair: a line of `<phase>/records.jsonl`.
//!
//! Every line carries every key with one type per key, so that columnar loaders infer one schema from any prefix.
//! Invariant: `id` is the hash of db_id, sql and question; the verdict was earned on the database whose hash it names.

use crate::kernel::fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A question, its SQL, and everything known about them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// First 16 hex digits of the hash of (db_id, sql, question).
    pub id: String,
    /// The database's name.
    pub db_id: String,
    /// Always "answerable" here; lines of `unanswerable.jsonl` have the same key with another value.
    #[serde(default)]
    pub answerability: Answerability,
    /// The question in English; a dialogue is written with "User:" and "Assistant:" before each turn.
    pub question: String,
    /// The turns of a dialogue, the last one asking for what the SQL answers; empty for a single question.
    #[serde(default)]
    pub turns: Vec<Turn>,
    /// The SQL that answers it.
    pub sql: String,
    /// "postgresql" or "duckdb": the dialect the SQL is written in.
    pub dialect: String,
    /// Knowledge the question needs beyond the schema; empty when none.
    #[serde(default)]
    pub evidence: String,
    /// Step-by-step derivation; empty when none was made.
    #[serde(default)]
    pub rationale: String,
    /// Question style ("interrogative", "imperative", ...).
    #[serde(default)]
    pub style: String,
    /// What the SQL returns.
    pub answer: Answer,
    /// Measured properties of the SQL.
    pub labels: Labels,
    /// Which words say which clause.
    #[serde(default)]
    pub alignment: Vec<Span>,
    /// Who made it, from what.
    pub origin: Origin,
    /// How it was proven.
    pub verdict: Verdict,
    /// Wrong SQL, each proven different by execution.
    #[serde(default)]
    pub negatives: Vec<Negative>,
    /// "train", "validation", "test"; empty before export.
    #[serde(default)]
    pub split: String,
}

/// Whether a question has one answer in its database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answerability {
    /// One SQL answers it.
    #[default]
    Answerable,
    /// No SQL does.
    Unanswerable,
    /// Several do, each in another sense.
    Ambiguous,
}

/// One turn of a dialogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// "user" or "assistant".
    pub role: String,
    /// What is said.
    pub content: String,
}

/// A result, in short.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Result column names.
    pub columns: Vec<String>,
    /// The first rows, each value as text; NULL is JSON null.
    pub rows: Vec<Vec<Option<String>>>,
    /// All rows.
    pub row_count: u64,
    /// Whether the order of rows is part of the answer. A whole list may be asked for in an order in which rows tie; its rows are a bag then.
    pub ordered: bool,
    /// Hash of all rows (as a bag unless `ordered`).
    pub hash: String,
}

/// Measured properties of a SQL statement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Labels {
    /// The recipe's name.
    pub phase: String,
    /// The SQL shape's registry name.
    pub shape: String,
    /// "easy", "medium", "hard", "extra"; empty where Spider's grammar cannot read the SQL.
    pub spider_hardness: String,
    /// Counts, by name (joins, depth, ctes, windows, set_ops, aggregates, predicates, functions, projections).
    pub complexity: BTreeMap<String, u32>,
    /// Table ids used, sorted.
    pub tables: Vec<String>,
    /// `table.column` used, sorted.
    pub columns: Vec<String>,
    /// Function names used, upper case, sorted.
    pub functions: Vec<String>,
    /// Join edges used, `child(col,..)->parent(col,..)`, sorted.
    pub join_edges: Vec<String>,
    /// The SQL with names and literals masked.
    pub skeleton: String,
    /// The intent (query IR) as JSON text; text, because its shape varies.
    pub intent: String,
}

/// A clause and the words that say it. Offsets are bytes of the question (or of the evidence when `evidence` is true).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Clause id: "select.0", "where.1", "limit", ...
    pub clause: String,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Literals of the SQL that these words say, as the SQL writes them (text without quotes).
    #[serde(default)]
    pub literals: Vec<String>,
    /// The words are in `evidence`, not in `question`.
    #[serde(default)]
    pub evidence: bool,
}

/// Who made a record, from what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// "grammar" or "llm".
    pub generator: String,
    /// Model name; empty without one.
    pub model: String,
    /// Prompt file; empty without one.
    pub prompt: String,
    /// Hash of the rendered prompt; empty without one.
    pub prompt_hash: String,
    /// Seed of this candidate; 16 hex digits in JSON.
    #[serde(with = "hex")]
    pub seed: u64,
    /// Id of the record it was made from; empty without one.
    pub parent: String,
}

/// How a record was proven.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Engine and version ("duckdb 1.5.6"); both, when a second one agreed ("duckdb 1.5.6 and postgresql 15.18").
    pub engine: String,
    /// Hash of the database's data.
    pub db_hash: String,
    /// Names of the checks passed, in order.
    pub checks: Vec<String>,
    /// Near-miss mutants executed and told apart.
    pub mutants: Mutants,
    /// Scores by name, 0 to 1.
    #[serde(default)]
    pub scores: BTreeMap<String, f64>,
}

/// How many near-miss mutants of the SQL are told from it: by the database, or by an instance of the schema that is differently seeded or
/// tailored to the pair.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutants {
    /// Executed.
    pub total: u32,
    /// With a different result on one of them.
    pub killed: u32,
}

/// A wrong SQL for the same question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Negative {
    /// The wrong SQL.
    pub sql: String,
    /// The mutation's registry name.
    pub error_class: String,
    /// Main category of NL2SQL-BUGs ("Operator-related Errors").
    #[serde(default)]
    pub error_type: String,
    /// Its subcategory ("Comparison Operator").
    #[serde(default)]
    pub sub_error_type: String,
    /// Annotators' class: "E1", the SQL does not do what the question asks; "E2", it misunderstands the schema or the data.
    #[serde(default)]
    pub error_level: String,
    /// What was changed, in words.
    pub change: String,
    /// How it is known to be wrong.
    pub proof: Proof,
}

/// Two executions that differ.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// Hash of the right result.
    pub expected_hash: String,
    /// Rows of the right result.
    pub expected_rows: u64,
    /// Hash of the wrong result.
    pub actual_hash: String,
    /// Rows of the wrong result.
    pub actual_rows: u64,
}

/// A candidate that was refused: a line of `<phase>/rejects.jsonl`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reject {
    /// The check that refused it.
    pub reason: String,
    /// What exactly was wrong.
    pub detail: String,
    /// The question, if it got that far.
    pub question: String,
    /// The SQL, if it got that far.
    pub sql: String,
    /// The SQL shape.
    pub shape: String,
    /// Seed of the candidate; 16 hex digits in JSON.
    #[serde(with = "hex")]
    pub seed: u64,
}

/// 64-bit numbers as text: most JSON readers, columnar loaders among them, round what passes 63 bits.
mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(n: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{n:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map_err(|_| serde::de::Error::custom(format!("{text:?} is not a seed of 16 hex digits")))
    }
}

impl Record {
    /// The id that this record must have.
    pub fn computed_id(&self) -> String {
        fingerprint::of_parts([self.db_id.as_str(), &self.sql, &self.question])[..16].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_of_64_bits_survives_json() -> Result<(), serde_json::Error> {
        let origin = Origin {
            seed: u64::MAX - 4,
            ..Origin::default()
        };
        let text = serde_json::to_string(&origin)?;
        assert!(text.contains("\"seed\":\"fffffffffffffffb\""), "{text}");
        assert_eq!(serde_json::from_str::<Origin>(&text)?, origin);
        Ok(())
    }
}
