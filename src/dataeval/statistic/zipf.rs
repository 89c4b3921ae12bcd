//! Zipf's law: the exponent of counts by rank, by maximum likelihood, and how straight the line is on log-log paper.
//!
//! Both look at the head only (the ranks that counts are dense at): further down, sorting noise looks like a law.

/// A fit of counts by rank.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Fit {
    /// Exponent by maximum likelihood, the law cut at the last rank given.
    pub exponent: f64,
    /// Its standard error.
    pub error: f64,
    /// Exponent by least squares on log-log paper.
    pub slope: f64,
    /// Share of the logarithms' variance that the line explains.
    pub r_squared: f64,
    /// Ranks fitted.
    pub ranks: usize,
    /// Rows in them.
    pub rows: f64,
}

/// Fits counts of ranks 1, 2, 3, ...; None with fewer than 3 ranks or a count of 0.
pub fn fit(counts: &[f64]) -> Option<Fit> {
    if counts.len() < 3 || counts.iter().any(|c| *c <= 0.0) {
        return None;
    }
    let logs: Vec<f64> = (1..=counts.len()).map(|k| (k as f64).ln()).collect();
    let rows: f64 = counts.iter().sum();
    let mean_log = counts.iter().zip(&logs).map(|(c, l)| c * l).sum::<f64>() / rows;
    // The likelihood is concave; its slope, the declared mean of ln k less the seen one, falls with s. Bisection is enough.
    let moments = |s: f64| {
        let weights = logs.iter().map(|l| (-s * l).exp());
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for (w, l) in weights.zip(&logs) {
            sum += w;
            first += w * l;
            second += w * l * l;
        }
        (first / sum, second / sum - (first / sum).powi(2))
    };
    let (mut low, mut high) = (-5.0, 20.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if moments(middle).0 > mean_log {
            low = middle;
        } else {
            high = middle;
        }
    }
    let exponent = f64::midpoint(low, high);
    let y: Vec<f64> = counts.iter().map(|c| c.ln()).collect();
    let r = super::correlation::pearson(&logs, &y);
    let n = counts.len() as f64;
    let (mx, my) = (logs.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let xx: f64 = logs.iter().map(|x| (x - mx).powi(2)).sum();
    let xy: f64 = logs.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).sum();
    Some(Fit {
        exponent,
        error: 1.0 / (rows * moments(exponent).1).sqrt(),
        slope: -xy / xx,
        r_squared: if r.is_nan() { 0.0 } else { r * r },
        ranks: counts.len(),
        rows,
    })
}

/// Ranks with a table: exact up to here, by Euler and Maclaurin's formula after.
const EXACT: usize = 1_000;

/// The sums of k^-s over 1..=n, for any n in constant time.
#[derive(Debug, Clone, PartialEq)]
pub struct Harmonics {
    s: f64,
    /// Sums over 0, 1, 2, ... ranks.
    head: Vec<f64>,
}

impl Harmonics {
    /// For one exponent.
    pub fn new(s: f64) -> Self {
        let mut sum = 0.0;
        let tail = (1..=EXACT).map(|k| {
            sum += (k as f64).powf(-s);
            sum
        });
        Harmonics {
            s,
            head: std::iter::once(0.0).chain(tail).collect(),
        }
    }

    /// The sum over 1..=n.
    pub fn up_to(&self, n: u64) -> f64 {
        if let Some(sum) = usize::try_from(n).ok().and_then(|n| self.head.get(n)) {
            return *sum;
        }
        let (a, b, s) = (EXACT as f64, n as f64, self.s);
        let integral = if (s - 1.0).abs() < 1e-12 {
            (b / a).ln()
        } else {
            (b.powf(1.0 - s) - a.powf(1.0 - s)) / (1.0 - s)
        };
        // From a to b, less half the first term (it is in the head) plus half the last, and the first correction.
        let corrected = integral + 0.5 * (b.powf(-s) - a.powf(-s)) + s / 12.0 * (a.powf(-s - 1.0) - b.powf(-s - 1.0));
        self.head.last().copied().unwrap_or(0.0) + corrected
    }
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    #[test]
    fn as_scipy_has_them() {
        let counts = [500.0, 220.0, 135.0, 100.0, 75.0, 60.0, 52.0, 46.0, 40.0, 37.0];
        let fit = fit(&counts).unwrap_or_default();
        // scipy.optimize.minimize_scalar of s * sum(c ln k) + sum(c) * ln sum(k^-s), bounded
        near(fit.exponent, 1.159_066_295_769_692, 1e-6);
        // scipy.stats.linregress(ln k, ln c): -slope, rvalue ** 2
        near(fit.slope, 1.140_349_149_124_566, 1e-9);
        near(fit.r_squared, 0.998_719_244_504_655_1, 1e-9);
        // numpy: (numpy.arange(1, n + 1) ** -s).sum()
        near(Harmonics::new(1.2).up_to(10_000), 4.799_143_769_254_668, 1e-9);
        near(Harmonics::new(0.6).up_to(1_000_000), 626.019_072_023_480_2, 1e-7);
        near(Harmonics::new(1.0).up_to(1_000_000), 14.392_726_722_865_726, 1e-9);
    }
}
