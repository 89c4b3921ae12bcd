//! Jensen and Shannon's divergence of two histograms, in bits: 0 equal, 1 nothing in common.

/// The divergence of two vectors of weights over the same cells; each is scaled to sum to 1.
pub fn jensen_shannon(a: &[f64], b: &[f64]) -> f64 {
    let (n, m): (f64, f64) = (a.iter().sum(), b.iter().sum());
    let part = |p: f64, q: f64| if p > 0.0 { p * (2.0 * p / (p + q)).log2() } else { 0.0 };
    a.iter()
        .zip(b)
        .map(|(x, y)| {
            let (p, q) = (x / n, y / m);
            0.5 * (part(p, q) + part(q, p))
        })
        .sum::<f64>()
        .max(0.0)
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    #[test]
    fn as_scipy_has_it() {
        // scipy.spatial.distance.jensenshannon([.5, .3, .2], [.2, .3, .5], base=2) ** 2
        near(jensen_shannon(&[5.0, 3.0, 2.0], &[0.2, 0.3, 0.5]), 0.095_815_602_003_358_4, 1e-12);
        near(jensen_shannon(&[1.0, 0.0], &[0.0, 4.0]), 1.0, 1e-12);
    }
}
