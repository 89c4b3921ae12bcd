//! Statistics: pure functions of numbers, one a file, each proven against scipy's values.
//!
//! Nothing here reads a database, draws a random number or depends on the order of threads.

pub mod chi_square;
pub mod correlation;
pub mod divergence;
pub mod gamma;
pub mod gini;
pub mod kolmogorov_smirnov;
pub mod mutual_information;
pub mod normal;
pub mod wasserstein;
pub mod zipf;

#[cfg(test)]
pub(crate) fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!(
        (found - wanted).abs() <= tolerance,
        "found {found}, wanted {wanted} within {tolerance}"
    );
}
