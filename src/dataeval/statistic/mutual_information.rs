//! Mutual information of two columns of classes, in nats; normalised, 0 independent to 1 each tells the other.

use std::collections::BTreeMap;

/// Mutual information, and the same over the mean of both entropies.
pub fn measure(x: &[u32], y: &[u32]) -> (f64, f64) {
    let n = x.len().min(y.len()) as f64;
    let mut both: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let (mut left, mut right): (BTreeMap<u32, f64>, BTreeMap<u32, f64>) = Default::default();
    for (a, b) in x.iter().zip(y) {
        *both.entry((*a, *b)).or_default() += 1.0;
        *left.entry(*a).or_default() += 1.0;
        *right.entry(*b).or_default() += 1.0;
    }
    let information: f64 = both
        .iter()
        .map(|((a, b), c)| {
            let (l, r) = (left.get(a).copied().unwrap_or(0.0), right.get(b).copied().unwrap_or(0.0));
            c / n * (c * n / (l * r)).ln()
        })
        .sum();
    let entropy = |counts: &BTreeMap<u32, f64>| -counts.values().map(|c| c / n * (c / n).ln()).sum::<f64>();
    let mean = (entropy(&left) + entropy(&right)) / 2.0;
    let information = information.max(0.0);
    (information, if mean > 0.0 { information / mean } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    #[test]
    fn as_scikit_learn_has_it() {
        // sklearn.metrics.mutual_info_score(x, y)
        let (information, normalised) = measure(&[0, 0, 1, 1, 2, 2, 2, 0, 1, 2], &[0, 0, 1, 1, 1, 0, 2, 0, 1, 2]);
        near(information, 0.639_031_859_650_177_2, 1e-12);
        assert!(normalised > 0.5 && normalised < 0.7, "{normalised}");
        near(measure(&[0, 0, 1, 1], &[0, 1, 0, 1]).0, 0.0, 1e-12);
        near(measure(&[0, 0, 1, 1], &[5, 5, 7, 7]).1, 1.0, 1e-12);
    }
}
