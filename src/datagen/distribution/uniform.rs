//! Uniform: every value of `[low, high]` equally likely; unique by a permutation of the grid.

use super::{Request, RowValues, Sampler, finite, mismatch, range};
use crate::datagen::cell::{Physical, Values};
use crate::datagen::draw::{Rows, below, unit};
use crate::datagen::permute::Permutation;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Uniform {
    low: f64,
    high: f64,
    /// Grid points from low to high.
    points: u64,
    form: Form,
    permutation: Option<Permutation>,
    seed: Seed,
}

/// Where a grid point's number leads.
enum Form {
    /// low + step * k.
    Ints(i64, i64),
    /// The same, as decimals of this scale.
    Decimals(i64, i64, u8),
    /// (low + k) / this: the shortest float of a decimal step.
    Fractions(f64, f64),
    /// low + step * k.
    Floats(f64, f64),
}

impl Form {
    fn new(low: f64, grain: f64, physical: Physical) -> Self {
        let near = |x: f64| ((x - x.round()).abs() < 1e-6 && x.abs() < 9e15).then_some(x.round());
        match physical {
            Physical::Int(_) if grain >= 1.0 && grain.fract() == 0.0 => return Form::Ints(low as i64, grain as i64),
            Physical::Decimal(p, scale) if p <= 18 => {
                let factor = 10_f64.powi(i32::from(scale));
                if let (Some(low), Some(step)) = (near((low * factor).round()), near(grain * factor)) {
                    return Form::Decimals(low as i64, step as i64, scale);
                }
            }
            _ => {}
        }
        match near(1.0 / grain) {
            Some(inverse) if grain < 1.0 => Form::Fractions((low * inverse).round(), inverse),
            _ => Form::Floats(low, grain),
        }
    }
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
    let (low, high) = if matches!(request.physical, Physical::Int(_)) {
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
    Ok(Box::new(Uniform {
        low,
        high,
        points,
        form: Form::new(low, grain, request.physical),
        permutation,
        seed: request.seed,
    }))
}

impl Sampler for Uniform {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        if self.points == 0 {
            return Ok(Values::Floats(
                rows.draw(self.seed, |s| self.low + unit(s) * (self.high - self.low)),
            ));
        }
        let points = self.points;
        Ok(match self.form {
            Form::Ints(low, step) => Values::Ints(self.points(rows, |k| low + step * k as i64, points)),
            Form::Decimals(low, step, scale) => Values::Scaled(self.points(rows, |k| low + step * k as i64, points), scale),
            Form::Fractions(low, inverse) => Values::Floats(self.points(rows, |k| (low + k as f64) / inverse, points)),
            Form::Floats(low, step) => Values::Floats(self.points(rows, |k| low + step * k as f64, points)),
        })
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        let point = |u: &f64| ((u * self.points as f64) as u64).min(self.points.saturating_sub(1));
        Some(match self.form {
            _ if self.points == 0 => Values::Floats(units.iter().map(|u| self.low + u * (self.high - self.low)).collect()),
            Form::Ints(low, step) => Values::Ints(units.iter().map(|u| low + step * point(u) as i64).collect()),
            Form::Decimals(low, step, scale) => Values::Scaled(units.iter().map(|u| low + step * point(u) as i64).collect(), scale),
            Form::Fractions(low, inverse) => Values::Floats(units.iter().map(|u| (low + point(u) as f64) / inverse).collect()),
            Form::Floats(low, step) => Values::Floats(units.iter().map(|u| low + step * point(u) as f64).collect()),
        })
    }
    fn unique(&self) -> bool {
        self.permutation.is_some()
    }
}

impl Uniform {
    #[inline]
    fn points<T>(&self, rows: &Rows<'_>, value: impl Fn(u64) -> T, points: u64) -> Vec<T> {
        match &self.permutation {
            Some(p) => rows.index.iter().map(|r| value(p.apply(*r))).collect(),
            None => rows.draw(self.seed, |s| value(below(s, points))),
        }
    }
}
