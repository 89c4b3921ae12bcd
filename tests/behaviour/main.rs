//! Behaviours, a module each, in one binary.

mod sources;
