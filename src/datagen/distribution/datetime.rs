//! Days, instants or times of day between two bounds, both inclusive; instants have whole seconds.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Physical, Values};
use crate::datagen::draw::Rows;
use crate::datagen::permute::Permutation;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;

struct Datetime {
    start: i64,
    unit: i64,
    points: u64,
    permutation: Option<Permutation>,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Datetime { start, end } = request.distribution else {
        return Err(mismatch());
    };
    let unreadable = |what: &str, text: &str| format!("{what} {text:?} is not an ISO date such as 2024-03-01");
    let (first, last, unit) = match request.physical {
        Physical::Time => {
            let time = |what, text: &str| calendar::parse_time(text).ok_or_else(|| format!("{what} {text:?} is not a time such as 08:30"));
            (time("start", start)?, time("end", end)?, 60_000_000)
        }
        Physical::Date | Physical::Timestamp => {
            let first = calendar::parse_timestamp(start).ok_or_else(|| unreadable("start", start))?;
            let mut last = calendar::parse_timestamp(end).ok_or_else(|| unreadable("end", end))?;
            let unit = if request.physical == Physical::Date {
                DAY_MICROS
            } else {
                1_000_000
            };
            // A bare day as the end means all of it.
            if unit < DAY_MICROS && !end.contains(':') {
                last += DAY_MICROS - 1_000_000;
            }
            (first, last, unit)
        }
        _ => return Err(format!("a {} column takes no dates", request.sql_type)),
    };
    if last < first {
        return Err(format!("end {end:?} is before start {start:?}; swap them"));
    }
    let points = ((last - first) / unit) as u64 + 1;
    if request.unique && points < request.rows {
        return Err(format!(
            "{points} values from {start} to {end} are too few for {} unique rows; widen the range or lower the rows",
            request.rows
        ));
    }
    let permutation = request.unique.then(|| Permutation::new(points, request.seed));
    Ok(Box::new(Datetime {
        start: first,
        unit,
        points,
        permutation,
        seed: request.seed,
    }))
}

impl Sampler for Datetime {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let at = |k: u64| self.start + self.unit * k as i64;
        Ok(Values::Micros(match &self.permutation {
            Some(p) => rows.index.iter().map(|r| at(p.apply(*r))).collect(),
            None => rows.below(self.points, self.seed).map(at).collect(),
        }))
    }
    fn quantiles(&self, units: &[f64]) -> Option<Values> {
        let point = |u: &f64| ((u * self.points as f64) as u64).min(self.points - 1);
        Some(Values::Micros(units.iter().map(|u| self.start + self.unit * point(u) as i64).collect()))
    }
    fn unique(&self) -> bool {
        self.permutation.is_some()
    }
}
