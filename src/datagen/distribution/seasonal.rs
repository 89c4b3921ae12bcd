//! Seasonal dates: years even, weights over months, weeks, weekdays or hours.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Physical, Values};
use crate::datagen::draw::{Rows, below, unit};
use crate::ir::generation::{Distribution, Granularity};
use crate::kernel::seed::Seed;

struct Seasonal {
    granularity: Granularity,
    cumulative: Vec<f64>,
    years: [i32; 2],
    day_only: bool,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Seasonal {
        granularity,
        weights,
        year_range,
    } = request.distribution
    else {
        return Err(mismatch());
    };
    let wanted = match granularity {
        Granularity::Month => 12,
        Granularity::Week => 52,
        Granularity::Weekday => 7,
        Granularity::Hour => 24,
    };
    let sum: f64 = weights.iter().sum();
    if weights.len() != wanted || weights.iter().any(|w| !w.is_finite() || *w < 0.0) || sum <= 0.0 {
        return Err(format!(
            "{wanted} weights not below 0 are needed, one of them above; here are {} with the sum {sum}",
            weights.len()
        ));
    }
    if year_range[0] > year_range[1] || year_range[0] < 1 || year_range[1] > 9999 {
        return Err(format!("year_range {year_range:?} is empty or outside 1 to 9999"));
    }
    if !matches!(request.physical, Physical::Date | Physical::Timestamp | Physical::Time) {
        return Err(format!("a {} column takes no dates", request.sql_type));
    }
    let mut total = 0.0;
    let cumulative = weights.iter().map(|w| {
        total += w / sum;
        total
    });
    let day_only = matches!(request.physical, Physical::Date);
    Ok(Box::new(Seasonal {
        granularity: *granularity,
        cumulative: cumulative.collect(),
        years: *year_range,
        day_only,
        seed: request.seed,
    }))
}

impl Seasonal {
    fn instant(&self, seed: Seed) -> i64 {
        let slot = self.cumulative.partition_point(|c| *c <= unit(seed)).min(self.cumulative.len() - 1);
        let year = self.years[0] + below(seed.index(0), (self.years[1] - self.years[0] + 1) as u64) as i32;
        let january = calendar::days(year, 1, 1);
        let length = calendar::days(year + 1, 1, 1) - january;
        let any_day = |n: i32| below(seed.index(1), n.max(1) as u64) as i32;
        let mut second = below(seed.index(2), 86_400) as i64;
        let day = match self.granularity {
            Granularity::Month => calendar::days(year, slot as u32 + 1, 1) + any_day(calendar::month_days(year, slot as u32 + 1) as i32),
            Granularity::Week => january + (slot as i32 * 7 + any_day(if slot == 51 { length - 357 } else { 7 })),
            Granularity::Weekday => {
                // The first such weekday of the year, then whole weeks; Monday is slot 0.
                let first = january + (slot as i32 + 1 - calendar::day_of_week(january)).rem_euclid(7);
                first + 7 * any_day((january + length - 1 - first) / 7 + 1)
            }
            Granularity::Hour => {
                second = slot as i64 * 3600 + second % 3600;
                january + any_day(length)
            }
        };
        i64::from(day) * DAY_MICROS + if self.day_only { 0 } else { second * 1_000_000 }
    }
}

impl Sampler for Seasonal {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(Values::Micros(rows.seeds(self.seed).map(|s| self.instant(s)).collect()))
    }
}
