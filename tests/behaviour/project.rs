//! A small project in a temporary directory, and the real command run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A library of 60 rows a table, 24 pairs a phase, 20 questions without one answer.
pub(crate) const ROWS: &str = "populate.rows=60";
const PAIRS: &str = "pairs: 24";

/// A project that lives as long as the value.
pub(crate) struct Project {
    dir: tempfile::TempDir,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A line of a recipe at a test's size; what only bounds a phase stays.
fn cut(line: &str) -> &str {
    let number = |key: &str| line.strip_prefix(key).and_then(|n| n.parse::<u64>().ok());
    match (number("pairs: "), number("questions: ")) {
        (Some(..1000), _) => PAIRS,
        (_, Some(_)) => "questions: 20",
        _ => line,
    }
}

impl Project {
    /// The project that `sqlmint init` makes, its recipes cut to a test's size.
    pub(crate) fn new() -> io::Result<Self> {
        let project = Project { dir: tempfile::tempdir()? };
        for (path, text) in sqlmint::config::embedded::FILES {
            let lines: Vec<&str> = text.lines().map(cut).collect();
            project.write(path, &format!("{}\n", lines.join("\n")))?;
        }
        Ok(project)
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.dir.path().join(inside)
    }

    pub(crate) fn write(&self, inside: &str, text: &str) -> io::Result<()> {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, text)
    }

    pub(crate) fn read(&self, inside: &str) -> io::Result<String> {
        fs::read_to_string(self.path(inside))
    }

    /// `sqlmint` with these arguments, in the project, with no variable that sets anything.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqlmint"));
        command.args(args).current_dir(self.dir.path());
        for variable in ["SEED", "OUTPUT_DIR", "DG_PARALLELISM", "DATABASE_URL"] {
            command.env_remove(variable);
        }
        command
    }

    pub(crate) fn sqlmint(&self, args: &[&str]) -> io::Result<Done> {
        self.command(args).output().map(Done::from)
    }

    /// `sqlmint run` at a test's size.
    pub(crate) fn run(&self, more: &[&str]) -> io::Result<Done> {
        self.sqlmint(&[&["run", "--set", ROWS], more].concat())
    }

    /// Every file of a run directory by its path, but for the database, whose bytes are DuckDB's own affair.
    pub(crate) fn artifacts(&self, run: &str) -> io::Result<BTreeMap<String, Vec<u8>>> {
        let mut out = BTreeMap::new();
        let root = self.path(&format!("generated_datasets/{run}"));
        collect(&root, &root, &mut out)?;
        out.retain(|path, _| !path.contains(".duckdb"));
        Ok(out)
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Done {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl Done {
    /// Fails the test unless the command ended with `code` and said all of `words` on stderr.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "stderr: {}", self.stderr);
        for word in words {
            assert!(self.stderr.contains(word), "no {word:?} in: {}", self.stderr);
        }
    }
}

fn collect(root: &Path, dir: &Path, out: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, out)?;
        } else {
            let name = path.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().into_owned();
            out.insert(name, fs::read(&path)?);
        }
    }
    Ok(())
}

/// Fails the test when two runs differ, naming the files.
#[track_caller]
pub(crate) fn assert_same(what: &str, left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) {
    let names: Vec<&String> = left.keys().chain(right.keys()).collect();
    let differ: Vec<&&String> = names.iter().filter(|name| left.get(**name) != right.get(**name)).collect();
    assert!(differ.is_empty(), "{what}: {differ:?} differ");
    assert!(left.len() > 20, "{what}: only {} files were compared", left.len());
}
