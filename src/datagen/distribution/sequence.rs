//! start, start + step, ...: keys. On a text column, the numbers as text.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::cell::Values;
use crate::datagen::draw::Rows;
use crate::ir::generation::Distribution;

struct Sequence {
    start: i64,
    step: i64,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Sequence { start, step } = request.distribution else {
        return Err(mismatch());
    };
    if *step == 0 && request.rows > 1 {
        return Err("step is 0; a sequence moves".into());
    }
    let last = i128::from(*start) + i128::from(*step) * i128::from(request.rows.saturating_sub(1));
    if last.unsigned_abs() as f64 > request.physical.max() || i64::try_from(last).is_err() {
        return Err(format!(
            "the sequence reaches {last}, which {} does not hold; lower the rows or widen the type",
            request.sql_type
        ));
    }
    Ok(Box::new(Sequence {
        start: *start,
        step: *step,
    }))
}

impl Sampler for Sequence {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(Values::Ints(
            rows.index.iter().map(|r| self.start + self.step * *r as i64).collect(),
        ))
    }
    fn unique(&self) -> bool {
        true
    }
}
