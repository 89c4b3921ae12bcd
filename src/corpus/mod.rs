//! The corpus: certified records of all phases made into one thing that a fine-tuning run loads.
//!
//! | module | is |
//! |---|---|
//! | [`lines`] | JSON lines read one by one; an error names file and line |
//! | [`merge`] | records of all phases and their negatives -> one list without duplicates |
//! | [`verdict`] | what a second engine said of every pair and negative |
//! | [`split`] | train, validation, test: no SQL skeleton in two of them |
//! | [`coverage`] | what of the schema and of the grammar the corpus uses, over what there is |
//! | [`doubts`] | questions without one answer, beside the corpus |
//! | [`quality`] | what the corpus is like: funnel, mutants, diversity, sizes |
//! | [`mod@format`] | one file a target format |
//! | [`card`] | the dataset card |
//! | [`intake`] | other people's question/SQL files |
//!
//! Limit: the records of one corpus are held in memory (about 10 KB each with their negatives).
//! Invariant: every artifact is a pure function of the records and the settings, in the records' order.

pub mod card;
pub mod coverage;
pub mod doubts;
pub mod format;
pub mod intake;
pub mod lines;
pub mod merge;
pub mod quality;
pub mod split;
pub mod verdict;

#[cfg(test)]
pub(crate) mod fixture;

use crate::ir::{LogicalIr, Record};
use crate::kernel::files::FileError;
use std::path::PathBuf;

/// A finished corpus, as formats and the card see it.
pub struct Corpus<'a> {
    /// The schema.
    pub logical: &'a LogicalIr,
    /// The schema as SQL.
    pub ddl: &'a str,
    /// All records, each with its split.
    pub records: &'a [Record],
}

impl Corpus<'_> {
    /// The records of one split, in corpus order.
    pub fn of(&self, split: split::Split) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |r| r.split == split.name())
    }
}

/// Why there is no corpus.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A line is not what it should be.
    #[error("{}, line {line}: {found}; {way_out}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What was found there.
        found: String,
        /// What to do about it.
        way_out: String,
    },
    /// A setting cannot be used.
    #[error("{key}: {found}")]
    Setting {
        /// The setting.
        key: &'static str,
        /// What was found, and what is allowed.
        found: String,
    },
    /// A template failed: a fault of this program, not of its input.
    #[error("the {what} could not be rendered: {source}")]
    Template {
        /// Which document.
        what: &'static str,
        /// The engine's words.
        source: minijinja::Error,
    },
}
