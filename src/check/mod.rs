//! Checks: what a candidate pair must pass before it is a record.
//!
//! | module | asks |
//! |---|---|
//! | [`CHECKS`] | every check by name, in the order they run |
//! | [`spoken`] | does every literal of the SQL have its words? |
//! | [`result`] | are there rows, a bearable number of them, with values in them? |
//! | [`ties`] | is the result determined, or would another engine break ties otherwise? |
//! | [`stored`] | is it the same over the same rows stored in another order? |
//! | [`duplicates`] | was this question, or this SQL, there before? |
//! | [`engines`] | does a second engine give the same answer to a pair from outside? |
//! | [`outside`] | everything that can be asked of a pair that somebody else wrote |
//! | [`said`] | are the literals said, where no alignment tells? |
//! | [`asked`] | does the SQL take other values, or other tables, than the question names? |
//! | [`years`] | does the SQL look at the years that the question names? |
//!
//! Invariant: a pair is certified only if every check passed, in this order; the names of the checks are in its verdict.

pub mod asked;
pub mod duplicates;
pub mod engines;
pub mod outside;
mod parts;
pub mod result;
pub mod said;
pub mod spoken;
pub mod stored;
pub mod ties;
pub mod years;

use crate::database::{Backend, DbError, ResultSet};
use crate::ir::record::Span;
use sqlparser::ast::Query;

/// A pair on its way.
pub struct Case<'a> {
    /// The SQL.
    pub sql: &'a str,
    /// Its AST.
    pub query: &'a Query,
    /// The question.
    pub question: &'a str,
    /// Knowledge beside the question.
    pub evidence: &'a str,
    /// Which words say which clause.
    pub alignment: &'a [Span],
    /// The order of rows is part of the answer.
    pub ordered: bool,
    /// Where it runs.
    pub backend: &'a dyn Backend,
    /// How long it may run, milliseconds.
    pub timeout_ms: u64,
}

/// Why a pair was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Name of the check, or how the statement failed: "plan", "run", "timeout", "too_many_rows".
    pub reason: &'static str,
    /// What exactly was wrong.
    pub detail: String,
}

/// When a check runs.
enum When {
    /// On question and SQL alone.
    Before(fn(&Case<'_>) -> Result<(), String>),
    /// On the rows.
    After(fn(&Case<'_>, &ResultSet) -> Result<(), String>),
}

/// One check.
pub struct Check {
    /// Name in verdicts and rejects.
    pub name: &'static str,
    /// What it asks.
    pub about: &'static str,
    when: When,
}

/// Every check, in the order they run. "executes" stands between those before and those after.
pub static CHECKS: &[Check] = &[
    Check {
        name: "spoken",
        about: "every literal of the SQL is said by words of the question or the evidence",
        when: When::Before(spoken::check),
    },
    Check {
        name: "non_empty",
        about: "the result has rows, and a value other than NULL",
        when: When::After(result::non_empty),
    },
    Check {
        name: "bearable",
        about: "the result has at most 1,000 rows",
        when: When::After(result::bearable),
    },
    Check {
        name: "ranked",
        about: "rows are not ordered by NULL",
        when: When::After(ties::ranked),
    },
    Check {
        name: ties::NAME,
        about: "rows that tie in the requested order are the same rows, or the list is whole and a bag",
        when: When::After(ties::check),
    },
    Check {
        name: stored::NAME,
        about: "what the order of stored rows could change is the same in other orders",
        when: When::After(stored::check),
    },
];

/// Plans, runs and checks a pair. The names of the checks passed come back with the rows.
pub fn certify(case: &Case<'_>) -> Result<(ResultSet, Vec<String>), Refusal> {
    let refuse = |check: &Check, detail| Refusal {
        reason: check.name,
        detail,
    };
    let mut passed = Vec::new();
    for check in CHECKS {
        if let When::Before(ask) = check.when {
            ask(case).map_err(|detail| refuse(check, detail))?;
            passed.push(check.name.to_owned());
        }
    }
    let rows = case.backend.query(case.sql, case.timeout_ms).map_err(|e| Refusal {
        reason: failure(&e),
        detail: e.to_string(),
    })?;
    passed.push("executes".to_owned());
    for check in CHECKS {
        if let When::After(ask) = check.when {
            ask(case, &rows).map_err(|detail| refuse(check, detail))?;
            passed.push(check.name.to_owned());
        }
    }
    Ok((rows, passed))
}

fn failure(error: &DbError) -> &'static str {
    match error {
        DbError::Plan(_) => "plan",
        DbError::Timeout(_) => "timeout",
        DbError::TooManyRows(_) => "too_many_rows",
        DbError::Crashed(_) => "engine_crash",
        DbError::Open { .. } | DbError::Run(_) | DbError::File(_) => "run",
    }
}
