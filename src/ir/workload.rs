//! WorkloadIr: the queries that a dataset must answer, and the skew expected of their results.

use serde::{Deserialize, Serialize};

/// The expected workload.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WorkloadIr {
    /// The queries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<WorkloadTarget>,
}

/// One expected query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadTarget {
    /// What kind of query.
    #[serde(rename = "type")]
    pub kind: WorkloadKind,
    /// The query, as SQL.
    pub sql: String,
    /// Share of rows expected in the largest group, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_top1_share: Option<f64>,
}

/// Kinds of workload queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkloadKind {
    /// Aggregation by one or more columns.
    GroupBy,
    /// Join of two or more tables.
    Join,
    /// Selection by a predicate.
    Filter,
}
