//! A day or instant some days, or days and minutes, after another column of the same row; NULL where that one is NULL.
//!
//! An instant that may come more than a day later comes on some day at about the time of day of the earlier one, so that people keep their hours.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Cell, Physical, Values};
use crate::datagen::draw::{Rows, below};
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use arrow::array::{Array, ArrayRef, AsArray, Date32Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Date32Type;
use std::sync::Arc;

struct AfterColumn {
    reads: [usize; 1],
    min_days: i64,
    max_days: i64,
    /// Least distance, step and number of steps, in minutes, where minutes are given.
    minutes: Option<(i64, i64, u64)>,
    until: Option<i64>,
    day_only: bool,
    nullable: bool,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::AfterColumn {
        column,
        min_days,
        max_days,
        min_minutes,
        max_minutes,
        step_minutes,
        until,
    } = request.distribution
    else {
        return Err(mismatch());
    };
    if min_days > max_days || min_days.abs() > 4_000_000 || max_days.abs() > 4_000_000 {
        return Err(format!(
            "min_days {min_days} and max_days {max_days}: the first is not above the second, and neither is past 10,000 years"
        ));
    }
    let minutes = match (min_minutes, max_minutes, step_minutes) {
        (None, None, None) => None,
        (least, most, step) => {
            let (least, most, step) = (least.unwrap_or(0), most.unwrap_or(0), step.unwrap_or(1));
            if request.physical == Physical::Date {
                return Err("a date column takes no minutes; leave min_minutes, max_minutes and step_minutes out and give days".into());
            }
            if least.abs() > 600_000_000 || most.abs() > 600_000_000 || step < 1 {
                return Err(format!(
                    "min_minutes {least}, max_minutes {most}, step_minutes {step}: the step is at least 1, and the others are not past a thousand years"
                ));
            }
            let (least, most) = (min_days * 1440 + least, max_days * 1440 + most);
            if least > most {
                return Err(format!("the least distance is {least} minutes and the greatest {most}; swap them"));
            }
            Some((least, step, ((most - least) / step) as u64 + 1))
        }
    };
    if !matches!(request.physical, Physical::Date | Physical::Timestamp) {
        return Err(format!("a {} column takes no dates", request.sql_type));
    }
    let base = request.column(column)?;
    if let Some((name, kind)) = request.attributes.column(base)
        && !matches!(kind, Physical::Date | Physical::Timestamp)
    {
        return Err(format!(
            "column {name:?} is of type {kind}, and nothing comes days after that; name a DATE or TIMESTAMP column"
        ));
    }
    let end_of_day = |text: &String| {
        calendar::parse_date(text)
            .map(|d| i64::from(d) * DAY_MICROS + DAY_MICROS - 1_000_000)
            .ok_or(format!("until {text:?} is not an ISO date"))
    };
    Ok(Box::new(AfterColumn {
        reads: [base],
        min_days: *min_days,
        max_days: *max_days,
        minutes,
        until: until.as_ref().map(end_of_day).transpose()?,
        day_only: request.physical == Physical::Date,
        nullable: request.nullable,
        seed: request.seed,
    }))
}

/// One of some distances (the least, the step, how many), of which `day` make a day. Where they span days, the nearest that is whole days and at most
/// two hours more or less.
fn at_its_hour(seed: Seed, (least, step, steps): (i64, i64, u64), day: i64) -> i64 {
    let any = least + step * below(seed, steps) as i64;
    let most = least + step * (steps as i64 - 1);
    if most - least < day {
        return any;
    }
    let near = day / 12;
    let wanted = (any + day / 2).div_euclid(day) * day + below(seed.index(1), 2 * near as u64 + 1) as i64 - near;
    // What is outside is as far inside.
    let wanted = if wanted < least { 2 * least - wanted } else { wanted };
    let wanted = if wanted > most { 2 * most - wanted } else { wanted };
    least + (wanted - least).clamp(0, most - least).div_euclid(step) * step
}

impl AfterColumn {
    /// Days after days, all at once; None when either column has times.
    fn days(&self, rows: &Rows<'_>, base: &ArrayRef) -> Option<Values> {
        let base = base.as_primitive_opt::<Date32Type>().filter(|_| self.day_only)?;
        let span = (self.max_days - self.min_days) as u64 + 1;
        let mut after = rows.draw(self.seed, |s| self.min_days as i32 + below(s, span) as i32);
        after.iter_mut().zip(base.values()).for_each(|(after, base)| *after += base);
        let mut nulls = base.nulls().cloned();
        if let Some(until) = self.until.map(|u| u.div_euclid(DAY_MICROS) as i32) {
            if self.nullable {
                nulls = NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::from_iter(after.iter().map(|d| *d <= until))));
            } else {
                after
                    .iter_mut()
                    .zip(base.values())
                    .for_each(|(after, base)| *after = (*after).min(until.max(*base)));
            }
        }
        Some(Values::Array(Arc::new(Date32Array::new(after.into(), nulls))))
    }

    fn value(&self, base: Cell, seed: Seed) -> Cell {
        let (from, base_day_only) = match base {
            Cell::Date(d) => (i64::from(d) * DAY_MICROS, true),
            Cell::Timestamp(t) => (t, false),
            _ => return Cell::Null,
        };
        let days = self.max_days - self.min_days;
        let after = if let Some((least, step, steps)) = self.minutes {
            from + at_its_hour(seed, (least, step, steps), 1440) * 60_000_000
        } else if self.day_only || base_day_only {
            from.div_euclid(DAY_MICROS) * DAY_MICROS + (self.min_days + below(seed, days as u64 + 1) as i64) * DAY_MICROS
        } else {
            from + at_its_hour(seed, (self.min_days * 86_400, 1, (days.max(1) * 86_400) as u64), 86_400) * 1_000_000
        };
        let after = if base_day_only && !self.day_only && self.minutes.is_none() {
            // Of a day alone the hour is unknown: one at which people are awake.
            after + (7 * 3_600 + below(seed.index(0), 15 * 3_600) as i64) * 1_000_000
        } else {
            after
        };
        match self.until {
            Some(until) if after > until && self.nullable => Cell::Null,
            Some(until) => Cell::Timestamp(after.min(until.max(from))),
            None => Cell::Timestamp(after),
        }
    }
}

impl Sampler for AfterColumn {
    fn sample(&self, rows: &Rows<'_>, row: &RowValues<'_>) -> Result<Values, String> {
        if let Some(values) = row.array(self.reads[0]).and_then(|base| self.days(rows, base)) {
            return Ok(values);
        }
        Ok(Values::Cells(
            rows.seeds(self.seed)
                .enumerate()
                .map(|(i, s)| self.value(row.cell(self.reads[0], i), s))
                .collect(),
        ))
    }
    fn reads(&self) -> &[usize] {
        &self.reads
    }
}
