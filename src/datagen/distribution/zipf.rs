//! Zipf ranks 1..=n, by rejection inversion (Hörmann and Derflinger 1996, as rand_distr has it): constant time at any n.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::cell::Values;
use crate::datagen::draw::Rows;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use rand_distr::Distribution as _;

struct Zipf {
    ranks: rand_distr::Zipf<f64>,
    seed: Seed,
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Zipf { s, n } = request.distribution else {
        return Err(mismatch());
    };
    let n = n.ok_or("n is missing: away from a foreign key, say how many ranks there are")?;
    Ok(Box::new(Zipf {
        ranks: ranks(n, *s)?,
        seed: request.seed,
    }))
}

/// Ranks 1..=n with exponent s.
pub(in crate::datagen) fn ranks(n: u64, s: f64) -> Result<rand_distr::Zipf<f64>, String> {
    if !s.is_finite() || s < 0.0 || n == 0 {
        return Err(format!("s is {s} and n is {n}; s is a number not below 0, n is at least 1"));
    }
    rand_distr::Zipf::new(n as f64, s).map_err(|e| e.to_string())
}

impl Sampler for Zipf {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(Values::Ints(
            rows.rngs(self.seed).map(|mut rng| self.ranks.sample(&mut rng) as i64).collect(),
        ))
    }
}
