//! Families: how many children each parent has, and so which parent a row has and which number among its siblings.
//!
//! A parent's count is a pure function of its row number. One prefix sum for every `STRIDE` parents is kept, so a row's parent is found by a
//! binary search and at most `STRIDE` draws, and memory is the parents' number over eight, in bytes. Invariant: rows are exactly the sum of the counts.

use super::draw::{normal, unit};
use crate::ir::generation::Children;
use crate::kernel::limits;
use crate::kernel::seed::Seed;

/// Parents between two prefix sums.
const STRIDE: u64 = 64;

/// Most children of one parent.
pub const CHILDREN_MAX: u64 = 10_000_000;

/// Counts of a foreign key's children.
#[derive(Debug, Clone)]
pub struct Family {
    children: Children,
    /// The counts' distribution, where it is a cut Poisson.
    cut: Option<CutPoisson>,
    seed: Seed,
    parents: u64,
    /// Rows before parent `i * STRIDE`; the last one is all rows.
    before: Vec<u64>,
}

impl Family {
    /// Counts of `parents` families; fails where the parameters make none.
    pub fn new(children: Children, parents: u64, coverage: bool, seed: Seed) -> Result<Self, String> {
        let children = checked(children, coverage)?;
        let cut = match children {
            Children::Poisson { mean, low, high } if low > 0 || high.is_some() => CutPoisson::new(mean, low, high),
            _ => None,
        };
        let mut family = Family {
            children,
            cut,
            seed,
            parents,
            before: vec![0],
        };
        let mut total = 0_u64;
        for parent in 0..parents {
            total += family.count(parent);
            if total > limits::TABLE_ROWS_MAX {
                return Err(format!(
                    "children of {parents} parents are more than {} rows; lower their mean or the parents' rows",
                    limits::TABLE_ROWS_MAX
                ));
            }
            if (parent + 1).is_multiple_of(STRIDE) {
                family.before.push(total);
            }
        }
        if !parents.is_multiple_of(STRIDE) {
            family.before.push(total);
        }
        if family.rows() == 0 {
            return Err(format!(
                "{parents} parents have no children at all; give them a mean or a high above 0"
            ));
        }
        Ok(family)
    }

    /// All rows.
    pub fn rows(&self) -> u64 {
        self.before.last().copied().unwrap_or(0)
    }

    /// Children of one parent.
    pub fn count(&self, parent: u64) -> u64 {
        let seed = self.seed.index(parent);
        match self.children {
            Children::Poisson { mean, low, high } => match &self.cut {
                Some(cut) => cut.quantile(unit(seed)),
                None => poisson(seed, mean).clamp(low, high.unwrap_or(CHILDREN_MAX)),
            },
            Children::Uniform { low, high } => low + super::draw::below(seed, high - low + 1),
            Children::Geometric { p, low, high } => {
                // The quantile of the geometric: how often "one more" is said.
                let more = if p >= 1.0 {
                    0.0
                } else {
                    ((1.0 - unit(seed)).ln() / (1.0 - p).ln()).floor()
                };
                (low + more.min(CHILDREN_MAX as f64) as u64).min(high.unwrap_or(CHILDREN_MAX))
            }
        }
    }

    /// The parent and the number among its siblings, from 0, of every row; neighbours are found in one walk.
    pub fn places(&self, rows: &[u64]) -> Vec<(u64, u64)> {
        let mut out = Vec::with_capacity(rows.len());
        // The parent last found, its first row, and its count.
        let mut last = (0, 0, 0);
        for row in rows {
            let near = *row >= last.1 && *row < last.1 + last.2 + 4 * STRIDE && last.2 > 0;
            if !near {
                let stretch = self.before.partition_point(|b| b <= row).saturating_sub(1);
                let parent = stretch as u64 * STRIDE;
                last = (parent, self.before.get(stretch).copied().unwrap_or(0), self.count(parent));
            }
            while *row >= last.1 + last.2 && last.0 + 1 < self.parents {
                last = (last.0 + 1, last.1 + last.2, self.count(last.0 + 1));
            }
            out.push((last.0, row - last.1));
        }
        out
    }
}

fn checked(children: Children, coverage: bool) -> Result<Children, String> {
    let least = |low: u64| if coverage { low.max(1) } else { low };
    let range = |low: u64, high: Option<u64>| {
        let high = high.unwrap_or(CHILDREN_MAX);
        if low > high || high > CHILDREN_MAX {
            return Err(format!(
                "children from {low} to {high}: low is not above high, and a parent has at most {CHILDREN_MAX}"
            ));
        }
        Ok(())
    };
    Ok(match children {
        Children::Poisson { mean, low, high } => {
            let low = least(low);
            range(low, high)?;
            if !(0.0..=1e6).contains(&mean) {
                return Err(format!("the mean number of children is {mean}; give a number from 0 to 1000000"));
            }
            Children::Poisson { mean, low, high }
        }
        Children::Uniform { low, high } => {
            let low = least(low);
            range(low, Some(high))?;
            Children::Uniform { low, high }
        }
        Children::Geometric { p, low, high } => {
            let low = least(low);
            range(low, high)?;
            if !p.is_finite() || p <= 1e-6 || p > 1.0 {
                return Err(format!(
                    "p is {p}; the chance that a family is complete is above 0.000001 and at most 1"
                ));
            }
            Children::Geometric { p, low, high }
        }
    })
}

/// A Poisson count: inversion up to a mean of 30, the rounded normal with its continuity correction above.
pub(super) fn poisson(seed: Seed, mean: f64) -> u64 {
    poisson_quantile(unit(seed), mean)
}

/// A Poisson distribution cut to a range, by the cumulative shares of the counts in it: exact however far in a tail the range lies.
#[derive(Debug, Clone)]
pub struct CutPoisson {
    first: u64,
    cumulative: Vec<f64>,
}

impl CutPoisson {
    /// Greatest mean whose counts are listed; past it a cut is a matter of one count in thousands.
    const MEAN_MAX: f64 = 1e8;
    /// Counts rarer than this beside the likeliest one are left out.
    const LEAST: f64 = 1e-20;

    /// Poisson with this mean, between these counts; None where there are too many of them.
    pub fn new(mean: f64, low: u64, high: Option<u64>) -> Option<Self> {
        if mean > Self::MEAN_MAX {
            return None;
        }
        let high = high.unwrap_or(u64::MAX).max(low);
        let top = (mean.floor() as u64).clamp(low, high);
        let mut below = Vec::new();
        let (mut k, mut weight) = (top, 1.0);
        while k > low && mean > 0.0 {
            weight *= k as f64 / mean;
            k -= 1;
            if weight < Self::LEAST {
                break;
            }
            below.push(weight);
        }
        let first = top - below.len() as u64;
        let mut weights: Vec<f64> = below.into_iter().rev().collect();
        weights.push(1.0);
        let (mut k, mut weight) = (top, 1.0);
        while k < high {
            k += 1;
            weight *= mean / k as f64;
            if weight < Self::LEAST {
                break;
            }
            weights.push(weight);
        }
        let mut total = 0.0;
        let mut cumulative: Vec<f64> = weights
            .into_iter()
            .map(|w| {
                total += w;
                total
            })
            .collect();
        cumulative.iter_mut().for_each(|c| *c /= total);
        Some(CutPoisson { first, cumulative })
    }

    /// The count at this place of the cumulative distribution.
    pub fn quantile(&self, u: f64) -> u64 {
        let at = self.cumulative.partition_point(|c| *c <= u);
        self.first + at.min(self.cumulative.len() - 1) as u64
    }
}

/// The Poisson quantile of `u`.
pub(super) fn poisson_quantile(u: f64, mean: f64) -> u64 {
    if mean <= 0.0 {
        return 0;
    }
    if mean > 30.0 {
        // Cornish and Fisher's second order: off by less than one count from a mean of 30 on.
        let z = normal(u.clamp(1e-15, 1.0 - 1e-15));
        return (mean + mean.sqrt() * z + (z * z - 1.0) / 6.0 + 0.5).floor().max(0.0) as u64;
    }
    let (mut k, mut mass) = (0, (-mean).exp());
    let mut below = mass;
    while u >= below && k < 400 {
        k += 1;
        mass *= mean / k as f64;
        below += mass;
    }
    k
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]
mod tests {
    use super::*;

    fn mean(values: impl Iterator<Item = u64>) -> (f64, f64) {
        let values: Vec<f64> = values.map(|v| v as f64).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / values.len() as f64)
    }

    #[test]
    fn counts_have_the_asked_mean_and_variance() {
        for wanted in [0.7, 4.0, 29.0, 31.0, 500.0] {
            let (m, v) = mean((0..40_000).map(|i| poisson(Seed(7).index(i), wanted)));
            assert!(
                (m / wanted - 1.0).abs() < 0.02 && (v / wanted - 1.0).abs() < 0.05,
                "{wanted}: {m} {v}"
            );
        }
        let family = |children| Family::new(children, 40_000, false, Seed(1)).unwrap();
        let geometric = family(Children::Geometric {
            p: 0.25,
            low: 1,
            high: None,
        });
        let (m, v) = mean((0..40_000).map(|i| geometric.count(i)));
        assert!((m - 4.0).abs() < 0.1 && (v - 12.0).abs() < 0.6, "{m} {v}");
        let uniform = family(Children::Uniform { low: 2, high: 6 });
        let (m, _) = mean((0..40_000).map(|i| uniform.count(i)));
        assert!((m - 4.0).abs() < 0.05, "{m}");
    }

    #[test]
    fn rows_belong_to_their_parents_in_any_order() {
        for parents in [1, 63, 64, 65, 1000] {
            for coverage in [false, true] {
                let children = Children::Poisson {
                    mean: 1.5,
                    low: 0,
                    high: Some(6),
                };
                let family = Family::new(children, parents, coverage, Seed(parents)).unwrap();
                let counts: Vec<u64> = (0..parents).map(|p| family.count(p)).collect();
                assert_eq!(family.rows(), counts.iter().sum::<u64>());
                assert!(counts.iter().all(|c| *c <= 6 && (*c > 0 || !coverage)));
                let want: Vec<(u64, u64)> = (0..parents).flat_map(|p| (0..counts[p as usize]).map(move |k| (p, k))).collect();
                let rows: Vec<u64> = (0..family.rows()).collect();
                assert_eq!(family.places(&rows), want);
                let backwards: Vec<u64> = rows.iter().rev().copied().collect();
                assert!(family.places(&backwards).into_iter().rev().eq(want));
            }
        }
    }

    #[test]
    fn a_cut_poisson_is_cut_and_not_piled_up() {
        // scipy.stats.poisson(1): pmf(10) / sf(9) is 0.9098
        let cut = CutPoisson::new(1.0, 10, Some(60)).unwrap();
        assert_eq!((cut.quantile(0.0), cut.quantile(0.90), cut.quantile(0.92)), (10, 10, 11));
        assert_eq!(CutPoisson::new(50.0, 0, Some(3)).unwrap().quantile(0.5), 3);
        let (m, _) = mean((0..20_000).map(|i| CutPoisson::new(4.0, 1, None).unwrap().quantile(unit(Seed(3).index(i)))));
        // 4 / (1 - exp(-4))
        assert!((m - 4.074_6).abs() < 0.06, "{m}");
    }

    #[test]
    fn impossible_counts_are_refused() {
        for children in [
            Children::Poisson {
                mean: f64::NAN,
                low: 0,
                high: None,
            },
            Children::Poisson {
                mean: -1.0,
                low: 0,
                high: None,
            },
            Children::Uniform { low: 5, high: 4 },
            Children::Uniform { low: 0, high: 0 },
            Children::Geometric {
                p: 0.0,
                low: 0,
                high: None,
            },
        ] {
            assert!(Family::new(children, 10, false, Seed(1)).is_err(), "{children:?}");
        }
    }
}
