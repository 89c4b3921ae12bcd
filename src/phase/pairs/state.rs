//! What a pairs phase knows while it runs: pairs so far, which names they use, what may not be asked again.
//!
//! Invariant: it is a function of the accepted records and the rejects' reasons, so that a killed phase reads it back from its files.

use super::plainness::length;
use crate::check::duplicates::{Fingerprint, Seen, has_values};
use crate::ir::record::{Record, Reject};
use crate::kernel::journal::Journal;
use crate::kernel::seed::Rng;
use crate::query::ir::QueryIr;
use crate::querygen::{Shape, Usage};
use crate::runner::{Outcome, PhaseError};
use rand::RngExt;
use std::collections::BTreeMap;

/// Candidates that a shape is trusted with before its yield counts.
const PRIOR: f64 = 16.0;

/// One in so many forms of a shape is plain, and at least and at most so many are.
const PLAIN_PART: usize = 8;
const PLAIN_MIN: usize = 4;
const PLAIN_MAX: usize = 64;
/// Plain forms of which the least tried is taken.
const DRAWN: usize = 3;

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
    /// By shape the plainest forms that have values, in order of their length.
    plain: BTreeMap<String, Vec<Plain>>,
}

/// A form that has values, as the first pair of it asked.
struct Plain {
    length: u64,
    print: Fingerprint,
    intent: String,
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
            plain: BTreeMap::new(),
        }
    }

    pub(super) fn replay(&mut self, journal: &Journal) -> Result<(), PhaseError> {
        let broken = |e: serde_json::Error| PhaseError::Failed(format!("an earlier round cannot be read back ({e}); run with --fresh"));
        for text in journal.lines(0)? {
            let record: Record = serde_json::from_str(&text).map_err(broken)?;
            self.count(&record, &Fingerprint::of(&record.sql));
        }
        for text in journal.lines(2)? {
            let reject: Reject = serde_json::from_str(&text).map_err(broken)?;
            self.rejected(&reject);
        }
        Ok(())
    }

    /// Accepts a record unless it stands there already in some form.
    pub(super) fn take(&mut self, record: Record, print: &Fingerprint) -> Result<Record, Box<Reject>> {
        match self.seen.conflict(&record.question, print) {
            Some((reason, detail)) => Err(Box::new(Reject {
                reason: reason.to_owned(),
                detail,
                question: record.question,
                sql: record.sql,
                shape: record.labels.shape,
                seed: record.origin.seed,
            })),
            None => {
                self.count(&record, print);
                Ok(record)
            }
        }
    }

    fn count(&mut self, record: &Record, print: &Fingerprint) {
        self.accepted += 1;
        if self.seen.is_new_form(print) {
            *self.forms.entry(record.labels.shape.clone()).or_default() += 1;
            self.note_plain(record, print);
        }
        *self.per_shape.entry(record.labels.shape.clone()).or_default() += 1;
        self.note(record, print);
    }

    fn note_plain(&mut self, record: &Record, print: &Fingerprint) {
        let of_shape = self.plain.entry(record.labels.shape.clone()).or_default();
        let length = length(&record.sql);
        let at = of_shape.partition_point(|plain| plain.length <= length);
        if at < PLAIN_MAX && has_values(&record.sql) {
            of_shape.truncate(PLAIN_MAX - 1);
            let (print, intent) = (*print, record.labels.intent.clone());
            of_shape.insert(at, Plain { length, print, intent });
        }
    }

    /// One of a shape's plainest intents that have values: of a few, the one whose form was tried least.
    pub(super) fn plain_one(&self, shape: &str, rng: &mut Rng) -> Option<QueryIr> {
        let of_shape = self.plain.get(shape)?;
        let forms = self.forms.get(shape).copied().unwrap_or(0) as usize;
        let among = of_shape.get(..(forms / PLAIN_PART).max(PLAIN_MIN).min(of_shape.len()))?;
        // Of two places the nearer: what is shortest is asked most.
        let mut place = || rng.random_range(0..among.len().max(1));
        let some = (0..DRAWN).filter_map(|_| among.get(place().min(place())));
        let one = some.min_by_key(|plain| self.seen.tried(&plain.print))?;
        serde_json::from_str(&one.intent).ok()
    }

    /// Counts a pair of any phase.
    pub(super) fn note(&mut self, record: &Record, print: &Fingerprint) {
        let labels = &record.labels;
        self.seen.insert(&record.question, print);
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
        self.seen
            .refuse(&Fingerprint::of(&reject.sql), !OF_WORDS.contains(&reject.reason.as_str()));
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
