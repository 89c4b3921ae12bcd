//! A Gaussian copula: columns of a group draw normal scores that are correlated, and each takes its own distribution's quantile of its score.
//!
//! Score i of a row is `sum over j <= i of L[i][j] * z[j]` with independent normals z and the Cholesky factor L of the matrix, so every column is
//! made alone and agrees with the others. Limit: [`COLUMNS_MAX`] columns a group. Nelsen, *An Introduction to Copulas* (2006), section 2.

use super::{RowValues, Sampler};
use crate::datagen::cell::Values;
use crate::datagen::draw::{Rows, cumulative, normal, unit};
use crate::kernel::seed::Seed;

/// Most columns of one group: a matrix of more is nothing that people write.
pub(in crate::datagen) const COLUMNS_MAX: usize = 64;

/// The lower triangle L with `L * L^T = matrix`; fails where the matrix is no correlation matrix.
pub(in crate::datagen) fn cholesky(matrix: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, String> {
    let n = matrix.len();
    let at = |m: &[Vec<f64>], i: usize, j: usize| m.get(i).and_then(|r| r.get(j)).copied().unwrap_or(0.0);
    for i in 0..n {
        if matrix.get(i).map_or(0, Vec::len) != n {
            return Err(format!("matrix[{i}] has {} numbers; {n} columns need {n} rows of {n}", matrix.get(i).map_or(0, Vec::len)));
        }
        if (at(matrix, i, i) - 1.0).abs() > 1e-9 {
            return Err(format!("matrix[{i}][{i}] is {}; a column's correlation with itself is 1", at(matrix, i, i)));
        }
        for j in 0..n {
            let x = at(matrix, i, j);
            if !x.is_finite() || x.abs() > 1.0 {
                return Err(format!("matrix[{i}][{j}] is {x}; correlations are from -1 to 1"));
            }
            if (x - at(matrix, j, i)).abs() > 1e-9 {
                return Err(format!("matrix[{i}][{j}] is {x}, but matrix[{j}][{i}] is {}; make them equal", at(matrix, j, i)));
            }
        }
    }
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| at(&lower, i, k) * at(&lower, j, k)).sum();
            let rest = at(matrix, i, j) - known;
            let value = if i == j {
                if rest < -1e-9 {
                    return Err(format!(
                        "no columns correlate like this: columns 0 to {i} contradict each other (the matrix is not positive semi-definite); bring the numbers of row {i} nearer to 0"
                    ));
                }
                rest.max(0.0).sqrt()
            } else if at(&lower, j, j) > 1e-9 {
                rest / at(&lower, j, j)
            } else if rest.abs() > 1e-6 {
                return Err(format!("matrix[{i}][{j}] contradicts the rows above it (the matrix is not positive semi-definite); bring it nearer to 0"));
            } else {
                0.0
            };
            if let Some(slot) = lower.get_mut(i).and_then(|r| r.get_mut(j)) {
                *slot = value;
            }
        }
    }
    Ok(lower)
}

/// A column of a correlated group.
pub(in crate::datagen) struct Correlated {
    inner: Box<dyn Sampler>,
    /// This column's row of L, with the node of each normal.
    factors: Vec<(f64, Seed)>,
}

impl Correlated {
    /// `inner` correlated by its row of L; `seed` is the group's node.
    pub(in crate::datagen) fn new(inner: Box<dyn Sampler>, row: &[f64], seed: Seed) -> Result<Self, String> {
        if inner.quantiles(&[0.5]).is_none() || inner.unique() {
            return Err("it has no quantile to correlate; use uniform, normal, lognormal, exponential, poisson, categorical or datetime, and no unique column".into());
        }
        let factors = row.iter().enumerate().filter(|(_, f)| **f != 0.0);
        Ok(Correlated {
            inner,
            factors: factors.map(|(j, f)| (*f, seed.index(j as u64))).collect(),
        })
    }
}

impl Sampler for Correlated {
    fn sample(&self, rows: &Rows<'_>, _: &RowValues<'_>) -> Result<Values, String> {
        let mut scores = vec![0.0; rows.len()];
        for (factor, seed) in &self.factors {
            for (score, at) in scores.iter_mut().zip(rows.seeds(*seed)) {
                *score += factor * normal(unit(at).max(1e-16));
            }
        }
        let units: Vec<f64> = scores.into_iter().map(|z| cumulative(z).clamp(0.0, 1.0 - 1e-16)).collect();
        self.inner.quantiles(&units).ok_or_else(|| "it has no quantile".to_owned())
    }
}
