//! PostgreSQL: the judge of a PostgreSQL corpus, and a live source of schemas.
//!
//! | module | is |
//! |---|---|
//! | `address` | URL or key=value string to a connection, TLS, and a place that shows no password |
//! | `driver` | the one thread on which connections live; nothing asynchronous leaves this module |
//! | `text` | PostgreSQL's text of a value to the canonical one |
//! | [`cluster`] | a private throwaway server |
//! | [`load`] | a run's schema and data into that server |
//! | [`catalogue`] | a live database's catalogue to LogicalIr |
//!
//! Every statement runs alone in a read-only transaction that is rolled back, under a statement and a lock timeout, through a cursor, so
//! that no more rows than are kept ever arrive. Invariant: nothing here writes to a database that sqlmint did not make itself.

mod address;
pub mod catalogue;
pub mod cluster;
mod driver;
pub mod load;
mod text;

pub use address::{Address, is_address, without_secrets};

use super::patience::patiently;
use super::{Backend, DbError, ResultSet};
use crate::kernel::limits;
use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod};
use driver::Driver;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// How long a connection may take to be made.
const CONNECT_SECONDS: u64 = 10;
/// How much longer than the statement timeout the client waits before it gives a server up.
const GRACE_MS: u64 = 5_000;
/// A statement waits this long for a lock, milliseconds: who holds one holds it for long.
const LOCK_MS: u64 = 2_000;
/// How long a statement may take to be planned, and to be parsed in any case.
const PLAN_MS: u64 = 10_000;
/// Rows of one fetch.
const FETCH_ROWS: usize = 5_000;
/// Most bytes of one result; a query whose result is larger has too many rows to be an answer.
const RESULT_BYTES_MAX: usize = 256 << 20;

/// What makes the text of a value the same on every server.
const SETTINGS: &str = "SET default_transaction_read_only = on; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = iso_8601; \
    SET bytea_output = hex; SET extra_float_digits = 1; SET standard_conforming_strings = on; SET client_min_messages = error; SET cursor_tuple_fraction = 1; SET lock_timeout = 2000; \
    SET statement_timeout = 10000;";

/// A PostgreSQL server and the connections to it.
pub struct Server {
    pool: Pool,
    driver: Arc<Driver>,
    place: String,
}

impl Server {
    /// Prepares up to `connections` connections. None is made before [`Server::session`] asks for it.
    pub fn new(address: &Address, connections: usize) -> Result<Self, DbError> {
        let driver = Driver::start().map_err(|e| address.unreachable(format!("no thread for its connections: {e}")))?;
        let manager_config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let mut config = address.config.clone();
        config.application_name("sqlmint");
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(CONNECT_SECONDS));
        }
        let manager = match address.tls()? {
            Some(tls) => Manager::from_config(config, tls, manager_config),
            None => Manager::from_config(config, NoTls, manager_config),
        };
        let pool = Pool::builder(manager)
            .max_size(connections.max(1))
            .build()
            .map_err(|e| address.unreachable(e.to_string()))?;
        Ok(Server {
            pool,
            driver: Arc::new(driver),
            place: address.place.clone(),
        })
    }

    /// A read-only session. At most as many as there are connections live at once.
    pub fn session(&self) -> Result<Postgres, DbError> {
        let unreachable = |message: String| DbError::Open {
            place: self.place.clone(),
            message,
        };
        let deadline = Duration::from_secs(CONNECT_SECONDS * 2);
        let made = self.driver.wait(deadline, async {
            let client = self.pool.get().await.map_err(|e| match e {
                deadpool_postgres::PoolError::Backend(e) => words(&e),
                other => other.to_string(),
            })?;
            client.batch_execute(SETTINGS).await.map_err(|e| words(&e))?;
            let rows = client.simple_query("SHOW server_version").await.map_err(|e| words(&e))?;
            let version = rows.iter().find_map(first_cell).unwrap_or_default();
            Ok((client, version))
        });
        let (client, version) = made.ok_or_else(|| unreachable("no answer".into()))?.map_err(unreachable)?;
        // Packagers append a word of their own: "15.18 (Debian 15.18-0+deb12u1)".
        let version = version.split_whitespace().next().unwrap_or_default();
        Ok(Postgres {
            client,
            driver: Arc::clone(&self.driver),
            engine: format!("postgresql {version}"),
            place: self.place.clone(),
        })
    }
}

/// One read-only session.
pub struct Postgres {
    client: Client,
    driver: Arc<Driver>,
    engine: String,
    place: String,
}

impl Postgres {
    /// Connects to one server with one session.
    pub fn connect(address: &Address) -> Result<Self, DbError> {
        Server::new(address, 1)?.session()
    }

    /// What the server is, without user and password.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Makes the server write every name with its schema.
    fn qualify_names(&self) -> Result<(), DbError> {
        let deadline = Duration::from_millis(GRACE_MS);
        let done = self.driver.wait(deadline, self.client.batch_execute("SET search_path = ''"));
        let done = done.ok_or(DbError::Timeout(GRACE_MS))?;
        done.map_err(|e| self.failure(&e, DbError::Run, GRACE_MS))
    }

    /// Opens a read-only transaction with one statement in it, does `work` there, and rolls it back whatever came of it. The text of `sql` is
    /// looked at alone before anything is written around it: it must be one statement.
    fn alone<T>(
        &self,
        sql: &str,
        opening: &str,
        timeout_ms: u64,
        work: impl AsyncFnOnce(&Client, Vec<(String, Type)>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let lock_ms = LOCK_MS.min(timeout_ms.max(1));
        // The newline ends a comment that the text may end in.
        let opening = format!(
            "START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {timeout_ms}; \
             SET LOCAL lock_timeout = {lock_ms}; {opening} {sql}\n"
        );
        let deadline = Duration::from_millis(timeout_ms.saturating_add(GRACE_MS));
        let done = self.driver.wait(deadline, async {
            let columns = self.types(&self.client, sql, timeout_ms).await?;
            let opened = self.client.batch_execute(&opening).await;
            let result = match opened {
                Ok(()) => work(&self.client, columns).await,
                Err(e) => Err(self.failure(&e, DbError::Plan, timeout_ms)),
            };
            let ended = self.client.batch_execute("ROLLBACK").await;
            match (result, ended) {
                (Ok(_), Err(e)) => Err(self.failure(&e, DbError::Run, timeout_ms)),
                (result, _) => result,
            }
        });
        done.unwrap_or(Err(DbError::Timeout(timeout_ms)))
    }

    /// The columns' types; fails where the text is not exactly one statement that plans.
    async fn types(&self, client: &Client, sql: &str, timeout_ms: u64) -> Result<Vec<(String, Type)>, DbError> {
        let statement = client.prepare(sql).await.map_err(|e| self.failure(&e, DbError::Plan, timeout_ms))?;
        if !statement.params().is_empty() {
            return Err(DbError::Plan("it has parameters, which nobody fills in".into()));
        }
        Ok(statement
            .columns()
            .iter()
            .map(|c| (c.name().to_owned(), c.type_().clone()))
            .collect())
    }

    fn failure(&self, error: &tokio_postgres::Error, kind: fn(String) -> DbError, timeout_ms: u64) -> DbError {
        match error.code() {
            Some(code) if *code == SqlState::QUERY_CANCELED => DbError::Timeout(timeout_ms),
            None => DbError::Open {
                place: self.place.clone(),
                message: words(error),
            },
            Some(_) => kind(words(error)),
        }
    }
}

impl Backend for Postgres {
    fn engine(&self) -> &str {
        &self.engine
    }

    fn plan(&self, sql: &str) -> Result<(), DbError> {
        self.alone(sql, "EXPLAIN", PLAN_MS, async |_, _| Ok(()))
    }

    fn query(&self, sql: &str, timeout_ms: u64) -> Result<ResultSet, DbError> {
        patiently(timeout_ms, |ms| self.rows(sql, ms))
    }
}

impl Postgres {
    /// Declaring the cursor plans the statement, fetching from it runs it.
    fn rows(&self, sql: &str, timeout_ms: u64) -> Result<ResultSet, DbError> {
        self.alone(
            sql,
            "DECLARE answer NO SCROLL CURSOR FOR",
            timeout_ms,
            async |client: &Client, columns| {
                let failed = |e: tokio_postgres::Error| self.failure(&e, DbError::Run, timeout_ms);
                let fetch = format!("FETCH {FETCH_ROWS} FROM answer");
                let (names, types): (Vec<String>, Vec<Type>) = columns.into_iter().unzip();
                let mut result = ResultSet::new(names);
                let mut bytes = 0;
                loop {
                    let before = result.row_count();
                    for message in client.simple_query(&fetch).await.map_err(failed)? {
                        let SimpleQueryMessage::Row(row) = message else { continue };
                        let cells = (0..row.len())
                            .map(|at| row.try_get(at).map_err(failed))
                            .collect::<Result<Vec<_>, _>>()?;
                        bytes += cells.iter().flatten().map(|cell| cell.len()).sum::<usize>();
                        result.push(
                            cells
                                .iter()
                                .zip(&types)
                                .map(|(cell, kind)| cell.map(|cell| text::canonical(cell, kind))),
                        );
                        if result.row_count() > limits::RESULT_ROWS_MAX as u64 || bytes > RESULT_BYTES_MAX {
                            return Err(DbError::TooManyRows(limits::RESULT_ROWS_MAX));
                        }
                    }
                    if result.row_count() - before < FETCH_ROWS as u64 {
                        return Ok(result);
                    }
                }
            },
        )
    }
}

fn first_cell(message: &SimpleQueryMessage) -> Option<String> {
    match message {
        SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten().map(str::to_owned),
        _ => None,
    }
}

/// The server's own words, in one line; of other failures the whole chain. Neither holds a password.
fn words(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        let more = said.hint().or(said.detail()).map(|more| format!("; {more}")).unwrap_or_default();
        return format!("{}{more} (SQLSTATE {})", said.message(), said.code().code());
    }
    let mut out = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_words = inner.to_string();
        if !out.contains(&inner_words) {
            out = format!("{out}: {inner_words}");
        }
        cause = inner.source();
    }
    out
}
