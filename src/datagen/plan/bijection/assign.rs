//! The pairs of columns that determine each other: every leading value gets a following value that no other has.
//!
//! Which values the leader takes is found out once, when the plan is compiled, in row order; each gets the next drawn value of the follower that is free,
//! and the pairs are the follower's lookup from then on. Of a tuple the columns are drawn together; those that the leader has too, or that are computed,
//! are taken as they stand. Limit: [`PAIRS_MAX`] pairs.
//! Invariant: a follower's lookup has every value that its leader takes in the finished rows, and no value twice but NULL.

use super::super::super::block::{Block, Domain};
use super::super::super::cell::{Cell, Physical, cell};
use super::super::super::determined::Determined;
use super::super::super::distribution::RowValues;
use super::super::super::draw::Rows;
use super::super::super::error::DataGenError;
use super::super::super::key::key_of;
use super::super::compile::{self, Scope};
use super::super::{Plan, Source};
use super::{Bijection, text};
use arrow::array::ArrayRef;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most different values of a leader: each holds some 100 bytes a column while the table is made.
const PAIRS_MAX: usize = 250_000;
/// Draws of a following value before those that are left are taken in order.
const ATTEMPTS_MAX: u32 = 500;
/// Rules draw leaders again, which may take new values then; so often the rows are gone through.
const ROUNDS_MAX: usize = 8;

/// Gives every value that a leader takes its own following value.
pub(in super::super) fn assign(scope: &Scope<'_>, plan: &mut Plan, bijections: &[Bijection]) -> Result<(), DataGenError> {
    for bijection in bijections {
        for follower in &bijection.followers {
            Assignment::new(scope, plan, bijection, follower)?.run(plan)?;
        }
    }
    Ok(())
}

/// One follower's values in the making.
struct Assignment<'a> {
    scope: &'a Scope<'a>,
    bijection: &'a Bijection,
    follower: &'a [usize],
    /// Those of its columns that are drawn.
    drawn: Vec<usize>,
    /// Values that are given, as [`key_of`] writes them.
    taken: HashSet<String>,
    /// Values of a computed follower, and whose they are.
    computed: HashMap<String, u64>,
}

/// The number of a leading value, and what of its following tuple is there already.
type Waiting = (u64, Vec<Option<Cell>>);

impl<'a> Assignment<'a> {
    fn new(scope: &'a Scope<'a>, plan: &mut Plan, bijection: &'a Bijection, follower: &'a [usize]) -> Result<Self, DataGenError> {
        let table = plan.table(scope.index)?;
        let is_drawn = |c: &usize| table.columns.get(*c).is_some_and(|c| c.determined.is_some());
        let drawn: Vec<usize> = follower
            .iter()
            .copied()
            .filter(|c| !bijection.leader.contains(c))
            .filter(is_drawn)
            .collect();
        // What an earlier plan gave stays given.
        let base = scope.base.and_then(|b| b.table(scope.index).ok());
        for column in &drawn {
            let kept = base.and_then(|t| t.columns.get(*column)).and_then(|c| c.determined.as_ref());
            let kept: HashMap<u64, Cell> = kept.map(|d| d.lookup.clone()).unwrap_or_default();
            if let Some(lookup) = lookup(plan, scope.index, *column) {
                lookup.extend(kept);
            }
        }
        let mut out = Assignment {
            scope,
            bijection,
            follower,
            drawn,
            taken: HashSet::new(),
            computed: HashMap::new(),
        };
        if out.drawn.len() == follower.len() {
            out.take_listed(plan)?;
        } else if !out.drawn.is_empty() {
            out.take_made(plan)?;
        }
        Ok(out)
    }

    /// Takes the tuples that lookups hold whole.
    fn take_listed(&mut self, plan: &Plan) -> Result<(), DataGenError> {
        let made = plan.table(self.scope.index)?;
        let lookups: Vec<&HashMap<u64, Cell>> = self
            .drawn
            .iter()
            .filter_map(|c| Some(&made.columns.get(*c)?.determined.as_ref()?.lookup))
            .collect();
        let numbers = lookups.first().into_iter().flat_map(|l| l.keys());
        for number in numbers {
            let cells: Vec<Cell> = lookups.iter().filter_map(|l| l.get(number).cloned()).collect();
            if !cells.contains(&Cell::Null) {
                self.taken.insert(key_of(&cells));
            }
        }
        Ok(())
    }

    /// Takes the tuples of rows whose drawn part a lookup holds: the rest of them is known of rows alone.
    fn take_made(&mut self, plan: &Plan) -> Result<(), DataGenError> {
        let listed = self.drawn.iter().any(|c| {
            let column = plan.table(self.scope.index).ok().and_then(|t| t.columns.get(*c));
            column.and_then(|c| c.determined.as_ref()).is_some_and(|d| !d.lookup.is_empty())
        });
        if !listed {
            return Ok(());
        }
        let mut start = 0;
        let rows = plan.table(self.scope.index)?.rows;
        while start < rows {
            let end = (start + super::super::super::BLOCK_ROWS).min(rows);
            let index: Vec<u64> = (start..end).collect();
            let mut block = Block::new(plan, self.scope.index, &index);
            let arrays = columns(&mut block, self.follower)?;
            let leading = columns(&mut block, &self.bijection.leader)?;
            let first = self.drawn.first().and_then(|c| plan.table(self.scope.index).ok()?.columns.get(*c));
            if let Some(determined) = first.and_then(|c| c.determined.as_ref()) {
                for (i, number) in determined.numbers(&leading, index.len()).into_iter().enumerate() {
                    let cells: Vec<Cell> = arrays.iter().map(|a| cell(a, i)).collect();
                    if determined.lookup.contains_key(&number) && !cells.contains(&Cell::Null) {
                        self.taken.insert(key_of(&cells));
                    }
                }
            }
            start = end;
        }
        Ok(())
    }

    fn run(&mut self, plan: &mut Plan) -> Result<(), DataGenError> {
        let table = self.scope.index;
        let ruled = plan.table(table).is_ok_and(|t| !t.checks.is_empty() || !t.duplicates.is_empty());
        let rows = plan.table(table)?.rows;
        for _ in 0..ROUNDS_MAX {
            let mut fresh = false;
            let mut start = 0;
            while start < rows {
                let end = (start + super::super::super::BLOCK_ROWS).min(rows);
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

    fn names(&self, columns: &[usize]) -> String {
        let names: Vec<&str> = columns.iter().filter_map(|c| self.scope.names.get(*c).copied()).collect();
        names.join(", ")
    }

    /// Leading values of these rows that have no partner yet, in row order. A computed follower has them all; that they differ is checked.
    fn missing(&mut self, plan: &Plan, index: &[u64], ruled: bool) -> Result<Vec<Waiting>, DataGenError> {
        let mut block = Block::new(plan, self.scope.index, index);
        if ruled {
            block.settle()?;
        }
        let leading = columns(&mut block, &self.bijection.leader)?;
        let made = plan.table(self.scope.index)?;
        let first = self.drawn.first().and_then(|c| made.columns.get(*c));
        let Some(determined) = first.and_then(|c| c.determined.as_ref()) else {
            let following = columns(&mut block, self.follower)?;
            self.differ(&leading, &following, index.len())?;
            return Ok(Vec::new());
        };
        let mut there: BTreeMap<usize, ArrayRef> = BTreeMap::new();
        for column in self.follower.iter().filter(|c| !self.drawn.contains(c)) {
            there.insert(*column, block.column(*column)?);
        }
        let mut seen = HashSet::new();
        let mut out = Vec::new();
        for (i, number) in determined.numbers(&leading, index.len()).into_iter().enumerate() {
            if !determined.lookup.contains_key(&number) && seen.insert(number) {
                let tuple = self.follower.iter().map(|c| there.get(c).map(|a| cell(a, i)));
                out.push((number, tuple.collect()));
            }
        }
        Ok(out)
    }

    /// Fails where a computed follower has the same value for two of its leader.
    fn differ(&mut self, leading: &[ArrayRef], following: &[ArrayRef], rows: usize) -> Result<(), DataGenError> {
        let leader = Determined {
            by: Vec::new(),
            label: String::new(),
            seed: self.scope.seed,
            lookup: HashMap::new(),
        };
        for (i, number) in leader.numbers(leading, rows).into_iter().enumerate() {
            let values: Vec<Cell> = following.iter().map(|a| cell(a, i)).collect();
            if values.contains(&Cell::Null) || self.computed.len() > PAIRS_MAX {
                continue;
            }
            let owner = *self.computed.entry(key_of(&values)).or_insert(number);
            if owner != number {
                let (led, name) = (self.names(&self.bijection.leader), self.names(self.follower));
                return Err(self.fail(format!(
                    "{name} is computed from {led} and gives {} for two different values of it, so {name} does not determine {led}; change the expression, or drop the dependency {name} -> {led}",
                    text(&values)
                )));
            }
        }
        Ok(())
    }

    /// The drawn columns of some leading values, each under its number and one attempt.
    fn draw(&self, plan: &Plan, waiting: &[Waiting], attempt: u32) -> Result<Vec<ArrayRef>, DataGenError> {
        let index: Vec<u64> = waiting.iter().map(|(n, _)| *n).collect();
        let attempts = vec![attempt; index.len()];
        let rows = Rows {
            index: &index,
            attempts: (attempt > 0).then_some(attempts.as_slice()),
        };
        let mut out = Vec::new();
        for column in &self.drawn {
            let name = self.names(&[*column]);
            let made = plan.table(self.scope.index)?.columns.get(*column);
            let Some((made, Source::Sampler(sampler))) = made.map(|c| (c, &c.source)) else {
                return Err(self.fail(format!("{name} is no drawn column, so it cannot follow others; drop one direction")));
            };
            if !sampler.reads().is_empty() {
                return Err(self.fail(format!(
                    "{name} is made from other columns of the row, so it cannot be drawn once for each value that it follows; give it a distribution of its own"
                )));
            }
            let valid = (made.null_fraction > 0.0).then(|| rows.units(made.null_seed).map(|u| u >= made.null_fraction).collect());
            let array = sampler
                .sample(&rows, &RowValues(&[]))
                .and_then(|v| v.into_array(made.physical, valid));
            out.push(array.map_err(|m| self.fail(format!("{name}: {m}")))?);
        }
        Ok(out)
    }

    /// A following tuple: what is there of it, and the drawn cells in their places.
    fn whole(there: &[Option<Cell>], drawn: &[Cell]) -> Vec<Cell> {
        let mut drawn = drawn.iter();
        let next = |c: &Option<Cell>| c.clone().or_else(|| drawn.next().cloned()).unwrap_or(Cell::Null);
        there.iter().map(next).collect()
    }

    /// Takes a tuple, unless another has it. One with a NULL equals no other.
    fn take(&mut self, tuple: &[Cell]) -> bool {
        tuple.contains(&Cell::Null) || self.taken.insert(key_of(tuple))
    }

    /// Draws a value for each number until none has another's.
    fn give(&mut self, plan: &mut Plan, mut waiting: Vec<Waiting>) -> Result<(), DataGenError> {
        let mut given: Vec<(u64, Vec<Cell>)> = Vec::new();
        for attempt in 0..ATTEMPTS_MAX {
            if waiting.is_empty() {
                break;
            }
            let arrays = self.draw(plan, &waiting, attempt)?;
            let mut again = Vec::new();
            for (i, (number, there)) in waiting.into_iter().enumerate() {
                let drawn: Vec<Cell> = arrays.iter().map(|a| cell(a, i)).collect();
                if self.take(&Self::whole(&there, &drawn)) {
                    given.push((number, drawn));
                } else {
                    again.push((number, there));
                }
            }
            waiting = again;
        }
        if !waiting.is_empty() {
            let left = self.left();
            // Where all of the tuple is drawn, what one could not take no later one can.
            let (shared, mut from) = (self.drawn.len() < self.follower.len(), 0);
            for (number, there) in waiting {
                let start = if shared { 0 } else { from };
                let rest = left.get(start..).unwrap_or_default();
                let found = rest.iter().position(|drawn| self.take(&Self::whole(&there, drawn)));
                let Some(drawn) = found.and_then(|at| left.get(start + at)) else {
                    return Err(self.full());
                };
                from = start + found.unwrap_or(0) + 1;
                given.push((number, drawn.clone()));
            }
        }
        let id = &self.scope.id;
        for (place, column) in self.drawn.iter().enumerate() {
            let Some(lookup) = lookup(plan, self.scope.index, *column) else {
                continue;
            };
            if lookup.len() + given.len() > PAIRS_MAX {
                return Err(DataGenError::Limit {
                    place: format!("{} ({id})", self.bijection.label),
                    what: "the number of different values of columns that determine each other".to_owned(),
                    limit: PAIRS_MAX as u64,
                });
            }
            lookup.extend(
                given
                    .iter()
                    .filter_map(|(number, cells)| Some((*number, cells.get(place)?.clone()))),
            );
        }
        Ok(())
    }

    fn full(&self) -> DataGenError {
        let (led, name) = (self.names(&self.bijection.leader), self.names(&self.drawn));
        self.fail(format!(
            "{led} has more than {} different values, and no more of {name} were found: each needs one of its own; widen the distribution of {name}, or narrow that of {led}",
            self.taken.len()
        ))
    }

    /// The drawn tuples that can be counted off: rare ones are not drawn in time.
    fn left(&self) -> Vec<Vec<Cell>> {
        let mut out: Vec<Vec<Cell>> = vec![Vec::new()];
        for column in &self.drawn {
            let values = self.values(*column);
            if out.len().saturating_mul(values.len()) > PAIRS_MAX {
                return Vec::new();
            }
            let with = |head: &Vec<Cell>, v: &Cell| head.iter().chain([v]).cloned().collect();
            out = out.iter().flat_map(|head| values.iter().map(move |v| with(head, v))).collect();
        }
        out
    }

    /// The values of one column, where they can be counted off.
    fn values(&self, column: usize) -> Vec<Cell> {
        let physical = self.scope.table.columns.get(column).map(|c| Physical::of(&c.sql_type));
        let domain = physical.and_then(|p| Some((compile::domain(self.scope.plan(column)?, p)?, p)));
        match domain {
            Some(((Domain::Listed(cells), _), _)) => cells,
            Some(((Domain::Numbers(low), count), Physical::Int(_))) if count <= PAIRS_MAX as u64 => {
                (0..count as i64).map(|n| Cell::Int(low + n)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Several columns of a block.
fn columns(block: &mut Block<'_>, columns: &[usize]) -> Result<Vec<ArrayRef>, DataGenError> {
    columns.iter().map(|c| block.column(*c)).collect()
}

fn lookup(plan: &mut Plan, table: usize, column: usize) -> Option<&mut HashMap<u64, Cell>> {
    let column = plan.tables.get_mut(table)?.as_mut()?.columns.get_mut(column)?;
    column.determined.as_mut().map(|d| &mut d.lookup)
}
