//! Gini's coefficient: 0 when all have the same, towards 1 when one has all.

/// Of values not below 0, ascending. None where their sum is not above 0.
pub fn coefficient(ascending: &[f64]) -> Option<f64> {
    let n = ascending.len() as f64;
    let sum: f64 = ascending.iter().sum();
    let weighted: f64 = ascending.iter().enumerate().map(|(i, x)| (i as f64 + 1.0) * x).sum();
    (sum > 0.0 && ascending.first().is_some_and(|x| *x >= 0.0)).then(|| 2.0 * weighted / (n * sum) - (n + 1.0) / n)
}

#[cfg(test)]
mod tests {
    use super::super::near;
    use super::*;

    #[test]
    fn as_numpy_has_it() {
        // x = numpy.sort([1, 2, 3, 10, 4]); 2 * (numpy.arange(1, 6) * x).sum() / (5 * x.sum()) - 6 / 5
        near(coefficient(&[1.0, 2.0, 3.0, 4.0, 10.0]).unwrap_or(f64::NAN), 0.4, 1e-12);
        near(coefficient(&[2.0, 2.0, 2.0]).unwrap_or(f64::NAN), 0.0, 1e-12);
        assert_eq!(coefficient(&[-1.0, 2.0]), None);
        assert_eq!(coefficient(&[]), None);
    }
}
