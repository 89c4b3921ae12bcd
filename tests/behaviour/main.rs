//! Behaviours, a module each, in one binary.

mod export;
mod hand_made;
mod lexicon;
mod report;
mod sources;
