//! Behaviours of the whole, one module each. One binary, because every test binary links DuckDB again.

mod cli;
mod evaluate;
mod export;
mod generate;
mod generate_bad_input;
mod hand_made;
mod labels;
mod layers;
mod lexicon;
mod library;
mod negatives;
mod populate;
mod postgres;
mod project;
mod report;
mod resume;
mod sources;
