//! The intermediate representations: plain data that phases hand to each other as JSON.
//!
//! | IR | file | says |
//! |---|---|---|
//! | [`LogicalIr`] | `logical.rs` | tables, columns, keys: the one schema model for every source |
//! | [`ConstraintSpec`] | `constraint.rs` | rules between columns that keys cannot say |
//! | [`GenerationIr`] | `generation.rs` | how every column's values are made |
//! | [`WorkloadIr`] | `workload.rs` | the queries that the data must answer with the expected skew |
//! | [`DatasetIr`] | `dataset.rs` | all of them together: what `dataset_ir.json` holds |
//!
//! [`record::Record`] is the other end of the house: one certified question/SQL pair ([`doubt::Doubt`]: a question that has none); [`coverage`] and [`quality`] are what many of them are like;
//! [`evaluation`] is what a database is like; [`mod@reference`] is what the entry of a foreign key in a [`GenerationIr`] says of its parents;
//! [`reading::Reading`] is what reading a source left behind.
//! User files are read strictly (unknown keys are errors), so a typo never becomes a silent default.

pub mod constraint;
pub mod coverage;
pub mod dataset;
pub mod doubt;
pub mod evaluation;
pub mod generation;
pub mod issue;
pub mod logical;
pub mod quality;
pub mod reading;
pub mod record;
pub mod reference;
pub mod repair;
pub mod sql_type;
pub mod value;
pub mod workload;

pub use constraint::ConstraintSpec;
pub use dataset::DatasetIr;
pub use doubt::Doubt;
pub use generation::GenerationIr;
pub use issue::QaIssue;
pub use logical::{Check, Column, EnumType, ForeignKey, LogicalIr, Table};
pub use record::Record;
pub use sql_type::SqlType;
pub use value::Value;
pub use workload::WorkloadIr;
