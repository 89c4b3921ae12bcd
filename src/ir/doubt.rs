//! One question that has no SQL, or several: a line of `<phase>/unanswerable.jsonl`.
//!
//! Every line carries every key. `answerability` tells such a line from a [`super::Record`], which carries the key too; there is no `sql`
//! key, so that nothing that wants a pair can read one from here by mistake.
//! Invariant: `id` is the hash of db_id, class and question; an ambiguous question has two or more readings, each certified, with different answers; an
//! unanswerable one has none.

use super::record::{Answer, Answerability, Origin, Span};
use crate::kernel::fingerprint;
use serde::{Deserialize, Serialize};

/// A question that cannot be answered as it stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// First 16 hex digits of the hash of (db_id, class, question).
    pub id: String,
    /// The database's name.
    pub db_id: String,
    /// Unanswerable or ambiguous; never answerable.
    pub answerability: Answerability,
    /// "missing_column", "missing_value", "out_of_scope", "ambiguous_column", "ambiguous_value".
    pub class: String,
    /// The question in English.
    pub question: String,
    /// The words of the question that make the doubt; empty when it is the question as a whole.
    pub focus: String,
    /// Why it cannot be answered, or what it can mean.
    pub reason: String,
    /// What a good assistant says to it: what there is instead, or which one is meant.
    pub reply: String,
    /// Columns (`table.column`) that the focus could stand for, or that were looked through; sorted.
    pub columns: Vec<String>,
    /// What an ambiguous question can mean; else empty.
    pub readings: Vec<Reading>,
    /// Statements executed to be sure.
    pub probes: Vec<Probe>,
    /// Question style ("interrogative", "imperative", ...).
    pub style: String,
    /// The recipe's name.
    pub phase: String,
    /// Registry name of the SQL shape it was asked with; empty without one.
    pub shape: String,
    /// The dialect of the SQL in readings and probes.
    pub dialect: String,
    /// Engine and version that ran them.
    pub engine: String,
    /// Hash of the database's data.
    pub db_hash: String,
    /// Who made it.
    pub origin: Origin,
    /// "train", "validation", "test"; empty before export.
    pub split: String,
}

/// One thing that an ambiguous question can mean: a pair of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What the focus stands for: "the due date".
    pub meaning: String,
    /// The question without the ambiguity.
    pub question: String,
    /// Its SQL.
    pub sql: String,
    /// What the SQL returns.
    pub answer: Answer,
    /// Which words of this reading's question say which clause.
    pub alignment: Vec<Span>,
    /// Names of the checks passed, in order.
    pub checks: Vec<String>,
}

/// A statement executed, and how many rows it found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The statement.
    pub sql: String,
    /// Rows.
    pub rows: u64,
}

impl Doubt {
    /// The id that this line must have.
    pub fn computed_id(&self) -> String {
        fingerprint::of_parts([self.db_id.as_str(), &self.class, &self.question])[..16].to_owned()
    }
}
