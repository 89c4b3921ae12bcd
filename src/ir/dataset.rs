//! DatasetIr: everything that determines a synthetic database. `schema/dataset_ir.json` holds one; edit it and run again.

use super::{ConstraintSpec, GenerationIr, LogicalIr, WorkloadIr};
use serde::{Deserialize, Serialize};

/// A schema and the way its data is made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetIr {
    /// Version of this format.
    #[serde(default = "one")]
    pub version: u32,
    /// The English description it came from, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tables, columns, keys.
    pub logical: LogicalIr,
    /// Rules between columns.
    #[serde(default)]
    pub constraints: ConstraintSpec,
    /// How every column's values are made.
    #[serde(default)]
    pub generation: GenerationIr,
    /// Queries the data must answer.
    #[serde(default)]
    pub workload: WorkloadIr,
}

fn one() -> u32 {
    1
}
