//! Phases: one file per kind; the only place that joins two engines.
