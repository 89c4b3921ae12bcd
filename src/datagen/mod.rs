//! Data generation: DatasetIr to rows.
