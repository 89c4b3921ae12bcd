//! Categorical: listed values with probabilities; unique by a permutation of the list.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::cell::{Cell, Physical, Values};
use crate::datagen::draw::Rows;
use crate::datagen::permute::Permutation;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use arrow::array::StringBuilder;

struct Categorical {
    values: Vec<Cell>,
    /// Cumulative probabilities, the last one 1.
    cumulative: Vec<f64>,
    text: bool,
    permutation: Option<Permutation>,
    seed: Seed,
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
    let sum: f64 = probs.iter().sum();
    if probs.iter().any(|p| !p.is_finite() || *p < 0.0) || (!probs.is_empty() && (sum - 1.0).abs() > 0.01) {
        return Err(format!("the probabilities sum to {sum}; they are not below 0 and sum to 1"));
    }
    if request.unique && (values.len() as u64) < request.rows {
        return Err(format!(
            "{} values are too few for {} unique rows; list more or lower the rows",
            values.len(),
            request.rows
        ));
    }
    let values: Vec<Cell> = values.iter().map(Cell::from_json).collect::<Result<_, _>>()?;
    let cells: Vec<Cell> = values.iter().map(|v| v.cast(request.physical)).collect::<Result<_, _>>()?;
    let mut total = 0.0;
    let weights = if probs.is_empty() { vec![1.0; values.len()] } else { probs.clone() };
    let all: f64 = weights.iter().sum();
    let cumulative = weights.iter().map(|w| {
        total += w / all;
        total
    });
    let text = matches!(request.physical, Physical::Text(_)) && cells.iter().all(|c| matches!(c, Cell::Text(_)));
    Ok(Box::new(Categorical {
        cumulative: cumulative.collect(),
        text,
        permutation: request.unique.then(|| Permutation::new(values.len() as u64, request.seed)),
        values: cells,
        seed: request.seed,
    }))
}

impl Sampler for Categorical {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let last = self.values.len() - 1;
        let picks: Vec<usize> = match &self.permutation {
            Some(p) => rows.index.iter().map(|r| p.apply(*r) as usize).collect(),
            None => rows
                .units(self.seed)
                .map(|u| self.cumulative.partition_point(|c| *c <= u).min(last))
                .collect(),
        };
        Ok(self.of(picks))
    }
    fn unique(&self) -> bool {
        self.permutation.is_some()
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        let last = self.values.len() - 1;
        let picks = units.iter().map(|u| self.cumulative.partition_point(|c| c <= u).min(last));
        Some(self.of(picks.collect()))
    }
}

impl Categorical {
    /// The values at these places of the list.
    fn of(&self, picks: Vec<usize>) -> Values {
        if self.text {
            let mut out = StringBuilder::with_capacity(picks.len(), picks.len() * 8);
            for pick in picks {
                match self.values.get(pick) {
                    Some(Cell::Text(text)) => out.append_value(text),
                    _ => out.append_null(),
                }
            }
            return Values::Texts(out.finish());
        }
        Values::Cells(
            picks
                .into_iter()
                .map(|pick| self.values.get(pick).cloned().unwrap_or(Cell::Null))
                .collect(),
        )
    }
}
