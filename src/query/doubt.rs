//! What a question is about that cannot be answered as it stands: the counterpart of [`QueryIr`] for questions without one SQL.
//!
//! It is chosen from schema and data, worded in English, and checked on the database, each by its own module.
//! Invariant: every [`QueryIr`] in it is one SELECT over tables of the schema.

use super::ir::{Body, ColumnRef, QueryIr, Select};
use crate::ir::Value;
use serde_json::Value as Json;

/// Why there is not one SQL.
#[derive(Debug, Clone, PartialEq)]
pub enum Doubt {
    /// It asks for an attribute that the schema lacks.
    MissingColumn {
        /// The intent with a column in the attribute's place.
        asked: QueryIr,
        /// That column.
        place: ColumnRef,
        /// What is asked for: "publisher".
        noun: String,
        /// The attribute is a quantity.
        is_measure: bool,
    },
    /// It names a value that the data lacks.
    MissingValue {
        /// The intent, with the value.
        asked: QueryIr,
        /// Which of its conditions names it.
        filter: usize,
        /// The value.
        value: Value,
        /// Values that occur in its place, most frequent first.
        present: Vec<Value>,
        /// Different values that occur.
        distinct: u64,
        /// Columns (table, column) that must not hold it.
        absent: Vec<(String, String)>,
    },
    /// It asks for what no query on this database gives.
    OutOfScope {
        /// Registry name of what it asks for instead.
        kind: &'static str,
        /// The rows that it is about.
        rows: Select,
        /// A quantity of theirs.
        measure: Option<String>,
        /// A text of theirs.
        text: Option<String>,
    },
    /// A word of it fits several columns.
    AmbiguousColumn {
        /// The word: "date".
        noun: String,
        /// What it can mean: the intent, and the column that the word stands for.
        readings: Vec<(QueryIr, ColumnRef)>,
    },
    /// A value of it occurs in several columns.
    AmbiguousValue {
        /// The value.
        value: Value,
        /// The intent without a condition on it.
        base: QueryIr,
        /// What it can mean: the intent, and the column that holds the value.
        readings: Vec<(QueryIr, ColumnRef)>,
        /// Nearer columns (table, column) that must not hold it.
        absent: Vec<(String, String)>,
    },
}

impl Doubt {
    /// The class, as records name it.
    pub fn class(&self) -> &'static str {
        match self {
            Doubt::MissingColumn { .. } => "missing_column",
            Doubt::MissingValue { .. } => "missing_value",
            Doubt::OutOfScope { .. } => "out_of_scope",
            Doubt::AmbiguousColumn { .. } => "ambiguous_column",
            Doubt::AmbiguousValue { .. } => "ambiguous_value",
        }
    }

    /// The shape it was asked with; empty without one.
    pub fn shape(&self) -> &str {
        match self {
            Doubt::MissingColumn { asked, .. } | Doubt::MissingValue { asked, .. } => &asked.shape,
            Doubt::OutOfScope { .. } => "",
            Doubt::AmbiguousColumn { readings, .. } => readings.first().map_or("", |(q, _)| q.shape.as_str()),
            Doubt::AmbiguousValue { base, .. } => &base.shape,
        }
    }

    /// What it can mean.
    pub fn readings(&self) -> &[(QueryIr, ColumnRef)] {
        match self {
            Doubt::AmbiguousColumn { readings, .. } | Doubt::AmbiguousValue { readings, .. } => readings,
            _ => &[],
        }
    }

    /// Columns (table, column) that must not hold [`Doubt::value`].
    pub fn absent(&self) -> &[(String, String)] {
        match self {
            Doubt::MissingValue { absent, .. } | Doubt::AmbiguousValue { absent, .. } => absent,
            _ => &[],
        }
    }

    /// The value in doubt.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Doubt::MissingValue { value, .. } | Doubt::AmbiguousValue { value, .. } => Some(value),
            _ => None,
        }
    }
}

impl QueryIr {
    /// The one SELECT that this is, unless it nests others.
    pub fn plain(&self) -> Option<&Select> {
        match &self.body {
            Body::Select(select) => {
                let text = serde_json::to_string(select).ok()?;
                (!text.contains("\"query\":")).then_some(select)
            }
            _ => None,
        }
    }

    /// How often a column stands in it.
    pub fn uses(&self, column: &ColumnRef) -> usize {
        let mut n = 0;
        if let Ok(mut json) = serde_json::to_value(self) {
            each_column(&mut json, &mut |found| n += usize::from(found == column));
        }
        n
    }

    /// The same with another column in the place of one. For [`QueryIr::plain`] ones: a nested SELECT has its own sources.
    pub fn with_column(&self, from: &ColumnRef, to: &ColumnRef) -> Option<QueryIr> {
        let mut json = serde_json::to_value(self).ok()?;
        each_column(&mut json, &mut |found| {
            if found == from {
                *found = to.clone();
            }
        });
        serde_json::from_value(json).ok()
    }
}

/// Visits every column reference of an intent in its JSON form: an object of a source and a column.
fn each_column(json: &mut Json, visit: &mut impl FnMut(&mut ColumnRef)) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| each_column(item, visit)),
        Json::Object(map) if map.len() == 2 && map.contains_key("source") && map.contains_key("column") => {
            if let Ok(mut column) = serde_json::from_value::<ColumnRef>(Json::Object(map.clone())) {
                visit(&mut column);
                map.insert("source".into(), column.source.into());
                map.insert("column".into(), column.column.into());
            }
        }
        Json::Object(map) => map.values_mut().for_each(|value| each_column(value, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::ir::{Compare, Expr, Item, Predicate};

    #[test]
    fn a_column_is_replaced_wherever_it_stands() {
        let mut select = Select::from_table("loan");
        select.items = vec![Item::column(0, "due_on"), Item::column(0, "loan_id")];
        select.filter = vec![Predicate::Compare {
            left: Expr::column(0, "due_on"),
            op: Compare::Lt,
            value: Value::Date("2020-01-01".into()),
        }];
        let query = QueryIr {
            shape: "projection".into(),
            body: Body::Select(select),
        };
        let column = |name: &str| ColumnRef {
            source: 0,
            column: name.into(),
        };
        assert_eq!(query.uses(&column("due_on")), 2);
        let other = query.with_column(&column("due_on"), &column("loaned_on"));
        let uses = other.map(|q| (q.uses(&column("due_on")), q.uses(&column("loaned_on")), q.uses(&column("loan_id"))));
        assert_eq!(uses, Some((0, 2, 1)));
    }
}
