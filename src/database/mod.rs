//! Databases: where SQL is planned and executed.
//!
//! One trait, [`Backend`]; DuckDB is the embedded one, PostgreSQL the judge. A backend never talks and never guesses: it returns rows or a
//! [`DbError`] that says whose fault it was; only a statement that ran out of time is tried again ([`patience`]). Invariant: DuckDB always runs with the settings that make its values PostgreSQL's.

pub mod agreement;
pub mod attach;
pub mod canonical;
pub mod changed;
pub mod confined;
pub mod duck;
pub mod introspect;
pub mod load;
pub mod patience;
pub mod postgres;
pub mod profile;
pub mod schemas;
pub mod source;
pub mod stored;

pub use canonical::ResultSet;
pub use changed::Changed;
pub use confined::Confined;
pub use duck::Duck;
pub use stored::Stored;

/// Why a statement gave no rows.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database could not be opened or reached.
    #[error("cannot open database {place}: {message}")]
    Open {
        /// File or address.
        place: String,
        /// The engine's words.
        message: String,
    },
    /// The engine refused to plan the statement.
    #[error("the statement does not plan: {0}")]
    Plan(String),
    /// The statement failed while running.
    #[error("the statement failed: {0}")]
    Run(String),
    /// It ran past its time.
    #[error("the statement ran longer than {0} ms")]
    Timeout(u64),
    /// It returned more rows than are kept.
    #[error("the statement returned more than {0} rows")]
    TooManyRows(usize),
    /// The engine ended with it: out of memory, or a defect of its own.
    #[error("the engine ended with this statement ({0}); it was started anew")]
    Crashed(String),
    /// A file beside the database failed.
    #[error(transparent)]
    File(#[from] crate::kernel::files::FileError),
}

/// A place where SQL runs.
pub trait Backend: Send {
    /// Engine and version, as records name it: "duckdb 1.5.6".
    fn engine(&self) -> &str;
    /// Plans one statement and runs it, under a time and a row limit. What needs longer than `timeout_ms` runs once more, alone and with
    /// [`patience::MORE`] times as long; a timeout is what then still stands.
    fn query(&self, sql: &str, timeout_ms: u64) -> Result<ResultSet, DbError>;
    /// Plans one statement without running it.
    fn plan(&self, sql: &str) -> Result<(), DbError>;
    /// As [`Backend::query`], over the same rows stored in another order; `None` where the engine cannot.
    fn query_stored(&self, _sql: &str, _timeout_ms: u64, _order: Stored) -> Option<Result<ResultSet, DbError>> {
        None
    }
}
