//! The runner: takes phases in order, runs those whose inputs or settings changed, and leaves a run directory that resumes.
//!
//! It knows the [`Phase`] trait, the run directory and the manifest; it knows no phase by name.
//! Invariant: a phase is marked done in the manifest only after all its outputs have their final names.

use crate::kernel::progress::Progress;
use crate::kernel::seed::Seed;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One step of a run. It reads artifacts and writes artifacts, nothing else: another phase's memory is out of reach.
pub trait Phase: Send + Sync {
    /// The phase's name: its recipe's file name, its directory in the run directory.
    fn name(&self) -> &str;
    /// The kind's registry name ("schema", "populate", "pairs", ...).
    fn kind(&self) -> &str;
    /// Artifacts read, as paths relative to the run directory. Each must exist before the phase runs.
    fn reads(&self) -> Vec<PathBuf>;
    /// Artifacts written, as paths relative to the run directory. Their presence is what "done" means.
    fn writes(&self) -> Vec<PathBuf>;
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
}

/// What a phase did, for the summary and the manifest.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// Counts by name ("certified", "rejected.empty_result", "tables", "rows"). No times: the manifest is part of the bytes.
    pub counts: BTreeMap<String, u64>,
    /// Things a person should read, one sentence each.
    pub notes: Vec<String>,
}

/// Why a phase stopped. The message names the place and the way out.
#[derive(Debug, thiserror::Error)]
pub enum PhaseError {
    /// The input, configuration or recipe cannot be used: exit code 2.
    #[error("{0}")]
    Input(String),
    /// A file failed.
    #[error(transparent)]
    File(#[from] crate::kernel::files::FileError),
    /// A database failed: exit code 6 when it cannot be opened.
    #[error(transparent)]
    Database(#[from] crate::database::DbError),
    /// Anything else that went wrong while working.
    #[error("{0}")]
    Failed(String),
}
