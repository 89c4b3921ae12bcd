//! Limits: a bound on everything that comes from outside, each with its reason.

/// Longest schema source read, bytes. A 5 MB dump with its rows is ordinary; past this it is not a schema.
pub const SOURCE_BYTES_MAX: u64 = 512 << 20;
/// Most tables in a schema. The largest public ERP schemas stay under this.
pub const TABLES_MAX: usize = 20_000;
/// Most columns in one table. PostgreSQL allows 1,600, DuckDB more; past this no question can be asked.
pub const COLUMNS_MAX: usize = 5_000;
/// Longest identifier kept, bytes. PostgreSQL cuts at 63; other sources do not.
pub const IDENTIFIER_BYTES_MAX: usize = 255;
/// Longest SQL text taken from outside, bytes.
pub const SQL_BYTES_MAX: usize = 64 << 10;
/// Deepest nesting of parentheses in SQL taken from outside: deeper text overflows parsers' stacks.
pub const SQL_NESTING_MAX: usize = 64;
/// Most operators in SQL taken from outside: a chain of them is a tree as deep as it is long. The longest of TPC-DS has 148.
pub const SQL_OPERATORS_MAX: usize = 2_000;
/// Most rows of one result that are hashed; a query that returns more is refused.
pub const RESULT_ROWS_MAX: usize = 100_000;
/// Rows of a result that a record quotes.
pub const ANSWER_ROWS_SHOWN: usize = 5;
/// Most rows of one table.
pub const TABLE_ROWS_MAX: u64 = 100_000_000_000;
