//! Schemas: where they come from and what is known about them.
//!
//! | module | is |
//! |---|---|
//! | [`source`] | text -> [`crate::ir::LogicalIr`]: PostgreSQL DDL, IR JSON, Spider `tables.json` |
//! | [`render`] | LogicalIr -> DDL, Mermaid, comparison of two schemas |
//! | [`role`] | what each column is for: identifier, measure, category, time, ... |
//! | [`lexicon`] | how tables, columns and foreign keys are said in English |
//! | [`glossary`] | what people call rows with high and low values |
//! | [`naming`] | identifiers to words |
//! | [`partition`] | what the pieces of a partitioned table take |
//! | [`day`] | days that a schema writes down, as numbers |
//! | [`contradiction`] | CHECKs that no value satisfies together |
//! | [`regex`] | regular expressions of CHECKs |
//! | [`rule`] | what CHECK constraints allow in a column |
//! | [`morphology`] | plurals, articles, participles, degrees |
//! | [`relate`] | foreign keys that names and types speak for |
//! | [`profile`] | what values the columns hold |

pub mod contradiction;
pub mod day;
pub mod glossary;
pub mod lexicon;
pub mod morphology;
pub mod naming;
pub mod partition;
pub mod profile;
pub mod regex;
pub mod relate;
pub mod render;
pub mod role;
pub mod rule;
pub mod source;
