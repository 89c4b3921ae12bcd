//! Weighted choices in constant time: Vose's alias method, one draw and one look a choice.
//!
//! (M. D. Vose, "A linear algorithm for generating random numbers with a given distribution", IEEE TSE 17, 1991.)
//! Limit: [`ENTRIES_MAX`] choices; probabilities are exact to 2^-32.

use super::draw::below;
use crate::kernel::seed::Seed;

/// Most entries of a table: 12 bytes each.
pub const ENTRIES_MAX: u64 = 1 << 20;

/// A table.
#[derive(Debug, Clone)]
pub struct Alias {
    /// Below the threshold the first value, else the second.
    entries: Vec<(u32, u32, u32)>,
}

impl Alias {
    /// Choices `0..weights.len()` with these weights; `value` says what stands for a choice.
    pub fn new(weights: &[f64], value: impl Fn(u64) -> u64) -> Self {
        let total: f64 = weights.iter().sum();
        let scale = if total > 0.0 { weights.len() as f64 / total } else { 0.0 };
        let mut share: Vec<f64> = weights.iter().map(|w| if scale > 0.0 { w * scale } else { 1.0 }).collect();
        let mut other: Vec<usize> = (0..weights.len()).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..weights.len()).partition(|i| share.get(*i).is_some_and(|s| *s < 1.0));
        while let (Some(low), Some(high)) = (small.pop(), large.last().copied()) {
            let missing = 1.0 - share.get(low).copied().unwrap_or(1.0);
            if let Some(slot) = other.get_mut(low) {
                *slot = high;
            }
            if let Some(left) = share.get_mut(high) {
                *left -= missing;
                if *left < 1.0 {
                    large.pop();
                    small.push(high);
                }
            }
        }
        // Whoever is left over has a whole share but for rounding.
        for whole in small.into_iter().chain(large) {
            if let Some(slot) = share.get_mut(whole) {
                *slot = 1.0;
            }
        }
        let threshold = |share: f64| (share * 4_294_967_296.0).min(4_294_967_295.0) as u32;
        let entry = |(i, (share, other)): (usize, (f64, usize))| (threshold(share), value(i as u64) as u32, value(other as u64) as u32);
        let other = other.into_iter();
        let mut entries: Vec<_> = share.into_iter().zip(other).enumerate().map(entry).collect();
        // A whole share leads to its own value on both sides.
        for (i, entry) in entries.iter_mut().enumerate() {
            if entry.0 == u32::MAX {
                entry.2 = value(i as u64) as u32;
            }
        }
        Alias { entries }
    }

    /// The choice of a node: its high bits say where to look, its low ones which of two.
    #[inline]
    pub fn pick(&self, seed: Seed) -> u32 {
        let at = below(seed, self.entries.len() as u64) as usize;
        match self.entries.get(at) {
            Some((threshold, own, other)) => {
                if (seed.0 as u32) < *threshold {
                    *own
                } else {
                    *other
                }
            }
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_have_their_weights() {
        for weights in [
            vec![0.7, 0.2, 0.1],
            vec![1.0],
            vec![0.0, 1.0, 3.0, 0.0],
            (1..=100).map(|k| 1.0 / f64::from(k)).collect(),
        ] {
            let table = Alias::new(&weights, |i| i);
            let mut seen = vec![0.0; weights.len()];
            let draws = 400_000;
            for i in 0..draws {
                seen[table.pick(Seed(5).index(i)) as usize] += 1.0 / draws as f64;
            }
            let total: f64 = weights.iter().sum();
            for (got, want) in seen.iter().zip(&weights) {
                let want = want / total;
                assert!(
                    (got - want).abs() < 5.0 * (want * (1.0 - want) / draws as f64).sqrt() + 1e-9,
                    "{got} {want}"
                );
            }
        }
    }
}
