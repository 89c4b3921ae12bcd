//! What can keep data from being made, each with its place in the IR.

use crate::kernel::files::FileError;

/// Why no data was made.
#[derive(Debug, thiserror::Error)]
pub enum DataGenError {
    /// The schema itself cannot be used.
    #[error("{place}: {message}")]
    Schema {
        /// Table or column.
        place: String,
        /// What was found and the way out.
        message: String,
    },
    /// A column's plan cannot be used.
    #[error("generation.columns[{index}] ({table}.{column}), {kind}: {message}")]
    Plan {
        /// Position in the IR's list; columns without an entry have none.
        index: String,
        /// Table id.
        table: String,
        /// Column name.
        column: String,
        /// The distribution's kind.
        kind: &'static str,
        /// What was found and the way out.
        message: String,
    },
    /// A column has no plan.
    #[error("{table}.{column} has no entry in generation.columns; let the distribution engineer add one, or write it")]
    NoPlan {
        /// Table id.
        table: String,
        /// Column name.
        column: String,
    },
    /// Something is unknown by that name.
    #[error("{place}: there is no {what} {name:?}{hint}")]
    Unknown {
        /// Where it is named.
        place: String,
        /// "table", "column".
        what: &'static str,
        /// The name.
        name: String,
        /// "did you mean".
        hint: String,
    },
    /// Values depend on each other in a circle.
    #[error("the columns {} depend on each other in a circle; give one of them its own distribution", path.join(" -> "))]
    Cycle {
        /// The circle, `table.column`.
        path: Vec<String>,
    },
    /// A key needs more values than there are.
    #[error("{table}: {rows} rows were asked for, but {key} has room for {room}; lower the rows of {table}, or raise those it refers to")]
    NoRoom {
        /// Table id.
        table: String,
        /// The key.
        key: String,
        /// Rows asked for.
        rows: u64,
        /// Rows that fit.
        room: u64,
    },
    /// A condition that no draw satisfied.
    #[error("{table}: no values were found for row {row} that satisfy {check}; make the distributions of {columns} allow it")]
    Check {
        /// Table id.
        table: String,
        /// The row.
        row: u64,
        /// The rule.
        check: String,
        /// Columns it reads.
        columns: String,
    },
    /// A rule that no value of a column's type satisfies.
    #[error("{table}: no value of {column} satisfies {check}: {holds}; widen the column, or change the condition")]
    Impossible {
        /// Table id.
        table: String,
        /// The rule.
        check: String,
        /// The column.
        column: String,
        /// What its type holds.
        holds: String,
    },
    /// Rules that no row satisfies together.
    #[error(
        "{table}: row {row} cannot satisfy {} together: where one holds, another is broken; change one of them, or the distributions of {columns}",
        rules.join(" and ")
    )]
    Contradiction {
        /// Table id.
        table: String,
        /// The row.
        row: u64,
        /// The rules.
        rules: Vec<String>,
        /// Columns they read.
        columns: String,
    },
    /// Values that do not fit their column.
    #[error("{table}.{column}: {message}")]
    Value {
        /// Table id.
        table: String,
        /// Column name.
        column: String,
        /// What was found.
        message: String,
    },
    /// Rows cannot be taken away from a data set that is added to.
    #[error("{table} has {there} rows already, and {rows} are fewer; ask for more, or make the data anew without adding to it")]
    Fewer {
        /// Table id.
        table: String,
        /// Rows that it would get.
        rows: u64,
        /// Rows that are there.
        there: u64,
    },
    /// There is nothing that rows could be added to.
    #[error("{place}: {message}")]
    Append {
        /// The data directory.
        place: String,
        /// What is missing, and the way out.
        message: String,
    },
    /// Making the data would lose what is there.
    #[error("{}: {message}", path.display())]
    Lost {
        /// The file.
        path: std::path::PathBuf,
        /// What would be lost, and the ways out.
        message: String,
    },
    /// A limit was passed.
    #[error("{place}: {what} is past the limit of {limit}")]
    Limit {
        /// Where.
        place: String,
        /// What.
        what: String,
        /// The limit.
        limit: u64,
    },
    /// Another process writes there.
    #[error("{place}: another process is writing it; wait until it is done, or choose another directory")]
    Locked {
        /// The directory or file.
        place: String,
    },
    /// A search that found no more values.
    #[error(
        "{table}: no new value of {key} was found for row {row} of {rows} in {draws} draws: too few values are likely enough; widen the distribution, or lower the rows of {table}"
    )]
    Exhausted {
        /// Table id.
        table: String,
        /// The unique columns.
        key: String,
        /// Rows asked for.
        rows: u64,
        /// The row.
        row: u64,
        /// How often it was drawn.
        draws: u32,
    },
    /// A file failed.
    #[error(transparent)]
    File(#[from] FileError),
}

impl DataGenError {
    /// Whether what the user wrote is the reason, and theirs to change; otherwise it is the disk's, or another process's.
    pub fn is_input(&self) -> bool {
        !matches!(self, DataGenError::File(_) | DataGenError::Locked { .. })
    }
}
