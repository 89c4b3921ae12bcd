//! Is the result something to learn from? Rows, not too many, with values in them.

use super::Case;
use crate::database::ResultSet;

/// Most rows of an answer. Longer ones are listings of a table, not answers.
pub const ROWS_MAX: u64 = 1_000;

/// Refuses results without rows, or with nothing but NULL and zeros.
pub fn non_empty(_: &Case<'_>, rows: &ResultSet) -> Result<(), String> {
    if rows.row_count() == 0 {
        return Err("the result has no rows".to_owned());
    }
    if rows.all_null() {
        return Err("every value of the result is NULL".to_owned());
    }
    let nothing = |cell: &Option<String>| cell.as_ref().is_none_or(|text| text.parse() == Ok(0.0_f64));
    if rows.row_count() == 1 && rows.rows().next().is_some_and(|row| row.iter().all(nothing)) {
        return Err("the result is a count of nothing".to_owned());
    }
    Ok(())
}

/// Refuses results of more than [`ROWS_MAX`] rows.
pub fn bearable(_: &Case<'_>, rows: &ResultSet) -> Result<(), String> {
    if rows.row_count() > ROWS_MAX {
        Err(format!("the result has {} rows, more than {ROWS_MAX}", rows.row_count()))
    } else {
        Ok(())
    }
}
