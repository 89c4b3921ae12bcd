//! Sources: text to [`crate::ir::LogicalIr`].
//!
//! | module | reads |
//! |---|---|
//! | [`ddl`] | PostgreSQL DDL as found in the wild, whole `pg_dump` files included |
//! | [`spider`] | Spider's `tables.json` |
//! | [`json`] | LogicalIr and DatasetIr JSON, strictly |
//! | `reference` | foreign keys that PostgreSQL would refuse, made into what it takes |
//! | [`text`] | the file itself: encodings, and what is no text at all |
//! | [`advice`] | what a reader of the schema should know before using it |
//!
//! Every reader takes what can be read and reports the rest: an unreadable part is a [`QaIssue`] with its line, never a lost table.

mod advice;
pub mod ddl;
pub mod json;
pub mod list;
mod reference;
pub mod spider;
pub mod text;

use crate::ir::{LogicalIr, QaIssue};
use std::collections::BTreeMap;

pub use advice::advice;

/// A schema as read, with everything that was not taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// The schema.
    pub logical: LogicalIr,
    /// What was lost or guessed, with its line.
    pub issues: Vec<QaIssue>,
    /// Statements that say nothing about tables, by kind ("CREATE FUNCTION", "INSERT").
    pub skipped: BTreeMap<String, u64>,
}
