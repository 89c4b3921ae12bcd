//! Mutual functional dependencies (a -> b and b -> a): one side leads, the other follows, and different leading values get different following ones.
//!
//! The leader is drawn as ever. Which values it takes is found out once, when the plan is compiled, in row order; each gets the next drawn value of the
//! follower that no other has, and the pairs are the follower's lookup from then on. Limits: [`PAIRS_MAX`] pairs; a follower is one column.
//! Invariant: a follower's lookup has every value that its leader takes in the finished rows, and no value twice but NULL.

use super::super::block::{Block, Domain};
use super::super::cell::{Cell, Physical, cell};
use super::super::determined::Determined;
use super::super::distribution::RowValues;
use super::super::draw::Rows;
use super::super::error::DataGenError;
use super::super::key::key_of;
use super::compile::{self, Scope};
use super::{Plan, Source};
use crate::ir::constraint::FunctionalDependency;
use crate::ir::generation::Distribution;
use arrow::array::{Array, ArrayRef};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Most different values of a leader: each holds some 100 bytes while the table is made.
const PAIRS_MAX: usize = 250_000;
/// Draws of a following value before those that are left are taken in order.
const ATTEMPTS_MAX: u32 = 500;
/// Rules draw leaders again, which may take new values then; so often the rows are gone through.
const ROUNDS_MAX: usize = 8;

/// Columns that determine each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bijection {
    /// What is drawn.
    pub leader: Vec<usize>,
    /// What follows, value by value; unique ones need no lookup.
    pub followers: Vec<usize>,
    /// All columns of it.
    pub members: Vec<usize>,
    /// What messages call it.
    pub label: String,
}

impl Bijection {
    /// Whether this says already that `lhs` determines `column`.
    pub(super) fn covers(&self, lhs: &[usize], column: usize) -> bool {
        let side = |columns: &[usize]| match columns {
            [one] => self.followers.contains(one) || self.leader == [*one] || self.leader.len() == 1 && self.members.contains(one),
            several => {
                let wanted: BTreeSet<&usize> = several.iter().collect();
                self.leader.iter().collect::<BTreeSet<_>>() == wanted
            }
        };
        self.members.contains(&column) && side(lhs)
    }

    /// Whether `column` is determined by known ones: by the leader, or by one that leads to it.
    pub(super) fn follows(&self, column: usize, known: &[usize]) -> bool {
        let back = |c: &usize| known.contains(c) && (self.leader.len() == 1 || !self.leader.contains(c));
        self.members.contains(&column) && (self.leader.iter().all(|c| known.contains(c)) || self.members.iter().any(back))
    }

    /// The one column that leads `column`, if there is one.
    pub(super) fn led(&self, column: usize) -> Option<usize> {
        match self.leader.as_slice() {
            [one] if self.members.contains(&column) => Some(*one),
            _ => None,
        }
    }
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
    let add = |leader: Vec<usize>, members: Vec<usize>, out: &mut Vec<Bijection>| {
        let unique = |c: usize| groups.iter().any(|g| *g == [c]);
        let keyed = matches!(leader.as_slice(), [one] if unique(*one));
        let led: Vec<&str> = leader.iter().map(name).collect();
        let rest: Vec<usize> = members.iter().copied().filter(|c| !leader.contains(c)).collect();
        let names: Vec<&str> = rest.iter().map(name).collect();
        out.push(Bijection {
            label: format!("constraints.functional_dependencies: {} <-> {}", led.join(", "), names.join(", ")),
            // Two columns that never repeat determine each other as they stand.
            followers: rest.into_iter().filter(|c| !(keyed && unique(*c))).collect(),
            leader,
            members,
        });
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
        let outside = |c: &usize| rules.iter().any(|(l, r)| r.contains(c) && !l.iter().all(|l| members.contains(l)));
        let numbered = |c: &usize| {
            let keyed = scope
                .table
                .foreign_keys
                .iter()
                .any(|k| k.columns.iter().any(|n| scope.column(n) == *c));
            keyed
                || matches!(
                    scope.plan(*c).map(|p| &p.distribution),
                    Some(Distribution::Sequence { .. } | Distribution::LineNo { .. })
                )
        };
        let made = |c: &usize| {
            matches!(
                scope.plan(*c).map(|p| &p.distribution),
                Some(Distribution::Derived { .. } | Distribution::AfterColumn { .. })
            )
        };
        let unique = |c: &usize| groups.iter().any(|g| g.contains(c));
        let values = |c: &usize| {
            let physical = Physical::of(&scope.table.columns.get(*c)?.sql_type);
            compile::domain(scope.plan(*c)?, physical).map(|(_, count)| count)
        };
        // What cannot follow leads; then what has the fewest values, since each needs another of its followers.
        let leader = members
            .iter()
            .copied()
            .min_by_key(|c| (made(c), !outside(c), !unique(c), !numbered(c), values(c).unwrap_or(u64::MAX), *c));
        add(leader.into_iter().collect(), members, &mut out);
    }
    for (lhs, rhs) in rules.iter().filter(|(l, _)| l.len() > 1) {
        for column in rhs.iter().filter(|c| !lhs.contains(c)) {
            if !seen.contains(column) && reach.get(column).is_some_and(|all| lhs.iter().all(|c| all.contains(c))) {
                seen.insert(*column);
                let members = lhs.iter().copied().chain([*column]).collect();
                add(lhs.clone(), members, &mut out);
            }
        }
    }
    out
}

/// The pairs that lookups list, each found under the values of the leader; two that contradict each other are an error.
pub(super) fn listed(scope: &Scope<'_>, bijection: &Bijection, follower: usize) -> Result<Vec<(Vec<Cell>, Cell)>, String> {
    let rules = scope.ir.constraints.functional_dependencies.iter().enumerate();
    let mut out: Vec<(Vec<Cell>, Cell, String)> = Vec::new();
    let mut forth: HashMap<String, usize> = HashMap::new();
    let mut back: HashMap<String, usize> = HashMap::new();
    for (index, rule) in rules.filter(|(_, r)| r.table == scope.id && !r.lookup.is_empty()) {
        let columns: Vec<usize> = rule.lhs.iter().chain(&rule.rhs).map(|n| scope.column(n)).collect();
        let (Some(from), Some(to)) = (places(&columns, &bijection.leader), places(&columns, &[follower])) else {
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
            let following = at(&to).map_err(|m| format!("{label}: {m}"))?.pop().unwrap_or(Cell::Null);
            let same = |n: &usize| out.get(*n).is_some_and(|(l, f, _)| *l == leading && *f == following);
            let (key, value) = (key_of(&leading), key_of(std::slice::from_ref(&following)));
            let other = forth
                .get(&key)
                .filter(|n| !same(n))
                .or_else(|| back.get(&value).filter(|n| !same(n)));
            if let Some((l, f, earlier)) = other.and_then(|n| out.get(*n)) {
                return Err(format!(
                    "{label} says {} <-> {}, and {earlier} says {} <-> {}: they determine each other, so no value can have two partners; remove one",
                    text(&leading),
                    following.text(),
                    text(l),
                    f.text()
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

/// Gives every value that a leader takes its own following value.
pub(super) fn assign(scope: &Scope<'_>, plan: &mut Plan, bijections: &[Bijection]) -> Result<(), DataGenError> {
    for bijection in bijections {
        for follower in &bijection.followers {
            Assignment::new(scope, plan, bijection, *follower)?.run(plan)?;
        }
    }
    Ok(())
}

/// One follower's values in the making.
struct Assignment<'a> {
    scope: &'a Scope<'a>,
    bijection: &'a Bijection,
    follower: usize,
    /// Values that are given, as [`key_of`] writes them.
    taken: HashSet<String>,
    /// Values of a computed follower, and whose they are.
    computed: HashMap<String, u64>,
}

impl<'a> Assignment<'a> {
    fn new(scope: &'a Scope<'a>, plan: &mut Plan, bijection: &'a Bijection, follower: usize) -> Result<Self, DataGenError> {
        // What an earlier plan gave stays given.
        let kept = scope
            .base
            .and_then(|b| b.table(scope.index).ok())
            .and_then(|t| t.columns.get(follower));
        let kept: HashMap<u64, Cell> = kept
            .and_then(|c| c.determined.as_ref())
            .map(|d| d.lookup.clone())
            .unwrap_or_default();
        let mut taken = HashSet::new();
        if let Some(lookup) = lookup(plan, scope.index, follower) {
            lookup.extend(kept);
            taken.extend(
                lookup
                    .values()
                    .filter(|c| **c != Cell::Null)
                    .map(|c| key_of(std::slice::from_ref(c))),
            );
        }
        Ok(Assignment {
            scope,
            bijection,
            follower,
            taken,
            computed: HashMap::new(),
        })
    }

    fn run(&mut self, plan: &mut Plan) -> Result<(), DataGenError> {
        let table = self.scope.index;
        let ruled = plan.table(table).is_ok_and(|t| !t.checks.is_empty() || !t.duplicates.is_empty());
        let rows = plan.table(table)?.rows;
        for _ in 0..ROUNDS_MAX {
            let mut fresh = false;
            let mut start = 0;
            while start < rows {
                let end = (start + super::super::BLOCK_ROWS).min(rows);
                let index: Vec<u64> = (start..end).collect();
                let missing = self.missing(plan, &index, ruled)?;
                fresh |= !missing.is_empty();
                self.give(plan, missing)?;
                start = end;
            }
            // Without rules the first values are the final ones.
            if !fresh || !ruled {
                return Ok(());
            }
        }
        Err(self.fail(
            "the table's conditions draw the leading columns again without end; loosen the conditions, or drop one direction".to_owned(),
        ))
    }

    fn fail(&self, message: String) -> DataGenError {
        DataGenError::Schema {
            place: format!("{} ({})", self.bijection.label, self.scope.id),
            message,
        }
    }

    /// Numbers of leading values of these rows that have no partner yet, in row order. A computed follower has them all; that they differ is checked.
    fn missing(&mut self, plan: &Plan, index: &[u64], ruled: bool) -> Result<Vec<u64>, DataGenError> {
        let mut block = Block::new(plan, self.scope.index, index);
        if ruled {
            block.settle()?;
        }
        let arrays = self
            .bijection
            .leader
            .iter()
            .map(|c| block.column(*c))
            .collect::<Result<Vec<_>, _>>()?;
        let column = plan.table(self.scope.index)?.columns.get(self.follower);
        let Some(determined) = column.and_then(|c| c.determined.as_ref()) else {
            self.differ(&arrays, &block.column(self.follower)?)?;
            return Ok(Vec::new());
        };
        let mut seen = HashSet::new();
        let numbers = determined.numbers(&arrays, index.len()).into_iter();
        Ok(numbers.filter(|n| !determined.lookup.contains_key(n) && seen.insert(*n)).collect())
    }

    /// Fails where a computed follower has the same value for two of its leader.
    fn differ(&mut self, leading: &[ArrayRef], following: &ArrayRef) -> Result<(), DataGenError> {
        let leader = Determined {
            by: Vec::new(),
            label: String::new(),
            seed: self.scope.seed,
            lookup: HashMap::new(),
        };
        for (i, number) in leader.numbers(leading, following.len()).into_iter().enumerate() {
            let value = cell(following, i);
            if value == Cell::Null || self.computed.len() > PAIRS_MAX {
                continue;
            }
            let owner = *self.computed.entry(key_of(std::slice::from_ref(&value))).or_insert(number);
            if owner != number {
                let names = |columns: &[usize]| {
                    columns
                        .iter()
                        .filter_map(|c| self.scope.names.get(*c).copied())
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                let (led, name) = (names(&self.bijection.leader), names(&[self.follower]));
                return Err(self.fail(format!(
                    "{name} is computed from {led} and gives {} for two different values of it, so {name} does not determine {led}; change the expression, or drop the dependency {name} -> {led}",
                    value.text()
                )));
            }
        }
        Ok(())
    }

    /// Draws a value for each number until none has another's.
    fn give(&mut self, plan: &mut Plan, mut waiting: Vec<u64>) -> Result<(), DataGenError> {
        let name = self.scope.names.get(self.follower).copied().unwrap_or_default();
        let mut given: Vec<(u64, Cell)> = Vec::new();
        for attempt in 0..ATTEMPTS_MAX {
            if waiting.is_empty() {
                break;
            }
            let column = plan.table(self.scope.index)?.columns.get(self.follower);
            let Some((column, Source::Sampler(sampler))) = column.map(|c| (c, &c.source)) else {
                return Ok(());
            };
            if !sampler.reads().is_empty() {
                return Err(self.fail(format!(
                    "{name} is made from other columns of the row, so it cannot be drawn once for each value that it follows; give it a distribution of its own"
                )));
            }
            let attempts = vec![attempt; waiting.len()];
            let rows = Rows {
                index: &waiting,
                attempts: (attempt > 0).then_some(attempts.as_slice()),
            };
            let valid = (column.null_fraction > 0.0).then(|| rows.units(column.null_seed).map(|u| u >= column.null_fraction).collect());
            let array = sampler
                .sample(&rows, &RowValues(&[]))
                .and_then(|v| v.into_array(column.physical, valid));
            let array = array.map_err(|m| self.fail(format!("{name}: {m}")))?;
            let mut again = Vec::new();
            for (i, number) in waiting.iter().enumerate() {
                let cell = cell(&array, i);
                if cell == Cell::Null || self.taken.insert(key_of(std::slice::from_ref(&cell))) {
                    given.push((*number, cell));
                } else {
                    again.push(*number);
                }
            }
            waiting = again;
        }
        let mut left = self.left().into_iter();
        for number in waiting {
            let Some(cell) = left.find(|c| self.taken.insert(key_of(std::slice::from_ref(c)))) else {
                let led: Vec<&str> = self
                    .bijection
                    .leader
                    .iter()
                    .filter_map(|c| self.scope.names.get(*c).copied())
                    .collect();
                let message = format!(
                    "{} has more than {} different values, and no more of {name} were found: each needs one of its own; widen the distribution of {name}, or narrow that of {}",
                    led.join(", "),
                    self.taken.len(),
                    led.join(", ")
                );
                return Err(self.fail(message));
            };
            given.push((number, cell));
        }
        let id = &self.scope.id;
        match lookup(plan, self.scope.index, self.follower) {
            Some(lookup) if lookup.len() + given.len() > PAIRS_MAX => Err(DataGenError::Limit {
                place: format!("{} ({id})", self.bijection.label),
                what: "the number of different values of columns that determine each other".to_owned(),
                limit: PAIRS_MAX as u64,
            }),
            Some(lookup) => {
                lookup.extend(given);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The values of a follower that can be counted off: rare ones are not drawn in time.
    fn left(&self) -> Vec<Cell> {
        let physical = self.scope.table.columns.get(self.follower).map(|c| Physical::of(&c.sql_type));
        let domain = physical.and_then(|p| Some((compile::domain(self.scope.plan(self.follower)?, p)?, p)));
        match domain {
            Some(((Domain::Listed(cells), _), _)) => cells,
            Some(((Domain::Numbers(low), count), Physical::Int(_))) if count <= PAIRS_MAX as u64 => {
                (0..count as i64).map(|n| Cell::Int(low + n)).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn lookup(plan: &mut Plan, table: usize, column: usize) -> Option<&mut HashMap<u64, Cell>> {
    let column = plan.tables.get_mut(table)?.as_mut()?.columns.get_mut(column)?;
    column.determined.as_mut().map(|d| &mut d.lookup)
}
