//! Kernel: what every layer stands on. Seeds, fingerprints, files that survive a kill, limits.
//!
//! No word of schemas, SQL or corpora appears below this line.

pub mod files;
pub mod fingerprint;
pub mod journal;
pub mod limits;
pub mod progress;
pub mod seed;
pub mod suggest;
