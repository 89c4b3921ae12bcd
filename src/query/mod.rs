//! Queries: intent, AST, labels, mutations.
