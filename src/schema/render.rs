//! Rendering: LogicalIr to DDL and diagrams.
