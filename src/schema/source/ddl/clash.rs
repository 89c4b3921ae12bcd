//! What databases take and data cannot have: names that differ in case only, CHECKs that contradict each other. Each is told with both lines.

use super::draft::{Draft, TableDraft};
use crate::ir::Table;
use crate::ir::issue::Severity;
use crate::schema::contradiction::{contradictions, told};
use std::collections::{BTreeMap, HashMap};

/// Where the CHECKs of each table stand, in the order of the finished tables.
#[derive(Default)]
pub(super) struct Lines {
    checks: Vec<(String, BTreeMap<String, u32>)>,
    /// By the table's position in the draft.
    places: HashMap<usize, String>,
}

/// Names the tables, and the columns of one table, whose names differ in case only.
pub(super) fn tell_alike(draft: &mut Draft) -> Lines {
    let mut lines = Lines::default();
    let mut found: Vec<(String, String)> = Vec::new();
    let mut tables: HashMap<String, (String, String)> = HashMap::new();
    for (at, table) in draft.tables.iter().enumerate() {
        let Some(table) = table else { continue };
        lines.places.insert(at, table.place.clone());
        if table.partition_of.is_some() {
            continue;
        }
        let (id, place) = (table.id(), table.place.clone());
        if let Some((other, there)) = tables.get(&id.to_lowercase()) {
            found.push((
                place,
                format!("table {id:?} and table {other:?} ({there}) differ in case only{WAY_OUT}"),
            ));
        } else {
            tables.insert(id.to_lowercase(), (id, place));
        }
        found.extend(alike_columns(table));
    }
    for (place, message) in found {
        draft.report(Severity::Error, "names_alike", place, message);
    }
    lines
}

const WAY_OUT: &str = ", which files and most databases do not tell apart; rename one of them";

fn alike_columns(table: &TableDraft) -> Vec<(String, String)> {
    let mut seen: HashMap<String, (&str, u32)> = HashMap::new();
    let mut out = Vec::new();
    for column in &table.columns {
        let name = column.column.name.as_str();
        if let Some((other, line)) = seen.get(&name.to_lowercase()) {
            let message = format!(
                "in table {}, {name:?} and {other:?} (line {line}) differ in case only{WAY_OUT}",
                table.id()
            );
            out.push((on_line(&table.place, column.line), message));
        } else {
            seen.insert(name.to_lowercase(), (name, column.line));
        }
    }
    out
}

/// Another line of the file that a place is in.
fn on_line(place: &str, line: u32) -> String {
    let file = place.rsplit_once(':').map_or(place, |(file, _)| file);
    format!("{file}:{line}")
}

impl Lines {
    /// Keeps the lines of the next finished table's CHECKs; `at` is its position in the draft.
    pub(super) fn keep(&mut self, at: usize, checks: BTreeMap<String, u32>) {
        let place = self.places.get(&at).cloned().unwrap_or_default();
        self.checks.push((place, checks));
    }

    /// Names the CHECKs that no value satisfies together.
    pub(super) fn tell_contradictions(&self, draft: &mut Draft, tables: &[Table]) {
        for (table, (place, lines)) in tables.iter().zip(&self.checks).filter(|(t, _)| t.partition_of.is_none()) {
            for found in contradictions(table) {
                let line = |at: usize| table.checks.get(at).and_then(|c| lines.get(&c.sql)).copied();
                let (first, second) = (line(found.checks.0), line(found.checks.1));
                let at = second.map_or_else(|| place.clone(), |line| on_line(place, line));
                let other = first.filter(|_| found.checks.0 != found.checks.1);
                let other = other.map_or(String::new(), |line| format!(" (the first is on line {line})"));
                let message = format!("{}: {}{other}", table.id(), told(table, &found));
                draft.report(Severity::Warning, "contradicting_checks", at, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Source, parse};

    #[test]
    fn clashes_are_told_with_both_lines() {
        let text = "CREATE TABLE \"Item\" (id int,\n \"Id\" int,\n x int CHECK (x > 10),\n CHECK (x < 5)\n);\nCREATE TABLE item (id int);";
        let parsed = parse(&[Source {
            file: "a.sql".into(),
            text: text.into(),
        }]);
        let told: Vec<String> = parsed.issues.iter().map(ToString::to_string).collect();
        let said = |code: &str, parts: &[&str]| told.iter().any(|t| t.contains(code) && parts.iter().all(|p| t.contains(p)));
        assert!(
            said("names_alike", &["a.sql:6: error", "\"item\"", "\"Item\" (a.sql:1)"]),
            "{told:?}"
        );
        assert!(said("names_alike", &["a.sql:2: error", "\"Id\" and \"id\" (line 1)"]), "{told:?}");
        assert!(
            said(
                "contradicting_checks",
                &["a.sql:4: warning", "(x > 10)", "(x < 5)", "the first is on line 3"]
            ),
            "{told:?}"
        );
    }
}
