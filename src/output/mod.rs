//! Writers: CSV, Parquet.

pub mod csv;
mod digits;
pub mod parquet;
