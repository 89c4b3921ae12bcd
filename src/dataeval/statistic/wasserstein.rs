//! Wasserstein's distance: how far mass must move, in the values' own unit; divided by the declared spread it has none.
//!
//! The declared distribution is compared by its quantiles at [`LEVELS`] midpoints, so that a distribution of any kind (cut, rounded, mixed) costs the same.

/// Quantiles compared.
pub const LEVELS: usize = 2_048;

/// Values that a level has on either side of it to be compared: the outermost ones of a heavy tail move by any distance. What is there instead of
/// them is for the bounds to judge.
pub const HEAD: f64 = 10.0;

/// Fewer values than this have no quantiles to speak of: those that are compared lie next to each other, and move together by any share of their spread.
pub const FEWEST: f64 = 100.0;

/// The levels: midpoints of equal pieces of (0, 1).
pub fn levels() -> impl Iterator<Item = f64> {
    (0..LEVELS).map(|i| (i as f64 + 0.5) / LEVELS as f64)
}

/// Outcome of a comparison with a declared distribution.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moved {
    /// Mean distance, in the values' unit.
    pub distance: f64,
    /// Standard deviation of the declared quantiles.
    pub spread: f64,
    /// Distance over spread; the distance itself where the spread is 0.
    pub normalised: f64,
    /// What chance gives this many rows in the mean, over the spread: `sqrt(2 / (pi n)) * integral of sqrt(F (1 - F))`.
    pub by_chance: f64,
    /// Levels compared.
    pub levels: usize,
}

/// Values with counts, ascending, against the declared quantiles at [`levels`].
pub fn to_declared(sample: &[(f64, u64)], declared: &[f64]) -> Moved {
    let n: f64 = sample.iter().map(|(_, c)| *c as f64).sum();
    let inner = |u: f64| u.min(1.0 - u) * n >= HEAD;
    let mut distance = 0.0;
    let mut compared: Vec<(f64, f64)> = Vec::with_capacity(declared.len());
    let mut at = sample.iter();
    let mut current = at.next();
    let mut seen = current.map_or(0.0, |(_, c)| *c as f64);
    for (u, wanted) in levels().zip(declared).filter(|(u, _)| inner(*u)) {
        while seen < u * n {
            match at.next() {
                Some(next) => {
                    seen += next.1 as f64;
                    current = Some(next);
                }
                None => break,
            }
        }
        distance += current.map_or(f64::NAN, |(x, _)| (x - wanted).abs());
        compared.push((u, *wanted));
    }
    if compared.is_empty() || n < FEWEST {
        return Moved::default();
    }
    let count = compared.len() as f64;
    let mean = compared.iter().map(|(_, x)| x).sum::<f64>() / count;
    let spread = (compared.iter().map(|(_, x)| (x - mean).powi(2)).sum::<f64>() / count).sqrt();
    let integral: f64 = compared
        .windows(2)
        .map(|pair| match pair {
            [(u, a), (v, b)] => (b - a) * (f64::midpoint(*u, *v) * (1.0 - f64::midpoint(*u, *v))).max(0.0).sqrt(),
            _ => 0.0,
        })
        .sum();
    // What the search for a quantile leaves of one value is no spread.
    let scale = if spread > 1e-11 * mean.abs() { spread } else { 1.0 };
    Moved {
        distance: distance / count,
        spread,
        normalised: distance / count / scale,
        by_chance: (2.0 / (std::f64::consts::PI * n.max(1.0))).sqrt() * integral / scale,
        levels: compared.len(),
    }
}

/// The distance between two samples, each ascending with counts, in the values' unit. Exact.
pub fn between(a: &[(f64, u64)], b: &[(f64, u64)]) -> f64 {
    let total = |s: &[(f64, u64)]| s.iter().map(|(_, c)| *c as f64).sum::<f64>();
    let (n, m) = (total(a), total(b));
    let mut steps: Vec<(f64, f64)> = a.iter().map(|(x, c)| (*x, *c as f64 / n)).collect();
    steps.extend(b.iter().map(|(x, c)| (*x, -(*c as f64) / m)));
    steps.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mut height = 0.0;
    let mut area = 0.0;
    for pair in steps.windows(2) {
        if let [(x, jump), (y, _)] = pair {
            height += jump;
            area += f64::abs(height) * (y - x);
        }
    }
    area
}

#[cfg(test)]
mod tests {
    use super::super::{near, normal};
    use super::*;

    #[test]
    fn as_scipy_has_it() {
        // scipy.stats.wasserstein_distance(a, b)
        let a = [(1.0, 1), (2.0, 2), (3.0, 1), (4.0, 1), (5.0, 2), (6.0, 1)];
        let b = [(2.0, 1), (3.0, 2), (4.0, 1), (5.0, 1), (6.0, 1), (7.0, 1), (8.0, 1), (9.0, 1)];
        near(between(&a, &b), 1.722_222_222_222_222, 1e-12);
        // scipy.stats.wasserstein_distance([0, 1, 3], [5, 6, 8])
        near(
            between(&[(0.0, 1), (1.0, 1), (3.0, 1)], &[(5.0, 1), (6.0, 1), (8.0, 1)]),
            5.0,
            1e-12,
        );
    }

    #[test]
    fn a_shifted_normal_has_moved_by_the_shift() {
        let quantiles: Vec<f64> = levels().map(normal::quantile).collect();
        let sample: Vec<(f64, u64)> = quantiles.iter().map(|q| (q + 0.5, 1)).collect();
        let moved = to_declared(&sample, &quantiles);
        near(moved.distance, 0.5, 1e-12);
        near(moved.spread, 1.0, 0.05);
        // scipy.integrate.quad(lambda x: sqrt(norm.cdf(x) * norm.sf(x)), -8, 8)[0]; the tails are left out.
        near(
            moved.by_chance * 2048_f64.sqrt(),
            (2.0 / std::f64::consts::PI).sqrt() * 1.614_743,
            0.1,
        );
    }
}
