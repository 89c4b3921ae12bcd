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

/// Whether the periods in the first column, in the order of the rows, leave none out: years, months of one year, or months by their days.
/// Only then is the row before the previous period.
pub fn without_gaps(rows: &ResultSet) -> bool {
    let period = |cell: &Option<String>| -> Option<i64> {
        let text = cell.as_deref()?;
        if let Ok(number) = text.parse() {
            return Some(number);
        }
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
        Some(part(0..4)? * 12 + part(5..7)?)
    };
    let periods: Option<Vec<i64>> = rows.rows().map(|row| row.first().and_then(period)).collect();
    periods.is_some_and(|all| all.windows(2).all(|pair| matches!(pair, [a, b] if b - a == 1)))
}

/// Whether the one figure of a result is below zero: a span that runs backwards is the shortest or longest of nothing.
pub fn runs_backwards(rows: &ResultSet) -> bool {
    let mut cells = rows.rows().map(|row| row.last().cloned().flatten());
    let first = cells.next().flatten().and_then(|cell| cell.parse::<f64>().ok());
    first.is_some_and(|span| span < 0.0) && cells.next().is_none()
}

/// Refuses results of more than [`ROWS_MAX`] rows.
pub fn bearable(_: &Case<'_>, rows: &ResultSet) -> Result<(), String> {
    if rows.row_count() > ROWS_MAX {
        Err(format!("the result has {} rows, more than {ROWS_MAX}", rows.row_count()))
    } else {
        Ok(())
    }
}
