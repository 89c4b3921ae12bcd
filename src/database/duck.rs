//! DuckDB, embedded.

/// One connection to a DuckDB database.
pub struct Duck;
