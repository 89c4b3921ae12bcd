//! What a pairs phase knows while it runs: pairs so far, which names they use, what may not be asked again.
//!
//! Invariant: it is a function of the accepted records and the rejects' reasons, so that a killed phase reads it back from its files.

use crate::check::duplicates::Seen;
use crate::ir::record::{Record, Reject};
use crate::kernel::journal::Journal;
use crate::querygen::{Shape, Usage};
use crate::runner::{Outcome, PhaseError};
use std::collections::BTreeMap;

/// Candidates that a shape is trusted with before its yield counts.
const PRIOR: f64 = 16.0;

/// Reasons that other words may do away with; all others are the SQL's.
const OF_WORDS: [&str; 4] = ["worded", "spoken", "question_conflict", "duplicate_question"];

/// What earlier phases and rounds left: a pure function of the accepted records and the rejects' reasons.
pub(super) struct State {
    pub(super) accepted: u64,
    pub(super) usage: Usage,
    pub(super) seen: Seen,
    pub(super) per_shape: BTreeMap<String, u32>,
    /// Pairs by hardness, of all phases counted.
    pub(super) hardness: BTreeMap<String, u32>,
    /// The same by shape.
    pub(super) classes: BTreeMap<String, BTreeMap<String, u32>>,
    reasons: BTreeMap<String, u64>,
    /// Refused candidates by shape.
    refused: BTreeMap<String, u32>,
    /// Pairs by shape that were the first of their form.
    forms: BTreeMap<String, u32>,
}

impl State {
    pub(super) fn new(shapes: &[&'static Shape]) -> Self {
        State {
            accepted: 0,
            usage: Usage::default(),
            seen: Seen::new(),
            per_shape: shapes.iter().map(|s| (s.name.to_owned(), 0)).collect(),
            hardness: BTreeMap::new(),
            classes: BTreeMap::new(),
            reasons: BTreeMap::new(),
            refused: BTreeMap::new(),
            forms: BTreeMap::new(),
        }
    }

    pub(super) fn replay(&mut self, journal: &Journal) -> Result<(), PhaseError> {
        let broken = |e: serde_json::Error| PhaseError::Failed(format!("an earlier round cannot be read back ({e}); run with --fresh"));
        for text in journal.lines(0)? {
            let record: Record = serde_json::from_str(&text).map_err(broken)?;
            self.count(&record);
        }
        for text in journal.lines(2)? {
            let reject: Reject = serde_json::from_str(&text).map_err(broken)?;
            self.rejected(&reject);
        }
        Ok(())
    }

    /// Accepts a record unless it stands there already in some form.
    pub(super) fn take(&mut self, record: Record) -> Result<Record, Box<Reject>> {
        match self.seen.conflict(&record.question, &record.sql) {
            Some((reason, detail)) => Err(Box::new(Reject {
                reason: reason.to_owned(),
                detail,
                question: record.question,
                sql: record.sql,
                shape: record.labels.shape,
                seed: record.origin.seed,
            })),
            None => {
                self.count(&record);
                Ok(record)
            }
        }
    }

    fn count(&mut self, record: &Record) {
        self.accepted += 1;
        if self.seen.is_new_form(&record.sql) {
            *self.forms.entry(record.labels.shape.clone()).or_default() += 1;
        }
        *self.per_shape.entry(record.labels.shape.clone()).or_default() += 1;
        self.note(record);
    }

    /// Counts a pair of any phase.
    pub(super) fn note(&mut self, record: &Record) {
        let labels = &record.labels;
        self.seen.insert(record);
        *self.hardness.entry(labels.spider_hardness.clone()).or_default() += 1;
        let classes = self.classes.entry(labels.shape.clone()).or_default();
        *classes.entry(labels.spider_hardness.clone()).or_default() += 1;
        for key in labels.tables.iter().chain(&labels.columns).chain(&labels.join_edges) {
            self.usage.add(key);
        }
    }

    /// Pairs of all phases counted.
    pub(super) fn total(&self) -> u32 {
        self.hardness.values().sum()
    }

    pub(super) fn rejected(&mut self, reject: &Reject) {
        self.seen.refuse(&reject.sql, !OF_WORDS.contains(&reject.reason.as_str()));
        *self.reasons.entry(reject.reason.clone()).or_default() += 1;
        *self.refused.entry(reject.shape.clone()).or_default() += 1;
    }

    /// Share of a shape's candidates that became pairs, in a wide recipe pairs of a new form; what was not tried yet promises all.
    pub(super) fn yields(&self, shape: &str, wide: bool) -> f64 {
        let of = |counts: &BTreeMap<String, u32>| f64::from(counts.get(shape).copied().unwrap_or(0));
        let (taken, refused) = (of(&self.per_shape), of(&self.refused));
        let wanted = if wide { of(&self.forms) } else { taken };
        (wanted + PRIOR) / (taken + refused + PRIOR)
    }

    pub(super) fn outcome(self, name: &str, wanted: u64) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.counts.insert("certified".to_owned(), self.accepted);
        outcome
            .counts
            .extend(self.reasons.iter().map(|(reason, n)| (format!("rejected.{reason}"), *n)));
        if self.accepted < wanted {
            let barren: Vec<&str> = self.per_shape.iter().filter(|(_, n)| **n == 0).map(|(s, _)| s.as_str()).collect();
            let none = if barren.is_empty() {
                String::new()
            } else {
                format!("; this schema has no place for {}", barren.join(", "))
            };
            outcome.notes.push(format!(
                "{name}: {} of {wanted} pairs, since no new ones were found{none}",
                self.accepted
            ));
        }
        // Shapes are built from the schema, so that the engine takes their SQL: where it does not, what it covers is missing.
        if let Some(count) = self.reasons.get("plan") {
            outcome.notes.push(format!(
                "{name}: the database does not take the SQL of {count} candidates; {name}/rejects.jsonl has its message (reason \"plan\")"
            ));
        }
        outcome
    }
}
