//! Degrees: how many children parents have, seen and expected.
//!
//! Expected degrees are Poisson (binomial where a parent's share is large) around rows times share; many like parents are taken together in blocks, so
//! that a parent table of any size costs the same.

use crate::database::DbError;
use crate::database::load::{quoted, table_name};
use crate::dataeval::scope::Scope;
use crate::dataeval::statistic::gamma::{poisson_between, poisson_cdf};
use crate::dataeval::statistic::{normal, zipf::Harmonics};
use crate::ir::generation::Children;
use crate::ir::reference::{Preference, Reference};
use crate::ir::{ForeignKey, Table};
use std::rc::Rc;

/// Ranks that stand alone; further ones go by blocks that grow by [`GROWTH`].
const ALONE: u64 = 100;
const GROWTH: f64 = 1.03;

/// Children per parent, as seen.
pub(in crate::dataeval) struct Degrees {
    /// Degree and how many parents have it, ascending.
    pub histogram: Vec<(u64, u64)>,
    pub parents: u64,
    /// Rows with a parent.
    pub children: u64,
}

/// The parent, and why this reference's degrees are not freely drawn, if so.
pub(super) fn parent<'a>(scope: &Scope<'a>, table: &Table, key: &ForeignKey) -> Option<(&'a Table, Option<String>)> {
    let parent = scope.ir.logical.table(&key.ref_table)?;
    let held = |c: &String| {
        if table.foreign_keys.iter().any(|k| k != key && k.columns.contains(c)) {
            return Some("it shares columns with another foreign key".to_owned());
        }
        let groups = std::iter::once(&table.primary_key).chain(&table.unique);
        let spec = scope
            .ir
            .constraints
            .composite_keys
            .iter()
            .filter(|k| k.table == table.id())
            .map(|k| &k.columns);
        let in_key = groups.chain(spec).any(|g| g.contains(c));
        // Children that are counted are as declared, in a key too.
        let free = scope.reference(table, key).children().is_none();
        (in_key && free).then(|| "it is part of a key, so parents are counted off".to_owned())
    };
    let own = (parent.id() == table.id()).then(|| "rows of the same table make a tree".to_owned());
    let repeated = scope
        .ir
        .generation
        .duplicates
        .iter()
        .any(|d| d.table == table.id() && d.rate > 0.0 && (d.columns.is_empty() || key.columns.iter().any(|c| d.columns.contains(c))));
    let listed = scope
        .lists_parents(table, key)
        .then(|| "its entry lists the parents, and they are judged as values".to_owned());
    let own = own
        .or(listed)
        .or_else(|| repeated.then(|| "rows that repeat an earlier entity share its parent".to_owned()))
        .or_else(|| added(scope, table, parent).filter(|_| scope.reference(table, key).children().is_none()));
    Some((parent, own.or_else(|| key.columns.iter().find_map(held))))
}

/// Why rows that were added are not drawn as all at once would be: each run's children are spread over the parents that were there then.
fn added(scope: &Scope<'_>, table: &Table, parent: &Table) -> Option<String> {
    let (own, parents) = (scope.made.get(&table.id())?, scope.made.get(&parent.id())?);
    let grew = |runs: &[u64]| runs.first() < runs.last();
    (grew(parents) && own.first().is_some_and(|n| *n > 0)).then(|| {
        format!(
            "rows were added to {} after children of it were drawn ({} runs), so its first parents had more runs to get children in",
            parent.id(),
            parents.len()
        )
    })
}

/// Counts the children of every parent.
pub(super) fn seen(scope: &Scope<'_>, table: &Table, key: &ForeignKey, parent: &Table) -> Result<Rc<Degrees>, DbError> {
    let of: Vec<String> = std::iter::once(&key.ref_table).chain(&key.columns).cloned().collect();
    scope.degrees(table, &of, || counted(scope, table, key, parent))
}

fn counted(scope: &Scope<'_>, table: &Table, key: &ForeignKey, parent: &Table) -> Result<Degrees, DbError> {
    let columns: Vec<String> = key.columns.iter().map(|c| quoted(c)).collect();
    let present: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let sql = format!(
        "SELECT CAST(d AS DOUBLE), count(*) FROM (SELECT count(*) AS d FROM {} WHERE {} GROUP BY {}) GROUP BY d ORDER BY d",
        table_name(table),
        present.join(" AND "),
        columns.join(", ")
    );
    let mut histogram: Vec<(u64, u64)> = scope.histogram(&sql)?.into_iter().map(|(d, n)| (d as u64, n)).collect();
    let parents = scope.rows(parent);
    let with: u64 = histogram.iter().map(|(_, n)| n).sum();
    let children = histogram.iter().map(|(d, n)| d * n).sum();
    if parents > with {
        histogram.insert(0, (0, parents - with));
    }
    Ok(Degrees {
        histogram,
        parents,
        children,
    })
}

impl Degrees {
    /// Share of parents with at least one child.
    pub(super) fn coverage(&self) -> f64 {
        let without = self.histogram.first().filter(|(d, _)| *d == 0).map_or(0, |(_, n)| *n);
        1.0 - without as f64 / self.parents.max(1) as f64
    }

    /// The largest degrees first.
    pub(super) fn descending(&self) -> impl Iterator<Item = u64> + '_ {
        self.histogram.iter().rev().flat_map(|(d, n)| std::iter::repeat_n(*d, *n as usize))
    }

    /// Gini's coefficient of the degrees, from their histogram.
    pub(super) fn gini(&self) -> f64 {
        let (n, sum) = (self.parents as f64, self.children as f64);
        let mut before = 0.0;
        let mut weighted = 0.0;
        for (d, count) in &self.histogram {
            let c = *count as f64;
            // Ranks before+1 ..= before+c.
            weighted += *d as f64 * c * (before + (c + 1.0) / 2.0);
            before += c;
        }
        if sum > 0.0 {
            2.0 * weighted / (n * sum) - (n + 1.0) / n
        } else {
            0.0
        }
    }
}

/// The expected degrees of a free reference.
pub(super) enum Expected {
    /// Blocks of parents: how many, and the share of rows of each one; rows that are drawn; rows that every parent has beforehand.
    Drawn { blocks: Vec<(f64, f64)>, rows: f64, given: f64 },
    /// Each parent's own number.
    Own(Children),
}

/// Blocks of parents under Zipf's law, falling.
fn skewed(exponent: f64, n: u64) -> Vec<(f64, f64)> {
    let sums = Harmonics::new(exponent);
    let all = sums.up_to(n);
    let mut blocks = Vec::new();
    let mut done = 0;
    while done < n {
        let next = if done < ALONE {
            done + 1
        } else {
            ((done as f64 * GROWTH) as u64 + 1).min(n)
        };
        let count = (next - done) as f64;
        blocks.push((count, (sums.up_to(next) - sums.up_to(done)) / all / count));
        done = next;
    }
    blocks
}

impl Expected {
    pub(super) fn of(said: &Reference<'_>, parents: u64, children: u64) -> Self {
        if let Some(children) = said.children() {
            return Expected::Own(children);
        }
        let given = if said.coverage { 1.0 } else { 0.0 };
        let n = parents.max(1);
        let blocks = match said.preference {
            Preference::Weighted { weights, .. } => {
                let total: f64 = weights.iter().sum();
                let runs = weights.len() as f64;
                weights.iter().map(|w| (n as f64 / runs, w / total * runs / n as f64)).collect()
            }
            Preference::Skewed { exponent, .. } if exponent != 0.0 => skewed(exponent, n),
            _ => vec![(n as f64, 1.0 / n as f64)],
        };
        Expected::Drawn {
            blocks,
            rows: children as f64 - given * n as f64,
            given,
        }
    }

    /// Share of parents with at most `d` children.
    pub(super) fn up_to(&self, d: f64) -> f64 {
        match self {
            Expected::Drawn { blocks, rows, given } => {
                let parents: f64 = blocks.iter().map(|(n, _)| n).sum();
                blocks.iter().map(|(n, p)| n * drawn(*rows, *p, d - given)).sum::<f64>() / parents
            }
            Expected::Own(Children::Poisson { mean, low, high }) if *low > 0 || high.is_some() => {
                let values = poisson_between(*mean, *low as f64, high.map_or(f64::INFINITY, |h| h as f64));
                let total: f64 = values.iter().map(|(_, w)| w).sum();
                values
                    .iter()
                    .filter(|(k, _)| *k <= d)
                    .map(|(_, w)| w / total)
                    .sum::<f64>()
                    .clamp(0.0, 1.0)
            }
            Expected::Own(Children::Poisson { mean, .. }) => poisson_cdf(*mean, d),
            Expected::Own(Children::Uniform { low, high }) => ((d - *low as f64 + 1.0) / (high - low + 1) as f64).clamp(0.0, 1.0),
            Expected::Own(Children::Geometric { p, low, high }) => {
                if d < *low as f64 {
                    0.0
                } else if high.is_some_and(|h| d >= h as f64) {
                    1.0
                } else {
                    1.0 - (1.0 - p).powf(d - *low as f64 + 1.0)
                }
            }
        }
    }
}

/// P(at most `d` of `rows` fall to a parent with this share).
fn drawn(rows: f64, share: f64, d: f64) -> f64 {
    let mean = rows * share;
    if d < 0.0 {
        0.0
    } else if d >= rows {
        1.0
    } else if mean > 200.0 {
        normal::cdf((d + 0.5 - mean) / (mean * (1.0 - share)).max(1e-9).sqrt())
    } else if share > 0.05 && rows > 0.0 {
        binomial_cdf(rows as u64, share, d as u64)
    } else {
        poisson_cdf(mean, d)
    }
}

/// P(X <= k) of a binomial variable with a mean of at most some hundreds.
fn binomial_cdf(n: u64, p: f64, k: u64) -> f64 {
    if p >= 1.0 {
        return f64::from(u8::from(k >= n));
    }
    let mut log_term = n as f64 * (1.0 - p).ln();
    let mut sum = log_term.exp();
    for i in 0..k.min(n) {
        log_term += ((n - i) as f64 / (i + 1) as f64 * p / (1.0 - p)).ln();
        sum += log_term.exp();
    }
    sum.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::super::statistic::near;
    use super::*;

    #[test]
    fn expected_degrees_as_scipy_has_them() {
        // scipy.stats.binom(20, 0.3).cdf(5)
        near(binomial_cdf(20, 0.3, 5), 0.416_370_829_447_480_9, 1e-9);
        // 1000 rows over 1000 like parents: scipy.stats.poisson(1).cdf(0) have none.
        let said = |preference, coverage| Reference { preference, coverage };
        let even = Preference::Even { bounds: None };
        near(
            Expected::of(&said(even, false), 1_000, 1_000).up_to(0.0),
            0.367_879_441_171_442_33,
            1e-9,
        );
        // The first of 100 Zipf-skewed parents has its own block; all shares together are 1.
        let skewed = Preference::Skewed {
            exponent: 1.2,
            ranks: None,
        };
        let Expected::Drawn { blocks, .. } = Expected::of(&said(skewed, false), 100_000, 1) else {
            unreachable!()
        };
        near(blocks.iter().map(|(n, p)| n * p).sum(), 1.0, 1e-9);
        near(blocks.iter().map(|(n, _)| n).sum(), 100_000.0, 1e-6);
        near(Expected::of(&said(even, true), 100, 300).up_to(0.0), 0.0, 0.0);
        let families = Preference::Counted(Children::Geometric {
            p: 0.5,
            low: 1,
            high: Some(4),
        });
        let families = Expected::of(&said(families, false), 10, 20);
        near(families.up_to(1.0), 0.5, 1e-12);
        near(families.up_to(3.0), 0.875, 1e-12);
        near(families.up_to(4.0), 1.0, 1e-12);
    }

    #[test]
    fn gini_of_a_histogram_is_that_of_its_values() {
        let degrees = Degrees {
            histogram: vec![(1, 1), (2, 1), (3, 1), (4, 1), (10, 1)],
            parents: 5,
            children: 20,
        };
        near(degrees.gini(), 0.4, 1e-12);
        near(degrees.coverage(), 1.0, 0.0);
        assert_eq!(degrees.descending().take(2).collect::<Vec<_>>(), [10, 4]);
    }
}
