//! Determined columns: equal values of some columns give equal values of this one (a functional dependency).
//!
//! The column draws as if its row had a number made from the determining values, so that nothing is remembered and any row can be made alone.
//! A lookup table, where there is one, goes before the draw.

use super::cell::{Cell, Physical, cell, from_cells};
use crate::kernel::seed::Seed;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, Time64MicrosecondType, TimestampMicrosecondType};
use std::collections::HashMap;

/// What determines a column.
#[derive(Debug, Clone)]
pub struct Determined {
    /// Positions of the determining columns.
    pub by: Vec<usize>,
    /// What messages call the rule.
    pub label: String,
    /// Node of the seed tree.
    pub seed: Seed,
    /// Listed values by the number of their determining ones.
    pub lookup: HashMap<u64, Cell>,
}

/// Numbers stay below this, so that samplers may count with them.
const NUMBERS: u64 = 1 << 48;

impl Determined {
    /// The number of every row: equal determining values, equal number. NULL is a value of its own here.
    pub fn numbers(&self, arrays: &[ArrayRef], rows: usize) -> Vec<u64> {
        let mut seeds = vec![self.seed; rows];
        for array in arrays {
            let bits: Vec<u64> = match array.data_type() {
                DataType::Int64 => array.as_primitive::<Int64Type>().values().iter().map(|x| *x as u64).collect(),
                DataType::Float64 => array.as_primitive::<Float64Type>().values().iter().map(|x| x.to_bits()).collect(),
                DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().values().iter().map(|x| *x as u64).collect(),
                DataType::Date32 => array.as_primitive::<Date32Type>().values().iter().map(|x| *x as u64).collect(),
                DataType::Timestamp(..) => array.as_primitive::<TimestampMicrosecondType>().values().iter().map(|x| *x as u64).collect(),
                DataType::Time64(_) => array.as_primitive::<Time64MicrosecondType>().values().iter().map(|x| *x as u64).collect(),
                DataType::Boolean => array.as_boolean().values().iter().map(u64::from).collect(),
                _ => (0..array.len()).map(|i| text_bits(&cell(array, i).text())).collect(),
            };
            for (i, (seed, bits)) in seeds.iter_mut().zip(bits).enumerate() {
                *seed = seed.index(if array.is_null(i) { u64::MAX - 1 } else { bits });
            }
        }
        seeds.into_iter().map(|s| s.0 % NUMBERS).collect()
    }

    /// The number that single values have, each in its column's physical type.
    pub fn number(&self, cells: &[(Cell, Physical)]) -> Result<u64, String> {
        let arrays = cells
            .iter()
            .map(|(cell, physical)| from_cells(std::slice::from_ref(cell), *physical))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(self.numbers(&arrays, 1).first().copied().unwrap_or(0))
    }

    /// Puts listed values in place of drawn ones.
    pub fn look_up(&self, drawn: ArrayRef, numbers: &[u64], physical: Physical) -> Result<ArrayRef, String> {
        if self.lookup.is_empty() {
            return Ok(drawn);
        }
        let cells: Vec<Cell> = numbers
            .iter()
            .enumerate()
            .map(|(i, n)| self.lookup.get(n).cloned().unwrap_or_else(|| cell(&drawn, i)))
            .collect();
        from_cells(&cells, physical)
    }
}

fn text_bits(text: &str) -> u64 {
    let mut first = [0_u8; 8];
    first.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(first)
}
