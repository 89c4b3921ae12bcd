//! The sqlmint command.
fn main() {}
