//! Pearson's and Spearman's correlation.

/// Pearson's r of two columns of equal length; NaN when one of them does not vary.
pub fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len().min(y.len()) as f64;
    let mean = |v: &[f64]| v.iter().take(n as usize).sum::<f64>() / n;
    let (mx, my) = (mean(x), mean(y));
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        xy += (a - mx) * (b - my);
        xx += (a - mx).powi(2);
        yy += (b - my).powi(2);
    }
    xy / (xx * yy).sqrt()
}

/// Ranks from 1; equal values share the mean of their ranks.
pub fn ranks(x: &[f64]) -> Vec<f64> {
    let mut order: Vec<(f64, usize)> = x.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut out = vec![0.0; x.len()];
    let mut from = 0;
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let rank = from as f64 + (tied.len() as f64 + 1.0) / 2.0;
        for (_, at) in tied {
            if let Some(slot) = out.get_mut(*at) {
                *slot = rank;
            }
        }
        from += tied.len();
    }
    out
}

/// Spearman's rho of two columns of equal length.
pub fn spearman(x: &[f64], y: &[f64]) -> f64 {
    pearson(&ranks(x), &ranks(y))
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    #[test]
    fn as_scipy_has_them() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let y = [2.0, 1.0, 4.0, 3.0, 7.0, 8.0, 6.0, 6.0];
        // scipy.stats.pearsonr(x, y)[0], scipy.stats.spearmanr(x, y)[0], scipy.stats.rankdata([3, 1, 3, 2])
        near(pearson(&x, &y), 0.803_685_041_486_804, 1e-12);
        near(spearman(&x, &y), 0.754_504_545_005_353_1, 1e-12);
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert!(pearson(&[1.0, 1.0], &[1.0, 2.0]).is_nan());
    }
}
