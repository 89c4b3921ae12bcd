//! A typed value: what a profile saw in the data and what a query's literal holds.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One scalar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// Any integer.
    Int(i64),
    /// An exact decimal or float, as its shortest decimal text ("12.50").
    Number(String),
    /// Character data or an enum label.
    Text(String),
    /// ISO day, "2024-03-01".
    Date(String),
    /// ISO day and time, "2024-03-01 13:45:00".
    Timestamp(String),
}

impl fmt::Display for Value {
    /// The value as data: no quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(b) => write!(f, "{b}"),
            Value::Int(n) => write!(f, "{n}"),
            Value::Number(t) | Value::Text(t) | Value::Date(t) | Value::Timestamp(t) => f.write_str(t),
        }
    }
}

impl Value {
    /// The value on the number line, where it has a place there.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(n) => Some(*n as f64),
            Value::Number(t) => t.parse().ok(),
            _ => None,
        }
    }
}
