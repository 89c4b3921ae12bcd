//! sqlmint: a factory for NL2SQL (text-to-SQL) training corpora.
//!
//! ARCHITECTURE.md has the layers; [`phase`] the steps of a run; [`ir`] the data that passes between them.

pub mod check;
pub mod config;
pub mod corpus;
pub mod database;
pub mod dataeval;
pub mod datagen;
pub mod design;
pub mod ir;
pub mod kernel;
pub mod nlgen;
pub mod output;
pub mod phase;
pub mod query;
pub mod querygen;
pub mod report;
pub mod runner;
pub mod schema;
