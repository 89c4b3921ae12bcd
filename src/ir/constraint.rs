//! ConstraintSpec: rules between columns that keys cannot say.
//!
//! The first users are the distribution engineer (dates in order) and the populate engine; more kinds come with the data engine.

use serde::{Deserialize, Serialize};

/// Rules that generated rows must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConstraintSpec {
    /// Columns whose value follows from others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functional_dependencies: Vec<FunctionalDependency>,
    /// Conditions on rows, as SQL over one table's columns, beside the CHECKs of the LogicalIr.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<TableCheck>,
}

/// Equal values of `lhs` imply equal values of `rhs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionalDependency {
    /// Table id.
    pub table: String,
    /// Determining columns.
    pub lhs: Vec<String>,
    /// Determined columns.
    pub rhs: Vec<String>,
}

/// A condition that every row of a table satisfies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableCheck {
    /// Table id.
    pub table: String,
    /// The condition, as SQL.
    pub sql: String,
}
