//! Results in canonical form. (Text of cells, hash of rows.)

/// The rows of one result.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResultSet;
