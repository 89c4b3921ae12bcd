//! Columns of values inside an expression: what a node gives for every row at once.
//!
//! A vector is a typed list with a mask of what is not NULL, a constant, a few texts and which of them a row has, or single cells where rows differ in
//! type. Invariant: [`Vector::cell`] gives the value that the row alone would have.

use crate::datagen::calendar::DAY_MICROS;
use crate::datagen::cell::{Cell, Values};
use crate::datagen::pool::Pool;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType};

/// Which rows are not NULL; None: all.
pub(super) type Mask = Option<Vec<bool>>;

/// One value a row.
#[derive(Debug, Clone)]
pub(super) enum Vector {
    /// The same in every row.
    One(Cell),
    Ints(Vec<i64>, Mask),
    Nums(Vec<f64>, Mask),
    Bools(Vec<bool>, Mask),
    Days(Vec<i32>, Mask),
    Micros(Vec<i64>, Mask),
    /// A column of texts.
    Texts(ArrayRef),
    /// A few texts, and which of them a row has; past the end is NULL.
    Words(Vec<String>, Vec<u32>),
    Cells(Vec<Cell>),
}

/// One side of an operation on numbers.
pub(super) enum Side<'a, T> {
    One(T),
    Many(&'a [T]),
}

pub(super) fn zip<T: Copy, R>(a: &Side<'_, T>, b: &Side<'_, T>, rows: usize, mut f: impl FnMut(T, T) -> R) -> Vec<R> {
    match (a, b) {
        (Side::Many(a), Side::Many(b)) => a.iter().zip(*b).map(|(a, b)| f(*a, *b)).collect(),
        (Side::Many(a), Side::One(b)) => a.iter().map(|a| f(*a, *b)).collect(),
        (Side::One(a), Side::Many(b)) => b.iter().map(|b| f(*a, *b)).collect(),
        (Side::One(a), Side::One(b)) => (0..rows).map(|_| f(*a, *b)).collect(),
    }
}

/// A column as a vector.
pub(super) fn column(array: &ArrayRef) -> Vector {
    let mask = array.nulls().filter(|n| n.null_count() > 0).map(|n| n.iter().collect());
    match array.data_type() {
        DataType::Int64 => Vector::Ints(array.as_primitive::<Int64Type>().values().to_vec(), mask),
        DataType::Float64 => Vector::Nums(array.as_primitive::<Float64Type>().values().to_vec(), mask),
        DataType::Decimal128(_, 0) => {
            let values = array.as_primitive::<Decimal128Type>().values();
            Vector::Ints(values.iter().map(|x| *x as i64).collect(), mask)
        }
        DataType::Decimal128(_, scale) => {
            let factor = 10_f64.powi(i32::from(*scale));
            let values = array.as_primitive::<Decimal128Type>().values().iter();
            let number = |x: &i128| i64::try_from(*x).map_or(*x as f64, |x| x as f64);
            Vector::Nums(values.map(|x| number(x) / factor).collect(), mask)
        }
        DataType::Boolean => Vector::Bools(array.as_boolean().values().iter().collect(), mask),
        DataType::Date32 => Vector::Days(array.as_primitive::<Date32Type>().values().to_vec(), mask),
        DataType::Timestamp(..) => Vector::Micros(array.as_primitive::<TimestampMicrosecondType>().values().to_vec(), mask),
        DataType::Utf8 => Vector::Texts(array.clone()),
        _ => Vector::Cells((0..array.len()).map(|i| crate::datagen::cell::cell(array, i)).collect()),
    }
}

impl Vector {
    pub(super) fn mask(&self) -> Option<&Vec<bool>> {
        match self {
            Vector::Ints(_, m) | Vector::Nums(_, m) | Vector::Bools(_, m) | Vector::Days(_, m) | Vector::Micros(_, m) => m.as_ref(),
            _ => None,
        }
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        match self {
            Vector::One(cell) => *cell == Cell::Null,
            Vector::Texts(array) => array.is_null(row),
            Vector::Words(words, picks) => picks.get(row).is_none_or(|p| *p as usize >= words.len()),
            Vector::Cells(cells) => cells.get(row).is_none_or(|c| *c == Cell::Null),
            other => other.mask().is_some_and(|m| m.get(row) != Some(&true)),
        }
    }

    /// One row's value.
    pub(super) fn cell(&self, row: usize) -> Cell {
        if self.is_null(row) {
            return Cell::Null;
        }
        let found = match self {
            Vector::One(cell) => Some(cell.clone()),
            Vector::Ints(v, _) => v.get(row).copied().map(Cell::Int),
            Vector::Nums(v, _) => v.get(row).copied().map(Cell::Num),
            Vector::Bools(v, _) => v.get(row).copied().map(Cell::Bool),
            Vector::Days(v, _) => v.get(row).copied().map(Cell::Date),
            Vector::Micros(v, _) => v.get(row).copied().map(Cell::Timestamp),
            Vector::Texts(array) => Some(crate::datagen::cell::cell(array, row)),
            Vector::Words(words, picks) => picks.get(row).and_then(|p| words.get(*p as usize)).cloned().map(Cell::Text),
            Vector::Cells(cells) => cells.get(row).cloned(),
        };
        found.unwrap_or(Cell::Null)
    }

    /// As a sampler's values.
    pub(super) fn into_values(self, rows: usize) -> Result<Values, String> {
        let masked = |values: Values, mask: Mask| match mask {
            None => values,
            Some(mask) => Values::Masked(Box::new(values), mask),
        };
        Ok(match self {
            Vector::One(cell) => Values::Cells(vec![cell; rows]),
            Vector::Ints(v, mask) => masked(Values::Ints(v), mask),
            Vector::Nums(v, mask) => masked(Values::Numbers(v), mask),
            Vector::Bools(v, mask) => masked(Values::Bools(v), mask),
            Vector::Days(v, mask) => masked(Values::Days(v), mask),
            Vector::Micros(v, mask) => masked(Values::Micros(v), mask),
            Vector::Texts(array) => Values::Array(array),
            Vector::Words(words, picks) => Values::Texts(Pool::new(words).gather(&picks)?),
            Vector::Cells(cells) => Values::Cells(cells),
        })
    }

    pub(super) fn ints(&self) -> Option<Side<'_, i64>> {
        match self {
            Vector::One(Cell::Int(x)) => Some(Side::One(*x)),
            Vector::Ints(v, _) => Some(Side::Many(v)),
            _ => None,
        }
    }

    /// Instants, of days and of instants.
    pub(super) fn instants(&self) -> Option<Vector> {
        match self {
            Vector::One(Cell::Date(d)) => Some(Vector::One(Cell::Int(i64::from(*d) * DAY_MICROS))),
            Vector::One(Cell::Timestamp(t)) => Some(Vector::One(Cell::Int(*t))),
            Vector::Days(v, mask) => Some(Vector::Ints(v.iter().map(|d| i64::from(*d) * DAY_MICROS).collect(), mask.clone())),
            Vector::Micros(v, mask) => Some(Vector::Ints(v.clone(), mask.clone())),
            _ => None,
        }
    }

    /// Numbers as floats; what has no number is None.
    pub(super) fn floats(&self) -> Option<Vector> {
        match self {
            Vector::One(cell @ (Cell::Int(_) | Cell::Num(_))) => cell.number().map(|x| Vector::One(Cell::Num(x))),
            Vector::Ints(v, mask) => Some(Vector::Nums(v.iter().map(|x| *x as f64).collect(), mask.clone())),
            Vector::Nums(v, mask) => Some(Vector::Nums(v.clone(), mask.clone())),
            _ => None,
        }
    }

    pub(super) fn nums(&self) -> Option<Side<'_, f64>> {
        match self {
            Vector::One(Cell::Num(x)) => Some(Side::One(*x)),
            Vector::Nums(v, _) => Some(Side::Many(v)),
            _ => None,
        }
    }
}

/// Rows where both are there.
pub(super) fn both(a: &Vector, b: &Vector) -> Mask {
    match (a.mask(), b.mask()) {
        (None, None) => None,
        (Some(m), None) | (None, Some(m)) => Some(m.clone()),
        (Some(a), Some(b)) => Some(a.iter().zip(b).map(|(a, b)| *a && *b).collect()),
    }
}

pub(super) fn narrowed(mask: Mask, also: Vec<bool>) -> Mask {
    if also.iter().all(|b| *b) {
        return mask;
    }
    Some(match mask {
        None => also,
        Some(mask) => mask.into_iter().zip(also).map(|(a, b)| a && b).collect(),
    })
}
