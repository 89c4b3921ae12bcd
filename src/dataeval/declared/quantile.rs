//! Where a declared distribution ends, and its quantiles: by a formula where its inverse is one, else by halving.
//!
//! Limit: a distribution of no end is searched up to 2^1000. Invariant: quantiles ascend.

use super::{Declared, Law};
use crate::dataeval::statistic::{normal, wasserstein};

/// Chance with which one value of a whole column passes [`Declared::far`].
const FAR: f64 = 1e-12;
/// Bounds past which halving does not come to a value in its few steps.
const BRACKET_MAX: f64 = 1e16;

impl Declared {
    /// The bounds that none of `rows` values passes, but for chance of [`FAR`]; the distribution's own where they are nearer.
    pub(in crate::dataeval) fn far(&self, rows: f64) -> (f64, f64) {
        if let Law::Mixture(parts) = &self.law {
            let bounds = parts.iter().map(|(_, p)| p.far(rows));
            return bounds.fold((f64::INFINITY, f64::NEG_INFINITY), |all, (low, high)| {
                (all.0.min(low), all.1.max(high))
            });
        }
        let share = (FAR / rows.max(1.0) * (self.cut.1 - self.cut.0)).max(1e-300);
        if !share.is_finite() {
            return (self.low, self.high);
        }
        let z = -normal::quantile(share);
        let (low, high) = match &self.law {
            Law::Normal { mean, std } => (mean - z * std, mean + z * std),
            Law::Lognormal { mean, sigma } => ((mean - z * sigma).exp(), (mean + z * sigma).exp()),
            Law::Exponential { rate } => (0.0, self.low - share.ln() / rate),
            // Chernoff's bound, exp(-mean) (e mean / k)^k, from the mean up.
            Law::Poisson { lambda } => {
                let passes = |k: f64| -lambda + k - k * (k / lambda).ln() < share.ln();
                let mut step = lambda.sqrt().max(1.0);
                while !passes(lambda + step) && step < 1e300 {
                    step *= 1.25;
                }
                let below = (lambda - z * lambda.sqrt() - z * z).floor();
                (below.max(0.0), (lambda + step).ceil())
            }
            _ => (f64::NEG_INFINITY, f64::INFINITY),
        };
        (low.max(self.low), high.min(self.high))
    }

    /// The value below which the share `u` is, of laws whose inverse is a formula: halving takes fifty steps to it.
    fn inverse(&self, u: f64) -> Option<f64> {
        let mass = self.cut.0 + u * (self.cut.1 - self.cut.0);
        let z = || {
            if self.from_above {
                -normal::quantile(-mass)
            } else {
                normal::quantile(mass)
            }
        };
        let x = match &self.law {
            Law::Normal { mean, std } => mean + std * z(),
            Law::Lognormal { mean, sigma } => (mean + sigma * z()).exp(),
            _ => return None,
        };
        let x = if self.grain > 0.0 {
            (x / self.grain - 0.5).ceil() * self.grain
        } else {
            x
        };
        x.is_finite().then(|| x.clamp(self.low, self.high))
    }

    /// The values at [`wasserstein::levels`].
    pub(in crate::dataeval) fn quantiles(&self) -> Vec<f64> {
        // Where the law itself has no end, or one as far as floats go, the search for a bracket doubles.
        let start = |bound: f64, sign: f64| {
            if bound.abs() < BRACKET_MAX {
                return bound;
            }
            let mut x = 1.0;
            for _ in 0..1_000 {
                let share = self.up_to(sign * x);
                if (sign > 0.0 && share > 1.0 - 1e-9) || (sign < 0.0 && share < 1e-9) {
                    break;
                }
                x *= 2.0;
            }
            sign * x
        };
        let (first, last) = (start(self.low, -1.0), start(self.high, 1.0));
        let mut from = first;
        wasserstein::levels()
            .map(|u| {
                if let Some(x) = self.inverse(u) {
                    return x;
                }
                let (mut low, mut high) = (from, last);
                for _ in 0..100 {
                    let middle = f64::midpoint(low, high);
                    if high - low <= 1e-12 * high.abs().max(1e-12) {
                        break;
                    }
                    if self.up_to(middle) < u {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                from = low;
                high
            })
            .collect()
    }
}
