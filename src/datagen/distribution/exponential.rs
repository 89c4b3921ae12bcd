//! Exponential, cut to a range by its quantile: waiting times. It has no memory, so that a lower bound shifts it.

use super::{Grid, Request, RowValues, Sampler, TAIL_MAX, counted, finite, mismatch, range, within};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, unit};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Exponential {
    rate: f64,
    low: f64,
    /// The probability below the upper bound.
    reach: f64,
    grid: Grid,
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
    counted(
        &format!("low {:e} and rate {rate:e}, the mean {:e},", low.unwrap_or(0.0), 1.0 / rate),
        low.unwrap_or(0.0),
        TAIL_MAX / rate,
    )?;
    let (low, high) = within(request, Some(low.unwrap_or(0.0)), *high)?;
    let reach = 1.0 - (-rate * (high - low)).exp();
    Ok(Box::new(Exponential {
        rate: *rate,
        low,
        reach,
        grid: Grid::new(request, *step, low, high),
        seed: request.seed,
    }))
}

impl Exponential {
    fn value(&self, u: f64) -> f64 {
        self.low - (-u * self.reach).ln_1p() / self.rate
    }
}

impl Sampler for Exponential {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(self.grid.values(rows, self.seed, |s| self.value(unit(s))))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        Some(self.grid.of(units.iter().map(|u| self.value(*u))))
    }
}
