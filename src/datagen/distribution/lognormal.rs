//! Lognormal, cut to a range by drawing again: money, sizes, durations.

use super::{Request, RowValues, Sampler, finite, mismatch, range, snap, within};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, cumulative, normal};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Lognormal {
    mean: f64,
    sigma: f64,
    low: f64,
    high: f64,
    grain: f64,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Lognormal {
        mean,
        sigma,
        low,
        high,
        step,
    } = request.distribution
    else {
        return Err(mismatch());
    };
    finite(&[
        ("mean", *mean),
        ("sigma", *sigma),
        ("low", low.unwrap_or(0.0)),
        ("high", high.unwrap_or(0.0)),
        ("step", step.unwrap_or(1.0)),
    ])?;
    range(request, *low, *high)?;
    if *sigma < 0.0 || mean.abs() > 200.0 {
        return Err(format!(
            "mean {mean} and sigma {sigma} are of the logarithm: sigma is not below 0, and exp(mean) must be a number"
        ));
    }
    let (low, high) = (low.unwrap_or(0.0), high.unwrap_or(f64::MAX));
    Ok(Box::new(Lognormal {
        mean: *mean,
        sigma: *sigma,
        low,
        high,
        grain: request.grain(*step),
        seed: request.seed,
    }))
}

impl Sampler for Lognormal {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let draw = |u: f64| (self.mean + self.sigma * normal(u.max(1e-16))).exp();
        Ok(Values::Floats(
            rows.seeds(self.seed)
                .map(|s| snap(within(s, self.low, self.high, draw), self.grain).clamp(self.low, self.high))
                .collect(),
        ))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        // Cut by its quantile: the units are spread over what lies between the bounds.
        let below = |x: f64| if x > 0.0 { cumulative((x.ln() - self.mean) / self.sigma.max(1e-300)) } else { 0.0 };
        let (from, to) = (below(self.low), below(self.high));
        let value = |u: &f64| (self.mean + self.sigma * normal((from + u * (to - from)).clamp(1e-16, 1.0 - 1e-16))).exp();
        Some(Values::Floats(
            units.iter().map(|u| snap(value(u), self.grain).clamp(self.low, self.high)).collect(),
        ))
    }
}
