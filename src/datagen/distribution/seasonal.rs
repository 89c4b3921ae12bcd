//! Seasonal dates: years even, weights over months, weeks, weekdays or hours.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::alias::Alias;
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Physical, Values};
use crate::datagen::draw::{Rows, below};
use crate::ir::generation::{Distribution, Granularity};
use crate::kernel::seed::Seed;

struct Seasonal {
    slots: Alias,
    /// Days of every slot of every year: the first one, how many, and the distance between them.
    days: Vec<(i32, u32, i32)>,
    /// Slots of a year.
    width: usize,
    years: u64,
    /// The slot is an hour of the day.
    hourly: bool,
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
    if *granularity == Granularity::Hour && matches!(request.physical, Physical::Date) {
        return Err("a DATE column has no hours; make it a DATETIME, or weigh months, weeks or weekdays".into());
    }
    let width = if *granularity == Granularity::Hour { 1 } else { wanted };
    let years = year_range[0]..=year_range[1];
    let days = years.flat_map(|year| (0..width).map(move |slot| stretch(*granularity, year, slot as i32)));
    Ok(Box::new(Seasonal {
        slots: Alias::new(weights, |i| i),
        days: days.collect(),
        width,
        years: (year_range[1] - year_range[0] + 1) as u64,
        hourly: *granularity == Granularity::Hour,
        day_only: matches!(request.physical, Physical::Date),
        seed: request.seed,
    }))
}

/// The days of one slot of a year: the first, how many, and the distance between them.
fn stretch(granularity: Granularity, year: i32, slot: i32) -> (i32, u32, i32) {
    let january = calendar::days(year, 1, 1);
    let length = calendar::days(year + 1, 1, 1) - january;
    match granularity {
        Granularity::Month => (
            calendar::days(year, slot as u32 + 1, 1),
            calendar::month_days(year, slot as u32 + 1),
            1,
        ),
        Granularity::Week => (january + slot * 7, if slot == 51 { length - 357 } else { 7 } as u32, 1),
        Granularity::Weekday => {
            // The first such weekday of the year, then whole weeks; Monday is slot 0.
            let first = january + (slot + 1 - calendar::day_of_week(january)).rem_euclid(7);
            (first, ((january + length - 1 - first) / 7 + 1) as u32, 7)
        }
        Granularity::Hour => (january, length as u32, 1),
    }
}

impl Seasonal {
    #[inline]
    fn day(&self, seed: Seed, slot: u32) -> i32 {
        let year = below(seed.index(0), self.years) as usize;
        let slot = if self.hourly { 0 } else { slot as usize };
        let (first, count, distance) = self.days.get(year * self.width + slot).copied().unwrap_or((0, 1, 1));
        first + distance * below(seed.index(1), u64::from(count)) as i32
    }

    fn instant(&self, seed: Seed) -> i64 {
        let slot = self.slots.pick(seed);
        let second = below(seed.index(2), 86_400) as i64;
        let second = if self.hourly {
            i64::from(slot) * 3600 + second % 3600
        } else {
            second
        };
        i64::from(self.day(seed, slot)) * DAY_MICROS + second * 1_000_000
    }
}

impl Sampler for Seasonal {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(if self.day_only {
            Values::Days(rows.draw(self.seed, |s| self.day(s, self.slots.pick(s))))
        } else {
            Values::Micros(rows.draw(self.seed, |s| self.instant(s)))
        })
    }
}
