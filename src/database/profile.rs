//! Profiling: what values the columns hold.
