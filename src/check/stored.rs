//! Does the result depend on the order in which rows are stored?
//!
//! The statement runs again over the same rows stored in other orders ([`Stored`]). Another answer (as a list where the order of the whole result is
//! settled, else as a bag) means that its text leaves something open; the look of [`undetermined`] names what, if it can.
//! Limits: rows whose order happens to make no difference prove nothing; an engine that cannot reorder rows is not asked.

use super::Case;
use crate::database::agreement::{self, Agreement};
use crate::database::{ResultSet, Stored};
use crate::query::undetermined::{self, Cause};

/// Name of the check.
pub const NAME: &str = "stored_order";

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependence {
    /// Why, as far as the text tells.
    pub cause: Option<Cause>,
    /// In words.
    pub detail: String,
}

/// The check of the grammar's pairs: only what has a cause in its text is run again.
pub fn check(case: &Case<'_>, rows: &ResultSet) -> Result<(), String> {
    if undetermined::causes(case.query).is_empty() {
        return Ok(());
    }
    prove(case, rows, case.ordered).map_err(|found| found.detail)
}

/// Runs the statement over its rows in other orders. `settled`: the order of the result is part of the answer, and no rows tie in it.
pub fn prove(case: &Case<'_>, rows: &ResultSet, settled: bool) -> Result<(), Dependence> {
    let causes = undetermined::causes(case.query);
    for (at, order) in Stored::ALL.into_iter().enumerate() {
        // Where the text leaves nothing open one other order is enough: sums are what is left.
        if at > 0 && causes.is_empty() {
            break;
        }
        let Some(again) = case.backend.query_stored(case.sql, case.timeout_ms, order) else {
            return Ok(());
        };
        let seen = match again {
            Ok(again) if again.hash(settled) == rows.hash(settled) => continue,
            Ok(again) => agreement::compare(rows, &again, settled),
            Err(error) => {
                let detail = format!("it does not run over the same rows stored in another order: {error}");
                return Err(Dependence { cause: None, detail });
            }
        };
        let sums = undetermined::adds_up(case.query);
        let detail = match (seen, causes.first()) {
            // The same numbers to the digits that a float has.
            (Agreement::Same, _) => continue,
            (_, Some(cause)) => cause.detail.clone(),
            (Agreement::Digits(shown), None) if sums => {
                format!(
                    "the last digits of its floating-point sums depend on the order in which rows are stored ({shown}); sum decimals, or round"
                )
            }
            (_, None) => "the result depends on the order in which rows are stored".to_owned(),
        };
        let cause = causes.into_iter().next();
        return Err(Dependence { cause, detail });
    }
    Ok(())
}
