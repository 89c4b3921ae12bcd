//! What a run tells: its events while it goes on, and what its phases did once it is over.
//!
//! Limits: how it is shown is the command line's affair. Invariant: every phase of a run is told as up to date, outdated, or started and ended.

use super::{Outcome, Reason};
use crate::kernel::progress::Progress;
use std::path::PathBuf;

/// What happens while a run goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// A phase does not run, because nothing it depends on changed.
    UpToDate {
        /// The phase.
        phase: &'a str,
        /// Its outputs that a user edited and others read; they are kept.
        edited: &'a [PathBuf],
        /// Its outputs that a user edited and no phase reads; they are kept too.
        unread: &'a [PathBuf],
    },
    /// A phase that is not asked for, but whose output is read, is not up to date.
    Outdated {
        /// The phase.
        phase: &'a str,
        /// Why.
        why: &'a [Reason],
    },
    /// A phase begins.
    Started {
        /// The phase.
        phase: &'a str,
        /// Why it is due.
        why: &'a [Reason],
        /// Finished phases that may have to run again because of it.
        also: &'a [String],
        /// Edited outputs that it will write again, where the edited content is kept from now on.
        moved: &'a [PathBuf],
    },
    /// A phase ended well.
    Ended {
        /// The phase.
        phase: &'a str,
        /// What it did.
        outcome: &'a Outcome,
    },
}

/// Who watches a run.
pub trait Watch: Progress {
    /// Something happened.
    fn event(&self, event: Event<'_>);
}

impl Watch for crate::kernel::progress::Silent {
    fn event(&self, _: Event<'_>) {}
}

/// One phase after a run.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Finished {
    /// The phase.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// It ran now; else it was up to date.
    pub ran: bool,
    /// What it did, now or then.
    pub outcome: Outcome,
}

/// All phases asked for, after a run.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Report {
    /// In order.
    pub phases: Vec<Finished>,
}
