//! Normal, cut to a range by its quantiles.

use super::{Cut, Grid, Request, RowValues, Sampler, TAIL_MAX, counted, finite, mismatch, range, reachable, within};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, unit};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Normal {
    mean: f64,
    std: f64,
    low: f64,
    high: f64,
    cut: Cut,
    grid: Grid,
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
    counted(&format!("mean {mean:e} and std {std:e}"), *mean, std * TAIL_MAX)?;
    let (low, high) = within(request, *low, *high)?;
    let z = |x: f64| (x - mean) / std.max(1e-300);
    reachable(request, (low, high), (z(low), z(high)))?;
    Ok(Box::new(Normal {
        mean: *mean,
        std: *std,
        low,
        high,
        cut: Cut::new(z(low), z(high)),
        grid: Grid::new(request, *step, low, high),
        seed: request.seed,
    }))
}

impl Normal {
    fn at(&self, unit: f64) -> f64 {
        (self.mean + self.std * self.cut.at(unit)).clamp(self.low, self.high)
    }
}

impl Sampler for Normal {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(self.grid.values(rows, self.seed, |s| self.at(unit(s))))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        Some(self.grid.of(units.iter().map(|u| self.at(*u))))
    }
}
