//! CSV as RFC 4180 has it, and as PostgreSQL's COPY and DuckDB read it back exactly: NULL is nothing, the empty text is `""`.
//!
//! Arrow columns in, bytes out. Dates and instants are ISO, instants in UTC without a zone; floats are their shortest decimal text.
//! Limit: columns are Int64, Float64, Decimal128, Utf8, Boolean, Date32, Timestamp(us) or Time64(us); another type is written as NULL.

use super::digits::{self, put};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType};
use std::sync::OnceLock;

/// Bytes in the making: a buffer that is kept and filled again, block after block.
#[derive(Debug, Default)]
pub struct Page {
    /// Always initialised; the text ends at `len`.
    bytes: Vec<u8>,
    len: usize,
}

impl Page {
    /// What was written.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Empty again, with its memory.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Makes room for `more` bytes.
    #[inline]
    fn room(&mut self, more: usize) {
        if self.bytes.len() - self.len < more {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let size = (self.len + more).max(self.bytes.len() * 2).max(1 << 16);
        self.bytes.resize(size, 0);
    }

    #[inline]
    fn extend(&mut self, bytes: &[u8]) {
        self.room(bytes.len());
        if let Some(slot) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            slot.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        put(&mut self.bytes, self.len, [byte]);
        self.len += 1;
    }
}

/// A column seen as what it is, so that the type is looked up once a block and not once a value.
enum Form<'a> {
    Int(&'a [i64]),
    Float(&'a [f64]),
    Decimal(&'a [i128], usize),
    Text {
        bytes: &'a [u8],
        offsets: &'a [i32],
        /// No value needs quotes.
        plain: bool,
    },
    Bool(&'a BooleanArray),
    Date(&'a [i32]),
    Timestamp(&'a [i64]),
    Time(&'a [i64]),
    Nothing,
}

struct Column<'a> {
    form: Form<'a>,
    nulls: Option<&'a NullBuffer>,
}

/// Writes days and times; the calendar lives with the data engine's types.
pub struct Calendar {
    /// Appends a day number as a date.
    pub date: fn(i32, &mut Vec<u8>),
    /// Appends microseconds since midnight.
    pub time: fn(i64, &mut Vec<u8>),
}

/// Days whose text is kept ready: 1900-01-01 to 2099-12-31, as days since 1970-01-01.
const READY: std::ops::Range<i32> = -25_567..47_482;
const DAY_MICROS: i64 = 86_400_000_000;

/// A ready text a day, ten bytes each.
fn ready_days(calendar: &Calendar) -> &'static [[u8; 10]] {
    static DAYS: OnceLock<Vec<[u8; 10]>> = OnceLock::new();
    DAYS.get_or_init(|| {
        let mut text = Vec::new();
        READY
            .map(|day| {
                text.clear();
                (calendar.date)(day, &mut text);
                text.first_chunk().copied().unwrap_or_default()
            })
            .collect()
    })
}

/// Appends the header line.
pub fn header<'a>(names: impl IntoIterator<Item = &'a str>, out: &mut Vec<u8>) {
    let mut page = Page::default();
    for (i, name) in names.into_iter().enumerate() {
        if i > 0 {
            page.extend(b",");
        }
        text(name.as_bytes(), &mut page);
    }
    page.extend(b"\n");
    out.extend_from_slice(page.bytes());
}

/// Most bytes of a value that is not text: a timestamp with a year of six digits and a fraction.
const VALUE_MAX: usize = 40;
/// Texts up to here are copied in steps of fixed size.
const SHORT: usize = 32;

/// Appends one line a row.
pub fn rows(columns: &[ArrayRef], calendar: &Calendar, out: &mut Page) {
    let count = columns.first().map_or(0, |c| c.len());
    let columns: Vec<Column<'_>> = columns.iter().map(view).collect();
    let days = ready_days(calendar);
    let fixed = columns.len() * (VALUE_MAX + 1) + SHORT;
    let mut scratch = Vec::new();
    for row in 0..count {
        out.room(fixed);
        for column in &columns {
            if column.nulls.is_none_or(|n| n.is_valid(row)) {
                value(&column.form, row, days, calendar, &mut scratch, out, fixed);
            }
            out.byte(b',');
        }
        // A single column with NULL would be an empty line, which readers skip; RFC 4180 has no other way to say it.
        out.len -= usize::from(!columns.is_empty());
        out.byte(b'\n');
    }
}

fn view(array: &ArrayRef) -> Column<'_> {
    let form = match array.data_type() {
        DataType::Int64 => Form::Int(array.as_primitive::<Int64Type>().values()),
        DataType::Float64 => Form::Float(array.as_primitive::<Float64Type>().values()),
        DataType::Decimal128(_, scale) => Form::Decimal(array.as_primitive::<Decimal128Type>().values(), usize::from(scale.unsigned_abs())),
        DataType::Utf8 => {
            let texts = array.as_string::<i32>();
            let (bytes, offsets) = (texts.value_data(), texts.value_offsets());
            Form::Text {
                bytes,
                offsets,
                plain: plain(bytes, offsets),
            }
        }
        DataType::Boolean => Form::Bool(array.as_boolean()),
        DataType::Date32 => Form::Date(array.as_primitive::<Date32Type>().values()),
        DataType::Timestamp(..) => Form::Timestamp(array.as_primitive::<TimestampMicrosecondType>().values()),
        DataType::Time64(_) => Form::Time(array.as_primitive::<Time64MicrosecondType>().values()),
        _ => Form::Nothing,
    };
    Column {
        form,
        nulls: array.nulls().filter(|n| n.null_count() > 0),
    }
}

/// Whether no text of a column needs quotes: one pass over all its bytes, instead of one a value.
fn plain(bytes: &[u8], offsets: &[i32]) -> bool {
    // Looking at whole chunks without leaving early lets the compiler take many bytes at once.
    // Numbers instead of truths keep it at a byte a lane.
    let is = |b: u8, special: u8| u8::from(b == special);
    let special = |b: u8| is(b, b',') | is(b, b'"') | is(b, b'\n') | is(b, b'\r');
    let clean = bytes
        .chunks(512)
        .all(|chunk| chunk.iter().fold(0, |found, b| found | special(*b)) == 0);
    clean
        && offsets.windows(2).all(|pair| {
            let &[start, end] = pair else { return false };
            let edge = |at: i32| bytes.get(at as usize).is_some_and(|b| *b != b' ');
            start < end && edge(start) && edge(end - 1)
        })
}

#[inline]
fn value(form: &Form<'_>, row: usize, days: &[[u8; 10]], calendar: &Calendar, scratch: &mut Vec<u8>, out: &mut Page, fixed: usize) {
    match form {
        Form::Int(a) => out.len = digits::integer(&mut out.bytes, out.len, a.get(row).copied().unwrap_or_default()),
        Form::Decimal(a, scale) => {
            let wide = a.get(row).copied().unwrap_or_default();
            match i64::try_from(wide) {
                Ok(n) if *scale <= 18 => out.len = digits::decimal(&mut out.bytes, out.len, n, *scale),
                _ => {
                    out.extend(digits::wide_decimal(wide, *scale).as_bytes());
                    out.room(fixed);
                }
            }
        }
        Form::Text { bytes, offsets, plain } => {
            let (start, end) = match offsets.get(row..row + 2) {
                Some([start, end]) => (*start as usize, *end as usize),
                _ => (0, 0),
            };
            // The room of the row has SHORT bytes more than its values.
            match bytes.get(start..).and_then(|rest| rest.first_chunk::<SHORT>()) {
                Some(chunk) if *plain && end - start <= SHORT => {
                    put(&mut out.bytes, out.len, *chunk);
                    out.len += end - start;
                }
                _ => {
                    let bytes = bytes.get(start..end).unwrap_or_default();
                    if *plain {
                        out.extend(bytes);
                    } else {
                        text(bytes, out);
                    }
                }
            }
            out.room(fixed);
        }
        Form::Date(a) => date(a.get(row).copied().unwrap_or_default(), days, calendar, scratch, out),
        Form::Bool(a) => out.extend(if a.value(row) { b"true" } else { b"false" }),
        Form::Float(a) => {
            let x = a.get(row).copied().unwrap_or_default();
            match digits::short_float(&mut out.bytes, out.len, x) {
                Some(end) => out.len = end,
                None => {
                    digits::long_float(x, scratch);
                    out.extend(scratch);
                    out.room(fixed);
                }
            }
        }
        Form::Timestamp(a) => {
            let micros = a.get(row).copied().unwrap_or_default();
            date(micros.div_euclid(DAY_MICROS) as i32, days, calendar, scratch, out);
            out.byte(b' ');
            time(micros.rem_euclid(DAY_MICROS), calendar, scratch, out);
        }
        Form::Time(a) => time(a.get(row).copied().unwrap_or_default(), calendar, scratch, out),
        Form::Nothing => {}
    }
}

#[inline]
fn date(day: i32, ready: &[[u8; 10]], calendar: &Calendar, scratch: &mut Vec<u8>, out: &mut Page) {
    match ready.get(day.wrapping_sub(READY.start) as usize) {
        Some(text) => {
            put(&mut out.bytes, out.len, *text);
            out.len += text.len();
        }
        None => {
            scratch.clear();
            (calendar.date)(day, scratch);
            out.extend(scratch);
        }
    }
}

#[inline]
fn time(micros: i64, calendar: &Calendar, scratch: &mut Vec<u8>, out: &mut Page) {
    if micros % 1_000_000 != 0 {
        scratch.clear();
        (calendar.time)(micros, scratch);
        out.extend(scratch);
        return;
    }
    let seconds = (micros / 1_000_000) as u32;
    let two = |n: u32| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
    let ([h1, h2], [m1, m2], [s1, s2]) = (two(seconds / 3600), two(seconds / 60 % 60), two(seconds % 60));
    put(&mut out.bytes, out.len, [h1, h2, b':', m1, m2, b':', s1, s2]);
    out.len += 8;
}

fn text(bytes: &[u8], out: &mut Page) {
    let plain = !bytes.is_empty()
        && !bytes.iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r'))
        && bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ');
    if plain {
        out.extend(bytes);
        return;
    }
    out.room(2 * bytes.len() + 2);
    out.byte(b'"');
    for b in bytes {
        if *b == b'"' {
            out.byte(b'"');
        }
        out.byte(*b);
    }
    out.byte(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Decimal128Array, Int64Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn nulls_and_empty_texts_differ_and_quotes_double() -> Result<(), Box<dyn std::error::Error>> {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a,b"), Some(""), None, Some("say \"hi\""), Some(" x")]));
        let ints: ArrayRef = Arc::new(Int64Array::from(vec![Some(0), Some(-7), Some(i64::MIN), None, Some(42)]));
        let money: ArrayRef = Arc::new(Decimal128Array::from(vec![5_i128, -123, 100, 0, 99_999]).with_precision_and_scale(9, 2)?);
        let calendar = Calendar {
            date: |_, _| {},
            time: |_, _| {},
        };
        let mut out = Vec::new();
        header(["t", "my \"n\"", "m"], &mut out);
        let mut page = Page::default();
        rows(&[texts, ints, money], &calendar, &mut page);
        out.extend_from_slice(page.bytes());
        let expected =
            "t,\"my \"\"n\"\"\",m\n\"a,b\",0,0.05\n\"\",-7,-1.23\n,-9223372036854775808,1.00\n\"say \"\"hi\"\"\",,0.00\n\" x\",42,999.99\n";
        assert_eq!(String::from_utf8(out)?, expected);
        Ok(())
    }
}
