//! Draws: the random numbers of a cell, a pure function of (seed, column, row, attempt).
//!
//! Nothing is drawn in sequence, so any row can be made alone, in any order, by any thread: a parent's key is recomputed from its row number.
//! An attempt above 0 is another draw for the same cell, used where the first one broke a constraint.

use crate::kernel::seed::{Rng, Seed};

/// The rows that a sampler is asked for; not necessarily neighbours, not necessarily in order.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Row numbers.
    pub index: &'a [u64],
    /// Attempts, one a row; None when all are 0.
    pub attempts: Option<&'a [u32]>,
}

impl Rows<'_> {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// One node of the seed tree a row.
    pub fn seeds(&self, seed: Seed) -> impl Iterator<Item = Seed> + '_ {
        self.index.iter().enumerate().map(move |(i, row)| {
            let at = seed.index(*row);
            match self.attempts.and_then(|a| a.get(i)) {
                Some(attempt) if *attempt > 0 => at.index(u64::from(*attempt)),
                _ => at,
            }
        })
    }

    /// One value a row, from the row's node: a plain loop where no row was tried before, which is nearly always.
    #[inline]
    pub fn draw<T>(&self, seed: Seed, mut value: impl FnMut(Seed) -> T) -> Vec<T> {
        match self.attempts {
            None => self.index.iter().map(|row| value(seed.index(*row))).collect(),
            Some(_) => self.seeds(seed).map(value).collect(),
        }
    }

    /// One number in [0, 1) a row.
    pub fn units(&self, seed: Seed) -> impl Iterator<Item = f64> + '_ {
        self.seeds(seed).map(unit)
    }

    /// One number below `n` a row.
    pub fn below(&self, n: u64, seed: Seed) -> impl Iterator<Item = u64> + '_ {
        self.seeds(seed).map(move |s| below(s, n))
    }

    /// One generator a row, for samplers that need several numbers.
    pub fn rngs(&self, seed: Seed) -> impl Iterator<Item = Rng> + '_ {
        self.seeds(seed).map(Seed::rng)
    }
}

/// A node's number in [0, 1): 53 bits.
pub fn unit(seed: Seed) -> f64 {
    (seed.0 >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
}

/// A node's number below `n` (Lemire's multiplication; bias below 2^-32 for any n up to 2^32). `n` is taken as at least 1.
pub fn below(seed: Seed, n: u64) -> u64 {
    ((u128::from(seed.0) * u128::from(n.max(1))) >> 64) as u64
}

/// The standard normal quantile of `u` in (0, 1): Wichura's AS 241 (PPND7), relative error under 1e-7.
pub fn normal(u: f64) -> f64 {
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * (((59.109_374_72 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9)
            / (((67.187_563_6 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1.0);
    }
    let tail = if q < 0.0 { u } else { 1.0 - u };
    let r = (-tail.max(1e-300).ln()).sqrt();
    let z = if r <= 5.0 {
        let r = r - 1.6;
        (((0.170_238_210_3 * r + 1.306_728_481_6) * r + 2.756_815_39) * r + 1.423_437_277_7)
            / ((0.120_212_526_7 * r + 0.737_001_642_5) * r + 1.0)
    } else {
        let r = r - 5.0;
        (((0.017_337_203_997 * r + 0.428_682_943_37) * r + 3.081_226_386) * r + 6.657_905_115)
            / ((0.012_258_202_635 * r + 0.241_978_942_36) * r + 1.0)
    };
    if q < 0.0 { -z } else { z }
}

/// The standard normal's cumulative distribution, by the complementary error function of Numerical Recipes (6.2.2): relative error under 1.2e-7.
pub fn cumulative(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    let series = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let power = series.iter().rev().fold(0.0, |sum, c| sum * t + c);
    let upper = 0.5 * t * (power - x * x).exp();
    if z > 0.0 { 1.0 - upper } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_normal() {
        for (u, z) in [(0.5, 0.0), (0.975, 1.959_964), (0.001, -3.090_232), (0.1, -1.281_552)] {
            assert!((normal(u) - z).abs() < 1e-5, "{u}: {}", normal(u));
            assert!((cumulative(z) - u).abs() < 1e-6, "{z}: {}", cumulative(z));
        }
    }

    #[test]
    fn an_attempt_is_another_draw() {
        let index = [4, 9];
        let first: Vec<u64> = Rows {
            index: &index,
            attempts: None,
        }
        .below(1_000_000, Seed(3))
        .collect();
        let again: Vec<u64> = Rows {
            index: &index,
            attempts: Some(&[0, 1]),
        }
        .below(1_000_000, Seed(3))
        .collect();
        assert_eq!(first[0], again[0]);
        assert_ne!(first[1], again[1]);
    }
}
