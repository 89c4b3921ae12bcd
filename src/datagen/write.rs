//! Writing: chunks of rows in parallel, bytes in order.
//!
//! Every worker takes the next chunk, makes its bytes, and writes them when the file waits for them, with all that others finished after it;
//! so one thread is one thread, and N threads are N. A worker that is [`AHEAD`] chunks before the file waits, and buffers go round:
//! memory is workers and a few chunks, never rows. Invariant: the bytes do not depend on the number of workers.

use super::block::Block;
use super::calendar;
use super::delivery::Format;
use super::error::DataGenError;
use super::plan::Plan;
use crate::kernel::files::At;
use crate::kernel::progress::Progress;
use crate::output::{csv, parquet};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Rows made at a time: enough that a block's overhead does not show, few enough that its columns stay in the cache.
const BLOCK_ROWS: u64 = 4_096;
/// Rows of a Parquet row group: what readers work on in parallel.
const GROUP_ROWS: u64 = 32 * BLOCK_ROWS;
/// Chunks that may be finished or in work before the one that the file waits for, beside those of the workers.
const AHEAD: u64 = 2;

const CALENDAR: csv::Calendar = csv::Calendar {
    date: calendar::write_date,
    time: calendar::write_time,
};

/// What is written: rows of one table.
pub(super) struct Extent<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Position of the table.
    pub table: usize,
    /// Row numbers.
    pub rows: Range<u64>,
    /// File format.
    pub format: Format,
    /// CSV begins with the names.
    pub header: bool,
    /// Names in messages.
    pub path: &'a Path,
}

/// Bytes of one chunk.
#[derive(Default)]
struct Chunk {
    page: csv::Page,
    group: parquet::Group,
}

#[derive(Default)]
struct State {
    next: u64,
    written: u64,
    done: BTreeMap<u64, Result<Chunk, DataGenError>>,
    free: Vec<Chunk>,
    writing: bool,
    stopped: Option<DataGenError>,
}

/// The end of the pipe; bytes are counted.
struct Sink<'a> {
    to: &'a mut (dyn Write + Send),
    bytes: u64,
    parquet: parquet::Footer,
}

struct Work<'a> {
    extent: &'a Extent<'a>,
    chunk_rows: u64,
    chunks: u64,
    window: u64,
    state: Mutex<State>,
    changed: Condvar,
    sink: Mutex<Sink<'a>>,
    progress: &'a dyn Progress,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panicking worker leaves numbers, not broken invariants.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes rows of a table to `to`; returns how many bytes.
pub(super) fn rows(extent: &Extent<'_>, to: &mut (dyn Write + Send), threads: usize, progress: &dyn Progress) -> Result<u64, DataGenError> {
    let table = extent.plan.table(extent.table)?;
    let mut sink = Sink {
        to,
        bytes: 0,
        parquet: parquet::Footer::new(table.shown().map(|c| parquet::Column {
            name: c.name.clone(),
            data_type: c.physical.data_type(),
            required: c.required,
        })),
    };
    let mut head = Vec::new();
    match extent.format {
        Format::Csv if extent.header => csv::header(table.shown().map(|c| c.name.as_str()), &mut head),
        Format::Csv => {}
        Format::Parquet => head.extend_from_slice(parquet::MAGIC),
    }
    sink.put(&head, extent.path)?;
    let chunk_rows = match extent.format {
        Format::Csv => BLOCK_ROWS,
        Format::Parquet => GROUP_ROWS,
    };
    let chunks = (extent.rows.end.saturating_sub(extent.rows.start)).div_ceil(chunk_rows);
    let workers = (threads.max(1) as u64).min(chunks.max(1));
    let work = Work {
        extent,
        chunk_rows,
        chunks,
        window: workers + AHEAD,
        state: Mutex::new(State::default()),
        changed: Condvar::new(),
        sink: Mutex::new(sink),
        progress,
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(|| work.run());
        }
        work.run();
    });
    let state = work.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = state.stopped {
        return Err(error);
    }
    let mut sink = work.sink.into_inner().unwrap_or_else(PoisonError::into_inner);
    if extent.format == Format::Parquet {
        let tail = sink.parquet.finish();
        sink.put(&tail, extent.path)?;
    }
    Ok(sink.bytes)
}

impl Sink<'_> {
    fn put(&mut self, bytes: &[u8], path: &Path) -> Result<(), DataGenError> {
        self.to.write_all(bytes).at("write", path)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn chunk(&mut self, chunk: &mut Chunk, format: Format, path: &Path) -> Result<(), DataGenError> {
        match format {
            Format::Csv => self.put(chunk.page.bytes(), path),
            Format::Parquet => {
                self.parquet.add(&chunk.group, self.bytes);
                for part in chunk.group.parts() {
                    self.put(part, path)?;
                }
                Ok(())
            }
        }
    }
}

impl Work<'_> {
    /// What one worker does.
    fn run(&self) {
        loop {
            let mut held = lock(&self.state);
            while held.stopped.is_none() && held.next < self.chunks && held.next >= held.written + self.window {
                held = self.changed.wait(held).unwrap_or_else(PoisonError::into_inner);
            }
            if held.stopped.is_some() || held.next >= self.chunks {
                return;
            }
            let number = held.next;
            held.next += 1;
            let chunk = held.free.pop().unwrap_or_default();
            drop(held);
            let made = self.make(number, chunk);
            let mut held = lock(&self.state);
            held.done.insert(number, made);
            if !held.writing {
                self.write(held);
            }
        }
    }

    /// Writes what is due; one worker at a time does.
    fn write<'s>(&'s self, mut held: MutexGuard<'s, State>) {
        held.writing = true;
        loop {
            let number = held.written;
            let Some(made) = held.done.remove(&number) else {
                held.writing = false;
                return;
            };
            drop(held);
            let written = made.and_then(|mut chunk| {
                lock(&self.sink).chunk(&mut chunk, self.extent.format, self.extent.path)?;
                Ok(chunk)
            });
            self.progress.advance(self.range(number).count() as u64);
            held = lock(&self.state);
            match written {
                Ok(chunk) => held.free.push(chunk),
                // The first in row order: which thread failed first does not matter.
                Err(error) => {
                    held.stopped = Some(error);
                    held.writing = false;
                    self.changed.notify_all();
                    return;
                }
            }
            held.written += 1;
            self.changed.notify_all();
        }
    }

    fn range(&self, number: u64) -> Range<u64> {
        let start = self.extent.rows.start + number * self.chunk_rows;
        start..(start + self.chunk_rows).min(self.extent.rows.end)
    }

    /// The bytes of one chunk: a pure function of the plan.
    fn make(&self, number: u64, mut chunk: Chunk) -> Result<Chunk, DataGenError> {
        chunk.page.clear();
        chunk.group.clear();
        let range = self.range(number);
        let mut start = range.start;
        while start < range.end {
            let end = (start + BLOCK_ROWS).min(range.end);
            let index: Vec<u64> = (start..end).collect();
            let columns = Block::new(self.extent.plan, self.extent.table, &index).finish()?;
            match self.extent.format {
                Format::Csv => csv::rows(&columns, &CALENDAR, &mut chunk.page),
                Format::Parquet => chunk.group.push(&columns),
            }
            start = end;
        }
        Ok(chunk)
    }
}
