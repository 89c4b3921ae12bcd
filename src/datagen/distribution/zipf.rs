//! Zipf ranks 1..=n: a table of aliases where n is small enough for one, else rejection inversion (Hörmann and Derflinger 1996, as rand_distr
//! has it), which is constant time at any n.

use super::{Request, RowValues, Sampler, mismatch};
use crate::datagen::alias::{Alias, ENTRIES_MAX};
use crate::datagen::cell::Values;
use crate::datagen::draw::Rows;
use crate::datagen::permute::GrowingOrder;
use crate::ir::generation::Distribution;
use crate::kernel::seed::Seed;
use rand_distr::Distribution as _;

struct Zipf {
    ranks: Ranks,
    seed: Seed,
}

/// Zipf-distributed numbers below n.
#[derive(Debug, Clone)]
pub struct Ranks(Form);

#[derive(Debug, Clone)]
enum Form {
    Table(Alias),
    Inversion(rand_distr::Zipf<f64>, Option<GrowingOrder>),
}

impl Ranks {
    /// The number of a node: its rank from 0, or what a permutation put in that rank's place.
    #[inline]
    pub fn pick(&self, seed: Seed) -> u64 {
        match &self.0 {
            Form::Table(table) => u64::from(table.pick(seed)),
            Form::Inversion(zipf, order) => {
                let rank = zipf.sample(&mut seed.rng()) as u64 - 1;
                order.as_ref().map_or(rank, |o| o.apply(rank))
            }
        }
    }
}

pub(super) fn build(request: &Request<'_>) -> Result<Box<dyn Sampler>, String> {
    let Distribution::Zipf { s, n } = request.distribution else {
        return Err(mismatch());
    };
    let n = n.ok_or("n is missing: away from a foreign key, say how many ranks there are")?;
    Ok(Box::new(Zipf {
        ranks: ranks(n, *s, None)?,
        seed: request.seed,
    }))
}

/// Numbers `0..n` with exponent s, the most frequent first, or where `order` puts it.
pub(in crate::datagen) fn ranks(n: u64, s: f64, order: Option<GrowingOrder>) -> Result<Ranks, String> {
    if !s.is_finite() || s < 0.0 || n == 0 {
        return Err(format!("s is {s} and n is {n}; s is a number not below 0, n is at least 1"));
    }
    if n <= ENTRIES_MAX {
        let weights: Vec<f64> = (1..=n).map(|k| (k as f64).powf(-s)).collect();
        return Ok(Ranks(Form::Table(Alias::new(&weights, |rank| {
            order.as_ref().map_or(rank, |o| o.apply(rank))
        }))));
    }
    let zipf = rand_distr::Zipf::new(n as f64, s).map_err(|e| e.to_string())?;
    Ok(Ranks(Form::Inversion(zipf, order)))
}

impl Sampler for Zipf {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        Ok(Values::Ints(rows.draw(self.seed, |s| self.ranks.pick(s) as i64 + 1)))
    }
}
