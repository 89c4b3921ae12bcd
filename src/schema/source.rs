//! Sources: text to LogicalIr.
