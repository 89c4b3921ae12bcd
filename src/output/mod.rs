//! Writers: CSV, Parquet, and what their files hold of a UUID.

pub mod csv;
mod digits;
pub mod parquet;
pub mod uuid;
