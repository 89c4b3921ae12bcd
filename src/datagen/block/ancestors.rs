//! What a row reads of earlier rows of its own table, where those are made from yet earlier ones: `level = parent_id.level + 1`.
//!
//! A parent is an earlier row, so the rows that a block needs are found generation by generation and made from the eldest down; each value is made
//! once a block and remembered in it. Limits: a tree is as deep as the choice of parents makes it, some logarithm of the rows; conditions that draw
//! parents again may nest [`NESTED_MAX`] deep. Invariant: the values are those that the rows have when they are written.

use super::super::error::DataGenError;
use super::super::key::NONE;
use super::super::plan::Source;
use super::Block;
use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::interleave;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// Most memories inside each other: each is a few frames of the stack.
const NESTED_MAX: usize = 16;

/// Values of earlier rows.
#[derive(Default)]
pub(super) struct Ancestors {
    /// By column.
    columns: BTreeMap<usize, Known>,
    nested: usize,
}

/// What is known of a column: arrays, and in which of them, where, a row's value is.
#[derive(Default)]
struct Known {
    arrays: Vec<ArrayRef>,
    places: HashMap<u64, (usize, usize)>,
}

impl Block<'_> {
    /// A column of the parent rows, which are earlier rows of this table; NULL where there is no parent.
    pub(super) fn of_ancestors(&mut self, column: usize, parents: &[u64]) -> Result<ArrayRef, DataGenError> {
        let ancestors = Rc::clone(self.ancestors.get_or_insert_with(Rc::default));
        self.remember(&ancestors, column, parents)?;
        let physical = self.plan_table()?.columns.get(column).map(|c| c.physical);
        let nothing = physical.map_or(arrow::datatypes::DataType::Null, super::super::cell::Physical::data_type);
        let mut arrays: Vec<ArrayRef> = vec![new_null_array(&nothing, 1)];
        let ancestors = ancestors.borrow();
        let known = ancestors.columns.get(&column);
        arrays.extend(known.into_iter().flat_map(|k| k.arrays.iter().cloned()));
        let place = |row: &u64| {
            known
                .and_then(|k| k.places.get(row))
                .map_or((0, 0), |(array, place)| (array + 1, *place))
        };
        let places: Vec<(usize, usize)> = parents.iter().map(place).collect();
        let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        interleave(&arrays, &places).map_err(|e| self.unmade(column, &e.to_string()))
    }

    /// Makes a column of these rows, and before it what they read of their own parents.
    fn remember(&self, ancestors: &Rc<RefCell<Ancestors>>, column: usize, rows: &[u64]) -> Result<(), DataGenError> {
        let missing = |rows: &mut dyn Iterator<Item = u64>| -> Vec<u64> {
            let ancestors = ancestors.borrow();
            let known = ancestors.columns.get(&column);
            let new = |row: &u64| *row != NONE && known.is_none_or(|k| !k.places.contains_key(row));
            rows.filter(new).collect::<BTreeSet<u64>>().into_iter().collect()
        };
        let mut generation = missing(&mut rows.iter().copied());
        if generation.is_empty() {
            return Ok(());
        }
        if ancestors.borrow().nested >= NESTED_MAX {
            return Err(self.unmade(
                column,
                "conditions draw again what it reads of earlier rows, and these of yet earlier ones; drop the condition, or give the column its own distribution",
            ));
        }
        ancestors.borrow_mut().nested += 1;
        let keys = self.own_keys()?;
        let kept = self.plan.kept(self.table);
        let mut generations = Vec::new();
        while !generation.is_empty() {
            // Rows of an earlier plan are its own business.
            let new: Vec<u64> = generation.iter().copied().filter(|r| *r >= kept).collect();
            let mut block = Block::new(self.plan, self.table, &new);
            let mut elders = Vec::new();
            for key in &keys {
                let parents = block.parents(*key)?;
                elders.extend(parents.iter().zip(&new).filter(|(p, row)| p < row).map(|(p, _)| *p));
            }
            generations.push(generation);
            generation = missing(&mut elders.into_iter());
        }
        for generation in generations.into_iter().rev() {
            let rows = missing(&mut generation.into_iter());
            if rows.is_empty() {
                continue;
            }
            let mut block = Block::new(self.plan, self.table, &rows);
            block.ancestors = Some(Rc::clone(ancestors));
            let array = block.finished_column(column)?;
            let mut ancestors = ancestors.borrow_mut();
            let known = ancestors.columns.entry(column).or_default();
            let number = known.arrays.len();
            known.arrays.push(array);
            known.places.extend(rows.iter().enumerate().map(|(i, row)| (*row, (number, i))));
        }
        ancestors.borrow_mut().nested -= 1;
        Ok(())
    }

    /// Foreign keys to this table by way of which columns are borrowed.
    fn own_keys(&self) -> Result<BTreeSet<usize>, DataGenError> {
        let table = self.plan_table()?;
        let borrowed = table.columns.iter().filter_map(|c| match c.source {
            Source::Borrowed { foreign_key, .. } => Some(foreign_key),
            _ => None,
        });
        let own = |key: &usize| table.foreign_keys.get(*key).is_some_and(|k| k.parent == self.table);
        Ok(borrowed.filter(own).collect())
    }

    fn unmade(&self, column: usize, message: &str) -> DataGenError {
        let table = self.plan_table().ok();
        DataGenError::Value {
            table: table.map(|t| t.id.clone()).unwrap_or_default(),
            column: table
                .and_then(|t| t.columns.get(column))
                .map(|c| c.name.clone())
                .unwrap_or_default(),
            message: message.to_owned(),
        }
    }
}
