//! The corpus: duplicates, splits, coverage, formats, the dataset card.
