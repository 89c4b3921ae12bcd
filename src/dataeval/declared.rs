//! The declared distribution of a column as a distribution of numbers: with its own parameters, cut as declared, rounded as the column's type rounds.
//!
//! `up_to(x)` is P(X <= x) and `below(x)` P(X < x); they differ at atoms. Limit: distributions that read other columns, and those of texts, are not here. Bounds and
//! quantiles are in `quantile.rs`.

mod instant;
mod quantile;

use super::statistic::zipf::Harmonics;
use super::statistic::{gamma, normal};
use crate::ir::SqlType;
use crate::ir::generation::Distribution;
use instant::{instant, seconds};

/// A distribution of numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Declared {
    law: Law,
    pub low: f64,
    pub high: f64,
    /// The law's mass below `low` and up to `high`.
    cut: (f64, f64),
    /// The mass is counted from above, negative: a cut far in the upper tail keeps its digits.
    from_above: bool,
    /// Distance of two values, 0 when there is none.
    pub grain: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Law {
    /// Grid points `low + k * grain`, equally likely.
    Grid {
        points: f64,
    },
    Even,
    Normal {
        mean: f64,
        std: f64,
    },
    Lognormal {
        mean: f64,
        sigma: f64,
    },
    Exponential {
        rate: f64,
    },
    Poisson {
        lambda: f64,
    },
    Ranks {
        sums: Harmonics,
        n: u64,
    },
    /// Values ascending, with cumulative shares.
    Listed(Vec<(f64, f64)>),
    /// Shares and parts.
    Mixture(Vec<(f64, Declared)>),
}

/// Smallest distance of two values of a type.
pub(super) fn type_grain(sql_type: &SqlType) -> f64 {
    match sql_type {
        t if t.is_integer() => 1.0,
        SqlType::Decimal(_, scale) => 10_f64.powi(-i32::from(*scale)),
        _ => 0.0,
    }
}

/// Greatest value that a type holds.
pub(super) fn type_max(sql_type: &SqlType) -> f64 {
    match sql_type {
        SqlType::Int16 => 32_767.0,
        SqlType::Int32 => 2_147_483_647.0,
        SqlType::Int64 => 9e15,
        SqlType::Float32 => f64::from(f32::MAX),
        SqlType::Decimal(p, s) => (10_f64.powi(i32::from(*p)) - 1.0) / 10_f64.powi(i32::from(*s)),
        _ => f64::INFINITY,
    }
}

/// Greatest mean of a cut Poisson distribution whose values are listed.
const POISSON_LISTED_MAX: f64 = 1e8;

impl Declared {
    /// The distribution of a plan on a column of this type; None when it is not one of numbers.
    pub(super) fn of(distribution: &Distribution, sql_type: &SqlType) -> Option<Self> {
        let grain = |step: &Option<f64>| step.unwrap_or(0.0).max(type_grain(sql_type));
        let most = type_max(sql_type);
        // What the type does not hold is cut off as a declared bound is.
        let bounds = |low: &Option<f64>, high: &Option<f64>| (low.unwrap_or(-most).max(-most), high.unwrap_or(most).min(most));
        Some(match distribution {
            Distribution::Uniform { low, high, step } => {
                let grain = grain(step);
                // Whole numbers start at a whole number; a step elsewhere starts at `low` itself (0.99, 1.99, ...).
                let (low, high) = if sql_type.is_integer() {
                    (low.ceil(), high.floor().max(low.ceil()))
                } else {
                    (*low, *high)
                };
                if low == high {
                    Declared::listed(&[(low, 1.0)])?
                } else if grain > 0.0 {
                    Declared::grid(low, grain, ((high - low) / grain + 1e-9).floor() + 1.0)
                } else {
                    Declared::new(Law::Even, low, high, 0.0)
                }
            }
            Distribution::Normal {
                mean,
                std,
                low,
                high,
                step,
            } => {
                let (low, high) = bounds(low, high);
                if *std == 0.0 {
                    return Declared::point(mean.clamp(low, high), grain(step));
                }
                Declared::new(Law::Normal { mean: *mean, std: *std }, low, high, grain(step))
            }
            Distribution::Lognormal {
                mean,
                sigma,
                low,
                high,
                step,
            } => {
                let (low, high) = bounds(low, high);
                if *sigma == 0.0 {
                    return Declared::point(mean.exp().clamp(low.max(0.0), high), grain(step));
                }
                Declared::new(
                    Law::Lognormal {
                        mean: *mean,
                        sigma: *sigma,
                    },
                    low.max(0.0),
                    high,
                    grain(step),
                )
            }
            Distribution::Exponential { rate, low, high, step } => {
                let (low, high) = bounds(low, high);
                Declared::new(Law::Exponential { rate: *rate }, low.max(0.0), high, grain(step))
            }
            Distribution::Poisson { lambda, low, high } => {
                let (low, high) = bounds(low, high);
                let low = low.max(0.0).ceil();
                if *lambda == 0.0 {
                    return Declared::point(low, 1.0);
                }
                if (low > 0.0 || high < *lambda * 8.0) && *lambda <= POISSON_LISTED_MAX {
                    return Declared::listed(&gamma::poisson_between(*lambda, low, high));
                }
                Declared::new(Law::Poisson { lambda: *lambda }, low, high, 1.0)
            }
            Distribution::Zipf { s, n } => {
                let n = (*n)?;
                let sums = Harmonics::new(*s);
                Declared::new(Law::Ranks { sums, n }, 1.0, n as f64, 1.0)
            }
            Distribution::Datetime { start, end } => match sql_type {
                SqlType::Date => {
                    let (first, last) = (instant(start)?.0, instant(end)?.0);
                    Declared::grid(first, 1.0, last - first + 1.0)
                }
                SqlType::Timestamp | SqlType::TimestampTz => {
                    let first = instant(start)?.1;
                    // A bare day as the end means all of it.
                    let last = instant(end)?.1 + if end.contains(':') { 0.0 } else { 86_399.0 };
                    Declared::grid(first, 1.0, (last - first).floor() + 1.0)
                }
                SqlType::Time => {
                    let (first, last) = (seconds(start)?, seconds(end)?);
                    Declared::grid(first, 60.0, ((last - first) / 60.0).floor() + 1.0)
                }
                _ => return None,
            },
            Distribution::Constant { value } => Declared::listed(&[(number(value)?, 1.0)])?,
            Distribution::Categorical { values, probs } => {
                let even = vec![1.0; values.len()];
                let weights = if probs.is_empty() { &even } else { probs };
                let listed: Option<Vec<(f64, f64)>> = values.iter().zip(weights).map(|(v, w)| Some((number(v)?, *w))).collect();
                Declared::listed(&listed?)?
            }
            Distribution::Mixture { components } => {
                let total: f64 = components.iter().map(|c| c.weight).sum();
                let parts: Option<Vec<(f64, Declared)>> = components
                    .iter()
                    .map(|c| Some((c.weight / total, Declared::of(&c.distribution, sql_type)?)))
                    .collect();
                let parts = parts?;
                let low = parts.iter().map(|(_, p)| p.low).fold(f64::INFINITY, f64::min);
                let high = parts.iter().map(|(_, p)| p.high).fold(f64::NEG_INFINITY, f64::max);
                Declared {
                    law: Law::Mixture(parts),
                    low,
                    high,
                    cut: (0.0, 1.0),
                    from_above: false,
                    grain: 0.0,
                }
            }
            _ => return None,
        })
    }

    fn new(law: Law, low: f64, high: f64, grain: f64) -> Self {
        let mut made = Declared {
            law,
            low,
            high,
            cut: (0.0, 1.0),
            from_above: false,
            grain,
        };
        made.from_above = match &made.law {
            Law::Normal { mean, .. } => low > *mean,
            Law::Lognormal { mean, .. } => low > 0.0 && low.ln() > *mean,
            _ => false,
        };
        let atoms = matches!(made.law, Law::Poisson { .. } | Law::Ranks { .. });
        made.cut = (if atoms { made.mass(low - 1.0) } else { made.mass(low) }, made.mass(high));
        made
    }

    /// One value, as the grain rounds it.
    fn point(value: f64, grain: f64) -> Option<Self> {
        let value = if grain > 0.0 { (value / grain).round() * grain } else { value };
        Declared::listed(&[(value, 1.0)])
    }

    /// Of a mixture, its parts.
    pub(super) fn parts(&self) -> Option<&[(f64, Declared)]> {
        match &self.law {
            Law::Mixture(parts) => Some(parts),
            _ => None,
        }
    }

    /// Whether floats tell all its values apart.
    pub(super) fn exact(&self) -> bool {
        let reach = |x: f64| if x.is_finite() { x.abs() } else { 0.0 };
        self.grain == 0.0 || reach(self.low).max(reach(self.high)) / self.grain < 9_007_199_254_740_992.0
    }

    fn grid(low: f64, grain: f64, points: f64) -> Self {
        Declared {
            law: Law::Grid { points },
            low,
            high: low + grain * (points - 1.0),
            cut: (0.0, 1.0),
            from_above: false,
            grain,
        }
    }

    fn listed(values: &[(f64, f64)]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = sorted.iter().map(|(_, w)| w).sum();
        let (low, high) = (sorted.first()?.0, sorted.last()?.0);
        let mut sum = 0.0;
        sorted.iter_mut().for_each(|(_, w)| {
            sum += *w / total;
            *w = sum;
        });
        Some(Declared {
            law: Law::Listed(sorted),
            low,
            high,
            cut: (0.0, 1.0),
            from_above: false,
            grain: 0.0,
        })
    }

    /// The law's own P(X <= x), before cut and rounding.
    fn mass(&self, x: f64) -> f64 {
        if x == f64::INFINITY {
            return if self.from_above { 0.0 } else { 1.0 };
        }
        if x == f64::NEG_INFINITY {
            return if self.from_above { -1.0 } else { 0.0 };
        }
        match &self.law {
            Law::Normal { mean, std } if self.from_above => -normal::cdf(-(x - mean) / std),
            Law::Lognormal { .. } if self.from_above && x <= 0.0 => -1.0,
            Law::Lognormal { mean, sigma } if self.from_above => -normal::cdf(-(x.ln() - mean) / sigma),
            Law::Even => ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0),
            Law::Normal { mean, std } if *std > 0.0 => normal::cdf((x - mean) / std),
            Law::Normal { mean, .. } => f64::from(u8::from(x >= *mean)),
            Law::Lognormal { .. } if x <= 0.0 => 0.0,
            Law::Lognormal { mean, sigma } if *sigma > 0.0 => normal::cdf((x.ln() - mean) / sigma),
            Law::Lognormal { mean, .. } => f64::from(u8::from(x.ln() >= *mean)),
            // It has no memory: its cut begins as it does.
            Law::Exponential { rate } => (1.0 - (-rate * (x - self.low).max(0.0)).exp()).clamp(0.0, 1.0),
            Law::Poisson { lambda } => gamma::poisson_cdf(*lambda, x),
            Law::Ranks { sums, n } => {
                if x < 1.0 {
                    0.0
                } else {
                    sums.up_to((x as u64).min(*n)) / sums.up_to(*n)
                }
            }
            Law::Grid { .. } | Law::Listed(_) | Law::Mixture(_) => f64::NAN,
        }
    }

    fn within(&self, mass: f64) -> f64 {
        let (from, to) = self.cut;
        if to > from {
            ((mass - from) / (to - from)).clamp(0.0, 1.0)
        } else {
            f64::NAN
        }
    }

    /// P(X <= x).
    pub(super) fn up_to(&self, x: f64) -> f64 {
        match &self.law {
            Law::Grid { points } => (((x - self.low) / self.grain + 1e-6).floor() + 1.0).clamp(0.0, *points) / points,
            Law::Listed(values) => {
                let slack = 1e-9 * x.abs().max(1.0);
                values
                    .iter()
                    .take_while(|(v, _)| *v <= x + slack)
                    .last()
                    .map_or(0.0, |(_, sum)| *sum)
            }
            Law::Mixture(parts) => parts.iter().map(|(w, p)| w * p.up_to(x)).sum(),
            _ if x >= self.high - self.slack() => 1.0,
            _ if x < self.low - self.slack() => 0.0,
            Law::Poisson { .. } | Law::Ranks { .. } => self.within(self.mass(x + 1e-6)),
            _ if self.grain > 0.0 => self.within(self.mass(((x / self.grain + 1e-6).floor() + 0.5) * self.grain)),
            _ => self.within(self.mass(x)),
        }
    }

    /// P(X < x).
    pub(super) fn below(&self, x: f64) -> f64 {
        match &self.law {
            Law::Grid { points } => ((x - self.low) / self.grain - 1e-6).ceil().clamp(0.0, *points) / points,
            Law::Listed(values) => {
                let slack = 1e-9 * x.abs().max(1.0);
                values
                    .iter()
                    .take_while(|(v, _)| *v < x - slack)
                    .last()
                    .map_or(0.0, |(_, sum)| *sum)
            }
            Law::Mixture(parts) => parts.iter().map(|(w, p)| w * p.below(x)).sum(),
            _ if x > self.high + self.slack() => 1.0,
            _ if x <= self.low + self.slack() => 0.0,
            Law::Poisson { .. } | Law::Ranks { .. } => self.within(self.mass((x - 1e-6).ceil() - 1.0 + 1e-6)),
            _ if self.grain > 0.0 => self.within(self.mass(((x / self.grain - 1e-6).ceil() - 0.5) * self.grain)),
            _ => self.within(self.mass(x)),
        }
    }

    fn slack(&self) -> f64 {
        if self.grain > 0.0 { self.grain * 1e-6 } else { 0.0 }
    }
}

fn number(value: &serde_json::Value) -> Option<f64> {
    value.as_f64()
}

#[cfg(test)]
mod tests {
    use super::super::statistic::near;
    use super::*;

    fn declared(json: serde_json::Value, sql_type: &str) -> Declared {
        let distribution: Distribution = serde_json::from_value(json).expect("a distribution");
        Declared::of(&distribution, &sql_type.parse().expect("a type")).expect("numbers")
    }

    #[test]
    fn cut_distributions_as_scipy_has_them() {
        // scipy.stats.truncnorm((1 - 50) / 15, inf, 50, 15).cdf([1, 20, 50, 80]), .ppf
        let cut = declared(
            serde_json::json!({"kind": "normal", "mean": 50.0, "std": 15.0, "low": 1.0}),
            "FLOAT64",
        );
        for (x, want) in [
            (1.0, 0.0),
            (20.0, 0.022_218_112_362_890_202),
            (50.0, 0.499_727_797_566_066_94),
            (80.0, 0.977_237_482_769_243_6),
        ] {
            near(cut.up_to(x), want, 1e-9);
        }
        let quantiles = cut.quantiles();
        near(quantiles[512], 39.901_908, 0.02);
        near(quantiles[1024], 50.010_229, 0.01);
        // The ends of a type are no bracket.
        let single = declared(serde_json::json!({"kind": "normal", "mean": 3.0, "std": 1.0}), "FLOAT32");
        near(single.quantiles()[1024], 3.0, 1e-3);
        // scipy.stats.lognorm(s=0.5, scale=exp(3)).cdf([5, 20, 60])
        let lognormal = declared(serde_json::json!({"kind": "lognormal", "mean": 3.0, "sigma": 0.5}), "FLOAT64");
        for (x, want) in [
            (5.0, 0.002_708_550_615_495_767_3),
            (20.0, 0.496_594_888_305_025_8),
            (60.0, 0.985_690_278_508_215_2),
        ] {
            near(lognormal.up_to(x), want, 1e-9);
        }
        // scipy.stats.expon(scale=4).cdf(3), scipy.stats.poisson(3.5).cdf(4)
        near(
            declared(serde_json::json!({"kind": "exponential", "rate": 0.25}), "FLOAT64").up_to(3.0),
            0.527_633_447_258_984_7,
            1e-12,
        );
        near(
            declared(serde_json::json!({"kind": "poisson", "lambda": 3.5}), "INT32").up_to(4.0),
            0.725_444_953_309_604_3,
            1e-12,
        );
    }

    #[test]
    fn cuts_far_in_a_tail_keep_their_digits() {
        // scipy.stats.truncnorm(9, inf).cdf(9.1), .ppf(0.5)
        let tail = declared(
            serde_json::json!({"kind": "normal", "mean": 0.0, "std": 1.0, "low": 9.0}),
            "FLOAT64",
        );
        near(tail.up_to(9.1), 0.599_801_7, 1e-4);
        near(tail.quantiles()[1024], 9.075_787, 1e-3);
        // scipy.stats.poisson(1): pmf(10) / sf(9)
        let rare = declared(
            serde_json::json!({"kind": "poisson", "lambda": 1.0, "low": 10, "high": 60}),
            "INT32",
        );
        near(rare.up_to(10.0), 0.909_825, 1e-5);
        near(rare.up_to(60.0), 1.0, 1e-12);
        let rarest = declared(serde_json::json!({"kind": "poisson", "lambda": 1.0, "low": 100}), "INT32");
        assert!(rarest.up_to(100.0) > 0.98);
        let one = declared(serde_json::json!({"kind": "normal", "mean": 5.0, "std": 0.0}), "FLOAT64");
        assert_eq!((one.below(5.0), one.up_to(5.0)), (0.0, 1.0));
        let small = declared(serde_json::json!({"kind": "normal", "mean": 32_000.0, "std": 5_000.0}), "INT16");
        near(small.up_to(32_767.0), 1.0, 0.0);
        assert!(small.up_to(32_000.0) > 0.85, "{}", small.up_to(32_000.0));
    }

    #[test]
    fn far_is_past_what_chance_gives() {
        let far = |json, kind: &str| declared(json, kind).far(1e6);
        let (low, high) = far(serde_json::json!({"kind": "normal", "mean": 10.0, "std": 2.0}), "FLOAT64");
        // scipy.stats.norm.isf(1e-18) is 8.757
        near(high, 10.0 + 2.0 * 8.757_29, 1e-3);
        near(low, 10.0 - 2.0 * 8.757_29, 1e-3);
        let (_, high) = far(serde_json::json!({"kind": "exponential", "rate": 0.5}), "FLOAT64");
        near(high, 18.0 * 10_f64.ln() * 2.0, 1e-6);
        let (_, high) = far(serde_json::json!({"kind": "poisson", "lambda": 4.0}), "INT32");
        assert!((40.0..80.0).contains(&high), "{high}");
        assert_eq!(
            far(serde_json::json!({"kind": "uniform", "low": 1.0, "high": 6.0}), "INT32"),
            (1.0, 6.0)
        );
    }

    #[test]
    fn atoms_have_a_foot_and_a_head() {
        let die = declared(serde_json::json!({"kind": "uniform", "low": 1.0, "high": 6.0}), "INT32");
        near(die.below(3.0), 2.0 / 6.0, 1e-12);
        near(die.up_to(3.0), 3.0 / 6.0, 1e-12);
        let money = declared(serde_json::json!({"kind": "uniform", "low": 0.0, "high": 30.0}), "DECIMAL(4,1)");
        near(money.up_to(29.9), 300.0 / 301.0, 1e-9);
        // A rounded normal: P(X = 50) is the mass of 49.5 to 50.5.
        let rounded = declared(serde_json::json!({"kind": "normal", "mean": 50.0, "std": 15.0}), "INT32");
        near(
            rounded.up_to(50.0) - rounded.below(50.0),
            2.0 * (normal::cdf(0.5 / 15.0) - 0.5),
            1e-9,
        );
        let mixed = declared(
            serde_json::json!({"kind": "mixture", "components": [
                {"weight": 3.0, "distribution": {"kind": "constant", "value": 0}},
                {"weight": 1.0, "distribution": {"kind": "uniform", "low": 10.0, "high": 20.0}}]}),
            "FLOAT64",
        );
        near(mixed.below(0.0), 0.0, 1e-12);
        near(mixed.up_to(0.0), 0.75, 1e-12);
        near(mixed.up_to(15.0), 0.875, 1e-12);
        let zipf = declared(serde_json::json!({"kind": "zipf", "s": 1.2, "n": 10_000}), "INT32");
        near(zipf.up_to(1.0), 1.0 / 4.799_143_769_254_668, 1e-9);
        near(zipf.below(1.0), 0.0, 1e-12);
    }

    #[test]
    fn days_and_seconds_are_counted_from_1970() {
        let days = declared(
            serde_json::json!({"kind": "datetime", "start": "1970-01-01", "end": "1970-01-10"}),
            "DATE",
        );
        near(days.up_to(4.0), 0.5, 1e-12);
        assert_eq!(instant("2024-03-01 00:01:00"), Some((19_783.0, 19_783.0 * 86_400.0 + 60.0)));
        assert_eq!(instant("soon"), None);
    }
}
