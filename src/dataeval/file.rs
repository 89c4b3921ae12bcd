//! Files: what is wrong with them before anything in them is measured, as metrics of their tables.
//!
//! Invariant: a value that is none of its column's type is counted here and nowhere else.

use crate::database::attach::FileFindings;
use crate::ir::Table;
use crate::ir::evaluation::{Bound, MetricResult, TableReport};

fn broken(metric: &str, of: impl Into<String>, count: u64) -> MetricResult {
    MetricResult::judged(metric, of, count as f64, Bound::AtMost, 0.0)
}

/// The report of a table whose file could not be read.
pub(super) fn unread(table: &Table, findings: &FileFindings) -> TableReport {
    TableReport {
        table: table.id(),
        metrics: metrics(findings),
        ..TableReport::default()
    }
}

/// One metric a finding.
pub(super) fn metrics(findings: &FileFindings) -> Vec<MetricResult> {
    let mut out = Vec::new();
    if findings.absent {
        out.push(broken("file", "", 1).noted("there is no file of this table in the directory"));
    }
    if let Some(message) = &findings.unreadable {
        out.push(broken("file", "", 1).noted(format!("nothing else of the table is measured: {message}")));
    }
    if !findings.beside.is_empty() {
        let note = "the table has these files too; nothing is measured of them";
        out.push(MetricResult::shown(
            "file",
            findings.beside.join(", "),
            findings.beside.len() as f64,
            note,
        ));
    }
    if !findings.added.is_empty() {
        let note = "the file has columns that are not declared; nothing is measured of them";
        out.push(MetricResult::shown(
            "added_columns",
            findings.added.join(", "),
            findings.added.len() as f64,
            note,
        ));
    }
    for cell in &findings.mistyped {
        let (place, column, example) = (&cell.place, &cell.column, &cell.example);
        let note = format!("{place}: {column} is {example:?}, which is no value of its type; such values were left out");
        out.push(broken("type", column.clone(), cell.rows).noted(note));
    }
    if let Some((lines, first)) = &findings.blank_lines {
        out.push(broken("type", "blank lines", *lines).noted(format!("{first}: the line is blank; blank lines were left out")));
    }
    out
}
