//! A second engine's word on a pair from outside.
//!
//! The statement runs on both engines; each says what became of it. Values are compared, not the texts of their types. A failure, and another answer
//! where both engines hold the same rows, refuses the pair. Limit: sums of `real` agree to the digits that a `real` has.

use crate::database::agreement::{self, Agreement};
use crate::database::{Backend, DbError, ResultSet};
use crate::ir::{LogicalIr, SqlType};
use serde::Serialize;

/// A second engine.
#[derive(Clone, Copy)]
pub struct Second<'a> {
    /// Where.
    pub backend: &'a dyn Backend,
    /// It holds the same rows as the first.
    pub same_rows: bool,
}

/// What one engine said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Engine and version.
    pub engine: String,
    /// "answers", "agrees", "differs" or "fails".
    pub verdict: &'static str,
    /// Why not, or in which digits.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Rows of its result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_count: Option<u64>,
    /// Hash of its result in its own types.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// The first engine's verdict.
pub fn first(engine: &str, ran: &Result<ResultSet, DbError>, ordered: bool) -> Verdict {
    let verdict = if ran.is_ok() { "answers" } else { "fails" };
    verdict_of(engine, verdict, ran, ordered)
}

/// Runs the statement on the second engine and holds its result against the first's. `columns`: `table.column` of those that it uses.
pub fn second(
    judge: Second<'_>,
    sql: &str,
    timeout_ms: u64,
    ours: &Result<ResultSet, DbError>,
    ordered: bool,
    columns: &[String],
    schema: &LogicalIr,
) -> Verdict {
    let theirs = judge.backend.query(sql, timeout_ms);
    let (verdict, detail) = match (ours, &theirs) {
        (_, Err(_)) => ("fails", String::new()),
        (Ok(ours), Ok(theirs)) if judge.same_rows => match agreement::compare(ours, theirs, ordered) {
            Agreement::Same => ("agrees", String::new()),
            Agreement::Digits(shown) if uses_real(columns, schema) => ("agrees", format!("to the digits of a real: {shown}")),
            Agreement::Digits(shown) => ("differs", format!("in the last digits: {shown}")),
            Agreement::Order => ("differs", "the same rows in another order".to_owned()),
            Agreement::Shape(shown) | Agreement::Values(shown) => ("differs", shown),
        },
        _ => ("answers", String::new()),
    };
    let mut told = verdict_of(judge.backend.engine(), verdict, &theirs, ordered);
    if !detail.is_empty() {
        told.detail = detail;
    }
    told
}

fn verdict_of(engine: &str, verdict: &'static str, ran: &Result<ResultSet, DbError>, ordered: bool) -> Verdict {
    Verdict {
        engine: engine.to_owned(),
        verdict,
        detail: ran.as_ref().err().map(ToString::to_string).unwrap_or_default(),
        row_count: ran.as_ref().ok().map(ResultSet::row_count),
        hash: ran.as_ref().ok().map(|rows| rows.hash(ordered)),
    }
}

/// Whether one of the columns is a `real`, which PostgreSQL adds up as `real`.
fn uses_real(columns: &[String], schema: &LogicalIr) -> bool {
    let real = |table: &crate::ir::Table, name: &str| table.columns.iter().any(|c| c.name == name && c.sql_type == SqlType::Float32);
    columns.iter().any(|used| {
        let Some((table, column)) = used.rsplit_once('.') else {
            return false;
        };
        schema.data_tables().any(|t| t.id() == table && real(t, column))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Duck;

    #[test]
    fn another_answer_differs_and_other_rows_are_not_compared() -> Result<(), DbError> {
        let (ours, theirs) = (Duck::in_memory()?, Duck::in_memory()?);
        ours.execute("CREATE TABLE t AS SELECT 1 AS x")?;
        theirs.execute("CREATE TABLE t AS SELECT 2.0 AS x; CREATE TABLE u AS SELECT 1 AS y")?;
        let ask = |sql: &str, same_rows| {
            let judge = Second {
                backend: &theirs,
                same_rows,
            };
            let ran = ours.query(sql, 1_000);
            let told = second(judge, sql, 1_000, &ran, false, &[], &LogicalIr::default());
            (first(ours.engine(), &ran, false).verdict, told.verdict, told.row_count)
        };
        assert_eq!(ask("SELECT x FROM t", true), ("answers", "differs", Some(1)));
        assert_eq!(ask("SELECT x FROM t", false), ("answers", "answers", Some(1)));
        assert_eq!(ask("SELECT COUNT(x) FROM t", true), ("answers", "agrees", Some(1)));
        assert_eq!(ask("SELECT y FROM u", true), ("fails", "answers", Some(1)));
        assert_eq!(ask("SELECT z FROM u", true), ("fails", "fails", None));
        Ok(())
    }
}
