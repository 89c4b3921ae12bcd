//! A keyed permutation of `0..n`: a Feistel network with cycle walking.
//!
//! It makes values unique without remembering any: row `r` takes value number `permute(r)`, and no two rows share one.
//! Invariant: for a fixed seed and n, [`Permutation::apply`] is a bijection on `0..n`. Limit: n up to 2^62.

use crate::kernel::seed::Seed;

/// A permutation of `0..n`.
#[derive(Debug, Clone, Copy)]
pub struct Permutation {
    n: u64,
    half_bits: u32,
    keys: [Seed; 4],
}

impl Permutation {
    /// The permutation of `0..n` that belongs to `seed`; `n` is taken as at least 1.
    pub fn new(n: u64, seed: Seed) -> Self {
        let n = n.clamp(1, 1 << 62);
        let bits = (64 - (n - 1).leading_zeros()).max(2);
        Permutation {
            n,
            half_bits: bits.div_ceil(2),
            keys: [0, 1, 2, 3].map(|round| seed.index(round)),
        }
    }

    /// n.
    pub fn len(&self) -> u64 {
        self.n
    }

    /// Never: there is at least one number.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Where `x` goes; `x` is taken modulo n.
    pub fn apply(&self, x: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let mut x = x % self.n;
        // The network permutes the next power of four; walking on until inside keeps it a bijection. Fewer than 4 steps on average.
        loop {
            let (mut left, mut right) = (x >> self.half_bits, x & mask);
            for key in self.keys {
                (left, right) = (right, left ^ (key.index(right).0 & mask));
            }
            x = (left << self.half_bits) | right;
            if x < self.n {
                return x;
            }
        }
    }
}

/// An order of `0..n` that grows at its end: numbers that were there keep their places, those that are added are permuted among themselves behind them.
#[derive(Debug, Clone)]
pub struct GrowingOrder {
    /// Where each stretch starts, and its permutation; at least one.
    stretches: Vec<(u64, Permutation)>,
}

impl GrowingOrder {
    /// The order of `0..n` after it grew to each of `ends` in turn; `n` is the last of them. Alone, it is the permutation that belongs to `seed`.
    pub fn new(ends: &[u64], seed: Seed) -> Self {
        let mut stretches = Vec::new();
        let mut start = 0;
        for end in ends.iter().copied().filter(|end| *end > 0) {
            if end > start {
                let seed = if start == 0 { seed } else { seed.index(start) };
                stretches.push((start, Permutation::new(end - start, seed)));
                start = end;
            }
        }
        if stretches.is_empty() {
            stretches.push((0, Permutation::new(1, seed)));
        }
        GrowingOrder { stretches }
    }

    /// The number in place `x`.
    pub fn apply(&self, x: u64) -> u64 {
        let found = self.stretches.partition_point(|(start, _)| *start <= x).saturating_sub(1);
        self.stretches
            .get(found)
            .map_or(x, |(start, permutation)| start + permutation.apply(x - start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_once() {
        for n in [1, 2, 3, 5, 64, 100, 1000, 4097] {
            let p = Permutation::new(n, Seed(n ^ 9));
            let mut seen: Vec<u64> = (0..n).map(|x| p.apply(x)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_grows_keeps_its_places() {
        let small = Permutation::new(100, Seed(3));
        let grown = GrowingOrder::new(&[100, 100, 250, 300], Seed(3));
        assert!((0..100).all(|x| grown.apply(x) == small.apply(x)));
        let mut all: Vec<u64> = (0..300).map(|x| grown.apply(x)).collect();
        assert!(all[100..250].iter().all(|x| (100..250).contains(x)));
        all.sort_unstable();
        assert_eq!(all, (0..300).collect::<Vec<_>>());
    }

    #[test]
    fn it_mixes() {
        let p = Permutation::new(10_000, Seed(1));
        let rising = (0..9_999).filter(|x| p.apply(*x) < p.apply(x + 1)).count();
        assert!((4_500..5_500).contains(&rising), "{rising}");
    }
}
