//! Introspection: a live database to LogicalIr.
