//! A mixture: every row takes its value from one of several distributions, chosen by weight.
//!
//! Each component makes the values of its own rows at once. Limit: components do not read other columns, and the column is not unique alone by
//! construction (a unique one is searched).

use super::{Request, RowValues, Sampler, build as component, mismatch};
use crate::datagen::cell::{Cell, Physical, Values};
use crate::datagen::draw::Rows;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use arrow::array::{Array, ArrayRef};
use arrow::compute::interleave;

struct Mixture {
    components: Vec<Box<dyn Sampler>>,
    /// Cumulative shares, the last one 1.
    cumulative: Vec<f64>,
    physical: Physical,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Mixture { components } = request.distribution else {
        return Err(mismatch());
    };
    let sum: f64 = components.iter().map(|c| c.weight).sum::<f64>() + 0.0;
    if components.is_empty() || components.iter().any(|c| !c.weight.is_finite() || c.weight < 0.0) || sum <= 0.0 || !sum.is_finite() {
        return Err(format!(
            "{} components with weights that sum to {sum}; give at least one, weights not below 0 and one above",
            components.len()
        ));
    }
    let mut made = Vec::new();
    for (i, part) in components.iter().enumerate() {
        let kind = part.distribution.kind();
        if matches!(
            *part.distribution,
            Distribution::Mixture { .. } | Distribution::Sequence { .. } | Distribution::LineNo { .. } | Distribution::ForeignKey { .. }
        ) {
            return Err(format!("components[{i}]: {kind} cannot be part of a mixture"));
        }
        let sampler = component(&Request {
            distribution: &part.distribution,
            unique: false,
            searched: false,
            each: None,
            alone: &[],
            seed: request.seed.child("component").index(i as u64),
            ..*request
        })
        .map_err(|message| format!("components[{i}], {kind}: {message}"))?;
        if !sampler.reads().is_empty() {
            return Err(format!(
                "components[{i}]: {kind} reads other columns; make it a column of its own and derive from it"
            ));
        }
        made.push(sampler);
    }
    let mut total = 0.0;
    let cumulative = components.iter().map(|c| {
        total += c.weight / sum;
        total
    });
    Ok(Box::new(Mixture {
        cumulative: cumulative.collect(),
        components: made,
        physical: request.physical,
        seed: request.seed.child("choice"),
    }))
}

impl Sampler for Mixture {
    fn sample(&self, rows: &Rows<'_>, row: &RowValues<'_>) -> Result<Values, String> {
        let last = self.components.len() - 1;
        let mut parts: Vec<(Vec<u64>, Vec<u32>)> = vec![Default::default(); self.components.len()];
        // Which component, and the place among its rows.
        let mut source = Vec::with_capacity(rows.len());
        for (i, u) in rows.units(self.seed).enumerate() {
            let pick = self.cumulative.partition_point(|c| *c <= u).min(last);
            let Some((index, attempts)) = parts.get_mut(pick) else { continue };
            source.push((pick, index.len()));
            index.push(rows.index.get(i).copied().unwrap_or(0));
            attempts.push(rows.attempts.and_then(|a| a.get(i)).copied().unwrap_or(0));
        }
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(parts.len());
        for (component, (index, attempts)) in self.components.iter().zip(&parts) {
            let part = Rows {
                index,
                attempts: rows.attempts.is_some().then_some(attempts.as_slice()),
            };
            arrays.push(component.sample(&part, row)?.into_array(self.physical, None)?);
        }
        let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        if rows.is_empty() {
            return Ok(Values::Cells(Vec::<Cell>::new()));
        }
        interleave(&arrays, &source).map(Values::Array).map_err(|e| e.to_string())
    }
}
