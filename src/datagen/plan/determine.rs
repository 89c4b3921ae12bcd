//! Functional dependencies of one table: which column is determined by which, and what contradicts that.

use super::super::cell::{Cell, Physical};
use super::super::determined::Determined;
use super::super::error::DataGenError;
use super::bijection::{self, Bijection};
use super::compile::Scope;
use super::{Source, TablePlan};
use crate::ir::constraint::{DependencyMode, FunctionalDependency};
use crate::ir::generation::Distribution;
use crate::kernel::suggest;
use std::collections::HashMap;

const NO_ENTRIES: &str = "mode lookup needs the entries under \"lookup\": each the values of lhs, then those of rhs";
/// Most entries of a lookup.
const LOOKUP_MAX: usize = 1_000_000;

/// Fails where a dependency's determined column is made from columns that its determining ones do not determine.
pub(super) fn consistent(
    scope: &Scope<'_>,
    table: &TablePlan,
    groups: &[Vec<usize>],
    bijections: &[Bijection],
) -> Result<(), DataGenError> {
    let rules = scope.ir.constraints.functional_dependencies.iter().enumerate();
    for (index, rule) in rules.filter(|(_, r)| r.table == scope.id) {
        let lhs: Vec<usize> = rule.lhs.iter().map(|n| scope.column(n)).collect();
        if groups.iter().any(|g| g.iter().all(|c| lhs.contains(c))) {
            continue;
        }
        let mut known = lhs.clone();
        loop {
            let follows = |c: &usize| {
                let Some(plan) = table.columns.get(*c) else { return false };
                let within = |all: &[usize]| all.iter().all(|r| known.contains(r));
                if bijections.iter().any(|b| b.follows(*c, &known)) {
                    return true;
                }
                match (&plan.determined, &plan.source) {
                    (Some(determined), _) => within(&determined.by),
                    (None, Source::Sampler(sampler)) => match scope.plan(*c).map(|p| &p.distribution) {
                        Some(Distribution::Derived { .. }) => within(sampler.reads()) && plan.null_fraction == 0.0,
                        Some(Distribution::AfterColumn {
                            min_days,
                            max_days,
                            max_minutes,
                            ..
                        }) => min_days == max_days && max_minutes.is_none() && within(sampler.reads()),
                        Some(Distribution::Constant { .. }) => plan.null_fraction == 0.0,
                        _ => false,
                    },
                    (None, Source::Borrowed { foreign_key, .. }) => {
                        let pairs = table.foreign_keys.get(*foreign_key).map(|k| &k.pairs);
                        pairs.is_some_and(|p| p.iter().all(|(c, _)| known.contains(c)))
                    }
                    _ => false,
                }
            };
            let more: Vec<usize> = (0..table.columns.len()).filter(|c| !known.contains(c)).filter(follows).collect();
            if more.is_empty() {
                break;
            }
            known.extend(more);
        }
        for name in &rule.rhs {
            let column = scope.column(name);
            if known.contains(&column) {
                continue;
            }
            let kind = scope.plan(column).map_or("column", |p| p.distribution.kind());
            let reads = match table.columns.get(column).map(|c| &c.source) {
                Some(Source::Sampler(sampler)) => sampler.reads().to_vec(),
                _ => Vec::new(),
            };
            let others: Vec<&str> = reads
                .iter()
                .filter(|c| !known.contains(c))
                .filter_map(|c| table.columns.get(*c))
                .map(|c| c.name.as_str())
                .collect();
            let lhs = rule.lhs.join(", ");
            let why = if others.is_empty() {
                format!("it is made anew in every row ({kind})")
            } else {
                format!("it is made from {} ({kind}), which {lhs} does not determine", others.join(", "))
            };
            return Err(DataGenError::Schema {
                place: format!("constraints.functional_dependencies[{index}] ({})", scope.id),
                message: format!(
                    "{lhs} -> {name} contradicts generation.columns: {why}, so rows with equal {lhs} would differ in {name}; drop the dependency, or make {name} from {lhs} alone"
                ),
            });
        }
    }
    Ok(())
}

/// What determines each column, by position.
pub(super) fn determined(
    scope: &Scope<'_>,
    groups: &[Vec<usize>],
    bijections: &[Bijection],
) -> Result<Vec<Option<Determined>>, DataGenError> {
    let mut out: Vec<Option<Determined>> = vec![None; scope.names.len()];
    for bijection in bijections {
        for side in &bijection.followers {
            for (place, follower) in side.iter().enumerate().filter(|(_, c)| !bijection.leader.contains(c)) {
                if let Some(slot) = out.get_mut(*follower) {
                    *slot = partner(scope, groups, bijection, (side, place, *follower))?;
                }
            }
        }
    }
    let rules = scope.ir.constraints.functional_dependencies.iter().enumerate();
    for (index, rule) in rules.filter(|(_, r)| r.table == scope.id) {
        let place = format!("constraints.functional_dependencies[{index}]");
        let fail = |message: String| DataGenError::Schema {
            place: format!("{place} ({})", scope.id),
            message,
        };
        let position = |name: &String| {
            scope.table.column_index(name).ok_or_else(|| {
                fail(format!(
                    "there is no column {name:?}{}",
                    suggest::hint(name, scope.names.iter().copied())
                ))
            })
        };
        let lhs = rule.lhs.iter().map(position).collect::<Result<Vec<_>, _>>()?;
        let rhs = rule.rhs.iter().map(position).collect::<Result<Vec<_>, _>>()?;
        if lhs.is_empty() || rhs.is_empty() {
            return Err(fail("lhs and rhs need at least one column each".into()));
        }
        let label = format!("{place}: {} -> {}", rule.lhs.join(", "), rule.rhs.join(", "));
        // Rows whose determining columns never repeat have nothing to agree on, but a lookup still says what they hold.
        let key = groups.iter().any(|g| g.iter().all(|c| lhs.contains(c)));
        if key && rule.lookup.is_empty() {
            continue;
        }
        let seed = scope.seed.child("determined").child(&rule.lhs.join(","));
        for (place, column) in rhs.iter().enumerate() {
            if lhs.contains(column) {
                continue;
            }
            let mutual = bijections.iter().find(|b| b.covers(&lhs, *column));
            if mutual.is_some() {
                if rule.mode == DependencyMode::Lookup && rule.lookup.is_empty() {
                    return Err(fail(NO_ENTRIES.into()));
                }
                continue;
            }
            // What determines a follower from outside determines the one that it follows.
            let column = &bijections
                .iter()
                .find_map(|b| b.led(*column))
                .filter(|_| rule.lookup.is_empty())
                .unwrap_or(*column);
            let name = scope.names.get(*column).copied().unwrap_or_default();
            if out
                .get(*column)
                .and_then(Option::as_ref)
                .is_some_and(|d| d.by == lhs && rule.lookup.is_empty())
            {
                continue;
            }
            if let Some(group) = groups.iter().find(|g| g.contains(column)).filter(|_| !key) {
                let names: Vec<&str> = group.iter().filter_map(|c| scope.names.get(*c).copied()).collect();
                return Err(fail(format!(
                    "{label} contradicts the unique columns ({}): rows with equal {} would share {name}; drop one of the two rules",
                    names.join(", "),
                    rule.lhs.join(", ")
                )));
            }
            if let Some(Some(earlier)) = out.get(*column) {
                return Err(fail(format!(
                    "{label} and {} both determine {name}, and need not agree; keep one of them",
                    earlier.label
                )));
            }
            let kind = scope.plan(*column).map(|p| &p.distribution);
            match kind {
                Some(Distribution::Sequence { .. } | Distribution::LineNo { .. }) => {
                    return Err(fail(format!(
                        "{name} numbers the rows, so it cannot follow from {}; give it another distribution",
                        rule.lhs.join(", ")
                    )));
                }
                Some(made @ (Distribution::Derived { .. } | Distribution::AfterColumn { .. })) if !rule.lookup.is_empty() => {
                    return Err(fail(format!(
                        "{} -> {name} contradicts generation.columns: {name} is made from other columns ({}), so that it cannot hold what the lookup lists; drop the lookup, or give {name} a distribution of its own",
                        rule.lhs.join(", "),
                        made.kind()
                    )));
                }
                // What is computed from the determining columns alone follows from them as it stands.
                Some(Distribution::Derived { .. } | Distribution::AfterColumn { .. }) => continue,
                _ => {}
            }
            let mut made = Determined {
                by: lhs.clone(),
                label: label.clone(),
                seed,
                lookup: HashMap::new(),
            };
            made.lookup = lookup(scope, rule, &lhs, *column, place, &made).map_err(fail)?;
            if let Some(slot) = out.get_mut(*column) {
                *slot = Some(made);
            }
        }
    }
    Ok(out)
}

/// What determines a column that follows others one to one, alone or as a part of a tuple; nothing where it is computed from them.
fn partner(
    scope: &Scope<'_>,
    groups: &[Vec<usize>],
    bijection: &Bijection,
    (side, place, follower): (&[usize], usize, usize),
) -> Result<Option<Determined>, DataGenError> {
    let name = scope.names.get(follower).copied().unwrap_or_default();
    let fail = |message: String| DataGenError::Schema {
        place: format!("{} ({})", bijection.label, scope.id),
        message,
    };
    if let Some(group) = groups.iter().find(|g| g.contains(&follower)) {
        let names: Vec<&str> = group.iter().filter_map(|c| scope.names.get(*c).copied()).collect();
        return Err(fail(format!(
            "contradicts the unique columns ({}): {name} repeats where what it follows does; drop one of the rules",
            names.join(", ")
        )));
    }
    match scope.plan(follower).map(|p| &p.distribution) {
        Some(Distribution::Derived { .. } | Distribution::AfterColumn { .. }) => return Ok(None),
        Some(Distribution::Sequence { .. } | Distribution::LineNo { .. }) => {
            return Err(fail(format!(
                "{name} numbers the rows, so it cannot follow another column; give it another distribution"
            )));
        }
        _ => {}
    }
    if scope.table.foreign_keys.iter().any(|k| k.columns.iter().any(|c| c == name)) {
        return Err(fail(format!(
            "{name} is part of a foreign key, whose parents are chosen, not made one for each value; drop one direction, or the foreign key of one of them"
        )));
    }
    // One number for all columns of a tuple, so that they are drawn together.
    let names: Vec<&str> = side.iter().filter_map(|c| scope.names.get(*c).copied()).collect();
    let mut made = Determined {
        by: bijection.leader.clone(),
        label: bijection.label.clone(),
        seed: scope.seed.child("determined").child(&names.join(",")),
        lookup: HashMap::new(),
    };
    let physical = |c: &usize| {
        scope
            .table
            .columns
            .get(*c)
            .map_or(Physical::Text(None), |c| Physical::of(&c.sql_type))
    };
    for (leading, following) in bijection::listed(scope, bijection, side).map_err(fail)? {
        let keys: Vec<(Cell, Physical)> = leading.into_iter().zip(bijection.leader.iter().map(physical)).collect();
        let following = following.into_iter().nth(place).unwrap_or(Cell::Null);
        made.lookup.insert(made.number(&keys).map_err(fail)?, following);
    }
    Ok(Some(made))
}

fn lookup(
    scope: &Scope<'_>,
    rule: &FunctionalDependency,
    lhs: &[usize],
    column: usize,
    place: usize,
    determined: &Determined,
) -> Result<HashMap<u64, Cell>, String> {
    if rule.mode == DependencyMode::Lookup && rule.lookup.is_empty() {
        return Err(NO_ENTRIES.into());
    }
    if rule.lookup.len() > LOOKUP_MAX {
        return Err(format!(
            "{} lookup entries are more than {LOOKUP_MAX}; make them a table of their own",
            rule.lookup.len()
        ));
    }
    let physical = |c: usize| {
        scope
            .table
            .columns
            .get(c)
            .map_or(Physical::Text(None), |c| Physical::of(&c.sql_type))
    };
    let mut out: HashMap<u64, Cell> = HashMap::new();
    for (i, entry) in rule.lookup.iter().enumerate() {
        if entry.len() != rule.lhs.len() + rule.rhs.len() {
            return Err(format!(
                "lookup[{i}] has {} values; {} of lhs and {} of rhs are needed",
                entry.len(),
                rule.lhs.len(),
                rule.rhs.len()
            ));
        }
        let cell = |at: usize, c: usize| {
            let value = entry.get(at).unwrap_or(&serde_json::Value::Null);
            let cast = Cell::from_json(value).and_then(|v| v.cast(physical(c)));
            cast.map_err(|m| format!("lookup[{i}], {}: {m}", scope.names.get(c).copied().unwrap_or_default()))
        };
        let keys = lhs
            .iter()
            .enumerate()
            .map(|(at, c)| Ok((cell(at, *c)?, physical(*c))))
            .collect::<Result<Vec<_>, String>>()?;
        let value = cell(rule.lhs.len() + place, column)?;
        let number = determined.number(&keys)?;
        if let Some(earlier) = out.get(&number).filter(|v| **v != value) {
            return Err(format!(
                "lookup[{i}] gives {:?} where an earlier entry with the same lhs gives {:?}; remove one",
                value.text(),
                earlier.text()
            ));
        }
        out.insert(number, value);
    }
    Ok(out)
}
