//! Pearson's chi-square: counts against expected counts, and two tables of counts against each other.
//!
//! The effect is Cohen's w with its bias taken out (Bergsma 2013): `sqrt(max(0, chi2 - dof) / n)`. A right generator has w near 0 at any number of rows,
//! while its p-value is anything. Cells expected fewer than [`EXPECTED_MIN`] times are pooled (Cochran's rule).

use super::{gamma, normal};

/// Fewest expected counts of a cell that stands alone.
pub const EXPECTED_MIN: f64 = 5.0;

/// Outcome of a test.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ChiSquare {
    /// Sum of `(observed - expected)^2 / expected`.
    pub statistic: f64,
    /// Degrees of freedom.
    pub dof: f64,
    /// Probability of such a statistic, or a greater one, by chance.
    pub p_value: f64,
    /// Cohen's w, corrected for bias.
    pub w: f64,
    /// Cramér's V as commonly computed, without correction.
    pub cramers_v: f64,
    /// Counts in all.
    pub n: f64,
}

impl ChiSquare {
    fn new(statistic: f64, dof: f64, n: f64, least_side: f64) -> Self {
        ChiSquare {
            statistic,
            dof,
            p_value: if dof > 0.0 { gamma::upper(dof / 2.0, statistic / 2.0) } else { 1.0 },
            w: if n > 0.0 { ((statistic - dof).max(0.0) / n).sqrt() } else { 0.0 },
            cramers_v: if n > 0.0 && least_side > 0.0 {
                (statistic / (n * least_side)).sqrt()
            } else {
                0.0
            },
            n,
        }
    }

    /// The greatest w that chance gives with probability `alpha`.
    pub fn noise(&self, alpha: f64) -> f64 {
        if self.n > 0.0 {
            ((critical(self.dof, alpha) - self.dof).max(0.0) / self.n).sqrt()
        } else {
            0.0
        }
    }
}

/// Observed counts against probabilities of the same cells, which sum to 1. A count where the probability is 0 makes the statistic infinite.
pub fn goodness_of_fit(observed: &[f64], probabilities: &[f64]) -> ChiSquare {
    let n: f64 = observed.iter().sum();
    let (mut statistic, mut cells) = (0.0, 0.0);
    let mut pooled = (0.0, 0.0);
    for (o, p) in observed.iter().zip(probabilities) {
        let e = n * p;
        if e >= EXPECTED_MIN {
            statistic += (o - e).powi(2) / e;
            cells += 1.0;
        } else {
            pooled = (pooled.0 + o, pooled.1 + e);
        }
    }
    let (o, e): (f64, f64) = pooled;
    if e > 0.0 {
        // Too little to stand alone even together: squared distance over at least one expected count keeps it from exploding.
        statistic += (o - e).powi(2) / e.max(1.0);
        cells += 1.0;
    } else if o > 0.0 {
        statistic = f64::INFINITY;
    }
    ChiSquare::new(statistic, (cells - 1.0_f64).max(0.0), n, (cells - 1.0).max(1.0))
}

/// Two or more rows of counts over the same cells: whether they come from one distribution.
pub fn homogeneity(rows: &[Vec<f64>]) -> ChiSquare {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let sums: Vec<f64> = rows.iter().map(|r| r.iter().sum()).collect();
    let n: f64 = sums.iter().sum();
    let at = |row: &Vec<f64>, c: usize| row.get(c).copied().unwrap_or(0.0);
    // Cells that are rare in the least row are pooled.
    let least = sums.iter().copied().fold(f64::INFINITY, f64::min);
    let mut cells: Vec<Vec<f64>> = Vec::new();
    let mut pooled = vec![0.0; rows.len()];
    for c in 0..columns {
        let cell: Vec<f64> = rows.iter().map(|r| at(r, c)).collect();
        let total: f64 = cell.iter().sum();
        if n > 0.0 && total * least / n >= EXPECTED_MIN {
            cells.push(cell);
        } else {
            pooled.iter_mut().zip(&cell).for_each(|(p, x)| *p += x);
        }
    }
    if pooled.iter().sum::<f64>() > 0.0 {
        cells.push(pooled);
    }
    let mut statistic = 0.0;
    for cell in &cells {
        let total: f64 = cell.iter().sum();
        for (o, sum) in cell.iter().zip(&sums) {
            let e = total * sum / n;
            if e > 0.0 {
                statistic += (o - e).powi(2) / e;
            }
        }
    }
    let (r, c) = (rows.len() as f64 - 1.0, (cells.len() as f64 - 1.0).max(0.0));
    ChiSquare::new(statistic, r * c, n, r.min(c))
}

/// The value that a chi-square variable passes with probability `alpha` (Wilson and Hilferty 1931; within 2.5 % at alpha = 1e-6 from 3 degrees up).
pub fn critical(dof: f64, alpha: f64) -> f64 {
    if dof <= 0.0 {
        return 0.0;
    }
    let z = -normal::quantile(alpha.clamp(1e-15, 0.5));
    if dof < 2.0 {
        // One degree: the square of a normal.
        return normal::quantile(alpha.clamp(1e-15, 0.5) / 2.0).powi(2);
    }
    if dof < 3.0 {
        return -2.0 * alpha.clamp(1e-15, 0.5).ln();
    }
    let k = 2.0 / (9.0 * dof);
    dof * (1.0 - k + z * k.sqrt()).powi(3)
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    #[test]
    fn as_scipy_has_it() {
        // scipy.stats.chisquare([18, 22, 29, 31], [25, 25, 25, 25])
        let test = goodness_of_fit(&[18.0, 22.0, 29.0, 31.0], &[0.25; 4]);
        near(test.statistic, 4.4, 1e-12);
        near(test.p_value, 0.221_385_387_189_487_9, 1e-9);
        near(test.w, (1.4_f64 / 100.0).sqrt(), 1e-12);
        // scipy.stats.chisquare([45, 30, 25], [50, 30, 20])
        let test = goodness_of_fit(&[45.0, 30.0, 25.0], &[0.5, 0.3, 0.2]);
        near(test.statistic, 1.75, 1e-12);
        near(test.p_value, 0.416_862_019_678_508_6, 1e-9);
        // scipy.stats.chi2_contingency([[10, 20, 30], [25, 15, 20]], correction=False); scipy.stats.contingency.association(..., "cramer")
        let test = homogeneity(&[vec![10.0, 20.0, 30.0], vec![25.0, 15.0, 20.0]]);
        near(test.statistic, 9.142_857_142_857_142, 1e-12);
        near(test.p_value, 0.010_343_173_196_618_252, 1e-9);
        near(test.cramers_v, 0.276_026_223_736_941_7, 1e-12);
        // scipy.stats.chi2.ppf(0.999999, dof)
        for (dof, want) in [
            (1.0, 23.928_126_976_879_47),
            (2.0, 27.631_021_115_871_036),
            (11.0, 48.865_642_763_133_85),
            (999.0, 1_226.046_189_011_864_5),
        ] {
            near(critical(dof, 1e-6), want, want * 0.025);
        }
    }

    #[test]
    fn a_value_that_cannot_be_fails_and_rare_cells_are_pooled() {
        assert!(goodness_of_fit(&[10.0, 1.0], &[1.0, 0.0]).w.is_infinite());
        let test = goodness_of_fit(&[50.0, 48.0, 1.0, 1.0], &[0.5, 0.48, 0.01, 0.01]);
        assert!(test.dof == 2.0 && test.statistic < 1e-9, "{test:?}");
    }
}
