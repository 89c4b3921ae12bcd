//! Data pages: the values of some rows of one column, plain, behind a header; NULLs as levels before them.

use super::thrift::Writer;
use super::{Column, PLAIN, RLE};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType};

/// Decimals of up to so many digits fit 64 bits.
pub(super) const NARROW_DIGITS: u8 = 18;

/// Texts up to here are copied in one step.
const SHORT: usize = 32;

/// Appends one page of `array`.
pub(super) fn write(array: &ArrayRef, column: &Column, out: &mut Vec<u8>) {
    let nulls = array.nulls().filter(|n| n.null_count() > 0);
    let mut levels = Vec::new();
    if !column.required {
        present(array.len(), nulls, &mut levels);
    }
    // The header goes first and holds the size of what follows.
    let size = levels.len() + value_bytes(array, column, nulls);
    let mut head = Writer::new();
    head.i32(1, 0);
    head.i32(2, size as i32);
    head.i32(3, size as i32);
    head.structure(5, |page| {
        page.i32(1, array.len() as i32);
        page.i32(2, PLAIN);
        page.i32(3, RLE);
        page.i32(4, RLE);
    });
    head.end();
    out.reserve(head.out.len() + size + SHORT);
    out.extend_from_slice(&head.out);
    out.extend_from_slice(&levels);
    values(array, column, nulls, out);
}

/// Bytes that [`values`] will write.
fn value_bytes(array: &ArrayRef, column: &Column, nulls: Option<&NullBuffer>) -> usize {
    let there = array.len() - nulls.map_or(0, NullBuffer::null_count);
    match (array.data_type(), column.physical()) {
        (DataType::Boolean, _) => there.div_ceil(8),
        (DataType::Utf8, _) => {
            let offsets = array.as_string::<i32>().value_offsets();
            let length = |pair: &[i32]| if let [a, b] = pair { (b - a) as usize } else { 0 };
            let valid = |row: usize| nulls.is_none_or(|n| n.is_valid(row));
            let texts: usize = match nulls {
                None => offsets
                    .last()
                    .zip(offsets.first())
                    .map_or(0, |(last, first)| (last - first) as usize),
                Some(_) => offsets
                    .windows(2)
                    .enumerate()
                    .filter(|(row, _)| valid(*row))
                    .map(|(_, pair)| length(pair))
                    .sum(),
            };
            texts + 4 * there
        }
        (_, (1, _)) => 4 * there,
        (_, (7, _)) => 16 * there,
        _ => 8 * there,
    }
}

/// Definition levels: 1 where there is a value. One run when all are, else bits in groups of eight.
fn present(rows: usize, nulls: Option<&NullBuffer>, out: &mut Vec<u8>) {
    let varint = |mut n: usize, out: &mut Vec<u8>| {
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
    };
    let mut runs = Vec::new();
    match nulls {
        None => {
            varint(rows << 1, &mut runs);
            runs.push(1);
        }
        Some(nulls) => {
            varint((rows.div_ceil(8) << 1) | 1, &mut runs);
            bits(nulls.inner(), &mut runs);
        }
    }
    out.extend_from_slice(&(runs.len() as u32).to_le_bytes());
    out.extend_from_slice(&runs);
}

/// Bits, the lowest first.
fn bits(values: &BooleanBuffer, out: &mut Vec<u8>) {
    let mut byte = 0;
    for (i, bit) in values.iter().enumerate() {
        byte |= u8::from(bit) << (i % 8);
        if i % 8 == 7 {
            out.push(byte);
            byte = 0;
        }
    }
    if values.len() % 8 != 0 {
        out.push(byte);
    }
}

fn values(array: &ArrayRef, column: &Column, nulls: Option<&NullBuffer>, out: &mut Vec<u8>) {
    /// Fixed numbers of N bytes; those that are NULL have no bytes.
    fn fixed<T: Copy, const N: usize>(values: &[T], nulls: Option<&NullBuffer>, bytes: impl Fn(T) -> [u8; N], out: &mut Vec<u8>) {
        match nulls {
            None => out.extend(values.iter().flat_map(|v| bytes(*v))),
            Some(nulls) => out.extend(
                values
                    .iter()
                    .zip(nulls.iter())
                    .filter(|(_, valid)| *valid)
                    .flat_map(|(v, _)| bytes(*v)),
            ),
        }
    }
    match array.data_type() {
        DataType::Int64 if column.data_type == DataType::Int32 => {
            fixed(array.as_primitive::<Int64Type>().values(), nulls, |v| (v as i32).to_le_bytes(), out);
        }
        DataType::Int64 => fixed(array.as_primitive::<Int64Type>().values(), nulls, i64::to_le_bytes, out),
        DataType::Float64 => fixed(array.as_primitive::<Float64Type>().values(), nulls, f64::to_le_bytes, out),
        DataType::Date32 => fixed(array.as_primitive::<Date32Type>().values(), nulls, i32::to_le_bytes, out),
        DataType::Timestamp(..) => fixed(
            array.as_primitive::<TimestampMicrosecondType>().values(),
            nulls,
            i64::to_le_bytes,
            out,
        ),
        DataType::Time64(_) => fixed(array.as_primitive::<Time64MicrosecondType>().values(), nulls, i64::to_le_bytes, out),
        DataType::Decimal128(precision, _) => {
            let values = array.as_primitive::<Decimal128Type>().values();
            if *precision <= NARROW_DIGITS {
                fixed(values, nulls, |v| (v as i64).to_le_bytes(), out);
            } else {
                fixed(values, nulls, i128::to_be_bytes, out);
            }
        }
        DataType::Boolean => {
            let array: &BooleanArray = array.as_boolean();
            match nulls {
                None => bits(array.values(), out),
                Some(_) => bits(&array.iter().flatten().collect(), out),
            }
        }
        DataType::Utf8 => texts(array, nulls, out),
        _ => {}
    }
}

/// Every text behind its length.
fn texts(array: &ArrayRef, nulls: Option<&NullBuffer>, out: &mut Vec<u8>) {
    let array = array.as_string::<i32>();
    let (bytes, offsets) = (array.value_data(), array.value_offsets());
    let start = out.len();
    let all = offsets
        .last()
        .zip(offsets.first())
        .map_or(0, |(last, first)| (last - first) as usize);
    out.resize(start + all + 4 * array.len() + SHORT, 0);
    let mut at = start;
    for (row, pair) in offsets.windows(2).enumerate() {
        let &[from, to] = pair else { continue };
        if nulls.is_some_and(|n| n.is_null(row)) {
            continue;
        }
        let length = (to - from) as usize;
        if let Some(slot) = out.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<4>()) {
            *slot = (length as u32).to_le_bytes();
        }
        at += 4;
        let chunk = bytes.get(from as usize..).and_then(|rest| rest.first_chunk::<SHORT>());
        match (chunk, out.get_mut(at..)) {
            (Some(chunk), Some(rest)) if length <= SHORT => {
                if let Some(slot) = rest.first_chunk_mut::<SHORT>() {
                    *slot = *chunk;
                }
            }
            (_, Some(rest)) => {
                let text = bytes.get(from as usize..to as usize).unwrap_or_default();
                rest.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
            }
            _ => {}
        }
        at += length;
    }
    out.truncate(at);
}
