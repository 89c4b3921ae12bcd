//! Distributions of numbers, days and instants against the declared one: Kolmogorov-Smirnov, Wasserstein, and Zipf's law of values that are ranks.

use super::{Measured, condition};
use crate::dataeval::declared::Declared;
use crate::dataeval::scope::{Scope, Subject};
use crate::dataeval::statistic::{chi_square, kolmogorov_smirnov as ks, wasserstein as moved, zipf as law};
use crate::ir::SqlType;
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::Distribution;
use std::collections::BTreeMap;

/// The mean of a standard normal's distance from 0: the mean chance distance over this is its standard error where all quantiles move together, which
/// is the most that they can.
const MEAN_OF_NORMAL: f64 = 0.797_884_560_802_865_4;
/// Counts that a rank needs to be fitted: below, order is noise.
const HEAD_COUNT_MIN: f64 = 10.0;

/// Below this, what a line explains says nothing.
const R2_LEAST: f64 = 0.3;

/// The declared distribution, where this column's values are to be tested against one of numbers.
fn declared(subject: &Subject<'_>) -> Option<Declared> {
    if matches!(
        subject.plan.distribution,
        Distribution::Categorical { .. } | Distribution::Constant { .. }
    ) {
        return None;
    }
    Declared::of(&subject.plan.distribution, &subject.column.sql_type)
}

/// Both distances to the declared distribution, of one pass over the values.
pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    const NAMES: [&str; 2] = ["kolmogorov_smirnov", "wasserstein"];
    let Some(declared) = declared(subject).filter(|_| !scope.draws_parents(subject.table, &subject.column.name)) else {
        return Ok(Vec::new());
    };
    if !declared.exact() {
        let note =
            "its numbers are past 2^53 steps of their type, where floats no longer tell them apart; their bounds are measured as support";
        return Ok(NAMES.map(|name| MetricResult::unmeasured(name, "", note)).into());
    }
    let sample = scope.values(subject.table, subject.column)?;
    if sample.is_empty() {
        return Ok(NAMES
            .map(|name| MetricResult::unmeasured(name, "", "no values: all are NULL or no numbers"))
            .into());
    }
    let t = scope.thresholds;
    let test = ks::one_sample(&sample, |x| declared.below(x), |x| declared.up_to(x));
    if test.d.is_nan() {
        let note = "the declared distribution has nothing in the range of its bounds and its column, so nothing can be like it; change its parameters";
        return Ok(NAMES.map(|name| MetricResult::unproven(name, "", note)).into());
    }
    let distance = MetricResult::judged(NAMES[0], "", test.d, Bound::AtMost, t.ks_max.max(ks::noise(test.n, t.alpha)))
        .with("p_value", test.p_value)
        .with("rows", test.n)
        .with_room(condition::spoiled(subject));
    let found = if test.n < moved::FEWEST {
        moved::Moved::default()
    } else {
        let key = format!("{} {:?}", subject.column.sql_type, subject.plan.distribution);
        moved::to_declared(&sample, &scope.quantiles(key, || declared.quantiles()))
    };
    if found.levels == 0 {
        let note = format!("{} values are too few for their quantiles; {} would do", test.n, moved::FEWEST);
        let few = MetricResult::unmeasured(NAMES[1], "", note);
        return Ok(vec![condition::under_conditions(scope, subject, distance), few]);
    }
    let result = MetricResult::judged(
        NAMES[1],
        "",
        found.normalised,
        Bound::AtMost,
        t.wasserstein_max.max(t.errors() / MEAN_OF_NORMAL * found.by_chance),
    )
    .with("distance", found.distance)
    .with("declared_std", found.spread)
    .with("rows", test.n);
    Ok(vec![
        condition::under_conditions(scope, subject, distance),
        condition::under_dirt(scope, subject, result),
    ])
}

/// A Zipf column away from foreign keys: the value is the rank.
pub(super) fn zipf(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    let Distribution::Zipf { s, n: Some(n) } = &subject.plan.distribution else {
        return Ok(Vec::new());
    };
    if scope.draws_parents(subject.table, &subject.column.name) || matches!(subject.column.sql_type, SqlType::Bool) {
        return Ok(Vec::new());
    }
    let sample = scope.values(subject.table, subject.column)?;
    let rows: f64 = sample.iter().map(|(_, c)| *c as f64).sum();
    let total = law::Harmonics::new(*s).up_to(*n);
    let seen: BTreeMap<u64, u64> = sample.iter().map(|(v, c)| (*v as u64, *c)).collect();
    let dense = (1..=*n).take_while(|rank| rows * (*rank as f64).powf(-s) / total >= HEAD_COUNT_MIN);
    let counts: Vec<f64> = dense.map(|rank| seen.get(&rank).copied().unwrap_or(0) as f64).collect();
    let results = fitted(scope, "zipf_law", "zipf_law", "", *s, &counts);
    Ok(results.into_iter().map(|r| condition::under_dirt(scope, subject, r)).collect())
}

/// Exponent and straightness of counts by rank, judged.
pub(super) fn fitted(scope: &Scope<'_>, exponent: &str, straight: &str, of: &str, s: f64, counts: &[f64]) -> Vec<MetricResult> {
    // A rank that should be dense and is empty bends the line; it does not end it.
    let counts: Vec<f64> = counts.iter().map(|c| c.max(0.5)).collect();
    let Some(fit) = law::fit(&counts).filter(|f| f.ranks >= 5) else {
        let note = "fewer than 5 ranks are expected to have 10 rows; more rows would tell";
        return vec![MetricResult::unmeasured(exponent, of, note)];
    };
    let t = scope.thresholds;
    let allowed = t.zipf_exponent_max.max(t.errors() * fit.error);
    let name = |what: &str| if of.is_empty() { what.to_owned() } else { format!("{of}: {what}") };
    let mut out = vec![
        MetricResult::judged(exponent, name("exponent"), (fit.exponent - s).abs(), Bound::AtMost, allowed)
            .with("exponent", fit.exponent)
            .with("declared", s)
            .with("error", fit.error)
            .with("slope", fit.slope)
            .with("ranks", fit.ranks as f64)
            .with("rows", fit.rows),
    ];
    // What a right generator explains at the worst that chance gives it: the line as flat, and the counts' logarithms as scattered around it, as may be.
    let logs: Vec<f64> = (1..=counts.len()).map(|k| (k as f64).ln()).collect();
    let n = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / n;
    let variance = logs.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / n;
    let noise = counts.iter().map(|c| 1.0 / c + 1.0 / (c * c)).sum::<f64>() / n;
    let explained = |slope: f64, noise: f64| slope * slope * variance / (slope * slope * variance + noise);
    let slope = (s - t.errors() * (noise / (n * variance)).sqrt()).max(0.0);
    let least = explained(slope, noise * chi_square::critical(n, t.alpha) / n);
    let result = MetricResult::judged(straight, name("R2"), fit.r_squared, Bound::AtLeast, t.zipf_r2_min.min(least));
    let result = result.with("expected", explained(s, noise));
    out.push(if least < R2_LEAST {
        result.unjudged("with so few rows, or so little skew, the line of a right generator explains next to nothing either")
    } else {
        result
    });
    out
}
