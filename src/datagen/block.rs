//! A block: some rows of one table, made column by column on demand.
//!
//! Columns pull in what they read, parents included, so any column of any rows can be made alone. CHECKs are enforced on whole rows:
//! rows that break one get other draws for the columns it reads, in at most [`ROUNDS_MAX`] rounds.

use super::cell::{Cell, Values, cell, convert};
use super::distribution::RowValues;
use super::draw::Rows;
use super::error::DataGenError;
use super::key::NONE;
use super::plan::{Plan, Source, TablePlan};
use arrow::array::{Array, ArrayRef, BooleanArray, UInt64Array};
use arrow::compute::{interleave, nullif, take};

/// Rounds of new draws for rows that break a CHECK; a condition that holds for one draw in twenty fails once in 10^11 rows.
pub const ROUNDS_MAX: u32 = 500;

/// Rows in the making.
pub struct Block<'a> {
    plan: &'a Plan,
    table: usize,
    /// Row numbers.
    pub rows: &'a [u64],
    /// Attempt numbers that uniqueness gave the rows; None when all are 0.
    base: Option<Vec<u32>>,
    /// How often each row was drawn again, for columns that no key fixes; None when none was. A row's count depends on the row alone.
    rounds: Option<Vec<u32>>,
    columns: Vec<Option<ArrayRef>>,
}

impl<'a> Block<'a> {
    /// These rows of a table, nothing made yet.
    pub fn new(plan: &'a Plan, table: usize, rows: &'a [u64]) -> Self {
        let tried = plan.table(table).ok().map(|t| &t.attempts).filter(|a| !a.is_empty());
        let base = tried
            .map(|a| rows.iter().map(|r| a.get(r).copied().unwrap_or(0)).collect::<Vec<u32>>())
            .filter(|a| a.iter().any(|n| *n > 0));
        let columns = plan.table(table).map_or(0, |t| t.columns.len());
        Block {
            plan,
            table,
            rows,
            base,
            rounds: None,
            columns: vec![None; columns],
        }
    }

    /// The same, with attempt numbers of its own: the search for unique tuples.
    pub fn with_attempts(plan: &'a Plan, table: usize, rows: &'a [u64], attempt: u32) -> Self {
        let mut block = Block::new(plan, table, rows);
        block.base = (attempt > 0).then(|| vec![attempt; rows.len()]);
        block
    }

    /// The attempts that apply to a column (or foreign key) that keys fix, or to a free one.
    pub fn attempts(&self, free: bool) -> Option<Vec<u32>> {
        let rounds = self.rounds.as_ref().filter(|_| free);
        match (&self.base, rounds) {
            (base, None) => base.clone(),
            (None, Some(rounds)) => Some(rounds.iter().map(|r| r << 16).collect()),
            (Some(base), Some(rounds)) => Some(base.iter().zip(rounds).map(|(b, r)| b | (r << 16)).collect()),
        }
    }

    /// The table's plan.
    pub fn plan_table(&self) -> Result<&'a TablePlan, DataGenError> {
        self.plan.table(self.table)
    }

    /// A value already made.
    pub fn cell(&self, column: usize, row: usize) -> Cell {
        self.columns
            .get(column)
            .and_then(Option::as_ref)
            .map_or(Cell::Null, |a| cell(a, row))
    }

    /// One column.
    pub fn column(&mut self, column: usize) -> Result<ArrayRef, DataGenError> {
        self.ensure(column)?;
        self.made(column)
    }

    fn made(&self, column: usize) -> Result<ArrayRef, DataGenError> {
        let missing = || DataGenError::Schema {
            place: format!("column {column}"),
            message: "it was never made".into(),
        };
        self.columns.get(column).cloned().flatten().ok_or_else(missing)
    }

    /// Makes a column and what it reads, unless it is there.
    pub fn ensure(&mut self, column: usize) -> Result<(), DataGenError> {
        if self.columns.get(column).is_none_or(Option::is_some) {
            return Ok(());
        }
        let table = self.plan_table()?;
        let Some(plan) = table.columns.get(column) else { return Ok(()) };
        let value_error = |message: String| DataGenError::Value {
            table: table.id.clone(),
            column: plan.name.clone(),
            message,
        };
        let array = match &plan.source {
            Source::Sampler(sampler) => {
                for read in sampler.reads() {
                    self.ensure(*read)?;
                }
                let attempts = self.attempts(!plan.fixed);
                let rows = Rows {
                    index: self.rows,
                    attempts: attempts.as_deref(),
                };
                let values = sampler.sample(&rows, &RowValues(&self.columns)).map_err(value_error)?;
                let valid = (plan.null_fraction > 0.0).then(|| rows.units(plan.null_seed).map(|u| u >= plan.null_fraction).collect());
                let array = values.into_array(plan.physical, valid).map_err(value_error)?;
                if plan.required && array.null_count() > 0 {
                    return Err(value_error(
                        "it is NOT NULL, but what it is made from can be NULL; choose another distribution or source column".into(),
                    ));
                }
                array
            }
            Source::Part { key, part, at } => {
                let key = table
                    .tuple_keys
                    .get(*key)
                    .ok_or_else(|| value_error("its tuple key is missing".into()))?;
                at.array(key.parts(*part, self.rows).into_iter(), plan.physical)
                    .map_err(value_error)?
            }
            Source::Parent { foreign_key } => return self.gather(*foreign_key),
        };
        if let Some(slot) = self.columns.get_mut(column) {
            *slot = Some(array);
        }
        Ok(())
    }

    /// Makes all columns that a foreign key sets, from the parent rows that it chooses.
    fn gather(&mut self, foreign_key: usize) -> Result<(), DataGenError> {
        let plan = self.plan;
        let table = self.plan_table()?;
        let Some(key) = table.foreign_keys.get(foreign_key) else {
            return Ok(());
        };
        let free = key
            .pairs
            .iter()
            .all(|(child, _)| table.columns.get(*child).is_some_and(|c| !c.fixed));
        let parents = key.parents(plan, self, free)?;
        let any_none = parents.contains(&NONE);
        let (none, rows) = if any_none {
            let none: Vec<bool> = parents.iter().map(|p| *p == NONE).collect();
            (none, parents.into_iter().map(|p| if p == NONE { 0 } else { p }).collect())
        } else {
            (Vec::new(), parents)
        };
        let none = BooleanArray::from(none);
        let mut block = Block::new(plan, key.parent, &rows);
        for (child, theirs) in &key.pairs {
            let Some(column) = table.columns.get(*child) else { continue };
            let fail = |message: String| DataGenError::Value {
                table: table.id.clone(),
                column: column.name.clone(),
                message,
            };
            let mut array = convert(&block.column(*theirs)?, column.physical).map_err(fail)?;
            if any_none {
                array = nullif(&array, &none).map_err(|e| fail(e.to_string()))?;
            }
            if column.required && array.null_count() > 0 {
                return Err(fail(
                    "it is NOT NULL, but its foreign key finds no parent for some rows; give the parent more rows".into(),
                ));
            }
            if let Some(slot) = self.columns.get_mut(*child) {
                *slot = Some(array);
            }
        }
        Ok(())
    }

    /// Every column, with all CHECKs holding.
    pub fn finish(mut self) -> Result<Vec<ArrayRef>, DataGenError> {
        self.hold()?;
        (0..self.columns.len()).map(|c| self.made(c)).collect()
    }

    /// Makes every column, and draws again where a CHECK is broken: what a row becomes depends on the row alone, not on its neighbours.
    fn hold(&mut self) -> Result<(), DataGenError> {
        for column in 0..self.columns.len() {
            self.ensure(column)?;
        }
        let table = self.plan_table()?;
        let mut rounds = vec![0_u32; if table.checks.is_empty() { 0 } else { self.rows.len() }];
        loop {
            let mut clean = true;
            for check in &table.checks {
                let broken = check.condition.broken(&RowValues(&self.columns), self.rows.len());
                if broken.is_empty() {
                    continue;
                }
                clean = false;
                let mut hopeless = check.resampled.is_empty().then(|| broken.first().copied()).flatten();
                for row in &broken {
                    if let Some(round) = rounds.get_mut(*row) {
                        *round += 1;
                        hopeless = hopeless.or((*round > ROUNDS_MAX).then_some(*row));
                    }
                }
                if let Some(row) = hopeless {
                    let names = check.condition.columns.iter().filter_map(|c| table.columns.get(*c));
                    let columns = names.map(|c| c.name.as_str()).collect::<Vec<_>>();
                    return Err(DataGenError::Check {
                        table: table.id.clone(),
                        row: self.rows.get(row).copied().unwrap_or(0),
                        check: check.sql.clone(),
                        columns: columns.join(", "),
                    });
                }
                let again = broken.iter().filter_map(|i| rounds.get(*i)).copied().collect();
                self.redraw(&broken, &check.resampled, again)?;
            }
            if clean {
                return Ok(());
            }
        }
    }

    /// Makes `columns` again for some rows, under a new attempt number, and puts them in place.
    fn redraw(&mut self, broken: &[usize], columns: &[usize], rounds: Vec<u32>) -> Result<(), DataGenError> {
        let fail = |e: arrow::error::ArrowError| DataGenError::Schema {
            place: "rows of a CHECK".into(),
            message: e.to_string(),
        };
        let rows: Vec<u64> = broken.iter().filter_map(|i| self.rows.get(*i)).copied().collect();
        let mut again = Block::new(self.plan, self.table, &rows);
        again.rounds = Some(rounds);
        let picks = UInt64Array::from_iter_values(broken.iter().map(|i| *i as u64));
        for (column, array) in self.columns.iter().enumerate() {
            if let (false, Some(array), Some(slot)) = (columns.contains(&column), array, again.columns.get_mut(column)) {
                *slot = Some(take(array, &picks, None).map_err(fail)?);
            }
        }
        let mut source: Vec<(usize, usize)> = (0..self.rows.len()).map(|i| (0, i)).collect();
        for (new, old) in broken.iter().enumerate() {
            if let Some(slot) = source.get_mut(*old) {
                *slot = (1, new);
            }
        }
        for column in columns {
            let fresh = again.column(*column)?;
            if let Some(Some(slot)) = self.columns.get_mut(*column) {
                *slot = interleave(&[slot.as_ref(), fresh.as_ref() as &dyn Array], &source).map_err(fail)?;
            }
        }
        Ok(())
    }
}

/// What the numbers of a tuple key's part stand for.
#[derive(Debug, Clone)]
pub enum Domain {
    /// low, low + 1, ...
    Numbers(i64),
    /// Days from this one on.
    Days(i32),
    /// Listed values.
    Listed(Vec<Cell>),
}

impl Domain {
    fn array(&self, numbers: impl Iterator<Item = u64>, physical: super::cell::Physical) -> Result<ArrayRef, String> {
        match self {
            Domain::Numbers(low) => Values::Ints(numbers.map(|n| low + n as i64).collect()),
            Domain::Days(first) => Values::Days(numbers.map(|n| first + n as i32).collect()),
            Domain::Listed(values) => Values::Cells(numbers.map(|n| values.get(n as usize).cloned().unwrap_or(Cell::Null)).collect()),
        }
        .into_array(physical, None)
    }
}
