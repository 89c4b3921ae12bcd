//! The runner: takes phases in order, runs those whose inputs or settings changed, and leaves a run directory that resumes.
//!
//! It knows the [`Phase`] trait, the run directory and the manifest; it knows no phase by name.
//! Invariant: a phase is marked done in the manifest only after all its outputs have their final names.
//!
//! | module | is |
//! |---|---|
//! | `manifest` | `manifest.json`: what each phase did, under which key |
//! | `lock` | one process a run directory |
//! | `plan` | which phases are due, and why |
//! | `event` | what a run tells |
//! | `work` | running them |

mod event;
mod lock;
mod manifest;
mod plan;
mod work;

pub use event::{Event, Finished, Report, Watch};
pub use lock::Lock;
pub use manifest::{Entry, Manifest};
pub use plan::{Reason, State, Step};
pub use work::{Request, Runner};

use crate::kernel::files::FileError;
use crate::kernel::progress::Progress;
use crate::kernel::seed::Seed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// One step of a run. It reads artifacts and writes artifacts, nothing else: another phase's memory is out of reach.
pub trait Phase: Send + Sync {
    /// The phase's name: its recipe's file name, its directory in the run directory.
    fn name(&self) -> &str;
    /// The kind's registry name ("schema", "populate", "pairs", ...).
    fn kind(&self) -> &str;
    /// Artifacts read, as paths relative to the run directory. Each must exist before the phase runs.
    fn reads(&self) -> Vec<PathBuf>;
    /// Artifacts written, as paths relative to the run directory. Their presence is what "done" means.
    /// Those whose names are known only at work go into [`Outcome::files`].
    fn writes(&self) -> Vec<PathBuf>;
    /// Those of `writes` whose bytes may differ between equal runs (a database file). Only their presence is recorded: whoever
    /// depends on their content reads an artifact beside them that names it, such as a profile with the data's hash.
    fn unhashed(&self) -> Vec<PathBuf> {
        Vec::new()
    }
    /// Everything beside the artifacts that determines the output, as canonical text: its settings, and the content of outside files it reads.
    fn settings(&self) -> Result<String, PhaseError>;
    /// Does the work. `context.key` changes exactly when the output may.
    fn run(&self, context: &Context<'_>) -> Result<Outcome, PhaseError>;
}

/// What a phase is given.
pub struct Context<'a> {
    /// The run directory.
    pub dir: &'a Path,
    /// This phase's node of the seed tree.
    pub seed: Seed,
    /// Fingerprint of settings, seed, and the content of everything in `reads`: the key for a [`crate::kernel::journal::Journal`].
    pub key: String,
    /// Worker threads; output does not depend on it.
    pub threads: usize,
    /// Who watches.
    pub progress: &'a dyn Progress,
    /// Set when the user asked to stop.
    pub stop: &'a AtomicBool,
}

impl Context<'_> {
    /// `Err` once the user asked to stop. Phases ask between rounds, when everything done so far is on disk.
    pub fn check_stop(&self) -> Result<(), PhaseError> {
        if self.stop.load(Ordering::Relaxed) {
            Err(PhaseError::Stopped)
        } else {
            Ok(())
        }
    }
}

/// What a phase did, for the summary and the manifest.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// Counts by name ("certified", "rejected.empty_result", "tables", "rows"). No times: the manifest is part of the bytes.
    pub counts: BTreeMap<String, u64>,
    /// Things a person should read, one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Artifacts beside `writes()`, whose names were known only at work (one file a table), relative to the run directory.
    #[serde(skip)]
    pub files: Vec<PathBuf>,
}

/// Why a phase stopped. The message names the place and the way out.
#[derive(Debug, thiserror::Error)]
pub enum PhaseError {
    /// The input, configuration or recipe cannot be used: exit code 2.
    #[error("{0}")]
    Input(String),
    /// A file failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// A database failed: exit code 6 when it cannot be opened.
    #[error(transparent)]
    Database(#[from] crate::database::DbError),
    /// The work is done and what it found misses a quality gate: exit code 3.
    #[error("{0}")]
    Gate(String),
    /// The user asked to stop; what is done is kept.
    #[error("stopped; run again to go on from here")]
    Stopped,
    /// Anything else that went wrong while working.
    #[error("{0}")]
    Failed(String),
}

/// Why a run did not take place or did not end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// `--phase` names a phase that this run does not have.
    #[error("no phase \"{name}\" in this run{hint}\nphases: {}", known.join(", "))]
    UnknownPhase {
        /// As asked.
        name: String,
        /// "Did you mean", or nothing.
        hint: String,
        /// The run's phases.
        known: Vec<String>,
    },
    /// Two phases have one name.
    #[error("phases: \"{0}\" is listed twice; copy its recipe to a file of another name to run a kind twice")]
    TwoPhases(String),
    /// Two phases write one file.
    #[error("phases \"{first}\" and \"{second}\" both write {}; give one recipe another name", path.display())]
    TwoWriters {
        /// The earlier phase.
        first: String,
        /// The later phase.
        second: String,
        /// What both write.
        path: PathBuf,
    },
    /// A phase reads what no earlier phase writes.
    #[error("phase \"{phase}\" reads {}, which {}", path.display(), match writer {
        Some(writer) => format!("phase \"{writer}\" writes: list \"{writer}\" before \"{phase}\" under \"phases\""),
        None => "no phase of this run writes: add one that does under \"phases\"".to_owned(),
    })]
    Order {
        /// The reader.
        phase: String,
        /// What it reads.
        path: PathBuf,
        /// A later phase that writes it.
        writer: Option<String>,
    },
    /// `--phase` asks for a phase whose inputs are not there.
    #[error("phase \"{phase}\" needs {}, which is not there: phase \"{writer}\" writes it; run that first (--phase {writer} --phase {phase}, or no --phase at all)", path.display())]
    MissingInput {
        /// The reader.
        phase: String,
        /// What it reads.
        path: PathBuf,
        /// Who writes it.
        writer: String,
    },
    /// A phase ended well without having written what it promised.
    #[error("phase \"{phase}\" ended without writing {}; this is a defect of kind \"{kind}\"", path.display())]
    MissingOutput {
        /// The writer.
        phase: String,
        /// Its kind.
        kind: String,
        /// What is missing.
        path: PathBuf,
    },
    /// Another process works here.
    #[error("another sqlmint{} is working in {}; wait for it to end, or choose another run.name", pid.map(|p| format!(" (pid {p})")).unwrap_or_default(), dir.display())]
    Locked {
        /// The run directory.
        dir: PathBuf,
        /// The other process, if it left its id.
        pid: Option<u32>,
    },
    /// The directory holds other things.
    #[error("{} is not empty and has no manifest.json, so it is not a sqlmint run; choose another run.name or run.output_dir", dir.display())]
    Foreign {
        /// The directory.
        dir: PathBuf,
    },
    /// The manifest cannot be used.
    #[error("{}: {message}; --fresh discards this run directory and starts over", path.display())]
    Manifest {
        /// `manifest.json`.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A phase failed.
    #[error("phase \"{phase}\": {source}")]
    Phase {
        /// Which one.
        phase: String,
        /// Why.
        source: PhaseError,
    },
    /// A file of the run directory failed.
    #[error(transparent)]
    File(#[from] FileError),
}
