//! Behaviours of the whole, one module each. One binary, because every test binary links DuckDB again.

mod breadth;
mod check;
mod cli;
mod evaluate;
mod export;
mod generate;
mod generate_bad_input;
mod hand_made;
mod label;
mod labels;
mod layers;
mod lexicon;
mod library;
mod made_and_judged;
mod negatives;
mod paraphrase;
mod populate;
mod postgres;
mod project;
mod rationale;
mod relate;
mod report;
mod resume;
mod sources;
mod steering;
mod unanswerable;
