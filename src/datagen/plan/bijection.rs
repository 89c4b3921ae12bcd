//! Mutual functional dependencies (a -> b and b -> a; a, b -> c, d and c, d -> a, b): which columns lead, and which follow value by value.
//!
//! One side leads and is drawn as ever; every other side follows, and different leading values get different following ones (`assign`). A side of several
//! columns follows as a tuple: only the whole of it has to differ. Invariant: every column of a side but the leader's is in one follower at most.

mod assign;

pub(super) use assign::assign;

use super::super::cell::{Cell, Physical};
use super::super::key::key_of;
use super::compile::{self, Scope};
use crate::ir::constraint::FunctionalDependency;
use crate::ir::generation::Distribution;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Columns that determine each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bijection {
    /// What is drawn.
    pub leader: Vec<usize>,
    /// What follows, each a column or a tuple of them; unique ones need no lookup.
    pub followers: Vec<Vec<usize>>,
    /// Every group of columns that determines all the others.
    sides: Vec<Vec<usize>>,
    /// All columns of it.
    pub members: Vec<usize>,
    /// What messages call it.
    pub label: String,
}

impl Bijection {
    /// Whether this says already that `lhs` determines `column`.
    pub(super) fn covers(&self, lhs: &[usize], column: usize) -> bool {
        self.members.contains(&column) && self.sides.iter().any(|side| same(side, lhs))
    }

    /// Whether `column` is determined by known ones: by the leader, or by what leads to it.
    pub(super) fn follows(&self, column: usize, known: &[usize]) -> bool {
        self.members.contains(&column) && self.sides.iter().any(|side| side.iter().all(|c| known.contains(c)))
    }

    /// The one column that leads `column`, if there is one.
    pub(super) fn led(&self, column: usize) -> Option<usize> {
        match self.leader.as_slice() {
            [one] if self.members.contains(&column) => Some(*one),
            _ => None,
        }
    }
}

/// Whether two groups have the same columns, in any order.
fn same(a: &[usize], b: &[usize]) -> bool {
    a.iter().all(|c| b.contains(c)) && b.iter().all(|c| a.contains(c))
}

/// Whether no column is in two of the groups.
fn apart<'a>(groups: impl Iterator<Item = &'a Vec<usize>>) -> bool {
    let mut seen = BTreeSet::new();
    groups.flatten().all(|c| seen.insert(c))
}

/// Columns determined by `from`, itself included.
fn closure(rules: &[(Vec<usize>, Vec<usize>)], from: &[usize]) -> BTreeSet<usize> {
    let mut known: BTreeSet<usize> = from.iter().copied().collect();
    loop {
        let before = known.len();
        for (lhs, rhs) in rules {
            if lhs.iter().all(|c| known.contains(c)) {
                known.extend(rhs);
            }
        }
        if known.len() == before {
            return known;
        }
    }
}

/// The table's mutual dependencies. `groups` are its unique columns.
pub(super) fn bijections(scope: &Scope<'_>, groups: &[Vec<usize>]) -> Vec<Bijection> {
    let declared = scope.ir.constraints.functional_dependencies.iter().filter(|r| r.table == scope.id);
    // Names that are not there are told elsewhere.
    let place = |names: &[String]| names.iter().filter_map(|n| scope.table.column_index(n)).collect::<Vec<_>>();
    let rules: Vec<(Vec<usize>, Vec<usize>)> = declared.map(|r| (place(&r.lhs), place(&r.rhs))).collect();
    let singles: BTreeSet<usize> = rules
        .iter()
        .filter_map(|(l, _)| if let [one] = l.as_slice() { Some(*one) } else { None })
        .collect();
    let reach: BTreeMap<usize, BTreeSet<usize>> = singles.iter().map(|c| (*c, closure(&rules, &[*c]))).collect();
    let reaches = |a: usize, b: usize| reach.get(&a).is_some_and(|all| all.contains(&b));
    let mut out: Vec<Bijection> = Vec::new();
    let name = |c: &usize| scope.names.get(*c).copied().unwrap_or_default();
    let add = |leader: Vec<usize>, others: Vec<Vec<usize>>, out: &mut Vec<Bijection>| {
        let unique = |side: &[usize]| groups.iter().any(|g| same(g, side));
        let keyed = unique(&leader);
        let names = |side: &Vec<usize>| side.iter().map(name).collect::<Vec<_>>().join(", ");
        let between = if others.iter().any(|o| o.len() > 1) { " <-> " } else { ", " };
        let following: Vec<String> = others.iter().map(names).collect();
        let mut members = leader.clone();
        for column in others.iter().flatten() {
            if !members.contains(column) {
                members.push(*column);
            }
        }
        out.push(Bijection {
            label: format!(
                "constraints.functional_dependencies: {} <-> {}",
                names(&leader),
                following.join(between)
            ),
            sides: std::iter::once(leader.clone()).chain(others.iter().cloned()).collect(),
            // Two groups that never repeat determine each other as they stand.
            followers: others.into_iter().filter(|side| !(keyed && unique(side))).collect(),
            leader,
            members,
        });
    };
    let lead = |sides: &[Vec<usize>], out: &mut Vec<Bijection>| {
        let members: Vec<usize> = sides.iter().flatten().copied().collect();
        let any = |side: &[usize], is: &dyn Fn(usize) -> bool| side.iter().any(|c| is(*c));
        let outside = |c: usize| {
            let within = |l: &[usize]| l.iter().all(|l| members.contains(l));
            rules.iter().any(|(l, r)| r.contains(&c) && !within(l))
        };
        let numbered = |c: usize| {
            let keys = &scope.table.foreign_keys;
            let keyed = keys.iter().any(|k| k.columns.iter().any(|n| scope.column(n) == c));
            let kind = scope.plan(c).map(|p| &p.distribution);
            keyed || matches!(kind, Some(Distribution::Sequence { .. } | Distribution::LineNo { .. }))
        };
        let made = |c: usize| {
            let kind = scope.plan(c).map(|p| &p.distribution);
            matches!(kind, Some(Distribution::Derived { .. } | Distribution::AfterColumn { .. }))
        };
        let unique = |c: usize| groups.iter().any(|g| g.contains(&c));
        let values = |c: &usize| {
            let physical = Physical::of(&scope.table.columns.get(*c)?.sql_type);
            compile::domain(scope.plan(*c)?, physical).map(|(_, count)| count)
        };
        let room = |side: &[usize]| side.iter().map(|c| values(c).unwrap_or(u64::MAX)).fold(1, u64::saturating_mul);
        // What cannot follow leads; then what has the fewest values, since each needs another of its followers.
        let leader = sides.iter().min_by_key(|s| {
            let order = (any(s, &made), !any(s, &outside), !any(s, &unique), !any(s, &numbered));
            (order, room(s), s.to_vec())
        });
        if let Some(leader) = leader {
            add(leader.clone(), sides.iter().filter(|s| *s != leader).cloned().collect(), out);
        }
    };
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for column in &singles {
        let members: Vec<usize> = singles
            .iter()
            .copied()
            .filter(|c| reaches(*column, *c) && reaches(*c, *column))
            .collect();
        if members.len() < 2 || seen.contains(column) {
            continue;
        }
        seen.extend(&members);
        let sides: Vec<Vec<usize>> = members.iter().map(|c| vec![*c]).collect();
        lead(&sides, &mut out);
    }
    let several: Vec<&(Vec<usize>, Vec<usize>)> = rules.iter().filter(|(l, _)| l.len() > 1).collect();
    for (lhs, rhs) in &several {
        for column in rhs.iter().filter(|c| !lhs.contains(c)) {
            if !seen.contains(column) && reach.get(column).is_some_and(|all| lhs.iter().all(|c| all.contains(c))) {
                seen.insert(*column);
                add(lhs.clone(), vec![vec![*column]], &mut out);
            }
        }
    }
    let reached: Vec<BTreeSet<usize>> = several.iter().map(|(l, _)| closure(&rules, l)).collect();
    let mut placed: Vec<&Vec<usize>> = Vec::new();
    for ((lhs, _), forth) in several.iter().zip(&reached) {
        if placed.iter().any(|p| same(p, lhs)) {
            continue;
        }
        let mut sides = vec![lhs.clone()];
        for ((other, _), back) in several.iter().zip(&reached) {
            let mutual = other.iter().all(|c| forth.contains(c)) && lhs.iter().all(|c| back.contains(c));
            // What follows elsewhere cannot follow here too, and of three sides none may share a column: it would follow twice.
            let free = other.iter().all(|c| !seen.contains(c) || lhs.contains(c));
            let apart = sides.len() == 1 || apart(sides.iter().chain([other]));
            if mutual && free && apart && !sides.iter().any(|s| same(s, other)) {
                sides.push(other.clone());
                placed.push(other);
            }
        }
        if sides.len() > 1 {
            seen.extend(sides.iter().flatten());
            lead(&sides, &mut out);
        }
    }
    out
}

/// The pairs that lookups list, each found under the values of the leader; two that contradict each other are an error.
pub(super) fn listed(scope: &Scope<'_>, bijection: &Bijection, follower: &[usize]) -> Result<Vec<(Vec<Cell>, Vec<Cell>)>, String> {
    let rules = scope.ir.constraints.functional_dependencies.iter().enumerate();
    let mut out: Vec<(Vec<Cell>, Vec<Cell>, String)> = Vec::new();
    let mut forth: HashMap<String, usize> = HashMap::new();
    let mut back: HashMap<String, usize> = HashMap::new();
    for (index, rule) in rules.filter(|(_, r)| r.table == scope.id && !r.lookup.is_empty()) {
        let columns: Vec<usize> = rule.lhs.iter().chain(&rule.rhs).map(|n| scope.column(n)).collect();
        let (Some(from), Some(to)) = (places(&columns, &bijection.leader), places(&columns, follower)) else {
            continue;
        };
        for (i, entry) in rule.lookup.iter().enumerate() {
            let at = |places: &[usize]| {
                places
                    .iter()
                    .map(|p| value(scope, rule, entry, *p))
                    .collect::<Result<Vec<_>, String>>()
            };
            let label = format!("functional_dependencies[{index}].lookup[{i}]");
            let leading = at(&from).map_err(|m| format!("{label}: {m}"))?;
            let following = at(&to).map_err(|m| format!("{label}: {m}"))?;
            let same = |n: &usize| out.get(*n).is_some_and(|(l, f, _)| *l == leading && *f == following);
            let (key, value) = (key_of(&leading), key_of(&following));
            let other = forth
                .get(&key)
                .filter(|n| !same(n))
                .or_else(|| back.get(&value).filter(|n| !same(n)));
            if let Some((l, f, earlier)) = other.and_then(|n| out.get(*n)) {
                return Err(format!(
                    "{label} says {} <-> {}, and {earlier} says {} <-> {}: they determine each other, so no value can have two partners; remove one",
                    text(&leading),
                    text(&following),
                    text(l),
                    text(f)
                ));
            }
            forth.insert(key, out.len());
            back.insert(value, out.len());
            out.push((leading, following, label));
        }
    }
    Ok(out.into_iter().map(|(l, f, _)| (l, f)).collect())
}

fn text(cells: &[Cell]) -> String {
    cells.iter().map(|c| c.text()).collect::<Vec<_>>().join(", ")
}

/// Where each of `wanted` is among `columns`, if all are.
fn places(columns: &[usize], wanted: &[usize]) -> Option<Vec<usize>> {
    wanted.iter().map(|w| columns.iter().position(|c| c == w)).collect()
}

fn value(scope: &Scope<'_>, rule: &FunctionalDependency, entry: &[serde_json::Value], at: usize) -> Result<Cell, String> {
    let wanted = rule.lhs.len() + rule.rhs.len();
    if entry.len() != wanted {
        return Err(format!(
            "{} values; {} of lhs and {} of rhs are needed",
            entry.len(),
            rule.lhs.len(),
            rule.rhs.len()
        ));
    }
    let name = rule.lhs.iter().chain(&rule.rhs).nth(at).map(String::as_str).unwrap_or_default();
    let physical = scope.table.column(name).map_or(Physical::Text(None), |c| Physical::of(&c.sql_type));
    let value = entry.get(at).unwrap_or(&serde_json::Value::Null);
    Cell::from_json(value)
        .and_then(|v| v.cast(physical))
        .map_err(|m| format!("{name}: {m}"))
}
