//! Any source to LogicalIr.
