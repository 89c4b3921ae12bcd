//! Reports for reviewers.
