//! Behaviours, end to end: one module each.

mod labels;
