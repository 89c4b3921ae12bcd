//! Kolmogorov and Smirnov's D: the greatest distance between two cumulative distributions, one declared or both seen.
//!
//! Atoms are honoured: at each value both the jump's foot and its head are compared, so a rounded distribution is tested as it is, rounded.
//! The p-value is Kolmogorov's limit; with ties it is too large, never too small.

/// Outcome of a test.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Distance {
    /// Greatest distance, 0 to 1.
    pub d: f64,
    /// Probability of such a distance, or a greater one, by chance.
    pub p_value: f64,
    /// Effective number of rows.
    pub n: f64,
}

/// Values with their counts, ascending, against P(X < x) and P(X <= x).
pub fn one_sample(sample: &[(f64, u64)], below: impl Fn(f64) -> f64, up_to: impl Fn(f64) -> f64) -> Distance {
    let n: f64 = sample.iter().map(|(_, c)| *c as f64).sum();
    let mut seen = 0.0;
    let mut d = 0.0_f64;
    for (x, count) in sample {
        d = worse(d, (seen / n - below(*x)).abs());
        seen += *count as f64;
        d = worse(d, (seen / n - up_to(*x)).abs());
    }
    Distance {
        d,
        p_value: survival(d * n.sqrt()),
        n,
    }
}

/// Two samples, each ascending with counts.
pub fn two_samples(a: &[(f64, u64)], b: &[(f64, u64)]) -> Distance {
    let total = |s: &[(f64, u64)]| s.iter().map(|(_, c)| *c as f64).sum::<f64>();
    let (n, m) = (total(a), total(b));
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let (mut seen_a, mut seen_b, mut d) = (0.0, 0.0, 0.0_f64);
    while let Some(x) = match (a.peek(), b.peek()) {
        (Some((x, _)), Some((y, _))) => Some(x.min(*y)),
        (Some((x, _)), None) | (None, Some((x, _))) => Some(*x),
        (None, None) => None,
    } {
        while let Some((_, c)) = a.next_if(|(v, _)| *v <= x) {
            seen_a += *c as f64;
        }
        while let Some((_, c)) = b.next_if(|(v, _)| *v <= x) {
            seen_b += *c as f64;
        }
        d = worse(d, (seen_a / n - seen_b / m).abs());
    }
    let n = n * m / (n + m);
    Distance {
        d,
        p_value: survival(d * n.sqrt()),
        n,
    }
}

/// The greater one; NaN wins, so that it cannot be overlooked.
fn worse(d: f64, other: f64) -> f64 {
    if other.is_nan() || other > d { other } else { d }
}

/// The greatest D that chance gives `n` rows with probability `alpha`.
pub fn noise(n: f64, alpha: f64) -> f64 {
    (-(alpha / 2.0).ln() / (2.0 * n.max(1.0))).sqrt()
}

/// P(K > x) of Kolmogorov's distribution.
fn survival(x: f64) -> f64 {
    if x < 0.2 {
        return 1.0;
    }
    let sum: f64 = (1..=100)
        .map(|k| {
            let k = f64::from(k);
            let sign = if k % 2.0 == 1.0 { 1.0 } else { -1.0 };
            sign * (-2.0 * k * k * x * x).exp()
        })
        .sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::{near, normal};
    use super::*;

    fn once(values: &[f64]) -> Vec<(f64, u64)> {
        values.iter().map(|x| (*x, 1)).collect()
    }

    #[test]
    fn as_scipy_has_it() {
        // scipy.stats.ks_1samp(x, scipy.stats.uniform.cdf, method="asymp")
        let x = once(&[0.05, 0.1, 0.2, 0.22, 0.35, 0.5, 0.51, 0.8, 0.92, 0.95]);
        let test = one_sample(&x, |x| x, |x| x);
        near(test.d, 0.19, 1e-12);
        near(test.p_value, 0.863_178_189_625_281_5, 1e-3);
        // scipy.stats.ks_1samp(y, scipy.stats.truncnorm((1 - 50) / 15, inf, 50, 15).cdf, method="asymp")
        let y = once(&[12.0, 25.0, 31.0, 38.0, 44.0, 47.0, 52.0, 55.0, 61.0, 66.0, 70.0, 83.0]);
        let low = normal::cdf(-49.0 / 15.0);
        let cut = |x: f64| (normal::cdf((x - 50.0) / 15.0) - low) / (1.0 - low);
        near(one_sample(&y, cut, cut).d, 0.147_851_276_816_208_58, 1e-9);
        // scipy.stats.ks_2samp(a, b, method="asymp").statistic
        let a = [(1.0, 1), (2.0, 2), (3.0, 1), (4.0, 1), (5.0, 2), (6.0, 1)];
        let b = [(2.0, 1), (3.0, 2), (4.0, 1), (5.0, 1), (6.0, 1), (7.0, 1), (8.0, 1), (9.0, 1)];
        near(two_samples(&a, &b).d, 1.0 / 3.0, 1e-12);
        // scipy.stats.kstwobign.sf(x)
        for (x, want) in [
            (0.8, 0.544_142_411_574_198_1),
            (1.5, 0.022_217_962_616_525_127),
            (0.2, 0.999_999_999_999_495),
        ] {
            near(survival(x), want, 1e-9);
        }
    }

    #[test]
    fn a_die_is_tested_as_a_die() {
        let die = |x: f64| (x.floor() / 6.0).clamp(0.0, 1.0);
        let fair: Vec<(f64, u64)> = (1..=6).map(|x| (f64::from(x), 100)).collect();
        near(one_sample(&fair, |x| die(x - 1.0), die).d, 0.0, 1e-12);
    }
}
