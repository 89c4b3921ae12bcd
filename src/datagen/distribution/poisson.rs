//! Poisson counts, cut to a range.

use super::{Request, RowValues, Sampler, finite, mismatch, range};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, unit};
use crate::datagen::family::{CutPoisson, poisson_quantile};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Poisson {
    lambda: f64,
    /// The cut distribution, where it is cut.
    cut: Option<CutPoisson>,
    low: i64,
    high: i64,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Poisson { lambda, low, high } = request.distribution else {
        return Err(mismatch());
    };
    finite(&[("lambda", *lambda), ("low", low.unwrap_or(0.0)), ("high", high.unwrap_or(0.0))])?;
    range(request, *low, *high)?;
    if high.is_some_and(|high| high < 0.0) || low.unwrap_or(0.0).ceil() > high.unwrap_or(f64::MAX).floor() {
        return Err(format!(
            "there is no count from {} to {}; counts are whole and not below 0",
            low.unwrap_or(0.0),
            high.unwrap_or(f64::MAX)
        ));
    }
    if !(0.0..=1e15).contains(lambda) {
        return Err(format!("lambda is {lambda}; it is the mean, from 0 to 1e15"));
    }
    Ok(Box::new(Poisson {
        lambda: *lambda,
        cut: if low.is_some_and(|x| x > 0.0) || high.is_some() {
            CutPoisson::new(
                *lambda,
                low.map_or(0, |x| x.ceil().max(0.0) as u64),
                high.map(|x| x.floor().max(0.0) as u64),
            )
        } else {
            None
        },
        low: low.map_or(0, |x| x.ceil() as i64),
        high: high.map_or(i64::MAX, |x| x.floor() as i64),
        seed: request.seed,
    }))
}

impl Poisson {
    fn value(&self, u: f64) -> i64 {
        if let Some(cut) = &self.cut {
            return cut.quantile(u) as i64;
        }
        (poisson_quantile(u, self.lambda) as i64).max(self.low).min(self.high)
    }
}

impl Sampler for Poisson {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(Values::Ints(rows.draw(self.seed, |s| self.value(unit(s)))))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        Some(Values::Ints(units.iter().map(|u| self.value(*u)).collect()))
    }
}
