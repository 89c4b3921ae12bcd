//! Coverage of a corpus: `coverage.json`. Measured by `corpus::coverage`, shown by the report.
//!
//! Invariant of every [`Measure`]: `covered + missing.len() == total`; counts are of pairs, not of occurrences.

use super::record::Mutants;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `coverage.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Data tables.
    pub tables: Measure,
    /// Their columns, opaque ones apart.
    pub columns: Measure,
    /// Foreign keys that a query joins along.
    pub join_edges: Measure,
    /// SQL shapes of the grammar.
    pub shapes: Measure,
    /// SQL functions that the shapes can use.
    pub functions: Measure,
    /// What no denominator holds, and why.
    pub excluded: Vec<Excluded>,
    /// Pairs in the corpus and candidates refused, by phase.
    pub phases: BTreeMap<String, PhaseCounts>,
    /// Pairs by Spider hardness; "" is what Spider's grammar cannot read.
    pub hardness: BTreeMap<String, u64>,
    /// Near misses executed and told apart, over all pairs.
    pub mutants: MutantCounts,
}

/// A count with its denominator.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Names of the denominator used at least once.
    pub covered: u64,
    /// The denominator.
    pub total: u64,
    /// `covered / total`, 0 to 1; null when there is nothing to cover.
    pub share: Option<f64>,
    /// Names never used.
    pub missing: Vec<String>,
    /// Pairs that use each name.
    pub counts: BTreeMap<String, u64>,
    /// Pairs that use names outside the denominator.
    pub beyond: BTreeMap<String, u64>,
}

/// A name that was left out of a denominator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// `table.column`, or a table's id.
    pub name: String,
    /// Why no question is expected about it.
    pub reason: String,
}

/// What one pairs phase left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseCounts {
    /// Pairs in the corpus.
    pub certified: u64,
    /// Candidates refused, by reason.
    pub rejected: BTreeMap<String, u64>,
}

/// Totals over many pairs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutantCounts {
    /// Executed.
    pub total: u64,
    /// With another result than the right SQL.
    pub killed: u64,
}

impl std::ops::AddAssign<Mutants> for MutantCounts {
    fn add_assign(&mut self, one: Mutants) {
        self.total += u64::from(one.total);
        self.killed += u64::from(one.killed);
    }
}
