//! `manifest.json`: what each phase did, under which key. Written before a phase starts and after it ended.
//!
//! Invariant: equal runs leave equal bytes, so it holds no clock, no host, no thread count and no path outside the run directory.

use super::{Outcome, RunError};
use crate::kernel::files;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Version of the manifest's own format.
const FORMAT: u32 = 1;

/// The state of a run directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this format.
    pub format: u32,
    /// The sqlmint that wrote it last.
    pub sqlmint: String,
    /// The run's seed.
    pub seed: u64,
    /// By phase name.
    pub phases: BTreeMap<String, Entry>,
}

/// The state of one phase.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The phase's kind.
    pub kind: String,
    /// All outputs are there. False while it works, and after it was killed or failed.
    pub done: bool,
    /// Fingerprint of everything below that determines the output.
    pub key: String,
    /// sqlmint's version when it ran.
    pub sqlmint: String,
    /// The run's seed when it ran.
    pub seed: u64,
    /// Hash of its settings.
    pub settings: String,
    /// Hash of every artifact it read; none for unhashed ones.
    pub reads: BTreeMap<String, Option<String>>,
    /// Hash of every artifact it wrote, as it wrote it; none for unhashed ones.
    pub outputs: BTreeMap<String, Option<String>>,
    /// What it did.
    pub outcome: Outcome,
}

impl Manifest {
    /// The manifest of a run that has done nothing yet.
    pub fn new(seed: u64) -> Self {
        Manifest {
            format: FORMAT,
            sqlmint: env!("CARGO_PKG_VERSION").to_owned(),
            seed,
            phases: BTreeMap::new(),
        }
    }

    /// Reads the manifest in `dir`; none where there is none.
    pub fn read(dir: &Path) -> Result<Option<Self>, RunError> {
        let path = dir.join("manifest.json");
        if !path.try_exists().unwrap_or(true) {
            return Ok(None);
        }
        let manifest: Manifest = files::read_json(&path).map_err(|e| RunError::Manifest {
            path: path.clone(),
            message: e.source.to_string(),
        })?;
        if manifest.format != FORMAT {
            return Err(RunError::Manifest {
                path,
                message: format!("format {} is not this sqlmint's ({FORMAT})", manifest.format),
            });
        }
        Ok(Some(manifest))
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, dir: &Path) -> Result<(), RunError> {
        Ok(files::write_json(&dir.join("manifest.json"), self)?)
    }
}
