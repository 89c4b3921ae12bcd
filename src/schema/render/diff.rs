//! Comparison of two schemas, by name: a renamed table is one removed and one added.

use crate::ir::{Column, LogicalIr, Table};
use std::collections::HashMap;
use std::fmt;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// Where: "loan", "loan.returned_on", "enum mpaa_rating".
    pub place: String,
    /// What changed: "column added: DATE".
    pub what: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Changes as they are found.
#[derive(Default)]
struct Changes(Vec<Change>);

impl Changes {
    fn say(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.0.push(Change {
            place: place.into(),
            what: what.into(),
        });
    }
    /// `what changed: old -> new`, when they differ.
    fn compare<T: PartialEq>(&mut self, place: &str, what: &str, before: &T, after: &T, show: impl Fn(&T) -> String) {
        if before != after {
            self.say(place, format!("{what} changed: {} -> {}", show(before), show(after)));
        }
    }
    /// Members of two lists: those gone, then those new.
    fn members<T>(
        &mut self,
        place: &str,
        what: &str,
        (before, after): (&[T], &[T]),
        same: impl Fn(&T, &T) -> bool,
        show: impl Fn(&T) -> String,
    ) {
        for x in before.iter().filter(|x| !after.iter().any(|y| same(x, y))) {
            self.say(place, format!("{what} removed: {}", show(x)));
        }
        for y in after.iter().filter(|y| !before.iter().any(|x| same(x, y))) {
            self.say(place, format!("{what} added: {}", show(y)));
        }
    }
}

/// What changed from `before` to `after`, in schema order. The schemas' names do not count.
pub fn diff(before: &LogicalIr, after: &LogicalIr) -> Vec<Change> {
    let mut changes = Changes::default();
    changes.compare("schema", "comment", &before.comment, &after.comment, or_none);
    let enums: HashMap<&str, &[String]> = after.enums.iter().map(|e| (e.name.as_str(), e.values.as_slice())).collect();
    for kind in &before.enums {
        let place = format!("enum {}", kind.name);
        match enums.get(kind.name.as_str()) {
            None => changes.say(place, "removed"),
            Some(values) => changes.compare(&place, "values", &kind.values.as_slice(), values, |v| v.join(", ")),
        }
    }
    for kind in after.enums.iter().filter(|e| before.enum_values(&e.name).is_none()) {
        changes.say(format!("enum {}", kind.name), format!("added: {}", kind.values.join(", ")));
    }
    let old: HashMap<String, &Table> = before.tables.iter().map(|t| (t.id(), t)).collect();
    let new: HashMap<String, &Table> = after.tables.iter().map(|t| (t.id(), t)).collect();
    for table in &before.tables {
        match new.get(&table.id()) {
            None => changes.say(table.id(), "table removed"),
            Some(other) => compare_tables(&mut changes, table, other),
        }
    }
    for table in after.tables.iter().filter(|t| !old.contains_key(&t.id())) {
        changes.say(table.id(), format!("table added, with {} columns", table.columns.len()));
    }
    changes.0
}

fn compare_tables(changes: &mut Changes, before: &Table, after: &Table) {
    let id = before.id();
    let (old, new) = (by_name(before), by_name(after));
    for column in &before.columns {
        match new.get(column.name.as_str()) {
            None => changes.say(format!("{id}.{}", column.name), "column removed"),
            Some(other) => compare_columns(changes, &format!("{id}.{}", column.name), column, other),
        }
    }
    for column in after.columns.iter().filter(|c| !old.contains_key(c.name.as_str())) {
        changes.say(format!("{id}.{}", column.name), format!("column added: {}", column.sql_type));
    }
    let kept = |table: &Table, others: &HashMap<&str, &Column>| -> Vec<String> {
        table
            .columns
            .iter()
            .map(|c| c.name.clone())
            .filter(|n| others.contains_key(n.as_str()))
            .collect()
    };
    if kept(before, &new) != kept(after, &old) {
        changes.say(id.as_str(), "columns are in another order");
    }
    let list = |columns: &Vec<String>| {
        if columns.is_empty() {
            "none".to_owned()
        } else {
            format!("({})", columns.join(", "))
        }
    };
    changes.compare(&id, "primary key", &before.primary_key, &after.primary_key, list);
    changes.members(&id, "unique", (&before.unique, &after.unique), |a, b| a == b, list);
    // A name that only one of them says is the one that a database makes up.
    let name = |a: &Option<String>, b: &Option<String>| a == b || a.is_none() || b.is_none();
    changes.members(
        &id,
        "foreign key",
        (&before.foreign_keys, &after.foreign_keys),
        |a, b| a.same_reference(b) && name(&a.name, &b.name),
        |f| format!("({}) -> {} ({})", f.columns.join(", "), f.ref_table, f.ref_columns.join(", ")),
    );
    changes.members(
        &id,
        "check",
        (&before.checks, &after.checks),
        |a, b| a.sql == b.sql && name(&a.name, &b.name),
        |c| c.sql.clone(),
    );
    changes.compare(&id, "partitioned table", &before.partition_of, &after.partition_of, or_none);
    changes.compare(&id, "partitions", &before.partition_by, &after.partition_by, or_none);
    changes.compare(&id, "bound", &before.partition_bound, &after.partition_bound, or_none);
    changes.compare(&id, "row count", &before.row_count, &after.row_count, |n| {
        n.map_or("none".into(), |n| n.to_string())
    });
    changes.compare(&id, "comment", &before.comment, &after.comment, or_none);
}

fn compare_columns(changes: &mut Changes, place: &str, before: &Column, after: &Column) {
    changes.compare(place, "type", &before.sql_type, &after.sql_type, ToString::to_string);
    changes.compare(place, "nullable", &before.nullable, &after.nullable, ToString::to_string);
    changes.compare(place, "default", &before.default, &after.default, or_none);
    changes.compare(place, "generated", &before.generated, &after.generated, or_none);
    changes.compare(place, "identity", &before.identity, &after.identity, ToString::to_string);
    changes.compare(place, "comment", &before.comment, &after.comment, or_none);
}

fn by_name(table: &Table) -> HashMap<&str, &Column> {
    table.columns.iter().map(|c| (c.name.as_str(), c)).collect()
}

fn or_none(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "none".into())
}
