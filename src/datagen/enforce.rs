//! Enforcement of rules on whole rows: CHECKs, implications.
//!
//! A row that breaks a rule gets values that the rule names, where it names them (`then status = 'closed'`), else other draws for the columns that may
//! move. Only rows that changed are looked at again. What a row ends with depends on its row number alone, never on the rows beside it: its attempt
//! number counts its own changes. Limit: [`PASSES_MAX`] passes; then the rules that were still broken are named. A value that breaks a rule is
//! replaced by one that satisfies it, not by a NULL, as long as draws find one: columns keep their declared share of NULLs.

use super::block::Block;
use super::cell::{Cell, Physical, from_cells};
use super::distribution::RowValues;
use super::error::DataGenError;
use super::plan::{CheckPlan, TablePlan};
use arrow::array::{Array, BooleanArray};
use arrow::compute::{interleave, nullif};
use std::collections::BTreeSet;

/// Passes over rows that break a rule before it is asked whether more are worth it; a condition that holds for one draw in twenty fails once in 10^11 rows.
const PASSES: u32 = 500;
/// Most passes.
pub const PASSES_MAX: u32 = 60_000;
/// Expected number of rows that passes without any would have satisfied: by then it is no chance.
const PATIENCE: f64 = 30.0;
/// Passes in which a comparison is drawn for before its bound is taken as it stands.
const DRAWS_MAX: u32 = 40;
/// Passes in which a rule that values broke is not satisfied by a NULL among them.
const VALUES_PASSES: u32 = 200;
/// Passes whose broken rules are named when no pass was the last.
const NAMED_PASSES: u32 = 20;

/// A value that makes a rule hold.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// Position of the column.
    pub column: usize,
    /// What it gets.
    pub value: Wanted,
}

/// What a column gets.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// One of these, chosen by the row.
    OneOf(Vec<Cell>),
    /// At least (1), at most (-1), above (2) or below (-2) this value: taken only where draws did not find one.
    Bound(Cell, i8),
    /// The value of another column, or a bound by it as above; 0 is equal.
    Column(usize, i8),
}

impl Assignment {
    /// Whether what the column gets depends on that of another one.
    pub fn reads(&self, column: usize) -> bool {
        self.column == column || matches!(self.value, Wanted::Column(other, _) if other == column)
    }
}

impl Block<'_> {
    /// Makes every rule hold in every row.
    pub(super) fn enforce(&mut self) -> Result<(), DataGenError> {
        let table = self.plan_table()?;
        if table.checks.is_empty() {
            return Ok(());
        }
        let mut rounds = vec![0_u32; self.rows.len()];
        // None: every row.
        let mut changed: Option<Vec<usize>> = None;
        // Draws for broken rows, rows that they satisfied, and draws since the last one.
        let (mut draws, mut satisfied, mut in_vain) = (0.0, 0.0, 0.0);
        // Rules that values of a row broke, by rule and row.
        let mut owed: BTreeSet<(usize, usize)> = BTreeSet::new();
        for pass in 0..PASSES_MAX {
            let mut again: Vec<usize> = Vec::new();
            for (number, check) in table.checks.iter().enumerate() {
                let holds = |i: &usize| match check.condition.value(&|column| self.cell(column, *i)) {
                    Cell::Bool(false) => false,
                    Cell::Null => pass >= VALUES_PASSES || !owed.contains(&(number, *i)),
                    _ => true,
                };
                let broken: Vec<usize> = match &changed {
                    None => check.condition.broken(&RowValues(self.columns()), self.rows.len()),
                    Some(rows) => rows.iter().copied().filter(|i| !holds(i)).collect(),
                };
                let Some(first) = broken.first() else { continue };
                for row in &broken {
                    if let Some(round) = rounds.get_mut(*row) {
                        // Attempt numbers keep to their 16 bits; past them draws repeat, which only many failing rules at once ever see.
                        *round = *round % 65_535 + 1;
                    }
                }
                let round: Vec<u32> = broken.iter().filter_map(|i| rounds.get(*i)).copied().collect();
                let assign = !check.assign.is_empty() && (check.assign_at_once || pass >= DRAWS_MAX || check.resampled.is_empty());
                if assign {
                    self.assign(&broken, check, round)?;
                } else if check.resampled.is_empty() && check.emptied.is_empty() {
                    return Err(failed(table, self.rows.get(*first).copied().unwrap_or(0), &[number]));
                } else {
                    let round = self.empty(&broken, check, round)?;
                    let (left, round): (Vec<usize>, Vec<u32>) = round.into_iter().unzip();
                    if !left.is_empty() {
                        self.redraw(&left, &check.resampled, Vec::new(), round)?;
                    }
                }
                owed.extend(broken.iter().map(|row| (number, *row)));
                again.extend(broken);
            }
            if again.is_empty() {
                return Ok(());
            }
            again.sort_unstable();
            again.dedup();
            if let Some(before) = changed.as_ref().map(Vec::len) {
                let better = before.saturating_sub(again.len()) as f64;
                draws += before as f64;
                satisfied += better;
                in_vain = if better > 0.0 { 0.0 } else { in_vain + before as f64 };
            }
            changed = Some(again);
            if pass >= PASSES && (satisfied == 0.0 || in_vain * satisfied / draws > PATIENCE) {
                break;
            }
        }
        self.give_up(changed.unwrap_or_default())
    }

    /// Empties the fewest columns that make the rule hold, of those of which it asks only whether they are NULL; the rows that this does not help.
    fn empty(&mut self, broken: &[usize], check: &CheckPlan, rounds: Vec<u32>) -> Result<Vec<(usize, u32)>, DataGenError> {
        let rows = broken.iter().copied().zip(rounds);
        if check.emptied.is_empty() {
            return Ok(rows.collect());
        }
        let table = self.plan_table()?;
        let (mut left, mut helped, mut again) = (Vec::new(), Vec::new(), Vec::new());
        let mut masks: Vec<Vec<bool>> = vec![vec![false; self.rows.len()]; check.emptied.len()];
        for (i, round) in rows {
            let chosen = self.fewest(i, check, table);
            if chosen == 0 {
                left.push((i, round));
                continue;
            }
            helped.push(i);
            again.push(round);
            for mask in masks
                .iter_mut()
                .enumerate()
                .filter(|(bit, _)| chosen & (1 << bit) != 0)
                .map(|(_, m)| m)
            {
                if let Some(slot) = mask.get_mut(i) {
                    *slot = true;
                }
            }
        }
        for (column, mask) in check.emptied.iter().zip(masks) {
            if let Some(array) = self.columns().get(*column).and_then(Option::as_ref) {
                let array = nullif(array, &BooleanArray::from(mask)).map_err(|e| DataGenError::Schema {
                    place: "rows of a CHECK".into(),
                    message: e.to_string(),
                })?;
                self.put(*column, array);
            }
        }
        if !helped.is_empty() && !check.dependants.is_empty() {
            self.redraw(&helped, &check.dependants, Vec::new(), again)?;
        }
        Ok(left)
    }

    /// The smallest set of a rule's columns to empty, as bits; 0 where none makes it hold. Of several the row's own choice.
    fn fewest(&self, i: usize, check: &CheckPlan, table: &TablePlan) -> usize {
        let bit = |column: usize| check.emptied.iter().position(|c| *c == column);
        let holds = |set: usize| {
            let cell = |column: usize| match bit(column) {
                Some(bit) if set & (1 << bit) != 0 => Cell::Null,
                _ => self.cell(column, i),
            };
            check.condition.value(&cell) == Cell::Bool(true)
        };
        let sets = 1..1_usize << check.emptied.len();
        let filled = |set: usize| {
            check
                .emptied
                .iter()
                .enumerate()
                .all(|(b, c)| set & (1 << b) == 0 || self.cell(*c, i) != Cell::Null)
        };
        let good: Vec<usize> = sets.filter(|s| filled(*s) && holds(*s)).collect();
        let Some(fewest) = good.iter().map(|s| s.count_ones()).min() else {
            return 0;
        };
        let smallest: Vec<usize> = good.into_iter().filter(|s| s.count_ones() == fewest).collect();
        let seed = check
            .emptied
            .first()
            .and_then(|c| table.columns.get(*c))
            .map(|c| c.null_seed.child("emptied"));
        let row = self.rows.get(i).copied().unwrap_or(0);
        let pick = seed.map_or(0, |s| super::draw::below(s.index(row), smallest.len() as u64));
        smallest.get(pick as usize).copied().unwrap_or(0)
    }

    /// Follows the first row that no pass satisfied a little further and names the rules that it keeps breaking.
    fn give_up(&mut self, rows: Vec<usize>) -> Result<(), DataGenError> {
        let table = self.plan_table()?;
        let Some(row) = rows.first().copied() else { return Ok(()) };
        let mut kept: Vec<usize> = Vec::new();
        for pass in 0..NAMED_PASSES {
            for (number, check) in table.checks.iter().enumerate() {
                if check.condition.holds(&|column| self.cell(column, row)) {
                    continue;
                }
                if !kept.contains(&number) {
                    kept.push(number);
                }
                if check.assign.is_empty() {
                    self.redraw(&[row], &check.resampled, Vec::new(), vec![65_535 - pass])?;
                } else {
                    self.assign(&[row], check, vec![65_535 - pass])?;
                }
            }
        }
        kept.sort_unstable();
        Err(failed(table, self.rows.get(row).copied().unwrap_or(0), &kept))
    }

    fn assign(&mut self, broken: &[usize], check: &CheckPlan, rounds: Vec<u32>) -> Result<(), DataGenError> {
        let table = self.plan_table()?;
        let mut set = Vec::new();
        for assignment in &check.assign {
            let Some(plan) = table.columns.get(assignment.column) else {
                continue;
            };
            let cells: Vec<Cell> = broken
                .iter()
                .zip(&rounds)
                .map(|(i, round)| match &assignment.value {
                    Wanted::OneOf(values) => {
                        let row = self.rows.get(*i).copied().unwrap_or(0);
                        let pick = super::draw::below(
                            plan.null_seed.child("assign").index(row).index(u64::from(*round)),
                            values.len() as u64,
                        );
                        values.get(pick as usize).cloned().unwrap_or(Cell::Null)
                    }
                    Wanted::Bound(value, side) => beside(value, *side, plan.physical),
                    Wanted::Column(other, side) => beside(&self.cell(*other, *i), *side, plan.physical),
                })
                .collect();
            let array = from_cells(&cells, plan.physical).map_err(|message| DataGenError::Value {
                table: table.id.clone(),
                column: plan.name.clone(),
                message: format!("{} gives it {message}", check.label),
            })?;
            set.push((assignment.column, array));
        }
        self.redraw(broken, &check.dependants, set, rounds)
    }

    /// Puts `set` in place in some rows and makes `columns` again for them, under a new attempt number.
    pub(super) fn redraw(
        &mut self,
        broken: &[usize],
        columns: &[usize],
        set: Vec<(usize, arrow::array::ArrayRef)>,
        rounds: Vec<u32>,
    ) -> Result<(), DataGenError> {
        let fail = |e: arrow::error::ArrowError| DataGenError::Schema {
            place: "rows of a CHECK".into(),
            message: e.to_string(),
        };
        let rows: Vec<u64> = broken.iter().filter_map(|i| self.rows.get(*i)).copied().collect();
        let mut again = self.sibling(&rows, rounds);
        for (column, array) in self.made_columns() {
            if !columns.contains(&column) {
                again.put(column, Self::picked(array, broken)?);
            }
        }
        let mut fresh = Vec::with_capacity(set.len() + columns.len());
        for (column, array) in set {
            again.put(column, array.clone());
            fresh.push((column, array));
        }
        // What is not made yet is made when all rules hold.
        for column in columns.iter().filter(|c| self.is_made(**c)) {
            fresh.push((*column, again.column(*column)?));
        }
        let mut source: Vec<(usize, usize)> = (0..self.rows.len()).map(|i| (0, i)).collect();
        for (new, old) in broken.iter().enumerate() {
            if let Some(slot) = source.get_mut(*old) {
                *slot = (1, new);
            }
        }
        for (column, array) in fresh {
            let merged = match self.made_columns().find(|(c, _)| *c == column) {
                Some((_, old)) => interleave(&[old.as_ref(), array.as_ref() as &dyn Array], &source).map_err(fail)?,
                None => continue,
            };
            self.put(column, merged);
        }
        Ok(())
    }
}

/// `value`, or the nearest value above or below it that the column holds.
pub(super) fn beside(value: &Cell, side: i8, physical: Physical) -> Cell {
    let step = i64::from(side.signum()) * i64::from(side.abs() > 1);
    match value.cast(physical).unwrap_or(Cell::Null) {
        cell if step == 0 => cell,
        Cell::Int(x) if matches!(physical, Physical::Int(_)) => Cell::Int(x.saturating_add(step)),
        Cell::Date(d) => Cell::Date(d.saturating_add(step as i32)),
        Cell::Timestamp(t) => Cell::Timestamp(t.saturating_add(step * 1_000_000)),
        Cell::Time(t) => Cell::Time(t.saturating_add(step * 1_000_000)),
        cell => match (cell.number(), physical) {
            (Some(x), Physical::Decimal(_, scale)) => Cell::Num(x + step as f64 * 10_f64.powi(-i32::from(scale))),
            (Some(x), _) => Cell::Num(x + step as f64 * (x.abs() * 1e-6).max(1e-6)),
            (None, _) => cell,
        },
    }
}

/// The error of a rule that no value of a column's type satisfies, if there is one: no draw, and no other distribution, would help.
pub(super) fn impossible(table: &TablePlan) -> Option<DataGenError> {
    let range = |column: usize| table.columns.get(column)?.physical.range();
    table.checks.iter().find_map(|check| {
        let column = table.columns.get(check.condition.past(&range)?)?;
        let (low, high) = column.physical.range()?;
        Some(DataGenError::Impossible {
            table: table.id.clone(),
            check: check.label.clone(),
            column: column.name.clone(),
            holds: format!("{} goes from {low} to {high}", column.physical),
        })
    })
}

/// The error of a row that keeps breaking these rules.
fn failed(table: &TablePlan, row: u64, rules: &[usize]) -> DataGenError {
    if let Some(error) = impossible(table) {
        return error;
    }
    let broken: Vec<&CheckPlan> = rules.iter().filter_map(|r| table.checks.get(*r)).collect();
    let mut columns: Vec<&str> = Vec::new();
    for name in broken
        .iter()
        .flat_map(|c| &c.condition.columns)
        .filter_map(|c| table.columns.get(*c))
    {
        if !columns.contains(&name.name.as_str()) {
            columns.push(&name.name);
        }
    }
    // A row that a parent has so as not to be without one moves for no rule.
    let covering = table.foreign_keys.iter().filter(|k| k.covers(row)).filter_map(|k| {
        k.pairs
            .iter()
            .filter_map(|(c, _)| table.columns.get(*c))
            .find(|c| columns.contains(&c.name.as_str()))
    });
    let covering: Vec<String> = covering
        .map(|c| format!("coverage of {}.{} (generation.columns)", table.id, c.name))
        .collect();
    match broken.as_slice() {
        several if !covering.is_empty() => DataGenError::Contradiction {
            table: table.id.clone(),
            row,
            rules: several.iter().map(|c| c.label.clone()).chain(covering).collect(),
            columns: columns.join(", "),
        },
        [one] => DataGenError::Check {
            table: table.id.clone(),
            row,
            check: one.label.clone(),
            columns: columns.join(", "),
        },
        several => DataGenError::Contradiction {
            table: table.id.clone(),
            row,
            rules: several.iter().map(|c| c.label.clone()).collect(),
            columns: columns.join(", "),
        },
    }
}
