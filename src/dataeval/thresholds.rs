//! Thresholds: the section `evaluate` of config.yaml, and `--set evaluate.<key>=<value>` of the command.
//!
//! Gates are effect sizes. With few rows a right generator is far from its distribution by chance, so every gate is widened to what chance gives that
//! many rows with probability `alpha`; with many rows the effect size alone decides.

use serde::{Deserialize, Serialize};

/// Where a metric begins to fail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// Probability with which chance alone may fail one metric of a right generator.
    pub alpha: f64,
    /// Rules (keys, conditions, derived columns) that may stay unproven in a report that passes.
    pub unproven_max: u64,
    /// Rows of a table that distributions are measured on; keys, conditions and counts are measured on all.
    pub sample_rows: u64,
    /// Kolmogorov and Smirnov's D against the declared distribution.
    pub ks_max: f64,
    /// Wasserstein distance over the declared standard deviation.
    pub wasserstein_max: f64,
    /// Cohen's w of categories and seasons against their declared weights.
    pub chi_square_w_max: f64,
    /// Distance of a Zipf exponent from the declared one.
    pub zipf_exponent_max: f64,
    /// Share of variance that Zipf's line explains.
    pub zipf_r2_min: f64,
    /// Jensen and Shannon's divergence of the children per parent, bits.
    pub degree_divergence_max: f64,
    /// Distance of the share of parents with children from the expected share.
    pub fk_coverage_max: f64,
    /// Relative distance of a join's selectivity from the expected one.
    pub join_selectivity_max: f64,
    /// Distance of a share of NULLs from the declared share.
    pub null_share_max: f64,
    /// Distance of a correlation from the declared one.
    pub correlation_max: f64,
    /// Distance of a workload query's largest share from the expected one.
    pub top1_share_max: f64,
    /// Longest time of one workload query, milliseconds.
    pub query_timeout_ms: u64,
    /// F1 of tables, columns and keys against a gold schema.
    pub schema_f1_min: f64,
    /// Steps of the search for the graph edit distance: a bound on its time that does not depend on the machine.
    pub edit_steps_max: u64,
    /// Kolmogorov and Smirnov's D of a real and a synthetic column.
    pub real_ks_max: f64,
    /// Wasserstein distance of a real and a synthetic column over the real standard deviation.
    pub real_wasserstein_max: f64,
    /// Cramér's V (corrected) of a real and a synthetic column.
    pub real_chi_square_w_max: f64,
    /// Greatest difference of a pair's Pearson or Spearman correlation.
    pub real_correlation_max: f64,
    /// Greatest difference of a pair's normalised mutual information.
    pub real_information_max: f64,
    /// Fidelity score of a table, 0 to 1.
    pub fidelity_min: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            alpha: 1e-6,
            unproven_max: 0,
            sample_rows: 1_000_000,
            ks_max: 0.02,
            wasserstein_max: 0.05,
            chi_square_w_max: 0.05,
            zipf_exponent_max: 0.15,
            zipf_r2_min: 0.92,
            degree_divergence_max: 0.02,
            fk_coverage_max: 0.02,
            join_selectivity_max: 0.001,
            null_share_max: 0.01,
            correlation_max: 0.05,
            top1_share_max: 0.05,
            query_timeout_ms: 60_000,
            schema_f1_min: 0.9,
            edit_steps_max: 200_000,
            real_ks_max: 0.1,
            real_wasserstein_max: 0.2,
            real_chi_square_w_max: 0.1,
            real_correlation_max: 0.1,
            real_information_max: 0.1,
            fidelity_min: 0.85,
        }
    }
}

impl Thresholds {
    /// The first value that no threshold can have, as (key, what is wrong).
    pub fn problem(&self) -> Option<(&'static str, String)> {
        let not_negative = [
            ("ks_max", self.ks_max),
            ("wasserstein_max", self.wasserstein_max),
            ("chi_square_w_max", self.chi_square_w_max),
            ("zipf_exponent_max", self.zipf_exponent_max),
            ("zipf_r2_min", self.zipf_r2_min),
            ("degree_divergence_max", self.degree_divergence_max),
            ("fk_coverage_max", self.fk_coverage_max),
            ("join_selectivity_max", self.join_selectivity_max),
            ("null_share_max", self.null_share_max),
            ("correlation_max", self.correlation_max),
            ("top1_share_max", self.top1_share_max),
            ("schema_f1_min", self.schema_f1_min),
            ("real_ks_max", self.real_ks_max),
            ("real_wasserstein_max", self.real_wasserstein_max),
            ("real_chi_square_w_max", self.real_chi_square_w_max),
            ("real_correlation_max", self.real_correlation_max),
            ("real_information_max", self.real_information_max),
            ("fidelity_min", self.fidelity_min),
        ];
        if let Some((key, value)) = not_negative.into_iter().find(|(_, x)| !x.is_finite() || *x < 0.0) {
            return Some((key, format!("{value} is no threshold; give a number not below 0")));
        }
        if !(self.alpha > 0.0 && self.alpha < 0.5) {
            return Some((
                "alpha",
                format!("{} is no probability of error; give one above 0 and below 0.5", self.alpha),
            ));
        }
        if self.sample_rows < 1_000 || self.query_timeout_ms == 0 {
            let key = if self.query_timeout_ms == 0 {
                "query_timeout_ms"
            } else {
                "sample_rows"
            };
            return Some((key, "is too small: at least 1,000 rows, at least 1 ms".into()));
        }
        None
    }

    /// What a threshold may be, in words; nothing for a key that is none.
    pub fn range(key: &str) -> &'static str {
        match key {
            "alpha" => "above 0 and below 0.5",
            "sample_rows" => "at least 1000",
            "query_timeout_ms" => "at least 1",
            "" => "",
            _ => "not below 0",
        }
    }

    /// How many standard errors chance reaches with probability `alpha`, on either side.
    pub(super) fn errors(&self) -> f64 {
        -super::statistic::normal::quantile(self.alpha / 2.0)
    }

    /// How far a share of `n` independent rows is by chance from its probability: Bernstein's bound, which holds for few rows and rare things too, where
    /// the normal law promises too little.
    pub(super) fn share_by_chance(&self, p: f64, n: f64) -> f64 {
        let z = self.errors();
        z * (p * (1.0 - p) / n).max(0.0).sqrt() + if p > 0.0 && p < 1.0 { z * z / (3.0 * n) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_rows_stray_far() {
        let t = Thresholds::default();
        // 6 of 50 where 1 is expected: scipy.stats.binom(50, 0.02).sf(5) = 3.2e-4, nothing among thirty thousand columns.
        assert!(t.share_by_chance(0.02, 50.0) > 0.1);
        // Many rows stray as the normal law says.
        assert!((t.share_by_chance(0.02, 1e8) / (4.891_638 * (0.02_f64 * 0.98 / 1e8).sqrt()) - 1.0).abs() < 0.01);
        assert_eq!((t.share_by_chance(0.0, 50.0), t.share_by_chance(1.0, 50.0)), (0.0, 0.0));
    }

    #[test]
    fn what_cannot_be_a_threshold_is_named() {
        assert_eq!(Thresholds::default().problem(), None);
        let of = |change: fn(&mut Thresholds)| {
            let mut t = Thresholds::default();
            change(&mut t);
            t.problem().map(|(key, _)| key)
        };
        assert_eq!(of(|t| t.ks_max = f64::NAN), Some("ks_max"));
        assert_eq!(of(|t| t.fidelity_min = -1.0), Some("fidelity_min"));
        assert_eq!(of(|t| t.alpha = 1.0), Some("alpha"));
        assert_eq!(of(|t| t.sample_rows = 0), Some("sample_rows"));
        assert!((Thresholds::default().errors() - 4.891_638).abs() < 1e-5); // scipy.stats.norm.isf(5e-7)
    }
}
