//! A private throwaway server: `initdb` into a temporary directory, a Unix socket in it and no network, gone when dropped.
//!
//! A shell stands between this process and the server and waits for the end of its standard input. However this process ends, killed
//! included, its end of the pipe closes; the shell then stops the server by the server's own pid and removes the directory.
//! As root both run as the user `postgres`, since the server refuses root. Durability is off: nothing here outlives the process.
//! Limits: Unix only; a server that does not answer within `START_SECONDS` is given up, with the last lines of its log in the error.

use super::super::DbError;
use super::{Address, Server};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Names the folder of the server's programs, where several versions are installed.
const FOLDER_VARIABLE: &str = "SQLMINT_POSTGRES_BIN";
/// How long a server may take to start. A fresh directory needs a second or two, a busy machine more.
const START_SECONDS: u64 = 60;
/// How long it may take to stop before the directory is removed under it.
const STOP_SECONDS: u64 = 20;
/// The longest path of a Unix socket on any system, less the socket's own name.
const SOCKET_DIR_MAX: usize = 80;
/// The role that owns everything, and the one that may only read.
const OWNER: &str = "postgres";
const READER: &str = "reader";

/// Makes a database with `$1` in the directory `$3`, runs the server `$2` on it, waits for the end of its input, and puts all away.
const SUPERVISOR: &str = r#"
initdb=$1; server=$2; home=$3; shift 3
trap '' INT TERM HUP
if "$initdb" --no-sync --no-instructions --auth=trust --encoding=UTF8 --locale=C --username=postgres -D "$home/data" >"$home/log" 2>&1 </dev/null
then { "$server" -D "$home/data" -k "$home" "$@" >>"$home/log" 2>&1 </dev/null; echo "$?" >"$home/ended"; } &
else echo initdb >"$home/ended"
fi
while read -r line; do :; done
pid=
while [ -z "$pid" ] && [ ! -e "$home/ended" ]; do
    pid=$(head -n 1 "$home/data/postmaster.pid" 2>/dev/null) || sleep 0.1
done
[ -e "$home/ended" ] || kill -INT "$pid"
wait
rm -rf "$home"
"#;

/// What makes the server quick and its values the same everywhere.
const OPTIONS: [&str; 14] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "jit=off",
    "max_connections=64",
    "max_parallel_workers_per_gather=0",
    "work_mem=64MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "unix_socket_permissions=0700",
];

/// Where the server's programs are, and which version they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    initdb: PathBuf,
    postgres: PathBuf,
    /// As records name it: "postgresql 15.18".
    pub engine: String,
}

impl Programs {
    /// Finds `initdb` and `postgres`: in the folder that SQLMINT_POSTGRES_BIN names, else on PATH, else where packages put them, the highest
    /// version first.
    pub fn find() -> Result<Self, DbError> {
        if let Some(folder) = std::env::var_os(FOLDER_VARIABLE).filter(|folder| !folder.is_empty()) {
            return Self::among(&[PathBuf::from(folder)]);
        }
        let on_path = std::env::var_os("PATH")
            .map(|path| std::env::split_paths(&path).collect())
            .unwrap_or_default();
        Self::among(&[on_path, packaged()].concat())
    }

    fn among(folders: &[PathBuf]) -> Result<Self, DbError> {
        let program = |folder: &PathBuf, name: &str| {
            // Beside the real file: PATH often holds a link to one program only.
            let real = fs::canonicalize(folder.join("initdb")).ok()?;
            let path = real.parent()?.join(name);
            path.is_file().then_some(path)
        };
        let found = folders
            .iter()
            .find_map(|folder| Some((program(folder, "initdb")?, program(folder, "postgres")?)));
        let Some((initdb, postgres)) = found else {
            return Err(DbError::Open {
                place: "PostgreSQL".into(),
                message: format!(
                    "no PostgreSQL server binaries: initdb and postgres are not together in {}; install them (Debian: apt-get install postgresql), \
                     name their folder by {FOLDER_VARIABLE}, or set database.engine to duckdb",
                    match folders {
                        [only] => only.display().to_string(),
                        _ => "a folder of PATH or in /usr/lib/postgresql/*/bin".to_owned(),
                    }
                ),
            });
        };
        let told = Command::new(&postgres).arg("--version").output();
        let told = told.map_err(|e| failed(&postgres, &e.to_string()))?;
        let text = String::from_utf8_lossy(&told.stdout).into_owned();
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
        let version = version.ok_or_else(|| failed(&postgres, "it does not tell its version"))?;
        Ok(Programs {
            engine: format!("postgresql {version}"),
            initdb,
            postgres,
        })
    }
}

/// Folders of the server's programs that packages make, the highest version first.
fn packaged() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (root, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
    ] {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(version) = name.strip_prefix(prefix).and_then(|v| v.parse().ok()) {
                found.push((version, entry.path().join("bin")));
            }
        }
    }
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

fn failed(place: &Path, message: &str) -> DbError {
    DbError::Open {
        place: place.display().to_string(),
        message: message.to_owned(),
    }
}

/// A running throwaway server.
pub struct Cluster {
    home: PathBuf,
    supervisor: Child,
    programs: Programs,
}

impl Cluster {
    /// Makes and starts a server.
    pub fn start(programs: &Programs) -> Result<Self, DbError> {
        let home = home()?;
        let result = Self::make(programs, &home);
        if result.is_err() {
            // Half-made and worthless; the error is the one to tell.
            let _ = fs::remove_dir_all(&home);
        }
        result
    }

    fn make(programs: &Programs, home: &Path) -> Result<Self, DbError> {
        let here = |e: io::Error| failed(home, &e.to_string());
        let user = server_user(home)?;
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", SUPERVISOR, "sqlmint-postgresql"]);
        shell.arg(&programs.initdb).arg(&programs.postgres).arg(home);
        shell.args(OPTIONS.iter().flat_map(|option| ["-c", option]));
        shell
            .current_dir(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // Not the terminal's group: Ctrl-C is for this process, which ends the server when its work is put away.
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let supervisor = user.apply(&mut shell).spawn().map_err(here)?;
        let cluster = Cluster {
            home: home.to_owned(),
            supervisor,
            programs: programs.clone(),
        };
        cluster.wait_until_it_answers()?;
        Ok(cluster)
    }

    fn wait_until_it_answers(&self) -> Result<(), DbError> {
        let began = Instant::now();
        loop {
            let error = match self.execute(
                "postgres",
                &format!("CREATE ROLE {READER} LOGIN; GRANT pg_read_all_data TO {READER};"),
            ) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let ended = self.home.join("ended").exists();
            if ended || began.elapsed() > Duration::from_secs(START_SECONDS) {
                let log = fs::read_to_string(self.home.join("log")).unwrap_or_default();
                let last: Vec<&str> = log.lines().rev().take(3).collect();
                let last = last.into_iter().rev().collect::<Vec<_>>().join("; ");
                return Err(failed(
                    &self.programs.postgres,
                    &format!("the throwaway server does not start ({error}): {last}"),
                ));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Engine and version.
    pub fn engine(&self) -> &str {
        &self.programs.engine
    }

    /// The directory, for files that the server is to read.
    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// Runs statements for their effect, as the owner.
    pub(super) fn execute(&self, database: &str, sql: &str) -> Result<(), DbError> {
        super::load::execute(&Address::local(&self.home, OWNER, database), sql)
    }

    /// Connections that can read `database` and nothing else.
    pub fn server(&self, database: &str, connections: usize) -> Result<Server, DbError> {
        Server::new(&self.address(database), connections)
    }

    /// The address of a database, for a role that can only read.
    pub fn address(&self, database: &str) -> Address {
        Address::local(&self.home, READER, database)
    }

    /// The address as text, for programs that take one.
    pub fn url(&self, database: &str) -> String {
        format!("host={} user={READER} dbname={database}", self.home.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The end of its input is what the supervisor waits for.
        drop(self.supervisor.stdin.take());
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(STOP_SECONDS) {
            match self.supervisor.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
                _ => break,
            }
        }
        if self.home.exists() {
            // Past its time: without its files the server stops by itself.
            let _ = fs::remove_dir_all(&self.home);
        }
    }
}

/// A new directory for one cluster.
fn home() -> Result<PathBuf, DbError> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = |n: u32| format!("sqlmint-pg-{}-{n}", std::process::id());
    let temp = std::env::temp_dir();
    let root = if temp.as_os_str().len() + 40 > SOCKET_DIR_MAX {
        PathBuf::from("/tmp")
    } else {
        temp
    };
    loop {
        let path = root.join(name(NEXT.fetch_add(1, Ordering::Relaxed)));
        match fs::create_dir(&path) {
            // A process of the same number left it, and its supervisor with it.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(failed(&path, &e.to_string())),
            Ok(()) => return Ok(path),
        }
    }
}

/// Whom the server runs as: this user, or `postgres` for root.
struct User(Option<(u32, u32)>);

impl User {
    fn apply<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        use std::os::unix::process::CommandExt;
        if let Some((uid, gid)) = self.0 {
            command.gid(gid).uid(uid);
        }
        command
    }
}

/// Gives the directory to the server's user, and to nobody else.
fn server_user(home: &Path) -> Result<User, DbError> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let here = |e: io::Error| failed(home, &e.to_string());
    let mine = fs::metadata(home).map_err(here)?.uid();
    let user = if mine == 0 {
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let ids = accounts.lines().find_map(|line| {
            let mut cells = line.strip_prefix("postgres:")?.split(':').skip(1);
            Some((cells.next()?.parse().ok()?, cells.next()?.parse().ok()?))
        });
        let Some((uid, gid)) = ids else {
            return Err(failed(
                home,
                "PostgreSQL does not run as root, and there is no user postgres to run it as; run sqlmint as another user",
            ));
        };
        chown(home, Some(uid), Some(gid)).map_err(here)?;
        User(Some((uid, gid)))
    } else {
        User(None)
    };
    fs::set_permissions(home, fs::Permissions::from_mode(0o700)).map_err(here)?;
    Ok(user)
}
