//! Exponential, cut to a range by its quantile: waiting times. It has no memory, so that a lower bound shifts it.

use super::{Request, RowValues, Sampler, finite, mismatch, range, snap};
use crate::datagen::cell::Values;
use crate::datagen::draw::Rows;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Exponential {
    rate: f64,
    low: f64,
    /// The probability below the upper bound.
    reach: f64,
    high: f64,
    grain: f64,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Exponential { rate, low, high, step } = request.distribution else {
        return Err(mismatch());
    };
    finite(&[
        ("rate", *rate),
        ("low", low.unwrap_or(0.0)),
        ("high", high.unwrap_or(0.0)),
        ("step", step.unwrap_or(1.0)),
    ])?;
    range(request, *low, *high)?;
    if *rate <= 0.0 {
        return Err(format!("rate is {rate}; it is 1 / mean, above 0"));
    }
    let low = low.unwrap_or(0.0);
    let reach = high.map_or(1.0, |high| 1.0 - (-rate * (high - low)).exp());
    Ok(Box::new(Exponential {
        rate: *rate,
        low,
        reach,
        high: high.unwrap_or(f64::MAX),
        grain: request.grain(*step),
        seed: request.seed,
    }))
}

impl Exponential {
    fn value(&self, u: f64) -> f64 {
        snap(self.low - (-u * self.reach).ln_1p() / self.rate, self.grain).clamp(self.low, self.high)
    }
}

impl Sampler for Exponential {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(Values::Floats(rows.units(self.seed).map(|u| self.value(u)).collect()))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        Some(Values::Floats(units.iter().map(|u| self.value(*u)).collect()))
    }
}
