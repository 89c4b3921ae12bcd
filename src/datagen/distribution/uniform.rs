//! Uniform: every value of `[low, high]` equally likely; unique by a permutation of the grid.

use super::{Request, RowValues, Sampler, finite, mismatch, range};
use crate::datagen::cell::{Cell, Physical, Values};
use crate::datagen::draw::{Rows, below, unit};
use crate::datagen::permute::Permutation;
use crate::ir::SqlType;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Uniform {
    low: f64,
    high: f64,
    /// Grid points from low to high.
    points: u64,
    form: Form,
    /// Those of them that a CHECK on the column leaves, where it leaves not all.
    left: Option<Vec<u64>>,
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

impl Form {
    /// The value of a grid point.
    fn cell(&self, k: u64) -> Cell {
        match self {
            Form::Ints(low, step) => Cell::Int(low + step * k as i64),
            Form::Decimals(low, step, 0) => Cell::Int(low + step * k as i64),
            Form::Decimals(low, step, scale) => Cell::Num((low + step * k as i64) as f64 / 10_f64.powi(i32::from(*scale))),
            Form::Fractions(low, inverse) => Cell::Num((low + k as f64) / inverse),
            Form::Floats(low, step) => Cell::Num(low + step * k as f64),
        }
    }
}

/// Most grid points that are looked at one by one for a CHECK.
const POINTS_MAX: u64 = 1 << 20;

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Uniform { low, high, step } = request.distribution else {
        return Err(mismatch());
    };
    finite(&[("low", *low), ("high", *high), ("step", step.unwrap_or(1.0))])?;
    range(request, Some(*low), Some(*high))?;
    if !(high - low).is_finite() {
        return Err(format!(
            "from {low:e} to {high:e} is farther than floats count; bring the bounds nearer to each other"
        ));
    }
    let most = f64::from(f32::MAX);
    if *request.sql_type == SqlType::Float32 && (*low < -most || *high > most) {
        return Err(format!(
            "from {low:e} to {high:e} is past what FLOAT32 holds, {most:e}; narrow the range, or make the column FLOAT64"
        ));
    }
    if matches!(request.physical, Physical::Int(_)) {
        if low.ceil() > high.floor() {
            return Err(format!(
                "there is no whole number from {low} to {high}; widen the range, or make the column a decimal"
            ));
        }
        let most = if matches!(request.physical, Physical::Int(64)) {
            9_223_372_036_854_774_784.0
        } else {
            request.physical.max()
        };
        if *low < -most - 1.0 || *high > most || high - low > 9e18 {
            return Err(format!(
                "from {low} to {high} is past what {} holds; narrow the range, or widen the column",
                request.sql_type
            ));
        }
    }
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
        (((high - low) / grain + 1e-9).floor() as u64).saturating_add(1)
    } else {
        0
    };
    let form = Form::new(low, grain, request.physical);
    let mut left = None;
    if !request.alone.is_empty() && (1..=POINTS_MAX).contains(&points) {
        let kept: Vec<u64> = (0..points).filter(|k| request.allows(&form.cell(*k))).collect();
        if request.unique && (kept.len() as u64) < request.rows {
            return Err(format!(
                "of the {points} values from {low} to {high}, {} satisfy the column's CHECK, too few for {} unique rows; widen the range, change the CHECK, or lower the rows",
                kept.len(),
                request.rows
            ));
        }
        // Where none is left, the rules that contradict are named when they are enforced.
        left = Some(kept).filter(|k| !k.is_empty() && k.len() as u64 != points);
    }
    let points = left.as_ref().map_or(points, |l| l.len() as u64);
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
        form,
        left,
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
        if let Some(left) = &self.left {
            let at = |k: u64| left.get(k as usize).copied().unwrap_or_default();
            return Ok(match self.form {
                Form::Ints(low, step) => Values::Ints(self.points(rows, |k| low + step * at(k) as i64, points)),
                Form::Decimals(low, step, scale) => Values::Scaled(self.points(rows, |k| low + step * at(k) as i64, points), scale),
                Form::Fractions(low, inverse) => Values::Floats(self.points(rows, |k| (low + at(k) as f64) / inverse, points)),
                Form::Floats(low, step) => Values::Floats(self.points(rows, |k| low + step * at(k) as f64, points)),
            });
        }
        Ok(match self.form {
            Form::Ints(low, step) => Values::Ints(self.points(rows, |k| low + step * k as i64, points)),
            Form::Decimals(low, step, scale) => Values::Scaled(self.points(rows, |k| low + step * k as i64, points), scale),
            Form::Fractions(low, inverse) => Values::Floats(self.points(rows, |k| (low + k as f64) / inverse, points)),
            Form::Floats(low, step) => Values::Floats(self.points(rows, |k| low + step * k as f64, points)),
        })
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        let point = |u: &f64| {
            let k = ((u * self.points as f64) as u64).min(self.points.saturating_sub(1));
            self.left.as_ref().map_or(k, |l| l.get(k as usize).copied().unwrap_or_default())
        };
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
