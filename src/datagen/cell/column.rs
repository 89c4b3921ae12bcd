//! Columns: what a sampler makes as an Arrow array of the column's physical type, and single values of one.
//!
//! Limit: days are those of the years 1 to 9999. Invariant: a column array has exactly the physical type of its column, so the CSV writer never guesses.

use super::{Cell, DAYS, Physical, past, unfit, whole_day};
use crate::datagen::calendar::DAY_MICROS;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray, StringBuilder,
    Time64MicrosecondArray, TimestampMicrosecondArray,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType};
use std::sync::Arc;

/// What a sampler makes: one value a row, in the form that was cheapest to make.
pub enum Values {
    /// Integers.
    Ints(Vec<i64>),
    /// Floats.
    Floats(Vec<f64>),
    /// Text.
    Texts(StringArray),
    /// Days.
    Days(Vec<i32>),
    /// Instants.
    Micros(Vec<i64>),
    /// Decimals: whole numbers of 10^-scale.
    Scaled(Vec<i64>, u8),
    /// Numbers that were computed: what the column's type does not hold is an error, where a draw is cut to it.
    Numbers(Vec<f64>),
    /// Booleans.
    Bools(Vec<bool>),
    /// Values of which some are NULL.
    Masked(Box<Values>, Vec<bool>),
    /// A column that is already in an Arrow form, NULLs included: computed on columns, or gathered from another one.
    Array(ArrayRef),
    /// Anything.
    Cells(Vec<Cell>),
}

impl Values {
    /// The column array of these values; `valid` marks the rows that are not NULL.
    pub fn into_array(self, physical: Physical, valid: Option<Vec<bool>>) -> Result<ArrayRef, String> {
        if let Values::Masked(values, mask) = self {
            let valid = match valid {
                Some(valid) => mask.into_iter().zip(valid).map(|(a, b)| a && b).collect(),
                None => mask,
            };
            return values.into_array(physical, Some(valid));
        }
        let nulls = valid.map(NullBuffer::from);
        Ok(match (self, physical) {
            (Values::Ints(v), Physical::Int(_)) => {
                if let Physical::Int(bits @ ..64) = physical {
                    let max = (1_i64 << (bits - 1)) - 1;
                    let out = v
                        .iter()
                        .enumerate()
                        .find(|(i, x)| !(-max - 1..=max).contains(*x) && nulls.as_ref().is_none_or(|n| n.is_valid(*i)));
                    if let Some((_, bad)) = out {
                        return Err(past(&bad.to_string(), physical));
                    }
                }
                Arc::new(Int64Array::new(v.into(), nulls))
            }
            (Values::Floats(v), Physical::Int(_)) => {
                let max = physical.max();
                Arc::new(Int64Array::new(
                    v.into_iter().map(|x| x.round().clamp(-max, max) as i64).collect::<Vec<_>>().into(),
                    nulls,
                ))
            }
            (Values::Floats(v), Physical::Float) => Arc::new(Float64Array::new(v.into(), nulls)),
            (Values::Ints(v), Physical::Float) => {
                Arc::new(Float64Array::new(v.into_iter().map(|x| x as f64).collect::<Vec<_>>().into(), nulls))
            }
            (Values::Floats(v), Physical::Decimal(p, s)) => {
                let (factor, max) = (10_f64.powi(i32::from(s)), 10_f64.powi(i32::from(p)) - 1.0);
                let scaled: Vec<i128> = if p <= 15 {
                    v.into_iter()
                        .map(|x| i128::from((x * factor).round().clamp(-max, max) as i64))
                        .collect()
                } else {
                    v.into_iter().map(|x| (x * factor).round().clamp(-max, max) as i128).collect()
                };
                decimals(scaled, nulls, p, s)?
            }
            (Values::Ints(v), Physical::Decimal(p, s)) => {
                let factor = 10_i128.pow(u32::from(s));
                decimals(v.into_iter().map(|x| i128::from(x) * factor).collect(), nulls, p, s)?
            }
            (Values::Texts(v), Physical::Text(width)) if width.is_none_or(|w| fits(&v, w)) => {
                let (offsets, bytes, _) = v.into_parts();
                Arc::new(StringArray::new(offsets, bytes, nulls))
            }
            (Values::Days(v), Physical::Date) => {
                in_calendar(v.iter().copied().enumerate(), nulls.as_ref())?;
                Arc::new(Date32Array::new(v.into(), nulls))
            }
            (Values::Days(v), Physical::Timestamp) => {
                let micros: Vec<i64> = v.into_iter().map(|d| i64::from(d) * DAY_MICROS).collect();
                Arc::new(TimestampMicrosecondArray::new(micros.into(), nulls))
            }
            (Values::Micros(v), Physical::Timestamp) if !v.iter().all(|t| MICROS.contains(t)) => {
                in_calendar(v.iter().map(|t| whole_day(*t)).enumerate(), nulls.as_ref())?;
                Arc::new(TimestampMicrosecondArray::new(v.into(), nulls))
            }
            (Values::Micros(v), Physical::Timestamp) => Arc::new(TimestampMicrosecondArray::new(v.into(), nulls)),
            (Values::Micros(v), Physical::Date) => {
                let days: Vec<i32> = v.into_iter().map(whole_day).collect();
                in_calendar(days.iter().copied().enumerate(), nulls.as_ref())?;
                Arc::new(Date32Array::new(days.into(), nulls))
            }
            (Values::Micros(v), Physical::Time) => Arc::new(Time64MicrosecondArray::new(
                v.into_iter().map(|m| m.rem_euclid(DAY_MICROS)).collect::<Vec<_>>().into(),
                nulls,
            )),
            (Values::Scaled(v, scale), Physical::Decimal(p, s)) if scale == s => {
                // 18 digits hold any sum of limits that was checked when the sampler was built; only a wider value can be out of range.
                let limit = 10_i64.checked_pow(u32::from(p)).unwrap_or(i64::MAX);
                let out = v
                    .iter()
                    .enumerate()
                    .find(|(i, x)| (**x >= limit || **x <= -limit) && nulls.as_ref().is_none_or(|n| n.is_valid(*i)));
                if let Some((_, bad)) = out {
                    return Err(unfit(*bad as f64 / 10_f64.powi(i32::from(s)), p, s));
                }
                let wide: Vec<i128> = v.into_iter().map(i128::from).collect();
                Arc::new(
                    Decimal128Array::new(wide.into(), nulls)
                        .with_precision_and_scale(p, s as i8)
                        .map_err(|e| e.to_string())?,
                )
            }
            (Values::Numbers(v), Physical::Float) => Arc::new(Float64Array::new(v.into(), nulls)),
            (Values::Numbers(v), Physical::Decimal(p, s)) if p <= 15 => {
                let (factor, limit) = (10_f64.powi(i32::from(s)), 10_f64.powi(i32::from(p)));
                let scaled: Vec<f64> = v.iter().map(|x| nearest(x * factor)).collect();
                let out = scaled
                    .iter()
                    .enumerate()
                    .find(|(i, x)| x.abs() >= limit && nulls.as_ref().is_none_or(|n| n.is_valid(*i)));
                if let Some((_, bad)) = out {
                    return Err(unfit(bad / factor, p, s));
                }
                let wide: Vec<i128> = scaled.into_iter().map(|x| i128::from(x as i64)).collect();
                Arc::new(
                    Decimal128Array::new(wide.into(), nulls)
                        .with_precision_and_scale(p, s as i8)
                        .map_err(|e| e.to_string())?,
                )
            }
            (Values::Bools(v), Physical::Bool) => Arc::new(BooleanArray::new(v.into(), nulls)),
            (Values::Scaled(v, scale), Physical::Float) => {
                let factor = 10_f64.powi(i32::from(scale));
                Arc::new(Float64Array::new(
                    v.into_iter().map(|x| x as f64 / factor).collect::<Vec<_>>().into(),
                    nulls,
                ))
            }
            (Values::Array(array), _) if *array.data_type() == physical.data_type() && in_range(&array, physical) => match nulls {
                None => array,
                Some(nulls) => {
                    let hidden = BooleanArray::new(!nulls.inner(), None);
                    arrow::compute::nullif(&array, &hidden).map_err(|e| e.to_string())?
                }
            },
            (other, _) => {
                let mut cells = other.into_cells();
                if let Some(nulls) = nulls {
                    cells
                        .iter_mut()
                        .zip(nulls.iter())
                        .filter(|(_, valid)| !valid)
                        .for_each(|(cell, _)| *cell = Cell::Null);
                }
                from_cells(&cells, physical)?
            }
        })
    }

    fn into_cells(self) -> Vec<Cell> {
        match self {
            Values::Ints(v) => v.into_iter().map(Cell::Int).collect(),
            Values::Floats(v) => v.into_iter().map(Cell::Num).collect(),
            Values::Texts(v) => v.iter().map(|t| t.map_or(Cell::Null, |t| Cell::Text(t.to_owned()))).collect(),
            Values::Days(v) => v.into_iter().map(Cell::Date).collect(),
            Values::Micros(v) => v.into_iter().map(Cell::Timestamp).collect(),
            Values::Scaled(v, scale) => {
                let factor = 10_f64.powi(i32::from(scale));
                v.into_iter().map(|x| Cell::Num(x as f64 / factor)).collect()
            }
            Values::Numbers(v) => v.into_iter().map(Cell::Num).collect(),
            Values::Bools(v) => v.into_iter().map(Cell::Bool).collect(),
            Values::Masked(values, mask) => {
                let cells = values.into_cells().into_iter().zip(mask);
                cells.map(|(cell, valid)| if valid { cell } else { Cell::Null }).collect()
            }
            Values::Array(array) => (0..array.len()).map(|row| cell(&array, row)).collect(),
            Values::Cells(v) => v,
        }
    }
}

/// `x.round()` for numbers below 2^52 without a call: half goes away from zero.
#[inline]
fn nearest(x: f64) -> f64 {
    if x.abs() < 4.5e15 {
        let cut = x as i64 as f64;
        let rest = x - cut;
        if rest.abs() >= 0.5 { cut + 1_f64.copysign(x) } else { cut }
    } else {
        x
    }
}

/// The instants of [`DAYS`].
const MICROS: std::ops::Range<i64> = -719_162 * DAY_MICROS..2_932_897 * DAY_MICROS;

/// Days past which sums of dates are no longer exact.
const FAR_DAYS: u32 = 100_000_000;

/// Fails on a day that is outside the calendar that every reader has; `of` is days, of the rows that are not NULL.
fn in_calendar(mut of: impl Iterator<Item = (usize, i32)>, nulls: Option<&NullBuffer>) -> Result<(), String> {
    match of.find(|(i, d)| !DAYS.contains(d) && nulls.is_none_or(|n| n.is_valid(*i))) {
        Some((_, day)) => {
            // Farther days were cut to where days are counted.
            let far = match day.unsigned_abs() {
                days @ ..FAR_DAYS => format!("{days}"),
                _ => format!("more than {FAR_DAYS}"),
            };
            let side = if day < 0 { "before" } else { "after" };
            Err(format!(
                "a date {far} days {side} 1970-01-01 is outside the years 1 to 9999; bound what is added to the date"
            ))
        }
        None => Ok(()),
    }
}

/// Whether an array of the right Arrow type has only values that the column's narrower type has.
fn in_range(array: &ArrayRef, physical: Physical) -> bool {
    match physical {
        Physical::Int(bits) if bits < 64 => {
            let max = (1_i64 << (bits - 1)) - 1;
            array
                .as_primitive::<Int64Type>()
                .values()
                .iter()
                .all(|x| (-max - 1..=max).contains(x))
        }
        Physical::Text(Some(width)) => fits(array.as_string::<i32>(), width),
        Physical::Date => array.as_primitive::<Date32Type>().iter().flatten().all(|d| DAYS.contains(&d)),
        _ => true,
    }
}

fn fits(texts: &StringArray, width: u32) -> bool {
    // Offsets alone nearly always tell.
    let bytes = texts
        .value_offsets()
        .windows(2)
        .all(|o| matches!(o, [a, b] if b - a <= width as i32));
    bytes
        || texts
            .iter()
            .flatten()
            .all(|t| t.len() <= width as usize || t.chars().count() <= width as usize)
}

fn decimals(scaled: Vec<i128>, nulls: Option<NullBuffer>, p: u8, s: u8) -> Result<ArrayRef, String> {
    let limit = 10_i128.pow(u32::from(p));
    let out = scaled
        .iter()
        .enumerate()
        .find(|(i, x)| x.abs() >= limit && nulls.as_ref().is_none_or(|n| n.is_valid(*i)));
    if let Some((_, bad)) = out {
        return Err(unfit(*bad as f64 / 10_f64.powi(i32::from(s)), p, s));
    }
    let array = Decimal128Array::new(scaled.into(), nulls)
        .with_precision_and_scale(p, s as i8)
        .map_err(|e| e.to_string())?;
    Ok(Arc::new(array))
}

/// A column array of single values, each converted to the physical type.
pub fn from_cells(cells: &[Cell], physical: Physical) -> Result<ArrayRef, String> {
    let cast = |cell: &Cell| cell.cast(physical);
    Ok(match physical {
        Physical::Text(_) => {
            let mut builder = StringBuilder::with_capacity(cells.len(), cells.len() * 8);
            for cell in cells {
                match cast(cell)? {
                    Cell::Text(text) => builder.append_value(text),
                    _ => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
        Physical::Bool => {
            let values: Result<Vec<Option<bool>>, String> = cells
                .iter()
                .map(|c| Ok(if let Cell::Bool(b) = cast(c)? { Some(b) } else { None }))
                .collect();
            Arc::new(BooleanArray::from(values?))
        }
        Physical::Float => {
            let values: Result<Vec<Option<f64>>, String> = cells
                .iter()
                .map(|c| Ok(if let Cell::Num(x) = cast(c)? { Some(x) } else { None }))
                .collect();
            Arc::new(Float64Array::from(values?))
        }
        Physical::Decimal(p, s) => {
            let factor = 10_f64.powi(i32::from(s));
            let scaled: Result<Vec<Option<i128>>, String> = cells
                .iter()
                .map(|c| {
                    Ok(match cast(c)? {
                        Cell::Int(x) => Some(i128::from(x) * 10_i128.pow(u32::from(s))),
                        // Past 128 bits the conversion would cut the value, and the message name the cut.
                        Cell::Num(x) if (x * factor).abs() >= 1e38 => return Err(unfit(x, p, s)),
                        Cell::Num(x) => Some((x * factor).round() as i128),
                        _ => None,
                    })
                })
                .collect();
            let scaled = scaled?;
            let nulls = NullBuffer::from_iter(scaled.iter().map(Option::is_some));
            decimals(scaled.into_iter().map(Option::unwrap_or_default).collect(), Some(nulls), p, s)?
        }
        Physical::Int(_) => Arc::new(Int64Array::from(whole(cells, physical)?)),
        Physical::Date => {
            let days: Vec<Option<i32>> = whole(cells, physical)?.into_iter().map(|d| d.map(|d| d as i32)).collect();
            in_calendar(days.iter().copied().flatten().enumerate(), None)?;
            Arc::new(Date32Array::from(days))
        }
        Physical::Timestamp => {
            let instants = whole(cells, physical)?;
            in_calendar(instants.iter().copied().flatten().map(whole_day).enumerate(), None)?;
            Arc::new(TimestampMicrosecondArray::from(instants))
        }
        Physical::Time => Arc::new(Time64MicrosecondArray::from(whole(cells, physical)?)),
    })
}

fn whole(cells: &[Cell], physical: Physical) -> Result<Vec<Option<i64>>, String> {
    cells
        .iter()
        .map(|cell| {
            Ok(match cell.cast(physical)? {
                Cell::Int(x) | Cell::Timestamp(x) | Cell::Time(x) => Some(x),
                Cell::Date(d) => Some(i64::from(d)),
                _ => None,
            })
        })
        .collect()
}

/// One value of a column array.
pub fn cell(array: &dyn Array, row: usize) -> Cell {
    if array.is_null(row) {
        return Cell::Null;
    }
    match array.data_type() {
        DataType::Int64 => Cell::Int(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Cell::Num(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(_, 0) => Cell::Int(array.as_primitive::<Decimal128Type>().value(row) as i64),
        DataType::Decimal128(_, s) => Cell::Num(array.as_primitive::<Decimal128Type>().value(row) as f64 / 10_f64.powi(i32::from(*s))),
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row).to_owned()),
        DataType::Boolean => Cell::Bool(array.as_boolean().value(row)),
        DataType::Date32 => Cell::Date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(..) => Cell::Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row)),
        DataType::Time64(_) => Cell::Time(array.as_primitive::<Time64MicrosecondType>().value(row)),
        _ => Cell::Null,
    }
}

/// The same values in another column's physical type: a parent's key in its child.
pub fn convert(array: &ArrayRef, physical: Physical) -> Result<ArrayRef, String> {
    if *array.data_type() == physical.data_type() {
        return Ok(array.clone());
    }
    let cells: Vec<Cell> = (0..array.len()).map(|row| cell(array, row)).collect();
    from_cells(&cells, physical)
}
