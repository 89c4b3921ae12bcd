//! The search for unique tuples: rows whose tuple is taken get other draws until none is.
//!
//! It runs once, when the plan is compiled, in row order, so its outcome is part of the plan: a sparse map from row to attempt number.
//! While it runs it remembers a 128-bit hash a tuple.

use super::super::block::Block;
use super::super::cell::{Cell, cell};
use super::super::enforce::impossible;
use super::super::error::DataGenError;
use super::super::key::key_of;
use super::Plan;
use std::collections::{BTreeSet, HashSet};

/// Draws a row gets before the key is taken to be full.
const ATTEMPTS_MAX: u32 = 2_000;
/// Draws in which a rule that values broke is not satisfied by a NULL among them.
const VALUES_ATTEMPTS: u32 = 200;

/// Finds attempts for all groups of a table; returns how many rows found a place: all, unless the keys are full, which is an error where `strict` (someone
/// asked for these rows).
pub(super) fn search(plan: &mut Plan, table: usize, groups: &[Vec<usize>], strict: bool) -> Result<u64, DataGenError> {
    let rows = plan.table(table)?.rows;
    if groups.is_empty() {
        return Ok(rows);
    }
    // CHECKs that only fixed columns decide are decided here: nothing else may draw those again.
    let fixed: BTreeSet<usize> = plan
        .table(table)?
        .columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.fixed || c.tied)
        .map(|(i, _)| i)
        .collect();
    let checks: Vec<usize> = {
        let made = plan.table(table)?;
        (0..made.checks.len())
            .filter(|i| {
                made.checks
                    .get(*i)
                    .is_some_and(|c| c.resampled.is_empty() && c.condition.columns.iter().all(|c| fixed.contains(c)))
            })
            .collect()
    };
    let mut taken: Vec<HashSet<u128>> = groups.iter().map(|_| HashSet::new()).collect();
    let mut found = Vec::new();
    // Rows that stand for parents of several keys have no other tuple, so they come first.
    let covering = plan.table(table)?.foreign_keys.iter().filter(|k| k.cover.is_some()).count();
    let strict = strict || covering > 0;
    let firm: BTreeSet<u64> = match covering {
        0 | 1 => BTreeSet::new(),
        _ => {
            let keys = &plan.table(table)?.foreign_keys;
            (0..rows).filter(|row| keys.iter().filter(|k| k.covers(*row)).count() > 1).collect()
        }
    };
    let firm_rows: Vec<u64> = firm.iter().copied().collect();
    let first = firm_rows.chunks(super::super::BLOCK_ROWS as usize).map(<[u64]>::to_vec);
    let then = (0..rows).step_by(super::super::BLOCK_ROWS as usize).map(|start| {
        let end = (start + super::super::BLOCK_ROWS).min(rows);
        (start..end).filter(|row| !firm.contains(row)).collect()
    });
    for mut waiting in first.chain(then) {
        // Rows that values broke: a NULL is not to take their place, as long as other values may.
        let mut owed: BTreeSet<u64> = BTreeSet::new();
        for attempt in 0..ATTEMPTS_MAX {
            if waiting.is_empty() {
                break;
            }
            let mut block = Block::with_attempts(plan, table, &waiting, attempt);
            let made = plan.table(table)?;
            let arrays = groups
                .iter()
                .map(|g| g.iter().map(|c| block.column(*c)).collect::<Result<Vec<_>, _>>())
                .collect::<Result<Vec<_>, _>>()?;
            for check in checks.iter().filter_map(|c| made.checks.get(*c)) {
                for column in &check.condition.columns {
                    block.ensure(*column)?;
                }
            }
            let mut again = Vec::new();
            for (i, row) in waiting.iter().enumerate() {
                let mut broken = false;
                let holds =
                    checks
                        .iter()
                        .filter_map(|c| made.checks.get(*c))
                        .all(|c| match c.condition.value(&|column| block.cell(column, i)) {
                            Cell::Bool(false) => {
                                broken = true;
                                false
                            }
                            Cell::Null => attempt >= VALUES_ATTEMPTS || !owed.contains(row),
                            _ => true,
                        });
                if broken {
                    owed.insert(*row);
                }
                // A tuple with a NULL in it equals no other.
                let hashes: Vec<Option<u128>> = arrays
                    .iter()
                    .map(|group| {
                        let cells: Vec<_> = group.iter().map(|a| cell(a, i)).collect();
                        (!cells.contains(&Cell::Null)).then(|| hash(&key_of(&cells)))
                    })
                    .collect();
                let free = hashes
                    .iter()
                    .zip(&taken)
                    .all(|(hash, taken)| hash.is_none_or(|h| !taken.contains(&h)));
                if holds && free {
                    for (hash, taken) in hashes.iter().zip(&mut taken) {
                        taken.extend(hash);
                    }
                    if attempt > 0 {
                        found.push((*row, attempt));
                    }
                } else {
                    again.push(*row);
                }
            }
            waiting = again;
        }
        if let Some(first) = waiting.first() {
            return full(plan, table, groups, (*first, rows), found, strict);
        }
    }
    keep(plan, table, rows, found);
    Ok(rows)
}

fn hash(text: &str) -> u128 {
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}

fn keep(plan: &mut Plan, table: usize, rows: u64, found: Vec<(u64, u32)>) {
    if let Some(Some(made)) = plan.tables.get_mut(table) {
        made.rows = rows;
        made.attempts = found.into_iter().filter(|(row, _)| *row < rows).collect();
    }
}

/// The keys are full at this row: the table ends before it.
fn full(
    plan: &mut Plan,
    table: usize,
    groups: &[Vec<usize>],
    (room, rows): (u64, u64),
    found: Vec<(u64, u32)>,
    strict: bool,
) -> Result<u64, DataGenError> {
    let made = plan.table(table)?;
    let id = made.id.clone();
    let names: Vec<String> = groups
        .iter()
        .map(|g| {
            g.iter()
                .filter_map(|c| made.columns.get(*c))
                .map(|c| c.name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        })
        .collect();
    let key = format!("the unique columns ({})", names.join("), ("));
    if let Some(error) = impossible(made) {
        return Err(error);
    }
    if strict || room < rows / 10 || room == 0 {
        return Err(DataGenError::Exhausted {
            table: id,
            key,
            rows,
            row: room,
            draws: ATTEMPTS_MAX,
        });
    }
    plan.notes.push(format!(
        "{id}: {room} rows instead of {rows}, since no more values were found for {key}"
    ));
    keep(plan, table, room, found);
    Ok(room)
}
