//! The plan: which phases are due, and why. It compares what the manifest says with settings, seed and files as they are.
//!
//! A phase is up to date when it is done, its key is what it would be now, and its outputs exist. An output that a user edited is
//! kept: whoever reads it sees the new content in its own key, but its writer is not due.

use super::{Entry, Manifest, Phase, RunError};
use crate::kernel::files::{At, FileError};
use crate::kernel::{fingerprint, suggest};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Why a phase is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It has not run here.
    Never,
    /// It was stopped, killed or failed.
    Unfinished,
    /// Its recipe names another kind now.
    Kind,
    /// Its settings, or an outside file it reads, changed.
    Settings,
    /// The seed changed.
    Seed,
    /// Another version of sqlmint ran it.
    Version,
    /// An artifact that it reads changed.
    Input(PathBuf),
    /// An artifact that it wrote is gone.
    Gone(PathBuf),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Never => f.write_str("not run yet"),
            Reason::Unfinished => f.write_str("not finished"),
            Reason::Kind => f.write_str("kind changed"),
            Reason::Settings => f.write_str("settings changed"),
            Reason::Seed => f.write_str("seed changed"),
            Reason::Version => f.write_str("made by another version of sqlmint"),
            Reason::Input(path) => write!(f, "{} changed", path.display()),
            Reason::Gone(path) => write!(f, "{} is gone", path.display()),
        }
    }
}

/// What a run would do with a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    UpToDate,
    /// Run it.
    Due(Vec<Reason>),
    /// Run it if these phases, which are to run before it, change what it reads.
    Follows(Vec<String>),
}

/// One line of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The phase.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// What a run would do.
    pub state: State,
    /// Artifacts read.
    pub reads: Vec<PathBuf>,
    /// Artifacts written.
    pub writes: Vec<PathBuf>,
    /// Outputs whose content is no longer what the phase wrote.
    pub edited: Vec<PathBuf>,
}

/// The list of phases, checked: names differ, and everything read is written by an earlier phase.
pub(super) struct Graph<'a> {
    phases: &'a [Box<dyn Phase>],
    writer: BTreeMap<PathBuf, usize>,
}

impl<'a> Graph<'a> {
    pub(super) fn check(phases: &'a [Box<dyn Phase>]) -> Result<Self, RunError> {
        let mut writer: BTreeMap<PathBuf, usize> = BTreeMap::new();
        let mut names = BTreeSet::new();
        for (index, phase) in phases.iter().enumerate() {
            if !names.insert(phase.name()) {
                return Err(RunError::TwoPhases(phase.name().to_owned()));
            }
            for path in phase.writes() {
                if let Some(first) = writer.insert(path.clone(), index) {
                    return Err(RunError::TwoWriters {
                        first: phases[first].name().to_owned(),
                        second: phase.name().to_owned(),
                        path,
                    });
                }
            }
        }
        for (index, phase) in phases.iter().enumerate() {
            for path in phase.reads() {
                match writer.get(&path) {
                    Some(earlier) if *earlier < index => {}
                    later => {
                        let writer = later.map(|w| phases[*w].name().to_owned());
                        return Err(RunError::Order {
                            phase: phase.name().to_owned(),
                            path,
                            writer,
                        });
                    }
                }
            }
        }
        Ok(Graph { phases, writer })
    }

    /// The phases to run: those named, or all.
    pub(super) fn select(&self, only: &[String]) -> Result<Vec<&'a dyn Phase>, RunError> {
        let names = || self.phases.iter().map(|p| p.name());
        if let Some(unknown) = only.iter().find(|wanted| !names().any(|n| n == wanted.as_str())) {
            let known = names().map(str::to_owned).collect();
            return Err(RunError::UnknownPhase {
                name: unknown.clone(),
                hint: suggest::hint(unknown, names()),
                known,
            });
        }
        let wanted = |p: &&'a dyn Phase| only.is_empty() || only.iter().any(|o| o == p.name());
        Ok(self.phases.iter().map(|p| &**p).filter(wanted).collect())
    }

    /// The phase that writes `path`.
    pub(super) fn writer(&self, path: &Path) -> Option<&'a dyn Phase> {
        self.writer.get(path).map(|index| &*self.phases[*index])
    }

    /// Phases that read what `name` writes, and those that read what they write, in order.
    pub(super) fn dependents(&self, name: &str) -> Vec<String> {
        let mut changed: BTreeSet<&str> = BTreeSet::from([name]);
        let mut out = Vec::new();
        for phase in self.phases {
            if phase
                .reads()
                .iter()
                .filter_map(|path| self.writer(path))
                .any(|w| changed.contains(w.name()))
            {
                changed.insert(phase.name());
                out.push(phase.name().to_owned());
            }
        }
        out
    }

    pub(super) fn is_read(&self, path: &Path) -> bool {
        self.phases.iter().any(|p| p.reads().iter().any(|read| read == path))
    }

    pub(super) fn unhashed(&self) -> BTreeSet<PathBuf> {
        self.phases.iter().flat_map(|p| p.unhashed()).collect()
    }
}

/// Content hashes of artifacts, each file read at most once while it does not change.
pub(super) struct Hashes<'a> {
    dir: &'a Path,
    unhashed: BTreeSet<PathBuf>,
    known: BTreeMap<PathBuf, String>,
}

impl<'a> Hashes<'a> {
    pub(super) fn new(dir: &'a Path, graph: &Graph<'_>) -> Self {
        Hashes {
            dir,
            unhashed: graph.unhashed(),
            known: BTreeMap::new(),
        }
    }

    /// Whether an artifact is there; an empty database is none.
    pub(super) fn exists(&self, path: &Path) -> bool {
        let file = self.dir.join(path);
        file.exists() && !(self.unhashed.contains(path) && file.metadata().is_ok_and(|m| m.len() == 0))
    }

    /// The artifact's hash; none where its bytes are not to be compared.
    pub(super) fn of(&mut self, path: &Path) -> Result<Option<String>, FileError> {
        if self.unhashed.contains(path) {
            return Ok(None);
        }
        if let Some(hash) = self.known.get(path) {
            return Ok(Some(hash.clone()));
        }
        let file = self.dir.join(path);
        let hash = fingerprint::of_file(&file).at("read", &file)?;
        self.known.insert(path.to_owned(), hash.clone());
        Ok(Some(hash))
    }

    /// Forgets everything: files were written.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }
}

/// Everything that determines a phase's output, as it is now.
pub(super) struct Inputs {
    /// The entry that a run would leave, without outputs.
    pub(super) entry: Entry,
    /// Artifacts it reads that are not there.
    pub(super) missing: Vec<PathBuf>,
}

impl Inputs {
    pub(super) fn of(phase: &dyn Phase, seed: u64, hashes: &mut Hashes<'_>) -> Result<Self, RunError> {
        let settings = phase.settings().map_err(|source| RunError::Phase {
            phase: phase.name().to_owned(),
            source,
        })?;
        let mut entry = Entry {
            kind: phase.kind().to_owned(),
            sqlmint: env!("CARGO_PKG_VERSION").to_owned(),
            seed,
            settings: fingerprint::of_bytes(settings.as_bytes()),
            ..Entry::default()
        };
        let mut missing = Vec::new();
        for path in phase.reads() {
            if hashes.exists(&path) {
                let hash = hashes.of(&path)?;
                entry.reads.insert(text(&path), hash);
            } else {
                missing.push(path);
            }
        }
        let mut parts = vec![
            phase.name().to_owned(),
            entry.kind.clone(),
            entry.sqlmint.clone(),
            seed.to_string(),
            entry.settings.clone(),
        ];
        parts.extend(
            entry
                .reads
                .iter()
                .flat_map(|(path, hash)| [path.clone(), hash.clone().unwrap_or_default()]),
        );
        entry.key = fingerprint::of_parts(parts.iter().map(String::as_str));
        Ok(Inputs { entry, missing })
    }

    /// Why the phase is due; nothing when it is up to date.
    pub(super) fn reasons(&self, before: Option<&Entry>, hashes: &Hashes<'_>) -> Vec<Reason> {
        let Some(before) = before else { return vec![Reason::Never] };
        let now = &self.entry;
        let changed = [
            (!before.done, Reason::Unfinished),
            (before.kind != now.kind, Reason::Kind),
            (before.sqlmint != now.sqlmint, Reason::Version),
            (before.seed != now.seed, Reason::Seed),
            (before.settings != now.settings, Reason::Settings),
        ];
        let mut out: Vec<Reason> = changed.into_iter().filter(|(is, _)| *is).map(|(_, reason)| reason).collect();
        out.extend(
            now.reads
                .iter()
                .filter(|(path, hash)| before.reads.get(*path) != Some(hash))
                .map(|(path, _)| Reason::Input(path.into())),
        );
        if before.done {
            out.extend(
                before
                    .outputs
                    .keys()
                    .map(PathBuf::from)
                    .filter(|path| !hashes.exists(path))
                    .map(Reason::Gone),
            );
        }
        if out.is_empty() && before.key != now.key && self.missing.is_empty() {
            // An artifact that is not read any more leaves no other trace.
            out.push(Reason::Settings);
        }
        out
    }
}

/// Outputs of a finished phase whose content is no longer what it wrote.
pub(super) fn edited(entry: Option<&Entry>, hashes: &mut Hashes<'_>) -> Result<Vec<PathBuf>, RunError> {
    let mut out = Vec::new();
    for (path, written) in entry.filter(|e| e.done).iter().flat_map(|e| &e.outputs) {
        let path = Path::new(path);
        if hashes.exists(path) && written.is_some() && hashes.of(path)? != *written {
            out.push(path.to_owned());
        }
    }
    Ok(out)
}

/// What a run of the phases `only` (all when empty) would do now.
pub(super) fn steps(graph: &Graph<'_>, dir: &Path, seed: u64, manifest: &Manifest, only: &[String]) -> Result<Vec<Step>, RunError> {
    let mut hashes = Hashes::new(dir, graph);
    let mut due: BTreeSet<String> = BTreeSet::new();
    let mut out = Vec::new();
    for phase in graph.select(only)? {
        let before = manifest.phases.get(phase.name());
        let inputs = Inputs::of(phase, seed, &mut hashes)?;
        let reasons = inputs.reasons(before, &hashes);
        let mut follows: Vec<String> = phase
            .reads()
            .iter()
            .filter_map(|p| graph.writer(p))
            .map(|w| w.name().to_owned())
            .collect();
        follows.retain(|name| due.contains(name));
        follows.dedup();
        let state = match (reasons.is_empty(), follows.is_empty()) {
            (false, _) => State::Due(reasons),
            (true, false) => State::Follows(follows),
            (true, true) => State::UpToDate,
        };
        if state != State::UpToDate {
            due.insert(phase.name().to_owned());
        }
        out.push(Step {
            name: phase.name().to_owned(),
            kind: phase.kind().to_owned(),
            edited: edited(before, &mut hashes)?,
            state,
            reads: phase.reads(),
            writes: phase.writes(),
        });
    }
    Ok(out)
}

/// An artifact's path as the manifest writes it, the same on every system.
pub(super) fn text(path: &Path) -> String {
    path.components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
