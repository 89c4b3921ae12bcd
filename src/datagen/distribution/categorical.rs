//! Categorical: listed values with probabilities; unique by a permutation of the list.

use super::{Request, RowValues, Sampler, held, mismatch};
use crate::datagen::alias::Alias;
use crate::datagen::cell::{Cell, Values};
use crate::datagen::draw::Rows;
use crate::datagen::permute::Permutation;
use crate::datagen::pool::Pool;
use crate::ir::generation::Distribution;
use crate::ir::{EnumType, SqlType};
use crate::kernel::seed::Seed;

/// Most values that are few.
const FEW: usize = 256;

struct Categorical {
    values: Form,
    weights: Alias,
    /// Cumulative shares, the last one 1: for quantiles.
    cumulative: Vec<f64>,
    permutation: Option<Permutation>,
    seed: Seed,
}

/// The listed values in the form that rows take them.
enum Form {
    Texts(Pool),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Cells(Vec<Cell>),
}

impl Form {
    fn new(cells: Vec<Cell>) -> Self {
        fn all<T>(cells: &[Cell], take: impl Fn(&Cell) -> Option<T>) -> Option<Vec<T>> {
            cells.iter().map(take).collect()
        }
        let texts = |c: &Cell| if let Cell::Text(t) = c { Some(t.clone()) } else { None };
        let ints = |c: &Cell| if let Cell::Int(x) = c { Some(*x) } else { None };
        let floats = |c: &Cell| if let Cell::Num(x) = c { Some(*x) } else { None };
        if let Some(texts) = all(&cells, texts) {
            Form::Texts(Pool::new(texts))
        } else if let Some(ints) = all(&cells, ints) {
            Form::Ints(ints)
        } else if let Some(floats) = all(&cells, floats) {
            Form::Floats(floats)
        } else {
            Form::Cells(cells)
        }
    }
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Categorical { values, probs } = request.distribution else {
        return Err(mismatch());
    };
    if values.is_empty() {
        return Err("values is empty; list at least one".into());
    }
    if !probs.is_empty() && probs.len() != values.len() {
        return Err(format!(
            "{} values have {} probabilities; give one each, or none",
            values.len(),
            probs.len()
        ));
    }
    let share = |p: f64| (0.0..=1.0 + 1e-9).contains(&p);
    let sum: f64 = probs.iter().sum();
    if let Some((at, p)) = probs.iter().enumerate().find(|(_, p)| !share(**p)) {
        return Err(format!("probs[{at}] is {p}; a probability is from 0 to 1"));
    }
    if !probs.is_empty() && (sum - 1.0).abs() > 0.01 {
        return Err(format!("the probabilities sum to {sum}; they sum to 1"));
    }
    if request.unique && (values.len() as u64) < request.rows {
        return Err(format!(
            "{} values are too few for {} unique rows; list more or lower the rows",
            values.len(),
            request.rows
        ));
    }
    let mut cells = cells(values, request.sql_type, request.enums)?;
    let mut weights = if probs.is_empty() { vec![1.0; values.len()] } else { probs.clone() };
    if cells.iter().any(|c| !request.allows(c)) {
        let pairs = cells
            .iter()
            .cloned()
            .zip(weights.iter().copied())
            .filter(|(c, _)| request.allows(c));
        let (left, kept): (Vec<Cell>, Vec<f64>) = pairs.unzip();
        if request.unique && (left.len() as u64) < request.rows {
            return Err(format!(
                "{} of the values satisfy the column's CHECK, too few for {} unique rows; list others, or change the CHECK",
                left.len(),
                request.rows
            ));
        }
        // Where none is left, the rules that contradict are named when they are enforced.
        if kept.iter().sum::<f64>() > 0.0 {
            (cells, weights) = (left, kept);
        }
    }
    let all: f64 = weights.iter().sum();
    let mut total = 0.0;
    let cumulative = weights.iter().map(|w| {
        total += w / all;
        total
    });
    Ok(Box::new(Categorical {
        cumulative: cumulative.collect(),
        weights: Alias::new(&weights, |i| i),
        permutation: request.unique.then(|| Permutation::new(cells.len() as u64, request.seed)),
        values: Form::new(cells),
        seed: request.seed,
    }))
}

/// The listed values as the column holds them.
pub(in crate::datagen) fn cells(values: &[serde_json::Value], sql_type: &SqlType, enums: &[EnumType]) -> Result<Vec<Cell>, String> {
    let listed = values.iter().enumerate();
    listed
        .map(|(i, value)| held(value, sql_type, enums).map_err(|why| format!("values[{i}]: {why}")))
        .collect()
}

impl Sampler for Categorical {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let picks: Vec<u32> = match &self.permutation {
            Some(p) => rows.index.iter().map(|r| p.apply(*r) as u32).collect(),
            None => rows.draw(self.seed, |s| self.weights.pick(s)),
        };
        self.of(picks)
    }
    fn unique(&self) -> bool {
        self.permutation.is_some()
    }
    fn few(&self) -> bool {
        self.permutation.is_none() && self.cumulative.len() <= FEW
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        let last = self.cumulative.len().saturating_sub(1);
        let picks = units.iter().map(|u| self.cumulative.partition_point(|c| c <= u).min(last) as u32);
        self.of(picks.collect()).ok()
    }
}

impl Categorical {
    /// The values at these places of the list.
    fn of(&self, picks: Vec<u32>) -> Result<Values, String> {
        let at = |pick: u32| pick as usize;
        Ok(match &self.values {
            Form::Texts(pool) => Values::Texts(pool.gather(&picks)?),
            Form::Ints(v) => Values::Ints(picks.into_iter().map(|p| v.get(at(p)).copied().unwrap_or_default()).collect()),
            Form::Floats(v) => Values::Floats(picks.into_iter().map(|p| v.get(at(p)).copied().unwrap_or_default()).collect()),
            Form::Cells(v) => Values::Cells(picks.into_iter().map(|p| v.get(at(p)).cloned().unwrap_or(Cell::Null)).collect()),
        })
    }
}
