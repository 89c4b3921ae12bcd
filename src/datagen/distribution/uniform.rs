//! Uniform: every value of `[low, high]` equally likely; unique by a permutation of the grid.

use super::{Request, RowValues, Sampler, finite, mismatch, range, snap};
use crate::datagen::cell::{Physical, Values};
use crate::datagen::draw::Rows;
use crate::datagen::permute::Permutation;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Uniform {
    low: f64,
    high: f64,
    grain: f64,
    /// Grid points from low to high.
    points: u64,
    whole: bool,
    permutation: Option<Permutation>,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Uniform { low, high, step } = request.distribution else {
        return Err(mismatch());
    };
    finite(&[("low", *low), ("high", *high), ("step", step.unwrap_or(1.0))])?;
    range(request, Some(*low), Some(*high))?;
    if step.is_some_and(|s| s <= 0.0) {
        return Err("step must be above 0".into());
    }
    let unique_grain = if request.unique { 1e-6 } else { 0.0 };
    let grain = Some(request.grain(*step)).filter(|g| *g > 0.0).unwrap_or(unique_grain);
    let (low, high) = if grain >= 1.0 {
        (low.ceil(), high.floor().max(low.ceil()))
    } else {
        (*low, *high)
    };
    let points = if grain > 0.0 {
        ((high - low) / grain + 1e-9).floor() as u64 + 1
    } else {
        0
    };
    if request.unique && points < request.rows {
        return Err(format!(
            "{points} values from {low} to {high} are too few for {} unique rows; widen the range or lower the rows",
            request.rows
        ));
    }
    let permutation = request.unique.then(|| Permutation::new(points, request.seed));
    let whole = matches!(request.physical, Physical::Int(_)) && grain >= 1.0 && grain.fract() == 0.0;
    Ok(Box::new(Uniform {
        low,
        high,
        grain,
        points,
        whole,
        permutation,
        seed: request.seed,
    }))
}

impl Sampler for Uniform {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        if self.points == 0 {
            return Ok(Values::Floats(
                rows.units(self.seed).map(|u| self.low + u * (self.high - self.low)).collect(),
            ));
        }
        let point: Vec<u64> = match &self.permutation {
            Some(p) => rows.index.iter().map(|r| p.apply(*r)).collect(),
            None => rows.below(self.points, self.seed).collect(),
        };
        Ok(self.at(point))
    }
    fn unique(&self) -> bool {
        self.permutation.is_some()
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        if self.points == 0 {
            return Some(Values::Floats(units.iter().map(|u| self.low + u * (self.high - self.low)).collect()));
        }
        let point = |u: &f64| ((u * self.points as f64) as u64).min(self.points - 1);
        Some(self.at(units.iter().map(point).collect()))
    }
}

impl Uniform {
    /// The values at these points of the grid.
    fn at(&self, point: Vec<u64>) -> Values {
        if self.whole {
            let (low, grain) = (self.low as i64, self.grain as i64);
            Values::Ints(point.into_iter().map(|k| low + grain * k as i64).collect())
        } else {
            Values::Floats(
                point
                    .into_iter()
                    .map(|k| snap(self.low + self.grain * k as f64, if self.grain < 1.0 { self.grain } else { 0.0 }))
                    .collect(),
            )
        }
    }
}
