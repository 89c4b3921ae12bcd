//! Checks: what a candidate pair must pass before it is a record.
