//! A profile: what values the columns of a populated database hold.
//!
//! It is measured by `database::profile` and read by query generation, which takes its literals from here.
//! Limits: [`TOP_MAX`] frequent values and [`QUANTILES`] + 1 quantiles a column.

use crate::ir::Value;
use serde::{Deserialize, Serialize};

/// Most frequent values kept a column.
pub const TOP_MAX: usize = 40;
/// Intervals between the quantiles kept (so quantiles\[10\] is the median).
pub const QUANTILES: usize = 20;

/// All tables of a database.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Hash of the data it was measured on.
    pub db_hash: String,
    /// In schema order, data tables only.
    pub tables: Vec<TableProfile>,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TableProfile {
    /// Table id.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// In schema order.
    pub columns: Vec<ColumnProfile>,
}

/// One column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// Column name.
    pub column: String,
    /// Rows that are NULL.
    pub nulls: u64,
    /// Distinct values, NULL apart.
    pub distinct: u64,
    /// Most frequent values with their rows, most frequent first, ties in no order.
    pub top: Vec<(Value, u64)>,
    /// [`QUANTILES`] + 1 values from least to greatest, for numbers and dates; else empty.
    pub quantiles: Vec<Value>,
}

impl Profile {
    /// The profile of one table.
    pub fn table(&self, id: &str) -> Option<&TableProfile> {
        self.tables.iter().find(|t| t.table == id)
    }
}

impl TableProfile {
    /// The profile of one column.
    pub fn column(&self, name: &str) -> Option<&ColumnProfile> {
        self.columns.iter().find(|c| c.column == name)
    }
}
