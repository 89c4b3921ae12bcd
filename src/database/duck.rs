//! DuckDB, embedded.
//!
//! Every connection runs with the settings under which DuckDB's values are PostgreSQL's, one thread a query (workers are connections), and no
//! way out of the process: no extension is fetched, and a read-only connection reads no other file.
//! Limits: a statement is interrupted at its timeout, to within [`TICK_MS`].

use super::patience::patiently;
use super::{Backend, DbError, ResultSet, Stored, stored};
use duckdb::{AccessMode, Config, Connection, InterruptHandle};
use std::cell::OnceCell;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// How often deadlines are looked at, milliseconds.
pub const TICK_MS: u64 = 20;

/// What makes DuckDB's arithmetic and NULL order PostgreSQL's.
const SETTINGS: &str = "SET integer_division=true; SET default_null_order='nulls_last_on_asc_first_on_desc'; \
    SET ieee_floating_point_ops=false; SET threads=1; SET preserve_insertion_order=true;";

/// What all statements of this process took so far, nanoseconds.
static SPENT: AtomicU64 = AtomicU64::new(0);

/// Time spent in DuckDB by this process so far, all threads together: planning, executing and reading the results of what a [`Backend`] is asked.
pub fn spent() -> Duration {
    Duration::from_nanos(SPENT.load(Ordering::Relaxed))
}

/// How a database file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing can be written, no other file read.
    ReadOnly,
    /// For building a database.
    ReadWrite,
}

/// One connection to a DuckDB database.
pub struct Duck {
    connection: Connection,
    engine: String,
    watch: Arc<Watch>,
    /// Sessions that see the rows stored in another order, made when first asked for.
    others: [OnceCell<Box<Duck>>; Stored::ALL.len()],
}

/// The running statement's deadline, in ms since `born`; 0 when nothing runs.
struct Watch {
    born: Instant,
    deadline: AtomicU64,
    handle: Arc<InterruptHandle>,
}

impl Duck {
    /// Opens a database file.
    pub fn open(path: &Path, access: Access) -> Result<Self, DbError> {
        let failed = |e: duckdb::Error| DbError::Open {
            place: path.display().to_string(),
            message: format!("{e} (a damaged file that a run made is made again once it is deleted)"),
        };
        let mode = if access == Access::ReadOnly {
            AccessMode::ReadOnly
        } else {
            AccessMode::ReadWrite
        };
        let config = Config::default()
            .access_mode(mode)
            .map_err(failed)?
            .enable_autoload_extension(false)
            .map_err(failed)?;
        let duck = Self::from_connection(Connection::open_with_flags(path, config).map_err(failed)?)?;
        if access == Access::ReadOnly {
            duck.execute("SET enable_external_access=false")?;
        }
        Ok(duck)
    }

    /// A new, empty database that lives as long as its connections.
    pub fn in_memory() -> Result<Self, DbError> {
        let failed = |e: duckdb::Error| DbError::Open {
            place: ":memory:".to_owned(),
            message: e.to_string(),
        };
        Self::from_connection(Connection::open_in_memory().map_err(failed)?)
    }

    /// Another connection to the same database, for another thread.
    pub fn try_clone(&self) -> Result<Self, DbError> {
        let connection = self.connection.try_clone().map_err(|e| DbError::Run(e.to_string()))?;
        Self::from_connection(connection)
    }

    /// So many more connections to the same database, one at least: one for each worker.
    pub fn workers(&self, n: usize) -> Result<Vec<Self>, DbError> {
        (0..n.max(1)).map(|_| self.try_clone()).collect()
    }

    /// Runs statements for their effect.
    pub fn execute(&self, sql: &str) -> Result<(), DbError> {
        self.connection.execute_batch(sql).map_err(|e| DbError::Run(e.to_string()))
    }

    /// Runs statements for their effect, as [`Backend::query`] does for their rows: under a time limit, and once more where that ran out. They must
    /// bear running twice.
    pub(super) fn execute_within(&self, sql: &str, timeout_ms: u64) -> Result<(), DbError> {
        patiently(timeout_ms, |ms| timed(|| self.watched(ms, || self.execute(sql))))
    }

    /// The connection itself, for loading and introspection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    fn from_connection(connection: Connection) -> Result<Self, DbError> {
        connection.execute_batch(SETTINGS).map_err(|e| DbError::Run(e.to_string()))?;
        let version = connection.version().map_err(|e| DbError::Run(e.to_string()))?;
        let watch = Arc::new(Watch {
            born: Instant::now(),
            deadline: AtomicU64::new(0),
            handle: connection.interrupt_handle(),
        });
        let weak = Arc::downgrade(&watch);
        std::thread::Builder::new()
            .name("duckdb-watch".into())
            .spawn(move || keep_time(&weak))
            .map_err(|e| DbError::Run(format!("no thread for the query timer: {e}")))?;
        Ok(Duck {
            connection,
            engine: format!("duckdb {}", version.trim_start_matches('v')),
            watch,
            others: Default::default(),
        })
    }

    /// The session on the same database that sees its rows stored in another order.
    pub fn stored(&self, order: Stored) -> Result<&Duck, DbError> {
        let [reversed, shuffled] = &self.others;
        let cell = match order {
            Stored::Reversed => reversed,
            Stored::Shuffled => shuffled,
        };
        if let Some(session) = cell.get() {
            return Ok(session);
        }
        let session = Box::new(stored::session(self, order)?);
        Ok(cell.get_or_init(|| session))
    }
}

/// Interrupts the watched connection whenever its deadline has passed; ends with it.
fn keep_time(weak: &Weak<Watch>) {
    while let Some(watch) = weak.upgrade() {
        let deadline = watch.deadline.load(Ordering::Acquire);
        if deadline != 0 && watch.now_ms() >= deadline {
            watch.handle.interrupt();
        }
        drop(watch);
        std::thread::sleep(Duration::from_millis(TICK_MS));
    }
}

impl Watch {
    fn now_ms(&self) -> u64 {
        // Past 584 million years the clock stands still.
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }
}

impl Backend for Duck {
    fn engine(&self) -> &str {
        &self.engine
    }

    fn plan(&self, sql: &str) -> Result<(), DbError> {
        timed(|| self.connection.prepare(sql).map(|_| ()).map_err(|e| DbError::Plan(e.to_string())))
    }

    fn query(&self, sql: &str, timeout_ms: u64) -> Result<ResultSet, DbError> {
        patiently(timeout_ms, |ms| timed(|| self.rows(sql, ms)))
    }

    fn query_stored(&self, sql: &str, timeout_ms: u64, order: Stored) -> Option<Result<ResultSet, DbError>> {
        Some(self.stored(order).and_then(|session| session.query(sql, timeout_ms)))
    }
}

impl Duck {
    fn rows(&self, sql: &str, timeout_ms: u64) -> Result<ResultSet, DbError> {
        let mut statement = self.connection.prepare(sql).map_err(|e| DbError::Plan(e.to_string()))?;
        self.watched(timeout_ms, || {
            let arrow = statement.query_arrow([]).map_err(|e| DbError::Run(e.to_string()))?;
            let columns = arrow.get_schema().fields().iter().map(|f| f.name().clone()).collect();
            ResultSet::from_batches(columns, arrow)
        })
    }

    /// Work on the connection that is interrupted at its deadline.
    fn watched<T>(&self, timeout_ms: u64, work: impl FnOnce() -> Result<T, DbError>) -> Result<T, DbError> {
        let deadline = self.watch.now_ms().saturating_add(timeout_ms);
        self.watch.deadline.store(deadline, Ordering::Release);
        let result = work();
        self.watch.deadline.store(0, Ordering::Release);
        match result {
            Err(DbError::Run(_)) if self.watch.now_ms() >= deadline => Err(DbError::Timeout(timeout_ms)),
            other => other,
        }
    }
}

/// Adds what `work` takes to [`spent`].
fn timed<T>(work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    SPENT.fetch_add(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_past_its_time_is_stopped_and_the_connection_lives_on() -> Result<(), DbError> {
        let duck = Duck::in_memory()?;
        let slow = "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3";
        assert!(matches!(duck.query(slow, 50), Err(DbError::Timeout(200))));
        assert_eq!(duck.query("SELECT 1", 1_000)?.row_count(), 1);
        Ok(())
    }

    #[test]
    fn values_are_postgresql_s() -> Result<(), DbError> {
        let duck = Duck::in_memory()?;
        assert_eq!(duck.query("SELECT 7/2", 1_000)?.shown(true, 1), [[Some("3".to_owned())]]);
        let nulls = duck.query("SELECT x FROM (VALUES (1), (NULL)) t(x) ORDER BY x DESC", 1_000)?;
        assert_eq!(nulls.shown(true, 1), [[None]]);
        assert!(matches!(duck.query("SELECT nope", 1_000), Err(DbError::Plan(_))));
        Ok(())
    }
}
