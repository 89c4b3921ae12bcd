//! Behaviours, end to end: one module each.

mod export;
mod hand_made;
mod populate;
mod report;
