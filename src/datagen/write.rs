//! Writing: chunks of rows in parallel, bytes in order.
//!
//! Every worker takes the next chunk, makes its bytes, and writes them when the file waits for them, with all that others finished after it;
//! so one thread is one thread, and N threads are N. A worker that is [`AHEAD`] chunks before the file waits, and buffers go round:
//! memory is workers and a few chunks, never rows. Invariant: the bytes do not depend on the number of workers.

use super::BLOCK_ROWS;
use super::block::Block;
use super::calendar;
use super::cell::Physical;
use super::delivery::Format;
use super::error::DataGenError;
use super::plan::{Plan, Source};
use crate::ir::SqlType;
use crate::kernel::files::At;
use crate::kernel::progress::Progress;
use crate::output::{csv, parquet};
use arrow::datatypes::{DataType, TimeUnit};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Blocks of a Parquet row group, what readers work on in parallel, and its values: wide tables have groups of fewer rows, so that they fit memory.
const GROUP_BLOCKS: u64 = 32;
const GROUP_VALUES: u64 = 64 * GROUP_BLOCKS * BLOCK_ROWS;
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
enum Sink<'a> {
    Csv { to: &'a mut (dyn Write + Send), bytes: u64 },
    Parquet(Box<parquet::File<'a>>),
}

struct Work<'a> {
    extent: &'a Extent<'a>,
    /// Of Parquet files.
    encoder: Option<parquet::Encoder>,
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
    let column = |c: &super::plan::ColumnPlan| parquet::Column {
        name: c.name.clone(),
        data_type: match (&c.sql_type, c.physical) {
            (SqlType::Float32, _) => DataType::Float32,
            (SqlType::TimestampTz, _) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            // A mistyped UUID is none.
            (SqlType::Uuid, _) if !c.dirty.is_some_and(|d| d.rates.spoils_texts()) => DataType::FixedSizeBinary(parquet::UUID_BYTES),
            (_, Physical::Int(..=32)) => DataType::Int32,
            (_, other) => other.data_type(),
        },
        required: c.required,
        few: matches!(&c.source, Source::Sampler(sampler) if sampler.few()) && !c.dirty.is_some_and(|d| d.rates.spoils_texts()),
    };
    let columns: Vec<parquet::Column> = table.shown().map(column).collect();
    let (sink, encoder, chunk_rows) = match extent.format {
        Format::Csv => {
            let mut head = Vec::new();
            if extent.header {
                csv::header(columns.iter().map(|c| c.name.as_str()), &mut head);
            }
            to.write_all(&head).at("write", extent.path)?;
            let bytes = head.len() as u64;
            (Sink::Csv { to, bytes }, None, BLOCK_ROWS)
        }
        Format::Parquet => {
            let blocks = GROUP_VALUES / BLOCK_ROWS / (columns.len() as u64).max(1);
            let group_rows = blocks.clamp(1, GROUP_BLOCKS) * BLOCK_ROWS;
            if extent.rows.end.saturating_sub(extent.rows.start) > parquet::GROUPS_MAX * group_rows {
                return Err(DataGenError::Limit {
                    place: format!("{} (write it in parts with --part I/N, or as CSV)", table.id),
                    what: format!("a Parquet file of {} rows", extent.rows.end - extent.rows.start),
                    limit: parquet::GROUPS_MAX * group_rows,
                });
            }
            let (file, encoder) = parquet::create(&columns, to).at("write", extent.path)?;
            (Sink::Parquet(Box::new(file)), Some(encoder), group_rows)
        }
    };
    let chunks = (extent.rows.end.saturating_sub(extent.rows.start)).div_ceil(chunk_rows);
    let workers = (threads.max(1) as u64).min(chunks.max(1));
    let work = Work {
        extent,
        encoder,
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
    match work.sink.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Sink::Csv { bytes, .. } => Ok(bytes),
        Sink::Parquet(file) => Ok(file.finish().at("write", extent.path)?),
    }
}

impl Sink<'_> {
    fn chunk(&mut self, chunk: &mut Chunk, path: &Path) -> Result<(), DataGenError> {
        match self {
            Sink::Csv { to, bytes } => {
                to.write_all(chunk.page.bytes()).at("write", path)?;
                *bytes += chunk.page.bytes().len() as u64;
            }
            Sink::Parquet(file) => file.add(std::mem::take(&mut chunk.group)).at("write", path)?,
        }
        Ok(())
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
                lock(&self.sink).chunk(&mut chunk, self.extent.path)?;
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
        let path = self.extent.path;
        let mut group = match &self.encoder {
            Some(encoder) => Some(encoder.group().at("write", path)?),
            None => None,
        };
        let range = self.range(number);
        let mut start = range.start;
        while start < range.end {
            let end = (start + BLOCK_ROWS).min(range.end);
            let index: Vec<u64> = (start..end).collect();
            let columns = Block::new(self.extent.plan, self.extent.table, &index).finish()?;
            match &mut group {
                None => csv::rows(&columns, &CALENDAR, &mut chunk.page),
                Some(group) => group.push(&columns).at("write", path)?,
            }
            start = end;
        }
        if let Some(group) = group {
            chunk.group = group.close().at("write", path)?;
        }
        Ok(chunk)
    }
}
