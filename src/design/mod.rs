//! Design: from a schema to a plan for its data.
