//! What reading a source left behind: `schema/findings.json`.
//!
//! Written by the schema phase, shown by the report, so that what no table and no question tells of is told by the run itself.
//! Invariant: findings are in the order of the source, counts in the order of names.

use super::QaIssue;
use super::issue::Severity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Code of a finding about a rule of the source that the data may break.
pub const NOT_ENFORCED: &str = "not_enforced";

/// `schema/findings.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Statements that say nothing about tables, by kind ("CREATE VIEW", "INSERT"): nothing is asked about them.
    pub read_over: BTreeMap<String, u64>,
    /// What was lost, guessed, or cannot be enforced, with its place.
    pub findings: Vec<QaIssue>,
}

impl Reading {
    /// Everything that a person may want to act on.
    pub fn warnings(&self) -> impl Iterator<Item = &QaIssue> {
        self.findings.iter().filter(|issue| issue.severity >= Severity::Warning)
    }

    /// Rules of the source that the data may break.
    pub fn not_enforced(&self) -> usize {
        self.findings.iter().filter(|issue| issue.code == NOT_ENFORCED).count()
    }

    /// "1 CREATE VIEW, 2 CREATE FUNCTION and 14 other statements"; none when everything was read. What makes an object is named, what sets up a session
    /// or fills tables is counted.
    pub fn told(&self) -> Option<String> {
        let makes = |kind: &str| kind.starts_with("CREATE") || kind.contains("VIEW");
        let named: Vec<String> = self
            .read_over
            .iter()
            .filter(|(kind, _)| makes(kind))
            .map(|(kind, n)| format!("{n} {kind}"))
            .collect();
        let others: u64 = self.read_over.iter().filter(|(kind, _)| !makes(kind)).map(|(_, n)| n).sum();
        let others = match (others, named.is_empty()) {
            (0, _) => String::new(),
            (n, true) => format!(
                "{n} statement{}",
                if n == 1 { " that makes no table" } else { "s that make no table" }
            ),
            (n, false) => format!(" and {n} other statement{}", if n == 1 { "" } else { "s" }),
        };
        let told = named.join(", ") + &others;
        (!told.is_empty()).then_some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_and_the_rest_is_counted() {
        let told = |kinds: &[(&str, u64)]| {
            let read_over = kinds.iter().map(|(kind, n)| ((*kind).to_owned(), *n)).collect();
            Reading {
                read_over,
                ..Reading::default()
            }
            .told()
        };
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[("SET", 1)]).as_deref(), Some("1 statement that makes no table"));
        assert_eq!(
            told(&[("SET", 9), ("CREATE VIEW", 1), ("CREATE FUNCTION", 2), ("INSERT", 5)]).as_deref(),
            Some("2 CREATE FUNCTION, 1 CREATE VIEW and 14 other statements")
        );
    }
}
