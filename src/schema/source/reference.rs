//! Foreign keys as SQLite and MySQL take them, made into what PostgreSQL takes and a generator can fill.
//!
//! | found | read as |
//! |---|---|
//! | one key a column, together the parent's composite key | one composite foreign key |
//! | columns of the parent that are no key | unique columns: a row has one parent |
//! | a type that cannot equal the parent's | the parent's type |
//!
//! Each is a warning. Invariant: after [`settle`] every foreign key refers to a key of its parent, in its parent's types.

use crate::ir::issue::Severity;
use crate::ir::{ForeignKey, LogicalIr, QaIssue, SqlType, Table};
use std::collections::{BTreeMap, BTreeSet};

/// Whether values of both types can be equal without a cast.
pub(super) fn comparable(a: &SqlType, b: &SqlType) -> bool {
    a == b || (a.is_numeric() && b.is_numeric()) || (a.is_text() && b.is_text()) || (a.is_temporal() && b.is_temporal())
}

/// Changes the schema until its foreign keys hold in PostgreSQL and says what was changed.
pub(super) fn settle(stage: &str, schema: &mut LogicalIr, issues: &mut Vec<QaIssue>) {
    let mut warn = |code: &str, place: String, message: String| {
        issues.push(QaIssue::new(stage, Severity::Warning, code, place, message));
    };
    let keys: BTreeMap<String, Vec<String>> = schema.tables.iter().map(|t| (t.id(), t.primary_key.clone())).collect();
    for table in &mut schema.tables {
        let parents: BTreeSet<String> = table.foreign_keys.iter().map(|fk| fk.ref_table.clone()).collect();
        for (parent, key) in keys.iter().filter(|(id, _)| parents.contains(*id)) {
            if let Some(joined) = joined(table, parent, key) {
                let place = format!("{}({})", table.id(), joined.columns.join(", "));
                let message = format!("the foreign keys to parts of {parent}({}) are read as one", key.join(", "));
                table
                    .foreign_keys
                    .retain(|fk| fk.ref_table != *parent || !joined.columns.contains(&fk.columns[0]));
                table.foreign_keys.push(joined);
                warn("split_reference", place, message);
            }
        }
    }
    let at: BTreeMap<String, usize> = schema.tables.iter().enumerate().map(|(i, t)| (t.id(), i)).collect();
    let keys_of = |(i, table): (usize, &Table)| table.foreign_keys.iter().map(move |fk| (i, fk.clone())).collect::<Vec<_>>();
    let references: Vec<(usize, ForeignKey)> = schema.tables.iter().enumerate().flat_map(keys_of).collect();
    let names: Vec<String> = schema.tables.iter().map(Table::id).collect();
    for (child, fk) in &references {
        let Some(parent) = at.get(&fk.ref_table).and_then(|i| schema.tables.get_mut(*i)) else {
            continue;
        };
        let child = &names[*child];
        if !parent.is_unique(&fk.ref_columns) {
            parent.unique.push(fk.ref_columns.clone());
            let to = format!("{}({})", fk.ref_table, fk.ref_columns.join(", "));
            warn(
                "reference_not_unique",
                format!("{child}({})", fk.columns.join(", ")),
                format!("the foreign key refers to {to}, which is neither primary key nor unique; it is read as unique"),
            );
        }
    }
    // A parent's column may itself be a reference: as often as there are tables is enough for the longest chain.
    for _ in 0..schema.tables.len() {
        let mut settled = true;
        for (child, fk) in &references {
            for (own, other) in fk.columns.iter().zip(&fk.ref_columns) {
                let parent = at.get(&fk.ref_table).and_then(|i| schema.tables.get(*i));
                let wanted = parent.and_then(|t| t.column(other)).map(|c| c.sql_type.clone());
                let column = schema.tables.get_mut(*child);
                let column = column.and_then(|t| t.columns.iter_mut().find(|c| c.name == *own));
                let (Some(wanted), Some(column)) = (wanted, column) else { continue };
                if !comparable(&column.sql_type, &wanted) {
                    let message = format!(
                        "the column is {} and refers to {}.{other}, which is {wanted}; it is read as {wanted}",
                        column.sql_type, fk.ref_table
                    );
                    column.sql_type = wanted;
                    settled = false;
                    warn("reference_type", format!("{}.{own}", names[*child]), message);
                }
            }
        }
        if settled {
            break;
        }
    }
}

/// The composite foreign key that keys of one column each make together, when they cover the parent's key once.
fn joined(table: &Table, parent: &str, key: &[String]) -> Option<ForeignKey> {
    if key.len() < 2 {
        return None;
    }
    let mut columns = Vec::new();
    for part in key {
        let mut single = table
            .foreign_keys
            .iter()
            .filter(|fk| fk.ref_table == parent && fk.ref_columns == [part.clone()]);
        let (Some(fk), None) = (single.next(), single.next()) else {
            return None;
        };
        columns.extend(fk.columns.first().cloned());
    }
    Some(ForeignKey {
        name: None,
        columns,
        ref_table: parent.to_owned(),
        ref_columns: key.to_vec(),
        inferred: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::source::ddl;

    fn settled(text: &str) -> (LogicalIr, Vec<String>) {
        let source = ddl::Source {
            file: "a.sql".into(),
            text: text.into(),
        };
        let parsed = ddl::parse(&[source]);
        (parsed.logical, parsed.issues.into_iter().map(|i| i.code).collect())
    }

    #[test]
    fn keys_to_parts_of_a_key_are_one_key() {
        let (schema, codes) = settled(
            "CREATE TABLE block (floor INT, code INT, PRIMARY KEY (floor, code));
             CREATE TABLE room (n INT PRIMARY KEY, at INT REFERENCES block (code), on_floor INT REFERENCES block (floor));",
        );
        let keys = &schema.tables[1].foreign_keys;
        assert_eq!(keys.len(), 1);
        assert_eq!(
            (&keys[0].columns[..], &keys[0].ref_columns[..]),
            (
                &["on_floor".to_owned(), "at".to_owned()][..],
                &["floor".to_owned(), "code".to_owned()][..]
            )
        );
        assert_eq!(codes, ["split_reference"]);
    }

    #[test]
    fn what_is_referred_to_is_unique_and_of_the_same_type() {
        let (schema, codes) = settled(
            "CREATE TABLE a (id TEXT, note INT); CREATE TABLE b (id INT PRIMARY KEY REFERENCES a (id)); CREATE TABLE c (b_id INT REFERENCES b (id));",
        );
        assert_eq!(schema.tables[0].unique, [["id"]]);
        assert_eq!(
            (&schema.tables[1].columns[0].sql_type, &schema.tables[2].columns[0].sql_type),
            (&SqlType::Text, &SqlType::Text)
        );
        assert_eq!(codes, ["reference_not_unique", "reference_type", "reference_type"]);
    }
}
