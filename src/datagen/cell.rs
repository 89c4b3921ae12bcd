//! Cells: the physical form of every SQL type, and one value of it. Many of them are a column (`cell/column.rs`).
//!
//! Types without an arithmetic of their own (JSON, UUID, arrays, bytes, intervals, enums) are text in PostgreSQL's input syntax.
//! Invariant: what is cast to a type is a value of it, NULL or an error.

mod column;

pub use column::{Values, cell, convert, from_cells};

use super::calendar::{self, DAY_MICROS};
use crate::ir::SqlType;
use arrow::datatypes::{DataType, TimeUnit};

/// How a column's values are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Physical {
    /// Integers of at most this many bits.
    Int(u32),
    /// Floats.
    Float,
    /// Decimals: precision, scale.
    Decimal(u8, u8),
    /// Text, of at most this many characters when given.
    Text(Option<u32>),
    /// Booleans.
    Bool,
    /// Days since 1970-01-01.
    Date,
    /// Microseconds since 1970-01-01.
    Timestamp,
    /// Microseconds since midnight.
    Time,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// Boolean.
    Bool(bool),
    /// Integer.
    Int(i64),
    /// Float, or a decimal in its nearest float.
    Num(f64),
    /// Text.
    Text(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01.
    Timestamp(i64),
    /// Microseconds since midnight.
    Time(i64),
    /// Months and microseconds.
    Interval(i32, i64),
}

impl std::fmt::Display for Physical {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Physical::Int(bits) => write!(f, "INT{bits}"),
            Physical::Float => f.write_str("FLOAT64"),
            Physical::Decimal(p, s) => write!(f, "DECIMAL({p},{s})"),
            Physical::Text(_) => f.write_str("TEXT"),
            Physical::Bool => f.write_str("BOOL"),
            Physical::Date => f.write_str("DATE"),
            Physical::Timestamp => f.write_str("TIMESTAMP"),
            Physical::Time => f.write_str("TIME"),
        }
    }
}

impl Physical {
    /// The physical form of a type.
    pub fn of(sql_type: &SqlType) -> Self {
        match sql_type {
            SqlType::Int16 => Physical::Int(16),
            SqlType::Int32 => Physical::Int(32),
            SqlType::Int64 => Physical::Int(64),
            SqlType::Float32 | SqlType::Float64 => Physical::Float,
            SqlType::Decimal(p, s) => Physical::Decimal((*p).clamp(1, 38), (*s).min((*p).clamp(1, 38))),
            SqlType::Varchar(n) | SqlType::Char(n) => Physical::Text(Some(*n)),
            SqlType::Bool => Physical::Bool,
            SqlType::Date => Physical::Date,
            SqlType::Timestamp | SqlType::TimestampTz => Physical::Timestamp,
            SqlType::Time => Physical::Time,
            _ => Physical::Text(None),
        }
    }

    /// The Arrow type of a column.
    pub fn data_type(self) -> DataType {
        match self {
            Physical::Int(_) => DataType::Int64,
            Physical::Float => DataType::Float64,
            Physical::Decimal(p, s) => DataType::Decimal128(p, s as i8),
            Physical::Text(_) => DataType::Utf8,
            Physical::Bool => DataType::Boolean,
            Physical::Date => DataType::Date32,
            Physical::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
            Physical::Time => DataType::Time64(TimeUnit::Microsecond),
        }
    }

    /// Least and greatest value of an integer or decimal column.
    pub fn range(self) -> Option<(f64, f64)> {
        match self {
            Physical::Int(_) => Some((-self.max() - 1.0, self.max())),
            Physical::Decimal(..) => Some((-self.max(), self.max())),
            _ => None,
        }
    }

    /// Greatest value an integer or decimal column holds.
    pub fn max(self) -> f64 {
        match self {
            Physical::Int(bits) if bits < 64 => ((1_i64 << (bits - 1)) - 1) as f64,
            Physical::Int(_) => i64::MAX as f64,
            Physical::Decimal(p, s) => (10_f64.powi(i32::from(p)) - 1.0) / 10_f64.powi(i32::from(s)),
            _ => f64::MAX,
        }
    }
}

/// 2^63: the first float past 64-bit integers.
const INT64_END: f64 = 9_223_372_036_854_775_808.0;

/// The day of an instant; one past what days count is the last.
pub(super) fn whole_day(micros: i64) -> i32 {
    i32::try_from(micros.div_euclid(DAY_MICROS)).unwrap_or(i32::MAX)
}

/// The days of the years 1 to 9999, which every database and reader has.
pub(super) const DAYS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896;

fn too_long(text: &str, width: u32) -> String {
    let shown: String = text.chars().take(40).collect();
    format!("{shown:?} is longer than {width} characters; widen the column, or shorten the value (left(x, {width}) cuts a computed one)")
}

fn unfit(value: f64, p: u8, s: u8) -> String {
    format!("{value} does not fit DECIMAL({p},{s}); widen the column, or bound the value")
}

fn past(value: &str, physical: Physical) -> String {
    match physical {
        Physical::Int(bits) => format!("{value} is past what INT{bits} holds; widen the column, or bound the value"),
        _ => format!("{value} is past what the column's type holds"),
    }
}

impl Cell {
    /// A JSON scalar as a cell.
    pub fn from_json(value: &serde_json::Value) -> Result<Cell, String> {
        Ok(match value {
            serde_json::Value::Null => Cell::Null,
            serde_json::Value::Bool(b) => Cell::Bool(*b),
            serde_json::Value::Number(n) => n.as_i64().map(Cell::Int).or(n.as_f64().map(Cell::Num)).unwrap_or(Cell::Null),
            serde_json::Value::String(s) => Cell::Text(s.clone()),
            other => return Err(format!("{other} is not a scalar; write a string, a number, true, false or null")),
        })
    }

    /// The value on the number line.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Int(x) => Some(*x as f64),
            Cell::Num(x) => Some(*x),
            Cell::Bool(b) => Some(f64::from(u8::from(*b))),
            _ => None,
        }
    }

    /// The value as its text in a CSV file; NULL is empty.
    pub fn text(&self) -> String {
        let mut out = Vec::new();
        match self {
            Cell::Null => {}
            Cell::Bool(b) => return b.to_string(),
            Cell::Int(x) => return x.to_string(),
            Cell::Num(x) => return x.to_string(),
            Cell::Text(t) => return t.clone(),
            Cell::Date(d) => calendar::write_date(*d, &mut out),
            Cell::Timestamp(t) => calendar::write_timestamp(*t, &mut out),
            Cell::Time(t) => calendar::write_time(*t, &mut out),
            Cell::Interval(months, micros) => return format!("{months} months {} seconds", micros / 1_000_000),
        }
        String::from_utf8(out).unwrap_or_default()
    }

    /// The value as a physical type holds it; NULL stays NULL.
    pub fn cast(&self, physical: Physical) -> Result<Cell, String> {
        let fail = || {
            let number = matches!(physical, Physical::Int(_) | Physical::Decimal(..) | Physical::Float);
            let way = match self {
                Cell::Bool(_) if number => ", which is a number; write `1 if ... else 0`",
                Cell::Interval(..) if number => ", which is a number; write how many units a span has, as in hours(t2 - t)",
                Cell::Date(_) | Cell::Timestamp(_) if number => {
                    ", which is a number; write what part of the day is meant, as in year(t), or a span as in hours(t2 - t)"
                }
                _ => "",
            };
            format!("{:?} is not a value of the column's type{way}", self.text())
        };
        Ok(match (self, physical) {
            (Cell::Null, _) => Cell::Null,
            (_, Physical::Text(width)) => {
                let text = self.text();
                if let Some(w) = width.filter(|w| text.len() > *w as usize && text.chars().count() > *w as usize) {
                    return Err(too_long(&text, w));
                }
                Cell::Text(text)
            }
            (Cell::Int(x), Physical::Int(64)) => Cell::Int(*x),
            (Cell::Int(x), Physical::Int(bits @ ..64)) if (-(1_i64 << (bits - 1))..1_i64 << (bits - 1)).contains(x) => Cell::Int(*x),
            (Cell::Num(x), Physical::Int(64)) if x.abs() < INT64_END => Cell::Int(x.round() as i64),
            (Cell::Num(x), Physical::Int(..64)) if x.abs() <= physical.max() => Cell::Int(x.round() as i64),
            (Cell::Int(_) | Cell::Num(_), Physical::Int(_)) => return Err(past(&self.text(), physical)),
            (Cell::Bool(b), Physical::Int(_)) => Cell::Int(i64::from(*b)),
            (Cell::Text(t), Physical::Int(_)) => Cell::Int(t.trim().parse().map_err(|_| fail())?),
            (Cell::Int(x), Physical::Decimal(..)) => Cell::Int(*x),
            (Cell::Num(x), Physical::Decimal(..)) => Cell::Num(*x),
            (Cell::Text(t), Physical::Decimal(..)) | (Cell::Text(t), Physical::Float) => Cell::Num(t.trim().parse().map_err(|_| fail())?),
            (Cell::Int(_) | Cell::Num(_), Physical::Float) => Cell::Num(self.number().ok_or_else(fail)?),
            (Cell::Bool(b), Physical::Bool) => Cell::Bool(*b),
            (Cell::Int(x), Physical::Bool) => Cell::Bool(*x != 0),
            (Cell::Text(t), Physical::Bool) => match t.to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "1" => Cell::Bool(true),
                "false" | "f" | "no" | "n" | "0" => Cell::Bool(false),
                _ => return Err(fail()),
            },
            (Cell::Date(d), Physical::Date) => Cell::Date(*d),
            (Cell::Timestamp(t), Physical::Date) => Cell::Date(whole_day(*t)),
            (Cell::Text(t), Physical::Date) => Cell::Date(calendar::parse_timestamp(t).ok_or_else(fail)?.div_euclid(DAY_MICROS) as i32),
            (Cell::Date(d), Physical::Timestamp) => Cell::Timestamp(i64::from(*d) * DAY_MICROS),
            (Cell::Timestamp(t), Physical::Timestamp) => Cell::Timestamp(*t),
            (Cell::Text(t), Physical::Timestamp) => Cell::Timestamp(calendar::parse_timestamp(t).ok_or_else(fail)?),
            (Cell::Time(t), Physical::Time) => Cell::Time(*t),
            (Cell::Timestamp(t), Physical::Time) => Cell::Time(t.rem_euclid(DAY_MICROS)),
            (Cell::Text(t), Physical::Time) => Cell::Time(calendar::parse_time(t).ok_or_else(fail)?),
            _ => return Err(fail()),
        })
    }
}
