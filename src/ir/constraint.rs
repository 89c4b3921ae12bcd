//! ConstraintSpec: rules between columns that keys and types cannot say.
//!
//! The data engine enforces all of them while it makes rows; `evaluate-data` counts what breaks them. Columns are of one table, by name.
//! NULLs: a comparison with NULL is unknown, and a rule is broken only where it is false, as a SQL CHECK is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Rules that generated rows must satisfy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConstraintSpec {
    /// Columns whose value follows from others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functional_dependencies: Vec<FunctionalDependency>,
    /// Rules of the form "if ... then ...".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub implications: Vec<Implication>,
    /// Unique column groups beside the keys of the LogicalIr.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub composite_keys: Vec<CompositeKey>,
    /// Conditions on rows, as SQL over one table's columns, beside the CHECKs of the LogicalIr.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<TableCheck>,
}

/// Equal values of `lhs` imply equal values of `rhs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunctionalDependency {
    /// Table id.
    pub table: String,
    /// Determining columns.
    pub lhs: Vec<String>,
    /// Determined columns.
    pub rhs: Vec<String>,
    /// Where the determined values come from.
    #[serde(default, skip_serializing_if = "DependencyMode::is_intra_row")]
    pub mode: DependencyMode,
    /// With `lookup`: the values, each entry those of `lhs` followed by those of `rhs`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lookup: Vec<Vec<Value>>,
}

/// Where determined values come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependencyMode {
    /// Drawn from the column's own distribution, once for every combination of `lhs`.
    #[default]
    IntraRow,
    /// Looked up in the listed entries; a combination that is not listed is drawn as in `intra_row`.
    Lookup,
}

impl DependencyMode {
    fn is_intra_row(&self) -> bool {
        *self == DependencyMode::IntraRow
    }
}

/// Where the first condition is true, the second is not false.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implication {
    /// Table id.
    pub table: String,
    /// What messages call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The premise.
    #[serde(rename = "if")]
    pub premise: Condition,
    /// What follows.
    #[serde(rename = "then")]
    pub conclusion: Condition,
}

/// A condition on one row: comparisons under and, or, not. `{"op": "eq", "column": "status", "value": "shipped"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// All of them.
    And {
        /// At least one.
        conditions: Vec<Condition>,
    },
    /// Any of them.
    Or {
        /// At least one.
        conditions: Vec<Condition>,
    },
    /// Not this one.
    Not {
        /// The one.
        condition: Box<Condition>,
    },
    /// Equal.
    Eq {
        /// Column name.
        column: String,
        /// What it is compared with.
        value: Operand,
    },
    /// Not equal.
    Ne {
        /// Column name.
        column: String,
        /// What it is compared with.
        value: Operand,
    },
    /// Less.
    Lt {
        /// Column name.
        column: String,
        /// What it is compared with.
        value: Operand,
    },
    /// Less or equal.
    Le {
        /// Column name.
        column: String,
        /// What it is compared with.
        value: Operand,
    },
    /// Greater.
    Gt {
        /// Column name.
        column: String,
        /// What it is compared with.
        value: Operand,
    },
    /// Greater or equal.
    Ge {
        /// Column name.
        column: String,
        /// What it is compared with.
        value: Operand,
    },
    /// One of the values.
    In {
        /// Column name.
        column: String,
        /// The values, JSON scalars.
        values: Vec<Value>,
    },
    /// NULL.
    IsNull {
        /// Column name.
        column: String,
    },
    /// Not NULL.
    NotNull {
        /// Column name.
        column: String,
    },
}

/// The right side of a comparison: a JSON scalar, or `{"column": "name"}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Operand {
    /// Another column of the row.
    Column {
        /// Its name.
        column: String,
    },
    /// A value.
    Value(Value),
}

/// Columns that together differ in every row (rows with a NULL among them aside).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompositeKey {
    /// Table id.
    pub table: String,
    /// Column names.
    pub columns: Vec<String>,
}

/// A condition that every row of a table satisfies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableCheck {
    /// Table id.
    pub table: String,
    /// The condition, as SQL.
    pub sql: String,
}

impl Condition {
    /// The condition as SQL, for engines that evaluate SQL and for messages. Names are quoted.
    pub fn sql(&self) -> String {
        let name = |column: &str| format!("\"{}\"", column.replace('"', "\"\""));
        let list = |conditions: &[Condition], word: &str, none: &str| match conditions {
            [] => none.to_owned(),
            _ => {
                let parts: Vec<String> = conditions.iter().map(|c| format!("({})", c.sql())).collect();
                parts.join(word)
            }
        };
        let compare = |column: &str, sign: &str, value: &Operand| match value {
            Operand::Column { column: other } => format!("{} {sign} {}", name(column), name(other)),
            Operand::Value(value) => format!("{} {sign} {}", name(column), literal(value)),
        };
        match self {
            Condition::And { conditions } => list(conditions, " AND ", "TRUE"),
            Condition::Or { conditions } => list(conditions, " OR ", "FALSE"),
            Condition::Not { condition } => format!("NOT ({})", condition.sql()),
            Condition::Eq { column, value } => compare(column, "=", value),
            Condition::Ne { column, value } => compare(column, "<>", value),
            Condition::Lt { column, value } => compare(column, "<", value),
            Condition::Le { column, value } => compare(column, "<=", value),
            Condition::Gt { column, value } => compare(column, ">", value),
            Condition::Ge { column, value } => compare(column, ">=", value),
            Condition::In { column, values } if values.is_empty() => format!("{} IS NULL AND FALSE", name(column)),
            Condition::In { column, values } => {
                let values: Vec<String> = values.iter().map(literal).collect();
                format!("{} IN ({})", name(column), values.join(", "))
            }
            Condition::IsNull { column } => format!("{} IS NULL", name(column)),
            Condition::NotNull { column } => format!("{} IS NOT NULL", name(column)),
        }
    }

    /// Names of the columns it reads, in the order they are written, each once.
    pub fn columns(&self) -> Vec<&str> {
        fn walk<'a>(condition: &'a Condition, out: &mut Vec<&'a str>) {
            let mut add = |name: &'a String| {
                if !out.contains(&name.as_str()) {
                    out.push(name);
                }
            };
            match condition {
                Condition::And { conditions } | Condition::Or { conditions } => conditions.iter().for_each(|c| walk(c, out)),
                Condition::Not { condition } => walk(condition, out),
                Condition::Eq { column, value }
                | Condition::Ne { column, value }
                | Condition::Lt { column, value }
                | Condition::Le { column, value }
                | Condition::Gt { column, value }
                | Condition::Ge { column, value } => {
                    add(column);
                    if let Operand::Column { column } = value {
                        add(column);
                    }
                }
                Condition::In { column, .. } | Condition::IsNull { column } | Condition::NotNull { column } => add(column),
            }
        }
        let mut out = Vec::new();
        walk(self, &mut out);
        out
    }
}

impl Implication {
    /// The rule as one SQL condition that is false exactly where it is broken: the premise is true and the conclusion is false.
    pub fn sql(&self) -> String {
        format!("(({}) IS NOT TRUE) OR ({})", self.premise.sql(), self.conclusion.sql())
    }
}

/// A JSON scalar as a SQL literal.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(b) => b.to_string().to_uppercase(),
        Value::Number(n) => n.to_string(),
        Value::String(s) => format!("'{}'", s.replace('\'', "''")),
        other => format!("'{}'", other.to_string().replace('\'', "''")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails at the place")]
mod tests {
    use super::*;

    #[test]
    fn a_tree_reads_as_sql() {
        let rule: Implication = serde_json::from_value(serde_json::json!({
            "table": "orders",
            "if": {"op": "and", "conditions": [{"op": "eq", "column": "status", "value": "it's"}, {"op": "not_null", "column": "paid_on"}]},
            "then": {"op": "not", "condition": {"op": "lt", "column": "shipped_on", "value": {"column": "paid_on"}}},
        }))
        .unwrap();
        assert_eq!(
            rule.sql(),
            "(((\"status\" = 'it''s') AND (\"paid_on\" IS NOT NULL)) IS NOT TRUE) OR (NOT (\"shipped_on\" < \"paid_on\"))"
        );
        assert_eq!(rule.conclusion.columns(), ["shipped_on", "paid_on"]);
        assert_eq!(
            serde_json::from_value::<Implication>(serde_json::to_value(&rule).unwrap()).unwrap(),
            rule
        );
    }
}
