//! Normal, cut to a range by drawing again.

use super::{Request, RowValues, Sampler, finite, mismatch, range, snap, within};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, cumulative, normal};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Normal {
    mean: f64,
    std: f64,
    low: f64,
    high: f64,
    grain: f64,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Normal {
        mean,
        std,
        low,
        high,
        step,
    } = request.distribution
    else {
        return Err(mismatch());
    };
    finite(&[
        ("mean", *mean),
        ("std", *std),
        ("low", low.unwrap_or(0.0)),
        ("high", high.unwrap_or(0.0)),
        ("step", step.unwrap_or(1.0)),
    ])?;
    range(request, *low, *high)?;
    if *std < 0.0 {
        return Err(format!("std is {std}; a standard deviation is not below 0"));
    }
    let (low, high) = (low.unwrap_or(f64::MIN), high.unwrap_or(f64::MAX));
    Ok(Box::new(Normal {
        mean: *mean,
        std: *std,
        low,
        high,
        grain: request.grain(*step),
        seed: request.seed,
    }))
}

impl Sampler for Normal {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let draw = |u: f64| self.mean + self.std * normal(u.max(1e-16));
        Ok(Values::Floats(
            rows.seeds(self.seed)
                .map(|s| snap(within(s, self.low, self.high, draw), self.grain).clamp(self.low, self.high))
                .collect(),
        ))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        // Cut by its quantile: the units are spread over what lies between the bounds.
        let below = |x: f64| cumulative(((x - self.mean) / self.std.max(1e-300)).clamp(-40.0, 40.0));
        let (from, to) = (below(self.low), below(self.high));
        let value = |u: &f64| self.mean + self.std * normal((from + u * (to - from)).clamp(1e-16, 1.0 - 1e-16));
        Some(Values::Floats(
            units.iter().map(|u| snap(value(u), self.grain).clamp(self.low, self.high)).collect(),
        ))
    }
}
