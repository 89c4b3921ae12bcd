//! DuckDB in a process of its own, for SQL from outside.
//!
//! The child opens one database read-only, locks its configuration and answers one JSON line a statement. It has no environment, no extension, no
//! other file, a bound on memory ([`MEMORY_MB`] in the engine, [`ADDRESS_SPACE_KB`] by the system, on Unix), no file to write, no core. A statement that does
//! not end is interrupted; where the engine does not listen, the child is killed and the next statement gets a new one.
//! Limits: without a Unix shell there is no bound by the system; nothing here keeps the child off the network, which DuckDB reaches by extensions only.
//! Invariant: whatever a statement does, this process lives, and the database file is as it was.

use super::duck::Access;
use super::patience::longest;
use super::{Backend, DbError, Duck, ResultSet, Stored};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// What the engine may keep in memory.
pub const MEMORY_MB: u32 = 1024;
/// What the child may map, engine, code and allocator together.
pub const ADDRESS_SPACE_KB: u32 = 4 << 20;
/// Longest result sent back, bytes.
const RESULT_BYTES_MAX: usize = 32 << 20;
/// How long past its timeout a statement may be deaf to its interrupt, and how long a child may take to start.
const GRACE_MS: u64 = 2_000;
const START_MS: u64 = 20_000;

/// A confined engine.
pub struct Confined {
    program: Vec<OsString>,
    database: PathBuf,
    engine: String,
    running: RefCell<Option<Running>>,
}

struct Running {
    child: Child,
    stdin: ChildStdin,
    answers: Receiver<String>,
}

#[derive(Serialize, Deserialize)]
struct Request {
    sql: String,
    timeout_ms: u64,
    work: Work,
}

#[derive(Serialize, Deserialize)]
enum Work {
    Plan,
    Run,
    RunStored(Stored),
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Engine(String),
    Rows { columns: Vec<String>, lines: Vec<String> },
    Planned,
    Open(String),
    Plan(String),
    Run(String),
    Timeout(u64),
    TooManyRows(usize),
}

impl Confined {
    /// Starts an engine on a database file. `program` with the file as its last argument must end up in [`serve`].
    pub fn start(program: Vec<OsString>, database: &Path) -> Result<Self, DbError> {
        let mut confined = Confined {
            program,
            database: database.to_owned(),
            engine: String::new(),
            running: RefCell::new(None),
        };
        let (running, engine) = confined.spawn()?;
        confined.engine = engine;
        confined.running = RefCell::new(Some(running));
        Ok(confined)
    }

    fn spawn(&self) -> Result<(Running, String), DbError> {
        let failed = |message: String| DbError::Open {
            place: self.database.display().to_string(),
            message,
        };
        let mut child = self
            .command()
            .spawn()
            .map_err(|e| failed(format!("no process for the engine: {e}")))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("the engine's process has no pipes".to_owned()));
        };
        let (send, answers) = channel();
        std::thread::Builder::new()
            .name("validator".into())
            .spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    if send.send(line).is_err() {
                        return;
                    }
                }
            })
            .map_err(|e| failed(e.to_string()))?;
        let mut running = Running { child, stdin, answers };
        match running.receive(START_MS) {
            Ok(Answer::Engine(engine)) => Ok((running, engine)),
            Ok(Answer::Open(message) | Answer::Run(message)) => Err(failed(message)),
            Ok(_) => Err(failed("the engine's process speaks another language".to_owned())),
            Err(_) => Err(failed(format!("the engine did not start: {}", running.end()))),
        }
    }

    /// The program under the system's bounds, with nothing of this process's environment but where libraries are.
    fn command(&self) -> Command {
        let mut command = if cfg!(unix) {
            let mut shell = Command::new("/bin/sh");
            let bounds = format!("ulimit -c 0; ulimit -f 0; ulimit -n 64; ulimit -v {ADDRESS_SPACE_KB}; exec \"$@\"");
            shell.arg("-c").arg(bounds).arg("validator").args(&self.program);
            shell
        } else {
            let mut parts = self.program.iter();
            let mut command = Command::new(parts.next().cloned().unwrap_or_default());
            command.args(parts);
            command
        };
        command.arg(&self.database).env_clear();
        for kept in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }

    fn rows(&self, sql: &str, timeout_ms: u64, work: Work) -> Result<ResultSet, DbError> {
        let sql = sql.to_owned();
        match self.ask(&Request { sql, timeout_ms, work })? {
            Answer::Rows { columns, lines } => Ok(ResultSet::from_lines(columns, lines)),
            other => Err(failure(other)),
        }
    }

    fn ask(&self, request: &Request) -> Result<Answer, DbError> {
        let mut slot = self.running.borrow_mut();
        let mut running = match slot.take() {
            Some(running) => running,
            None => self.spawn()?.0,
        };
        let mut line = serde_json::to_vec(request).map_err(|e| DbError::Run(e.to_string()))?;
        line.push(b'\n');
        // A child that is gone already is found when its answer is missing.
        let _ = running.stdin.write_all(&line).and_then(|()| running.stdin.flush());
        match running.receive(longest(request.timeout_ms).saturating_add(GRACE_MS)) {
            Ok(answer) => {
                *slot = Some(running);
                Ok(answer)
            }
            Err(RecvTimeoutError::Timeout) => {
                running.end();
                Err(DbError::Timeout(request.timeout_ms))
            }
            Err(RecvTimeoutError::Disconnected) => Err(DbError::Crashed(running.end())),
        }
    }
}

impl Running {
    fn receive(&mut self, timeout_ms: u64) -> Result<Answer, RecvTimeoutError> {
        let line = self.answers.recv_timeout(Duration::from_millis(timeout_ms))?;
        serde_json::from_str(&line).map_err(|_| RecvTimeoutError::Disconnected)
    }

    /// Kills the child and says how it ended.
    fn end(&mut self) -> String {
        // It may have ended by itself; waiting tells.
        let status = match self.child.try_wait() {
            Ok(Some(status)) => Ok(status),
            _ => {
                std::thread::sleep(Duration::from_millis(20));
                let _ = self.child.kill();
                self.child.wait()
            }
        };
        status.map_or_else(|e| e.to_string(), |status| status.to_string())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Backend for Confined {
    fn engine(&self) -> &str {
        &self.engine
    }

    fn query(&self, sql: &str, timeout_ms: u64) -> Result<ResultSet, DbError> {
        self.rows(sql, timeout_ms, Work::Run)
    }

    fn query_stored(&self, sql: &str, timeout_ms: u64, order: Stored) -> Option<Result<ResultSet, DbError>> {
        Some(self.rows(sql, timeout_ms, Work::RunStored(order)))
    }

    fn plan(&self, sql: &str) -> Result<(), DbError> {
        let sql = sql.to_owned();
        let timeout_ms = GRACE_MS;
        match self.ask(&Request {
            sql,
            timeout_ms,
            work: Work::Plan,
        })? {
            Answer::Planned => Ok(()),
            other => Err(failure(other)),
        }
    }
}

fn failure(answer: Answer) -> DbError {
    match answer {
        Answer::Open(message) | Answer::Run(message) => DbError::Run(message),
        Answer::Plan(message) => DbError::Plan(message),
        Answer::Timeout(ms) => DbError::Timeout(ms),
        Answer::TooManyRows(n) => DbError::TooManyRows(n),
        Answer::Engine(_) | Answer::Rows { .. } | Answer::Planned => {
            DbError::Run("the engine's process answered something else".to_owned())
        }
    }
}

/// The child's side: answers statements from stdin until it is closed.
pub fn serve(database: &Path) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut send = |answer: &Answer| {
        let mut line = serde_json::to_vec(answer).map_err(std::io::Error::other)?;
        line.push(b'\n');
        out.write_all(&line).and_then(|()| out.flush())
    };
    let duck = match open(database) {
        Ok(duck) => duck,
        Err(e) => return send(&Answer::Open(e.to_string())),
    };
    send(&Answer::Engine(duck.engine().to_owned()))?;
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?).map_err(std::io::Error::other)?;
        let (sql, timeout_ms) = (&request.sql, request.timeout_ms);
        let answer = match request.work {
            Work::Plan => duck.plan(sql).map(|()| Answer::Planned),
            Work::Run => duck.query(sql, timeout_ms).and_then(rows),
            Work::RunStored(order) => duck.stored(order).and_then(|session| session.query(sql, timeout_ms)).and_then(rows),
        };
        send(&answer.unwrap_or_else(|e| match e {
            DbError::Plan(message) => Answer::Plan(message),
            DbError::Run(message) => Answer::Run(message),
            DbError::Timeout(ms) => Answer::Timeout(ms),
            DbError::TooManyRows(n) => Answer::TooManyRows(n),
            other => Answer::Run(other.to_string()),
        }))?;
    }
    Ok(())
}

fn open(database: &Path) -> Result<Duck, DbError> {
    let duck = Duck::open(database, Access::ReadOnly)?;
    // Before the lock: a session sets itself up.
    for order in Stored::ALL {
        duck.stored(order)?;
    }
    duck.execute(&format!(
        "SET memory_limit='{MEMORY_MB}MB'; SET max_temp_directory_size='0KB'; SET autoinstall_known_extensions=false; SET autoload_known_extensions=false; \
         SET allow_community_extensions=false; SET lock_configuration=true;"
    ))?;
    Ok(duck)
}

fn rows(result: ResultSet) -> Result<Answer, DbError> {
    let bytes: usize = result.lines().iter().map(String::len).sum();
    if bytes > RESULT_BYTES_MAX {
        return Err(DbError::Run(format!("the result has {bytes} bytes, more than {RESULT_BYTES_MAX}")));
    }
    Ok(Answer::Rows {
        columns: result.columns.clone(),
        lines: result.lines().to_vec(),
    })
}
