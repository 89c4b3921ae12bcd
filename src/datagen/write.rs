//! Writing: blocks in parallel, bytes in order.
//!
//! Workers take block numbers in turn and make bytes; this thread writes them in order. A worker waits when it is [`AHEAD`] blocks ahead of the
//! file, so memory is workers and a few blocks, never rows. Invariant: the bytes do not depend on the number of workers.

use super::block::Block;
use super::calendar;
use super::error::DataGenError;
use super::plan::Plan;
use super::{BLOCK_ROWS, Options};
use crate::kernel::files::{At, AtomicFile};
use crate::kernel::progress::Progress;
use crate::output::csv;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Blocks that may be finished or in work before the one that the file waits for.
const AHEAD: u64 = 4;

const CALENDAR: csv::Calendar = csv::Calendar {
    date: calendar::write_date,
    timestamp: calendar::write_timestamp,
    time: calendar::write_time,
};

#[derive(Default)]
struct State {
    next: u64,
    written: u64,
    done: BTreeMap<u64, Result<Vec<u8>, DataGenError>>,
    stop: bool,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A panicking worker leaves numbers, not broken invariants.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes one table's CSV file; returns its bytes' number.
pub(super) fn table(plan: &Plan, index: usize, path: &Path, options: &Options, progress: &dyn Progress) -> Result<u64, DataGenError> {
    let table = plan.table(index)?;
    let mut file = AtomicFile::create(path)?;
    let mut head = Vec::new();
    csv::header(table.columns.iter().take(table.written).map(|c| c.name.as_str()), &mut head);
    file.write_all(&head).at("write", path)?;
    let mut bytes = head.len() as u64;
    let blocks = table.rows.div_ceil(BLOCK_ROWS);
    let workers = (options.threads.max(1) as u64).min(blocks);
    let (state, changed) = (Mutex::new(State::default()), Condvar::new());
    let window = workers + AHEAD;
    progress.start(&table.id, Some(table.rows), "rows");
    let result = std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| work(plan, index, blocks, window, &state, &changed));
        }
        for number in 0..blocks {
            let mut held = lock(&state);
            let made = loop {
                if let Some(made) = held.done.remove(&number) {
                    break made;
                }
                held = changed.wait(held).unwrap_or_else(PoisonError::into_inner);
            };
            held.written = number + 1;
            let written = made.and_then(|chunk| {
                drop(held);
                changed.notify_all();
                file.write_all(&chunk).at("write", path)?;
                bytes += chunk.len() as u64;
                Ok(())
            });
            if let Err(error) = written {
                lock(&state).stop = true;
                changed.notify_all();
                return Err(error);
            }
            progress.advance(BLOCK_ROWS.min(table.rows - number * BLOCK_ROWS));
        }
        Ok(())
    });
    progress.finish();
    result?;
    file.commit()?;
    Ok(bytes)
}

fn work(plan: &Plan, table: usize, blocks: u64, window: u64, state: &Mutex<State>, changed: &Condvar) {
    loop {
        let mut held = lock(state);
        while !held.stop && held.next < blocks && held.next >= held.written + window {
            held = changed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        if held.stop || held.next >= blocks {
            return;
        }
        let number = held.next;
        held.next += 1;
        drop(held);
        let made = block(plan, table, number);
        lock(state).done.insert(number, made);
        changed.notify_all();
    }
}

/// The bytes of one block: a pure function of the plan.
fn block(plan: &Plan, table: usize, number: u64) -> Result<Vec<u8>, DataGenError> {
    let rows = plan.table(table)?.rows;
    let index: Vec<u64> = (number * BLOCK_ROWS..((number + 1) * BLOCK_ROWS).min(rows)).collect();
    let columns = Block::new(plan, table, &index).finish()?;
    let mut out = Vec::with_capacity(index.len() * columns.len() * 8);
    csv::rows(&columns, &CALENDAR, &mut out);
    Ok(out)
}
