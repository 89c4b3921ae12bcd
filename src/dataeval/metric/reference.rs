//! References: coverage, degrees, skew, and the joins along foreign keys.

use super::degree::{self, Expected};
use super::{Measured, category, constraint, shape};
use crate::database::load::{quoted, table_name};
use crate::dataeval::scope::Scope;
use crate::dataeval::statistic::{chi_square, divergence as js};
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::Children;
use crate::ir::reference::Preference;
use crate::ir::{ForeignKey, Table};

/// Fewest parents whose histogram is one.
const PARENTS_MIN: u64 = 20;
/// Bins of a histogram of degrees.
const BINS: usize = 12;
/// Expected children of a parent whose rank is taken from its degree: below, order is noise.
const HEAD_CHILDREN_MIN: f64 = 10.0;

fn of(key: &ForeignKey) -> String {
    format!("{} -> {}({})", key.columns.join(", "), key.ref_table, key.ref_columns.join(", "))
}

pub(super) fn coverage(scope: &Scope<'_>, table: &Table, key: &ForeignKey) -> Measured {
    const NAME: &str = "fk_coverage";
    let Some((parent, held)) = degree::parent(scope, table, key) else {
        return Ok(Vec::new());
    };
    let seen = degree::seen(scope, table, key, parent)?;
    if seen.parents == 0 {
        return Ok(vec![MetricResult::unmeasured(NAME, of(key), "the parent has no rows")]);
    }
    let said = scope.reference(table, key);
    if said.coverage {
        let result = MetricResult::judged(NAME, of(key), seen.coverage(), Bound::AtLeast, 1.0);
        return Ok(vec![result.noted("declared: every parent has a child")]);
    }
    let none = Expected::of(&said, seen.parents, seen.children).up_to(0.0);
    let chance = scope.thresholds.share_by_chance(none, seen.parents as f64);
    let distance = (seen.coverage() - (1.0 - none)).abs();
    let result = MetricResult::judged(NAME, of(key), distance, Bound::AtMost, scope.thresholds.fk_coverage_max.max(chance))
        .with("coverage", seen.coverage())
        .with("expected", 1.0 - none)
        .with("parents", seen.parents as f64);
    Ok(vec![match held {
        Some(reason) => result.unjudged(reason),
        None => result,
    }])
}

/// Parents with fewer or more children than any may have.
pub(super) fn children(scope: &Scope<'_>, table: &Table, key: &ForeignKey) -> Measured {
    let Some((parent, held)) = degree::parent(scope, table, key) else {
        return Ok(Vec::new());
    };
    let (low, high) = match scope.reference(table, key).children() {
        Some(Children::Uniform { low, high }) => (low, Some(high)),
        Some(Children::Poisson { low, high, .. } | Children::Geometric { low, high, .. }) => (low, high),
        None => return Ok(Vec::new()),
    };
    // A row that lost its parent to a NULL is missing among its siblings.
    let id = table.id();
    let nulls = key.columns.iter().filter_map(|c| scope.plan(&id, c)).any(|p| p.null_fraction > 0.0);
    let low = if nulls { 0 } else { low };
    let seen = degree::seen(scope, table, key, parent)?;
    let outside = |d: u64| d < low || high.is_some_and(|h| d > h);
    let parents: u64 = seen.histogram.iter().filter(|(d, _)| outside(*d)).map(|(_, n)| n).sum();
    let most = high.map_or("any number of".to_owned(), |h| h.to_string());
    let result = MetricResult::judged("children", of(key), parents as f64, Bound::AtMost, 0.0)
        .noted(format!("counts the parents that have not {low} to {most} children"))
        .with("parents", seen.parents as f64);
    Ok(vec![match held {
        Some(reason) => result.unjudged(reason),
        None => result,
    }])
}

pub(super) fn divergence(scope: &Scope<'_>, table: &Table, key: &ForeignKey) -> Measured {
    const NAME: &str = "degree_divergence";
    let Some((parent, held)) = degree::parent(scope, table, key) else {
        return Ok(Vec::new());
    };
    let seen = degree::seen(scope, table, key, parent)?;
    if seen.parents < PARENTS_MIN {
        let note = format!("{} parents make no histogram; {PARENTS_MIN} would", seen.parents);
        return Ok(vec![MetricResult::unmeasured(NAME, of(key), note)]);
    }
    let expected = Expected::of(&scope.reference(table, key), seen.parents, seen.children);
    // Bins end at the seen quantiles, and one below each: a pile on one degree has a bin to itself.
    let mut ends: Vec<u64> = Vec::new();
    let (mut sum, mut next) = (0, 1);
    for (d, n) in &seen.histogram {
        sum += n;
        if sum as f64 >= seen.parents as f64 * next as f64 / (BINS as f64 + 1.0) {
            if *d > 0 {
                ends.push(d - 1);
            }
            ends.push(*d);
            next = (sum as f64 / seen.parents as f64 * (BINS as f64 + 1.0)) as usize + 1;
        }
    }
    ends.sort_unstable();
    ends.dedup();
    let parents = seen.parents as f64;
    let below = |end: u64| {
        seen.histogram
            .iter()
            .take_while(|(d, _)| *d <= end)
            .map(|(_, n)| *n as f64)
            .sum::<f64>()
            / parents
    };
    let mut bins: Vec<(f64, f64)> = Vec::new();
    let mut last = (0.0, 0.0);
    for at in ends.iter().map(|e| (below(*e), expected.up_to(*e as f64))).chain([(1.0, 1.0)]) {
        bins.push((at.0 - last.0, (at.1 - last.1).max(0.0)));
        last = at;
    }
    let (observed, wanted): (Vec<f64>, Vec<f64>) = bins.into_iter().filter(|(a, b)| a + b > 1e-12).unzip();
    let value = js::jensen_shannon(&observed, &wanted);
    // To second order the divergence is chi-square over 8 n, in nats.
    let dof = observed.len() as f64 - 1.0;
    let chance = chi_square::critical(dof, scope.thresholds.alpha) / (8.0 * parents * std::f64::consts::LN_2);
    let result = MetricResult::judged(
        NAME,
        of(key),
        value,
        Bound::AtMost,
        scope.thresholds.degree_divergence_max.max(chance),
    )
    .with("bins", observed.len() as f64)
    .with("parents", parents)
    .with("children", seen.children as f64)
    .with("most", seen.histogram.last().map_or(0.0, |(d, _)| *d as f64))
    .with("gini", seen.gini());
    Ok(vec![match held {
        Some(reason) => result.unjudged(reason),
        None => result,
    }])
}

pub(super) fn zipf(scope: &Scope<'_>, table: &Table, key: &ForeignKey) -> Measured {
    let Some((parent, held)) = degree::parent(scope, table, key) else {
        return Ok(Vec::new());
    };
    let said = scope.reference(table, key);
    let Preference::Skewed { exponent, .. } = said.preference else {
        return Ok(Vec::new());
    };
    if exponent <= 0.0 || held.is_some() {
        return Ok(Vec::new());
    }
    let seen = degree::seen(scope, table, key, parent)?;
    let Expected::Drawn { blocks, rows, given } = Expected::of(&said, seen.parents, seen.children) else {
        return Ok(Vec::new());
    };
    // Blocks are of falling shares: the head is as long as parents expect enough children.
    let head: f64 = blocks
        .iter()
        .take_while(|(_, p)| rows * p >= HEAD_CHILDREN_MIN)
        .map(|(n, _)| n)
        .sum();
    // Parents that were deleted leave ranks without anyone.
    let seen_and_not = seen.descending().map(|d| d as f64 - given).chain(std::iter::repeat(0.0));
    let counts: Vec<f64> = seen_and_not.take(head as usize).collect();
    Ok(shape::fitted(scope, "zipf_exponent", "zipf_r2", &of(key), exponent, &counts))
}

pub(super) fn weights(scope: &Scope<'_>, table: &Table, key: &ForeignKey) -> Measured {
    const NAME: &str = "fk_weights";
    let Some((parent, held)) = degree::parent(scope, table, key) else {
        return Ok(Vec::new());
    };
    let said = scope.reference(table, key);
    let Preference::Weighted { weights, .. } = said.preference else {
        return Ok(Vec::new());
    };
    let parents = scope.rows(parent).max(1);
    let equal: Vec<String> = key
        .columns
        .iter()
        .zip(&key.ref_columns)
        .map(|(c, r)| format!("c.{} = p.{}", quoted(c), quoted(r)))
        .collect();
    let sql = format!(
        "SELECT CAST(floor(CAST(p.rowid AS DOUBLE) * {} / {parents}) AS DOUBLE) AS run, count(*) FROM {} AS c JOIN {} AS p ON {} GROUP BY 1 ORDER BY 1",
        weights.len(),
        table_name(table),
        table_name(parent),
        equal.join(" AND ")
    );
    let mut observed = vec![0.0; weights.len()];
    for (run, count) in scope.histogram(&sql)? {
        if let Some(cell) = observed.get_mut(run as usize) {
            *cell += count as f64;
        }
    }
    let total: f64 = weights.iter().sum();
    let free = observed.iter().sum::<f64>() - if said.coverage { parents as f64 } else { 0.0 };
    let runs = weights.len() as f64;
    let given = if said.coverage { parents as f64 / runs } else { 0.0 };
    let all = observed.iter().sum::<f64>().max(1.0);
    let shares: Vec<f64> = weights.iter().map(|w| (given + free * w / total) / all).collect();
    let result = category::judged(scope, NAME, &of(key), &observed, &shares);
    Ok(vec![match held {
        Some(reason) => result.unjudged(reason),
        None => result,
    }])
}

pub(super) fn selectivity(scope: &Scope<'_>, table: &Table, key: &ForeignKey) -> Measured {
    const NAME: &str = "join_selectivity";
    let Some((parent, _)) = degree::parent(scope, table, key) else {
        return Ok(Vec::new());
    };
    let equal: Vec<String> = key
        .columns
        .iter()
        .zip(&key.ref_columns)
        .map(|(c, r)| format!("c.{} = p.{}", quoted(c), quoted(r)))
        .collect();
    let (child, other) = (table_name(table), table_name(parent));
    let present = degree::seen(scope, table, key, parent)?.children;
    let joined = match scope.count(&format!(
        "SELECT count(*) FROM {child} AS c JOIN {other} AS p ON {}",
        equal.join(" AND ")
    )) {
        Ok(n) => n as f64,
        Err(error) => {
            return Ok(vec![MetricResult::unmeasured(
                NAME,
                of(key),
                constraint::first_line(&error.to_string()),
            )]);
        }
    };
    let pairs = (scope.rows(table) as f64 * scope.rows(parent) as f64).max(1.0);
    if present == 0 {
        return Ok(vec![MetricResult::unmeasured(NAME, of(key), "no row has a parent")]);
    }
    let expected = present as f64 / pairs;
    let off = (joined / pairs / expected - 1.0).abs();
    let result = MetricResult::judged(NAME, of(key), off, Bound::AtMost, scope.thresholds.join_selectivity_max);
    Ok(vec![
        result
            .with("selectivity", joined / pairs)
            .with("expected", expected)
            .with("rows", joined),
    ])
}
