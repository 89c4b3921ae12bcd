//! Behaviours of the whole, one module each. One binary, because every test binary links DuckDB again.

mod labels;
mod lexicon;
mod sources;
