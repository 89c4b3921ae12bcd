//! Writers: CSV and JSONL.

pub mod csv;
