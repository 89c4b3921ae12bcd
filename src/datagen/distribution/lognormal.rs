//! Lognormal, cut to a range by its quantiles: money, sizes, durations.

use super::{Cut, Grid, Request, RowValues, Sampler, finite, mismatch, range, reachable, within};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, unit};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Lognormal {
    mean: f64,
    sigma: f64,
    low: f64,
    high: f64,
    cut: Cut,
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
    if *sigma < 0.0 || mean.abs() > 200.0 || *sigma > 200.0 {
        return Err(format!(
            "mean {mean} and sigma {sigma} are of the logarithm: sigma is from 0 to 200, and mean from -200 to 200: exp of it must be a number"
        ));
    }
    let (low, high) = within(request, Some(low.unwrap_or(0.0)), *high)?;
    let z = |x: f64| (x.max(0.0).ln() - mean) / sigma.max(1e-300);
    reachable(request, (low, high), (z(low), z(high)))?;
    Ok(Box::new(Lognormal {
        mean: *mean,
        sigma: *sigma,
        low,
        high,
        cut: Cut::new(z(low), z(high)),
        grid: Grid::new(request, *step, low, high),
        seed: request.seed,
    }))
}

impl Lognormal {
    fn at(&self, unit: f64) -> f64 {
        ((self.mean + self.sigma * self.cut.at(unit)).exp()).clamp(self.low, self.high)
    }
}

impl Sampler for Lognormal {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(self.grid.values(rows, self.seed, |s| self.at(unit(s))))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        Some(self.grid.of(units.iter().map(|u| self.at(*u))))
    }
}
