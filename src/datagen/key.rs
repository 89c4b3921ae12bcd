//! Foreign keys: which parent row a row refers to.
//!
//! A choice is a function of the row number, so the parent's key is recomputed from its row and no parent file is ever read.
//! Where a foreign key shares columns with another, its parents are found in an index over the shared values, built once on first use.
//! Limit: [`INDEX_ROWS_MAX`] parent rows in such an index.

use super::block::Block;
use super::cell::{Cell, cell};
use super::distribution::Ranks;
use super::draw::{below, unit};
use super::error::DataGenError;
use super::family::Family;
use super::permute::Permutation;
use super::plan::Plan;
use crate::kernel::seed::Seed;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Most rows of a parent that foreign keys with shared columns refer to: the index holds some 50 bytes a row.
pub const INDEX_ROWS_MAX: u64 = 20_000_000;

/// No parent: the foreign key is NULL.
pub const NONE: u64 = u64::MAX;

/// Parent rows by the values of some columns.
pub type Index = HashMap<String, Vec<u64>>;

/// A foreign key, ready to choose.
pub struct ForeignKeyPlan {
    /// Position of the parent table.
    pub parent: usize,
    /// (child column, parent column) whose values this key sets.
    pub pairs: Vec<(usize, usize)>,
    /// How the parent is chosen.
    pub choice: Choice,
    /// Which rows stand for one parent each, so that none is left without a child.
    pub cover: Option<Cover>,
    /// Rows and parents that an earlier plan made: one-to-one keys and coverage go on after them.
    pub after: (u64, u64),
    /// Share of rows without a parent; 0 unless nullable.
    pub null_fraction: f64,
    /// The key's node of the seed tree.
    pub seed: Seed,
}

/// Places of the rows, the first of which go to each parent once.
#[derive(Debug, Clone, Copy)]
pub struct Cover {
    /// Row to place.
    pub places: Permutation,
    /// Place to parent, where another key of the same unique columns has the same places: the pairs that they fix differ from each other.
    pub order: Option<Permutation>,
}

/// How a parent row is chosen.
pub enum Choice {
    /// Drawn, uniformly or Zipf-skewed over a permutation of the parents, which the ranks hold. Parents that rows are added to keep their ranks, and new
    /// ones come after them.
    Drawn {
        /// Parent rows.
        parents: u64,
        /// Ranks, when skewed.
        ranks: Option<Ranks>,
    },
    /// Drawn by weight: the parents are cut into as many equal runs as there are weights.
    Weighted {
        /// Parent rows.
        parents: u64,
        /// Cumulative shares of the runs, the last one 1.
        cumulative: Vec<f64>,
    },
    /// Every parent has a number of children of its own; rows follow their parents' order.
    Family(Arc<Family>),
    /// Every row its own parent; rows past the parents' number have none.
    OneToOne {
        /// Parent rows.
        parents: u64,
        /// Row to parent.
        order: Permutation,
    },
    /// Part of a tuple key of the table.
    Part {
        /// Position among the table's tuple keys.
        key: usize,
        /// Position in the key.
        part: usize,
    },
    /// An earlier row of the same table: a forest. The first row, and those left out, are roots: NULL, or themselves where NULL is not allowed.
    Earlier {
        /// Roots are NULL.
        nullable: bool,
    },
    /// A parent that agrees on columns set by other foreign keys.
    Within {
        /// (child column, parent column) that must be equal.
        shared: Vec<(usize, usize)>,
        /// The parent is this table: only earlier rows.
        own: bool,
        /// NULL where nothing agrees.
        nullable: bool,
        /// Parents by shared values.
        index: OnceLock<Index>,
    },
    /// A parent whose values exist in further tables too.
    Listed {
        /// The other tables: (table, (parent column here, column there)).
        also: Vec<(usize, Vec<(usize, usize)>)>,
        /// Parents that qualify.
        list: OnceLock<Vec<u64>>,
    },
}

impl ForeignKeyPlan {
    /// The parent row of every row of a block, [`NONE`] for NULL.
    pub fn parents(&self, plan: &Plan, block: &mut Block<'_>, resampled: bool) -> Result<Vec<u64>, DataGenError> {
        if let Choice::Within { shared, .. } = &self.choice {
            for (child, _) in shared {
                block.ensure(*child)?;
            }
        }
        let attempts = block.attempts(resampled);
        let rows = super::draw::Rows {
            index: block.rows,
            attempts: attempts.as_deref(),
        };
        let nulls = self.seed.child("null");
        let none: Vec<bool> = if self.null_fraction > 0.0 {
            rows.units(nulls).map(|u| u < self.null_fraction).collect()
        } else {
            Vec::new()
        };
        let table = block.plan_table()?;
        let is_none = |i: usize| none.get(i).copied().unwrap_or(false);
        if let Choice::Family(family) = &self.choice {
            let places = family.places(block.rows);
            return Ok(places
                .into_iter()
                .enumerate()
                .map(|(i, (p, _))| if is_none(i) { NONE } else { p })
                .collect());
        }
        // The usual cases, without a look at the kind of choice a row.
        match &self.choice {
            Choice::Drawn { parents, ranks } if none.is_empty() && *parents > 0 && self.cover.is_none() => {
                return Ok(match ranks {
                    Some(ranks) => rows.draw(self.seed, |s| ranks.pick(s)),
                    None => rows.draw(self.seed, |s| below(s, *parents)),
                });
            }
            Choice::Part { key, part } if none.is_empty() => {
                let key = table.tuple_keys.get(*key);
                return Ok(key.map_or_else(|| vec![NONE; rows.len()], |k| k.parts(*part, rows.index)));
            }
            _ => {}
        }
        let covered = self.covered(&rows);
        let is_none = |i: usize| is_none(i) && covered.get(i).copied().flatten().is_none();
        let mut out = Vec::with_capacity(rows.len());
        for (i, seed) in rows.seeds(self.seed).enumerate() {
            let row = block.rows.get(i).copied().unwrap_or(0);
            out.push(match &self.choice {
                _ if is_none(i) && !matches!(self.choice, Choice::Earlier { nullable: false }) => NONE,
                Choice::Drawn { parents: 0, .. } | Choice::Weighted { parents: 0, .. } | Choice::Family(_) => NONE,
                Choice::Drawn { .. } | Choice::Weighted { .. } if covered.get(i).copied().flatten().is_some() => {
                    covered.get(i).copied().flatten().unwrap_or(NONE)
                }
                Choice::Weighted { parents, cumulative } => {
                    let runs = cumulative.len() as u64;
                    let run = (cumulative.partition_point(|c| *c <= unit(seed)) as u64).min(runs - 1);
                    let bound = |run: u64| (u128::from(*parents) * u128::from(run) / u128::from(runs)) as u64;
                    let (low, high) = (bound(run), bound(run + 1).max(bound(run) + 1));
                    (low + below(seed.index(1), high - low)).min(parents - 1)
                }
                Choice::Drawn { ranks: Some(ranks), .. } => ranks.pick(seed),
                Choice::Drawn { parents, ranks: None } => below(seed, *parents),
                Choice::OneToOne { parents, order } => {
                    // A permutation folds numbers past its end back; rows past the last parent have none.
                    let place = row.saturating_sub(self.after.0);
                    let parent = (place < order.len()).then(|| self.after.1 + order.apply(place));
                    parent.filter(|p| p < parents).unwrap_or(NONE)
                }
                Choice::Part { key, part } => table.tuple_keys.get(*key).map_or(NONE, |k| k.part(*part, row)),
                Choice::Earlier { nullable } if row == 0 || is_none(i) => {
                    if *nullable {
                        NONE
                    } else {
                        row
                    }
                }
                // Squaring prefers early rows: few parents with many children, as managers and categories have.
                Choice::Earlier { .. } => ((unit(seed) * unit(seed.index(1)) * row as f64) as u64).min(row - 1),
                Choice::Within {
                    shared,
                    own,
                    nullable,
                    index,
                } => {
                    let index = match index.get() {
                        Some(index) => index,
                        None => {
                            let built = build_index(plan, self.parent, &shared.iter().map(|(_, p)| *p).collect::<Vec<_>>())?;
                            index.get_or_init(|| built)
                        }
                    };
                    let cells: Vec<Cell> = shared.iter().map(|(child, _)| block.cell(*child, i)).collect();
                    let found = if cells.contains(&Cell::Null) {
                        None
                    } else {
                        index.get(&key_of(&cells))
                    };
                    let found = found.map_or(&[][..], Vec::as_slice);
                    let candidates = if *own { found.partition_point(|p| *p < row) } else { found.len() };
                    match found.get(below(seed, candidates as u64) as usize).filter(|_| candidates > 0) {
                        Some(parent) => *parent,
                        None if *own && !nullable => row,
                        None => NONE,
                    }
                }
                Choice::Listed { also, list } => {
                    let list = match list.get() {
                        Some(list) => list,
                        None => {
                            let built = qualified(plan, self.parent, also)?;
                            list.get_or_init(|| built)
                        }
                    };
                    list.get(below(seed, list.len() as u64) as usize).copied().unwrap_or(NONE)
                }
            });
        }
        Ok(out)
    }
}

impl ForeignKeyPlan {
    /// Whether a row stands for one parent, so that it has a child.
    pub(super) fn covers(&self, row: u64) -> bool {
        let index = [row];
        let rows = super::draw::Rows {
            index: &index,
            attempts: None,
        };
        self.covered(&rows).first().is_some_and(Option::is_some)
    }

    /// The parents of rows that stand for one so that each has a child; empty when nobody asked for that.
    fn covered(&self, rows: &super::draw::Rows<'_>) -> Vec<Option<u64>> {
        let (rows_before, parents_before) = self.after;
        let (Some(cover), Choice::Drawn { parents, .. } | Choice::Weighted { parents, .. } | Choice::OneToOne { parents, .. }) =
            (&self.cover, &self.choice)
        else {
            return Vec::new();
        };
        let places = if let Choice::OneToOne { order, .. } = &self.choice {
            order
        } else {
            &cover.places
        };
        let place = |row: &u64| {
            let place = row.saturating_sub(rows_before);
            let place = (place < places.len()).then(|| places.apply(place));
            // Whatever attempt it is: a rule that wants another parent contradicts the coverage.
            let place = place.filter(|p| parents_before + p < *parents)?;
            Some(parents_before + cover.order.filter(|o| place < o.len()).map_or(place, |o| o.apply(place)))
        };
        rows.index.iter().map(place).collect()
    }
}

/// Values as one text; the separator cannot occur twice in the same place for different tuples, since lengths go first.
pub fn key_of(cells: &[Cell]) -> String {
    let mut out = String::new();
    for cell in cells {
        let text = cell.text();
        out.push_str(&text.len().to_string());
        out.push(':');
        out.push_str(&text);
    }
    out
}

fn build_index(plan: &Plan, table: usize, columns: &[usize]) -> Result<Index, DataGenError> {
    let mut index = Index::new();
    for_each_row(plan, table, columns, |row, cells| {
        if !cells.contains(&Cell::Null) {
            index.entry(key_of(cells)).or_default().push(row);
        }
    })?;
    Ok(index)
}

fn qualified(plan: &Plan, table: usize, also: &[(usize, Vec<(usize, usize)>)]) -> Result<Vec<u64>, DataGenError> {
    let mut rows: Option<Vec<u64>> = None;
    for (other, pairs) in also {
        let there = build_index(plan, *other, &pairs.iter().map(|(_, b)| *b).collect::<Vec<_>>())?;
        let mut found = Vec::new();
        for_each_row(plan, table, &pairs.iter().map(|(a, _)| *a).collect::<Vec<_>>(), |row, cells| {
            if there.contains_key(&key_of(cells)) {
                found.push(row);
            }
        })?;
        rows = Some(rows.map_or(found.clone(), |rows| {
            rows.into_iter().filter(|r| found.binary_search(r).is_ok()).collect()
        }));
    }
    Ok(rows.unwrap_or_default())
}

/// Calls `visit` with the cells of some columns of every row of a table.
pub fn for_each_row(plan: &Plan, table: usize, columns: &[usize], mut visit: impl FnMut(u64, &[Cell])) -> Result<(), DataGenError> {
    let rows = plan.table(table)?.rows;
    if rows > INDEX_ROWS_MAX {
        let place = plan.table(table)?.id.clone();
        return Err(DataGenError::Limit {
            place,
            what: format!("{rows} rows behind foreign keys that share columns"),
            limit: INDEX_ROWS_MAX,
        });
    }
    let mut start = 0;
    while start < rows {
        let end = (start + super::BLOCK_ROWS).min(rows);
        let index: Vec<u64> = (start..end).collect();
        let mut block = Block::new(plan, table, &index);
        let arrays = columns.iter().map(|c| block.column(*c)).collect::<Result<Vec<_>, _>>()?;
        for (i, row) in index.iter().enumerate() {
            let cells: Vec<Cell> = arrays.iter().map(|a| cell(a, i)).collect();
            visit(*row, &cells);
        }
        start = end;
    }
    Ok(())
}
