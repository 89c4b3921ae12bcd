//! Rows of a data set that is added to: some an earlier plan made, and it makes them again; the others are this plan's.
//!
//! Invariant: a row that an earlier plan made has that plan's values, whatever is asked of it and beside whichever rows.

use super::super::error::DataGenError;
use super::super::plan::Plan;
use super::Block;
use arrow::array::ArrayRef;
use arrow::compute::interleave;

/// Rows of a table that is added to.
pub(super) struct Halves<'a> {
    pub(super) base: &'a Plan,
    pub(super) old: Vec<u64>,
    pub(super) new: Vec<u64>,
    is_old: Vec<bool>,
}

impl Halves<'_> {
    /// Both halves' values in the order of the rows.
    pub(super) fn join(&self, old: &ArrayRef, new: &ArrayRef) -> Result<ArrayRef, DataGenError> {
        let mut next = [0, 0];
        let place = |is_old: &bool| {
            let half = usize::from(!is_old);
            let at = next.get_mut(half).map_or(0, |n| {
                *n += 1;
                *n - 1
            });
            (half, at)
        };
        let places: Vec<(usize, usize)> = self.is_old.iter().map(place).collect();
        interleave(&[old.as_ref(), new.as_ref()], &places).map_err(|e| DataGenError::Schema {
            place: "rows that were added to".into(),
            message: e.to_string(),
        })
    }
}

impl<'a> Block<'a> {
    /// The rows that an earlier plan made, apart from those that this one adds; None when there are none of the former.
    pub(super) fn halves(&self) -> Option<Halves<'a>> {
        let base = self.plan.base.as_deref()?;
        let kept = base.table(self.table).map_or(0, |t| t.rows);
        if self.rows.iter().all(|r| *r >= kept) {
            return None;
        }
        let (old, new): (Vec<u64>, Vec<u64>) = self.rows.iter().partition(|r| **r < kept);
        Some(Halves {
            base,
            old,
            new,
            is_old: self.rows.iter().map(|r| *r < kept).collect(),
        })
    }

    /// The rows that this plan adds, under the attempts of this block.
    pub(super) fn newer<'b>(&self, halves: &'b Halves<'a>) -> Block<'b>
    where
        'a: 'b,
    {
        let mut block: Block<'b> = Block::new(self.plan, self.table, &halves.new);
        let of_new = |all: &Vec<u32>| all.iter().zip(&halves.is_old).filter(|(_, old)| !**old).map(|(n, _)| *n).collect();
        block.ancestors = self.ancestors.clone();
        block.base = self.base.as_ref().map(of_new);
        block.rounds = self.rounds.as_ref().map(of_new);
        block
    }
}
