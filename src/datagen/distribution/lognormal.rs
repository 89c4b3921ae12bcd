//! Lognormal, cut to a range by drawing again: money, sizes, durations.

use super::{Grid, Request, RowValues, Sampler, finite, mismatch, range, within};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, normal};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Lognormal {
    mean: f64,
    sigma: f64,
    low: f64,
    high: f64,
    grid: Grid,
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
        grid: Grid::new(request, *step, low, high),
        seed: request.seed,
    }))
}

impl Sampler for Lognormal {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let draw = |u: f64| (self.mean + self.sigma * normal(u.max(1e-16))).exp();
        Ok(self.grid.values(rows, self.seed, |s| within(s, self.low, self.high, draw)))
    }
}
