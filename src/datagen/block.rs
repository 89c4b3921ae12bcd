//! A block: some rows of one table, made column by column on demand.
//!
//! Columns pull in what they read, parents included, so any column of any rows can be made alone. Rules are enforced on whole rows: see
//! [`super::enforce`].

mod ancestors;
mod halves;

use super::cell::{Cell, Values, cell, convert};
use super::determined::Determined;
use super::distribution::RowValues;
use super::draw::Rows;
use super::error::DataGenError;
use super::key::NONE;
use super::plan::{Plan, Source, TablePlan};
use ancestors::Ancestors;
use arrow::array::{Array, ArrayRef, BooleanArray, UInt64Array};
use arrow::compute::{nullif, take};
use std::cell::RefCell;
use std::rc::Rc;

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
    /// Parent rows that the foreign keys chose, as they are asked for.
    parents: Vec<Option<Rc<Vec<u64>>>>,
    /// What earlier rows of the same table hold, where rows are made from those.
    ancestors: Option<Rc<RefCell<Ancestors>>>,
}

impl<'a> Block<'a> {
    /// These rows of a table, nothing made yet.
    pub fn new(plan: &'a Plan, table: usize, rows: &'a [u64]) -> Self {
        let tried = plan.table(table).ok().map(|t| &t.attempts).filter(|a| !a.is_empty());
        let base = tried
            .map(|a| rows.iter().map(|r| a.get(r).copied().unwrap_or(0)).collect::<Vec<u32>>())
            .filter(|a| a.iter().any(|n| *n > 0));
        let (columns, keys) = plan.table(table).map_or((0, 0), |t| (t.columns.len(), t.foreign_keys.len()));
        Block {
            plan,
            table,
            rows,
            base,
            rounds: None,
            columns: vec![None; columns],
            parents: vec![None; keys],
            ancestors: None,
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
        if let Some(halves) = self.halves() {
            let old = Block::new(halves.base, self.table, &halves.old).column(column)?;
            let array = match halves.new.is_empty() {
                true => old,
                false => halves.join(&old, &self.newer(&halves).column(column)?)?,
            };
            self.put(column, array);
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
                let attempts = self.attempts(!plan.fixed).filter(|_| !plan.still);
                let mut rows = Rows {
                    index: self.rows,
                    attempts: attempts.as_deref(),
                };
                // A determined column draws as the row that its determining values stand for.
                let stands_for = match &plan.determined {
                    Some(determined) => Some(self.stands_for(determined)?),
                    None => None,
                };
                if let Some(index) = &stands_for {
                    rows = Rows { index, attempts: None };
                }
                // What is determined stays so when rows are added: the first plan says it.
                let sampler = stands_for
                    .as_ref()
                    .and_then(|_| self.plan.first_sampler(self.table, column))
                    .unwrap_or(sampler.as_ref());
                let values = sampler.sample(&rows, &RowValues(&self.columns)).map_err(value_error)?;
                let valid = (plan.null_fraction > 0.0).then(|| rows.units(plan.null_seed).map(|u| u >= plan.null_fraction).collect());
                let mut array = values.into_array(plan.physical, valid).map_err(value_error)?;
                if let (Some(determined), Some(index)) = (&plan.determined, &stands_for) {
                    array = determined.look_up(array, index, plan.physical).map_err(value_error)?;
                }
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
            Source::Borrowed { foreign_key, column } => self.borrow(*foreign_key, *column).map_err(|e| match e {
                DataGenError::Schema { message, .. } => value_error(message),
                other => other,
            })?,
        };
        if let Some(slot) = self.columns.get_mut(column) {
            *slot = Some(array);
        }
        Ok(())
    }

    /// The rows that the determining values of these rows stand for: equal values, equal number.
    fn stands_for(&mut self, determined: &Determined) -> Result<Vec<u64>, DataGenError> {
        let arrays = determined.by.iter().map(|c| self.column(*c)).collect::<Result<Vec<_>, _>>()?;
        Ok(determined.numbers(&arrays, self.rows.len()))
    }

    /// The parent rows that a foreign key chooses.
    pub(super) fn parents(&mut self, foreign_key: usize) -> Result<Rc<Vec<u64>>, DataGenError> {
        if let Some(Some(parents)) = self.parents.get(foreign_key) {
            return Ok(parents.clone());
        }
        let table = self.plan_table()?;
        let missing = || DataGenError::Schema {
            place: table.id.clone(),
            message: format!("it has no foreign key number {foreign_key}"),
        };
        let key = table.foreign_keys.get(foreign_key).ok_or_else(missing)?;
        let mut columns = key.pairs.iter().filter_map(|(child, _)| table.columns.get(*child));
        let free = columns.clone().all(|c| !c.fixed);
        let parents = match columns.find_map(|c| c.determined.as_ref()) {
            Some(determined) => {
                let index = self.stands_for(determined)?;
                let plan = self.plan.first();
                let key = plan.table(self.table)?.foreign_keys.get(foreign_key).unwrap_or(key);
                let mut proxy = Block::new(plan, self.table, &index);
                proxy.base = None;
                key.parents(plan, &mut proxy, false)?
            }
            None => key.parents(self.plan, self, free)?,
        };
        let parents = Rc::new(parents);
        if let Some(slot) = self.parents.get_mut(foreign_key) {
            *slot = Some(parents.clone());
        }
        Ok(parents)
    }

    /// A column of the parent rows. All rows of a parent that is not large are made once for the whole plan.
    fn borrow(&mut self, foreign_key: usize, column: usize) -> Result<ArrayRef, DataGenError> {
        let parents = self.parents(foreign_key)?;
        let plan = self.plan;
        let missing = || DataGenError::Schema {
            place: "a borrowed column".into(),
            message: "its foreign key is missing".into(),
        };
        let key = self.plan_table()?.foreign_keys.get(foreign_key).ok_or_else(missing)?;
        let parent = plan.table(key.parent)?;
        if key.parent == self.table && parent.inherited.contains(&column) {
            return self.of_ancestors(column, &parents);
        }
        let fail = |e: arrow::error::ArrowError| DataGenError::Schema {
            place: parent.id.clone(),
            message: e.to_string(),
        };
        if parent.rows > BORROWED_ROWS_MAX {
            let rows: Vec<u64> = parents.iter().map(|p| if *p == NONE { 0 } else { *p }).collect();
            let array = Block::new(plan, key.parent, &rows).finished_column(column)?;
            let none = BooleanArray::from(parents.iter().map(|p| *p == NONE).collect::<Vec<_>>());
            return nullif(&array, &none).map_err(fail);
        }
        let whole = parent.whole.get(column).ok_or_else(missing)?;
        let whole = match whole.get() {
            Some(array) => array,
            None => {
                let made = whole_column(plan, key.parent, column)?;
                whole.get_or_init(|| made)
            }
        };
        let picks: UInt64Array = parents.iter().map(|p| (*p != NONE).then_some(*p)).collect();
        take(whole, &picks, None).map_err(fail)
    }

    /// Makes all columns that a foreign key sets, from the parent rows that it chooses.
    fn gather(&mut self, foreign_key: usize) -> Result<(), DataGenError> {
        let plan = self.plan;
        let table = self.plan_table()?;
        let Some(key) = table.foreign_keys.get(foreign_key) else {
            return Ok(());
        };
        let parents = self.parents(foreign_key)?;
        let any_none = parents.contains(&NONE);
        let (none, rows): (Vec<bool>, Rc<Vec<u64>>) = if any_none {
            let none = parents.iter().map(|p| *p == NONE).collect();
            (none, Rc::new(parents.iter().map(|p| if *p == NONE { 0 } else { *p }).collect()))
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

    /// Every column that is written, with all rules holding, and its noise.
    pub fn finish(mut self) -> Result<Vec<ArrayRef>, DataGenError> {
        if let Some(halves) = self.halves() {
            let old = Block::new(halves.base, self.table, &halves.old).finish()?;
            if halves.new.is_empty() {
                return Ok(old);
            }
            let new = self.newer(&halves).finish()?;
            return old.iter().zip(&new).map(|(old, new)| halves.join(old, new)).collect();
        }
        self.settle()?;
        self.duplicate()?;
        let table = self.plan_table()?;
        let noisy = |(i, plan): (usize, &super::plan::ColumnPlan)| {
            let array = self.made(i)?;
            match &plan.dirty {
                None => Ok(array),
                Some(dirty) => dirty.apply(array, self.rows, plan.physical).map_err(|message| DataGenError::Value {
                    table: table.id.clone(),
                    column: plan.name.clone(),
                    message,
                }),
            }
        };
        table.shown().enumerate().map(noisy).collect()
    }

    /// Makes every column that is written, with all rules holding.
    pub(super) fn settle(&mut self) -> Result<(), DataGenError> {
        let table = self.plan_table()?;
        for column in (0..table.written).filter(|c| !table.computed.contains(c)) {
            self.ensure(column)?;
        }
        self.enforce()?;
        table.computed.iter().try_for_each(|column| self.ensure(*column))
    }

    /// One column as [`Block::finish`] gives it; others are made only where rules may move it.
    pub fn finished_column(mut self, column: usize) -> Result<ArrayRef, DataGenError> {
        if let Some(halves) = self.halves() {
            let old = Block::new(halves.base, self.table, &halves.old).finished_column(column)?;
            return match halves.new.is_empty() {
                true => Ok(old),
                false => halves.join(&old, &self.newer(&halves).finished_column(column)?),
            };
        }
        let table = self.plan_table()?;
        let repeated = table
            .duplicates
            .iter()
            .any(|d| d.columns.contains(&column) || d.dependants.contains(&column));
        if repeated || table.checks.iter().any(|c| c.moves(column)) {
            self.settle()?;
            self.duplicate()?;
        }
        self.column(column)
    }

    /// Some of the same table's rows under another attempt number, nothing made yet.
    pub(super) fn sibling<'b>(&self, rows: &'b [u64], rounds: Vec<u32>) -> Block<'b>
    where
        'a: 'b,
    {
        let mut block: Block<'b> = Block::new(self.plan, self.table, rows);
        block.rounds = Some(rounds).filter(|r| !r.is_empty());
        block.ancestors = self.ancestors.clone();
        block
    }

    /// The columns, those not made yet left out.
    pub(super) fn columns(&self) -> &[Option<ArrayRef>] {
        &self.columns
    }

    /// Whether a column is made.
    pub(super) fn is_made(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(Option::is_some)
    }

    /// Columns that are made.
    pub(super) fn made_columns(&self) -> impl Iterator<Item = (usize, &ArrayRef)> {
        self.columns.iter().enumerate().filter_map(|(i, c)| Some((i, c.as_ref()?)))
    }

    /// Sets a column.
    pub(super) fn put(&mut self, column: usize, array: ArrayRef) {
        if let Some(slot) = self.columns.get_mut(column) {
            *slot = Some(array);
        }
    }
}

/// Most rows of a parent whose borrowed columns are kept whole; a number takes 8 bytes a row.
const BORROWED_ROWS_MAX: u64 = 4_000_000;

fn whole_column(plan: &Plan, table: usize, column: usize) -> Result<ArrayRef, DataGenError> {
    let rows = plan.table(table)?.rows;
    let mut parts: Vec<ArrayRef> = Vec::new();
    let mut start = 0;
    while start < rows || parts.is_empty() {
        let end = (start + super::BLOCK_ROWS).min(rows);
        let index: Vec<u64> = (start..end).collect();
        parts.push(Block::new(plan, table, &index).finished_column(column)?);
        start = end.max(start + 1);
    }
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    arrow::compute::concat(&parts).map_err(|e| DataGenError::Schema {
        place: plan.table(table).map(|t| t.id.clone()).unwrap_or_default(),
        message: e.to_string(),
    })
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
