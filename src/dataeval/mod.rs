//! Data evaluation: whether a database is what its schema says. Measured in SQL on the database itself, never taken from how it was made.
//!
//! | module | measures |
//! |---|---|
//! | [`integrity`] | keys, foreign keys, NOT NULL, enums, CHECKs |

pub mod integrity;
pub mod statistic;
