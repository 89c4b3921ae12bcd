//! Results in canonical form, so that equal answers have equal hashes on any client.
//!
//! A row is one line: its cells' canonical text joined by `\x1f`, NULL as the single byte `\x00`. Integers and decimals are plain digits at
//! their scale, floats `%.9e` as C prints them (the last digits of a sum depend on the order of addition), booleans `true`/`false`,
//! days `YYYY-MM-DD`, instants `YYYY-MM-DD HH:MM:SS[.ffffff]`, intervals `M months D days U us`, text as it is. The hash is blake3 of the
//! lines joined by `\n`: in result order, or sorted by bytes when the order is not part of the answer.

use super::DbError;
use crate::kernel::{fingerprint, limits};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit, TimeUnit};
use arrow::datatypes::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::datatypes::{TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The rows of one result, as canonical lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResultSet {
    /// Result column names.
    pub columns: Vec<String>,
    lines: Vec<String>,
}

impl ResultSet {
    /// Canonical form of a result. Refuses more than [`limits::RESULT_ROWS_MAX`] rows.
    pub fn from_batches(columns: Vec<String>, batches: impl Iterator<Item = RecordBatch>) -> Result<Self, DbError> {
        let mut lines: Vec<String> = Vec::new();
        for batch in batches {
            if lines.len() + batch.num_rows() > limits::RESULT_ROWS_MAX {
                return Err(DbError::TooManyRows(limits::RESULT_ROWS_MAX));
            }
            let from = lines.len();
            lines.resize(from + batch.num_rows(), String::new());
            for (index, array) in batch.columns().iter().enumerate() {
                append_column(array, index > 0, &mut lines[from..])?;
            }
        }
        Ok(ResultSet { columns, lines })
    }

    /// Its parts, for another process.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// From the parts of another process.
    pub(super) fn from_lines(columns: Vec<String>, lines: Vec<String>) -> Self {
        ResultSet { columns, lines }
    }

    /// A result without rows.
    pub fn new(columns: Vec<String>) -> Self {
        ResultSet {
            columns,
            lines: Vec::new(),
        }
    }

    /// Adds a row of cells that are canonical already; NULL is `None`.
    pub(super) fn push(&mut self, cells: impl Iterator<Item = Option<String>>) {
        let cells: Vec<String> = cells.map(|cell| cell.unwrap_or_else(|| "\0".to_owned())).collect();
        self.lines.push(cells.join("\x1f"));
    }

    /// The first rows, with their first columns alone.
    pub fn first(&self, rows: usize, width: usize) -> ResultSet {
        let cut = |line: &String| line.split('\x1f').take(width).collect::<Vec<_>>().join("\x1f");
        ResultSet {
            columns: self.columns.iter().take(width).cloned().collect(),
            lines: self.lines.iter().take(rows).map(cut).collect(),
        }
    }

    /// Number of rows.
    pub fn row_count(&self) -> u64 {
        self.lines.len() as u64
    }

    /// Hash of the rows: in their order, or as a bag.
    pub fn hash(&self, ordered: bool) -> String {
        fingerprint::of_bytes(self.in_order(ordered).join("\n").as_bytes())[..32].to_owned()
    }

    /// The first `n` rows, in result order or the least by bytes; NULL is `None`.
    pub fn shown(&self, ordered: bool, n: usize) -> Vec<Vec<Option<String>>> {
        self.in_order(ordered).into_iter().take(n).map(cells).collect()
    }

    /// Whether every cell of every row is NULL.
    pub fn all_null(&self) -> bool {
        self.lines.iter().all(|line| line.split('\x1f').all(|cell| cell == "\0"))
    }

    /// The rows' cells, in result order.
    pub fn rows(&self) -> impl Iterator<Item = Vec<Option<String>>> {
        self.lines.iter().map(|line| cells(line))
    }

    /// Whether two results hold the same values, whatever the types of their numbers: 12, 12.0 and 1.2e1 are one value.
    pub fn equals_by_value(&self, other: &ResultSet, ordered: bool) -> bool {
        self.lines.len() == other.lines.len() && self.by_value(ordered) == other.by_value(ordered)
    }

    /// Whether each of these rows, as [`ResultSet::shown`] gives them, is among the result's by value. Cheaper than running the rest of them.
    pub fn holds_by_value(&self, rows: &[Vec<Option<String>>]) -> bool {
        let mine: BTreeSet<String> = self.by_value(true).into_iter().collect();
        let cell = |cell: &Option<String>| cell.as_deref().map_or_else(|| "\0".to_owned(), value);
        let line = |row: &Vec<Option<String>>| row.iter().map(cell).collect::<Vec<_>>().join("\x1f");
        rows.iter().all(|row| mine.contains(&line(row)))
    }

    fn by_value(&self, ordered: bool) -> Vec<String> {
        let row = |line: &String| line.split('\x1f').map(value).collect::<Vec<_>>().join("\x1f");
        let mut rows: Vec<String> = self.lines.iter().map(row).collect();
        if !ordered {
            rows.sort_unstable();
        }
        rows
    }

    fn in_order(&self, ordered: bool) -> Vec<&str> {
        let mut lines: Vec<&str> = self.lines.iter().map(String::as_str).collect();
        if !ordered {
            lines.sort_unstable();
        }
        lines
    }
}

/// A cell in a form that two types of one number share.
fn value(cell: &str) -> String {
    match cell.parse::<f64>() {
        Ok(x) if x.is_finite() => format!("{:.9e}", if x == 0.0 { 0.0 } else { x }),
        _ => cell.to_owned(),
    }
}

fn cells(line: &str) -> Vec<Option<String>> {
    line.split('\x1f').map(|cell| (cell != "\0").then(|| cell.to_owned())).collect()
}

fn append_column(array: &ArrayRef, separate: bool, lines: &mut [String]) -> Result<(), DbError> {
    if separate {
        lines.iter_mut().for_each(|line| line.push('\x1f'));
    }
    /// One arm a primitive type: value `i` of `$kind` printed through `$show`.
    macro_rules! each {
        ($kind:ty, $show:expr) => {{
            let values = array.as_primitive::<$kind>();
            for (i, line) in lines.iter_mut().enumerate() {
                if values.is_null(i) {
                    line.push('\0')
                } else {
                    $show(line, values.value(i))
                }
            }
        }};
    }
    match array.data_type() {
        DataType::Int8 => each!(Int8Type, integer),
        DataType::Int16 => each!(Int16Type, integer),
        DataType::Int32 => each!(Int32Type, integer),
        DataType::Int64 => each!(Int64Type, integer),
        DataType::UInt8 => each!(UInt8Type, integer),
        DataType::UInt16 => each!(UInt16Type, integer),
        DataType::UInt32 => each!(UInt32Type, integer),
        DataType::UInt64 => each!(UInt64Type, integer),
        DataType::Float32 => each!(Float32Type, |line: &mut String, x: f32| float(line, f64::from(x))),
        DataType::Float64 => each!(Float64Type, float),
        DataType::Decimal128(_, scale) => {
            let scale = usize::try_from(*scale).unwrap_or(0);
            each!(Decimal128Type, |line: &mut String, x| decimal(line, x, scale));
        }
        DataType::Date32 => each!(Date32Type, |line: &mut String, days| day(line, i64::from(days))),
        DataType::Timestamp(TimeUnit::Second, _) => each!(TimestampSecondType, |line: &mut String, t: i64| instant(
            line,
            t.saturating_mul(1_000_000)
        )),
        DataType::Timestamp(TimeUnit::Millisecond, _) => each!(TimestampMillisecondType, |line: &mut String, t: i64| instant(
            line,
            t.saturating_mul(1_000)
        )),
        DataType::Timestamp(TimeUnit::Microsecond, _) => each!(TimestampMicrosecondType, instant),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => each!(TimestampNanosecondType, |line: &mut String, t: i64| instant(
            line,
            t.div_euclid(1_000)
        )),
        DataType::Interval(IntervalUnit::MonthDayNano) => each!(IntervalMonthDayNanoType, |line: &mut String, x: IntervalMonthDayNano| {
            line.push_str(&interval_text(i64::from(x.months), i64::from(x.days), x.nanoseconds / 1_000));
        }),
        DataType::Utf8 => {
            let values = array.as_string::<i32>();
            for (i, line) in lines.iter_mut().enumerate() {
                line.push_str(if values.is_null(i) { "\0" } else { values.value(i) });
            }
        }
        _ => {
            let options = FormatOptions::default().with_null("\0");
            let formatter = ArrayFormatter::try_new(array, &options).map_err(|e| DbError::Run(e.to_string()))?;
            for (i, line) in lines.iter_mut().enumerate() {
                formatter.value(i).write(line).map_err(|e| DbError::Run(e.to_string()))?;
            }
        }
    }
    Ok(())
}

fn integer(line: &mut String, x: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(line, "{x}");
}

/// The canonical text of a float.
pub(super) fn float_text(x: f64) -> String {
    let mut line = String::new();
    float(&mut line, x);
    line
}

/// The canonical text of an interval: its three parts, which no calendar turns into each other.
pub(super) fn interval_text(months: i64, days: i64, micros: i64) -> String {
    format!("{months} months {days} days {micros} us")
}

fn float(line: &mut String, x: f64) {
    let text = format!("{:.9e}", if x == 0.0 { 0.0 } else { x });
    let _ = match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
            write!(line, "{mantissa}e{sign}{digits:0>2}")
        }
        None => line.write_str(&text.to_lowercase()),
    };
}

fn decimal(line: &mut String, x: i128, scale: usize) {
    if scale == 0 {
        return integer(line, x);
    }
    let digits = format!("{:0>width$}", x.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let _ = write!(line, "{}{whole}.{fraction}", if x < 0 { "-" } else { "" });
}

fn day(line: &mut String, days: i64) {
    // Civil from days, Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    let _ = write!(line, "{year:04}-{month:02}-{:02}", doy - (153 * mp + 2) / 5 + 1);
}

fn instant(line: &mut String, micros: i64) {
    day(line, micros.div_euclid(86_400_000_000));
    let rest = micros.rem_euclid(86_400_000_000);
    let seconds = rest / 1_000_000;
    let _ = write!(line, " {:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest % 1_000_000 != 0 {
        let _ = write!(line, ".{:06}", rest % 1_000_000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Backend, Duck};

    #[test]
    fn cells_have_one_text_everywhere() -> Result<(), DbError> {
        let duck = Duck::in_memory()?;
        let sql = "SELECT 7, -1.50::DECIMAL(8,2), 0.1::DOUBLE + 0.2, DATE '1969-12-31', TIMESTAMP '2024-02-29 23:59:59.5', 'x', NULL, true";
        let shown = duck.query(sql, 1_000)?.shown(true, 1);
        let text: Vec<_> = shown[0].iter().map(|c| c.as_deref().unwrap_or("NULL")).collect();
        assert_eq!(
            text,
            [
                "7",
                "-1.50",
                "3.000000000e-01",
                "1969-12-31",
                "2024-02-29 23:59:59.500000",
                "x",
                "NULL",
                "true"
            ]
        );
        Ok(())
    }

    #[test]
    fn a_bag_forgets_order_and_keeps_duplicates() -> Result<(), DbError> {
        let duck = Duck::in_memory()?;
        let ab = duck.query("SELECT * FROM (VALUES (1), (2), (2)) t(x)", 1_000)?;
        let ba = duck.query("SELECT * FROM (VALUES (2), (1), (2)) t(x)", 1_000)?;
        let once = duck.query("SELECT * FROM (VALUES (2), (1)) t(x)", 1_000)?;
        assert_eq!(ab.hash(false), ba.hash(false));
        assert_ne!(ab.hash(true), ba.hash(true));
        assert_ne!(ab.hash(false), once.hash(false));
        Ok(())
    }

    #[test]
    fn one_number_in_two_types_is_one_value() -> Result<(), DbError> {
        let duck = Duck::in_memory()?;
        let whole = duck.query("SELECT * FROM (VALUES (12, 'a'), (NULL, 'b'), (12, 'a')) t(x, y)", 1_000)?;
        let double = duck.query(
            "SELECT * FROM (VALUES (NULL, 'b'), (12.0::DOUBLE, 'a'), (12.0::DOUBLE, 'a')) t(x, y)",
            1_000,
        )?;
        let other = duck.query(
            "SELECT * FROM (VALUES (NULL, 'b'), (12.5::DOUBLE, 'a'), (12.0::DOUBLE, 'a')) t(x, y)",
            1_000,
        )?;
        assert!(whole.equals_by_value(&double, false) && !whole.equals_by_value(&double, true) && !whole.equals_by_value(&other, false));
        assert!(double.holds_by_value(&whole.shown(false, 5)) && other.holds_by_value(&whole.shown(false, 5)));
        assert!(!double.holds_by_value(&other.shown(false, 5)));
        Ok(())
    }
}
