//! CSV as RFC 4180 has it, and as PostgreSQL's COPY and DuckDB read it back exactly: NULL is nothing, the empty text is `""`.
//!
//! Arrow columns in, bytes out. Dates and instants are ISO, instants in UTC without a zone; floats are their shortest decimal text.
//! Limit: columns are Int64, Float64, Decimal128, Utf8, Boolean, Date32, Timestamp(us) or Time64(us); another type is written as NULL.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray, Time64MicrosecondArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType};
use std::io::Write;

/// A column seen as what it is, so that the type is looked up once and not per value.
enum Column<'a> {
    Int(&'a Int64Array),
    Float(&'a Float64Array),
    Decimal(&'a Decimal128Array, u32),
    Text(&'a StringArray),
    Bool(&'a BooleanArray),
    Date(&'a Date32Array),
    Timestamp(&'a TimestampMicrosecondArray),
    Time(&'a Time64MicrosecondArray),
    Nothing,
}

/// Writes days and times; the calendar lives with the data engine's types.
pub struct Calendar {
    /// Appends a day number as a date.
    pub date: fn(i32, &mut Vec<u8>),
    /// Appends microseconds since 1970.
    pub timestamp: fn(i64, &mut Vec<u8>),
    /// Appends microseconds since midnight.
    pub time: fn(i64, &mut Vec<u8>),
}

/// Appends the header line.
pub fn header<'a>(names: impl IntoIterator<Item = &'a str>, out: &mut Vec<u8>) {
    for (i, name) in names.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        text(name, out);
    }
    out.push(b'\n');
}

/// Appends one line a row.
pub fn rows(columns: &[ArrayRef], calendar: &Calendar, out: &mut Vec<u8>) {
    let count = columns.first().map_or(0, |c| c.len());
    let columns: Vec<(Column<'_>, &ArrayRef)> = columns.iter().map(|c| (view(c), c)).collect();
    for row in 0..count {
        for (i, (column, array)) in columns.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            if array.is_valid(row) {
                value(column, row, calendar, out);
            }
        }
        // A single column with NULL would be an empty line, which readers skip; RFC 4180 has no other way to say it.
        out.push(b'\n');
    }
}

fn view(array: &ArrayRef) -> Column<'_> {
    match array.data_type() {
        DataType::Int64 => Column::Int(array.as_primitive::<Int64Type>()),
        DataType::Float64 => Column::Float(array.as_primitive::<Float64Type>()),
        DataType::Decimal128(_, scale) => Column::Decimal(array.as_primitive::<Decimal128Type>(), u32::from(scale.unsigned_abs())),
        DataType::Utf8 => Column::Text(array.as_string::<i32>()),
        DataType::Boolean => Column::Bool(array.as_boolean()),
        DataType::Date32 => Column::Date(array.as_primitive::<Date32Type>()),
        DataType::Timestamp(..) => Column::Timestamp(array.as_primitive::<TimestampMicrosecondType>()),
        DataType::Time64(_) => Column::Time(array.as_primitive::<Time64MicrosecondType>()),
        _ => Column::Nothing,
    }
}

fn value(column: &Column<'_>, row: usize, calendar: &Calendar, out: &mut Vec<u8>) {
    match column {
        Column::Int(a) => integer(i128::from(a.value(row)), out),
        // Writing to a Vec cannot fail.
        Column::Float(a) => drop(write!(out, "{}", a.value(row))),
        Column::Decimal(a, scale) => decimal(a.value(row), *scale, out),
        Column::Text(a) => text(a.value(row), out),
        Column::Bool(a) => out.extend_from_slice(if a.value(row) { b"true" } else { b"false" }),
        Column::Date(a) => (calendar.date)(a.value(row), out),
        Column::Timestamp(a) => (calendar.timestamp)(a.value(row), out),
        Column::Time(a) => (calendar.time)(a.value(row), out),
        Column::Nothing => {}
    }
}

fn integer(value: i128, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    digits(value.unsigned_abs(), 1, out);
}

fn decimal(value: i128, scale: u32, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    let start = out.len();
    digits(value.unsigned_abs(), scale as usize + 1, out);
    if scale > 0 {
        let point = out.len() - scale as usize;
        out.insert(point.max(start), b'.');
    }
}

/// Decimal digits, at least `least` of them.
fn digits(mut value: u128, least: usize, out: &mut Vec<u8>) {
    let mut buffer = [b'0'; 40];
    let mut at = buffer.len();
    // 64-bit division is several times faster than 128-bit, and nearly every value fits.
    while value > u128::from(u64::MAX) {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
    }
    let mut small = value as u64;
    while small > 0 {
        at -= 1;
        buffer[at] = b'0' + (small % 10) as u8;
        small /= 10;
    }
    at = at.min(buffer.len() - least.min(buffer.len()));
    out.extend_from_slice(&buffer[at..]);
}

fn text(value: &str, out: &mut Vec<u8>) {
    let bytes = value.as_bytes();
    let plain = !bytes.is_empty()
        && !bytes.iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'))
        && bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ');
    if plain {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    for b in bytes {
        if *b == b'"' {
            out.push(b'"');
        }
        out.push(*b);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn nulls_and_empty_texts_differ_and_quotes_double() -> Result<(), Box<dyn std::error::Error>> {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a,b"), Some(""), None, Some("say \"hi\""), Some(" x")]));
        let ints: ArrayRef = Arc::new(Int64Array::from(vec![Some(0), Some(-7), Some(i64::MIN), None, Some(42)]));
        let money: ArrayRef = Arc::new(Decimal128Array::from(vec![5_i128, -123, 100, 0, 99_999]).with_precision_and_scale(9, 2)?);
        let calendar = Calendar {
            date: |_, _| {},
            timestamp: |_, _| {},
            time: |_, _| {},
        };
        let mut out = Vec::new();
        header(["t", "my \"n\"", "m"], &mut out);
        rows(&[texts, ints, money], &calendar, &mut out);
        let expected =
            "t,\"my \"\"n\"\"\",m\n\"a,b\",0,0.05\n\"\",-7,-1.23\n,-9223372036854775808,1.00\n\"say \"\"hi\"\"\",,0.00\n\" x\",42,999.99\n";
        assert_eq!(String::from_utf8(out)?, expected);
        Ok(())
    }
}
