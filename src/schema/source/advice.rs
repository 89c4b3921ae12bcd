//! Advice: what a reader of the schema should know before using it.
//!
//! Errors are what [`LogicalIr::problems`] finds. Warnings are what will hurt, infos what may be meant. All names are of this schema.

use super::reference::comparable;
use crate::ir::issue::Severity;
use crate::ir::{LogicalIr, QaIssue, SqlType, Table};
use crate::schema::contradiction::{contradictions, told};
use crate::schema::naming::english;
use crate::schema::relate;
use std::collections::{HashMap, HashSet};

/// Problems first, then findings worth a look, in schema order.
pub fn advice(schema: &LogicalIr) -> Vec<QaIssue> {
    let mut found = Findings { out: schema.problems() };
    let tables: HashMap<String, &Table> = schema.tables.iter().map(|t| (t.id(), t)).collect();
    let parents: HashSet<&str> = schema
        .tables
        .iter()
        .flat_map(|t| &t.foreign_keys)
        .map(|f| f.ref_table.as_str())
        .collect();
    let guesses = relate::guesses(schema);
    let read = relate::of_isolated(schema);
    if parents.is_empty() && schema.tables.len() > 1 {
        let message = match guesses.len() {
            0 => "the schema has no foreign keys; questions that join tables need some".to_owned(),
            n => format!("the schema has no foreign keys; a run reads {n} from names, unless source.infer_foreign_keys is false"),
        };
        found.info("no_foreign_keys", &schema.name, message);
    }
    let mut seen: HashMap<String, String> = HashMap::new();
    found.out.extend(english::doubt(schema));
    for table in schema.data_tables() {
        let id = table.id();
        alike(&mut found, &mut seen, &id, &id);
        let mut names: HashMap<String, String> = HashMap::new();
        for column in &table.columns {
            alike(&mut found, &mut names, &format!("{id}.{}", column.name), &column.name);
        }
        for clash in contradictions(table) {
            let place = format!("{id}.{}", clash.column);
            found.add(Severity::Warning, "contradicting_checks", &place, told(table, &clash));
        }
        if table.primary_key.is_empty() {
            found.info(
                "no_primary_key",
                &id,
                "the table has no primary key; its rows cannot be told apart".into(),
            );
        }
        let isolated = table.foreign_keys.is_empty() && !parents.contains(id.as_str());
        let joined = |g: &relate::Guess| g.key.ref_table == id || schema.tables.get(g.table) == Some(table);
        if isolated && !parents.is_empty() && !read.iter().any(joined) {
            found.info(
                "isolated_table",
                &id,
                "no foreign key leads to or from this table; it will not be joined".into(),
            );
        }
        for fk in &table.foreign_keys {
            if let Some(parent) = tables.get(&fk.ref_table) {
                compare_reference(&mut found, table, parent, fk);
            }
        }
        for column in &table.columns {
            let place = format!("{id}.{}", column.name);
            let meant = guesses
                .iter()
                .find(|g| g.key.columns == [column.name.clone()] && schema.tables.get(g.table) == Some(table));
            if let Some(guess) = meant {
                let taken = if read.contains(guess) {
                    "; a run reads one from the name"
                } else {
                    ""
                };
                found.info(
                    "missing_foreign_key",
                    &place,
                    format!(
                        "the name looks like a reference to table {}, but there is no foreign key{taken}",
                        guess.key.ref_table
                    ),
                );
            }
            if let SqlType::Other(name) = &column.sql_type {
                found.info(
                    "unknown_type",
                    &place,
                    format!("type {name} is known by its name only; questions leave the column alone"),
                );
            }
        }
    }
    found.out
}

struct Findings {
    out: Vec<QaIssue>,
}

impl Findings {
    fn add(&mut self, severity: Severity, code: &str, place: &str, message: String) {
        self.out.push(QaIssue::new("schema", severity, code, place, message));
    }
    fn info(&mut self, code: &str, place: &str, message: String) {
        self.add(Severity::Info, code, place, message);
    }
}

/// Tells a name that differs from an earlier one in case only.
fn alike(found: &mut Findings, seen: &mut HashMap<String, String>, place: &str, name: &str) {
    if let Some(other) = seen.get(&name.to_lowercase()).filter(|o| *o != name) {
        let message =
            format!("{name:?} and {other:?} differ in case only, which files and most databases do not tell apart; rename one of them");
        found.add(Severity::Error, "names_alike", place, message);
    }
    seen.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
}

fn compare_reference(found: &mut Findings, table: &Table, parent: &Table, fk: &crate::ir::ForeignKey) {
    let place = format!("{}({})", table.id(), fk.columns.join(", "));
    if !parent.is_unique(&fk.ref_columns) {
        let message = format!(
            "the foreign key refers to {}({}), which is neither primary key nor unique",
            parent.id(),
            fk.ref_columns.join(", ")
        );
        found.add(Severity::Warning, "reference_not_unique", &place, message);
    }
    for (own, other) in fk.columns.iter().zip(&fk.ref_columns) {
        let types = table.column(own).zip(parent.column(other)).map(|(a, b)| (&a.sql_type, &b.sql_type));
        if let Some((own, other)) = types.filter(|(a, b)| !comparable(a, b)) {
            found.add(
                Severity::Warning,
                "reference_type",
                &place,
                format!("{own} refers to {other} of table {}", parent.id()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ddl::{Source, parse};
    use super::*;

    #[test]
    fn weak_spots_are_named() {
        let text = "CREATE TABLE author (author_id int PRIMARY KEY, name text);
            CREATE TABLE book (id int, author_id int, isbn text UNIQUE, shelf text REFERENCES shelf (id));
            CREATE TABLE shelf (id int PRIMARY KEY, label text, spare vector(3));
            CREATE TABLE note (body text REFERENCES shelf (label)); CREATE TABLE lone (x int PRIMARY KEY);";
        let mut parsed = parse(&[Source {
            file: "a.sql".into(),
            text: text.into(),
        }]);
        // The DDL's reader mends these two; an IR file is taken as it is.
        parsed.logical.tables[1].columns[3].sql_type = SqlType::Text;
        parsed.logical.tables[2].unique.clear();
        let lone = &mut parsed.logical.tables[4];
        let twin = lone.columns[0].clone();
        lone.columns.push(crate::ir::Column { name: "X".into(), ..twin });
        lone.checks = ["x > 3", "x < 2"]
            .map(|sql| crate::ir::Check {
                name: None,
                sql: sql.into(),
            })
            .into();
        let advice = advice(&parsed.logical);
        let codes: Vec<(&str, &str)> = advice.iter().map(|i| (i.code.as_str(), i.location.as_str())).collect();
        for wanted in [
            ("no_primary_key", "book"),
            ("missing_foreign_key", "book.author_id"),
            ("reference_type", "book(shelf)"),
            ("reference_not_unique", "note(body)"),
            ("isolated_table", "lone"),
            ("unknown_type", "shelf.spare"),
            ("names_alike", "lone.X"),
            ("contradicting_checks", "lone.x"),
        ] {
            assert!(codes.contains(&wanted), "{wanted:?} in {codes:?}");
        }
        assert!(!codes.contains(&("isolated_table", "note")));
    }
}
