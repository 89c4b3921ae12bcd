//! A live database's catalogue to LogicalIr.
