//! Dirty data on purpose: noise in single values, and rows that repeat an earlier row's entity.
//!
//! Noise comes last, on what is written: keys, rules and children see clean values. A cell's noise is a function of its row number. Never touched:
//! columns of keys, columns that are referred to, and those that a rule reads.

use super::block::Block;
use super::cell::{Cell, Physical, cell, from_cells};
use super::draw::{below, unit};
use super::error::DataGenError;
use crate::ir::generation::Dirty;
use crate::kernel::seed::Seed;
use arrow::array::{Array, ArrayRef, UInt64Array};
use arrow::compute::{interleave, take};

/// Noise of one column, checked.
#[derive(Debug, Clone, Copy)]
pub struct DirtyPlan {
    /// Shares as asked.
    pub rates: Dirty,
    /// Node of the seed tree.
    pub seed: Seed,
    /// Missing values are allowed.
    pub nullable: bool,
}

/// Repeated entities of one table, checked.
#[derive(Debug, Clone)]
pub struct DuplicatePlan {
    /// Share of rows.
    pub rate: f64,
    /// Columns that are repeated.
    pub columns: Vec<usize>,
    /// Columns made again from them.
    pub dependants: Vec<usize>,
    /// Node of the seed tree.
    pub seed: Seed,
}

impl DuplicatePlan {
    /// The earlier row that this one repeats. A repeated row is never repeated itself, so that what is repeated was written.
    pub fn source(&self, row: u64) -> Option<u64> {
        let repeats = |row: u64| row > 0 && unit(self.seed.index(row)) < self.rate;
        if !repeats(row) {
            return None;
        }
        let at = self.seed.child("source").index(row);
        (0..16).map(|again| below(at.index(again), row)).find(|source| !repeats(*source))
    }
}

/// Checks the shares; the error says which is wrong.
pub fn checked(rates: &Dirty, physical: Physical, nullable: bool) -> Result<(), String> {
    let all = [
        ("nulls", rates.nulls),
        ("typos", rates.typos),
        ("case", rates.case),
        ("whitespace", rates.whitespace),
        ("outliers", rates.outliers),
        ("units", rates.units),
    ];
    if let Some((name, rate)) = all.iter().find(|(_, r)| !(0.0..=1.0).contains(r)) {
        return Err(format!("dirty.{name} is {rate}; it is a share, from 0 to 1: 0.02 for 2 %"));
    }
    let sum: f64 = all.iter().map(|(_, r)| r).sum();
    if sum > 1.0 {
        return Err(format!(
            "the shares under dirty sum to {sum}; a value has one kind of noise, so they sum to at most 1"
        ));
    }
    if rates.unit_factor.is_some_and(|f| !f.is_finite() || f == 0.0) {
        return Err("dirty.unit_factor is a finite number other than 0".into());
    }
    if rates.nulls > 0.0 && !nullable {
        return Err("dirty.nulls: the column is NOT NULL; leave it out, or make the column nullable".into());
    }
    let text = matches!(physical, Physical::Text(_));
    let number = matches!(physical, Physical::Int(_) | Physical::Float | Physical::Decimal(..));
    let date = matches!(physical, Physical::Date | Physical::Timestamp);
    for (name, rate, fits, kind) in [
        ("typos", rates.typos, text, "texts"),
        ("case", rates.case, text, "texts"),
        ("whitespace", rates.whitespace, text, "texts"),
        ("outliers", rates.outliers, number || date, "numbers and dates"),
        ("units", rates.units, number, "numbers"),
    ] {
        if rate > 0.0 && !fits {
            return Err(format!("dirty.{name} is for {kind}, and the column holds none; leave it out"));
        }
    }
    Ok(())
}

impl DirtyPlan {
    /// The column with its noise.
    pub fn apply(&self, array: ArrayRef, rows: &[u64], physical: Physical) -> Result<ArrayRef, String> {
        let rates = &self.rates;
        let total = rates.nulls + rates.typos + rates.case + rates.whitespace + rates.outliers + rates.units;
        let mut hits: Vec<Cell> = Vec::new();
        let source: Vec<(usize, usize)> = rows
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let at = self.seed.index(*row);
                let u = unit(at);
                if u >= total || array.is_null(i) {
                    return (0, i);
                }
                let noisy = self.noise(u, at.index(1), cell(&array, i), physical);
                let fits = noisy.number().is_none_or(|x| x.abs() <= physical.max());
                match noisy.cast(physical) {
                    Ok(noisy) if fits => {
                        hits.push(noisy);
                        (1, hits.len() - 1)
                    }
                    _ => (0, i),
                }
            })
            .collect();
        if hits.is_empty() {
            return Ok(array);
        }
        let hits = from_cells(&hits, physical)?;
        interleave(&[array.as_ref(), hits.as_ref() as &dyn Array], &source).map_err(|e| e.to_string())
    }

    fn noise(&self, u: f64, seed: Seed, value: Cell, physical: Physical) -> Cell {
        let rates = &self.rates;
        let mut bound = rates.nulls;
        if u < bound {
            return Cell::Null;
        }
        for (rate, apply) in [
            (rates.typos, typo as fn(Cell, Seed) -> Cell),
            (rates.case, case),
            (rates.whitespace, whitespace),
            (rates.outliers, outlier),
        ] {
            bound += rate;
            if u < bound {
                return fit(apply(value, seed), physical);
            }
        }
        match value.number() {
            Some(x) => fit(Cell::Num(x * rates.unit_factor.unwrap_or(1000.0)), physical),
            None => value,
        }
    }
}

/// Texts stay inside their width; a number that its type does not hold is no value of it, and the cell stays clean.
fn fit(value: Cell, physical: Physical) -> Cell {
    match (value, physical) {
        (Cell::Text(text), Physical::Text(Some(width))) => Cell::Text(text.chars().take(width as usize).collect()),
        (value, _) => value,
    }
}

fn on_text(value: Cell, change: impl FnOnce(Vec<char>) -> Vec<char>) -> Cell {
    match value {
        Cell::Text(text) => Cell::Text(change(text.chars().collect()).into_iter().collect()),
        other => other,
    }
}

/// One mistake of typing: swapped, lost, doubled, or the key beside it.
fn typo(value: Cell, seed: Seed) -> Cell {
    const KEYS: &str = "qwertyuiopasdfghjklzxcvbnmq";
    on_text(value, |mut text| {
        if text.is_empty() {
            return text;
        }
        let at = below(seed, text.len() as u64) as usize;
        match below(seed.index(2), 4) {
            0 if at + 1 < text.len() && text.get(at) != text.get(at + 1) => text.swap(at, at + 1),
            1 if text.len() > 1 => drop(text.remove(at)),
            2 => {
                if let Some(c) = text.get(at).copied() {
                    text.insert(at, c);
                }
            }
            _ => {
                if let Some(slot) = text.get_mut(at) {
                    let lower = slot.to_ascii_lowercase();
                    let beside = KEYS.chars().position(|k| k == lower).and_then(|k| KEYS.chars().nth(k + 1));
                    let new = beside.unwrap_or('x');
                    *slot = if slot.is_ascii_uppercase() { new.to_ascii_uppercase() } else { new };
                }
            }
        }
        text
    })
}

fn case(value: Cell, seed: Seed) -> Cell {
    match value {
        Cell::Text(text) if below(seed, 2) == 0 => Cell::Text(text.to_uppercase()),
        Cell::Text(text) => Cell::Text(text.to_lowercase()),
        other => other,
    }
}

fn whitespace(value: Cell, seed: Seed) -> Cell {
    on_text(value, |mut text| {
        match below(seed, 3) {
            0 => text.insert(0, ' '),
            1 => text.push(' '),
            _ => match text.iter().position(|c| *c == ' ') {
                Some(at) => text.insert(at, ' '),
                None => text.push(' '),
            },
        }
        text
    })
}

fn outlier(value: Cell, seed: Seed) -> Cell {
    let sign = if below(seed, 2) == 0 { 1 } else { -1 };
    match value {
        Cell::Date(d) => Cell::Date(d.saturating_add(sign * 36_525)),
        Cell::Timestamp(t) => Cell::Timestamp(t.saturating_add(i64::from(sign) * 36_525 * super::calendar::DAY_MICROS)),
        other => match other.number() {
            Some(0.0) => Cell::Num(999.0 * f64::from(sign)),
            Some(x) => Cell::Num(x * 100.0),
            None => other,
        },
    }
}

impl Block<'_> {
    /// Puts earlier rows' entities into the rows that repeat them.
    pub(super) fn duplicate(&mut self) -> Result<(), DataGenError> {
        let table = self.plan_table()?;
        for plan in &table.duplicates {
            // A row that a parent has so as not to be without one keeps that parent.
            let repeated = |k: &&super::key::ForeignKeyPlan| k.cover.is_some() && k.pairs.iter().any(|(c, _)| plan.columns.contains(c));
            let keys: Vec<&super::key::ForeignKeyPlan> = table.foreign_keys.iter().filter(repeated).collect();
            let pairs: Vec<(usize, u64)> = self
                .rows
                .iter()
                .enumerate()
                .filter(|(_, row)| !keys.iter().any(|k| k.covers(**row)))
                .filter_map(|(i, row)| Some((i, plan.source(*row)?)))
                .collect();
            if pairs.is_empty() {
                continue;
            }
            let sources: Vec<u64> = pairs.iter().map(|(_, source)| *source).collect();
            let mut earlier = self.sibling(&sources, Vec::new());
            earlier.settle()?;
            let set = plan
                .columns
                .iter()
                .map(|c| Ok((*c, earlier.column(*c)?)))
                .collect::<Result<Vec<_>, DataGenError>>()?;
            let places: Vec<usize> = pairs.iter().map(|(i, _)| *i).collect();
            let rounds = vec![0; places.len()];
            self.redraw(&places, &plan.dependants, set, rounds)?;
            self.enforce()?;
        }
        Ok(())
    }

    /// Rows of made columns, for what is built from some of them.
    pub(super) fn picked(array: &ArrayRef, rows: &[usize]) -> Result<ArrayRef, DataGenError> {
        let picks = UInt64Array::from_iter_values(rows.iter().map(|i| *i as u64));
        take(array, &picks, None).map_err(|e| DataGenError::Schema {
            place: "rows of a block".into(),
            message: e.to_string(),
        })
    }
}
